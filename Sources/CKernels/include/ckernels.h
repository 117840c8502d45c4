// The kernels: every number that a tensor holds is made here. What each function must give is
// fixed bit for bit (see docs/numerics.md); ET_REFERENCE is that definition as slow, obvious
// scalar code, and every other level gives the same bits (NaNs compare alike: their sign and
// payload are not part of a result).
//
// Conventions
//   - Arrays are contiguous and need no more than their element's alignment. Sizes and strides
//     count elements unless the name ends in _bytes. n = 0 is allowed everywhere.
//   - An output array never overlaps an input, except that an elementwise kernel may write over
//     an operand it reads with step 1 and the same element size (y == x exactly).
//   - Kernels allocate nothing, keep no state, start no threads, and call nothing of the C library
//     but memcpy and memset. Threads divide outputs: call a kernel on a sub-range by moving
//     the pointers. No split of outputs changes a bit.
//   - A status other than ET_OK leaves the output unspecified. Where a kernel can fail, it looks
//     at every element, so the status does not depend on the level.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>
#include <stdint.h>

// ---------------------------------------------------------------- types

// bool is one byte, 0 or 1.
typedef enum { ET_BOOL, ET_U8, ET_I32, ET_F32, ET_F64 } et_dtype;
#define ET_DTYPE_COUNT 5

typedef enum {
  ET_OK = 0,
  ET_OVERFLOW,          // an exact integer result that i32 can't hold
  ET_DIVISION_BY_ZERO,  // integer // or % by zero
  ET_OUT_OF_RANGE,      // a conversion whose value the dtype can't hold, or an index out of range
  ET_UNSUPPORTED,       // no such kernel for this dtype
} et_status;

typedef enum {
  ET_REFERENCE,  // scalar, the definition
  ET_BASELINE,   // x86-64 with SSE2 and emulated fma; on arm64 NEON with its own fma
  ET_AVX2,       // AVX2 and FMA
  ET_AVX512,     // AVX-512 F, DQ, BW, VL
} et_level;
#define ET_LEVEL_COUNT 4

// The kernels of one level. Tables are constant and live for ever.
typedef struct et_kernels et_kernels;

// NULL if this machine can't run the level.
const et_kernels *et_kernels_for(et_level level);
et_level et_best_level(void);
et_level et_level_of(const et_kernels *k);
// "reference", "baseline" ("neon" on arm64), "avx2", "avx512".
const char *et_level_name(et_level level);

size_t et_size_of(et_dtype t);

// ---------------------------------------------------------------- control register

// Round to nearest even, subnormals kept, for the calling thread; call as each worker starts.
void et_set_rounding(void);
// 1 if the calling thread's control register is as et_set_rounding leaves it.
int et_check_rounding(void);

// ---------------------------------------------------------------- waiting

// Tells the core that the calling thread waits awake for another one: up to some tens of nanoseconds.
static inline void et_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("isb");
#endif
}

// ---------------------------------------------------------------- elementwise

// y[i] = op(x[i]). Unless noted: f32 and f64, the result has the dtype of x.
//   neg abs sign   also i32 (abs and neg of the least i32: ET_OVERFLOW); sign of ±0 is +0, of NaN NaN
//   relu           x > 0 ? x : +0, NaN stays
//   floor, round   round is half to even; both keep the sign of zero
//   isnan          gives bool
//   not            bool only
//   exp … erf      f32: through f64, correctly rounded; f64: error below 1 ulp
#define ET_UNARY_LIST(X) \
  X(NEG) X(ABS) X(SIGN) X(SQRT) X(RELU) X(FLOOR) X(ROUND) X(ISNAN) X(NOT) \
  X(EXP) X(EXPM1) X(LOG) X(LOG1P) X(SIN) X(COS) X(TANH) X(SIGMOID) X(ERF)

