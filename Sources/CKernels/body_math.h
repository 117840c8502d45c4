// exp, expm1, log, log1p, sin, cos, tanh, sigmoid, erf: argument reduction, a polynomial, and a
// last addition whose smaller term carries what the larger one lost. The f32 functions are the same
// in f64 with a range to match, rounded once; the f64 ones have an error below 1 ulp. `make exhaustive`
// shows that every f32 result is the nearest.
#include "coefficients.h"
#include "lanes.h"
#include "middles.h"

#define INFINITE __builtin_inf()
#define NOT_A_NUMBER __builtin_nan("")

// The f64 value y of an f32 function at x, which rounds correctly unless it lies within a few units
// of its last place of the middle between two f32 and x is in the table.
#define OFF_MIDDLE(x, y, table) off_middle((x), (y), sizeof(table) / sizeof *(table), (table))
ET_INLINE vd off_middle(vd x, vd y, size_t count, const et_middle *table) {
  const vi near = EQ((bits_of(y) - 0x0ffffffcll) & 0x1ffffff8ll, 0);
  if (__builtin_expect(ANY(near), 0)) {
    double xs[VD_LANES], ys[VD_LANES];
    memcpy(xs, &x, sizeof x);
    memcpy(ys, &y, sizeof y);
    for (int i = 0; i < VD_LANES; i++) ys[i] = et_off_middle(count, table, xs[i], ys[i]);
    memcpy(&y, ys, sizeof y);
  }
  return y;
}

// ---------------------------------------------------------------- exp, expm1

typedef struct { vd high, low, whole; vi k; } exponential;

// e^(x + x_low) = 2^k (high + low), x = k log 2 + r, |r| <= log 2 / 2; high = 1 + r is split off
// exactly, so the error is that of r^2 times a polynomial: below 2^-56. |x| <= 746.
ET_INLINE exponential reduced_exp(vd x, vd x_low) {
  const vd shifted = x * LOG2_E + WHOLE, k = shifted - WHOLE;
  const vd a = x - k * LN2_1, b = k * LN2_2, t = a - b, r = t + x_low;
  const vd r_low = ((a - t) - b) + ((t - r) + x_low);
  const vd rest = r_low + r * r * polynomial(EXP_POLYNOMIAL, 11, r);
  const pair one_plus = fast_sum(SPLAT(1.0), r);
  return (exponential){one_plus.high, one_plus.low + rest, k, bits_of(shifted)};
}

// x * 2^k in two exact steps and at most one rounding, for |k| <= 1100; whole = k.
ET_INLINE vd scale(vd x, vd whole, vi k) {
  const vi half = bits_of(whole * 0.5 + WHOLE);
  return x * power_of_two(half) * power_of_two(k - half);
}

ET_INLINE vd at_least(vd x, double low) { return SELECT(LT(x, low), SPLAT(low), x); }
ET_INLINE vd at_most(vd x, double high) { return SELECT(GT(x, high), SPLAT(high), x); }
ET_INLINE vd clamp(vd x, double low, double high) { return at_most(at_least(x, low), high); }

ET_INLINE vd exp_f32(vd x) {
  const exponential e = reduced_exp(clamp(x, -150, 104), SPLAT(0.0));
  return (e.high + e.low) * power_of_two(e.k);
}

ET_INLINE vd exp_f64(vd x) {
  const exponential e = reduced_exp(clamp(x, -746, 710), SPLAT(0.0));
  return scale(e.high + e.low, e.whole, e.k);
}

// (e^x - 1) / 2 in two parts: (2^k - 1) / 2 + 2^(k - 1) (r + r^2 / 2 + …), the first exact but for
// large k, whose lost unit is kept. `fine`: r^2 / 2 too is taken without rounding, by cutting r.
ET_INLINE pair half_expm1(vd x, bool fine) {
  const vd shifted = x * LOG2_E + WHOLE, k = shifted - WHOLE;
  const vd a = x - k * LN2_1, b = k * LN2_2, r = a - b, r_low = (a - r) - b;
  const vd t = power_of_two(bits_of(shifted) - 1), whole = t - 0.5;
  const vd head = fine ? from_bits(bits_of(r) & ~0x7ffffffll) : SPLAT(0.0);
  const vd q = polynomial(EXP_POLYNOMIAL + 1, 10, r);
  const vd rest = fine ? 0.5 * (r - head) * (r + head) + r * r * (r * q) : r * r * (0.5 + r * q);
  const pair p = fast_sum(r, fine ? 0.5 * head * head : rest);
  const vd low = p.low + (fine ? rest + r_low : r_low);
  const pair s = fast_sum(whole, t * p.high);
  return fast_sum(s.high, s.low + (t * low + ((t - whole) - 0.5)));
}

