// Elementwise kernels: every row of the lists, every dtype, all sizes, shifted pointers.
#include "../../Sources/CKernels/internal.h"
#include "check.h"

// The public functions send one element to the reference. Chains give a level's own kernels one
// element too, so those are called here.
static et_status call_unary(const et_kernels *k, int op, et_dtype t, size_t n, const void *x,
                            void *y) {
  if (n != 1) return et_unary(k, op, t, n, x, y);
  return k->unary[op][t] ? k->unary[op][t](n, x, y) : ET_UNSUPPORTED;
}

static void unary(void) {
  family("unary");
  for (int op = 0; op < ET_UNARY_COUNT; op++)
    for (int t = 0; t < ET_DTYPE_COUNT; t++)
      for (int s = 0; s < SIZE_COUNT; s++) {
        clear_rooms();
        const size_t n = sizes[s];
        void *x = room(t, n, s % 3), *wanted = room(t, n, 0), *got = room(t, n, 1);
        fill(t, n, x);
        const int out = op == ET_ISNAN || op == ET_NOT ? ET_BOOL : t;
        const et_status status = et_unary(reference, op, t, n, x, wanted);
        char what[32];
        snprintf(what, sizeof what, "op %d", op);
        for (int l = 0; l < level_count; l++) {
          same_status(what, levels[l], status, call_unary(levels[l], op, t, n, x, got));
          if (status == ET_OK) same(what, levels[l], out, n, wanted, got);
          if (status == ET_OK && out == t) {  // in place
            memcpy(got, x, n * et_size_of(t));
            call_unary(levels[l], op, t, n, got, got);
            same(what, levels[l], out, n, wanted, got);
          }
        }
      }
  finish_family();
}

typedef et_status two_operands(const et_kernels *k, int op, et_dtype t, size_t n, const void *x,
                               size_t x_step, const void *y, size_t y_step, void *out);
static et_status call_binary(const et_kernels *k, int op, et_dtype t, size_t n, const void *x,
                             size_t x_step, const void *y, size_t y_step, void *out) {
  if (n != 1) return et_binary(k, op, t, n, x, x_step, y, y_step, out);
  return k->binary[op][t] ? k->binary[op][t](n, x, x_step, y, y_step, out) : ET_UNSUPPORTED;
}
static et_status call_compare(const et_kernels *k, int op, et_dtype t, size_t n, const void *x,
                              size_t x_step, const void *y, size_t y_step, void *out) {
  return et_compare(k, op, t, n, x, x_step, y, y_step, out);
}
static et_status call_logical(const et_kernels *k, int op, et_dtype t, size_t n, const void *x,
                              size_t x_step, const void *y, size_t y_step, void *out) {
  return t == ET_BOOL ? et_logical(k, op, n, x, x_step, y, y_step, out) : ET_UNSUPPORTED;
}

static void two(const char *name, two_operands *call, int count, bool gives_bool) {
  family(name);
  for (int op = 0; op < count; op++)
    for (int t = 0; t < ET_DTYPE_COUNT; t++)
      for (int s = 0; s < SIZE_COUNT; s++)
        for (int steps = 0; steps < 4; steps++) {
          clear_rooms();
          const size_t n = sizes[s];
          void *x = room(t, n + 1, s % 3), *y = room(t, n + 1, s % 2);
          void *wanted = room(t, n, 0), *got = room(t, n, 1);
          (s % 2 ? fill : fill_small)(t, n + 1, x);
          (s % 2 ? fill : fill_small)(t, n + 1, y);
          const et_status status = call(reference, op, t, n, x, steps & 1, y, steps >> 1, wanted);
          char what[32];
          snprintf(what, sizeof what, "op %d steps %d", op, steps);
          for (int l = 0; l < level_count; l++) {
            same_status(what, levels[l], status,
                        call(levels[l], op, t, n, x, steps & 1, y, steps >> 1, got));
            if (status == ET_OK) same(what, levels[l], gives_bool ? ET_BOOL : t, n, wanted, got);
          }
        }
  finish_family();
}

static void where(void) {
  family("where");
  for (int t = 0; t < ET_DTYPE_COUNT; t++)
    for (int s = 0; s < SIZE_COUNT; s++)
      for (int steps = 0; steps < 8; steps++) {
        clear_rooms();
        const size_t n = sizes[s];
        uint8_t *c = room(ET_BOOL, n + 1, s % 2);
        void *x = room(t, n + 1, s % 3), *y = room(t, n + 1, 0);
        void *wanted = room(t, n, 0), *got = room(t, n, 1);
        fill(ET_BOOL, n + 1, c);
        fill(t, n + 1, x);
        fill(t, n + 1, y);
        et_where(reference, t, n, c, steps & 1, x, steps >> 1 & 1, y, steps >> 2, wanted);
        for (int l = 0; l < level_count; l++) {
          et_where(levels[l], t, n, c, steps & 1, x, steps >> 1 & 1, y, steps >> 2, got);
          same("where", levels[l], t, n, wanted, got);
        }
      }
  finish_family();
}

static void power_and_convert(void) {
  family("power");
  for (int exponent = 0; exponent <= 16; exponent++)
    for (int t = ET_I32; t < ET_DTYPE_COUNT; t++)
      for (int s = 0; s < SIZE_COUNT; s += 2) {
        clear_rooms();
        const size_t n = sizes[s];
        void *x = room(t, n, 1), *wanted = room(t, n, 0), *got = room(t, n, 0);
        fill(t, n, x);
        if (t == ET_I32 && s % 4) for (size_t i = 0; i < n; i++) ((int32_t *)x)[i] %= 4;
        const et_status status = et_power(reference, t, n, x, exponent, wanted);
        for (int l = 0; l < level_count; l++) {
          same_status("power", levels[l], status, et_power(levels[l], t, n, x, exponent, got));
          if (status == ET_OK) same("power", levels[l], t, n, wanted, got);
        }
      }
  finish_family();
  family("convert");
  for (int from = 0; from < ET_DTYPE_COUNT; from++)
    for (int to = 0; to < ET_DTYPE_COUNT; to++)
      for (int s = 0; s < SIZE_COUNT; s++) {
        clear_rooms();
        const size_t n = sizes[s];
        void *x = room(from, n, 1), *wanted = room(to, n, 0), *got = room(to, n, 0);
        (s % 2 ? fill : fill_small)(from, n, x);
        const et_status status = et_convert(reference, from, to, n, x, wanted);
        for (int l = 0; l < level_count; l++) {
          same_status("convert", levels[l], status, et_convert(levels[l], from, to, n, x, got));
          if (status == ET_OK) same("convert", levels[l], to, n, wanted, got);
        }
      }
  finish_family();
}

void test_elementwise(void) {
  unary();
  two("binary", call_binary, ET_BINARY_COUNT, false);
  two("compare", call_compare, ET_COMPARE_COUNT, true);
  two("logical", call_logical, 2, true);
  where();
  power_and_convert();
}
