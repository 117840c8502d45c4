// Chains of elementwise steps, evaluated block by block: what one step hands to the next stays in
// cache. Each step is the kernel that would compute it alone, or several of them in the same order
// element by element, so a chain changes no bit.
#include "internal.h"

#ifdef __x86_64__
#include <xmmintrin.h>
#endif

// Elements of a block, and bytes for what lives only within one. Measured on an Adam step: with
// blocks of 1,024 the CPU asks for memory in bursts and waits for each; with 256 its own prefetching
// keeps up, and a dozen blocks stay in the first cache.
enum { BLOCK = 256, SCRATCH_BYTES = 128 << 10 };

// Elements [first, first + n) of a view in row-major order. A row repeated, as a bias is, is copied
// from what is written already.
#define READ(T)                                                                               \
  static void repeat_##T(size_t length, ptrdiff_t step, size_t start, size_t n, const T *x,   \
                         T *y) {                                                              \
    for (size_t i = 0, at = start; i < length; i++) {                                         \
      y[i] = x[(ptrdiff_t)at * step];                                                         \
      if (++at == length) at = 0;                                                             \
    }                                                                                         \
    for (size_t done = length; done < n; done *= 2)                                           \
      memcpy(y + done, y, (n - done < done ? n - done : done) * sizeof(T));                   \
  }                                                                                           \
  static void read_##T(const et_view *v, const T *x, size_t first, size_t n, T *y) {          \
    const size_t inner = v->rank - 1, length = v->shape[inner];                               \
    const ptrdiff_t step = v->strides[inner];                                                 \
    if (v->rank == 2 && v->strides[0] == 0 && n >= 2 * length)                                \
      return repeat_##T(length, step, first % length, n, x, y);                               \
    size_t at[ET_VIEW_RANK], rest = first;                                                    \
    for (size_t axis = v->rank; axis-- > 0; rest /= v->shape[axis]) {                         \
      at[axis] = rest % v->shape[axis];                                                       \
      x += (ptrdiff_t)at[axis] * v->strides[axis];                                            \
    }                                                                                         \
    for (;;) {                                                                                \
      const size_t left = length - at[inner], run = left < n ? left : n;                      \
      if (step == 1) memcpy(y, x, run * sizeof(T));                                           \
      else if (step == 0) for (size_t i = 0; i < run; i++) y[i] = *x;                         \
      else for (size_t i = 0; i < run; i++) y[i] = x[(ptrdiff_t)i * step];                    \
      y += run;                                                                               \
      if ((n -= run) == 0) return;                                                            \
      x -= (ptrdiff_t)at[inner] * step;                                                       \
      at[inner] = 0;                                                                          \
      for (size_t axis = inner; axis-- > 0;) {                                                \
        x += v->strides[axis];                                                                \
        if (++at[axis] < v->shape[axis]) break;                                               \
        x -= (ptrdiff_t)v->shape[axis] * v->strides[axis];                                    \
        at[axis] = 0;                                                                         \
      }                                                                                       \
    }                                                                                         \
  }
READ(uint8_t)
READ(uint32_t)
READ(uint64_t)

static void read(const et_slot *slot, size_t first, size_t n, void *y) {
  switch (slot->bytes) {
    case 1: read_uint8_t(slot->view, slot->data, first, n, y); break;
    case 4: read_uint32_t(slot->view, slot->data, first, n, y); break;
    default: read_uint64_t(slot->view, slot->data, first, n, y); break;
  }
}

// Whether the CPU has met subnormals since it was last asked: as operands, or as results.
static bool met_subnormals(void) {
#ifdef __x86_64__
  const unsigned flags = _MM_EXCEPT_DENORM | _MM_EXCEPT_UNDERFLOW, state = _mm_getcsr();
  if (state & flags) _mm_setcsr(state & ~flags);
  return state & flags;
#else
  return false;
#endif
}

