import CKernels

extension Context {
  /// An elementwise kernel of one operand; integers become f32 unless the kernel has them.
  func function(
    _ op: et_unary_op, _ x: Operand, hasIntegers: Bool = false, to dtype: DType? = nil, cost: Int
  ) throws(TensorError) -> Tensor {
    let t = try weakened(x)
    let working = hasIntegers ? t.dtype.arithmetic : t.dtype.floating
    return try unary(op, try converted(t, working), to: dtype ?? working, cost: cost)
  }
}

extension Operation {
  /// Functions of one operand, elementwise.
  static let functions: [Operation] = [
    exp, expm1, log, log1p, sqrt, abs, sign, sin, cos, tanh, sigmoid, relu, erf, floor, round,
    isnan,
    silu, clip, zerosLike, onesLike, stopGradient,
  ]

  private static let operand = Parameter("x", .operand, "A tensor, tree or number.")

  private static func function(
    _ name: String, _ op: et_unary_op, doc: String, example: (String, String),
    _ domain: Domain, hasIntegers: Bool = false, cost: Int = 8, gradient: Gradient
  ) -> Operation {
    Operation(
      name, .elementwise, [operand], doc: doc, example: example, domain: domain,
      gradient: gradient
    ) { c, a throws(TensorError) in
      try c.function(op, try a.operand(0), hasIntegers: hasIntegers, cost: cost)
    }
  }

  static let exp: Operation = function(
    "exp", ET_EXP, doc: "e^x, elementwise; integers give f32. Correctly rounded in f32.",
    example: ("exp([0, 1])", "f32[2] [1, 2.7182817]"), .one(-2, 2),
    gradient: .rule { b throws(TensorError) in
      try b.give(0, try b.context.multiply(b.cotangent, b.output))
    })

  static let expm1: Operation = function(
    "expm1", ET_EXPM1, doc: "e^x - 1 without cancellation near 0, elementwise.",
    example: ("expm1([0, 1e-6])", "f32[2] [0, 1.0000005e-6]"), .one(-2, 2),
    gradient: .rule { b throws(TensorError) in
      try b.give(0, try b.context.multiply(b.cotangent, try b.context.add(b.output, 1.0)))
    })

  static let log: Operation = function(
    "log", ET_LOG, doc: "The natural logarithm, elementwise; -inf at 0, NaN below.",
    example: ("log([1, 2])", "f32[2] [0, 0.6931472]"), .one(0.2, 3),
    gradient: .rule { b throws(TensorError) in
      try b.give(0, try b.context.divide(b.cotangent, b.operand(0)))
    })

  static let log1p: Operation = function(
    "log1p", ET_LOG1P, doc: "log(1 + x) without cancellation near 0, elementwise.",
    example: ("log1p([0, 1e-6])", "f32[2] [0, 9.999995e-7]"), .one(-0.8, 2),
    gradient: .rule { b throws(TensorError) in
      try b.give(0, try b.context.divide(b.cotangent, try b.context.add(1.0, b.operand(0))))
    })

  static let sqrt: Operation = function(
    "sqrt", ET_SQRT, doc: "The square root, elementwise; NaN below 0.",
    example: ("sqrt([4, 9])", "f32[2] [2, 3]"), .one(0.2, 3), cost: 2,
    gradient: .rule { b throws(TensorError) in
      let half = try b.context.multiply(b.cotangent, 0.5)
      try b.give(0, try b.context.divide(half, b.output))
    })

  static let abs: Operation = function(
    "abs", ET_ABS, doc: "The magnitude, elementwise. The gradient at 0 is 0.",
    example: ("abs([-1, 2])", "f32[2] [1, 2]"), .one(-2, 2), hasIntegers: true, cost: 1,
    gradient: .rule { b throws(TensorError) in
      try b.give(0, try b.context.multiply(b.cotangent, try b.context.apply(.sign, b.operand(0))))
    })

  static let sign: Operation = function(
    "sign", ET_SIGN, doc: "-1, 0 or 1 by the sign, elementwise; NaN of NaN.",
    example: ("sign([-2, 0, 3])", "f32[3] [-1, 0, 1]"), .one(-2, 2), hasIntegers: true, cost: 1,
    gradient: .none("it is constant between its steps"))

