// Reduction of large arguments of sin and cos modulo pi / 2, after Payne and Hanek (SIGNUM
// Newsletter 18(1), 1983). One copy, shared by all levels.
#include "internal.h"
#define LANES_SCALAR
#include "coefficients.h"
#include "lanes.h"

typedef unsigned __int128 u128;

// 64 binary digits of 2 / pi from place `from` after the point on (from may be negative: zeros).
static uint64_t digits(int from) {
  if (from <= -64) return 0;
  if (from < 0) return TWO_OVER_PI_DIGITS[0] >> -from;
  const int word = from / 64, shift = from % 64;
  const uint64_t high = TWO_OVER_PI_DIGITS[word] << shift;
  return shift ? high | TWO_OVER_PI_DIGITS[word + 1] >> (64 - shift) : high;
}

// x = m 2^e. Digits of 2 / pi above place e - 2 give multiples of 4 turns and drop out; the 192
// below give x 2 / pi modulo 4 to 2^-137, and x is never closer than 2^-62 to a multiple.
int64_t et_turn_large(double x, double *high, double *low) {
  const uint64_t bits = bits_f64(x);
  const int field = (int)(bits >> 52 & 0x7ff);
  if (field == 0x7ff) {
    *high = *low = __builtin_nan("");
    return 0;
  }
  const uint64_t m = (bits & 0xfffffffffffffull) | 1ull << 52;
  const int first = field - 1075 - 2;
  const uint64_t w0 = digits(first), w1 = digits(first + 64), w2 = digits(first + 128);
  // The product modulo 2^192, as three words; its top two bits count quarter turns.
  const u128 p2 = (u128)m * w2, p1 = (u128)m * w1 + (uint64_t)(p2 >> 64);
  const uint64_t top = m * w0 + (uint64_t)(p1 >> 64), middle = (uint64_t)p1;
  int64_t quadrant = (int64_t)(top >> 62);
  u128 fraction = (u128)(top << 2 | middle >> 62) << 64 | (middle << 2 | (uint64_t)p2 >> 62);
  const bool upper = fraction >> 127;
  if (upper) {
    fraction = -fraction;
    quadrant++;
  }
  // Leading 53 bits and the rest, each exact, times pi / 2.
  if (fraction == 0) fraction = 1;
  const uint64_t head = (uint64_t)(fraction >> 64);
  const int shift = head ? __builtin_clzll(head) : 64 + __builtin_clzll((uint64_t)fraction);
  fraction <<= shift;
  const double unit = f64_from((uint64_t)(1023 - 53 - shift) << 52);
  const double f_high = (double)(uint64_t)(fraction >> 75) * unit;
  const double f_low = (double)(uint64_t)((fraction >> 22) & 0x1fffffffffffffull) * (unit * 0x1p-53);
  const pair p = exact_product(f_high, PI_2_FULL_1);
  const pair r = fast_sum(p.high, p.low + (f_high * PI_2_FULL_2 + f_low * PI_2_FULL_1));
  const bool negative = (bits >> 63) != upper;
  *high = negative ? -r.high : r.high;
  *low = negative ? -r.low : r.low;
  return bits >> 63 ? -quadrant : quadrant;
}
