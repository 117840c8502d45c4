// The words in which the functions are written, so that one text serves one f64 (the reference:
// LANES_SCALAR) and a vector of 8. Only + - * / are used, each rounded on its own, so both give
// the same bits. A mask is a vi of all ones or zeros.

#ifdef LANES_SCALAR

typedef double vd;
typedef int64_t vi;
typedef uint64_t vu;
typedef float vf;
enum { VD_LANES = 1 };
#define LT(a, b) (-(vi)((a) < (b)))
#define GT(a, b) (-(vi)((a) > (b)))
#define EQ(a, b) (-(vi)((a) == (b)))
#define ANY(m) ((m) != 0)
#define SPLAT(c) (c)
ET_INLINE vf narrow(vd x) { return (float)x; }
ET_INLINE vd widen(vf x) { return x; }

#else

typedef double vd __attribute__((vector_size(64)));
typedef int64_t vi __attribute__((vector_size(64)));
typedef uint64_t vu __attribute__((vector_size(64)));
typedef float vf __attribute__((vector_size(32)));
enum { VD_LANES = 8 };
#define LT(a, b) ((vi)((a) < (b)))
#define GT(a, b) ((vi)((a) > (b)))
#define EQ(a, b) ((vi)((a) == (b)))
#define ANY(m) (__builtin_reduce_or(m) != 0)
#define SPLAT(c) ((vd){} + (c))
ET_INLINE vf narrow(vd x) { return __builtin_convertvector(x, vf); }
ET_INLINE vd widen(vf x) { return __builtin_convertvector(x, vd); }

#endif

ET_INLINE vi bits_of(vd x) {
  vi b;
  memcpy(&b, &x, sizeof b);
  return b;
}
ET_INLINE vd from_bits(vi b) {
  vd x;
  memcpy(&x, &b, sizeof x);
  return x;
}
#define SELECT(m, a, b) choose((m), (a), (b))
ET_INLINE vd choose(vi m, vd a, vd b) { return from_bits((m & bits_of(a)) | (~m & bits_of(b))); }
ET_INLINE vd magnitude(vd x) { return from_bits(bits_of(x) & INT64_MAX); }
ET_INLINE vi sign_of(vd x) { return bits_of(x) & INT64_MIN; }
ET_INLINE vd flip_sign(vd x, vi sign) { return from_bits(bits_of(x) ^ sign); }

typedef struct { vd high, low; } pair;  // an unevaluated sum

// Exact: high + low = a + b. The first needs |a| >= |b| or a = 0.
ET_INLINE pair fast_sum(vd a, vd b) {
  const vd s = a + b;
  return (pair){s, (a - s) + b};
}
ET_INLINE pair exact_sum(vd a, vd b) {
  const vd s = a + b, v = s - a;
  return (pair){s, (a - (s - v)) + (b - v)};
}
// Exact: high + low = a * b, when nothing over- or underflows. With a fused multiply-add or by
// Dekker's splitting (Numerische Mathematik 18, 1971), the low part is the same number.
ET_INLINE pair exact_product(vd a, vd b) {
  const vd p = a * b;
#ifdef LANES_FMA
  return (pair){p, __builtin_elementwise_fma(a, b, -p)};
#else
  const vd at = a * 0x1.0000002p27, bt = b * 0x1.0000002p27;
  const vd ah = at - (at - a), bh = bt - (bt - b), al = a - ah, bl = b - bh;
  return (pair){p, ((ah * bh - p) + ah * bl + al * bh) + al * bl};
#endif
}

// Even and odd powers apart: half the latency of Horner's rule.
ET_INLINE vd polynomial(const double *c, int count, vd x) {
  const vd square = x * x;
  vd even = SPLAT(c[(count - 1) & ~1]), odd = SPLAT(c[(count - 2) | 1]);
#pragma clang loop unroll(full)
  for (int i = ((count - 1) & ~1) - 2; i >= 0; i -= 2) even = even * square + c[i];
#pragma clang loop unroll(full)
  for (int i = ((count - 2) | 1) - 2; i >= 0; i -= 2) odd = odd * square + c[i];
  return even + odd * x;
}

// Adding it leaves a whole number in the low bits of the significand, rounded half to even.
#define WHOLE 0x1.8p52

// 2^k from the low bits of k, for -1022 <= k <= 1023.
ET_INLINE vd power_of_two(vi k) { return from_bits((vi)((vu)(k + 1023) << 52)); }