ET_INLINE vd expm1_f64(vd x) {
  return SELECT(LT(magnitude(x), 0x1p-54), x, half_expm1(clamp(x, -40, 710), true).high * 2.0);
}
ET_INLINE vd expm1_f32(vd x) {
  return SELECT(LT(magnitude(x), 0x1p-54), x, half_expm1(clamp(x, -40, 104), false).high * 2.0);
}

// ---------------------------------------------------------------- tanh, sigmoid

// The quotient of two sums, a / b, to nearly full precision; |a| <= |b|.
ET_INLINE vd quotient(pair a, pair b) {
  const vd inverse = 1.0 / b.high, q = a.high * inverse;
  const pair p = exact_product(q, b.high);
  const vd remainder = ((a.high - p.high) - p.low) + (a.low - q * b.low);
  return q + remainder * inverse;
}

// tanh x = h / (h + 1), h = (e^2x - 1) / 2; beyond 22 it rounds to 1.
ET_INLINE vd tanh_f64(vd x) {
  const pair h = half_expm1(2.0 * clamp(magnitude(x), 0, 22), true);
  const pair d = exact_sum(h.high, SPLAT(1.0));
  const vd y = quotient(h, (pair){d.high, d.low + h.low});
  return SELECT(LT(magnitude(x), 0x1p-27), x, flip_sign(y, sign_of(x)));
}

ET_INLINE vd tanh_f32(vd x) {
  const vd h = half_expm1(2.0 * clamp(magnitude(x), 0, 22), false).high, y = h / (h + 1.0);
  return SELECT(LT(magnitude(x), 0x1p-27), x, flip_sign(y, sign_of(x)));
}

// With t = e^-|x|: 1 / (1 + t), or t / (1 + t) below zero, which below -40 is e^x.
ET_INLINE vd sigmoid_f64(vd x) {
  const exponential e = reduced_exp(clamp(-magnitude(x), -746, 0), SPLAT(0.0));
  const pair t = fast_sum(e.high, e.low);
  const vd unit = power_of_two(e.k), high = t.high * unit, low = t.low * unit;
  const vi below = LT(x, 0.0);
  const pair top = {SELECT(below, high, SPLAT(1.0)), SELECT(below, low, SPLAT(0.0))};
  const pair d = fast_sum(SPLAT(1.0), high);
  const vd y = quotient(top, (pair){d.high, d.low + low});
  return SELECT(LT(x, -40.0), scale(t.high, e.whole, e.k), SELECT(GT(x, 40.0), SPLAT(1.0), y));
}
ET_INLINE vd sigmoid_f32(vd x) { return OFF_MIDDLE(x, 1.0 / (1.0 + exp_f32(-x)), SIGMOID_MIDDLES); }

// ---------------------------------------------------------------- log, log1p

// k + 1024 for positive normal x = 2^k m, sqrt(1/2) <= m < sqrt 2.
ET_INLINE vi nearest_power(vd x) {
  const vi bias = (vi){} + (1024ll << 52), one_way = (vi){} + 0x3fe6a09e667f3bcdll;
  return (vi)((vu)(bits_of(x) - one_way + bias) >> 52);
}

// log(x 2^extra) + c for positive normal x and a small c: x = 2^k (1 + f), s = f / (2 + f),
// log(1 + f) = f - f^2 / 2 + s (f^2 / 2 + s^2 R(s^2)).
ET_INLINE vd log_normal(vd x, vd extra, vd c) {
  const vi e = nearest_power(x);
  const vd k = from_bits(e | 0x4330000000000000ll) - (0x1p52 + 1024) + extra;
  const vd f = from_bits(bits_of(x) - (vi)((vu)(e - 1024) << 52)) - 1.0;
  const vd s = f / (2.0 + f), z = s * s, half = 0.5 * f * f;
  const vd rest = s * (half + z * polynomial(LOG_POLYNOMIAL, 9, z));
  const pair sum = fast_sum(k * LN2_1, f);
  return sum.high + (sum.low + (((k * LN2_2 + c) + rest) - half));
}

// What log gives outside (0, inf).
ET_INLINE vd log_edges(vd x, vd y) {
  y = SELECT(LT(x, INFINITE), y, x);
  y = SELECT(EQ(x, 0.0), SPLAT(-INFINITE), y);
  return SELECT(LT(x, 0.0), SPLAT(NOT_A_NUMBER), y);
}

