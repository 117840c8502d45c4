// The f32 functions at levels with vectors: a short way, and for the few vectors whose rounding it
// leaves open the long way of body_math.h.
//
// A short way gives an f64 with a relative error below a stated bound. Unless the middle between
// two f32 is so near to it, the exact value rounds as it does. Inputs for which the bound does not
// hold, or the f32 result is subnormal, are set aside and go the long way too. So a result does not
// depend on how the short way rounds: it may fuse where the CPU can.
//
// A bound is that of the polynomial, from coefficients.py, times what the formula makes of it, as
// said at each, and less than 2^-45 for the roundings. Measured at every 61st f32 beside the filters
// of Tests/Exhaustive, with fma and without, the largest errors are: exp 2^-39.7, expm1 2^-37.0,
// tanh 2^-39.4, sigmoid 2^-40.9, log and log1p 2^-37.7, sin and cos 2^-43.5, erf 2^-37.4.

typedef float vf16 __attribute__((vector_size(64)));
typedef int32_t vi16 __attribute__((vector_size(64)));
typedef struct { vd low, high; } vd16;
#define ANY16(m) (__builtin_reduce_or((vi16)(m)) != 0)

ET_INLINE vf16 load16(const float *x) {
  vf16 v;
  memcpy(&v, x, sizeof v);
  return v;
}
ET_INLINE vd16 widen16(vf16 x) {
  return (vd16){widen(__builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7)),
                widen(__builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15))};
}
ET_INLINE void store16(float *to, vd16 y) {
  const vf low = narrow(y.low), high = narrow(y.high);
  memcpy(to, &low, sizeof low);
  memcpy(to + VD_LANES, &high, sizeof high);
}

// a * b + c, rounded once or twice.
ET_INLINE vd mul_add(vd a, vd b, vd c) {
#ifdef LANES_FMA
  return __builtin_elementwise_fma(a, b, c);
#else
  return a * b + c;
#endif
}

// Horner's rule: measured, the vectors before and after hide its latency, up to degree 8.
ET_INLINE vd horner(const double *c, int count, vd x) {
  vd y = SPLAT(c[count - 1]);
#pragma clang loop unroll(full)
  for (int i = count - 2; i >= 0; i--) y = mul_add(y, x, SPLAT(c[i]));
  return y;
}
// Even and odd powers apart, for a longer one of odd count.
ET_INLINE vd two_horners(const double *c, int count, vd x) {
  const vd square = x * x;
  vd even = SPLAT(c[count - 1]), odd = SPLAT(c[count - 2]);
#pragma clang loop unroll(full)
  for (int i = count - 3; i >= 0; i -= 2) even = mul_add(even, square, SPLAT(c[i]));
#pragma clang loop unroll(full)
  for (int i = count - 4; i >= 0; i -= 2) odd = mul_add(odd, square, SPLAT(c[i]));
  return mul_add(odd, x, even);
}

// Quotients in pairs, which share a division: one takes as long as two dozen products. What is NaN
// or infinite in one vector is NaN in the other.
typedef struct { vd over, under; } fraction;
ET_INLINE vd16 quotients(fraction low, fraction high) {
  const vd inverse = 1.0 / (low.under * high.under);
  return (vd16){low.over * high.under * inverse, high.over * low.under * inverse};
}

// ---------------------------------------------------------------- exp, expm1

#define LN2 (LN2_1 + LN2_2)

// x = k part + r, |r| <= |part| / 2; unit = 2^k.
typedef struct { vd r, unit; } short_reduced;
ET_INLINE short_reduced short_reduce(vd x, double part) {
  const double biased = WHOLE + 1023;  // adding it leaves k + 1023 in the low bits
  const vd shifted = mul_add(x, SPLAT(1 / part), SPLAT(biased));
  const vd r = mul_add(shifted - biased, SPLAT(-part), x);
  return (short_reduced){r, from_bits((vi)((vu)bits_of(shifted) << 52))};
}

// The ends of ranges, here and below, are no f32: those the compiler would apply before widening, in
// more instructions.
ET_INLINE vd short_exp(vd x) {
  const short_reduced e = short_reduce(at_least(x, -106.1), LN2);
  return horner(SHORT_EXP, 9, e.r) * e.unit;
}

