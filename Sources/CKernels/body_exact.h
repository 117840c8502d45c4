// Reductions that round nothing, and cumsum, whose order leaves no choice: one text for all levels.

// A product of i32 that stays exact: once it leaves i32 it can only come back through a zero.
typedef struct { int64_t value; bool left; } bounded_product;
static bounded_product product_step(bounded_product p, int64_t x) {
  if (x == 0) return (bounded_product){0, false};
  if (p.left || p.value == 0) return p;
  const int64_t value = p.value * x;
  return (bounded_product){value, value != (int32_t)value};
}

// Both layouts of everything that has no rounding: a sequence of `length` elements `step` apart.
#define EXACT(NAME, FROM, TO, START, STEP, RESULT)                                              \
  static et_status one_##NAME##_##FROM(size_t length, size_t step, const TYPE_##FROM *x, TO *y) { \
    int bad = 0;                                                                                \
    START;                                                                                      \
    LOOP for (size_t i = 0; i < length; i++) {                                                  \
      const TYPE_##FROM a = x[i * step];                                                        \
      STEP;                                                                                     \
    }                                                                                           \
    *y = (TO)(RESULT);                                                                          \
    return bad ? ET_OVERFLOW : ET_OK;                                                           \
  }                                                                                             \
  static et_status rows_##NAME##_##FROM(size_t rows, size_t n, const void *x, void *y) {        \
    int bad = 0;                                                                                \
    for (size_t r = 0; r < rows; r++)                                                           \
      bad |= one_##NAME##_##FROM(n, 1, (const TYPE_##FROM *)x + r * n, (TO *)y + r) != ET_OK;   \
    return bad ? ET_OVERFLOW : ET_OK;                                                           \
  }                                                                                             \
  static et_status columns_##NAME##_##FROM(size_t outer, size_t m, size_t n, size_t stride,     \
                                           const void *x, void *y) {                            \
    int bad = 0;                                                                                \
    for (size_t o = 0; o < outer; o++)                                                          \
      for (size_t j = 0; j < n; j++)                                                            \
        bad |= one_##NAME##_##FROM(m, stride, (const TYPE_##FROM *)x + o * m * stride + j,      \
                                   (TO *)y + o * n + j) != ET_OK;                               \
    return bad ? ET_OVERFLOW : ET_OK;                                                           \
  }

#define SUMS(FROM)                                                                            \
  EXACT(SUM64, FROM, int64_t, int64_t total = 0, total += a, total)                           \
  EXACT(SUM, FROM, int32_t, int64_t total = 0, total += a,                                    \
        (bad |= total != (int32_t)total, total))                                              \
  EXACT(PROD, FROM, int32_t, bounded_product p = {.value = 1}, p = product_step(p, a),                   \
        (bad |= p.left, p.value))
SUMS(U8)
SUMS(I32)

EXACT(ANY, BOOL, uint8_t, uint8_t some = 0, some |= a, some)
EXACT(ALL, BOOL, uint8_t, uint8_t every = 1, every &= a, every)

// ---------------------------------------------------------------- cumsum

#define CUMSUM(T, WIDE)                                                               \
  static et_status cumsum_##T(size_t rows, size_t n, const void *xs, void *ys) {      \
    int bad = 0;                                                                      \
    for (size_t r = 0; r < rows; r++) {                                               \
      const TYPE_##T *x = (const TYPE_##T *)xs + r * n;                               \
      TYPE_##T *y = (TYPE_##T *)ys + r * n;                                           \
      for (size_t i = 0; i < n; i++) {                                                \
        const WIDE sum = i == 0 ? (WIDE)x[0] : (WIDE)y[i - 1] + (WIDE)x[i];           \
        y[i] = (TYPE_##T)sum;                                                         \
        bad |= sum == sum && (WIDE)y[i] != sum;                                       \
      }                                                                               \
    }                                                                                 \
    return bad ? ET_OVERFLOW : ET_OK;                                                 \
  }
CUMSUM(F32, float)
CUMSUM(F64, double)
CUMSUM(I32, int64_t)
