// The definition: every kernel as scalar code that follows the words of the contract. Nothing
// here is made fast; the other levels must give these bits.
#include "internal.h"

#define LOOP _Pragma("clang loop vectorize(disable)")

ET_INLINE float fused_f32(float a, float b, float c) { return et_soft_fmaf(a, b, c); }
ET_INLINE double fused_f64(double a, double b, double c) { return et_soft_fma(a, b, c); }

#define LANES_SCALAR
#include "body_math.h"
#include "body_pow.h"
#include "body_elementwise.h"
#include "body_update.h"
#include "body_exact.h"
#include "table.h"

// ---------------------------------------------------------------- reductions of rows

#define ADD(a, b) ((a) + (b))
#define MULTIPLY(a, b) ((a) * (b))

// 16 lanes and the halving combine over one block; longer sequences block by block, each block
// `size` elements, the results being a sequence of their own.
#define FLOATING_ROWS(NAME, T, START, OP)                                       \
  static TYPE_##T NAME##_sequence_##T(size_t n, const TYPE_##T *x) {                          \
    TYPE_##T lane[ET_LANES];                                                           \
    for (size_t l = 0; l < ET_LANES; l++) lane[l] = START;                      \
    size_t size = 1;                                                            \
    while (n > ET_ROW_BLOCK * size) size *= ET_ROW_BLOCK;                       \
    for (size_t i = 0; i * size < n; i++) {                                     \
      const size_t left = n - i * size, length = left < size ? left : size;     \
      const TYPE_##T item = size == 1 ? x[i] : NAME##_sequence_##T(length, x + i * size); \
      lane[i % ET_LANES] = OP(lane[i % ET_LANES], item);                        \
    }                                                                           \
    for (size_t half = ET_LANES / 2; half > 0; half /= 2)                       \
      for (size_t l = 0; l < half; l++) lane[l] = OP(lane[l], lane[l + half]);  \
    return lane[0];                                                             \
  }                                                                             \
  static et_status rows_##NAME##_##T(size_t rows, size_t n, const void *x, void *y) { \
    for (size_t r = 0; r < rows; r++)                                           \
      ((TYPE_##T *)y)[r] = NAME##_sequence_##T(n, (const TYPE_##T *)x + r * n);               \
    return ET_OK;                                                               \
  }
FLOATING_ROWS(SUM, F32, 0.0f, ADD)
FLOATING_ROWS(SUM, F64, 0.0, ADD)
FLOATING_ROWS(PROD, F32, 1.0f, MULTIPLY)
FLOATING_ROWS(PROD, F64, 1.0, MULTIPLY)

// NaN wins, and -0 < +0: IEEE 754-2019 maximum and minimum.
#define LESS_F(a, b) ((a) < (b) || ((a) == (b) && __builtin_signbit(a) && !__builtin_signbit(b)))
#define LESS_I(a, b) ((a) < (b))
#define EXTREMES(T, LESS)                                                                     \
  EXACT(REDUCE_MAX, T, TYPE_##T, TYPE_##T best = *x,                                          \
        if (best == best && (a != a || LESS(best, a))) best = a, best)                        \
  EXACT(REDUCE_MIN, T, TYPE_##T, TYPE_##T best = *x,                                          \
        if (best == best && (a != a || LESS(a, best))) best = a, best)                        \
  EXACT(ARGMAX, T, int32_t, TYPE_##T best = *x; size_t at = 0,                                \
        if (best == best && (a != a || best < a)) { best = a; at = i; }, at)                  \
  EXACT(ARGMIN, T, int32_t, TYPE_##T best = *x; size_t at = 0,                                \
        if (best == best && (a != a || a < best)) { best = a; at = i; }, at)
EXTREMES(U8, LESS_I)
EXTREMES(I32, LESS_I)
EXTREMES(F32, LESS_F)
EXTREMES(F64, LESS_F)
// ---------------------------------------------------------------- other axes

#define FLOATING_COLUMNS(NAME, T, START, OP)                                                  \
  static et_status columns_##NAME##_##T(size_t outer, size_t m, size_t n, size_t stride,      \
                                        const void *xs, void *y) {                            \
    for (size_t o = 0; o < outer; o++)                                                        \
      for (size_t j = 0; j < n; j++) {                                                        \
        const TYPE_##T *x = (const TYPE_##T *)xs + o * m * stride + j;                                      \
        TYPE_##T total = START;                                                                      \
        for (size_t block = 0; block < m; block += ET_COLUMN_BLOCK) {                         \
          TYPE_##T sum = START;                                                                      \
          for (size_t i = block; i < m && i < block + ET_COLUMN_BLOCK; i++)                   \
            sum = OP(sum, x[i * stride]);                                                     \
          total = block == 0 ? sum : OP(total, sum);                                          \
        }                                                                                     \
        ((TYPE_##T *)y)[o * n + j] = total;                                                          \
      }                                                                                       \
    return ET_OK;                                                                             \
  }
FLOATING_COLUMNS(SUM, F32, 0.0f, ADD)
FLOATING_COLUMNS(SUM, F64, 0.0, ADD)
FLOATING_COLUMNS(PROD, F32, 1.0f, MULTIPLY)
FLOATING_COLUMNS(PROD, F64, 1.0, MULTIPLY)

// ---------------------------------------------------------------- matmul

#define MATMUL(T, FUSED)                                                                      \
  static T element_##T(size_t depth, const T *a, ptrdiff_t a_step, const T *b, ptrdiff_t b_step) { \
    T total = 0;                                                                              \
    for (size_t block = 0; block < depth; block += ET_DEPTH_BLOCK) {                          \
      T c = 0;                                                                                \
      for (size_t p = block; p < depth && p < block + ET_DEPTH_BLOCK; p++)                    \
        c = FUSED(a[(ptrdiff_t)p * a_step], b[(ptrdiff_t)p * b_step], c);                     \
      total = block == 0 ? c : total + c;                                                     \
    }                                                                                         \
    return total;                                                                             \
  }                                                                                           \
  static et_status matmul_##T(size_t m, size_t n, size_t depth, et_matrix a, et_matrix b,     \
                              void *c, size_t c_stride, void *scratch) {                      \
    (void)scratch;                                                                            \
    for (size_t i = 0; i < m; i++)                                                            \
      for (size_t j = 0; j < n; j++)                                                          \
        ((T *)c)[i * c_stride + j] =                                                          \
            element_##T(depth, (const T *)a.data + (ptrdiff_t)i * a.row_stride,               \
                        a.column_stride, (const T *)b.data + (ptrdiff_t)j * b.column_stride,  \
                        b.row_stride);                                                        \
    return ET_OK;                                                                             \
  }
