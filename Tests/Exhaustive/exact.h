// The nine functions, their exact values by MPFR, and how results are judged by them.
#ifndef ETUDE_EXACT_H
#define ETUDE_EXACT_H

#include <math.h>
#include <mpfr.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "ckernels.h"

typedef struct {
  const char *name;
  et_unary_op op;
  double (*filter)(float x);
  int (*exact)(mpfr_t y, const mpfr_t x, mpfr_rnd_t rounding);  // within 4 units of y's precision
  // Results at 0, -0, inf and -inf; -inf at `least`, NaN below it.
  float zero, minus_zero, infinity, minus_infinity, least;
  const double *edges;  // f64: where the kernels change their way, so points are dense there
  double low, high;     // f64: where points are spread evenly
} function;

enum { FUNCTION_COUNT = 9 };
extern const function functions[FUNCTION_COUNT];

static inline uint32_t bits_of(float x) {
  uint32_t bits;
  memcpy(&bits, &x, 4);
  return bits;
}
static inline float float_of(uint32_t bits) {
  float x;
  memcpy(&x, &bits, 4);
  return x;
}

// Whether rules, not mathematics, give f(x): NaN, infinities, zeros, the ends of the domain; then
// y.
bool edge(const function *f, float x, float *y);

// f(x) rounded to f32 by MPFR with as much precision as it takes. `closeness` is how near the
// exact value is to a point where the rounding changes: 2^-closeness of a unit in the last place.
// NaN if 4,096 bits do not decide.
float rounded(const function *f, float x, double *closeness);

// Whether value is within FILTER_ERROR of f(x), or both round to the same of 0, 1, -1, inf and
// -inf, where a filter gives the value of an end.
bool filter_holds(const function *f, float x, double value);

// |got - exact| in units of the last place of the exact value in f64; the first value past the
// largest counts as infinity. 1e9 where a NaN, an infinity or the sign of a zero is wrong.
double ulps(double got, const mpfr_t exact);

// The same numbers on every machine (SplitMix64): number i of stream s.
uint64_t random_bits(uint64_t stream, uint64_t i);

#endif