// (2^k - 1) + 2^k (e^r - 1), which magnifies the polynomial's error by at most sqrt 2, at k = 1,
// and not at all for negative x. With 1 - 2^k subtracted, -0 stays.
ET_INLINE vd short_expm1(vd x) {
  const short_reduced e = short_reduce(x, LN2);
  return mul_add(e.unit, e.r * horner(SHORT_EXPM1, 8, e.r), -(1.0 - e.unit));
}
ET_INLINE vd short_expm1_all(vd x) { return short_expm1(at_least(x, -20.1)); }

// ---------------------------------------------------------------- tanh, sigmoid

// x = k log 2 / 2 + r. With c = r coth r, e^2r = (c + r) / (c - r), and with u = (1 - 2^k) / 2
// tanh x = (r - u (c + r)) / (c - u (c + r)). c's error is not magnified; with u subtracted, -0
// stays. From 9.2 on it rounds to 1.
ET_INLINE fraction short_tanh(vd x) {
  const short_reduced e = short_reduce(clamp(x, -9.2, 9.2), LN2 / 2);
  const vd c = horner(SHORT_COTH, 4, e.r * e.r), sum = c + e.r;
  const vd u = mul_add(e.unit, SPLAT(-0.5), SPLAT(0.5));
  return (fraction){mul_add(-u, sum, e.r), mul_add(-u, sum, c)};
}

// x = r - k log 2. With c = r coth(r / 2), e^-r = (c - r) / (c + r), and 1 / (1 + e^-x) =
// (c + r) / (c + r + 2^k (c - r)). c's error counts less than half.
ET_INLINE fraction short_sigmoid(vd x) {
  const short_reduced e = short_reduce(at_most(x, 40.1), -LN2);
  const vd c = horner(SHORT_HALF_COTH, 4, e.r * e.r), over = c + e.r;
  return (fraction){over, mul_add(e.unit, c - e.r, over)};
}

// ---------------------------------------------------------------- log, log1p

// x = 2^k (1 + f), s = f / (2 + f): log x = k log 2 + s P(s^2), P's error not magnified. With
// -k log 2 subtracted, -0 stays.
typedef struct { fraction s; vd minus_k; } short_split;

ET_INLINE vd short_log_sum(vd s, vd minus_k) {
  return mul_add(-minus_k, SPLAT(LN2), s * horner(SHORT_LOG, 5, s * s));
}
ET_INLINE vd minus_whole(vi e) { return (0x1p52 + 1024) - from_bits(e | 0x4330000000000000ll); }
ET_INLINE vd power_below(vi e) { return from_bits((vi)((vu)(2047 - e) << 52)); }

ET_INLINE short_split short_log(vd x) {
  const vi e = nearest_power(x);
  const vd f = mul_add(x, power_below(e), SPLAT(-1.0));
  return (short_split){{f, 2.0 + f}, minus_whole(e)};
}

// 2^-k and 2^-k - 1 are exact where x does not hide them.
ET_INLINE short_split short_log1p(vd x) {
  const vi e = nearest_power(x + 1.0);
  const vd unit = power_below(e), f = mul_add(x, unit, -(1.0 - unit));
  return (short_split){{f, 2.0 + f}, minus_whole(e)};
}

// ---------------------------------------------------------------- sin, cos

// sin(x + ahead pi): x = (n - ahead) pi + r, |r| <= pi / 2, and the sine is that of r but for its
// sign. Below 2^20 the first product is exact. For every f32 there, tried, |r| is at least 2^-41.2
// |n - ahead|, so what the parts of pi and the second product lose is below 2^-43 of it.
ET_INLINE vd short_wave(vd x, double ahead) {
  const vd shifted = mul_add(x, SPLAT(TWO_OVER_PI / 2), SPLAT(ahead)) + WHOLE;
  const vd n = (shifted - WHOLE) - ahead;
  const vd r = mul_add(n, SPLAT(-SHORT_PI_2), mul_add(n, SPLAT(-SHORT_PI_1), x));
  return flip_sign(r * horner(SHORT_SIN, 7, r * r), (vi)((vu)bits_of(shifted) << 63));
}
ET_INLINE vd short_sin(vd x) { return short_wave(x, 0.0); }
ET_INLINE vd short_cos(vd x) { return short_wave(x, 0.5); }

// ---------------------------------------------------------------- erf

// 1 - e^(x Q(x)). An error of Q counts the less the larger x is, and SHORT_ERF is made so. From
// 3.93 on it rounds to 1.
ET_INLINE vd short_erf(vd x) {
  const vd a = at_most(magnitude(x), 3.93);
  return flip_sign(-short_expm1(a * two_horners(SHORT_ERF, 15, a)), sign_of(x));
}