MATMUL(float, fused_f32)
MATMUL(double, fused_f64)

// |sum| < 2^62 * 2^63, so 128 bits hold it exactly.
et_status et_matmul_i32(size_t m, size_t n, size_t depth, et_matrix a, et_matrix b, void *c,
                        size_t c_stride, void *scratch) {
  (void)scratch;
  int bad = 0;
  for (size_t i = 0; i < m; i++)
    for (size_t j = 0; j < n; j++) {
      const int32_t *row = (const int32_t *)a.data + (ptrdiff_t)i * a.row_stride;
      const int32_t *column = (const int32_t *)b.data + (ptrdiff_t)j * b.column_stride;
      __int128 sum = 0;
      for (size_t p = 0; p < depth; p++)
        sum += (int64_t)row[(ptrdiff_t)p * a.column_stride] *
               column[(ptrdiff_t)p * b.row_stride];
      bad |= sum != (int32_t)sum;
      ((int32_t *)c)[i * c_stride + j] = (int32_t)sum;
    }
  return bad ? ET_OVERFLOW : ET_OK;
}

// ---------------------------------------------------------------- random

// Ten rounds of two 32 x 32 bit products; the key grows by the Weyl constants in between.
static void philox_block(et_stream s, uint32_t block, uint32_t word[4]) {
  uint32_t c0 = block, c1 = s.call, c2 = (uint32_t)s.high, c3 = (uint32_t)(s.high >> 32);
  uint32_t k0 = (uint32_t)s.key, k1 = (uint32_t)(s.key >> 32);
  for (int round = 0; round < 10; round++) {
    const uint64_t p0 = (uint64_t)0xD2511F53u * c0, p1 = (uint64_t)0xCD9E8D57u * c2;
    const uint32_t next0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0, next2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
    c1 = (uint32_t)p1;
    c3 = (uint32_t)p0;
    c0 = next0;
    c2 = next2;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  word[0] = c0, word[1] = c1, word[2] = c2, word[3] = c3;
}

static void philox_reference(et_stream s, uint32_t first, size_t blocks, uint32_t *words) {
  for (size_t i = 0; i < blocks; i++) philox_block(s, first + (uint32_t)i, words + 4 * i);
}

static uint64_t pair_of(et_stream s, uint64_t i) {
  uint32_t word[4];
  philox_block(s, (uint32_t)(i / 2), word);
  return (uint64_t)word[2 * (i % 2)] << 32 | word[2 * (i % 2) + 1];
}

static void rand_f32(et_stream s, uint64_t first, size_t n, void *y) {
  for (size_t i = 0; i < n; i++) {
    uint32_t word[4];
    philox_block(s, (uint32_t)((first + i) / 4), word);
    ((float *)y)[i] = (float)(word[(first + i) % 4] >> 8) * 0x1p-24f;
  }
}

static void rand_f64(et_stream s, uint64_t first, size_t n, void *y) {
  for (size_t i = 0; i < n; i++)
    ((double *)y)[i] = (double)(pair_of(s, first + i) >> 11) * 0x1p-53;
}

static double normal(et_stream s, uint64_t i) {
  const uint64_t odd = 2 * (pair_of(s, i) >> 12) + 1;
  return normal_quantile((double)odd * 0x1p-53);
}

static void randn_f32(et_stream s, uint64_t first, size_t n, void *y) {
  for (size_t i = 0; i < n; i++) ((float *)y)[i] = (float)normal(s, first + i);
}

static void randn_f64(et_stream s, uint64_t first, size_t n, void *y) {
  for (size_t i = 0; i < n; i++) ((double *)y)[i] = normal(s, first + i);
}

// ---------------------------------------------------------------- the table

const et_kernels et_table_reference = {
  .level = ET_REFERENCE,
  ELEMENTWISE_TABLE
  UPDATE_TABLE
  .rows = REDUCTIONS(rows),
  .columns = REDUCTIONS(columns),
  .cumsum = {[ET_I32] = cumsum_I32, [ET_F32] = cumsum_F32, [ET_F64] = cumsum_F64},
  .matmul = {[ET_I32] = et_matmul_i32, [ET_F32] = matmul_float, [ET_F64] = matmul_double},
  .philox = philox_reference,
  .rand = {[ET_F32] = rand_f32, [ET_F64] = rand_f64},
  .randn = {[ET_F32] = randn_f32, [ET_F64] = randn_f64},
};
