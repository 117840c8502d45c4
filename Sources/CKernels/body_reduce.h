// Reductions by vectors of 16 lanes, which are the lanes of the contract.

#define ADD(a, b) ((a) + (b))
#define MULTIPLY(a, b) ((a) * (b))

typedef int32_t v_index __attribute__((vector_size(64)));

// 16 elements, and the mask that comparing them gives.
#define VECTOR(T, MASK)                                                                         \
  typedef TYPE_##T v_##T __attribute__((vector_size(ET_LANES * sizeof(TYPE_##T))));             \
  typedef MASK m_##T __attribute__((vector_size(ET_LANES * sizeof(TYPE_##T))));                 \
  ET_INLINE v_##T splat_##T(TYPE_##T x) {                                                       \
    return (v_##T){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x};                             \
  }                                                                                             \
  ET_INLINE v_##T load_##T(const TYPE_##T *x) {                                                 \
    v_##T v;                                                                                    \
    memcpy(&v, x, sizeof v);                                                                    \
    return v;                                                                                   \
  }                                                                                             \
  /* The first n elements, then `rest`. */                                                      \
  ET_INLINE v_##T load_part_##T(const TYPE_##T *x, size_t n, TYPE_##T rest) {                   \
    TYPE_##T buffer[ET_LANES];                                                                  \
    for (size_t l = 0; l < ET_LANES; l++) buffer[l] = l < n ? x[l] : rest;                      \
    return load_##T(buffer);                                                                    \
  }                                                                                             \
  ET_INLINE void store_part_##T(v_##T v, TYPE_##T *y, size_t n) {                               \
    TYPE_##T buffer[ET_LANES];                                                                  \
    memcpy(buffer, &v, sizeof v);                                                               \
    for (size_t l = 0; l < n && l < ET_LANES; l++) y[l] = buffer[l];                            \
  }                                                                                             \
  ET_INLINE v_##T pick_##T(m_##T m, v_##T a, v_##T b) {                                         \
    m_##T x, y;                                                                                 \
    memcpy(&x, &a, sizeof a);                                                                   \
    memcpy(&y, &b, sizeof b);                                                                   \
    x = (m & x) | (~m & y);                                                                     \
    memcpy(&a, &x, sizeof a);                                                                   \
    return a;                                                                                   \
  }                                                                                             \
  ET_INLINE m_##T pattern_##T(v_##T a) {                                                        \
    m_##T x;                                                                                    \
    memcpy(&x, &a, sizeof a);                                                                   \
    return x;                                                                                   \
  }
VECTOR(U8, int8_t)
VECTOR(I32, int32_t)
VECTOR(F32, int32_t)
VECTOR(F64, int64_t)

// ---------------------------------------------------------------- floating sum, prod

#define HALVES(v, OP)                                                                  \
  OP(__builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7),                            \
     __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15))