// The kernel of a step that takes its time over subnormals, if there is one.
static bool run_carefully(const et_kernels *k, const et_step *s, size_t n, void *const *at,
                          const uint8_t *moves) {
  const uint16_t *in = s->operands;
  void *out = at[s->result];
  if (s->type != ET_F32 || !k->careful.mul) return false;
  switch (s->kind) {
    case ET_STEP_BINARY:
      if (s->op != ET_MUL && s->op != ET_DIV) return false;
      (s->op == ET_MUL ? k->careful.mul : k->careful.div)(n, at[in[0]], moves[in[0]], at[in[1]],
                                                          moves[in[1]], out);
      return true;
    case ET_STEP_UNARY:
      if (s->op != ET_SQRT) return false;
      k->careful.sqrt(n, at[in[0]], out);
      return true;
    case ET_STEP_POWER:
      if (s->op != 2) return false;
      k->careful.square(n, at[in[0]], out);
      return true;
    case ET_STEP_SCALED_SUM:
      k->careful.scaled_sum(n, s->op == ET_SUB, at[in[2]], at[in[0]], at[in[3]], at[in[1]], out);
      return true;
    case ET_STEP_ADAPTIVE:
      k->careful.adaptive(n, at[in[0]], at[in[3]], at[in[1]], at[in[2]], at[in[4]], out);
      return true;
    default: return false;
  }
}

static et_status run(const et_kernels *k, const et_step *s, size_t n, void *const *at,
                     const uint8_t *moves) {
  const uint16_t *in = s->operands;
  void *out = at[s->result];
  switch (s->kind) {
    case ET_STEP_UNARY: return k->unary[s->op][s->type](n, at[in[0]], out);
    case ET_STEP_BINARY:
      return k->binary[s->op][s->type](n, at[in[0]], moves[in[0]], at[in[1]], moves[in[1]], out);
    case ET_STEP_COMPARE:
      return k->compare[s->op][s->type](n, at[in[0]], moves[in[0]], at[in[1]], moves[in[1]], out);
    case ET_STEP_WHERE:
      return k->where[s->type](n, at[in[0]], moves[in[0]], at[in[1]], moves[in[1]], at[in[2]],
                               moves[in[2]], out);
    case ET_STEP_POWER: return k->power[s->type](n, at[in[0]], s->op, out);
    case ET_STEP_CONVERT: return k->convert[s->op][s->type](n, at[in[0]], out);
    case ET_STEP_SCALED_SUM:
      k->scaled_sum[s->type](n, s->op == ET_SUB, at[in[2]], at[in[0]], at[in[3]], at[in[1]], out);
      return ET_OK;
    case ET_STEP_ADAPTIVE:
      k->adaptive[s->type](n, at[in[0]], at[in[3]], at[in[1]], at[in[2]], at[in[4]], out);
      return ET_OK;
    default: return ET_UNSUPPORTED;
  }
}

et_status et_chain(const et_kernels *k, size_t step_count, const et_step *steps, size_t slot_count,
                   const et_slot *slots, size_t temporaries, size_t first, size_t n) {
  _Alignas(64) char scratch[SCRATCH_BYTES];
  void *at[ET_CHAIN_SLOTS];
  uint8_t moves[ET_CHAIN_SLOTS];
  if (slot_count > ET_CHAIN_SLOTS || temporaries > ET_CHAIN_SLOTS) return ET_UNSUPPORTED;
  size_t block = BLOCK;
  while (temporaries * block * sizeof(double) > SCRATCH_BYTES) block /= 2;
  for (size_t i = 0; i < slot_count; i++) moves[i] = slots[i].kind >= ET_SLOT_ARRAY;
  bool is_careful = false;
  met_subnormals();
  for (size_t end = first + n; first < end; first += block) {
    const size_t part = end - first < block ? end - first : block;
    for (size_t i = 0; i < slot_count; i++) {
      const et_slot *slot = &slots[i];
      switch (slot->kind) {
        case ET_SLOT_NUMBER: at[i] = (void *)&slot->number; break;
        case ET_SLOT_ELEMENT: at[i] = slot->data; break;
        case ET_SLOT_ARRAY:
          at[i] = (char *)slot->data + first * slot->bytes;
          break;
        default: at[i] = scratch + slot->temporary * block * sizeof(double);
      }
    }
    for (size_t i = 0; i < step_count; i++) {
      const et_step *s = &steps[i];
      if (s->kind == ET_STEP_READ) {
        read(&slots[s->result], first, part, at[s->result]);
        continue;
      }
      if (is_careful && run_carefully(k, s, part, at, moves)) continue;
      const et_status status = run(k, s, part, at, moves);
      if (status != ET_OK) return status;
    }
    is_careful = is_careful || met_subnormals();
  }
  return ET_OK;
}