// out[i] = op(x[i * x_step], y[i * y_step]), steps 0 (one element for all i) or 1. f32, f64, and
// i32 where noted; i32 is checked.
//   add sub mul    f32, f64, i32
//   div            f32, f64
//   floordiv mod   f32, f64, i32; floor, the sign of the divisor. Floating: mod is the exact
//                  remainder moved by one addition to the divisor's sign (a zero remainder has
//                  it too). floordiv is (x - fmod(x, y)) / y, less 1 where the signs of fmod
//                  and y differ, rounded to a whole number. Both in f64, rounded once;
//                  x // ±0 is x / ±0, x % ±0 is NaN, ±inf // y is NaN
//   min max        f32, f64, i32; IEEE 754-2019 minimum, maximum: NaN wins, -0 < +0
//   pow            f32, f64; error below 1 ulp in f64, f32 is f64 rounded once; IEEE special cases
#define ET_BINARY_LIST(X) \
  X(ADD) X(SUB) X(MUL) X(DIV) X(FLOORDIV) X(MOD) X(MIN) X(MAX) X(POW)

// IEEE comparison; every dtype; the result is bool.
#define ET_COMPARE_LIST(X) X(EQ) X(NE) X(LT) X(LE) X(GT) X(GE)

#define X(NAME) ET_##NAME,
typedef enum { ET_UNARY_LIST(X) ET_UNARY_COUNT } et_unary_op;
typedef enum { ET_BINARY_LIST(X) ET_BINARY_COUNT } et_binary_op;
typedef enum { ET_COMPARE_LIST(X) ET_COMPARE_COUNT } et_compare_op;
#undef X
typedef enum { ET_AND, ET_OR } et_logical_op;

et_status et_unary(const et_kernels *k, et_unary_op op, et_dtype t, size_t n, const void *x,
                   void *y);
et_status et_binary(const et_kernels *k, et_binary_op op, et_dtype t, size_t n, const void *x,
                    size_t x_step, const void *y, size_t y_step, void *out);
et_status et_compare(const et_kernels *k, et_compare_op op, et_dtype t, size_t n, const void *x,
                     size_t x_step, const void *y, size_t y_step, uint8_t *out);
et_status et_logical(const et_kernels *k, et_logical_op op, size_t n, const uint8_t *x,
                     size_t x_step, const uint8_t *y, size_t y_step, uint8_t *out);

// out[i] = condition[i] ? x[i] : y[i], each with its step, 0 or 1; every dtype.
et_status et_where(const et_kernels *k, et_dtype t, size_t n, const uint8_t *condition,
                   size_t condition_step, const void *x, size_t x_step, const void *y,
                   size_t y_step, void *out);

// y[i] = x[i] ^ exponent, 0 <= exponent <= 16, by left-to-right binary powering with `*`: f32, f64,
// i32 (ET_OVERFLOW if the exact power does not fit). x ^ 0 is 1, of NaN too.
et_status et_power(const et_kernels *k, et_dtype t, size_t n, const void *x, int exponent,
                   void *y);

// Between all dtypes. To a floating dtype: round to nearest even. Float to an integer: towards
// zero, ET_OUT_OF_RANGE for NaN and where the truncated value does not fit; i32 to u8 likewise.
// To bool: x != 0, so NaN is true.
et_status et_convert(const et_kernels *k, et_dtype from, et_dtype to, size_t n, const void *x,
                     void *y);

// ---------------------------------------------------------------- chains

// Elementwise steps over n elements, each of which reads numbers, arrays or what earlier steps made.
// They are evaluated block by block, so what only passes between steps never leaves the cache. Each
// step is a kernel above; none may be one that can fail.
typedef enum {
  ET_STEP_READ,     // elements of a view in order, into the slot's own temporary
  ET_STEP_UNARY,    // op: et_unary_op
  ET_STEP_BINARY,   // op: et_binary_op
  ET_STEP_COMPARE,  // op: et_compare_op
  ET_STEP_WHERE,    // condition, then the two choices, which type is about
  ET_STEP_POWER,    // op: the exponent
  ET_STEP_CONVERT,  // op: the dtype converted from, type: to
  // Several of the above in one pass, each rounded on its own; f32 and f64. x, y and p are arrays or
  // temporaries, s, u and e are one element for all.
  ET_STEP_SCALED_SUM,  // x, y, s, u: s x + u y, or with op ET_SUB s x - u y
  ET_STEP_ADAPTIVE,    // p, x, y, s, e: p - (s x) / (sqrt(y) + e)
} et_step_kind;

typedef struct {
  uint8_t kind, op, type;               // type: dtype of the operands
  uint16_t result, operands[5];         // slots
} et_step;

typedef enum {
  ET_SLOT_NUMBER,     // one element for all: `number`
  ET_SLOT_ELEMENT,    // one element for all: at `data`
  ET_SLOT_ARRAY,      // contiguous elements from `data` on
  ET_SLOT_TEMPORARY,  // a block of elements that no one sees
} et_slot_kind;

