// Draws, starting anywhere in a block, and the kernels that only move elements.
#include "check.h"

void test_random(void) {
  family("random");
  for (int s = 0; s < SIZE_COUNT; s++)
    for (int start = 0; start < 6; start++) {
      clear_rooms();
      const size_t n = sizes[s];
      const et_stream stream = {random_bits(), (uint32_t)random_bits(), random_bits()};
      const uint64_t first = start < 4 ? (uint64_t)start : random_bits() >> 32;
      uint32_t *words = room(ET_I32, 4 * n, 0), *got_words = room(ET_I32, 4 * n, 1);
      et_philox(reference, stream, (uint32_t)first, n, words);
      for (int l = 0; l < level_count; l++) {
        et_philox(levels[l], stream, (uint32_t)first, n, got_words);
        same("philox", levels[l], ET_I32, 4 * n, words, got_words);
      }
      for (int t = ET_F32; t <= ET_F64; t++)
        for (int normal = 0; normal < 2; normal++) {
          void *wanted = room(t, n, 0), *got = room(t, n, 1);
          et_status (*draw)(const et_kernels *, et_dtype, et_stream, uint64_t, size_t, void *) =
              normal ? et_randn : et_rand;
          draw(reference, t, stream, first, n, wanted);
          for (int l = 0; l < level_count; l++) {
            draw(levels[l], t, stream, first, n, got);
            same(normal ? "randn" : "rand", levels[l], t, n, wanted, got);
          }
        }
    }
  finish_family();
}

// Element by element, by its indices.
static void view_by_hand(size_t bytes, const size_t shape[4], const ptrdiff_t strides[4],
                         const char *x, char *y, bool to_view) {
  size_t at = 0;
  for (size_t a = 0; a < shape[0]; a++)
    for (size_t b = 0; b < shape[1]; b++)
      for (size_t c = 0; c < shape[2]; c++)
        for (size_t d = 0; d < shape[3]; d++, at++) {
          const ptrdiff_t offset = (ptrdiff_t)a * strides[0] + (ptrdiff_t)b * strides[1] +
                                   (ptrdiff_t)c * strides[2] + (ptrdiff_t)d * strides[3];
          const ptrdiff_t moved = offset * (ptrdiff_t)bytes;
          memcpy(to_view ? y + moved : y + at * bytes, to_view ? x + at * bytes : x + moved, bytes);
        }
}

static void views(void) {
  static const et_dtype of_bytes[] = {ET_U8, ET_I32, ET_F64};
  for (int round = 0; round < 400; round++) {
    clear_rooms();
    const et_dtype t = of_bytes[round % 3];
    const size_t bytes = et_size_of(t);
    size_t shape[4], order[4] = {0, 1, 2, 3}, count = 1;
    ptrdiff_t strides[4], next = 1, start = 0;
    for (int i = 0; i < 4; i++) {
      const size_t j = i + random_below(4 - i), swap = order[i];
      order[i] = order[j];
      order[j] = swap;
      shape[i] = random_below(round % 50 ? 9 : 40) + (round % 20 != 0);
      count *= shape[i];
    }
    for (int i = 3; i >= 0; i--) {  // strides of a permuted, spaced, partly reversed array
      const size_t axis = order[i];
      strides[axis] = next * (ptrdiff_t)(1 + random_below(2));
      next = strides[axis] * (ptrdiff_t)(shape[axis] + (shape[axis] == 0));
      if (random_below(3) == 0 && shape[axis]) {
        start += strides[axis] * (ptrdiff_t)(shape[axis] - 1);
        strides[axis] = -strides[axis];
      }
    }
    const size_t space = (size_t)next + 1;
    char *x = room(ET_F64, space, 0), *flat = room(ET_F64, count + 1, 0);
    char *wanted = room(ET_F64, space + count, 0), *got = room(ET_F64, space + count, 0);
    fill(ET_U8, space * bytes, x);
    fill(ET_U8, count * bytes, flat);
    view_by_hand(bytes, shape, strides, x + start * (ptrdiff_t)bytes, wanted, false);
    et_copy_view(reference, bytes, 4, shape, strides, x + start * (ptrdiff_t)bytes, got);
    same("copy view", reference, ET_U8, count * bytes, wanted, got);
    memset(wanted, 7, space * bytes);
    memset(got, 7, space * bytes);
    view_by_hand(bytes, shape, strides, flat, wanted + start * (ptrdiff_t)bytes, true);
    et_copy_to_view(reference, bytes, 4, shape, strides, flat, got + start * (ptrdiff_t)bytes);
    same("copy to view", reference, ET_U8, space * bytes, wanted, got);
  }
}

