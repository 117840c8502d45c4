// Matmul: odd shapes, all four transpositions, strides that are neither, cut for threads.
#include "check.h"

static const size_t shapes[][3] = {
  {1, 1, 1}, {1, 10, 3}, {3, 1, 5}, {5, 7, 0}, {12, 32, 256}, {13, 33, 257}, {64, 10, 128},
  {31, 17, 100}, {100, 50, 40}, {7, 400, 20}, {97, 65, 30}, {2, 48, 513}, {25, 31, 700}, {1, 40, 300},
  {97, 16, 40}, {40, 1, 300}, {530, 1, 20}, {19, 9, 6}, {13, 530, 9}, {98, 520, 20}, {3100, 2, 5},
};

static et_matrix matrix(const void *x, size_t rows, size_t columns, int layout) {
  const ptrdiff_t r = (ptrdiff_t)rows, c = (ptrdiff_t)columns;
  if (layout == 0) return (et_matrix){x, c, 1};
  if (layout == 1) return (et_matrix){x, 1, r};
  return (et_matrix){x, 2 * c + 1, 2};
}

static const char *moved(et_matrix m, et_dtype t, ptrdiff_t rows, ptrdiff_t columns) {
  return (const char *)m.data +
         (rows * m.row_stride + columns * m.column_stride) * (ptrdiff_t)et_size_of(t);
}

// Scales x so that products of two such arrays lie among the subnormals.
static void sink(et_dtype t, size_t n, void *x) {
  for (size_t i = 0; i < n; i++) {
    if (t == ET_F32) ((float *)x)[i] *= 0x1p-70f;
    if (t == ET_F64) ((double *)x)[i] *= 0x1p-533;
  }
}

static void one(et_dtype t, size_t m, size_t n, size_t depth, int layouts, bool special) {
  clear_rooms();
  const size_t c_stride = n == 1 ? 1 : n + 3, bytes = et_size_of(t);
  void *x = room(t, 2 * m * depth + 2 * (m + depth) + 64, 1);
  void *y = room(t, 2 * depth * n + 2 * (n + depth) + 64, 1);
  char *wanted = room(t, m * c_stride, 0), *got = room(t, m * c_stride, 1);
  (special ? fill : fill_small)(t, 2 * m * depth + 2 * (m + depth) + 64, x);
  (special ? fill : fill_small)(t, 2 * depth * n + 2 * (n + depth) + 64, y);
  if (layouts == 4) sink(t, 2 * m * depth, x), sink(t, 2 * depth * n, y);
  memset(wanted, 0x55, m * c_stride * bytes);
  const et_matrix a = matrix(x, m, depth, layouts % 3), b = matrix(y, depth, n, layouts / 3);
  const et_status status = et_matmul(reference, t, m, n, depth, a, b, wanted, c_stride, NULL);
  char what[64];
  snprintf(what, sizeof what, "%zux%zux%zu layouts %d", m, n, depth, layouts);
  for (int l = 0; l < level_count; l++) {
    const et_kernels *k = levels[l];
    void *scratch = room(ET_F64, et_matmul_scratch_bytes(k, t, m, n, depth) / 8 + 1, 0);
    memset(got, 0x55, m * c_stride * bytes);
    same_status(what, k, status, et_matmul(k, t, m, n, depth, a, b, got, c_stride, scratch));
    if (status == ET_OK) same(what, k, t, m * c_stride, wanted, got);
    if (t == ET_I32) continue;
    // Two halves of the rows, and columns cut at 16, as two threads might.
    memset(got, 0x55, m * c_stride * bytes);
    const size_t half = m / 2, cut = n > 16 ? 16 : n;
    for (int part = 0; part < 4; part++) {
      const size_t i = part & 1 ? half : 0, j = part & 2 ? cut : 0;
      et_matrix a_part = a, b_part = b;
      a_part.data = moved(a, t, (ptrdiff_t)i, 0);
      b_part.data = moved(b, t, 0, (ptrdiff_t)j);
      et_matmul(k, t, part & 1 ? m - half : half, part & 2 ? n - cut : cut, depth, a_part, b_part,
                got + (i * c_stride + j) * bytes, c_stride, scratch);
    }
    same("cut", k, t, m * c_stride, wanted, got);
  }
}

