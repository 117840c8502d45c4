// Samples the functions against MPFR: f32 results that are not correctly rounded, and the largest
// error of the f64 ones in units of the last place. Usage: accuracy [points]. A sample, no proof.
#include <math.h>
#include <mpfr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ckernels.h"

static uint64_t state = 1;
static uint64_t next(void) {
  uint64_t z = state += 0x9E3779B97F4A7C15u;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
  z = (z ^ z >> 27) * 0x94D049BB133111EBu;
  return z ^ z >> 31;
}

static int sigmoid(mpfr_t y, const mpfr_t x, mpfr_rnd_t rounding) {
  mpfr_neg(y, x, rounding);
  mpfr_exp(y, y, rounding);
  mpfr_add_ui(y, y, 1, rounding);
  return mpfr_ui_div(y, 1, y, rounding);
}

// Arguments are spread over [low, high] and, half of them, over all magnitudes below.
static const struct {
  const char *name;
  et_unary_op op;
  int (*exact)(mpfr_t, const mpfr_t, mpfr_rnd_t);
  double low, high;
} functions[] = {
  {"exp", ET_EXP, mpfr_exp, -745, 710}, {"expm1", ET_EXPM1, mpfr_expm1, -40, 710},
  {"log", ET_LOG, mpfr_log, 0, 4}, {"log1p", ET_LOG1P, mpfr_log1p, -1, 4},
  {"sin", ET_SIN, mpfr_sin, -100, 100}, {"cos", ET_COS, mpfr_cos, -100, 100},
  {"tanh", ET_TANH, mpfr_tanh, -22, 22}, {"sigmoid", ET_SIGMOID, sigmoid, -745, 40},
  {"erf", ET_ERF, mpfr_erf, -6, 6},
};

static double uniform(double low, double high) {
  return low + (high - low) * ((double)(next() >> 11) * 0x1p-53);
}

static double spread(double low, double high) {
  const double x = uniform(low, high);
  return next() & 1 ? x : ldexp(x, -(int)(next() % 60));
}

// |got - exact| in units of the last place of exact.
static double ulps(double got, mpfr_t exact) {
  const double near = mpfr_get_d(exact, MPFR_RNDN);
  if (isnan(near) || isinf(near)) return isnan(near) ? (isnan(got) ? 0 : 1e9) : got == near ? 0 : 1e9;
  int exponent;
  frexp(near == 0 ? 0x1p-1074 : near, &exponent);
  if (exponent < -1021) exponent = -1021;
  mpfr_t d;
  mpfr_init2(d, 200);
  mpfr_sub_d(d, exact, got, MPFR_RNDN);
  mpfr_mul_2si(d, d, 53 - exponent, MPFR_RNDN);
  const double u = fabs(mpfr_get_d(d, MPFR_RNDN));
  mpfr_clear(d);
  return u;
}

int main(int argc, char **argv) {
  const size_t points = argc > 1 ? strtoull(argv[1], NULL, 10) : 200000;
  const et_kernels *k = et_kernels_for(et_best_level());
  mpfr_t x, y;
  mpfr_init2(x, 53);
  mpfr_init2(y, 140);
  mpfr_set_emin(-16494);
  float *fx = malloc(points * 4), *fy = malloc(points * 4);
  double *dx = malloc(points * 8), *dw = malloc(points * 8), *dy = malloc(points * 8);
  bool failed = false;
  printf("%s, %zu points each\n", et_level_name(et_level_of(k)), points);
  for (size_t f = 0; f < sizeof functions / sizeof *functions; f++) {
    for (size_t i = 0; i < points; i++) {
      const uint32_t u = (uint32_t)next();
      memcpy(&fx[i], &u, 4);
      if (i & 1) fx[i] = (float)spread(functions[f].low, functions[f].high);
      dx[i] = spread(functions[f].low, functions[f].high);
      if (i % 16 == 0) {
        const uint64_t w = next();
        memcpy(&dx[i], &w, 8);
      }
    }
    et_unary(k, functions[f].op, ET_F32, points, fx, fy);
    et_unary(k, functions[f].op, ET_F64, points, dx, dy);
    size_t wrong = 0;
    double worst = 0, at = 0;
    for (size_t i = 0; i < points; i++) {
      mpfr_set_d(x, fx[i], MPFR_RNDN);
      functions[f].exact(y, x, MPFR_RNDN);
      const float nearest = mpfr_get_flt(y, MPFR_RNDN);
      if (nearest != fy[i] && !(isnan(nearest) && isnan(fy[i]))) {
        if (wrong++ < 3) printf("  %s(%a) gives %a, not %a\n", functions[f].name, fx[i], fy[i], nearest);
      }
      mpfr_set_d(x, dx[i], MPFR_RNDN);
      functions[f].exact(y, x, MPFR_RNDN);
      const double u = ulps(dy[i], y);
      if (u > worst) worst = u, at = dx[i];
    }
    printf("%-8s f32 misrounded %zu; f64 within %.3f ulp, worst at %a\n", functions[f].name, wrong,
           worst, at);
    failed |= wrong > points / 100000 || worst >= 1;
  }
  double worst = 0, at = 0, to = 0;
  for (size_t i = 0; i < points; i++) {
    dx[i] = i % 3 == 0 ? uniform(0.9, 1.1) : ldexp(uniform(1, 2), (int)(next() % 2046) - 1022);
    dw[i] = uniform(-745, 710) / log(dx[i]);
    if (i % 4 == 0) dw[i] = uniform(-3, 3);
  }
  et_binary(k, ET_POW, ET_F64, points, dx, 1, dw, 1, dy);
  for (size_t i = 0; i < points; i++) {
    mpfr_t z;
    mpfr_init2(z, 53);
    mpfr_set_d(x, dx[i], MPFR_RNDN);
    mpfr_set_d(z, dw[i], MPFR_RNDN);
    mpfr_pow(y, x, z, MPFR_RNDN);
    mpfr_clear(z);
    const double u = ulps(dy[i], y);
    if (u > worst) worst = u, at = dx[i], to = dw[i];
  }
  printf("pow      f64 within %.3f ulp, worst at %a ^ %a\n", worst, at, to);
  return failed || worst >= 1;
}
