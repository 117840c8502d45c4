// Runs of steps that optimizers are made of, as one pass each, included once a level: a moving
// average is two products and a sum, and Adam, RMSProp and Adagrad end alike. Every operation is
// rounded on its own, as the steps one by one would round it. The result may stand over an operand.

#define UPDATES(T)                                                                              \
  static void scaled_sum_##T(size_t n, bool minus, const void *scale_x, const void *xs,         \
                             const void *scale_y, const void *ys, void *out) {                  \
    const TYPE_##T s = *(const TYPE_##T *)scale_x, u = *(const TYPE_##T *)scale_y;              \
    const TYPE_##T *x = xs, *y = ys;                                                            \
    TYPE_##T *z = out;                                                                          \
    if (minus) {                                                                                \
      LOOP for (size_t i = 0; i < n; i++) z[i] = s * x[i] - u * y[i];                           \
    } else {                                                                                    \
      LOOP for (size_t i = 0; i < n; i++) z[i] = s * x[i] + u * y[i];                           \
    }                                                                                           \
  }                                                                                             \
  static void adaptive_##T(size_t n, const void *ps, const void *scale, const void *xs,         \
                           const void *ys, const void *offset, void *out) {                     \
    const TYPE_##T s = *(const TYPE_##T *)scale, e = *(const TYPE_##T *)offset;                 \
    const TYPE_##T *p = ps, *x = xs, *y = ys;                                                   \
    TYPE_##T *z = out;                                                                          \
    LOOP for (size_t i = 0; i < n; i++)                                                         \
      z[i] = p[i] - (s * x[i]) / (__builtin_elementwise_sqrt(y[i]) + e);                        \
  }
UPDATES(F32)
UPDATES(F64)

#define UPDATE_TABLE                                              \
  .scaled_sum = {[ET_F32] = scaled_sum_F32, [ET_F64] = scaled_sum_F64}, \
  .adaptive = {[ET_F32] = adaptive_F32, [ET_F64] = adaptive_F64},