// c + a b with c an odd number of the smallest steps, near 2^-127, and a b a hair less than half a
// step: the sum in f64 is the middle, which rounds away from c, and the true sum rounds to c.
static void tiny(void) {
  enum { columns = 35 };
  const float a[2] = {0x1p-63f, 0x1.000002p-75f};
  float b[2][columns], wanted[columns], got[columns];
  for (int j = 0; j < columns; j++) {
    const float sign = j % 3 ? 1 : -1;
    b[0][j] = sign * 0x1p-64f * (1 + (float)(2 * j + 1) * 0x1p-22f);
    b[1][j] = sign * 0x1.fffffcp-76f;
    wanted[j] = b[0][j] * 0x1p-63f;
  }
  for (int l = 0; l < level_count; l++) {
    const et_kernels *k = levels[l];
    clear_rooms();
    void *scratch = room(ET_F64, et_matmul_scratch_bytes(k, ET_F32, 1, columns, 2) / 8 + 1, 0);
    et_matmul(k, ET_F32, 1, columns, 2, (et_matrix){a, 2, 1}, (et_matrix){b, columns, 1}, got,
              columns, scratch);
    same("tiny sums", k, ET_F32, columns, wanted, got);
  }
}

// Products of i32 are one function for all levels, so this is their definition: the exact sum, which
// must be an i32.
static void integers(size_t m, size_t n, size_t depth, int layouts, bool special) {
  clear_rooms();
  const size_t x_size = 2 * m * depth + 2 * (m + depth) + 64;
  const size_t y_size = 2 * depth * n + 2 * (n + depth) + 64;
  int32_t *x = room(ET_I32, x_size, 1), *y = room(ET_I32, y_size, 0);
  int32_t *wanted = room(ET_I32, m * n, 0), *got = room(ET_I32, m * n, 1);
  (special ? fill : fill_small)(ET_I32, x_size, x);
  (special ? fill : fill_small)(ET_I32, y_size, y);
  const et_matrix a = matrix(x, m, depth, layouts % 3), b = matrix(y, depth, n, layouts / 3);
  et_status status = ET_OK;
  for (size_t i = 0; i < m; i++)
    for (size_t j = 0; j < n; j++) {
      __int128 sum = 0;
      for (size_t p = 0; p < depth; p++) {
        int32_t left, right;
        memcpy(&left, moved(a, ET_I32, (ptrdiff_t)i, (ptrdiff_t)p), 4);
        memcpy(&right, moved(b, ET_I32, (ptrdiff_t)p, (ptrdiff_t)j), 4);
        sum += (__int128)left * right;
      }
      if (sum < INT32_MIN || sum > INT32_MAX) status = ET_OVERFLOW;
      wanted[i * n + j] = (int32_t)sum;
    }
  same_status("i32", reference, status,
              et_matmul(reference, ET_I32, m, n, depth, a, b, got, n, NULL));
  if (status == ET_OK) same("i32", reference, ET_I32, m * n, wanted, got);
}

void test_matmul(void) {
  family("matmul");
  tiny();
  for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
    for (int layouts = 0; layouts < 9; layouts++)
      integers(shapes[s][0], shapes[s][1], shapes[s][2], layouts, (s + layouts) % 5 == 0);
  for (int t = ET_I32; t < ET_DTYPE_COUNT; t++)
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
      for (int layouts = 0; layouts < 9; layouts++)
        one(t, shapes[s][0], shapes[s][1], shapes[s][2], layouts, (s + layouts) % 5 == 0);
  finish_family();
}
