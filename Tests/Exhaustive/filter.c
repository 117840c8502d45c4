// What is claimed in filter.h, and why it holds. u = 2^-53; "within k u" bounds a relative error.
//
// Every + - * / rounds once, within u (no result is subnormal in f64), and is compiled as written
// (-ffp-contract=off). Tables hold MPFR's value rounded once, within u. Products of errors are
// below 2^-80 and covered by the slack of each bound; the largest bound below is 64 u = 2^-47,
// half of what is claimed.
//
// Horner's rule. Let q_n = c_n and q_k = c_k + x q_(k+1), |x| <= s, |c_k| <= C rounded once or
// exact, |q_k| <= Q. A step adds the error of c_k, of the product and of the sum, and s times the
// error of q_(k+1), so each computed q_k is off by at most e = u (C + s Q + Q) / (1 - s). (H)
#include "filter.h"

#include <math.h>
#include <mpfr.h>
#include <stdint.h>
#include <string.h>

enum { PRECISION = 300 };

static double nearest(const mpfr_t y) { return mpfr_get_d(y, MPFR_RNDN); }

// ---------------------------------------------------------------- exp and what is made of it

// e^n for n from -105 to 90, and e^(i / 256).
enum { EXP_LOW = -105, EXP_HIGH = 90 };
static double whole_exp[EXP_HIGH - EXP_LOW + 1], part_exp[256];

static void prepare_exp(mpfr_t x, mpfr_t y) {
  for (int n = EXP_LOW; n <= EXP_HIGH; n++) {
    mpfr_set_si(x, n, MPFR_RNDN);
    mpfr_exp(y, x, MPFR_RNDN);
    whole_exp[n - EXP_LOW] = nearest(y);
  }
  for (int i = 0; i < 256; i++) {
    mpfr_set_si_2exp(x, i, -8, MPFR_RNDN);
    mpfr_exp(y, x, MPFR_RNDN);
    part_exp[i] = nearest(y);
  }
}

// e^x within 6 u, for x = an f32 or twice one, -105 <= x < 90. x = n + i / 256 + h, |h| <= 2^-9. h
// is exact: for |x| < 2^-9 it is x, and a larger x is a multiple of 2^-32. Of e^h the six first
// terms are taken; the rest is below h^6 / 720 * 1.01 < 2^-63. Its value is 1 + h q with q < 1.002
// off by less than 3 u (H), so it is within u (1.002 + 2^-9 * 4) + 2^-63 < 1.1 u. Two tables and
// two products add 4 u.
static double exponential(double x) {
  const double whole = floor(x * 256 + 0.5), h = x - whole * 0x1p-8;
  const int i = (int)whole;
  const double q = 1 + h * (1.0 / 2 + h * (1.0 / 6 + h * (1.0 / 24 + h * (1.0 / 120))));
  return whole_exp[(i >> 8) - EXP_LOW] * part_exp[i & 255] * (1 + h * q);
}

static double within(double x, double low, double high) {
  return x < low ? low : x > high ? high : x;
}

// Below -104, e^x < 2^-150, which rounds to 0; above 89, e^x > 2^128.
double filter_exp(float x) { return exponential(within(x, -104, 89)); }

// Within 4 u near 0: e^x - 1 = x q(x), ten terms of q = sum x^k / (k + 1)!, |x| < 1/8; the rest is
// below 1.2 x^10 / 11! < 2^-55 = u / 4, q > 0.93 is off by less than u (1 + 1.07 / 8 + 1.07) /
// (7/8) < 2.6 u (H), and the product rounds once. Elsewhere within 64 u: e^x / |e^x - 1| is
// largest at 1/8, 8.51, so 6 u become at most 51.1 u, and the difference rounds once. Below -18
// the result rounds to -1, as e^-18 < 2^-25.
double filter_expm1(float single) {
  const double x = within(single, -18, 89);
  if (fabs(x) >= 0.125) return exponential(x) - 1;
  double q = 1.0 / 3628800;
  q = 1.0 / 362880 + x * q;
  q = 1.0 / 40320 + x * q;
  q = 1.0 / 5040 + x * q;
  q = 1.0 / 720 + x * q;
  q = 1.0 / 120 + x * q;
  q = 1.0 / 24 + x * q;
  q = 1.0 / 6 + x * q;
  q = 1.0 / 2 + x * q;
  q = 1 + x * q;
  return x * q;
}

