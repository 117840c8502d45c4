// The f32 functions: every input, or a sample, through every level of this machine.
#include "singles.h"

#include <stdio.h>
#include <stdlib.h>

#include "filter.h"
#include "hard.h"

enum { BLOCK = 1 << 16 };

static const et_kernels *levels[ET_LEVEL_COUNT];
static int level_count;

int singles_prepare(void) {
  filter_prepare();
  for (int level = ET_LEVEL_COUNT - 1; level >= 0; level--) {
    const et_kernels *k = et_kernels_for((et_level)level);
    if (k) levels[level_count++] = k;
  }
  return level_count;
}

static void keep_hard(singles *s, uint32_t x, double closeness) {
  int at = HARDEST;
  while (at > 0 && closeness > s->hardest[at - 1].closeness) at--;
  if (at == HARDEST) return;
  memmove(s->hardest + at + 1, s->hardest + at, sizeof *s->hardest * (size_t)(HARDEST - 1 - at));
  s->hardest[at].x = x;
  s->hardest[at].closeness = closeness;
}

void singles_add(singles *sum, const singles *s) {
  sum->inputs += s->inputs;
  sum->edges += s->edges;
  sum->hard += s->hard;
  sum->wrong += s->wrong;
  sum->different += s->different;
  sum->beyond += s->beyond;
  for (int i = 0; i < HARDEST; i++) keep_hard(sum, s->hardest[i].x, s->hardest[i].closeness);
}

// The filter's value, less and more its error, rounds alike: so does the exact value between them.
// The roundings of the two ends are covered, the error proved being half of FILTER_ERROR.
static float wanted(const function *f, float x, singles *s) {
  float y;
  if (edge(f, x, &y)) {
    s->edges++;
    return y;
  }
  const double value = f->filter(x), error = value * FILTER_ERROR;
  const float below = (float)(value - error), above = (float)(value + error);
  if (below == above) return below;
  double closeness = 0;
  y = rounded(f, x, &closeness);
  s->hard++;
  s->wrong += isnan(y);  // not decided
  keep_hard(s, bits_of(x), closeness);
  return y;
}

static bool same(float a, float b) { return bits_of(a) == bits_of(b) || (isnan(a) && isnan(b)); }

// Says so the first times.
static void complain(const function *f, const char *who, float x, float got, float want,
                     uint64_t before) {
  if (before >= 20) return;
  printf("%s: %s(%a) is %a, not %a\n", who, f->name, (double)x, (double)got, (double)want);
  fflush(stdout);
}

// Every level's results, in another order, against y: the neighbours in a vector, which can send an
// input another way, are not those it had. n is no multiple of the prime.
static void judge_moved(const function *f, size_t n, const float *x, const float *y, singles *s) {
  static uint32_t place[BLOCK];
  static float moved[BLOCK], got[BLOCK];
  for (uint32_t i = 0; i < n; i++) {
    place[i] = i * 40507 % (uint32_t)n;
    moved[place[i]] = x[i];
  }
  for (int l = 0; l < level_count; l++) {
    et_unary(levels[l], f->op, ET_F32, n, moved, got);
    const char *name = et_level_name(et_level_of(levels[l]));
    for (size_t i = 0; i < n; i++)
      if (!same(y[i], got[place[i]])) complain(f, name, x[i], got[place[i]], y[i], s->different++);
  }
}

void singles_judge(const function *f, size_t n, const float *x, singles *s) {
  static float y[BLOCK];
  et_unary(levels[0], f->op, ET_F32, n, x, y);
  for (size_t i = 0; i < n; i++) {
    const float want = wanted(f, x[i], s);
    if (same(y[i], want)) continue;
    complain(f, et_level_name(et_level_of(levels[0])), x[i], y[i], want, s->wrong++);
  }
  judge_moved(f, n, x, y, s);
  s->inputs += n;
}

// ---------------------------------------------------------------- special inputs

enum { LANES = 16 };

