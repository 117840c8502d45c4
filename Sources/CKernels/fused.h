// fma of 16 f32 or 8 f64: the CPU's, or an emulation with the same bits.

typedef float fused_v16 __attribute__((vector_size(64)));

#ifdef LANES_FMA

ET_INLINE fused_v16 fused_f32(fused_v16 a, fused_v16 b, fused_v16 c) {
  return __builtin_elementwise_fma(a, b, c);
}
ET_INLINE vd fused_f64(vd a, vd b, vd c) { return __builtin_elementwise_fma(a, b, c); }

#else

// The sum in f64, rounded to odd, for lanes where rounding twice could go wrong.
static __attribute__((noinline)) vf fused_hard(vd p, vd c) {
  const pair s = exact_sum(p, c);
  const vi even = ((bits_of(s.high) & 1) - 1) & EQ(s.high - s.high, 0.0);
  const vi up = EQ(s.low, s.low) & (GT(s.low, 0.0) | LT(s.low, 0.0)) & even;
  // One step away from zero where the signs agree, towards it where they differ.
  const vi same = ~((bits_of(s.high) ^ bits_of(s.low)) >> 63);
  const vi step = (same & 1) | (~same & -1);
  return narrow(from_bits(bits_of(s.high) + (up & step)));
}

// The product is exact in f64. Its sum with c rounds to f32 as the exact sum would, unless it is
// the middle between two f32, or so small that f32 has fewer bits there.
ET_INLINE vf fused_half(vf a, vf b, vf c) {
  const vd p = widen(a) * widen(b), wide = widen(c), s = p + wide;
  const vi middle = EQ(bits_of(s) & 0x1fffffff, 0x10000000);
  const vi small = LT(magnitude(s), 0x1p-125) & ~EQ(s, 0.0);
  if (__builtin_expect(ANY(middle | small), 0)) return fused_hard(p, wide);
  return narrow(s);
}

ET_INLINE fused_v16 fused_f32(fused_v16 a, fused_v16 b, fused_v16 c) {
#define LOW(v) __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7)
#define HIGH(v) __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15)
  const vf low = fused_half(LOW(a), LOW(b), LOW(c)), high = fused_half(HIGH(a), HIGH(b), HIGH(c));
  return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
#undef LOW
#undef HIGH
}

static __attribute__((noinline)) vd fused_f64(vd a, vd b, vd c) {
  double x[VD_LANES], y[VD_LANES], z[VD_LANES];
  memcpy(x, &a, sizeof a);
  memcpy(y, &b, sizeof a);
  memcpy(z, &c, sizeof a);
  for (int i = 0; i < VD_LANES; i++) z[i] = et_soft_fma(x[i], y[i], z[i]);
  memcpy(&c, z, sizeof a);
  return c;
}

#endif