// Within 4 u near 0: a = |x| < 1/8, tanh a = a q(z), z = a^2. Its series alternates and its
// coefficients fall, so the rest is below the first term left out, 0.0006 z^8 < 2^-58. q > 0.99 is
// off by less than u (1 + 1 / 64 + 1) / (63/64) < 2.1 u (H) and by z u / 3 from the rounding of z;
// the product rounds once. Elsewhere within 64 u: tanh a = 1 - s, s = 2 / (e^2a + 1) within 6 + 2
// u; s / tanh a is largest at 1/8, 7.05, so that is 56.4 u, and the difference rounds once. From
// 10 on the result rounds to 1, as s < 2^-25.
double filter_tanh(float x) {
  const double a = within(fabs((double)x), 0, 10);
  double y;
  if (a >= 0.125) {
    y = 1 - 2 / (exponential(2 * a) + 1);
  } else {
    const double z = -(a * a);
    double q = 929569.0 / 638512875;
    q = 21844.0 / 6081075 + z * q;
    q = 1382.0 / 155925 + z * q;
    q = 62.0 / 2835 + z * q;
    q = 17.0 / 315 + z * q;
    q = 2.0 / 15 + z * q;
    q = 1.0 / 3 + z * q;
    q = 1 + z * q;
    y = a * q;
  }
  return x < 0 ? -y : y;
}

// Within 8 u: t / (1 + t), t = e^x within 6 u, which the quotient never magnifies. Below -104 it
// is less than e^x < 2^-150; above 89 it is more than 1 - e^-89.
double filter_sigmoid(float x) {
  const double t = exponential(within(x, -104, 89));
  return t / (1 + t);
}

// ---------------------------------------------------------------- log, log1p

// log(1 + i / 128), less log 2 for i above LOG_HALVED, and 1 / (1 + i / 128).
enum { LOG_HALVED = 48 };
static double centre_log[129], inverse[129], log_2;

static void prepare_log(mpfr_t x, mpfr_t y) {
  for (int i = 0; i <= 128; i++) {
    mpfr_set_si_2exp(x, 128 + i, -7 - (i > LOG_HALVED), MPFR_RNDN);
    mpfr_log(y, x, MPFR_RNDN);
    centre_log[i] = nearest(y);
    mpfr_set_si_2exp(x, 128 + i, -7, MPFR_RNDN);
    mpfr_ui_div(y, 1, x, MPFR_RNDN);
    inverse[i] = nearest(y);
  }
  mpfr_const_log2(y, MPFR_RNDN);
  log_2 = nearest(y);
}

