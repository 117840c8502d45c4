// Moving elements: views, gathers, scatters. One source for all levels: memory is the limit here.
#include "internal.h"

enum { MAX_RANK = 16 };

typedef struct {
  size_t rank, shape[MAX_RANK];
  ptrdiff_t strides[MAX_RANK];
} view;

// Drops axes of length 1 and joins axes that are one run in memory, so that inner loops are long.
static view coalesce(size_t rank, const size_t *shape, const ptrdiff_t *strides) {
  view v = {0};
  for (size_t axis = 0; axis < rank; axis++) {
    if (shape[axis] == 1) continue;
    const size_t last = v.rank - 1;
    if (v.rank && v.strides[last] == strides[axis] * (ptrdiff_t)shape[axis]) {
      v.shape[last] *= shape[axis];
      v.strides[last] = strides[axis];
    } else {
      v.shape[v.rank] = shape[axis];
      v.strides[v.rank++] = strides[axis];
    }
  }
  if (v.rank == 0) v = (view){.rank = 1, .shape = {1}, .strides = {1}};
  return v;
}

// The innermost one or two axes; two, so that a transpose goes in tiles that fit in L1.
#define COPY(T)                                                                              \
  static void read_plane_##T(size_t m, size_t n, ptrdiff_t rs, ptrdiff_t cs, const T *x, T *y) { \
    if (cs == 1) {                                                                           \
      for (size_t i = 0; i < m; i++) memcpy(y + i * n, x + (ptrdiff_t)i * rs, n * sizeof(T)); \
      return;                                                                                \
    }                                                                                        \
    for (size_t j0 = 0; j0 < n; j0 += 32)                                                    \
      for (size_t i = 0; i < m; i++)                                                         \
        for (size_t j = j0; j < n && j < j0 + 32; j++)                                       \
          y[i * n + j] = x[(ptrdiff_t)i * rs + (ptrdiff_t)j * cs];                           \
  }                                                                                          \
  static void write_plane_##T(size_t m, size_t n, ptrdiff_t rs, ptrdiff_t cs, const T *x, T *y) { \
    if (cs == 1) {                                                                           \
      for (size_t i = 0; i < m; i++) memcpy(y + (ptrdiff_t)i * rs, x + i * n, n * sizeof(T)); \
      return;                                                                                \
    }                                                                                        \
    for (size_t i = 0; i < m; i++)                                                           \
      for (size_t j = 0; j < n; j++)                                                         \
        y[(ptrdiff_t)i * rs + (ptrdiff_t)j * cs] = x[i * n + j];                             \
  }
COPY(uint8_t)
COPY(uint32_t)
COPY(uint64_t)

static void plane(bool reads, size_t bytes, size_t m, size_t n, ptrdiff_t rs, ptrdiff_t cs,
                  const void *x, void *y) {
  switch (bytes) {
    case 1: (reads ? read_plane_uint8_t : write_plane_uint8_t)(m, n, rs, cs, x, y); break;
    case 4: (reads ? read_plane_uint32_t : write_plane_uint32_t)(m, n, rs, cs, x, y); break;
    default: (reads ? read_plane_uint64_t : write_plane_uint64_t)(m, n, rs, cs, x, y); break;
  }
}

static et_status copy(bool reads, size_t bytes, size_t rank, const size_t *shape,
                      const ptrdiff_t *strides, const void *x, void *y) {
  if (rank > MAX_RANK || (bytes != 1 && bytes != 4 && bytes != 8)) return ET_UNSUPPORTED;
  for (size_t axis = 0; axis < rank; axis++)
    if (shape[axis] == 0) return ET_OK;
  const view v = coalesce(rank, shape, strides);
  const size_t outer = v.rank > 2 ? v.rank - 2 : 0, last = v.rank - 1;
  const size_t m = v.rank > 1 ? v.shape[last - 1] : 1, n = v.shape[last];
  const ptrdiff_t rs = v.rank > 1 ? v.strides[last - 1] : 0, cs = v.strides[last];
  size_t at[MAX_RANK] = {0};
  const char *from = x;
  char *to = y;
  ptrdiff_t offset = 0;
  for (;;) {
    const ptrdiff_t moved = offset * (ptrdiff_t)bytes;
    plane(reads, bytes, m, n, rs, cs, reads ? from + moved : from, reads ? to : to + moved);
    if (reads) to += m * n * bytes; else from += m * n * bytes;
    size_t axis = outer;
    for (; axis > 0; axis--) {
      offset += v.strides[axis - 1];
      if (++at[axis - 1] < v.shape[axis - 1]) break;
      offset -= v.strides[axis - 1] * (ptrdiff_t)v.shape[axis - 1];
      at[axis - 1] = 0;
    }
    if (axis == 0) return ET_OK;
  }
}

