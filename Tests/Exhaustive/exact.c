#include "exact.h"

#include "filter.h"

static int sigmoid(mpfr_t y, const mpfr_t x, mpfr_rnd_t rounding) {
  mpfr_neg(y, x, rounding);
  mpfr_exp(y, y, rounding);
  mpfr_add_ui(y, y, 1, rounding);
  return mpfr_ui_div(y, 1, y, rounding);
}

static const double exp_edges[] = {0, 0.34657359027997264, -0.34657359027997264, 709.782712893384,
                                   -708.3964185322641, -745.1332191019412, -40, 40, 0x1p-54, NAN};
static const double log_edges[] = {1, 0.7071067811865476, 1.4142135623730951, 0x1p-1022, NAN};
static const double log1p_edges[] = {0, -1, 1, -0.29289321881345254, 0.41421356237309515, 0x1p53,
                                     0x1p-54, NAN};
static const double wave_edges[] = {0, 0x1p20, -0x1p20, 0x1p-27, NAN};
static const double tanh_edges[] = {0, 22, 0x1p-27, 0.17328679513998632, 0.5198603854199590, NAN};
static const double sigmoid_edges[] = {0, 40, -40, 0.34657359027997264, -0.34657359027997264,
                                       -708.3964185322641, -745.1332191019412, NAN};
static const double erf_edges[] = {0, 1, -1, 0.7071067811865476, 6, 0.5, NAN};

#define NONE -INFINITY
const function functions[FUNCTION_COUNT] = {
  {"exp", ET_EXP, filter_exp, mpfr_exp, 1, 1, INFINITY, 0, NONE, exp_edges, -746, 710},
  {"expm1", ET_EXPM1, filter_expm1, mpfr_expm1, 0, -0.0f, INFINITY, -1, NONE, exp_edges, -40, 710},
  {"log", ET_LOG, filter_log, mpfr_log, -INFINITY, -INFINITY, INFINITY, NAN, 0, log_edges, 0, 4},
  {"log1p", ET_LOG1P, filter_log1p, mpfr_log1p, 0, -0.0f, INFINITY, NAN, -1, log1p_edges, -1, 4},
  {"sin", ET_SIN, filter_sin, mpfr_sin, 0, -0.0f, NAN, NAN, NONE, wave_edges, -100, 100},
  {"cos", ET_COS, filter_cos, mpfr_cos, 1, 1, NAN, NAN, NONE, wave_edges, -100, 100},
  {"tanh", ET_TANH, filter_tanh, mpfr_tanh, 0, -0.0f, 1, -1, NONE, tanh_edges, -22, 22},
  {"sigmoid", ET_SIGMOID, filter_sigmoid, sigmoid, 0.5, 0.5, 1, 0, NONE, sigmoid_edges, -746, 40},
  {"erf", ET_ERF, filter_erf, mpfr_erf, 0, -0.0f, 1, -1, NONE, erf_edges, -6, 6},
};

bool edge(const function *f, float x, float *y) {
  const uint32_t size = bits_of(x) & 0x7fffffff;
  if (size > 0x7f800000) *y = NAN;
  else if (size == 0x7f800000) *y = x > 0 ? f->infinity : f->minus_infinity;
  else if (size == 0) *y = signbit(x) ? f->minus_zero : f->zero;
  else if (x < f->least) *y = NAN;
  else if (x == f->least) *y = -INFINITY;
  else return false;
  return true;
}

// -log2 of the distance of y, in units of the last place of f32, from the nearest half unit.
static double closeness_of(const mpfr_t y) {
  mpfr_t t;
  mpfr_init2(t, mpfr_get_prec(y) + 32);
  mpfr_exp_t exponent = mpfr_get_exp(y);
  if (exponent < -125) exponent = -125;
  mpfr_mul_2si(t, y, 24 - exponent, MPFR_RNDN);
  mpfr_frac(t, t, MPFR_RNDN);
  mpfr_abs(t, t, MPFR_RNDN);
  mpfr_sub_d(t, t, 0.5, MPFR_RNDN);
  const double closeness = mpfr_zero_p(t) ? INFINITY : -(double)mpfr_get_exp(t) + 0.5;
  mpfr_clear(t);
  return closeness;
}

