// What the kernel sources share: the table of a level and small exact helpers.
#ifndef ETUDE_KERNELS_INTERNAL_H
#define ETUDE_KERNELS_INTERNAL_H

#include <stdbool.h>
#include <string.h>

#include "ckernels.h"

#pragma STDC FP_CONTRACT OFF

#define ET_INLINE static inline __attribute__((always_inline, unused))

// Block lengths of the contract: sums of one row, sums down columns, matmul depth.
enum { ET_LANES = 16, ET_ROW_BLOCK = 4096, ET_COLUMN_BLOCK = 256, ET_DEPTH_BLOCK = 256 };

typedef et_status unary_fn(size_t n, const void *x, void *y);
typedef et_status binary_fn(size_t n, const void *x, size_t x_step, const void *y, size_t y_step,
                            void *out);
typedef et_status where_fn(size_t n, const uint8_t *condition, size_t condition_step, const void *x,
                           size_t x_step, const void *y, size_t y_step, void *out);
typedef void scaled_sum_fn(size_t n, bool minus, const void *scale_x, const void *x,
                           const void *scale_y, const void *y, void *out);
typedef void adaptive_fn(size_t n, const void *p, const void *scale, const void *x, const void *y,
                         const void *offset, void *out);
typedef et_status power_fn(size_t n, const void *x, int exponent, void *y);
typedef et_status rows_fn(size_t rows, size_t n, const void *x, void *y);
typedef et_status columns_fn(size_t outer, size_t m, size_t n, size_t x_stride, const void *x,
                             void *y);
typedef et_status matmul_fn(size_t m, size_t n, size_t depth, et_matrix a, et_matrix b, void *c,
                            size_t c_stride, void *scratch);
typedef void philox_fn(et_stream s, uint32_t first, size_t blocks, uint32_t *words);
typedef void draw_fn(et_stream s, uint64_t first, size_t n, void *y);

struct et_kernels {
  et_level level;
  unary_fn *unary[ET_UNARY_COUNT][ET_DTYPE_COUNT];
  binary_fn *binary[ET_BINARY_COUNT][ET_DTYPE_COUNT];
  binary_fn *compare[ET_COMPARE_COUNT][ET_DTYPE_COUNT];
  binary_fn *logical[2];
  where_fn *where[ET_DTYPE_COUNT];
  power_fn *power[ET_DTYPE_COUNT];
  unary_fn *convert[ET_DTYPE_COUNT][ET_DTYPE_COUNT];
  scaled_sum_fn *scaled_sum[ET_DTYPE_COUNT];
  adaptive_fn *adaptive[ET_DTYPE_COUNT];
  // f32 kernels that are not slow where subnormals occur; absent where those above are not either.
  struct {
    binary_fn *mul, *div;
    unary_fn *sqrt, *square;
    scaled_sum_fn *scaled_sum;
    adaptive_fn *adaptive;
  } careful;
  rows_fn *rows[ET_REDUCE_COUNT][ET_DTYPE_COUNT];
  columns_fn *columns[ET_REDUCE_COUNT][ET_DTYPE_COUNT];
  rows_fn *cumsum[ET_DTYPE_COUNT];
  matmul_fn *matmul[ET_DTYPE_COUNT];
  philox_fn *philox;
  draw_fn *rand[ET_DTYPE_COUNT], *randn[ET_DTYPE_COUNT];
};

et_status et_matmul_i32(size_t m, size_t n, size_t depth, et_matrix a, et_matrix b, void *c,
                        size_t c_stride, void *scratch);

extern const et_kernels et_table_reference, et_table_baseline, et_table_avx2, et_table_avx512;

// C types by dtype name, for the lists below: TYPE_F32 is float.
#define TYPE_BOOL uint8_t
#define TYPE_U8 uint8_t
#define TYPE_I32 int32_t
#define TYPE_F32 float
#define TYPE_F64 double

ET_INLINE uint32_t bits_f32(float x) {
  uint32_t u;
  memcpy(&u, &x, sizeof u);
  return u;
}
ET_INLINE uint64_t bits_f64(double x) {
  uint64_t u;
  memcpy(&u, &x, sizeof u);
  return u;
}
ET_INLINE float f32_from(uint32_t u) {
  float x;
  memcpy(&x, &u, sizeof x);
  return x;
}
ET_INLINE double f64_from(uint64_t u) {
  double x;
  memcpy(&x, &u, sizeof x);
  return x;
}

// Matmul works on tiles of c of at most ET_TILE_ROWS x ET_TILE_COLUMNS, ET_DEPTH_BLOCK deep: a tile
// of b (of f32: 512 kB) stays in L2 while strips of a pass over it.
//
// A pass over at most ET_PASS_ROWS rows transposes what it needs of a once for all columns (f32: 3 MB).
enum { ET_TILE_ROWS = 96, ET_TILE_COLUMNS = 512, ET_PASS_ROWS = 3072, ET_PANEL_COLUMNS = 32 };

// x = n pi / 2 + high + low for |x| > 2^20; returns n modulo 4, possibly negative.
int64_t et_turn_large(double x, double *high, double *low);
// What a table of `middles.h` has for x, else y. x and the result are f32.
typedef struct { float x, y; } et_middle;
double et_off_middle(size_t count, const et_middle *table, double x, double y);
double et_remainder_toward_zero(double x, double y);  // C's fmod, exact

#endif
