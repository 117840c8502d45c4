// Answers known from elsewhere: published vectors, closed forms, the rules on special values.
#include <math.h>

#include "check.h"
#include "values.h"

static bool same_double(double a, double b) {
  return (isnan(a) && isnan(b)) || (a == b && signbit(a) == signbit(b));
}

// The three known-answer vectors of philox4x32 with 10 rounds in Random123's kat_vectors.
static void philox(const et_kernels *k) {
  static const struct { et_stream s; uint32_t first, word[4]; } vectors[] = {
    {{0, 0, 0}, 0, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {{~0ull, ~0u, ~0ull}, ~0u, {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {{0x299f31d0a4093822, 0x85a308d3, 0x0370734413198a2e}, 0x243f6a88,
     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
  };
  for (int i = 0; i < 3; i++) {
    uint32_t words[4];
    et_philox(k, vectors[i].s, vectors[i].first, 1, words);
    expect(!memcmp(words, vectors[i].word, 16), "philox known answer");
  }
}

// Python's // and %, IEEE pow, maximum and minimum.
static void tables(const et_kernels *k) {
  static const struct { et_binary_op op; double x, y, z; } rows[] = {
    {ET_FLOORDIV, 7, 2, 3}, {ET_FLOORDIV, -7, 2, -4}, {ET_FLOORDIV, 7, -2, -4},
    {ET_FLOORDIV, 1, 0.1, 9}, {ET_FLOORDIV, -1, INFINITY, -1}, {ET_FLOORDIV, 0, -3, -0.0},
    {ET_FLOORDIV, 1, 0, INFINITY}, {ET_FLOORDIV, INFINITY, 1, NAN}, {ET_FLOORDIV, 1e300, 3, 1e300 / 3},
    {ET_MOD, 7, 2, 1}, {ET_MOD, -7, 2, 1}, {ET_MOD, 7, -2, -1}, {ET_MOD, -6, 2, 0.0},
    {ET_MOD, 6, -2, -0.0}, {ET_MOD, -1, INFINITY, INFINITY}, {ET_MOD, 5, 0, NAN},
    {ET_MOD, 0x1p1000, 3, 1}, {ET_MOD, 0x1.8p-1073, 0x1p-1074, 0},
    {ET_MAX, -0.0, 0.0, 0.0}, {ET_MAX, 0.0, -0.0, 0.0}, {ET_MIN, 0.0, -0.0, -0.0},
    {ET_MIN, -0.0, 0.0, -0.0}, {ET_MAX, NAN, 1, NAN}, {ET_MAX, 1, NAN, NAN}, {ET_MIN, NAN, 1, NAN},
    {ET_MAX, 1, INFINITY, INFINITY}, {ET_MIN, 2, 1, 1},
    {ET_POW, NAN, 0, 1}, {ET_POW, 1, NAN, 1}, {ET_POW, 1, INFINITY, 1}, {ET_POW, -1, INFINITY, 1},
    {ET_POW, 0, -1, INFINITY}, {ET_POW, -0.0, -1, -INFINITY}, {ET_POW, -0.0, -2, INFINITY},
    {ET_POW, -0.0, 3, -0.0}, {ET_POW, -0.0, 2, 0.0}, {ET_POW, -0.0, 0.5, 0.0}, {ET_POW, 0.5, INFINITY, 0},
    {ET_POW, 2, INFINITY, INFINITY}, {ET_POW, 2, -INFINITY, 0}, {ET_POW, 0.5, -INFINITY, INFINITY},
    {ET_POW, -INFINITY, 3, -INFINITY}, {ET_POW, -INFINITY, -3, -0.0}, {ET_POW, -INFINITY, 2, INFINITY},
    {ET_POW, INFINITY, -1, 0}, {ET_POW, -8, 3, -512}, {ET_POW, -8, 0.5, NAN}, {ET_POW, -2, 0x1p60, INFINITY},
    {ET_POW, 2, 10, 1024}, {ET_POW, 2, -1074, 0x1p-1074}, {ET_POW, 10, 2, 100}, {ET_POW, 4, 0.5, 2},
    {ET_POW, 2, 1023.5, 0x1.6a09e667f3bcdp1023}, {ET_POW, 0x1p-1074, 0.5, 0x1p-537},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    double x[2] = {rows[i].x, 1}, y[2] = {rows[i].y, 1}, zs[2];
    et_binary(k, rows[i].op, ET_F64, 2, x, 1, y, 1, zs);
    const double z = zs[0];
    if (!same_double(z, rows[i].z))
      printf("%d(%g, %g) = %a, not %a\n", rows[i].op, rows[i].x, rows[i].y, z, rows[i].z);
    expect(same_double(z, rows[i].z), "table of two operands");
  }
  static const struct { et_unary_op op; double x, y; } ones[] = {
    {ET_RELU, -0.0, 0.0}, {ET_RELU, NAN, NAN}, {ET_SIGN, -0.0, 0.0}, {ET_SIGN, -3, -1},
    {ET_ABS, -0.0, 0.0}, {ET_ROUND, 0.5, 0.0}, {ET_ROUND, 1.5, 2}, {ET_ROUND, -0.4, -0.0},
    {ET_FLOOR, -0.5, -1}, {ET_FLOOR, -0.0, -0.0}, {ET_FLOOR, 0x1.8p60, 0x1.8p60}, {ET_NEG, 0.0, -0.0},
    {ET_EXP, -INFINITY, 0}, {ET_EXP, INFINITY, INFINITY}, {ET_EXP, 0, 1}, {ET_EXP, 710, INFINITY},
    {ET_EXP, -746, 0}, {ET_EXP, 1, 0x1.5bf0a8b145769p+1}, {ET_EXPM1, -0.0, -0.0},
    {ET_EXPM1, -INFINITY, -1}, {ET_LOG, 0, -INFINITY}, {ET_LOG, -0.0, -INFINITY}, {ET_LOG, -1, NAN},
    {ET_LOG, 1, 0.0}, {ET_LOG, INFINITY, INFINITY}, {ET_LOG1P, -1, -INFINITY}, {ET_LOG1P, -0.0, -0.0},
    {ET_LOG1P, -2, NAN}, {ET_LOG1P, INFINITY, INFINITY}, {ET_SIN, -0.0, -0.0}, {ET_SIN, INFINITY, NAN},
    {ET_SIN, 0x1.6ac5b262ca1ffp+849, 1}, {ET_COS, 0x1.6ac5b262ca1ffp+849, -0x1.14ae72e6ba22fp-61},
    {ET_COS, 0, 1}, {ET_COS, -INFINITY, NAN}, {ET_TANH, -0.0, -0.0}, {ET_TANH, -40, -1},
    {ET_SIGMOID, 0, 0.5}, {ET_SIGMOID, -INFINITY, 0}, {ET_SIGMOID, INFINITY, 1}, {ET_ERF, -0.0, -0.0},
    {ET_ERF, -INFINITY, -1}, {ET_ERF, 7, 1}, {ET_SQRT, -0.0, -0.0}, {ET_SQRT, -1, NAN}, {ET_EXP, NAN, NAN},
    {ET_TANH, NAN, NAN}, {ET_ERF, NAN, NAN}, {ET_SIGMOID, NAN, NAN}, {ET_LOG, NAN, NAN},
  };
  for (size_t i = 0; i < sizeof ones / sizeof *ones; i++) {
    double x[2] = {ones[i].x, 1}, ys[2];  // two, for one goes to the reference
    et_unary(k, ones[i].op, ET_F64, 2, x, ys);
    const double y = ys[0];
    if (!same_double(y, ones[i].y)) printf("%d(%g) = %a, not %a\n", ones[i].op, ones[i].x, y, ones[i].y);
    expect(same_double(y, ones[i].y), "table of one operand");
  }
}

// f32 exactly, f64 below 1 ulp: the correctly rounded value or its neighbour.
static void functions(const et_kernels *k) {
  for (size_t i = 0; i < sizeof values_f64 / sizeof *values_f64; i++) {
    double x[2] = {values_f64[i].x, 1}, y[2];  // two, for one goes to the reference
    et_unary(k, values_f64[i].op, ET_F64, 2, x, y);
    const double wanted = values_f64[i].y;
    const bool near = y[0] == wanted || y[0] == nextafter(wanted, INFINITY) ||
                      y[0] == nextafter(wanted, -INFINITY);
    if (!near) printf("op %d of %a is %a, not %a\n", values_f64[i].op, x[0], y[0], wanted);
    expect(near, "f64 function");
  }
  for (size_t i = 0; i < sizeof values_f32 / sizeof *values_f32; i++) {
    float x[2] = {values_f32[i].x, 1}, y[2];
    et_unary(k, values_f32[i].op, ET_F32, 2, x, y);
    if (y[0] != values_f32[i].y)
      printf("op %d of %a is %a, not %a\n", values_f32[i].op, x[0], y[0], values_f32[i].y);
    expect(y[0] == values_f32[i].y, "f32 function");
  }
  for (size_t i = 0; i < sizeof powers / sizeof *powers; i++) {
    double x[2] = {powers[i].x, 1}, y[2] = {powers[i].y, 1}, z[2];
    et_binary(k, ET_POW, ET_F64, 2, x, 1, y, 1, z);
    const double wanted = powers[i].z;
    if (z[0] != wanted) expect(z[0] == nextafter(wanted, INFINITY) || z[0] == nextafter(wanted, 0), "pow");
  }
}

static void integers(const et_kernels *k) {
  // Two of each, for one goes to the reference.
  const int32_t least[] = {INT32_MIN, 6}, minus[] = {-1, 4}, zero[] = {0, 1};
  const int32_t seven[] = {-7, 7, 7}, two[] = {2, -2, 2};
  int32_t z[4];
  expect(et_unary(k, ET_NEG, ET_I32, 2, least, z) == ET_OVERFLOW, "-least");
  expect(et_unary(k, ET_ABS, ET_I32, 2, least, z) == ET_OVERFLOW, "abs(least)");
  expect(et_unary(k, ET_ABS, ET_I32, 2, minus, z) == ET_OK && z[0] == 1 && z[1] == 4, "abs");
  expect(et_binary(k, ET_FLOORDIV, ET_I32, 2, least, 1, minus, 1, z) == ET_OVERFLOW, "least // -1");
  expect(et_binary(k, ET_MOD, ET_I32, 2, least, 1, minus, 1, z) == ET_OK && z[0] == 0 && z[1] == 2,
         "least % -1");
  expect(et_binary(k, ET_MOD, ET_I32, 2, minus, 1, zero, 1, z) == ET_DIVISION_BY_ZERO, "% 0");
  et_binary(k, ET_FLOORDIV, ET_I32, 3, seven, 1, two, 1, z);
  expect(z[0] == -4 && z[1] == -4 && z[2] == 3, "i32 //");
  et_binary(k, ET_MOD, ET_I32, 3, seven, 1, two, 1, z);
  expect(z[0] == 1 && z[1] == -1 && z[2] == 1, "i32 %");
  const int32_t large[] = {INT32_MAX, 1, -1}, factors[] = {65536, 65536, 0};
  expect(et_reduce_rows(k, ET_SUM, ET_I32, 1, 2, large, z) == ET_OVERFLOW, "i32 sum");
  expect(et_reduce_rows(k, ET_SUM, ET_I32, 1, 3, large, z) == ET_OK && z[0] == INT32_MAX,
         "i32 sum that comes back");
  expect(et_reduce_rows(k, ET_PROD, ET_I32, 1, 2, factors, z) == ET_OVERFLOW, "i32 prod");
  expect(et_reduce_rows(k, ET_PROD, ET_I32, 1, 3, factors, z) == ET_OK && z[0] == 0, "i32 prod 0");
  expect(et_reduce_rows(k, ET_REDUCE_MAX, ET_I32, 1, 0, large, z) == ET_OUT_OF_RANGE, "max of none");
  const double halves[] = {2147483647.5, -2147483648.5, -0.5, 255.9};
  const double beyond[] = {2147483648.0, NAN, -2147483649.0};
  expect(et_convert(k, ET_F64, ET_I32, 4, halves, z) == ET_OK && z[0] == INT32_MAX &&
             z[1] == INT32_MIN && z[2] == 0 && z[3] == 255, "f64 to i32");
  for (int i = 0; i < 3; i++)
    expect(et_convert(k, ET_F64, ET_I32, 1, &beyond[i], z) == ET_OUT_OF_RANGE, "f64 out of i32");
}

// Rule 4 by hand: 17 and 4,097 terms that show where each was added.
static void orders(const et_kernels *k) {
  float x[5000] = {0}, y;
  x[0] = 1e8f, x[16] = 1, x[8] = -1e8f;  // lane 0: (1e8 + 1) = 1e8; then lane 8: 0
  et_reduce_rows(k, ET_SUM, ET_F32, 1, 17, x, &y);
  expect(y == 0, "lane 0 is added before the halves meet");
  x[16] = 0, x[9] = 1;  // lane 9 meets lane 1 first: 1 survives
  et_reduce_rows(k, ET_SUM, ET_F32, 1, 17, x, &y);
  expect(y == 1, "lanes meet at a distance of 8");
  memset(x, 0, sizeof x);
  x[0] = 1e8f, x[16] = -1e8f, x[4096] = 1;
  et_reduce_rows(k, ET_SUM, ET_F32, 1, 4097, x, &y);
  expect(y == 1, "the second block");
  x[16] = 0, x[4096] = 1, x[4097] = -1e8f;  // block 2 has lanes 0 and 1: 1 - 1e8 = -1e8
  et_reduce_rows(k, ET_SUM, ET_F32, 1, 4098, x, &y);
  expect(y == 0, "blocks are summed alone");
  memset(x, 0, sizeof x);
  x[0] = 1e8f, x[255] = 1, x[256] = 1, x[257] = -1e8f;
  et_reduce_columns(k, ET_SUM, ET_F32, 1, 300, 1, 1, x, &y);
  expect(y == 0, "column blocks of 256");
  const float negative_zero = -0.0f;
  et_reduce_rows(k, ET_SUM, ET_F32, 1, 1, &negative_zero, &y);
  expect(y == 0 && !signbit(y), "sums start at +0");
  const float ties[] = {1, 3, NAN, 3, NAN}, zeros[] = {-0.0f, 0.0f, -0.0f};
  int32_t at[2];
  et_reduce_rows(k, ET_ARGMAX, ET_F32, 1, 5, ties, at);
  et_reduce_rows(k, ET_ARGMIN, ET_F32, 1, 3, zeros, at + 1);
  expect(at[0] == 2 && at[1] == 0, "argmax: first NaN; argmin: first of equal zeros");
  et_reduce_rows(k, ET_REDUCE_MAX, ET_F32, 1, 3, zeros, &y);
  expect(y == 0 && !signbit(y), "max of zeros");
  et_reduce_rows(k, ET_REDUCE_MAX, ET_F32, 1, 1, zeros, &y);
  expect(y == 0 && signbit(y), "max of -0 alone");
  et_reduce_rows(k, ET_REDUCE_MIN, ET_F32, 1, 3, zeros, &y);
  expect(y == 0 && signbit(y), "min of zeros");
  // Rule 3: the square is 1 + 2^-11 + 2^-24; its last bit lives only if the product is not rounded.
  const float a[] = {1, 0x1.001p0f}, b[] = {-1, 0x1.001p0f};
  const et_matrix row = {a, 2, 1}, column = {b, 1, 1};
  float c;
  char scratch[1 << 15] __attribute__((aligned(64)));
  et_matmul(k, ET_F32, 1, 1, 2, row, column, &c, 1, scratch);
  expect(c == 0x1p-11f + 0x1p-24f, "matmul fuses");
  // An underflow leaves -0, and -0 * 1 keeps it: a zero of a must not lose its sign on the way.
  const float tiny[] = {-0x1p-100f, -0.0f}, one[] = {0x1p-100f, 1};
  et_matmul(k, ET_F32, 1, 1, 2, (et_matrix){tiny, 2, 1}, (et_matrix){one, 1, 1}, &c, 1, scratch);
  expect(c == 0 && signbit(c), "matmul keeps -0");
}

static void normals(const et_kernels *k) {
  // The mean and variance of 2^16 normals, within five standard errors.
  enum { COUNT = 1 << 16 };
  static double x[COUNT];
  const et_stream s = {1, 2, 3};
  et_randn(k, ET_F64, s, 0, COUNT, x);
  double mean = 0, square = 0;
  for (int i = 0; i < COUNT; i++) mean += x[i] / COUNT, square += x[i] * x[i] / COUNT;
  expect(fabs(mean) < 5.0 / 256 && fabs(square - 1) < 5 * sqrt(2) / 256, "moments of randn");
}

void test_known_answers(void) {
  family("known");
  for (int l = -1; l < level_count; l++) {
    const et_kernels *k = l < 0 ? reference : levels[l];
    philox(k);
    tables(k);
    functions(k);
    integers(k);
    orders(k);
    normals(k);
  }
  expect(et_check_rounding(), "control register");
  finish_family();
}

// The software fma against the CPU's, where it has one.
#if defined(__x86_64__)
__attribute__((target("fma"))) static void hardware(double a, double b, double c, float fa, float fb,
                                                    float fc, double *d, float *f) {
  *d = __builtin_fma(a, b, c);
  *f = __builtin_fmaf(fa, fb, fc);
}
static bool has_fma(void) { return __builtin_cpu_supports("fma"); }
#else
static void hardware(double a, double b, double c, float fa, float fb, float fc, double *d, float *f) {
  *d = __builtin_fma(a, b, c);
  *f = __builtin_fmaf(fa, fb, fc);
}
static bool has_fma(void) { return true; }
#endif

void test_fma(void) {
  family("fma");
  // Ties and results among the subnormals, where rounding twice shows; exact values by hand.
  expect(et_soft_fmaf(0x1.000002p0f, 0x1.000002p0f, 0x1p-60f) == 0x1.000006p0f - 0x1p-23f,
         "f32 near a tie");
  expect(et_soft_fma(0x1.0000000000001p0, 0x1.0000000000001p0, -1) == 0x1.00000000000008p-51, "f64");
  expect(et_soft_fma(0x1p-600, 0x1p-474, 0x1p-1074) == 0x1p-1073, "f64 subnormal");
  expect(et_soft_fma(0x1p-600, 0x1p-475, 0x1p-1074) == 0x1p-1073, "f64 subnormal tie to even");
  expect(et_soft_fma(0x1p1000, 0x1p24, -INFINITY) == -INFINITY, "f64 overflowing product");
  expect(et_soft_fma(0x1p1000, 0x1p24, -0x1p1023) == 0x1p1023, "f64 product above the range");
  if (has_fma()) {
    const int rounds = 300000;
    int wrong = 0;
    double x[3];
    float y[3];
    for (int i = 0; i < rounds; i++) {
      fill(ET_F64, 3, x);
      fill(ET_F32, 3, y);
      if (i % 4 == 0) x[2] = -(x[0] * x[1]), y[2] = -(y[0] * y[1]);
      if (i % 8 == 1) x[2] = ldexp(x[0] * x[1], -53 - (int)random_below(3));
      if (i % 8 == 2) x[0] = ldexp(x[0], -500 - (int)random_below(40)), x[1] = ldexp(x[1], -530);
      if (i % 8 == 3) y[0] = ldexpf(y[0], -70), y[1] = ldexpf(y[1], -70), y[2] = ldexpf(y[2], -140);
      double d;
      float f;
      hardware(x[0], x[1], x[2], y[0], y[1], y[2], &d, &f);
      const double sd = et_soft_fma(x[0], x[1], x[2]);
      wrong += !same_double(d, sd) || !same_double(f, et_soft_fmaf(y[0], y[1], y[2]));
    }
    expect(wrong == 0, "software fma differs from the CPU's");
  }
  finish_family();
}