// A view as et_copy_view takes it; rank is 1 or more, no size is 0.
#define ET_VIEW_RANK 8
typedef struct {
  size_t rank, shape[ET_VIEW_RANK];
  ptrdiff_t strides[ET_VIEW_RANK];
} et_view;

typedef struct {
  uint8_t kind, bytes;  // bytes of an element
  uint16_t temporary;   // which block of scratch, below `temporaries`
  uint64_t number;
  void *data;
  const et_view *view;  // for ET_STEP_READ, of the elements at `data`
} et_slot;

// Computes elements [first, first + n) of each slot of kind ET_SLOT_ARRAY that is a result. Steps
// stand in an order in which each reads only results of earlier ones. Threads divide the elements.
// At most ET_CHAIN_SLOTS slots. Clears the calling thread's sticky flags of subnormals.
#define ET_CHAIN_SLOTS 512
et_status et_chain(const et_kernels *k, size_t step_count, const et_step *steps, size_t slot_count,
                   const et_slot *slots, size_t temporaries, size_t first, size_t n);

// ---------------------------------------------------------------- moving

// y contiguous in row-major order = the view x of that shape; strides may be 0 or negative, x is
// the element at index 0. rank <= 16. element_bytes is 1, 4 or 8.
et_status et_copy_view(const et_kernels *k, size_t element_bytes, size_t rank, const size_t *shape,
                       const ptrdiff_t *strides, const void *x, void *y);
// The other way: the view y = x contiguous. Elements of the view must not overlap.
et_status et_copy_to_view(const et_kernels *k, size_t element_bytes, size_t rank,
                          const size_t *shape, const ptrdiff_t *strides, const void *x, void *y);
// y[i] = *x.
et_status et_fill(const et_kernels *k, size_t element_bytes, size_t n, const void *x, void *y);

// Row i of y = row index[i] of x (x is [limit][row_bytes], y [count][row_bytes]); a negative index
// counts from the end; ET_OUT_OF_RANGE outside [-limit, limit). With row_bytes an element's size
// this gathers elements.
et_status et_gather(const et_kernels *k, size_t row_bytes, size_t limit, size_t count,
                    const int32_t *index, const void *x, void *y);
// y[index[i]][j] += x[i][j], i ascending; y is [limit][width] and is added to. f32, f64, i32
// (ET_OVERFLOW when a running sum leaves i32). Threads may divide the columns j, or rows of y by
// giving each thread the entries that it owns in ascending order.
et_status et_scatter_add(const et_kernels *k, et_dtype t, size_t width, size_t limit, size_t count,
                         const int32_t *index, const void *x, void *y);

// Windows over images [rows][columns][channels] with zeros around them. There are out_rows times
// out_columns, row_step and column_step apart; the first begins row_padding above and column_padding
// to the left of the image.
typedef struct {
  size_t rows, columns, channels, patch_rows, patch_columns, row_step, column_step, row_padding,
      column_padding, out_rows, out_columns;
} et_windows;

// y is [images][out_rows][out_columns][patch_rows][patch_columns][channels]: x seen through windows.
// element_bytes is 1, 4 or 8.
et_status et_patches(const et_kernels *k, size_t element_bytes, const et_windows *w, size_t images,
                     const void *x, void *y);
// The other way: each element of x, ascending, is added to the element of y it was taken from. f32,
// f64. Threads may divide the images.
et_status et_add_patches(const et_kernels *k, et_dtype t, const et_windows *w, size_t images,
                         const void *x, void *y);

// ---------------------------------------------------------------- reductions

// Results: sum, prod: f32 and f64 in their dtype; bool, u8 and i32 in i32, ET_OVERFLOW if the
// exact value does not fit. sum64: bool, u8, i32 in int64. max, min: the dtype (NaN wins,
// -0 < +0). argmax, argmin: i32, lowest index among equals (-0 equals +0), the first NaN wins; ET_OVERFLOW if the
// length exceeds i32. any, all: bool to bool. max, min, argmax, argmin of an empty sequence:
// ET_OUT_OF_RANGE.
#define ET_REDUCE_LIST(X) X(SUM) X(PROD) X(SUM64) X(REDUCE_MAX) X(REDUCE_MIN) X(ARGMAX) X(ARGMIN) \
  X(ANY) X(ALL)
