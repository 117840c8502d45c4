// Elementwise kernels, included once a level. The expression in each row is the definition; the
// levels differ only in what the compiler makes of the loop. LOOP comes from the level.

#define MAX_I32 2147483647
#define FITS_I32(r) ((r) == (int32_t)(r))

// ---------------------------------------------------------------- one operand

#define UNARY(NAME, T, OUT, EXPRESSION)                                  \
  static et_status unary_##NAME##_##T(size_t n, const void *xs, void *ys) { \
    const TYPE_##T *x = xs;                                              \
    OUT *y = ys;                                                         \
    LOOP for (size_t i = 0; i < n; i++) {                                \
      const TYPE_##T a = x[i];                                           \
      y[i] = (EXPRESSION);                                               \
    }                                                                    \
    return ET_OK;                                                        \
  }

// Half to even without a library call or SSE4.1: adding 2^23 (2^52) leaves no fraction bits.
ET_INLINE float round_f32(float x) {
  const float t = __builtin_fabsf(x), r = (t + 0x1p23f) - 0x1p23f;
  return __builtin_copysignf(t < 0x1p23f ? r : t, x);
}
ET_INLINE double round_f64(double x) {
  const double t = __builtin_fabs(x), r = (t + 0x1p52) - 0x1p52;
  return __builtin_copysign(t < 0x1p52 ? r : t, x);
}
ET_INLINE float floor_f32(float x) {
  const float r = round_f32(x);
  return r > x ? r - 1 : r;
}
ET_INLINE double floor_f64(double x) {
  const double r = round_f64(x);
  return r > x ? r - 1 : r;
}