  static let sin: Operation = function(
    "sin", ET_SIN, doc: "The sine of radians, elementwise.",
    example: ("sin([0, 1])", "f32[2] [0, 0.84147096]"), .one(-2, 2),
    gradient: .rule { b throws(TensorError) in
      try b.give(0, try b.context.multiply(b.cotangent, try b.context.apply(.cos, b.operand(0))))
    })

  static let cos: Operation = function(
    "cos", ET_COS, doc: "The cosine of radians, elementwise.",
    example: ("cos([0, 1])", "f32[2] [1, 0.5403023]"), .one(-2, 2),
    gradient: .rule { b throws(TensorError) in
      let slope = try b.context.negate(try b.context.apply(.sin, b.operand(0)))
      try b.give(0, try b.context.multiply(b.cotangent, slope))
    })

  static let tanh: Operation = function(
    "tanh", ET_TANH, doc: "The hyperbolic tangent, elementwise.",
    example: ("tanh([0, 1])", "f32[2] [0, 0.7615942]"), .one(-2, 2),
    gradient: .rule { b throws(TensorError) in
      let slope = try b.context.subtract(1.0, try b.context.multiply(b.output, b.output))
      try b.give(0, try b.context.multiply(b.cotangent, slope))
    })

  static let sigmoid: Operation = function(
    "sigmoid", ET_SIGMOID, doc: "1 / (1 + e^-x), elementwise.",
    example: ("sigmoid([0, 1])", "f32[2] [0.5, 0.7310586]"), .one(-2, 2),
    gradient: .rule { b throws(TensorError) in
      let slope = try b.context.multiply(b.output, try b.context.subtract(1.0, b.output))
      try b.give(0, try b.context.multiply(b.cotangent, slope))
    })

  static let erf: Operation = function(
    "erf", ET_ERF, doc: "The error function 2/√π ∫₀ˣ exp(-t²) dt, elementwise.",
    example: ("erf([0, 1])", "f32[2] [0, 0.8427008]"), .one(-2, 2),
    gradient: .rule { b throws(TensorError) in
      let c = b.context
      let x = b.operand(0)
      let bell = try c.apply(.exp, try c.negate(try c.multiply(x, x)))
      // 2/√π
      let slope = try c.multiply(bell, 0x1.20dd750429b6dp+0)
      try b.give(0, try c.multiply(b.cotangent, slope))
    })

  static let silu = Operation(
    "silu", .elementwise, [operand],
    doc: "x * sigmoid(x), elementwise, also called swish (Elfwing et al., 2018).",
    example: ("silu([-1, 0, 1])", "f32[3] [-0.26894143, 0, 0.7310586]"), domain: .one(-2, 2),
    gradient: .rule { b throws(TensorError) in
      let c = b.context
      let s = try c.apply(.sigmoid, b.operand(0))
      let slope = try c.add(s, try c.multiply(b.output, try c.subtract(1.0, s)))
      try b.give(0, try c.multiply(b.cotangent, slope))
    }
  ) { c, a throws(TensorError) in
    let x = try a.operand(0)
    return try c.multiply(x, try c.apply(.sigmoid, x))
  }

  static let relu = Operation(
    "relu", .elementwise, [operand],
    doc: "max(x, 0), elementwise. The gradient at 0 is 0. NaN stays; bool and u8 give i32.",
    example: ("relu([-1, 2])", "f32[2] [0, 2]"), domain: .one(-2, 2),
    gradient: .rule { b throws(TensorError) in
      let isPositive = try b.context.compare(.greater, b.operand(0), .number(0))
      try b.give(0, try b.context.choose(isPositive, b.cotangent, 0.0))
    }
  ) { c, a throws(TensorError) in
    let x = try a.operand(0)
    if case .tensor(let t) = x, !t.dtype.isFloating {
      return try c.pair(
        .arithmetic(ET_MAX), try c.side(x, .i32), .number(0), .i32, to: .i32, cost: 1)
    }
    return try c.function(ET_RELU, x, cost: 1)
  }

  static let floor: Operation = rounding(
    "floor", ET_FLOOR, "The next whole number below, elementwise.",
    ("floor([1.5, -1.5])", "f32[2] [1, -2]"))

