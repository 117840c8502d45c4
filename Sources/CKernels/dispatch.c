// The public functions: each looks its kernel up in the table of the level.
#include "internal.h"

static bool machine_runs(et_level level) {
  switch (level) {
    case ET_REFERENCE: return true;
    case ET_BASELINE: return true;
#if defined(__x86_64__)
    case ET_AVX2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case ET_AVX512:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
             __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
             __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
    default: return false;
  }
}

const et_kernels *et_kernels_for(et_level level) {
  static const et_kernels *const tables[ET_LEVEL_COUNT] = {
    [ET_REFERENCE] = &et_table_reference,
    [ET_BASELINE] = &et_table_baseline,
#if defined(__x86_64__)
    [ET_AVX2] = &et_table_avx2,
    [ET_AVX512] = &et_table_avx512,
#endif
  };
  return (unsigned)level < ET_LEVEL_COUNT && machine_runs(level) ? tables[level] : NULL;
}

et_level et_best_level(void) {
  for (int level = ET_AVX512; level > ET_REFERENCE; level--)
    if (et_kernels_for((et_level)level)) return (et_level)level;
  return ET_REFERENCE;
}

et_level et_level_of(const et_kernels *k) { return k->level; }

const char *et_level_name(et_level level) {
#if defined(__aarch64__)
  if (level == ET_BASELINE) return "neon";
#endif
  static const char *const names[] = {"reference", "baseline", "avx2", "avx512"};
  return (unsigned)level < ET_LEVEL_COUNT ? names[level] : "unknown";
}

size_t et_size_of(et_dtype t) {
  static const uint8_t sizes[] = {1, 1, 4, 4, 8};
  return sizes[t];
}

// The control register: rounding mode, FTZ and DAZ of MXCSR; the same fields of FPCR.
#if defined(__x86_64__)
enum : uint32_t { CONTROL_FIELDS = 0x8000 | 0x6000 | 0x0040 };
static uint32_t read_control(void) { return __builtin_ia32_stmxcsr(); }
static void write_control(uint32_t value) { __builtin_ia32_ldmxcsr(value); }
#elif defined(__aarch64__)
enum : uint64_t { CONTROL_FIELDS = (1ull << 24) | (3ull << 22) | (1ull << 19) | 7 };
static uint64_t read_control(void) {
  uint64_t value;
  __asm__ volatile("mrs %0, fpcr" : "=r"(value));
  return value;
}
static void write_control(uint64_t value) { __asm__ volatile("msr fpcr, %0" : : "r"(value)); }
#endif
void et_set_rounding(void) { write_control(read_control() & ~CONTROL_FIELDS); }
int et_check_rounding(void) { return (read_control() & CONTROL_FIELDS) == 0; }

#define CALL(ENTRY, ...) return (ENTRY) ? (ENTRY)(__VA_ARGS__) : ET_UNSUPPORTED

et_status et_unary(const et_kernels *k, et_unary_op op, et_dtype t, size_t n, const void *x,
                   void *y) {
  if (n == 1) k = &et_table_reference;  // the same bits, without filling a vector
  CALL(k->unary[op][t], n, x, y);
}

et_status et_binary(const et_kernels *k, et_binary_op op, et_dtype t, size_t n, const void *x,
                    size_t x_step, const void *y, size_t y_step, void *out) {
  if (n == 1) k = &et_table_reference;
  CALL(k->binary[op][t], n, x, x_step, y, y_step, out);
}

et_status et_compare(const et_kernels *k, et_compare_op op, et_dtype t, size_t n, const void *x,
                     size_t x_step, const void *y, size_t y_step, uint8_t *out) {
  CALL(k->compare[op][t], n, x, x_step, y, y_step, out);
}

et_status et_logical(const et_kernels *k, et_logical_op op, size_t n, const uint8_t *x,
                     size_t x_step, const uint8_t *y, size_t y_step, uint8_t *out) {
  CALL(k->logical[op], n, x, x_step, y, y_step, out);
}

