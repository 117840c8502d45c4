// Chains of random steps against the same steps one by one, at every level and cut in two.
#include <math.h>

#include "../../Sources/CKernels/internal.h"
#include "check.h"

enum { STEPS = 14, SOURCES = 4, SLOTS = SOURCES + STEPS };

typedef struct {
  et_slot slots[SLOTS];
  et_step steps[SLOTS];
  et_view view;
  void *wanted[SLOTS];  // all elements of each slot
  et_dtype types[SLOTS];
  size_t slot_count, step_count;
} chain;

// An array, a number, one element for all, and a view that repeats a row or a column.
static void sources(chain *c, et_dtype t, size_t rows, size_t columns) {
  const size_t n = rows * columns, bytes = et_size_of(t);
  for (int i = 0; i < SOURCES; i++) {
    c->types[i] = t;
    c->wanted[i] = room(t, n, 0);
    c->slots[i].bytes = (uint8_t)bytes;
  }
  fill(t, n, c->wanted[0]);
  c->slots[0].kind = ET_SLOT_ARRAY;
  c->slots[0].data = c->wanted[0];
  for (int i = 1; i < 3; i++) {
    void *one = room(t, 1, i);
    fill(t, 1, one);
    memcpy(&c->slots[i].number, one, bytes);
    c->slots[i].kind = i == 1 ? ET_SLOT_NUMBER : ET_SLOT_ELEMENT;
    c->slots[i].data = one;
    et_fill(reference, bytes, n, one, c->wanted[i]);
  }
  const bool repeats_row = random_below(2);
  c->view = (et_view){2, {rows, columns}, {repeats_row ? 0 : 1, repeats_row ? 1 : 0}};
  void *part = room(t, rows + columns, 1);
  fill(t, rows + columns, part);
  et_copy_view(reference, bytes, 2, c->view.shape, c->view.strides, part, c->wanted[3]);
  c->slots[3].kind = ET_SLOT_TEMPORARY;
  c->slots[3].data = part;
  c->slots[3].view = &c->view;
  c->steps[0] = (et_step){.kind = ET_STEP_READ, .result = 3};
  (c->slot_count = SOURCES, c->step_count = 1);
}

static uint16_t any(const chain *c, et_dtype t, bool alone) {
  for (;;) {
    const uint16_t i = (uint16_t)random_below(c->slot_count);
    const bool is_one = i == 1 || i == 2;
    if (c->types[i] == t && !(alone && is_one)) return i;
  }
}

static void add_step(chain *c, et_dtype t, size_t n) {
  static const uint8_t unary[] = {ET_NEG, ET_RELU, ET_SQRT, ET_EXP, ET_TANH, ET_ABS};
  static const uint8_t binary[] = {ET_ADD, ET_SUB, ET_MUL, ET_DIV, ET_MAX, ET_POW};
  bool has_mask = false;
  for (size_t i = 0; i < c->slot_count; i++) has_mask |= c->types[i] == ET_BOOL;
  et_step s = {.type = (uint8_t)t};
  s.kind = (uint8_t)(ET_STEP_UNARY + random_below(has_mask ? 6 : 3));
  et_dtype result = t;
  const bool takes_one = s.kind == ET_STEP_UNARY || s.kind >= ET_STEP_POWER;
  const uint16_t a = any(c, t, takes_one), b = any(c, t, false);
  void *x = c->wanted[a], *y = c->wanted[b], *out = room(ET_F64, n, 0);
  s.operands[0] = a;
  s.operands[1] = b;
  switch (s.kind) {
    case ET_STEP_UNARY:
      s.op = unary[random_below(sizeof unary)];
      et_unary(reference, s.op, t, n, x, out);
      break;
    case ET_STEP_BINARY:
      s.op = binary[random_below(sizeof binary)];
      et_binary(reference, s.op, t, n, x, 1, y, 1, out);
      break;
    case ET_STEP_COMPARE:
      s.op = (uint8_t)random_below(6);
      result = ET_BOOL;
      et_compare(reference, s.op, t, n, x, 1, y, 1, out);
      break;
    case ET_STEP_WHERE:
      s.operands[0] = any(c, ET_BOOL, true);
      s.operands[1] = a;
      s.operands[2] = b;
      et_where(reference, t, n, c->wanted[s.operands[0]], 1, x, 1, y, 1, out);
      break;
    case ET_STEP_POWER:
      s.op = (uint8_t)random_below(17);
      et_power(reference, t, n, x, s.op, out);
      break;
    default:
      s.op = ET_BOOL;
      s.operands[0] = any(c, ET_BOOL, true);
      et_convert(reference, ET_BOOL, t, n, c->wanted[s.operands[0]], out);
  }
  s.result = (uint16_t)c->slot_count;
  c->types[c->slot_count] = result;
  c->wanted[c->slot_count] = out;
  et_slot *slot = &c->slots[c->slot_count++];
  slot->bytes = (uint8_t)et_size_of(result);
  slot->kind = random_below(3) ? ET_SLOT_TEMPORARY : ET_SLOT_ARRAY;
  c->steps[c->step_count++] = s;
}