  static let round: Operation = rounding(
    "round", ET_ROUND, "The nearest whole number, halves to the even one, elementwise.",
    ("round([0.5, 1.5, 2.6])", "f32[3] [0, 2, 3]"))

  private static func rounding(
    _ name: String, _ op: et_unary_op, _ doc: String, _ example: (String, String)
  ) -> Operation {
    Operation(
      name, .elementwise, [operand], doc: doc + " Integers stay as they are.", example: example,
      domain: .one(-2, 2), gradient: .none("it is constant between its steps")
    ) { c, a throws(TensorError) in
      let x = try a.operand(0)
      if case .tensor(let t) = x, !t.dtype.isFloating { return t }
      return try c.function(op, x, cost: 1)
    }
  }

  static let isnan = Operation(
    "isnan", .elementwise, [operand], doc: "Whether elements are NaN: bool.",
    example: ("isnan([0, nan])", "bool[2] [false, true]"), domain: .one(-2, 2),
    gradient: .none("it is constant between its steps")
  ) { c, a throws(TensorError) in
    try c.function(ET_ISNAN, try a.operand(0), to: .bool, cost: 1)
  }

  static let clip = Operation(
    "clip", .elementwise,
    [
      operand, Parameter("low", .operand, default: .absent, "Least result; no bound if left out."),
      Parameter("high", .operand, default: .absent, "Largest result; no bound if left out."),
    ],
    doc: """
      Elements moved into [low, high]: `minimum(maximum(x, low), high)`. At a bound the gradient \
      goes to x, outside to the bound. NaN stays.
      """,
    example: ("clip([-2, 0.5, 2], -1, 1)", "f32[3] [-1, 0.5, 1]"),
    domain: Domain(
      Domain.one(-2, 2, .number(-0.77), .number(1.13)).cases + [
        [.real([3, 4], -2, 2), .real([], -0.8, -0.7), .real([4], 1.1, 1.2)],
        [.real([2, 3], -2, 2), .fixed(.absent), .real([2, 1], -0.2, 0.2)],
        [.real([3], -2, 2), .real([2, 3], 0.4, 0.5), .fixed(.number(-0.3))],
      ], large: Domain.one(-2, 2, .number(-0.77), .number(1.13)).large),
    gradient: .composed
  ) { c, a throws(TensorError) in
    var x = try a.operand(0)
    for (i, op) in [(1, Operation.maximum), (2, .minimum)] where !a.isAbsent(i) {
      do throws(TensorError) {
        x = .tensor(try op(c, [.operand(x), .operand(try a.operand(i))]))
      } catch {
        // What does not fit is shown as an argument of `clip`.
        var error = error
        (error.operation, error.operands) = ("clip", [])
        throw error
      }
    }
    switch x {
    case .tensor(let t): return t
    case .number(let number): return try c.weakTensor(number)
    }
  }

  static let zerosLike: Operation = likeness(
    "zeros_like", 0, ("zeros_like([1, 2])", "f32[2] [0, 0]"))
  static let onesLike: Operation = likeness("ones_like", 1, ("ones_like([1, 2])", "f32[2] [1, 1]"))

  private static func likeness(
    _ name: String, _ value: Double, _ example: (String, String)
  ) -> Operation {
    Operation(
      name, .elementwise, [operand],
      doc: "A tensor or tree of the same shapes and dtypes, all \(Int(value)).",
      example: example, domain: .one(-2, 2), gradient: .none("it does not depend on x's elements")
    ) { c, a throws(TensorError) in
      guard case .tensor(let t) = try a.operand(0) else { return try c.weakTensor(value) }
      let result = try c.allocate(t.dtype, t.shape, isWeak: t.isWeak)
      try c.fill(result, value)
      return result
    }
  }

  static let stopGradient = Operation(
    "stop_gradient", .elementwise, [operand], doc: "x itself, as a constant for gradients.",
    example: ("grad(x -> x * stop_gradient(x))(3)", "3"),
    domain: Domain([[.real([2], -2, 2)]]), gradient: .none("that is what it is for")
  ) { c, a throws(TensorError) in
    switch try a.operand(0) {
    case .tensor(let t): t
    case .number(let x): try c.weakTensor(x)
    }
  }
}