// log x within 16 u for positive normal x. x = 2^e m, 1 <= m < 2; c = 1 + i / 128 nearest to m.
// log x = k log 2 + L + log(1 + h), h = (m - c) / c, where k = e, L = log c, or k = e + 1, L =
// log(c / 2) for i > 48.
//   h: m - c is exact (a multiple of 2^-52 below 2^-8), 1 / c and the product are within u: 2 u.
//   log(1 + h) = h q(h): seven terms, the rest is below h^7 / 8 * 1.01 < 2^-58 relatively; q is
//     off by less than u (1 + 1.01 + 2^-7) / 0.99 < 2.1 u (H), and q > 0.99; the product rounds
//     once, and h is off by 2 u: within 5.3 u.
//   s = L + log(1 + h): for c = 1 or 2, L = 0 and nothing is added. Else m is no nearer to 1 (2)
//     than to c, so |L| <= 2.02 |s| and |log(1 + h)| <= 1.02 |s|, and s is within 2.02 u + 5.5 u +
//     u < 8.6 u.
//   k log 2 (for k = 0 exact), within 2 u: s lies in [-0.372, 0.322], so |log x| > 0.321, |k log
//     2| < 2.16 |log x| and |s| < 1.16 |log x|: 4.4 u + 10 u and u for the sum, below 16 u.
static double logarithm(double x) {
  uint64_t bits;
  memcpy(&bits, &x, 8);
  int e = (int)(bits >> 52) - 1023;
  bits = (bits & 0xfffffffffffff) | 0x3ff0000000000000;
  double m;
  memcpy(&m, &bits, 8);
  const int i = (int)((m - 1) * 128 + 0.5);
  const double h = (m - (1 + i * 0x1p-7)) * inverse[i];
  const double q = 1 + h * (-1.0 / 2 + h * (1.0 / 3 + h * (-1.0 / 4 + h * (1.0 / 5 + h *
                   (-1.0 / 6 + h * (1.0 / 7))))));
  const double s = centre_log[i] + h * q;
  e += i > LOG_HALVED;
  return e == 0 ? s : e * log_2 + s;
}

double filter_log(float x) { return logarithm(x); }

// Within 4 u near 0: x q(x), nine terms, |x| < 2^-6; the rest is below 1.02 x^9 / 10 < 2^-57, q >
// 0.99 is off by less than u (1 + 1.01 / 64 + 1.01) / (63/64) < 2.1 u (H), the product rounds
// once. Elsewhere within 17 u: 1 + x is exact up to 2^52, as x is a multiple of 2^-29 and has 24
// bits; what its rounding does beyond, u in a logarithm above 36, is next to nothing.
double filter_log1p(float single) {
  const double x = single;
  if (fabs(x) >= 0x1p-6) return logarithm(1 + x);
  double q = 1.0 / 9;
  q = -1.0 / 8 + x * q;
  q = 1.0 / 7 + x * q;
  q = -1.0 / 6 + x * q;
  q = 1.0 / 5 + x * q;
  q = -1.0 / 4 + x * q;
  q = 1.0 / 3 + x * q;
  q = -1.0 / 2 + x * q;
  q = 1 + x * q;
  return x * q;
}

// ---------------------------------------------------------------- sin, cos

typedef unsigned __int128 u128;

// sin(2 pi j / 256), and 2^128 times the fraction of 2^e / (2 pi), cut, for e from -29 to 104.
enum { TURN_LOW = -29, TURN_HIGH = 104 };
static double sines[256], unit_angle;
static u128 turn_fraction[TURN_HIGH - TURN_LOW + 1];

static void prepare_sin(mpfr_t x, mpfr_t y) {
  mpfr_t two_pi, z;
  mpfr_inits2(PRECISION, two_pi, z, (mpfr_ptr)0);
  mpfr_const_pi(two_pi, MPFR_RNDN);
  mpfr_mul_2si(two_pi, two_pi, 1, MPFR_RNDN);
  for (int j = 0; j < 256; j++) {
    mpfr_mul_si(x, two_pi, j, MPFR_RNDN);
    mpfr_div_2si(x, x, 8, MPFR_RNDN);
    mpfr_sin(y, x, MPFR_RNDN);
    sines[j] = j % 128 == 0 ? 0 : nearest(y);
  }
  mpfr_div_2si(x, two_pi, 128, MPFR_RNDN);
  unit_angle = nearest(x);
  // 300 bits of 2^e / (2 pi) reach 2^-190 at e = 104.
  for (int e = TURN_LOW; e <= TURN_HIGH; e++) {
    mpfr_set_si_2exp(x, 1, e, MPFR_RNDN);
    mpfr_div(x, x, two_pi, MPFR_RNDN);
    mpfr_frac(x, x, MPFR_RNDD);
    u128 fraction = 0;
    for (int part = 0; part < 2; part++) {
      mpfr_mul_2si(x, x, 64, MPFR_RNDD);
      mpfr_floor(z, x);
      mpfr_sub(x, x, z, MPFR_RNDD);
      fraction = fraction << 64 | mpfr_get_ui(z, MPFR_RNDD);
    }
    turn_fraction[e - TURN_LOW] = fraction;
  }
  mpfr_clears(two_pi, z, (mpfr_ptr)0);
}