// Patches by looking up each element, and their sum back by a search for all that an element is in.
static void patches(void) {
  for (int round = 0; round < 200; round++) {
    clear_rooms();
    et_windows w = {.rows = 1 + random_below(7), .columns = 1 + random_below(7),
                    .channels = 1 + random_below(30), .row_step = 1 + random_below(3),
                    .column_step = 1 + random_below(3), .row_padding = random_below(3),
                    .column_padding = random_below(3)};
    w.patch_rows = 1 + random_below(w.rows + 2 * w.row_padding);
    w.patch_columns = 1 + random_below(w.columns + 2 * w.column_padding);
    w.out_rows = (w.rows + 2 * w.row_padding - w.patch_rows) / w.row_step + 1;
    w.out_columns = (w.columns + 2 * w.column_padding - w.patch_columns) / w.column_step + 1;
    const size_t images = random_below(3), patch = w.channels * w.patch_rows * w.patch_columns;
    const size_t size = images * w.rows * w.columns * w.channels;
    const size_t count = images * w.out_rows * w.out_columns * patch;
    float *x = room(ET_F32, size, 0), *y = room(ET_F32, count, 0), *got = room(ET_F32, count, 0);
    float *back = room(ET_F32, size, 0), *got_back = room(ET_F32, size, 0);
    uint8_t *small = room(ET_U8, size, 0), *small_y = room(ET_U8, count, 0);
    uint8_t *small_got = room(ET_U8, count, 0);
    fill(ET_F32, size, x);
    fill(ET_U8, size, small);
    for (size_t at = 0; at < size; at++) back[at] = got_back[at] = 0;
    for (size_t at = 0; at < count; at++) {
      const size_t channel = at % w.channels, column = at / w.channels % w.patch_columns;
      const size_t row = at / w.channels / w.patch_columns % w.patch_rows, place = at / patch;
      const long i = (long)(place / w.out_columns % w.out_rows * w.row_step + row) - (long)w.row_padding;
      const long j = (long)(place % w.out_columns * w.column_step + column) - (long)w.column_padding;
      const size_t image = place / w.out_columns / w.out_rows;
      y[at] = small_y[at] = 0;
      if (i < 0 || j < 0 || i >= (long)w.rows || j >= (long)w.columns) continue;
      const size_t from = ((image * w.rows + i) * w.columns + j) * w.channels + channel;
      y[at] = x[from];
      small_y[at] = small[from];
      back[from] = back[from] + x[from];
    }
    expect(et_patches(reference, 4, &w, images, x, got) == ET_OK, "patches");
    same("patches", reference, ET_F32, count, y, got);
    expect(et_patches(reference, 1, &w, images, small, small_got) == ET_OK, "patches of bytes");
    same("patches of bytes", reference, ET_U8, count, small_y, small_got);
    expect(et_add_patches(reference, ET_F32, &w, images, y, got_back) == ET_OK, "add patches");
    same("add patches", reference, ET_F32, size, back, got_back);
  }
  // Ascending: 1e8 + 1 - 1e8 in f32 loses the 1 in this order and no other.
  const et_windows row = {1, 5, 1, 1, 3, 1, 1, 0, 0, 1, 3};
  const float terms[] = {0, 0, 1e8f, 0, 1, 0, -1e8f, 0, 0}, zeros[] = {0, 0, 0, 0, 0};
  float sums[5] = {0};
  et_add_patches(reference, ET_F32, &row, 1, terms, sums);
  same("order of patches", reference, ET_F32, 5, zeros, sums);
}

void test_moves(void) {
  family("moves");
  views();
  patches();
  const int32_t index[] = {2, 0, -1, 2, 2, -4};
  const float x[] = {1, 2, 3, 4, 5, 6, 7, 8}, gathered[] = {5, 6, 1, 2, 7, 8, 5, 6, 5, 6, 1, 2};
  float y[12], sums[8] = {0};
  expect(et_gather(reference, 8, 4, 6, index, x, y) == ET_OK, "gather");
  same("gather", reference, ET_F32, 12, gathered, y);
  const int32_t outside[] = {0, 4}, below[] = {-5};
  expect(et_gather(reference, 8, 4, 2, outside, x, y) == ET_OUT_OF_RANGE, "index 4 of 4");
  expect(et_gather(reference, 8, 4, 1, below, x, y) == ET_OUT_OF_RANGE, "index -5 of 4");
  expect(et_scatter_add(reference, ET_F32, 2, 4, 6, index, gathered, sums) == ET_OK, "scatter");
  const float scattered[] = {2, 4, 0, 0, 15, 18, 7, 8};
  same("scatter", reference, ET_F32, 8, scattered, sums);
  // Ascending: 1e8 + 1 - 1e8 in f32 loses the 1 in this order and no other.
  const int32_t ones[] = {0, 0, 0};
  const float terms[] = {1e8f, 1, -1e8f}, zero = 0;
  float total[1] = {0};
  et_scatter_add(reference, ET_F32, 1, 1, 3, ones, terms, total);
  same("scatter order", reference, ET_F32, 1, &zero, total);
  int32_t most[1] = {INT32_MAX};
  const int32_t one[] = {1};
  expect(et_scatter_add(reference, ET_I32, 1, 1, 1, ones, one, most) == ET_OVERFLOW, "scatter i32");
  finish_family();
}