#define X(NAME) ET_##NAME,
typedef enum { ET_REDUCE_LIST(X) ET_REDUCE_COUNT } et_reduce_op;
#undef X

// Trailing axes: x is [rows][n], y[rows]. Floating sum and prod: 16 lanes starting at +0 (1), lane
// l takes elements l, l + 16, … ascending; then lane l takes l + 8, l + 4, l + 2, l + 1. A sequence
// longer than 4,096 is cut into blocks of 4,096 whose results are reduced in the same way. So a
// thread may take blocks of 4,096 as rows, and the block results are one more row.
et_status et_reduce_rows(const et_kernels *k, et_reduce_op op, et_dtype t, size_t rows, size_t n,
                         const void *x, void *y);
// Other axes: x is [outer][m][n], reduced over m, y is [outer][n]. Floating sum and prod: ascending
// from +0 (1) in blocks of 256, the first block's result, then the others by + (*), ascending.
// x_stride is the distance of x[o][i] and x[o][i + 1], at least n, and outer steps are m * x_stride,
// so that threads may divide the columns.
et_status et_reduce_columns(const et_kernels *k, et_reduce_op op, et_dtype t, size_t outer,
                            size_t m, size_t n, size_t x_stride, const void *x, void *y);
// x and y are [rows][n]; y[r][0] = x[r][0], y[r][i] = y[r][i - 1] + x[r][i]. f32, f64, i32 (checked).
et_status et_cumsum(const et_kernels *k, et_dtype t, size_t rows, size_t n, const void *x, void *y);

// ---------------------------------------------------------------- matmul

// A matrix in memory: element (i, j) is data[i * row_stride + j * column_stride]. A transpose
// exchanges the strides; nothing is copied by the caller.
typedef struct {
  const void *data;
  ptrdiff_t row_stride, column_stride;
} et_matrix;

// c[i * c_stride + j] = sum over p of a(i, p) b(p, j); a is [m][depth], b is [depth][n], c_stride
// >= n. f32, f64: p is cut into blocks of 256, c starts a block at +0 and takes
// fma(a(i, p), b(p, j), c) ascending; block results: the first, then others by +, ascending.
// depth = 0 gives +0. i32: exact, ET_OVERFLOW if a result does not fit.
//
// scratch: et_matmul_scratch_bytes(…), aligned to 64 bytes, one for each thread, not kept.
// Threads divide the rows or the columns of c: move a.data, or b.data, and c.
size_t et_matmul_scratch_bytes(const et_kernels *k, et_dtype t, size_t m, size_t n, size_t depth);
et_status et_matmul(const et_kernels *k, et_dtype t, size_t m, size_t n, size_t depth, et_matrix a,
                    et_matrix b, void *c, size_t c_stride, void *scratch);

// ---------------------------------------------------------------- random

// Philox 4x32-10 (Salmon, Moraes, Dror, Shaw, SC 2011). Element i's block is counter word 0.
typedef struct {
  uint64_t key;   // the stream's low half
  uint32_t call;  // counter word 1
  uint64_t high;  // counter words 2 (low) and 3: the stream's high half
} et_stream;

// words[4 * i + w] = word w of block first + i, blocks < 2^32.
void et_philox(const et_kernels *k, et_stream s, uint32_t first, size_t blocks, uint32_t *words);
// Elements first … first + n - 1 of a draw. ET_OUT_OF_RANGE if a block number reaches 2^32.
// rand f32: element i is word i % 4 of block i / 4; (u >> 8) * 2^-24.
// rand f64: words 2 (i % 2), high half, and 2 (i % 2) + 1, low half, of block i / 2;
//   (u >> 11) * 2^-53.
// randn: the same two words; AS 241 of (2 (u >> 12) + 1) * 2^-53, in f64; f32 is that rounded.
et_status et_rand(const et_kernels *k, et_dtype t, et_stream s, uint64_t first, size_t n, void *y);
et_status et_randn(const et_kernels *k, et_dtype t, et_stream s, uint64_t first, size_t n, void *y);

// ---------------------------------------------------------------- scalar fma

// Correctly rounded in software, with no use of a hardware fma: what ET_BASELINE uses on x86-64.
float et_soft_fmaf(float a, float b, float c);
double et_soft_fma(double a, double b, double c);

#endif
