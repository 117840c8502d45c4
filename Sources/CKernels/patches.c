// The patches of images, and their sum back: what convolutions and pooling are made of. They move
// elements and add them in one fixed order, so every level shares this code.
#include "internal.h"

// Runs for each element of the patches in row-major order: images, rows and columns of the result,
// channels, rows and columns of a patch. `from` is its place in x where it lies inside the image.
#define EACH_ELEMENT(INSIDE, OUTSIDE)                                                      \
  size_t at = 0;                                                                           \
  for (size_t image = 0; image < images; image++)                                          \
    for (size_t i = 0; i < w->out_rows; i++)                                               \
      for (size_t j = 0; j < w->out_columns; j++)                                          \
        for (size_t channel = 0; channel < w->channels; channel++)                         \
          for (size_t r = 0; r < w->patch_rows; r++) {                                     \
            /* An index before the image wraps round to one far behind it. */              \
            const size_t y = i * w->row_step + r - w->row_padding;                         \
            const size_t line = (image * w->rows + y) * w->columns;                        \
            for (size_t c = 0; c < w->patch_columns; c++, at++) {                          \
              const size_t x = j * w->column_step + c - w->column_padding;                 \
              if (y < w->rows && x < w->columns) {                                         \
                const size_t from = (line + x) * w->channels + channel;                    \
                INSIDE                                                                     \
              } else {                                                                     \
                OUTSIDE                                                                    \
              }                                                                            \
            }                                                                              \
          }

#define TAKE(T)                                                                            \
  static void take_##T(const et_windows *w, size_t images, const T *in, T *restrict out) { \
    EACH_ELEMENT(out[at] = in[from];, out[at] = 0;)                                        \
  }
TAKE(uint8_t)
TAKE(uint32_t)
TAKE(uint64_t)

#define ADD(T)                                                                            \
  static void add_##T(const et_windows *w, size_t images, const T *in, T *restrict out) { \
    EACH_ELEMENT(out[from] = out[from] + in[at];, )                                       \
  }
ADD(float)
ADD(double)

et_status et_patches(const et_kernels *k, size_t element_bytes, const et_windows *w, size_t images,
                     const void *x, void *y) {
  (void)k;
  switch (element_bytes) {
    case 1: take_uint8_t(w, images, x, y); return ET_OK;
    case 4: take_uint32_t(w, images, x, y); return ET_OK;
    case 8: take_uint64_t(w, images, x, y); return ET_OK;
    default: return ET_UNSUPPORTED;
  }
}

et_status et_add_patches(const et_kernels *k, et_dtype t, const et_windows *w, size_t images,
                         const void *x, void *y) {
  (void)k;
  switch (t) {
    case ET_F32: add_float(w, images, x, y); return ET_OK;
    case ET_F64: add_double(w, images, x, y); return ET_OK;
    default: return ET_UNSUPPORTED;
  }
}