// sin(2 pi (quarters / 4 + |x| / (2 pi))) within 16 u, for |x| >= 2^-6 finite.
//   |x| = m 2^e, m < 2^24. m times the table's fraction, modulo 2^128, is the turn's fraction in
//   units of 2^-128, less at most m units (each entry is cut by less than one). The nearest of 256
//   centres is taken off exactly: d, |d| <= 2^119, off by less than 2^24; below 2^80 the answer is
//   "unknown", so within 2^-56. Its conversion, the product with 2 pi 2^-128 and that constant:
//     theta
//   is within 3.2 u, |theta| < 0.0123.
//   sin theta = theta (1 - z (1/6 - z (1/120 - z / 5040))), z = theta^2: the rest is below z^4 /
//     9! < 2^-68. z / 6 < 2^-15, so errors inside add next to nothing to that of the difference
//     and the product: within 3.2 u + 2.1 u. cos theta, whose rest is below z^4 / 8! < 2^-64 and
//     which theta's error changes by less than 2^-12 of that: within 1.1 u.
//   S cos theta + C sin theta, with S and C the centre's sine and cosine, each within u: at the
//     zeros S = 0 and C = 1 or -1 exactly, so 5.3 u. Else |S| >= sin(2 pi / 256) and theta is at
//     most half of the way to a zero, so the first term is at most 2.01 of the result and the
//     second 1.01: 2.01 * 3.1 u + 1.01 * 7.3 u + u < 16 u.
static double turned_sine(float x, int quarters) {
  uint32_t bits;
  memcpy(&bits, &x, 4);
  const int e = (int)(bits >> 23 & 0xff) - 150;
  const u128 turn = turn_fraction[e - TURN_LOW] * ((bits & 0x7fffff) | 0x800000);
  const u128 centre = (turn + ((u128)1 << 119)) >> 120;
  const __int128 d = (__int128)(turn - (centre << 120));
  if (d < (__int128)1 << 80 && -d < (__int128)1 << 80) return NAN;
  const double theta = (double)d * unit_angle, z = theta * theta;
  const double sine = theta * (1 - z * (1.0 / 6 - z * (1.0 / 120 - z * (1.0 / 5040))));
  const double cosine = 1 - z * (1.0 / 2 - z * (1.0 / 24 - z * (1.0 / 720)));
  const unsigned j = (unsigned)centre + 64 * (unsigned)quarters;
  return sines[j & 255] * cosine + sines[(j + 64) & 255] * sine;
}

// Near 0, |x| < 2^-6: the terms left out are below x^8 / 9! and x^8 / 8! < 2^-63 relatively; all
// but the last two roundings are of terms below 2^-14: within 2.1 u.
double filter_sin(float single) {
  if (fabsf(single) >= 0x1p-6f) {
    const double y = turned_sine(single, 0);
    return single < 0 ? -y : y;
  }
  const double x = single, z = x * x;
  return x * (1 - z * (1.0 / 6 - z * (1.0 / 120 - z * (1.0 / 5040))));
}

double filter_cos(float single) {
  if (fabsf(single) >= 0x1p-6f) return turned_sine(single, 1);
  const double x = single, z = x * x;
  return 1 - z * (1.0 / 2 - z * (1.0 / 24 - z * (1.0 / 720)));
}

// ---------------------------------------------------------------- erf

// The first eight Taylor coefficients of erf at c = n / 64, up to 4, and 2 / sqrt(pi).
enum { ERF_TERMS = 8 };
static double erf_series[257][ERF_TERMS], two_over_root_pi;