ET_INLINE vd log_f32(vd x) {
  return OFF_MIDDLE(x, log_edges(x, log_normal(x, SPLAT(0.0), SPLAT(0.0))), LOG_MIDDLES);
}

ET_INLINE vd log_f64(vd x) {
  const vi small = LT(x, 0x1p-1022);
  const vd extra = SELECT(small, SPLAT(-54.0), SPLAT(0.0));
  return log_edges(x, log_normal(SELECT(small, x * 0x1p54, x), extra, SPLAT(0.0)));
}

// u = 1 + x rounded; what the rounding lost, over u, is added.
ET_INLINE vd log1p_f64(vd x) {
  const vd u = x + 1.0;
  const vd lost = SELECT(LT(x, 1.0), x - (u - 1.0), 1.0 - (u - x));
  const vd y = log_edges(u, log_normal(u, SPLAT(0.0), lost / u));
  return SELECT(LT(magnitude(x), 0x1p-54), x, y);
}
ET_INLINE vd log1p_f32(vd x) { return OFF_MIDDLE(x, log1p_f64(x), LOG1P_MIDDLES); }

// ---------------------------------------------------------------- sin, cos

typedef struct { pair r; vi quadrant; } turned;

// Arguments above 2^20 in size, lane by lane, from the digits of 2 / pi that matter.
ET_INLINE turned turn_large(turned t, vd x) {
  if (__builtin_expect(ANY(GT(magnitude(x), 0x1p20)), 0)) {
    double xs[VD_LANES], high[VD_LANES], low[VD_LANES];
    int64_t quadrant[VD_LANES];
    memcpy(xs, &x, sizeof x);
    memcpy(high, &t.r.high, sizeof x);
    memcpy(low, &t.r.low, sizeof x);
    memcpy(quadrant, &t.quadrant, sizeof x);
    for (int i = 0; i < VD_LANES; i++)
      if (__builtin_fabs(xs[i]) > 0x1p20) quadrant[i] = et_turn_large(xs[i], &high[i], &low[i]);
    memcpy(&t.r.high, high, sizeof x);
    memcpy(&t.r.low, low, sizeof x);
    memcpy(&t.quadrant, quadrant, sizeof x);
  }
  return t;
}

// x = n pi / 2 + r. Up to 2^20 the products n P1, n P2, n P3 are exact (Cody and Waite). An f32 x is
// never so near to a multiple that r in one part would not do.
ET_INLINE turned turn(vd x, bool fine) {
  const vd shifted = x * TWO_OVER_PI + WHOLE, n = shifted - WHOLE;
  const vd first = x - n * PI_2_1;
  turned t = {{(first - n * PI_2_2) - n * PI_2_3, SPLAT(0.0)}, bits_of(shifted)};
  if (fine) {
    const pair a = exact_sum(first, -(n * PI_2_2)), b = exact_sum(a.high, -(n * PI_2_3));
    t.r = fast_sum(b.high, (a.low + b.low) - n * PI_2_4);
  }
  return turn_large(t, x);
}

// sin (quarter 0) or cos (1): both polynomials, then each lane takes its quadrant's.
ET_INLINE vd wave(turned t, int quarter, bool fine) {
  const vd r = t.r.high, low = t.r.low, z = r * r, half = 0.5 * z;
  vd sine = r * z * polynomial(SIN_POLYNOMIAL, 7, z), cosine = z * z * polynomial(COS_POLYNOMIAL, 7, z);
  if (fine) {
    const pair top = fast_sum(SPLAT(1.0), -half);
    sine = r + (low * (1.0 - half) + sine);
    cosine = top.high + (top.low + (cosine - r * low));
  } else {
    sine = r + sine;
    cosine = (1.0 - half) + cosine;
  }
  const vi q = t.quadrant + quarter;
  return flip_sign(SELECT(-(q & 1), cosine, sine), (vi)((vu)(q & 2) << 62));
}

ET_INLINE vd sin_either(vd x, bool fine) {
  return SELECT(LT(magnitude(x), 0x1p-27), x, wave(turn(x, fine), 0, fine));
}
ET_INLINE vd sin_f64(vd x) { return sin_either(x, true); }
ET_INLINE vd sin_f32(vd x) { return OFF_MIDDLE(x, sin_either(x, false), SIN_MIDDLES); }
ET_INLINE vd cos_f64(vd x) { return wave(turn(x, true), 1, true); }
ET_INLINE vd cos_f32(vd x) {
  return OFF_MIDDLE(x, wave(turn(x, false), 1, false), COS_MIDDLES);
}

