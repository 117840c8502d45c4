// Compares every kernel at every level of this machine with the reference, bit for bit, and
// prints a digest a family. Exit status 1 on any difference.
#include "check.h"

const et_kernels *reference;
const et_kernels *levels[ET_LEVEL_COUNT];
int level_count, failures;
const size_t sizes[SIZE_COUNT] = {0,  1,   2,   3,   7,   15,  16,   17,   31,
                                  33, 100, 255, 256, 257, 784, 4095, 4097, 8193};

static uint64_t state = 20200101;
static uint64_t digest;
static const char *current;
static size_t compared;
enum { MOST_ROOMS = 256 };
static void *rooms[MOST_ROOMS];
static int room_count;

uint64_t random_bits(void) {
  uint64_t z = state += 0x9E3779B97F4A7C15u;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
  z = (z ^ z >> 27) * 0x94D049BB133111EBu;
  return z ^ z >> 31;
}

size_t random_below(size_t n) { return (size_t)(random_bits() % n); }

static const uint64_t special_f64[] = {
  0, 1, 0x000fffffffffffff, 0x0010000000000000, 0x3ff0000000000000, 0x7fefffffffffffff,
  0x7ff0000000000000, 0x7ff8000000000000, 0x3ca0000000000000, 0x4340000000000000,
  0x3fe0000000000000, 0x4008000000000000, 0x40862e42fefa39ef, 0x41dfffffffc00000,
};

static double value(bool small) {
  const uint64_t bits = random_bits();
  double x;
  switch (bits % (small ? 3 : 8)) {
    case 0: return (double)(int64_t)(random_below(17)) - 8;
    case 1:
    case 2: return ((double)(int64_t)(random_bits() >> 11) * 0x1p-52 - 1) * (bits & 64 ? 4 : 100);
    case 3: {
      const uint64_t special = special_f64[random_below(sizeof special_f64 / 8)] | (bits & 64) << 57;
      memcpy(&x, &special, 8);
      return x;
    }
    case 4: {
      const uint64_t any = random_bits();
      memcpy(&x, &any, 8);
      return x;
    }
    default: {
      const uint64_t near = (random_bits() & 0x800fffffffffffff) | (1003 + random_below(40)) << 52;
      memcpy(&x, &near, 8);
      return x;
    }
  }
}

static void fill_some(et_dtype t, size_t n, void *x, bool small) {
  for (size_t i = 0; i < n; i++) {
    const uint64_t bits = random_bits();
    const uint32_t word = (uint32_t)(bits >> 32);
    switch (t) {
      case ET_BOOL: ((uint8_t *)x)[i] = bits & 1; break;
      case ET_U8: ((uint8_t *)x)[i] = (uint8_t)bits; break;
      case ET_I32:
        ((int32_t *)x)[i] = small || bits % 4 ? (int32_t)(word % 2001) - 1000 : (int32_t)word;
        break;
      case ET_F32:
        if (!small && bits % 4 == 0) memcpy((float *)x + i, &word, 4);
        else ((float *)x)[i] = (float)value(small);
        break;
      case ET_F64: ((double *)x)[i] = value(small); break;
    }
  }
}
void fill(et_dtype t, size_t n, void *x) { fill_some(t, n, x, false); }
void fill_small(et_dtype t, size_t n, void *x) { fill_some(t, n, x, true); }

void *room(et_dtype t, size_t n, size_t shift) {
  char *bytes = aligned_alloc(64, (n * 8 + shift * 8 + 128 + 63) / 64 * 64);
  if (!bytes || room_count == MOST_ROOMS) abort();
  rooms[room_count++] = bytes;
  return bytes + shift * et_size_of(t);
}

void clear_rooms(void) {
  while (room_count > 0) free(rooms[--room_count]);
}

static uint64_t canonical(et_dtype t, const void *x, size_t i) {
  uint64_t bits = 0;
  memcpy(&bits, (const char *)x + i * et_size_of(t), et_size_of(t));
  if (t == ET_F32 && (bits & 0x7fffffff) > 0x7f800000) return 0x7fc00000;
  if (t == ET_F64 && (bits & INT64_MAX) > 0x7ff0000000000000) return 0x7ff8000000000000;
  return bits;
}

void family(const char *name) {
  state = 20200101;  // so that no family's inputs depend on what ran before it
  current = name;
  digest = 0xcbf29ce484222325u;  // FNV-1a
  compared = 0;
}

void same(const char *what, const et_kernels *k, et_dtype t, size_t n, const void *wanted,
          const void *got) {
  size_t wrong = 0;
  for (size_t i = 0; i < n; i++) {
    const uint64_t a = canonical(t, wanted, i), b = canonical(t, got, i);
    if (k == reference || k == levels[0]) digest = (digest ^ a) * 0x100000001b3u;
    if (a != b && wrong++ == 0)
      printf("FAIL %s %s dtype %d at %s: element %zu of %zu is %016llx, not %016llx\n", current,
             what, t, et_level_name(et_level_of(k)), i, n, (unsigned long long)b,
             (unsigned long long)a);
  }
  compared += n;
  failures += wrong != 0;
}

void same_status(const char *what, const et_kernels *k, et_status wanted, et_status got) {
  if (k == reference || k == levels[0]) digest = (digest ^ wanted) * 0x100000001b3u;
  if (wanted == got) return;
  printf("FAIL %s %s at %s: status %d, not %d\n", current, what, et_level_name(et_level_of(k)), got,
         wanted);
  failures++;
}

void expect(bool holds, const char *what) {
  compared++;
  if (holds) return;
  printf("FAIL %s: %s\n", current, what);
  failures++;
}

void finish_family(void) {
  printf("digest %-12s %016llx\n", current, (unsigned long long)digest);
  fprintf(stderr, "  %s: %zu values compared\n", current, compared);
  fflush(stdout);
}

int main(void) {
  et_set_rounding();
  reference = et_kernels_for(ET_REFERENCE);
  fprintf(stderr, "levels: reference");
  for (int level = ET_BASELINE; level < ET_LEVEL_COUNT; level++) {
    const et_kernels *k = et_kernels_for((et_level)level);
    if (!k) continue;
    levels[level_count++] = k;
    fprintf(stderr, ", %s", et_level_name((et_level)level));
  }
  fprintf(stderr, "\n");
  test_known_answers();
  test_fma();
  test_elementwise();
  test_chains();
  test_careful_steps();
  test_updates();
  test_reductions();
  test_matmul();
  test_random();
  test_moves();
  fprintf(stderr, failures ? "%d differences\n" : "all levels agree\n", failures);
  return failures != 0;
}
