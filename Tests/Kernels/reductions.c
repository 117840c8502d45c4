// Reductions in both layouts, cumsum; lengths around every block border of the contract.
#include "check.h"

static et_dtype result_of(int op, et_dtype t) {
  switch (op) {
    case ET_SUM: case ET_PROD: return t < ET_I32 ? ET_I32 : t;
    case ET_SUM64: return ET_F64;  // compared as 8 bytes; never a NaN pattern for these sums
    case ET_ARGMAX: case ET_ARGMIN: return ET_I32;
    default: return t;
  }
}

// Special values in some rows only, so that most sums are numbers; ties for the extremes.
static void fill_rows(et_dtype t, size_t rows, size_t n, char *x) {
  for (size_t r = 0; r < rows; r++)
    (r % 3 == 2 ? fill : fill_small)(t, n, x + r * n * et_size_of(t));
}

static void rows(void) {
  static const size_t long_rows[] = {4095, 4096, 4097, 8192, 8193, 70000, 4096 * 16 + 1};
  family("rows");
  for (int op = 0; op < ET_REDUCE_COUNT; op++)
    for (int t = 0; t < ET_DTYPE_COUNT; t++)
      for (int s = 0; s < SIZE_COUNT + 7; s++) {
        clear_rooms();
        const size_t n = s < SIZE_COUNT ? sizes[s] : long_rows[s - SIZE_COUNT];
        const size_t count = n > 5000 ? 3 : 7;
        void *x = room(t, count * n, s % 3), *wanted = room(ET_F64, count, 0);
        void *got = room(ET_F64, count, 0);
        fill_rows(t, count, n, x);
        const et_status status = et_reduce_rows(reference, op, t, count, n, x, wanted);
        char what[48];
        snprintf(what, sizeof what, "op %d of %zu", op, n);
        for (int l = 0; l < level_count; l++) {
          same_status(what, levels[l], status, et_reduce_rows(levels[l], op, t, count, n, x, got));
          if (status == ET_OK) same(what, levels[l], result_of(op, t), count, wanted, got);
        }
      }
  // One sequence that is cut twice.
  clear_rooms();
  const size_t n = (size_t)4096 * 4096 + 5000;
  float *x = room(ET_F32, n / 2 + 1, 0), wanted, got;
  fill_small(ET_F32, n, x);
  et_reduce_rows(reference, ET_SUM, ET_F32, 1, n, x, &wanted);
  for (int l = 0; l < level_count; l++) {
    et_reduce_rows(levels[l], ET_SUM, ET_F32, 1, n, x, &got);
    same("twice cut", levels[l], ET_F32, 1, &wanted, &got);
  }
  finish_family();
}

static void columns(void) {
  static const size_t lengths[] = {0, 1, 2, 17, 255, 256, 257, 512, 700};
  static const size_t widths[] = {1, 3, 15, 16, 17, 63, 64, 65, 130};
  family("columns");
  for (int op = 0; op < ET_REDUCE_COUNT; op++)
    for (int t = 0; t < ET_DTYPE_COUNT; t++)
      for (int i = 0; i < 9; i++)
        for (int j = 0; j < 9; j++) {
          clear_rooms();
          const size_t m = lengths[i], n = widths[j], stride = n + i % 3;
          void *x = room(t, 2 * m * stride + stride, 1), *wanted = room(ET_F64, 2 * n, 0);
          void *got = room(ET_F64, 2 * n, 0);
          (j % 3 == 2 ? fill : fill_small)(t, 2 * m * stride, x);
          const et_status status = et_reduce_columns(reference, op, t, 2, m, n, stride, x, wanted);
          for (int l = 0; l < level_count; l++) {
            same_status("columns", levels[l], status,
                        et_reduce_columns(levels[l], op, t, 2, m, n, stride, x, got));
            if (status == ET_OK) same("columns", levels[l], result_of(op, t), 2 * n, wanted, got);
          }
        }
  finish_family();
}

static void cumsum(void) {
  family("cumsum");
  for (int t = 0; t < ET_DTYPE_COUNT; t++)
    for (int s = 0; s < SIZE_COUNT; s++) {
      clear_rooms();
      const size_t n = sizes[s];
      void *x = room(t, 3 * n, 1), *wanted = room(t, 3 * n, 0), *got = room(t, 3 * n, 0);
      fill_rows(t, s % 4 ? 2 : 3, n, x);
      const et_status status = et_cumsum(reference, t, s % 4 ? 2 : 3, n, x, wanted);
      for (int l = 0; l < level_count; l++) {
        same_status("cumsum", levels[l], status,
                    et_cumsum(levels[l], t, s % 4 ? 2 : 3, n, x, got));
        if (status == ET_OK) same("cumsum", levels[l], t, (s % 4 ? 2 : 3) * n, wanted, got);
      }
    }
  finish_family();
}

void test_reductions(void) {
  rows();
  columns();
  cumsum();
}
