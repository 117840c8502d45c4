// Exact scalar arithmetic on bit patterns: the fused multiply-add where the CPU has none, and the
// remainder. Integer arithmetic only, so nothing depends on the floating-point unit.
#include "internal.h"

typedef unsigned __int128 u128;

enum { FRACTION_BITS = 52, BIAS = 1023 };
#define HIDDEN_BIT (1ull << FRACTION_BITS)
#define SIGN_BIT (1ull << 63)

// |x| = significand * 2^exponent, for finite x; not normalised.
typedef struct {
  uint64_t significand;
  int exponent;
} unpacked;

static unpacked unpack(uint64_t bits) {
  const int field = (int)(bits >> FRACTION_BITS & 0x7ff);
  const uint64_t fraction = bits & (HIDDEN_BIT - 1);
  if (field == 0) return (unpacked){fraction, 1 - BIAS - FRACTION_BITS};
  return (unpacked){fraction | HIDDEN_BIT, field - BIAS - FRACTION_BITS};
}

static int bit_length(u128 x) {
  const uint64_t high = (uint64_t)(x >> 64), low = (uint64_t)x;
  return high ? 128 - __builtin_clzll(high) : low ? 64 - __builtin_clzll(low) : 0;
}

// x shifted right by n, with a 1 in the last place if a 1 was lost.
static u128 shift_right_sticky(u128 x, int n) {
  if (n <= 0) return x;
  if (n >= 128) return x != 0;
  return x >> n | ((x & (((u128)1 << n) - 1)) != 0);
}

// sign, magnitude * 2^exponent with a sticky last place (at least 56 bits or exact), to nearest even.
static double round_and_pack(uint64_t sign, u128 magnitude, int exponent) {
  const int length = bit_length(magnitude);
  int drop = length - (FRACTION_BITS + 1);
  const int least = 1 - BIAS - FRACTION_BITS;
  if (exponent + drop < least) drop = least - exponent;
  uint64_t kept;
  if (drop > 0) {
    // Kept bits, the bit below them, and whether anything lies below that.
    if (drop > 127) return f64_from(sign);
    const bool half = magnitude >> (drop - 1) & 1;
    const bool rest = (magnitude & (((u128)1 << (drop - 1)) - 1)) != 0;
    kept = (uint64_t)(magnitude >> drop);
    kept += half && (rest || (kept & 1));
  } else {
    kept = (uint64_t)(magnitude << -drop);
  }
  exponent += drop;
  if (kept == HIDDEN_BIT << 1) {
    kept >>= 1;
    exponent++;
  }
  if (kept < HIDDEN_BIT) return f64_from(sign | kept);
  const int field = exponent + BIAS + FRACTION_BITS;
  if (field >= 0x7ff) return f64_from(sign | 0x7ffull << FRACTION_BITS);
  return f64_from(sign | (uint64_t)field << FRACTION_BITS | (kept & (HIDDEN_BIT - 1)));
}

double et_soft_fma(double a, double b, double c) {
  const uint64_t p_sign = (bits_f64(a) ^ bits_f64(b)) & SIGN_BIT, c_sign = bits_f64(c) & SIGN_BIT;
  const double infinity = __builtin_inf();
  // Infinities and NaNs do as the plain operations; so do zeros, with no rounding to go wrong.
  if (!(__builtin_fabs(a) < infinity && __builtin_fabs(b) < infinity)) return a * b + c;
  if (!(__builtin_fabs(c) < infinity)) return c;
  if (a == 0 || b == 0) return a * b + c;
  const unpacked ua = unpack(bits_f64(a)), ub = unpack(bits_f64(b)), uc = unpack(bits_f64(c));
  u128 p = (u128)ua.significand * ub.significand, q = uc.significand;
  int p_exponent = ua.exponent + ub.exponent, exponent;
  if (q == 0) return round_and_pack(p_sign, p, p_exponent);
  // Both are brought to a leading bit at 125, so that a sum fits and what is shifted out of the
  // smaller one lies far below the last place of the result: a sticky bit tells all about it.
  const int p_up = 126 - bit_length(p), q_up = 126 - bit_length(q);
  p <<= p_up;
  q <<= q_up;
  p_exponent -= p_up;
  const int q_exponent = uc.exponent - q_up;
  if (p_exponent >= q_exponent) {
    q = shift_right_sticky(q, p_exponent - q_exponent);
    exponent = p_exponent;
  } else {
    p = shift_right_sticky(p, q_exponent - p_exponent);
    exponent = q_exponent;
  }
  if (p_sign == c_sign) return round_and_pack(p_sign, p + q, exponent);
  if (p == q) return 0.0;
  return p > q ? round_and_pack(p_sign, p - q, exponent) : round_and_pack(c_sign, q - p, exponent);
}

// The product is exact in f64; the sum, rounded to odd there, has the bits that decide the rounding
// to f32 (Boldo and Melquiond, IEEE TC 57(4), 2008).
float et_soft_fmaf(float a, float b, float c) {
  const double p = (double)a * b, s = p + c;
  const double back = s - p, error = (p - (s - back)) + (c - back);
  uint64_t bits = bits_f64(s);
  if (error != 0 && s - s == 0 && !(bits & 1)) bits += (error > 0) == (s > 0) ? 1 : -1ull;
  return (float)f64_from(bits);
}

// The significand of x is taken through the exponent difference 11 bits at a time, exactly.
double et_remainder_toward_zero(double x, double y) {
  const uint64_t sign = bits_f64(x) & SIGN_BIT;
  const double infinity = __builtin_inf();
  if (!(__builtin_fabs(x) < infinity) || y != y || y == 0) return __builtin_nan("");
  if (__builtin_fabs(x) < __builtin_fabs(y)) return x;
  const unpacked ux = unpack(bits_f64(x)), uy = unpack(bits_f64(y));
  uint64_t r = ux.significand % uy.significand;
  for (int left = ux.exponent - uy.exponent; left > 0 && r;) {
    const int step = left < 11 ? left : 11;
    r = (r << step) % uy.significand;
    left -= step;
  }
  return round_and_pack(sign, r, uy.exponent);
}

double et_off_middle(size_t count, const et_middle *table, double x, double y) {
  for (size_t i = 0; i < count; i++)
    if ((double)table[i].x == x) return (double)table[i].y;
  return y;
}