#define FLOATING_UNARY(T, F)                                             \
  UNARY(NEG, T, TYPE_##T, -a)                                            \
  UNARY(ABS, T, TYPE_##T, a < 0 ? -a : a == 0 ? 0 : a)                   \
  UNARY(SIGN, T, TYPE_##T, a > 0 ? 1 : a < 0 ? -1 : a == 0 ? 0 : a)      \
  UNARY(SQRT, T, TYPE_##T, __builtin_elementwise_sqrt(a))                \
  UNARY(RELU, T, TYPE_##T, a <= 0 ? 0 : a)                               \
  UNARY(FLOOR, T, TYPE_##T, floor_##F(a))                            \
  UNARY(ROUND, T, TYPE_##T, round_##F(a))                            \
  UNARY(ISNAN, T, uint8_t, a != a)
FLOATING_UNARY(F32, f32)
FLOATING_UNARY(F64, f64)
UNARY(NOT, BOOL, uint8_t, !a)
UNARY(SIGN, I32, int32_t, (a > 0) - (a < 0))

// ---------------------------------------------------------------- checked integers

#define CHECKED_UNARY(NAME, EXPRESSION)                                        \
  static et_status unary_##NAME##_I32(size_t n, const void *xs, void *ys) { \
    const int32_t *x = xs;                                                     \
    int32_t *y = ys, bad = 0;                                                  \
    LOOP for (size_t i = 0; i < n; i++) {                                      \
      const int64_t a = x[i], r = (EXPRESSION);                                \
      bad |= !FITS_I32(r);                                                     \
      y[i] = (int32_t)r;                                                       \
    }                                                                          \
    return bad ? ET_OVERFLOW : ET_OK;                                          \
  }
CHECKED_UNARY(NEG, -a)
CHECKED_UNARY(ABS, a < 0 ? -a : a)

// ---------------------------------------------------------------- two operands

// One loop for each pair of steps, so that a step of 0 is a register.
#define STEPS(T, BODY)                                                                      \
  if (x_step && y_step) {                                                                   \
    LOOP for (size_t i = 0; i < n; i++) { const T a = x[i], b = y[i]; BODY }                \
  } else if (x_step) {                                                                      \
    const T b = n ? *y : 0;                                                                 \
    LOOP for (size_t i = 0; i < n; i++) { const T a = x[i]; BODY }                          \
  } else if (y_step) {                                                                      \
    const T a = n ? *x : 0;                                                                 \
    LOOP for (size_t i = 0; i < n; i++) { const T b = y[i]; BODY }                          \
  } else {                                                                                  \
    const T a = n ? *x : 0, b = n ? *y : 0;                                                 \
    LOOP for (size_t i = 0; i < n; i++) { BODY }                                            \
  }

#define BINARY(KIND, NAME, T, OUT, EXPRESSION)                                              \
  static et_status KIND##_##NAME##_##T(size_t n, const void *xs, size_t x_step,         \
                                           const void *ys, size_t y_step, void *out) {      \
    const TYPE_##T *x = xs, *y = ys;                                                        \
    OUT *z = out;                                                                           \
    STEPS(TYPE_##T, z[i] = (EXPRESSION);)                                                   \
    return ET_OK;                                                                           \
  }

// The remainder with the divisor's sign, from C's exact fmod; b is not zero.
ET_INLINE double modulo(double a, double b) {
  const double r = et_remainder_toward_zero(a, b);
  if (r == 0) return __builtin_copysign(0.0, b);
  return (r < 0) != (b < 0) ? r + b : r;
}
ET_INLINE double floor_divide(double a, double b) {
  if (b == 0) return a / b;
  const double r = et_remainder_toward_zero(a, b), truncated = (a - r) / b;
  const double q = r != 0 && (r < 0) != (b < 0) ? truncated - 1 : truncated;
  return q == 0 ? __builtin_copysign(0.0, a / b) : round_f64(q);
}

#define FLOATING_BINARY(T)                                                                 \
  BINARY(binary, ADD, T, TYPE_##T, a + b)                                                  \
  BINARY(binary, SUB, T, TYPE_##T, a - b)                                                  \
  BINARY(binary, MUL, T, TYPE_##T, a *b)                                                   \
  BINARY(binary, DIV, T, TYPE_##T, a / b)                                                  \
  BINARY(binary, MIN, T, TYPE_##T,                                                         \
         a != a || b != b ? a + b : a < b || (a == b && __builtin_signbit(a)) ? a : b)     \
  BINARY(binary, MAX, T, TYPE_##T,                                                         \
         a != a || b != b ? a + b : a > b || (a == b && !__builtin_signbit(a)) ? a : b)    \
  BINARY(binary, MOD, T, TYPE_##T, (TYPE_##T)(b == 0 ? __builtin_nan("") : modulo(a, b)))  \
  BINARY(binary, FLOORDIV, T, TYPE_##T, (TYPE_##T)floor_divide(a, b))
FLOATING_BINARY(F32)
FLOATING_BINARY(F64)
BINARY(binary, MIN, I32, int32_t, a < b ? a : b)
BINARY(binary, MAX, I32, int32_t, a > b ? a : b)

#define CHECKED_BINARY(NAME, EXPRESSION)                                                    \
  static et_status binary_##NAME##_I32(size_t n, const void *xs, size_t x_step,         \
                                           const void *ys, size_t y_step, void *out) {      \
    const int32_t *x = xs, *y = ys;                                                         \
    int32_t *z = out, zero = 0, bad = 0;                                                    \
    STEPS(int64_t, const int64_t r = (EXPRESSION); bad |= !FITS_I32(r); z[i] = (int32_t)r;) \
    return zero ? ET_DIVISION_BY_ZERO : bad ? ET_OVERFLOW : ET_OK;                          \
  }
CHECKED_BINARY(ADD, a + b)
CHECKED_BINARY(SUB, a - b)
CHECKED_BINARY(MUL, a *b)
CHECKED_BINARY(FLOORDIV, b == 0 ? (zero = 1, 0) : a / b - (a % b != 0 && (a < 0) != (b < 0)))
CHECKED_BINARY(MOD, b == 0 ? (zero = 1, 0) : a % b + (a % b != 0 && (a < 0) != (b < 0) ? b : 0))

#define COMPARE(T)                           \
  BINARY(compare, EQ, T, uint8_t, a == b)    \
  BINARY(compare, NE, T, uint8_t, a != b)    \
  BINARY(compare, LT, T, uint8_t, a < b)     \
  BINARY(compare, LE, T, uint8_t, a <= b)    \
  BINARY(compare, GT, T, uint8_t, a > b)     \
  BINARY(compare, GE, T, uint8_t, a >= b)
COMPARE(U8)
COMPARE(I32)
COMPARE(F32)
COMPARE(F64)
BINARY(logical, AND, BOOL, uint8_t, a &b)
BINARY(logical, OR, BOOL, uint8_t, a | b)

// ---------------------------------------------------------------- where, power, convert

#define WHERE(T)                                                                              \
  static et_status where_##T(size_t n, const uint8_t *c, size_t c_step, const void *xs,   \
                                 size_t x_step, const void *ys, size_t y_step, void *out) {   \
    const T *x = xs, *y = ys;                                                                 \
    T *z = out;                                                                               \
    if (c_step) {                                                                             \
      STEPS(T, z[i] = c[i] ? a : b;)                                                          \
    } else {                                                                                  \
      const uint8_t chosen = n ? *c : 0;                                                      \
      STEPS(T, z[i] = chosen ? a : b;)                                                        \
    }                                                                                         \
    return ET_OK;                                                                             \
  }
WHERE(uint8_t)
WHERE(uint32_t)
WHERE(uint64_t)

// Left to right: the power so far is squared for each further bit, and takes x where it is set.
#define POWER(T, WIDE, CHECK)                                                              \
  static et_status power_##T(size_t n, const void *xs, int exponent, void *ys) {       \
    const TYPE_##T *x = xs;                                                                \
    TYPE_##T *y = ys;                                                                      \
    int bad = 0, top = exponent >= 16 ? 16 : exponent >= 8 ? 8 : exponent >= 4 ? 4         \
                     : exponent >= 2 ? 2 : 1;                                              \
    /* By far the commonest, and the general loop does not become vector code. */          \
    if (exponent == 2) {                                                                   \
      LOOP for (size_t i = 0; i < n; i++) {                                                \
        WIDE r = (WIDE)x[i] * x[i];                                                        \
        CHECK                                                                              \
        y[i] = (TYPE_##T)r;                                                                \
      }                                                                                    \
      return bad ? ET_OVERFLOW : ET_OK;                                                    \
    }                                                                                      \
    LOOP for (size_t i = 0; i < n; i++) {                                                  \
      const WIDE a = x[i];                                                                 \
      WIDE r = exponent == 0 ? 1 : a;                                                      \
      for (int bit = top >> 1; bit; bit >>= 1) {                                           \
        r = r * r;                                                                         \
        CHECK                                                                              \
        if (exponent & bit) {                                                              \
          r = r * a;                                                                       \
          CHECK                                                                            \
        }                                                                                  \
      }                                                                                    \
      y[i] = (TYPE_##T)r;                                                                  \
    }                                                                                      \
    return bad ? ET_OVERFLOW : ET_OK;                                                      \
  }
POWER(F32, float, )
POWER(F64, double, )
POWER(I32, int64_t, if (!FITS_I32(r)) { bad = 1; r = 0; })

#define CONVERT(FROM, TO, BAD, EXPRESSION)                                             \
  static et_status convert_##FROM##_##TO(size_t n, const void *xs, void *ys) {     \
    const TYPE_##FROM *x = xs;                                                         \
    TYPE_##TO *y = ys;                                                                 \
    int32_t bad = 0;                                                                   \
    LOOP for (size_t i = 0; i < n; i++) {                                              \
      const TYPE_##FROM a = x[i];                                                      \
      bad |= (BAD);                                                                    \
      y[i] = (TYPE_##TO)(EXPRESSION);                                                  \
    }                                                                                  \
    return bad ? ET_OUT_OF_RANGE : ET_OK;                                              \
  }
#define OUTSIDE_U8(a) (!((a) > -1.0 && (a) < 256.0))
#define OUTSIDE_I32(a) (!((double)(a) > -2147483649.0 && (double)(a) < 2147483648.0))
CONVERT(U8, BOOL, 0, a != 0)
CONVERT(U8, U8, 0, a)
CONVERT(U8, I32, 0, a)
CONVERT(U8, F32, 0, a)
CONVERT(U8, F64, 0, a)
CONVERT(I32, BOOL, 0, a != 0)
CONVERT(I32, U8, a < 0 || a > 255, a)
CONVERT(I32, I32, 0, a)
CONVERT(I32, F32, 0, a)
CONVERT(I32, F64, 0, a)
CONVERT(F32, BOOL, 0, a != 0)
CONVERT(F32, U8, OUTSIDE_U8(a), OUTSIDE_U8(a) ? 0 : a)
CONVERT(F32, I32, OUTSIDE_I32(a), OUTSIDE_I32(a) ? 0 : a)
CONVERT(F32, F32, 0, a)
CONVERT(F32, F64, 0, a)
CONVERT(F64, BOOL, 0, a != 0)
CONVERT(F64, U8, OUTSIDE_U8(a), OUTSIDE_U8(a) ? 0 : a)
CONVERT(F64, I32, OUTSIDE_I32(a), OUTSIDE_I32(a) ? 0 : a)
CONVERT(F64, F32, 0, a)
CONVERT(F64, F64, 0, a)

#define UNARY_ROW(NAME) [ET_##NAME] = {[ET_F32] = unary_##NAME##_F32, \
                                       [ET_F64] = unary_##NAME##_F64},
#define CHECKED_ROW(NAME) [ET_##NAME] = {[ET_I32] = unary_##NAME##_I32, \
  [ET_F32] = unary_##NAME##_F32, [ET_F64] = unary_##NAME##_F64},
#define BINARY_ROW(NAME) [ET_##NAME] = {[ET_F32] = binary_##NAME##_F32, \
                                        [ET_F64] = binary_##NAME##_F64},
#define CHECKED_BINARY_ROW(NAME) [ET_##NAME] = {[ET_I32] = binary_##NAME##_I32, \
  [ET_F32] = binary_##NAME##_F32, [ET_F64] = binary_##NAME##_F64},
#define COMPARE_ROW(NAME) [ET_##NAME] = {compare_##NAME##_U8, compare_##NAME##_U8, \
  compare_##NAME##_I32, compare_##NAME##_F32, compare_##NAME##_F64},
#define CONVERT_ROW(FROM, T) [FROM] = {convert_##T##_BOOL, convert_##T##_U8, \
  convert_##T##_I32, convert_##T##_F32, convert_##T##_F64},

#define ELEMENTWISE_TABLE                                                                     \
  .unary = {CHECKED_ROW(NEG) CHECKED_ROW(ABS) CHECKED_ROW(SIGN) UNARY_ROW(SQRT)               \
    UNARY_ROW(RELU) UNARY_ROW(FLOOR) UNARY_ROW(ROUND) UNARY_ROW(ISNAN)                        \
    [ET_NOT] = {[ET_BOOL] = unary_NOT_BOOL},                                              \
    UNARY_ROW(EXP) UNARY_ROW(EXPM1) UNARY_ROW(LOG) UNARY_ROW(LOG1P) UNARY_ROW(SIN)            \
    UNARY_ROW(COS) UNARY_ROW(TANH) UNARY_ROW(SIGMOID) UNARY_ROW(ERF)},                        \
  .binary = {CHECKED_BINARY_ROW(ADD) CHECKED_BINARY_ROW(SUB) CHECKED_BINARY_ROW(MUL)          \
    BINARY_ROW(DIV) CHECKED_BINARY_ROW(FLOORDIV) CHECKED_BINARY_ROW(MOD)                      \
    CHECKED_BINARY_ROW(MIN) CHECKED_BINARY_ROW(MAX) BINARY_ROW(POW)},                         \
  .compare = {COMPARE_ROW(EQ) COMPARE_ROW(NE) COMPARE_ROW(LT) COMPARE_ROW(LE) COMPARE_ROW(GT) \
    COMPARE_ROW(GE)},                                                                         \
  .logical = {logical_AND_BOOL, logical_OR_BOOL},                                     \
  .where = {where_uint8_t, where_uint8_t, where_uint32_t, where_uint32_t,     \
    where_uint64_t},                                                                      \
  .power = {[ET_I32] = power_I32, [ET_F32] = power_F32, [ET_F64] = power_F64},    \
  .convert = {CONVERT_ROW(ET_BOOL, U8) CONVERT_ROW(ET_U8, U8) CONVERT_ROW(ET_I32, I32)        \
    CONVERT_ROW(ET_F32, F32) CONVERT_ROW(ET_F64, F64)},