// In a vector of its own: another input may send all of its vector another way.
static void judge_alone(const function *f, float x, float want, singles *s) {
  float alike[LANES], y[LANES];
  for (int i = 0; i < LANES; i++) alike[i] = x;
  for (int l = 0; l < level_count; l++) {
    et_unary(levels[l], f->op, ET_F32, LANES, alike, y);
    for (int i = 0; i < LANES; i++)
      if (!same(y[i], want))
        complain(f, et_level_name(et_level_of(levels[l])), x, y[i], want, s->wrong++);
  }
}

// Every one of these goes through MPFR too, which must agree with the filter's bound.
static void judge_twice(const function *f, size_t n, const float *x, singles *s) {
  singles_judge(f, n, x, s);
  for (size_t i = 0; i < n; i++) {
    float want;
    if (edge(f, x[i], &want)) {
      judge_alone(f, x[i], want, s);
      continue;
    }
    double closeness;
    const double value = f->filter(x[i]);
    want = rounded(f, x[i], &closeness);
    judge_alone(f, x[i], want, s);
    if (!filter_holds(f, x[i], value) && s->beyond++ < 20)
      printf("filter: %s(%a) is %a, off by more than proved\n", f->name, (double)x[i], value);
  }
}

// Arguments where a result overflows, vanishes or stops changing, and multiples of pi / 4.
static const float thresholds[] = {
  88.72284f, -87.33655f, -103.27893f, -103.97208f, 88.0296f, -17.32868f, 16.63554f, 9.010914f,
  3.8325067f, 0.34657359f, 1.0397208f, 0.70710678f, 1.4142135f, 0.17328679f, 0.78539816f,
  1.5707963f, 3.1415927f, 6.2831853f, 1e5f, 1048576.1f, 3e7f, 1e20f, 1e38f,
};

static size_t near(float *x, uint32_t bits, int reach) {
  for (int i = -reach; i <= reach; i++) x[i + reach] = float_of(bits + (uint32_t)i);
  return 2 * (size_t)reach + 1;
}

// Powers of two of both signs, infinities among them, with neighbours; thresholds with more of
// them.
static void sample_special(const function *f, singles *s) {
  float x[130];
  for (uint32_t sign = 0; sign < 2; sign++) {
    for (uint32_t power = 0; power < 23; power++)
      judge_twice(f, near(x, sign << 31 | 1u << power, 3), x, s);
    for (uint32_t field = 0; field < 256; field++)
      judge_twice(f, near(x, sign << 31 | field << 23, 3), x, s);
    for (size_t i = 0; i < sizeof thresholds / sizeof *thresholds; i++)
      judge_twice(f, near(x, sign << 31 | bits_of(thresholds[i]), 64), x, s);
  }
  for (size_t i = 0; i < sizeof hard_cases / sizeof *hard_cases; i++)
    if (hard_cases[i].op == f->op) judge_twice(f, near(x, hard_cases[i].x, 1), x, s);
}

// ---------------------------------------------------------------- all

size_t singles_all_blocks(void) { return (size_t)1 << 16; }

void singles_all(const function *f, size_t block, singles *s) {
  static float x[BLOCK];
  for (uint32_t i = 0; i < BLOCK; i++) x[i] = float_of((uint32_t)block << 16 | i);
  singles_judge(f, BLOCK, x, s);
  if (block > 0) return;
  singles special = {0};
  sample_special(f, &special);
  s->wrong += special.wrong;
  s->different += special.different;
  s->beyond += special.beyond;
}

// ---------------------------------------------------------------- sample

enum { SAMPLE = 1 << 13, TWICE = 32 };
size_t singles_sample_blocks(size_t points) { return (points + SAMPLE - 1) / SAMPLE + 1; }

void singles_sample(const function *f, size_t block, singles *s) {
  static float x[SAMPLE];
  if (block == 0) {
    sample_special(f, s);
    return;
  }
  for (size_t i = 0; i < SAMPLE; i++)
    x[i] = float_of((uint32_t)(random_bits(f->op, block * SAMPLE + i) >> 32));
  // An odd count, so that the end of an array is worked on as well.
  singles_judge(f, SAMPLE - 3, x, s);
  judge_twice(f, TWICE, x, s);
}