#define FLOATING_ROWS(NAME, T, START, OP)                                                      \
  ET_INLINE TYPE_##T NAME##_block_##T(size_t n, const TYPE_##T *x) {                           \
    v_##T lanes = splat_##T(START);                                                           \
    size_t i = 0;                                                                              \
    for (; i + ET_LANES <= n; i += ET_LANES) lanes = OP(lanes, load_##T(x + i));               \
    if (i < n) lanes = OP(lanes, load_part_##T(x + i, n - i, START));                          \
    const auto v8 = HALVES(lanes, OP);                                                         \
    const auto v4 = OP(__builtin_shufflevector(v8, v8, 0, 1, 2, 3),                            \
                       __builtin_shufflevector(v8, v8, 4, 5, 6, 7));                           \
    return OP(OP(v4[0], v4[2]), OP(v4[1], v4[3]));                                             \
  }                                                                                            \
  static TYPE_##T NAME##_sequence_##T(size_t n, const TYPE_##T *x) {                           \
    if (n <= ET_ROW_BLOCK) return NAME##_block_##T(n, x);                                      \
    size_t size = ET_ROW_BLOCK;                                                                \
    while (n > ET_ROW_BLOCK * size) size *= ET_ROW_BLOCK;                                      \
    TYPE_##T lane[ET_LANES];                                                                   \
    for (size_t l = 0; l < ET_LANES; l++) lane[l] = START;                                     \
    for (size_t i = 0; i * size < n; i++) {                                                    \
      const size_t left = n - i * size;                                                        \
      const TYPE_##T item = NAME##_sequence_##T(left < size ? left : size, x + i * size);      \
      lane[i % ET_LANES] = OP(lane[i % ET_LANES], item);                                       \
    }                                                                                          \
    return NAME##_block_##T(ET_LANES, lane);                                                   \
  }                                                                                            \
  static et_status rows_##NAME##_##T(size_t rows, size_t n, const void *x, void *y) {          \
    for (size_t r = 0; r < rows; r++)                                                          \
      ((TYPE_##T *)y)[r] = NAME##_sequence_##T(n, (const TYPE_##T *)x + r * n);                \
    return ET_OK;                                                                              \
  }
FLOATING_ROWS(SUM, F32, 0.0f, ADD)
FLOATING_ROWS(SUM, F64, 0.0, ADD)
FLOATING_ROWS(PROD, F32, 1.0f, MULTIPLY)
FLOATING_ROWS(PROD, F64, 1.0, MULTIPLY)

// Strips of WIDTH vectors of columns. A last narrow one is read beyond its columns, into the rows
// after: only the last `near` rows are so near the end of x that a buffer takes their part.
#define FLOATING_COLUMNS(NAME, T, START, OP)                                                   \
  ET_INLINE void NAME##_strip_##T(const int width, size_t m, size_t stride, size_t part,       \
                                  const TYPE_##T *x, TYPE_##T *y) {                            \
    v_##T total[4], sum[4];                                                                    \
    const size_t near = part ? (ET_LANES - part + stride - 1) / stride : 0;                    \
    const size_t whole = near < m ? m - near : 0;                                              \
    for (int w = 0; w < width; w++) total[w] = splat_##T(START);                              \
    for (size_t block = 0; block < m; block += ET_COLUMN_BLOCK) {                              \
      const size_t end = m - block < ET_COLUMN_BLOCK ? m : block + ET_COLUMN_BLOCK;            \
      for (int w = 0; w < width; w++) sum[w] = splat_##T(START);                              \
      size_t i = block;                                                                        \
      for (; i < end && i < whole; i++)                                                        \
        for (int w = 0; w < width; w++)                                                        \
          sum[w] = OP(sum[w], load_##T(x + i * stride + w * ET_LANES));                        \
      for (; i < end; i++) sum[0] = OP(sum[0], load_part_##T(x + i * stride, part, START));    \
      for (int w = 0; w < width; w++) total[w] = block == 0 ? sum[w] : OP(total[w], sum[w]);   \
    }                                                                                          \
    for (int w = 0; w < width; w++)                                                            \
      store_part_##T(total[w], y + w * ET_LANES, part ? part : ET_LANES);                      \
  }                                                                                            \
  static et_status columns_##NAME##_##T(size_t outer, size_t m, size_t n, size_t stride,       \
                                        const void *xs, void *ys) {                            \
    for (size_t o = 0; o < outer; o++) {                                                       \
      const TYPE_##T *x = (const TYPE_##T *)xs + o * m * stride;                               \
      TYPE_##T *y = (TYPE_##T *)ys + o * n;                                                    \
      size_t j = 0;                                                                            \
      for (; j + 4 * ET_LANES <= n; j += 4 * ET_LANES)                                         \
        NAME##_strip_##T(4, m, stride, 0, x + j, y + j);                                       \
      for (; j + ET_LANES <= n; j += ET_LANES) NAME##_strip_##T(1, m, stride, 0, x + j, y + j); \
      if (j < n) NAME##_strip_##T(1, m, stride, n - j, x + j, y + j);                          \
    }                                                                                          \
    return ET_OK;                                                                              \
  }
FLOATING_COLUMNS(SUM, F32, 0.0f, ADD)
FLOATING_COLUMNS(SUM, F64, 0.0, ADD)
FLOATING_COLUMNS(PROD, F32, 1.0f, MULTIPLY)
FLOATING_COLUMNS(PROD, F64, 1.0, MULTIPLY)

// ---------------------------------------------------------------- max, min, argmax, argmin

// Lanes where a takes the place of best. Any order of taking gives the same value, and `later`
// (a stands after best in the sequence) makes the position the first one too.
#define BETTER_F(T, a, best, COMPARED, SIGNED) \
  ((best == best) & ((a != a) | COMPARED | ((a == best) & (pattern_##T(SIGNED) < 0))))
#define EXTREMES(T, MAX_BETTER, MIN_BETTER, MAX_LATER, MIN_LATER) \
  EXTREME(REDUCE_MAX, T, MAX_BETTER)                              \
  EXTREME(REDUCE_MIN, T, MIN_BETTER)                              \
  POSITION(ARGMAX, REDUCE_MAX, T, MAX_LATER)                      \
  POSITION(ARGMIN, REDUCE_MIN, T, MIN_LATER)

#define EXTREME(NAME, T, BETTER)                                                              \
  ET_INLINE v_##T NAME##_step_##T(v_##T best, v_##T a) { return pick_##T((BETTER), a, best); } \
  ET_INLINE TYPE_##T NAME##_row_##T(size_t n, const TYPE_##T *x) {                            \
    v_##T best = splat_##T(x[0]), next = best;                                                 \
    size_t i = 0;                                                                             \
    for (; i + 2 * ET_LANES <= n; i += 2 * ET_LANES) {                                        \
      best = NAME##_step_##T(best, load_##T(x + i));                                          \
      next = NAME##_step_##T(next, load_##T(x + i + ET_LANES));                               \
    }                                                                                         \
    for (; i < n; i += ET_LANES)                                                              \
      best = NAME##_step_##T(best, n - i < ET_LANES ? load_part_##T(x + i, n - i, x[0])       \
                                                    : load_##T(x + i));                       \
    best = NAME##_step_##T(best, next);                                                       \
    best = NAME##_step_##T(best, __builtin_shufflevector(best, best, 8, 9, 10, 11, 12, 13, 14, \
                                                         15, 0, 1, 2, 3, 4, 5, 6, 7));        \
    best = NAME##_step_##T(best, __builtin_shufflevector(best, best, 4, 5, 6, 7, 0, 1, 2, 3,  \
                                                         12, 13, 14, 15, 8, 9, 10, 11));      \
    best = NAME##_step_##T(best, __builtin_shufflevector(best, best, 2, 3, 0, 1, 6, 7, 4, 5,  \
                                                         10, 11, 8, 9, 14, 15, 12, 13));      \
    best = NAME##_step_##T(best, __builtin_shufflevector(best, best, 1, 0, 3, 2, 5, 4, 7, 6,  \
                                                         9, 8, 11, 10, 13, 12, 15, 14));      \
    return best[0];                                                                           \
  }                                                                                           \
  static et_status rows_##NAME##_##T(size_t rows, size_t n, const void *x, void *y) {         \
    for (size_t r = 0; r < rows; r++)                                                         \
      ((TYPE_##T *)y)[r] = NAME##_row_##T(n, (const TYPE_##T *)x + r * n);                    \
    return ET_OK;                                                                             \
  }                                                                                           \
  static et_status columns_##NAME##_##T(size_t outer, size_t m, size_t n, size_t stride,      \
                                        const void *xs, void *ys) {                           \
    for (size_t o = 0; o < outer; o++)                                                        \
      for (size_t j = 0; j < n; j += ET_LANES) {                                              \
        const TYPE_##T *x = (const TYPE_##T *)xs + o * m * stride + j;                        \
        const size_t part = n - j < ET_LANES ? n - j : ET_LANES;                              \
        v_##T best = load_part_##T(x, part, 0);                                               \
        for (size_t i = 1; i < m; i++)                                                        \
          best = NAME##_step_##T(best, part < ET_LANES ? load_part_##T(x + i * stride, part, 0) \
                                                       : load_##T(x + i * stride));           \
        store_part_##T(best, (TYPE_##T *)ys + o * n + j, part);                               \
      }                                                                                       \
    return ET_OK;                                                                             \
  }

