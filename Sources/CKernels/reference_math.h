#include <math.h>
#define LIBM(NAME, EXPRESSION)                                       \
  static double one_##NAME(double a) { return EXPRESSION; }          \
  UNARY_LOOP(NAME, F32) UNARY_LOOP(NAME, F64)
#define UNARY_LOOP(NAME, T)                                          \
  static et_status unary_##NAME##_##T##_reference(size_t n, const void *x, void *y) { \
    for (size_t i = 0; i < n; i++)                                   \
      ((TYPE_##T *)y)[i] = (TYPE_##T)one_##NAME(((const TYPE_##T *)x)[i]); \
    return ET_OK;                                                    \
  }
LIBM(EXP, exp(a))
LIBM(EXPM1, expm1(a))
LIBM(LOG, log(a))
LIBM(LOG1P, log1p(a))
LIBM(SIN, sin(a))
LIBM(COS, cos(a))
LIBM(TANH, tanh(a))
LIBM(SIGMOID, 1 / (1 + exp(-a)))
LIBM(ERF, erf(a))
#define POW_LOOP(T)                                                  \
  static et_status binary_POW_##T##_reference(size_t n, const void *x, size_t x_step, \
                                              const void *y, size_t y_step, void *z) { \
    for (size_t i = 0; i < n; i++)                                   \
      ((TYPE_##T *)z)[i] = (TYPE_##T)pow(((const TYPE_##T *)x)[i * x_step], \
                                         ((const TYPE_##T *)y)[i * y_step]); \
    return ET_OK;                                                    \
  }
POW_LOOP(F32)
POW_LOOP(F64)
#include "as241.h"
static double horner(const double c[8], double x) {
  double y = c[0];
  for (int i = 1; i < 8; i++) y = y * x + c[i];
  return y;
}
static double normal_quantile_reference(double p) {
  const double q = p - 0.5;
  if (fabs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q * (horner(AS241_A, r) / horner(AS241_B, r));
  }
  const double r = sqrt(-log(q < 0 ? p : 1 - p));
  const double tail = r <= 5 ? horner(AS241_C, r - 1.6) / horner(AS241_D, r - 1.6)
                             : horner(AS241_E, r - 5) / horner(AS241_F, r - 5);
  return q < 0 ? -tail : tail;
}
