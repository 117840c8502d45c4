import CKernels

/// The language's plain numbers: the functions that f64 tensors use, on one number.
public enum Scalars {
  private static var kernels: OpaquePointer { unsafe Level.best.kernels }

  private static let functions: [String: et_unary_op] = [
    "exp": ET_EXP, "expm1": ET_EXPM1, "log": ET_LOG, "log1p": ET_LOG1P, "sqrt": ET_SQRT,
    "abs": ET_ABS, "sign": ET_SIGN, "sin": ET_SIN, "cos": ET_COS, "tanh": ET_TANH,
    "sigmoid": ET_SIGMOID, "relu": ET_RELU, "erf": ET_ERF, "floor": ET_FLOOR, "round": ET_ROUND,
  ]

  /// A function of the library on a number; nil if it has no such form.
  public static func apply(_ name: String, _ x: Double) -> Double? {
    guard let op = functions[name] else { return nil }
    var (x, y) = (x, 0.0)
    unsafe _ = et_unary(kernels, op, ET_F64, 1, &x, &y)
    return y
  }

  private static func apply(_ op: et_binary_op, _ x: Double, _ y: Double) -> Double {
    var (x, y, result) = (x, y, 0.0)
    unsafe _ = et_binary(kernels, op, ET_F64, 1, &x, 0, &y, 0, &result)
    return result
  }

  /// `x ^ y`.
  public static func power(_ x: Double, _ y: Double) -> Double {
    guard y >= 0, y <= 16, let n = Int32(exactly: y) else { return apply(ET_POW, x, y) }
    var (x, result) = (x, 0.0)
    unsafe _ = et_power(kernels, ET_F64, 1, &x, n, &result)
    return result
  }

  /// `x // y`.
  public static func floorDivide(_ x: Double, _ y: Double) -> Double { apply(ET_FLOORDIV, x, y) }
  /// `x % y`, with the sign of y.
  public static func modulo(_ x: Double, _ y: Double) -> Double { apply(ET_MOD, x, y) }
  /// The larger; NaN wins.
  public static func maximum(_ x: Double, _ y: Double) -> Double { apply(ET_MAX, x, y) }
  /// The smaller; NaN wins.
  public static func minimum(_ x: Double, _ y: Double) -> Double { apply(ET_MIN, x, y) }
}
