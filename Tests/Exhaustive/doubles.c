#include "doubles.h"

#include <stdio.h>

enum { BLOCK = 1 << 12 };
size_t doubles_blocks(size_t points) { return (points + BLOCK - 1) / BLOCK; }

void doubles_add(doubles *sum, const doubles *d) {
  sum->inputs += d->inputs;
  sum->different += d->different;
  if (d->worst <= sum->worst) return;
  sum->worst = d->worst;
  sum->at = d->at;
  sum->power = d->power;
}

// ---------------------------------------------------------------- points

typedef struct { uint64_t stream, i; } source;
static uint64_t next(source *s) { return random_bits(s->stream, s->i++); }
static double unit(source *s) { return (double)(next(s) >> 11) * 0x1p-53; }
static double uniform(source *s, double low, double high) { return low + (high - low) * unit(s); }
static double sign(source *s) { return next(s) & 1 ? 1 : -1; }

static double any_bits(source *s) {
  const uint64_t bits = next(s);
  double x;
  memcpy(&x, &bits, 8);
  return x;
}

// One of f's edges, moved by a part of it (or of 1 for 0) of any size down to the last place.
static double near_edge(const function *f, source *s) {
  int count = 0;
  while (!isnan(f->edges[count])) count++;
  const double e = f->edges[next(s) % (uint64_t)count];
  const double move = sign(s) * ldexp(unit(s), -(int)(next(s) % 54));
  return e == 0 ? move : e + e * move;
}

// Where an argument's reduction turns from one interval to the next: multiples of half a log 2,
// powers of two times the root of two, multiples of pi / 4, of every size, moved by up to a few
// hundred places.
static double near_boundary(const function *f, source *s) {
  const double n = (double)(next(s) >> (1 + next(s) % 62));
  double x;
  switch (f->op) {
    case ET_LOG:
    case ET_LOG1P:
      x = ldexp(0x1.6a09e667f3bcdp0, (int)(next(s) % 128) - 64) - (f->op == ET_LOG1P);
      break;
    case ET_SIN:
    case ET_COS: x = sign(s) * n * 0x1.921fb54442d18p-1; break;
    default: x = sign(s) * fmod(n, 4096) * 0x1.62e42fefa39efp-2; break;
  }
  if (f->op == ET_TANH) x *= 0.5;
  if (f->op == ET_ERF) x = sqrt(fabs(x));
  const int reach = (int)(next(s) % 9);
  return x + x * (double)(int64_t)(next(s) % 513 - 256) * ldexp(0x1p-52, -reach);
}

static double point(const function *f, source *s) {
  switch (next(s) % 8) {
    case 0: return any_bits(s);
    case 1:
    case 2: return uniform(s, f->low, f->high);
    case 3:
    case 4: return ldexp(uniform(s, f->low, f->high), -(int)(next(s) % 60));
    case 5:
    case 6: return near_boundary(f, s);
    default: return near_edge(f, s);
  }
}

// Bases near 1 and of any size, exponents up to the ends of the range, and small ones.
static void power_point(source *s, double *x, double *y) {
  const bool near_one = next(s) % 3 == 0;
  *x = near_one ? 1 + sign(s) * ldexp(unit(s), -(int)(next(s) % 50))
                : ldexp(uniform(s, 1, 2), (int)(next(s) % 2098) - 1074);
  if (*x == 1 || *x == 0) *x = 3;
  const double reach = 1 / log2(*x);
  switch (next(s) % 4) {
    case 0: *y = uniform(s, -3, 3); break;
    case 1: *y = (double)(int64_t)(next(s) % 201) - 100; break;
    case 2:
      *y = (next(s) & 1 ? 1024 : -1074) * reach;
      *y += *y * sign(s) * ldexp(unit(s), -(int)(next(s) % 40));
      break;
    default: *y = uniform(s, -1075, 1024) * reach; break;
  }
}

// ---------------------------------------------------------------- judging

// The kernels are called with all points; each level gives the best level's bits.
static void compute(const function *f, const double *x, const double *power, double *y,
                    doubles *d) {
  static double other[BLOCK];
  bool first = true;
  for (int level = ET_LEVEL_COUNT - 1; level >= 0; level--) {
    const et_kernels *k = et_kernels_for((et_level)level);
    if (!k) continue;
    double *to = first ? y : other;
    if (f) et_unary(k, f->op, ET_F64, BLOCK, x, to);
    else et_binary(k, ET_POW, ET_F64, BLOCK, x, 1, power, 1, to);
    for (size_t i = 0; i < BLOCK && !first; i++)
      d->different += memcmp(y + i, other + i, 8) != 0 && !(isnan(y[i]) && isnan(other[i]));
    first = false;
  }
}

void doubles_judge(const function *f, size_t block, doubles *d) {
  static double x[BLOCK], power[BLOCK], y[BLOCK];
  source s = {f ? 100 + (uint64_t)f->op : 99, (uint64_t)block << 24};
  for (size_t i = 0; i < BLOCK; i++) {
    if (f) x[i] = point(f, &s);
    else power_point(&s, x + i, power + i);
  }
  compute(f, x, power, y, d);
  mpfr_t a, b, exact;
  mpfr_inits2(53, a, b, (mpfr_ptr)0);
  mpfr_init2(exact, 100);
  for (size_t i = 0; i < BLOCK; i++) {
    mpfr_set_d(a, x[i], MPFR_RNDN);
    if (f) {
      f->exact(exact, a, MPFR_RNDN);
    } else {
      mpfr_set_d(b, power[i], MPFR_RNDN);
      mpfr_pow(exact, a, b, MPFR_RNDN);
    }
    const double u = ulps(y[i], exact);
    if (u <= d->worst) continue;
    d->worst = u;
    d->at = x[i];
    d->power = power[i];
  }
  d->inputs += BLOCK;
  mpfr_clears(a, b, exact, (mpfr_ptr)0);
}
