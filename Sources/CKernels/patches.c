// The patches of images, and their sum back: what convolutions and pooling are made of. They move
// elements and add them in one fixed order, so every level shares this code.
#include "internal.h"

// A row of a patch is a run of the image: its columns with all their channels. Patches are taken row
// of windows by row of windows, and in each first all first rows of its patches, then all second
// ones: an element of the image still meets the patches that it is in by ascending position.
typedef struct {
  size_t count, columns, channels, step, padding;
  size_t reach;  // columns of the image and the zeros before it
} runs;

// Columns [first, end) of a patch lie inside the image.
ET_INLINE size_t first_inside(const runs *r, size_t j) {
  const size_t start = j * r->step;
  return start >= r->padding ? 0
         : r->padding - start < r->columns ? r->padding - start : r->columns;
}
ET_INLINE size_t end_inside(const runs *r, size_t j) {
  const size_t start = j * r->step;
  return start + r->columns <= r->reach ? r->columns : start < r->reach ? r->reach - start : 0;
}

// Calls BODY for runs [FIRST, END) of one image row in one row of windows: `run` elements, those in
// [before, after) from `source` on inside the image.
#define EACH_RUN(FIRST, END, BODY)                                                         \
  for (size_t j = FIRST; j < END; j++) {                                                   \
    const size_t run = r->columns * r->channels, last = end_inside(r, j) * r->channels;    \
    const size_t before = first_inside(r, j) * r->channels, after = last > before ? last : before; \
    const ptrdiff_t source = ((ptrdiff_t)(j * r->step) - (ptrdiff_t)r->padding) *          \
                             (ptrdiff_t)r->channels;                                       \
    BODY                                                                                   \
  }

// `count` runs of `bytes` that lie whole in the image. They are short, and the library's copy would
// take longer to be called than to copy them. The last part overlaps what is copied already.
static void take_whole(size_t count, size_t bytes, const char *from, size_t from_step, char *to,
                       size_t to_step) {
#define COPY(CONDITION, PARTS)                                                             \
  if (CONDITION) {                                                                         \
    for (; count > 0; count--, from += from_step, to += to_step) { PARTS }                 \
    return;                                                                                \
  }
#define PART(AT, N) memcpy(to + (AT), from + (AT), (N));
#define TWO(N) PART(0, N) PART(bytes - (N), N)
  COPY(bytes >= 512, PART(0, bytes))
  COPY(bytes > 64, for (size_t at = 0; at + 64 < bytes; at += 64) PART(at, 64) PART(bytes - 64, 64))
  COPY(bytes >= 32, TWO(32))
  COPY(bytes >= 16, TWO(16))
  COPY(bytes >= 8, TWO(8))
  COPY(bytes >= 4, TWO(4))
  COPY(true, for (size_t at = 0; at < bytes; at++) PART(at, 1))
#undef COPY
#undef PART
#undef TWO
}

static void take_edge(const runs *r, size_t first, size_t end, size_t size, size_t patch,
                      const char *line, char *out) {
  EACH_RUN(first, end,
    char *to = out + j * patch * size;
    if (before > 0) memset(to, 0, before * size);
    if (before < after)
      memcpy(to + before * size, line + (source + (ptrdiff_t)before) * (ptrdiff_t)size,
             (after - before) * size);
    if (after < run) memset(to + after * size, 0, (run - after) * size);
  )
}

static void take(const runs *r, size_t size, size_t patch, const char *line, char *out) {
  size_t first = (r->padding + r->step - 1) / r->step;
  if (first > r->count) first = r->count;
  const size_t fitting = r->reach < r->columns ? 0 : (r->reach - r->columns) / r->step + 1;
  const size_t end = fitting < first ? first : fitting < r->count ? fitting : r->count;
  const size_t element = r->channels * size;
  take_edge(r, 0, first, size, patch, line, out);
  if (first < end)
    take_whole(end - first, r->columns * element, line + (first * r->step - r->padding) * element,
               r->step * element, out + first * patch * size, patch * size);
  take_edge(r, end, r->count, size, patch, line, out);
}

#define ADD(T)                                                                             \
  static void add_##T(const runs *r, size_t patch, const T *in, T *restrict line) {        \
    EACH_RUN(0, r->count,                                                                  \
      const T *terms = in + j * patch;                                                     \
      for (size_t e = before; e < after; e++) line[source + (ptrdiff_t)e] += terms[e];     \
      (void)run;                                                                           \
    )                                                                                      \
  }
ADD(float)
ADD(double)

// Calls for each row of windows and row of their patches: INSIDE with the element of the image that
// `line` is, OUTSIDE where the row lies above or below the image.
#define EACH_LINE(INSIDE, OUTSIDE)                                                         \
  const runs r = {w->out_columns, w->patch_columns, w->channels, w->column_step,           \
                  w->column_padding, w->columns + w->column_padding};                      \
  const size_t row = w->patch_columns * w->channels, patch = w->patch_rows * row;          \
  for (size_t image = 0; image < images; image++)                                          \
    for (size_t i = 0; i < w->out_rows; i++)                                               \
      for (size_t k = 0; k < w->patch_rows; k++) {                                         \
        /* An index before the image wraps round to one far behind it. */                  \
        const size_t above = i * w->row_step + k - w->row_padding;                         \
        const size_t at = (image * w->out_rows + i) * w->out_columns * patch + k * row;    \
        const size_t line = (image * w->rows + above) * w->columns * w->channels;          \
        if (above < w->rows) { INSIDE } else { OUTSIDE }                                   \
      }

et_status et_patches(const et_kernels *kernels, size_t element_bytes, const et_windows *w,
                     size_t images, const void *x, void *y) {
  (void)kernels;
  const char *in = x;
  char *out = y;
  const size_t size = element_bytes;
  EACH_LINE(
    take(&r, size, patch, in + line * size, out + at * size);,
    for (size_t j = 0; j < r.count; j++) memset(out + (at + j * patch) * size, 0, row * size);)
  return ET_OK;
}

et_status et_add_patches(const et_kernels *kernels, et_dtype t, const et_windows *w, size_t images,
                         const void *x, void *y) {
  (void)kernels;
  if (t == ET_F32) {
    EACH_LINE(add_float(&r, patch, (const float *)x + at, (float *)y + line);, )
  } else if (t == ET_F64) {
    EACH_LINE(add_double(&r, patch, (const double *)x + at, (double *)y + line);, )
  } else {
    return ET_UNSUPPORTED;
  }
  return ET_OK;
}