et_status et_copy_view(const et_kernels *k, size_t element_bytes, size_t rank, const size_t *shape,
                       const ptrdiff_t *strides, const void *x, void *y) {
  (void)k;
  return copy(true, element_bytes, rank, shape, strides, x, y);
}

et_status et_copy_to_view(const et_kernels *k, size_t element_bytes, size_t rank,
                          const size_t *shape, const ptrdiff_t *strides, const void *x, void *y) {
  (void)k;
  return copy(false, element_bytes, rank, shape, strides, x, y);
}

et_status et_fill(const et_kernels *k, size_t element_bytes, size_t n, const void *x, void *y) {
  (void)k;
  switch (element_bytes) {
    case 1: memset(y, *(const uint8_t *)x, n); return ET_OK;
    case 4:
      for (size_t i = 0; i < n; i++) ((uint32_t *)y)[i] = *(const uint32_t *)x;
      return ET_OK;
    case 8:
      for (size_t i = 0; i < n; i++) ((uint64_t *)y)[i] = *(const uint64_t *)x;
      return ET_OK;
    default: return ET_UNSUPPORTED;
  }
}

// The row an index names, or limit if it names none.
ET_INLINE size_t row_of(int32_t index, size_t limit) {
  const int64_t row = index < 0 ? index + (int64_t)limit : index;
  return row >= 0 && (uint64_t)row < limit ? (size_t)row : limit;
}

et_status et_gather(const et_kernels *k, size_t row_bytes, size_t limit, size_t count,
                    const int32_t *index, const void *x, void *y) {
  (void)k;
  const char *from = x;
  char *to = y;
#define EACH(BYTES)                                              \
  for (size_t i = 0; i < count; i++) {                           \
    const size_t row = row_of(index[i], limit);                  \
    if (row == limit) return ET_OUT_OF_RANGE;                    \
    memcpy(to + i * (BYTES), from + row * (BYTES), (BYTES));     \
  }                                                              \
  return ET_OK
  switch (row_bytes) {
    case 1: EACH(1);
    case 4: EACH(4);
    case 8: EACH(8);
    default: EACH(row_bytes);
  }
#undef EACH
}

#define SCATTER(T, BODY)                                                                   \
  static et_status scatter_##T(size_t width, size_t limit, size_t count, const int32_t *index, \
                               const T *x, T *restrict y) {                                \
    int32_t bad = 0;                                                                       \
    for (size_t i = 0; i < count; i++) {                                                   \
      const size_t row = row_of(index[i], limit);                                          \
      if (row == limit) return ET_OUT_OF_RANGE;                                            \
      for (size_t j = 0; j < width; j++) {                                                 \
        T *to = &y[row * width + j];                                                       \
        const T value = x[i * width + j];                                                  \
        BODY                                                                               \
      }                                                                                    \
    }                                                                                      \
    return bad ? ET_OVERFLOW : ET_OK;                                                      \
  }
SCATTER(float, *to = *to + value;)
SCATTER(double, *to = *to + value;)
SCATTER(int32_t, const int64_t sum = (int64_t)*to + value; bad |= sum != (int32_t)sum;
        *to = (int32_t)sum;)

et_status et_scatter_add(const et_kernels *k, et_dtype t, size_t width, size_t limit, size_t count,
                         const int32_t *index, const void *x, void *y) {
  (void)k;
  switch (t) {
    case ET_F32: return scatter_float(width, limit, count, index, x, y);
    case ET_F64: return scatter_double(width, limit, count, index, x, y);
    case ET_I32: return scatter_int32_t(width, limit, count, index, x, y);
    default: return ET_UNSUPPORTED;
  }
}