// ---------------------------------------------------------------- loops

// Where y lies so near to the middle of two f32 that a relative error leaves the side open. A unit
// of y's last place is at least 2^-53 |y|.
ET_INLINE vi left_open(vd y, double error) {
  const int64_t units = (int64_t)(error * 0x1p53);
  return EQ((bits_of(y) + (units - 0x10000000)) & (0x20000000 - 2 * units), 0);
}

#define APART(F) \
  ET_INLINE vd16 F##_16(vd16 x) { return (vd16){F(x.low), F(x.high)}; }
#define BY_QUOTIENTS(F) \
  ET_INLINE vd16 F##_16(vd16 x) { return quotients(F(x.low), F(x.high)); }
#define BY_LOGARITHM(F)                                                                      \
  ET_INLINE vd16 F##_16(vd16 x) {                                                            \
    const short_split low = F(x.low), high = F(x.high);                                      \
    const vd16 s = quotients(low.s, high.s);                                                 \
    return (vd16){short_log_sum(s.low, low.minus_k), short_log_sum(s.high, high.minus_k)};   \
  }

// ERROR, a power of two, bounds the relative error of SHORT; ASIDE says of which x it does not, or
// which have subnormal results.
#define SINGLE(NAME, HOW, SHORT, LONG, ERROR, ASIDE)                                          \
  HOW(SHORT)                                                                                  \
  static __attribute__((noinline, cold)) void long_##NAME(const float *x, float *y) {         \
    const vd16 v = widen16(load16(x));                                                        \
    store16(y, (vd16){LONG(v.low), LONG(v.high)});                                            \
  }                                                                                           \
  ET_INLINE void single_##NAME(const float *from, float *to) {                                \
    const vf16 x = load16(from);                                                              \
    const vd16 y = SHORT##_16(widen16(x));                                                    \
    const vi open = left_open(y.low, ERROR) | left_open(y.high, ERROR);                       \
    if (__builtin_expect(ANY(open) | ANY16(ASIDE), 0)) long_##NAME(from, to);                 \
    else store16(to, y);                                                                      \
  }                                                                                           \
  static et_status unary_##NAME##_F32(size_t n, const void *xs, void *ys) {                   \
    const float *x = xs;                                                                      \
    float *y = ys;                                                                            \
    for (; n >= 16; n -= 16, x += 16, y += 16) single_##NAME(x, y);                           \
    if (n > 0) {                                                                              \
      float rest[16] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};                      \
      memcpy(rest, x, n * sizeof *x);                                                         \
      single_##NAME(rest, rest);                                                              \
      memcpy(y, rest, n * sizeof *y);                                                         \
    }                                                                                         \
    return ET_OK;                                                                             \
  }

#define INSIDE(LOW, HIGH) ((x > (LOW)) & (x < (HIGH)))
SINGLE(EXP, APART, short_exp, exp_f32, 0x1p-39, INSIDE(-104.0f, -87.0f) | (x > 88.0f))
SINGLE(EXPM1, APART, short_expm1_all, expm1_f32, 0x1p-36, x > 88.0f)
SINGLE(TANH, BY_QUOTIENTS, short_tanh, tanh_f32, 0x1p-39, x != x)
SINGLE(SIGMOID, BY_QUOTIENTS, short_sigmoid, sigmoid_f32, 0x1p-40, ~(x > -87.0f))
// Of 0 and infinity for bounds the compiler makes a test of classes, a dozen instructions long.
SINGLE(LOG, BY_LOGARITHM, short_log, log_f32, 0x1p-37, ~INSIDE(0x1p-126f, 0x1p127f))
SINGLE(LOG1P, BY_LOGARITHM, short_log1p, log1p_f32, 0x1p-37, ~INSIDE(-1.0f, (float)INFINITE))
SINGLE(SIN, APART, short_sin, sin_f32, 0x1p-42, ~INSIDE(-0x1p20f, 0x1p20f))
SINGLE(COS, APART, short_cos, cos_f32, 0x1p-42, ~INSIDE(-0x1p20f, 0x1p20f))
SINGLE(ERF, APART, short_erf, erf_f32, 0x1p-37, INSIDE(-0x1p-125f, 0x1p-125f) & (x != 0))