// f32 magnitudes from the least subnormal to 2^64, most of them where products and quotients are
// subnormal, with stretches of ordinary numbers between.
static void fill_tiny(size_t n, float *x) {
  fill(ET_F32, n, x);
  for (size_t i = 0; i < n; i++) {
    if (i / 300 % 3 == 1) x[i] = (float)((double)random_below(2000) / 1000 - 1);
    else if (random_below(8)) {
      const double y = ldexp(1 + (double)random_below(1 << 24) * 0x1p-24, (int)random_below(215) - 151);
      x[i] = (float)(random_below(2) ? y : -y);
    }
  }
}

// One step over several blocks, the first of which has subnormals: the others are computed
// carefully.
static void careful_step(uint8_t kind, uint8_t op, size_t n, et_slot x, et_slot y) {
  et_slot slots[] = {x, y, {.kind = ET_SLOT_ARRAY, .bytes = 4}};
  const et_step step = {.kind = kind, .op = op, .type = ET_F32, .operands = {0, 1}, .result = 2};
  float *wanted = room(ET_F32, n, 0);
  const bool x_moves = x.kind == ET_SLOT_ARRAY, y_moves = y.kind == ET_SLOT_ARRAY;
  const void *from[] = {x_moves ? x.data : &x.number, y_moves ? y.data : &y.number};
  if (kind == ET_STEP_BINARY)
    et_binary(reference, op, ET_F32, n, from[0], x_moves, from[1], y_moves, wanted);
  else if (kind == ET_STEP_UNARY) et_unary(reference, op, ET_F32, n, from[0], wanted);
  else et_power(reference, ET_F32, n, from[0], op, wanted);
  for (int l = 0; l < level_count; l++) {
    slots[2].data = room(ET_F32, n, 0);
    same_status("careful", levels[l], ET_OK, et_chain(levels[l], 1, &step, 3, slots, 0, 0, n));
    same("careful", levels[l], ET_F32, n, wanted, slots[2].data);
  }
}

// Joined steps against their parts by the reference, over several blocks and in the place of an
// operand; f32 carefully too, as `fill_tiny` has subnormals in the first block.
static void updates(et_dtype t, size_t n) {
  const size_t bytes = et_size_of(t);
  void *x[3], *in[3], *one[2], *a = room(t, n, 0), *b = room(t, n, 0), *wanted = room(t, n, 0);
  for (int i = 0; i < 3; i++) {
    x[i] = room(t, n, i);
    in[i] = room(t, n, 0);
    if (t == ET_F32) fill_tiny(n, x[i]);
    else fill(t, n, x[i]);
  }
  for (int i = 0; i < 2; i++) {
    one[i] = room(t, 1, i);
    if (t == ET_F32 && random_below(2)) fill_tiny(1, one[i]);
    else fill_small(t, 1, one[i]);
  }
  for (int kind = 0; kind < 3; kind++) {
    et_slot slots[6] = {0};
    for (int i = 0; i < 3; i++)
      slots[i] = (et_slot){.kind = ET_SLOT_ARRAY, .bytes = (uint8_t)bytes, .data = in[i]};
    slots[3] = (et_slot){.kind = ET_SLOT_NUMBER, .bytes = (uint8_t)bytes};
    memcpy(&slots[3].number, one[0], bytes);
    slots[4] = (et_slot){.kind = ET_SLOT_ELEMENT, .bytes = (uint8_t)bytes, .data = one[1]};
    et_step step = {.kind = ET_STEP_SCALED_SUM, .op = kind ? ET_SUB : ET_ADD, .type = (uint8_t)t,
                    .operands = {0, 1, 3, 4}, .result = 5};
    et_binary(reference, ET_MUL, t, n, one[0], 0, x[kind == 2], 1, a);
    if (kind < 2) {
      et_binary(reference, ET_MUL, t, n, one[1], 0, x[1], 1, b);
      et_binary(reference, step.op, t, n, a, 1, b, 1, wanted);
    } else {
      step = (et_step){.kind = ET_STEP_ADAPTIVE, .op = ET_SUB, .type = (uint8_t)t,
                       .operands = {0, 1, 2, 3, 4}, .result = 5};
      et_unary(reference, ET_SQRT, t, n, x[2], b);
      et_binary(reference, ET_ADD, t, n, b, 1, one[1], 0, b);
      et_binary(reference, ET_DIV, t, n, a, 1, b, 1, a);
      et_binary(reference, ET_SUB, t, n, x[0], 1, a, 1, wanted);
    }
    // Drawn once for all levels, as a machine may have fewer of them.
    const size_t over = random_below(6), operands = kind == 2 ? 3 : 2;
    for (int l = 0; l < level_count; l++) {
      for (int i = 0; i < 3; i++) memcpy(in[i], x[i], n * bytes);
      slots[5] = (et_slot){.kind = ET_SLOT_ARRAY, .bytes = (uint8_t)bytes,
                           .data = over < operands ? in[over] : room(t, n, 0)};
      same_status("update", levels[l], ET_OK, et_chain(levels[l], 1, &step, 6, slots, 0, 0, n));
      same("update", levels[l], t, n, wanted, slots[5].data);
    }
  }
}