// The exact value lies between y less and y plus 8 units of its precision, twice what `exact` may
// be off; rounding is monotonic, so where both round alike it does too.
float rounded(const function *f, float single, double *closeness) {
  mpfr_t x;
  mpfr_init2(x, 24);
  mpfr_set_flt(x, single, MPFR_RNDN);
  float result = NAN;
  for (mpfr_prec_t precision = 128; precision <= 4096; precision *= 2) {
    mpfr_t y, low, high, error;
    mpfr_inits2(precision, y, error, (mpfr_ptr)0);
    mpfr_inits2(precision + 16, low, high, (mpfr_ptr)0);
    f->exact(y, x, MPFR_RNDN);
    mpfr_abs(error, y, MPFR_RNDN);
    mpfr_mul_2si(error, error, 3 - precision, MPFR_RNDN);
    if (mpfr_inf_p(y)) mpfr_set_zero(error, 1);  // beyond MPFR's range as well
    mpfr_sub(low, y, error, MPFR_RNDN);
    mpfr_add(high, y, error, MPFR_RNDN);
    const float below = mpfr_get_flt(low, MPFR_RNDN), above = mpfr_get_flt(high, MPFR_RNDN);
    const bool decided = below == above;
    if (decided) {
      result = below;
      *closeness = closeness_of(y);
    }
    mpfr_clears(y, low, high, error, (mpfr_ptr)0);
    if (decided) break;
  }
  mpfr_clear(x);
  return result;
}

bool filter_holds(const function *f, float single, double value) {
  if (isnan(value)) return true;
  mpfr_t x, y, d;
  mpfr_inits2(128, x, y, d, (mpfr_ptr)0);
  mpfr_set_flt(x, single, MPFR_RNDN);
  f->exact(y, x, MPFR_RNDN);
  mpfr_d_sub(d, value, y, MPFR_RNDN);
  mpfr_div(d, d, y, MPFR_RNDN);
  const bool near = fabs(mpfr_get_d(d, MPFR_RNDN)) < FILTER_ERROR;
  const float end = mpfr_get_flt(y, MPFR_RNDN);
  const bool ends = (end == 0 || fabsf(end) == 1 || isinf(end)) && (float)value == end;
  mpfr_clears(x, y, d, (mpfr_ptr)0);
  return near || ends;
}

double ulps(double got, const mpfr_t exact) {
  const double near = mpfr_get_d(exact, MPFR_RNDN);
  if (isnan(near) || isnan(got)) return isnan(near) && isnan(got) ? 0 : 1e9;
  if (isinf(got) && isinf(near)) return got == near ? 0 : 1e9;
  if (mpfr_inf_p(exact) || mpfr_zero_p(exact))
    return got == near && signbit(got) == signbit(near) ? 0 : 1e9;
  mpfr_exp_t exponent = mpfr_get_exp(exact);
  if (exponent < -1021) exponent = -1021;
  mpfr_t d;
  mpfr_init2(d, 200);
  if (isinf(got)) mpfr_set_si_2exp(d, got > 0 ? 1 : -1, 1024, MPFR_RNDN);
  else mpfr_set_d(d, got, MPFR_RNDN);
  mpfr_sub(d, d, exact, MPFR_RNDN);
  mpfr_mul_2si(d, d, 53 - exponent, MPFR_RNDN);
  const double u = fabs(mpfr_get_d(d, MPFR_RNDN));
  mpfr_clear(d);
  return u;
}

uint64_t random_bits(uint64_t stream, uint64_t i) {
  uint64_t z = (stream << 48) + (i + 1) * 0x9E3779B97F4A7C15u;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
  z = (z ^ z >> 27) * 0x94D049BB133111EBu;
  return z ^ z >> 31;
}