// The derivative 2 / sqrt(pi) e^-(c + h)^2 has g' = -2 (c + h) g, so its own coefficients follow
// from (k + 1) g_(k+1) = -2 c g_k - 2 g_(k-1); those of erf are g_k / (k + 1).
static void prepare_erf(mpfr_t c, mpfr_t y) {
  mpfr_t g, before, scale;
  mpfr_inits2(PRECISION, g, before, scale, (mpfr_ptr)0);
  mpfr_const_pi(scale, MPFR_RNDN);
  mpfr_rec_sqrt(scale, scale, MPFR_RNDN);
  mpfr_mul_2si(scale, scale, 1, MPFR_RNDN);
  two_over_root_pi = nearest(scale);
  for (int n = 0; n <= 256; n++) {
    mpfr_set_si_2exp(c, n, -6, MPFR_RNDN);
    mpfr_erf(y, c, MPFR_RNDN);
    erf_series[n][0] = nearest(y);
    mpfr_sqr(g, c, MPFR_RNDN);
    mpfr_neg(g, g, MPFR_RNDN);
    mpfr_exp(g, g, MPFR_RNDN);
    mpfr_mul(g, g, scale, MPFR_RNDN);
    mpfr_set_zero(before, 1);
    for (int k = 0; k + 1 < ERF_TERMS; k++) {
      mpfr_div_si(y, g, k + 1, MPFR_RNDN);
      erf_series[n][k + 1] = nearest(y);
      mpfr_fma(y, c, g, before, MPFR_RNDN);
      mpfr_set(before, g, MPFR_RNDN);
      mpfr_mul_si(g, y, -2, MPFR_RNDN);
      mpfr_div_si(g, g, k + 1, MPFR_RNDN);
    }
  }
  mpfr_clears(g, before, scale, (mpfr_ptr)0);
}

// Within 6 u below 1/8: 2 / sqrt(pi) a q(z), z = a^2, seven terms of q = sum (-z)^k / (k! (2k +
// 1)); it alternates and falls, so the rest is below z^7 / (7! 15) < 2^-58; q > 0.99 is off by
// less than 2.1 u (H), and by z u / 3 from the rounding of z; two products and the constant add 3
// u. Elsewhere within 4 u: a = c + h, |h| <= 2^-7, exact. By Cramer's inequality, |H_k(x)| e^(-x^2
// / 2) <= 1.09 sqrt(2^k k!), coefficient k + 1 is at most 1.23 sqrt(2^k / k!) / (k + 1): 0.025 for
// k = 7, and they fall after it, so the rest is below 1.01 * 0.025 * 2^-56 < 2^-61, relatively
// 2^-58 (erf(1/8) = 0.14). The sum after the first coefficient, below 1.14, is off by less than
// 2.4 u (H), which h makes 0.02 u, and the product adds 0.01 u: relatively 0.21 u; the first
// coefficient is at most 1.07 of the result, and the last sum rounds once. From 4 on the result
// rounds to 1, as 1 - erf(4) < 2^-25.
double filter_erf(float x) {
  const double a = within(fabs((double)x), 0, 4);
  double y;
  if (a >= 0.125) {
    const int n = (int)(a * 64 + 0.5);
    const double h = a - n * 0x1p-6, *c = erf_series[n];
    y = c[ERF_TERMS - 1];
    for (int k = ERF_TERMS - 2; k >= 0; k--) y = c[k] + h * y;
  } else {
    const double z = -(a * a);
    double q = 1.0 / 9360;
    q = 1.0 / 1320 + z * q;
    q = 1.0 / 216 + z * q;
    q = 1.0 / 42 + z * q;
    q = 1.0 / 10 + z * q;
    q = 1.0 / 3 + z * q;
    q = 1 + z * q;
    y = two_over_root_pi * (a * q);
  }
  return x < 0 ? -y : y;
}

void filter_prepare(void) {
  mpfr_t x, y;
  mpfr_inits2(PRECISION, x, y, (mpfr_ptr)0);
  prepare_exp(x, y);
  prepare_log(x, y);
  prepare_sin(x, y);
  prepare_erf(x, y);
  mpfr_clears(x, y, (mpfr_ptr)0);
}
