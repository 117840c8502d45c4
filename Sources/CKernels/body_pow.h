// pow, and the inverse normal of the random draws.
#include "as241.h"

// log x for positive x in two parts, to about 2^-66: x = 2^k m, m near 1 / inverse of a table
// of 64, log x = k log 2 + log c + log(1 + f), f = m * inverse - 1 exact in two parts.
ET_INLINE pair log_pair(vd x) {
  const vi small = LT(x, 0x1p-1022);
  const vi b = bits_of(SELECT(small, x * 0x1p54, x));
  const vi index = (b >> 46) & 63;
  double inverse[VD_LANES], log_1[VD_LANES], log_2[VD_LANES];
  int64_t at[VD_LANES];
  memcpy(at, &index, sizeof index);
  for (int i = 0; i < VD_LANES; i++) {
    const pow_entry *entry = &POW_TABLE[at[i]];
    inverse[i] = entry->inverse, log_1[i] = entry->log_1, log_2[i] = entry->log_2;
  }
  vd c, c_log, c_low;
  memcpy(&c, inverse, sizeof c);
  memcpy(&c_log, log_1, sizeof c);
  memcpy(&c_low, log_2, sizeof c);
  // Upper parts of the table stand for m / 2.
  const vi halved = GT(from_bits((b & 0xfffffffffffffll) | 0x3ff0000000000000ll), POW_HALVED);
  const vi field = (vi)((vu)b >> 52) - halved;
  const vd k = from_bits(field | 0x4330000000000000ll) -
               SELECT(small, SPLAT(0x1p52 + 1023 + 54), SPLAT(0x1p52 + 1023));
  const vd m = from_bits((b & 0xfffffffffffffll) | (vi)((vu)(halved + 1023) << 52));
  const vd m_high = from_bits(bits_of(m) & ~0xfffffll), m_low = m - m_high;
  const pair f = exact_sum(m_high * c - 1.0, m_low * c);
  const pair d = exact_sum(f.high, SPLAT(2.0));
  const vd inverse_d = 1.0 / d.high, s = f.high * inverse_d;
  const pair p = exact_product(s, d.high);
  const vd s_low = (((f.high - p.high) - p.low) + (f.low - s * (d.low + f.low))) * inverse_d;
  const vd z = s * s, cube = s * z * polynomial(POW_LOG_POLYNOMIAL, 5, z);
  const pair sum = exact_sum(k * LN2_1 + c_log, 2.0 * s);
  return fast_sum(sum.high, sum.low + ((2.0 * s_low + (k * LN2_2 + c_low)) + cube));
}

// x^y for positive finite x and finite y. Beyond 2^66 and below 2^-66 y is as good as its clamp.
ET_INLINE vd pow_positive(vd x, vd y) {
  const vd size = magnitude(y), bounded = flip_sign(clamp(size, 0x1p-66, 0x1p66), sign_of(y));
  const pair l = log_pair(x), p = exact_product(bounded, l.high);
  const vd high = clamp(p.high, -750, 750);
  const exponential e = reduced_exp(high, SELECT(EQ(high, p.high), p.low + bounded * l.low, SPLAT(0.0)));
  return scale(e.high + e.low, e.whole, e.k);
}

// IEEE 754-2019 9.2.1, where pow is not that of positive finite numbers; `power` is that of |x|.
static double pow_edges(double x, double y, double power) {
  const double size = __builtin_fabs(y), infinity = __builtin_inf();
  if (y == 0 || x == 1) return 1;
  if (x != x || y != y) return x + y;
  const double a = __builtin_fabs(x);
  if (size == infinity) return a == 1 ? 1 : (a > 1) == (y > 0) ? infinity : 0;
  const bool whole = size >= 0x1p52 || (size + 0x1p52) - 0x1p52 == size;
  const bool odd = whole && size < 0x1p53 && ((int64_t)size & 1);
  if (a == 0 || a == infinity) power = (a == 0) == (y > 0) ? 0 : infinity;
  else if (x < 0 && !whole) return __builtin_nan("");
  return odd && __builtin_signbit(x) ? -power : power;
}

ET_INLINE vd pow_any(vd x, vd y) {
  const vi plain = GT(x, 0.0) & LT(x, INFINITE) & LT(magnitude(y), INFINITE) & GT(magnitude(y), 0.0);
  const vd a = magnitude(x);
  const vi usable = GT(a, 0.0) & LT(a, INFINITE);
  vd r = pow_positive(SELECT(usable, a, SPLAT(1.0)), SELECT(LT(magnitude(y), INFINITE), y, SPLAT(1.0)));
  if (ANY(~plain)) {
    double xs[VD_LANES], ys[VD_LANES], rs[VD_LANES];
    memcpy(xs, &x, sizeof x);
    memcpy(ys, &y, sizeof x);
    memcpy(rs, &r, sizeof x);
    for (int i = 0; i < VD_LANES; i++) rs[i] = pow_edges(xs[i], ys[i], rs[i]);
    memcpy(&r, rs, sizeof x);
  }
  return r;
}

#define POW(T)                                                                              \
  static et_status binary_POW_##T(size_t n, const void *xs, size_t x_step, const void *ys,  \
                                  size_t y_step, void *out) {                               \
    const TYPE_##T *x = xs, *y = ys;                                                        \
    for (size_t i = 0; i < n; i += VD_LANES) {                                              \
      double a[VD_LANES], b[VD_LANES];                                                      \
      for (size_t j = 0; j < VD_LANES; j++) {                                               \
        const size_t at = i + j < n ? i + j : i;                                            \
        a[j] = x[at * x_step], b[j] = y[at * y_step];                                       \
      }                                                                                     \
      vd va, vb;                                                                            \
      memcpy(&va, a, sizeof va);                                                            \
      memcpy(&vb, b, sizeof vb);                                                            \
      va = pow_any(va, vb);                                                                 \
      memcpy(a, &va, sizeof va);                                                            \
      for (size_t j = 0; j < VD_LANES && i + j < n; j++) ((TYPE_##T *)out)[i + j] = (TYPE_##T)a[j]; \
    }                                                                                       \
    return ET_OK;                                                                           \
  }
POW(F32)
POW(F64)

ET_INLINE vd horner8(const double c[8], vd x) {
  vd y = SPLAT(c[0]);
#pragma clang loop unroll(full)
  for (int i = 1; i < 8; i++) y = y * x + c[i];
  return y;
}

// Wichura's PPND16 for 0 < p < 1, its operations as printed there.
ET_INLINE vd normal_quantile(vd p) {
  const vd q = p - 0.5;
  const vi outer = GT(magnitude(q), 0.425);
  const vd centre = 0.180625 - q * q;
  vd y = q * (horner8(AS241_A, centre) / horner8(AS241_B, centre));
  if (ANY(outer)) {
    const vd least = SELECT(LT(q, 0.0), p, 1.0 - p);
    const vd r = __builtin_elementwise_sqrt(-log_normal(least, SPLAT(0.0), SPLAT(0.0)));
    vd tail = horner8(AS241_C, r - 1.6) / horner8(AS241_D, r - 1.6);
    const vi far = GT(r, 5.0);
    if (ANY(far)) tail = SELECT(far, horner8(AS241_E, r - 5.0) / horner8(AS241_F, r - 5.0), tail);
    y = SELECT(outer, flip_sign(tail, sign_of(q)), y);
  }
  return y;
}
