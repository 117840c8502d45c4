// Philox eight blocks at a time, and the draws made of its words.

enum { DRAW_BLOCKS = 32 };

// As philox_block of the reference; a lane holds 32 bits in 64, so that products are whole.
ET_INLINE void philox_eight(et_stream s, uint32_t first, uint32_t *words) {
  const vu low = (vu){} + 0xffffffffu, offsets = {0, 1, 2, 3, 4, 5, 6, 7};
  vu c0 = (offsets + first) & low, c1 = (vu){} + s.call, c2 = (vu){} + (s.high & 0xffffffffu);
  vu c3 = (vu){} + (s.high >> 32);
  uint32_t k0 = (uint32_t)s.key, k1 = (uint32_t)(s.key >> 32);
#pragma clang loop unroll(full)
  for (int round = 0; round < 10; round++) {
    const vu p0 = (c0 & low) * 0xD2511F53u, p1 = (c2 & low) * 0xCD9E8D57u;
    c0 = (p1 >> 32) ^ c1 ^ k0;
    c2 = (p0 >> 32) ^ c3 ^ k1;
    c1 = p1 & low;
    c3 = p0 & low;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  // Words 0 and 1 of a block are one 64-bit lane, 2 and 3 the next; blocks follow one another.
  const vu front = c0 | c1 << 32, back = c2 | c3 << 32;
  const vu a = __builtin_shufflevector(front, back, 0, 8, 1, 9, 2, 10, 3, 11);
  const vu b = __builtin_shufflevector(front, back, 4, 12, 5, 13, 6, 14, 7, 15);
  memcpy(words, &a, sizeof a);
  memcpy(words + 16, &b, sizeof b);
}

static void philox_blocks(et_stream s, uint32_t first, size_t blocks, uint32_t *words) {
  size_t i = 0;
  for (; i + 8 <= blocks; i += 8) philox_eight(s, first + (uint32_t)i, words + 4 * i);
  if (i < blocks) {
    uint32_t buffer[32];
    philox_eight(s, first + (uint32_t)i, buffer);
    memcpy(words + 4 * i, buffer, (blocks - i) * 16);
  }
}

// Calls BODY for runs of elements: `words` holds the words of `count` elements that go to y[done].
#define DRAW(NAME, T, WORDS, BODY)                                                            \
  static void NAME##_##T(et_stream s, uint64_t first, size_t n, void *out) {                  \
    uint32_t buffer[4 * DRAW_BLOCKS];                                                         \
    const size_t in_block = 4 / (WORDS);                                                      \
    for (size_t done = 0; done < n;) {                                                        \
      const uint64_t at = first + done;                                                       \
      const size_t skip = at % in_block, wanted = n - done + skip;                            \
      const size_t blocks = wanted > in_block * DRAW_BLOCKS ? DRAW_BLOCKS                     \
                                                            : (wanted + in_block - 1) / in_block; \
      const size_t most = blocks * in_block - skip, count = most < n - done ? most : n - done; \
      philox_blocks(s, (uint32_t)(at / in_block), blocks, buffer);                            \
      const uint32_t *words = buffer + skip * (WORDS);                                        \
      TYPE_##T *y = (TYPE_##T *)out + done;                                                   \
      BODY                                                                                    \
      done += count;                                                                          \
    }                                                                                         \
  }
#define PAIR(i) ((uint64_t)words[2 * (i)] << 32 | words[2 * (i) + 1])

DRAW(rand, F32, 1, for (size_t i = 0; i < count; i++)
     y[i] = (float)(int32_t)(words[i] >> 8) * 0x1p-24f;)
DRAW(rand, F64, 2, for (size_t i = 0; i < count; i++)
     y[i] = (double)(int64_t)(PAIR(i) >> 11) * 0x1p-53;)

#define NORMALS                                                                     \
  for (size_t i = 0; i < count; i += VD_LANES) {                                    \
    double p[VD_LANES];                                                             \
    for (size_t l = 0; l < VD_LANES; l++)                                           \
      p[l] = i + l < count ? (double)(int64_t)(2 * (PAIR(i + l) >> 12) + 1) * 0x1p-53 : 0.5; \
    vd v;                                                                           \
    memcpy(&v, p, sizeof v);                                                        \
    v = normal_quantile(v);                                                         \
    memcpy(p, &v, sizeof v);                                                        \
    for (size_t l = 0; l < VD_LANES && i + l < count; l++) y[i + l] = (typeof(*y))p[l]; \
  }
DRAW(randn, F32, 2, NORMALS)
DRAW(randn, F64, 2, NORMALS)