// Of a row: its extreme, then the first element equal to it (or the first NaN). Of columns: the
// row number is kept beside each lane's best.
#define POSITION(NAME, EXTREME_NAME, T, LATER)                                                \
  static et_status rows_##NAME##_##T(size_t rows, size_t n, const void *xs, void *y) {        \
    for (size_t r = 0; r < rows; r++) {                                                       \
      const TYPE_##T *x = (const TYPE_##T *)xs + r * n;                                       \
      const TYPE_##T best = EXTREME_NAME##_row_##T(n, x);                                     \
      size_t i = 0;                                                                           \
      for (; i + ET_LANES <= n; i += ET_LANES) {                                              \
        const v_##T v = load_##T(x + i);                                                      \
        const m_##T nan = best != best ? (m_##T)(v != v) : (m_##T){};                         \
        if (__builtin_reduce_or((m_##T)(v == best) | nan)) break;                             \
      }                                                                                       \
      while (x[i] != best && (best == best || x[i] == x[i])) i++;                             \
      ((int32_t *)y)[r] = (int32_t)i;                                                         \
    }                                                                                         \
    return ET_OK;                                                                             \
  }                                                                                           \
  static et_status columns_##NAME##_##T(size_t outer, size_t m, size_t n, size_t stride,      \
                                        const void *xs, void *ys) {                           \
    for (size_t o = 0; o < outer; o++)                                                        \
      for (size_t j = 0; j < n; j += ET_LANES) {                                              \
        const TYPE_##T *x = (const TYPE_##T *)xs + o * m * stride + j;                        \
        const size_t part = n - j < ET_LANES ? n - j : ET_LANES;                              \
        v_##T best = load_part_##T(x, part, 0);                                               \
        v_index at = {};                                                                      \
        for (size_t i = 1; i < m; i++) {                                                      \
          const v_##T a = part < ET_LANES ? load_part_##T(x + i * stride, part, 0)            \
                                          : load_##T(x + i * stride);                         \
          const m_##T better = (LATER);                                                       \
          const v_index taken = __builtin_convertvector(better, v_index);                     \
          best = pick_##T(better, a, best);                                                   \
          at = (taken & (int32_t)i) | (~taken & at);                                          \
        }                                                                                     \
        store_part_I32((v_I32)at, (int32_t *)ys + o * n + j, part);                           \
      }                                                                                       \
    return ET_OK;                                                                             \
  }
EXTREMES(U8, a > best, a < best, a > best, a < best)
EXTREMES(I32, a > best, a < best, a > best, a < best)
EXTREMES(F32, BETTER_F(F32, a, best, (a > best), best), BETTER_F(F32, a, best, (a < best), a),
         (best == best) & ((a != a) | (a > best)), (best == best) & ((a != a) | (a < best)))
EXTREMES(F64, BETTER_F(F64, a, best, (a > best), best), BETTER_F(F64, a, best, (a < best), a),
         (best == best) & ((a != a) | (a > best)), (best == best) & ((a != a) | (a < best)))
