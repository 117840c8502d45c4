// Speed of the kernels on one core, level by level: GFLOP/s of f32 matmul, ns an element of the
// functions. CPU time, the best of several rounds. Not a test.
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "ckernels.h"

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

#define BEST(SECONDS, WORK)                                       \
  double SECONDS = 1e9;                                           \
  for (int round_ = 0; round_ < 7; round_++) {                    \
    int times_ = 0;                                               \
    const double start_ = now();                                  \
    double spent_;                                                \
    do { for (int i_ = 0; i_ < 16; i_++) { WORK; } times_ += 16; } while ((spent_ = now() - start_) < 0.004); \
    if (spent_ / times_ < SECONDS) SECONDS = spent_ / times_;     \
  }

static const struct { size_t m, depth, n; const char *how; } shapes[] = {
  {64, 64, 64, "ab"}, {256, 256, 256, "ab"}, {1024, 1024, 1024, "ab"}, {64, 784, 256, "ab"},
  {64, 256, 128, "ab"}, {64, 128, 10, "ab"}, {784, 64, 256, "Tb"}, {256, 64, 128, "Tb"},
  {128, 64, 10, "Tb"}, {64, 10, 128, "aT"}, {64, 128, 256, "aT"}, {512, 784, 256, "ab"},
  {2, 300, 16, "ab"}, {300, 2, 16, "ab"}, {300, 16, 16, "ab"}, {1, 784, 256, "ab"},
};

int main(int argc, char **argv) {
  enum { SIZE = 1024 * 1024 };
  float *a = aligned_alloc(64, 4 * SIZE), *b = aligned_alloc(64, 4 * SIZE);
  float *c = aligned_alloc(64, 4 * SIZE);
  double *d = aligned_alloc(64, 8 * SIZE), *e = aligned_alloc(64, 8 * SIZE);
  for (int i = 0; i < SIZE; i++) a[i] = (float)((i * 7919) % 1000) / 250 - 2, b[i] = (float)((i * 104729) % 1000) / 250 - 2, d[i] = a[i];
  for (int level = argc > 1 ? atoi(argv[1]) : ET_BASELINE; level < ET_LEVEL_COUNT; level++) {
    const et_kernels *k = et_kernels_for((et_level)level);
    if (!k) continue;
    printf("%s\n", et_level_name((et_level)level));
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
      const size_t m = shapes[s].m, n = shapes[s].n, depth = shapes[s].depth;
      if (level == ET_BASELINE && m * n * depth > 20000000) continue;
      void *scratch = aligned_alloc(64, et_matmul_scratch_bytes(k, ET_F32, m, n, depth) / 64 * 64 + 64);
      et_matrix x = {a, (ptrdiff_t)depth, 1}, y = {b, (ptrdiff_t)n, 1};
      if (shapes[s].how[0] == 'T') x = (et_matrix){a, 1, (ptrdiff_t)m};
      if (shapes[s].how[1] == 'T') y = (et_matrix){b, 1, (ptrdiff_t)depth};
      BEST(f32, et_matmul(k, ET_F32, m, n, depth, x, y, c, n, scratch))
      printf("  %s %zux%zux%zu %.1f GFLOP/s (%.2f us)\n", shapes[s].how, m, depth, n,
             2e-9 * (double)(m * n * depth) / f32, 1e6 * f32);
      free(scratch);
    }
    static const char *const names[] = {"exp", "expm1", "log", "log1p", "sin", "cos", "tanh", "sigmoid", "erf"};
    enum { N = 16384 };
    for (int op = ET_EXP; op <= ET_ERF; op++) {
      BEST(f32, et_unary(k, (et_unary_op)op, ET_F32, N, a, c))
      BEST(f64, et_unary(k, (et_unary_op)op, ET_F64, N, d, e))
      printf("  %-8s f32 %.2f ns, f64 %.2f ns\n", names[op - ET_EXP], 1e9 * f32 / N, 1e9 * f64 / N);
    }
#define SHOW(NAME, CALL) { BEST(t, CALL) printf("  %-8s %.3f ns\n", NAME, 1e9 * t / N); }
    SHOW("add", et_binary(k, ET_ADD, ET_F32, N, a, 1, b, 1, c))
    SHOW("max", et_binary(k, ET_MAX, ET_F32, N, a, 1, b, 1, c))
    SHOW("relu", et_unary(k, ET_RELU, ET_F32, N, a, c))
    SHOW("pow", et_binary(k, ET_POW, ET_F32, N, a, 1, b, 1, c))
    SHOW("sum rows", et_reduce_rows(k, ET_SUM, ET_F32, N / 256, 256, a, c))
    SHOW("max rows", et_reduce_rows(k, ET_REDUCE_MAX, ET_F32, N / 16, 16, a, c))
    SHOW("argmax", et_reduce_rows(k, ET_ARGMAX, ET_F32, N / 16, 16, a, c))
    SHOW("sum cols", et_reduce_columns(k, ET_SUM, ET_F32, 1, N / 256, 256, 256, a, c))
    const et_stream stream = {1, 2, 3};
    SHOW("rand", et_rand(k, ET_F32, stream, 0, N, c))
    SHOW("randn", et_randn(k, ET_F32, stream, 0, N, c))
    SHOW("sqrt", et_unary(k, ET_SQRT, ET_F32, N, b, c))
    SHOW("u8 f32", et_convert(k, ET_U8, ET_F32, N, a, c))
    { double one = 0.5; BEST(t, et_unary(k, ET_EXP, ET_F64, 1, &one, &one)) printf("  exp(1 number) %.1f ns\n", 1e9 * t); }
  }
  return 0;
}