et_status et_where(const et_kernels *k, et_dtype t, size_t n, const uint8_t *condition,
                   size_t condition_step, const void *x, size_t x_step, const void *y,
                   size_t y_step, void *out) {
  CALL(k->where[t], n, condition, condition_step, x, x_step, y, y_step, out);
}

et_status et_power(const et_kernels *k, et_dtype t, size_t n, const void *x, int exponent,
                   void *y) {
  if (exponent < 0 || exponent > 16) return ET_UNSUPPORTED;
  CALL(k->power[t], n, x, exponent, y);
}

et_status et_convert(const et_kernels *k, et_dtype from, et_dtype to, size_t n, const void *x,
                     void *y) {
  CALL(k->convert[from][to], n, x, y);
}

et_status et_reduce_rows(const et_kernels *k, et_reduce_op op, et_dtype t, size_t rows, size_t n,
                         const void *x, void *y) {
  const bool positional = op == ET_ARGMAX || op == ET_ARGMIN;
  if (n == 0 && rows && (positional || op == ET_REDUCE_MAX || op == ET_REDUCE_MIN))
    return ET_OUT_OF_RANGE;
  if (positional && n > INT32_MAX) return ET_OVERFLOW;
  CALL(k->rows[op][t], rows, n, x, y);
}

et_status et_reduce_columns(const et_kernels *k, et_reduce_op op, et_dtype t, size_t outer,
                            size_t m, size_t n, size_t x_stride, const void *x, void *y) {
  const bool positional = op == ET_ARGMAX || op == ET_ARGMIN;
  if (m == 0 && outer && n && (positional || op == ET_REDUCE_MAX || op == ET_REDUCE_MIN))
    return ET_OUT_OF_RANGE;
  if (positional && m > INT32_MAX) return ET_OVERFLOW;
  CALL(k->columns[op][t], outer, m, n, x_stride, x, y);
}

et_status et_cumsum(const et_kernels *k, et_dtype t, size_t rows, size_t n, const void *x,
                    void *y) {
  CALL(k->cumsum[t], rows, n, x, y);
}

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }
static size_t round_up(size_t x, size_t multiple) { return (x + multiple - 1) / multiple * multiple; }

size_t et_matmul_scratch_bytes(const et_kernels *k, et_dtype t, size_t m, size_t n, size_t depth) {
  (void)k;
  if (t != ET_F32 && t != ET_F64) return 0;
  const size_t rows = smaller(round_up(m, 16), ET_PASS_ROWS);
  // One column is computed as a row.
  const size_t columns = smaller(round_up(n == 1 ? m : n, ET_PANEL_COLUMNS), ET_TILE_COLUMNS);
  return (rows + columns) * smaller(depth, ET_DEPTH_BLOCK) * et_size_of(t) + 128;
}

et_status et_matmul(const et_kernels *k, et_dtype t, size_t m, size_t n, size_t depth, et_matrix a,
                    et_matrix b, void *c, size_t c_stride, void *scratch) {
  CALL(k->matmul[t], m, n, depth, a, b, c, c_stride, scratch);
}

void et_philox(const et_kernels *k, et_stream s, uint32_t first, size_t blocks, uint32_t *words) {
  k->philox(s, first, blocks, words);
}

// The last element's block must stay below 2^32; blocks hold `in_block` elements.
static bool draws_too_far(uint64_t first, size_t n, uint64_t in_block) {
  const uint64_t limit = in_block << 32;
  return n && (first >= limit || n > limit - first);
}

et_status et_rand(const et_kernels *k, et_dtype t, et_stream s, uint64_t first, size_t n, void *y) {
  if (!k->rand[t]) return ET_UNSUPPORTED;
  if (draws_too_far(first, n, t == ET_F32 ? 4 : 2)) return ET_OUT_OF_RANGE;
  k->rand[t](s, first, n, y);
  return ET_OK;
}

et_status et_randn(const et_kernels *k, et_dtype t, et_stream s, uint64_t first, size_t n,
                   void *y) {
  if (!k->randn[t]) return ET_UNSUPPORTED;
  if (draws_too_far(first, n, 2)) return ET_OUT_OF_RANGE;
  k->randn[t](s, first, n, y);
  return ET_OK;
}