// ---------------------------------------------------------------- erf

// Up to 1 a polynomial; then 1 - e^(-x^2) g(x), g smooth; from 6 on it rounds to 1. `fine`: x^2 in
// two parts, and the polynomial's last product and sum too.
ET_INLINE vd erf_either(vd x, bool fine) {
  const vd a = clamp(magnitude(x), 0, 6), z = a * a;
  const vi tail = GT(a, 1.0);
  const vd w = SELECT(tail, SPLAT(0.0), z - 0.5);
  vd y;
  if (fine) {
    // Near 1 an eighth of a, exact, is taken off first, which leaves the product little to round.
    const vd eighth = SELECT(GT(w, 0.0), SPLAT(0.125), SPLAT(0.0));
    const vd slope = polynomial(ERF_POLYNOMIAL + 1, 13, w);
    const pair p = exact_product(w, slope), q = exact_sum(SPLAT(ERF_POLYNOMIAL[0]), p.high);
    const pair factor = exact_sum(q.high, eighth), lead = fast_sum(a, -(a * eighth));
    const vd low = factor.low + (q.low + (p.low + exact_product(a, a).low * slope));
    y = lead.high + (lead.low + (a * factor.high + a * low));
  } else {
    y = a + a * polynomial(ERF_POLYNOMIAL, 14, w);
  }
  if (ANY(tail)) {
    const exponential e = reduced_exp(-z, fine ? -exact_product(a, a).low : SPLAT(0.0));
    const vd g = polynomial(ERFC_POLYNOMIAL, 20, (a - 2.5) / (a + 2.5));
    const vd unit = power_of_two(e.k);
    if (fine) {
      const pair p = exact_product(e.high, g), s = fast_sum(SPLAT(1.0), -(p.high * unit));
      y = SELECT(tail, s.high + (s.low - (p.low + e.low * g) * unit), y);
    } else {
      y = SELECT(tail, 1.0 - (e.high * g + e.low * g) * unit, y);
    }
  }
  return flip_sign(y, sign_of(x));
}
ET_INLINE vd erf_f64(vd x) { return erf_either(x, true); }
ET_INLINE vd erf_f32(vd x) { return erf_either(x, false); }

// ---------------------------------------------------------------- loops

// Whole vectors, then the rest through a buffer padded with ones.
#define MATH(NAME, FUNCTION, T, VECTOR, WIDEN, NARROW)                        \
  static et_status unary_##NAME##_##T(size_t n, const void *xs, void *ys) {   \
    const TYPE_##T *x = xs;                                                   \
    TYPE_##T *y = ys;                                                         \
    VECTOR v;                                                                 \
    size_t i = 0;                                                             \
    for (; i + VD_LANES <= n; i += VD_LANES) {                                \
      memcpy(&v, x + i, sizeof v);                                            \
      v = NARROW(FUNCTION(WIDEN(v)));                                         \
      memcpy(y + i, &v, sizeof v);                                            \
    }                                                                         \
    if (i < n) {                                                              \
      TYPE_##T buffer[VD_LANES];                                              \
      for (size_t j = 0; j < VD_LANES; j++) buffer[j] = i + j < n ? x[i + j] : 1; \
      memcpy(&v, buffer, sizeof v);                                           \
      v = NARROW(FUNCTION(WIDEN(v)));                                         \
      memcpy(buffer, &v, sizeof v);                                           \
      for (size_t j = 0; i + j < n; j++) y[i + j] = buffer[j];                \
    }                                                                         \
    return ET_OK;                                                             \
  }
#define MATH_F64(NAME, FUNCTION) MATH(NAME, FUNCTION##_f64, F64, vd, , )
MATH_F64(EXP, exp)
MATH_F64(EXPM1, expm1)
MATH_F64(LOG, log)
MATH_F64(LOG1P, log1p)
MATH_F64(SIN, sin)
MATH_F64(COS, cos)
MATH_F64(TANH, tanh)
MATH_F64(SIGMOID, sigmoid)
MATH_F64(ERF, erf)

#ifdef LANES_SCALAR
#define MATH_F32(NAME, FUNCTION) MATH(NAME, FUNCTION##_f32, F32, vf, widen, narrow)
MATH_F32(EXP, exp)
MATH_F32(EXPM1, expm1)
MATH_F32(LOG, log)
MATH_F32(LOG1P, log1p)
MATH_F32(SIN, sin)
MATH_F32(COS, cos)
MATH_F32(TANH, tanh)
MATH_F32(SIGMOID, sigmoid)
MATH_F32(ERF, erf)
#endif
