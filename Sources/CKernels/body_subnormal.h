// f32 products, quotients and roots where subnormals occur, included once a level.
//
// An x86 core computes them in microcode when an operand or the result is subnormal: fifty times as
// long, measured, for a whole vector if one lane is. Moving averages fall that low in long
// trainings: in Adam, where a pixel is rarely lit. So stretches with such numbers go through f64,
// where nothing is subnormal and conversions take no longer. The bits are the same: a product of
// two f32 is exact in f64, and a quotient or root rounded to 53 bits can't come to lie on the middle
// of two f32 without being it (Figueroa, ACM SIGNUM Newsletter 30(3), 1995).
//
// A look at the operands decides. If it is wrong it costs time, in either direction, and no bit.

enum { STRETCH = 256 };

// The compiler knows too that the bits are the same, and would go back to f32 were the f64 not
// multiplied by what it can't know to be 1.
static volatile const double one = 1;

// Whether any magnitude but 0 is below a bound. Doubling the bits drops the sign; 0 wraps around.
ET_INLINE bool any_below(float bound, size_t n, const float *x) {
  uint32_t least = UINT32_MAX;
  LOOP for (size_t i = 0; i < n; i++) {
    uint32_t u;
    memcpy(&u, x + i, sizeof u);
    const uint32_t magnitude = 2 * u - 2;
    least = magnitude < least ? magnitude : least;
  }
  return least < 2 * bits_f32(bound) - 2;
}

// Below which a factor makes the product with `other` subnormal, or is so itself.
ET_INLINE float bound_beside(float other) {
  const double magnitude = __builtin_fabs((double)other);
  return magnitude < 1 && magnitude > 0x1p-126 ? (float)(0x1p-126 / magnitude) : 0x1p-126f;
}

// Below which a dividend makes the quotient by `divisor` subnormal, or is so itself.
ET_INLINE float bound_above(float divisor) {
  const double magnitude = __builtin_fabs((double)divisor);
  return magnitude > 1 ? (float)(0x1p-126 * magnitude) : 0x1p-126f;
}

#define CAREFUL_BINARY(NAME, BOUND_X, BOUND_Y, EXPRESSION)                                   \
  static et_status careful_##NAME(size_t n, const void *xs, size_t x_step, const void *ys,   \
                                  size_t y_step, void *out) {                                \
    const float *x = xs, *y = ys;                                                            \
    if (n == 0) return ET_OK;                                                                \
    const float bound_x = BOUND_X, bound_y = BOUND_Y;                                        \
    const double unit = one;                                                                 \
    for (size_t first = 0; first < n; first += STRETCH) {                                    \
      const size_t m = n - first < STRETCH ? n - first : STRETCH;                            \
      float *z = (float *)out + first;                                                       \
      if ((x_step && any_below(bound_x, m, x)) || (y_step && any_below(bound_y, m, y))) {    \
        const size_t n = m;                                                                  \
        STEPS(double, z[i] = (float)((EXPRESSION) * unit);)                                  \
      } else {                                                                               \
        binary_##NAME##_F32(m, x, x_step, y, y_step, z);                                     \
      }                                                                                      \
      x += x_step * m;                                                                       \
      y += y_step * m;                                                                       \
    }                                                                                        \
    return ET_OK;                                                                            \
  }
CAREFUL_BINARY(MUL, y_step ? 0x1p-63f : bound_beside(*y), x_step ? 0x1p-63f : bound_beside(*x),
               a *b)
CAREFUL_BINARY(DIV, y_step ? 0x1p-63f : bound_above(*y), 0x1p-126f, a / b)

#define CAREFUL_UNARY(NAME, BOUND, EXPRESSION, PLAIN)                \
  static et_status careful_##NAME(size_t n, const void *xs, void *ys) { \
    const float *x = xs;                                             \
    float *y = ys;                                                   \
    const double unit = one;                                         \
    for (size_t m; n > 0; x += m, y += m, n -= m) {                  \
      m = n < STRETCH ? n : STRETCH;                                 \
      if (any_below(BOUND, m, x)) {                                  \
        LOOP for (size_t i = 0; i < m; i++) {                        \
          const double a = x[i];                                     \
          y[i] = (float)((EXPRESSION) * unit);                       \
        }                                                            \
      } else {                                                       \
        PLAIN;                                                       \
      }                                                              \
    }                                                                \
    return ET_OK;                                                    \
  }
CAREFUL_UNARY(SQRT, 0x1p-126f, __builtin_elementwise_sqrt(a), unary_SQRT_F32(m, x, y))
CAREFUL_UNARY(SQUARE, 0x1p-63f, a *a, power_F32(m, x, 2, y))

static void careful_SCALED_SUM(size_t n, bool minus, const void *scale_x, const void *xs,
                               const void *scale_y, const void *ys, void *out) {
  const float s = *(const float *)scale_x, u = *(const float *)scale_y;
  const float *x = xs, *y = ys, bound_x = bound_beside(s), bound_y = bound_beside(u);
  float *z = out;
  const double unit = one;
  for (size_t m; n > 0; x += m, y += m, z += m, n -= m) {
    m = n < STRETCH ? n : STRETCH;
    if (any_below(bound_x, m, x) || any_below(bound_y, m, y)) {
      LOOP for (size_t i = 0; i < m; i++) {
        const float a = (float)((double)s * x[i] * unit), b = (float)((double)u * y[i] * unit);
        z[i] = minus ? a - b : a + b;
      }
    } else {
      scaled_sum_F32(m, minus, scale_x, x, scale_y, y, z);
    }
  }
}

// Roots and quotients apart: where the averages of gradients are subnormal, those of their squares
// are mostly not, and a root takes three times as long in f64. Large divisors are not looked for.
static void careful_ADAPTIVE(size_t n, const void *ps, const void *scale, const void *xs,
                             const void *ys, const void *offset, void *out) {
  const float s = *(const float *)scale, e = *(const float *)offset, beside = bound_beside(s);
  const float *p = ps, *x = xs, *y = ys, bound = beside > 0x1p-100f ? beside : 0x1p-100f;
  float *z = out, divisors[STRETCH];
  const double unit = one;
  for (size_t m; n > 0; p += m, x += m, y += m, z += m, n -= m) {
    m = n < STRETCH ? n : STRETCH;
    const bool hard_roots = any_below(0x1p-126f, m, y);
    if (!hard_roots && !any_below(bound, m, x)) {
      adaptive_F32(m, p, scale, x, y, offset, z);
      continue;
    }
    if (hard_roots) {
      LOOP for (size_t i = 0; i < m; i++)
        divisors[i] = (float)(__builtin_elementwise_sqrt((double)y[i]) * unit) + e;
    } else {
      LOOP for (size_t i = 0; i < m; i++) divisors[i] = __builtin_elementwise_sqrt(y[i]) + e;
    }
    LOOP for (size_t i = 0; i < m; i++) {
      const float a = (float)((double)s * x[i] * unit);
      z[i] = p[i] - (float)((double)a / divisors[i] * unit);
    }
  }
}

#define CAREFUL_TABLE {.mul = careful_MUL, .div = careful_DIV, .sqrt = careful_SQRT, \
                       .square = careful_SQUARE, .scaled_sum = careful_SCALED_SUM,   \
                       .adaptive = careful_ADAPTIVE}