void test_updates(void) {
  family("updates");
  for (int round = 0; round < 60; round++) {
    clear_rooms();
    updates(round % 2 ? ET_F32 : ET_F64, 1 + random_below(3000));
  }
  finish_family();
}

void test_careful_steps(void) {
  family("careful steps");
#ifdef __x86_64__
  const bool is_slow = true;
#else
  const bool is_slow = false;
#endif
  for (int l = 0; l < level_count; l++)
    if (levels[l] != reference)
      same_status("present", levels[l], ET_OK,
                  is_slow == (levels[l]->careful.mul != NULL) ? ET_OK : ET_UNSUPPORTED);
  enum { N = 5000 };
  for (int round = 0; round < 40; round++) {
    clear_rooms();
    float *x = room(ET_F32, N, 0), *y = room(ET_F32, N, 1), one[2];
    fill_tiny(N, x);
    fill_tiny(N, y);
    fill_tiny(2, one);
    et_slot xs = {.kind = ET_SLOT_ARRAY, .bytes = 4, .data = x}, ys = xs;
    et_slot number = {.kind = ET_SLOT_NUMBER, .bytes = 4};
    ys.data = y;
    memcpy(&number.number, one, 4);
    for (int op = 0; op < 2; op++) {
      careful_step(ET_STEP_BINARY, op ? ET_DIV : ET_MUL, N, xs, ys);
      careful_step(ET_STEP_BINARY, op ? ET_DIV : ET_MUL, N, number, ys);
      careful_step(ET_STEP_BINARY, op ? ET_DIV : ET_MUL, N, xs, number);
    }
    careful_step(ET_STEP_UNARY, ET_SQRT, N, xs, xs);
    careful_step(ET_STEP_POWER, 2, N, xs, xs);
  }
  finish_family();
}

void test_chains(void) {
  family("chains");
  static const size_t columns[] = {1, 7, 16, 300, 1023, 1025};
  for (int round = 0; round < 120; round++) {
    clear_rooms();
    chain c = {0};
    const et_dtype t = round % 2 ? ET_F32 : ET_F64;
    const size_t width = columns[random_below(6)], n = width * (1 + random_below(9));
    sources(&c, t, n / width, width);
    for (int i = 0; i < STEPS; i++) add_step(&c, t, n);
    uint16_t temporaries = 0;
    for (size_t i = 0; i < c.slot_count; i++)
      if (c.slots[i].kind == ET_SLOT_TEMPORARY) c.slots[i].temporary = temporaries++;
    const size_t cut = random_below(n + 1);
    for (int l = -1; l < level_count; l++) {
      const et_kernels *k = l < 0 ? reference : levels[l];
      for (size_t i = SOURCES; i < c.slot_count; i++)
        if (c.slots[i].kind == ET_SLOT_ARRAY) c.slots[i].data = room(ET_F64, n, 0);
      for (int part = 0; part < 2; part++) {
        const size_t first = part ? cut : 0, count = part ? n - cut : cut;
        same_status(part ? "rest" : "cut", k, ET_OK,
                    et_chain(k, c.step_count, c.steps, c.slot_count, c.slots, temporaries, first,
                             count));
      }
      for (size_t i = SOURCES; i < c.slot_count; i++)
        if (c.slots[i].kind == ET_SLOT_ARRAY)
          same("result", k, c.types[i], n, c.wanted[i], c.slots[i].data);
    }
  }
  finish_family();
}
