import CKernels

extension Operation {
  static let arithmeticRules = arithmetic.map { operation -> GradientRule in
    if case .rule(let rule) = operation.gradient { return rule }
    return nothingFlows
  }

  private static func nothingFlows(_ b: borrowing Backward) {}

  /// The arithmetic operators, in the order of `Arithmetic`.
  static let arithmetic: [Operation] = [
    arithmetic(
      .add, doc: "Adds elementwise.", example: ("[1, 2] + 1", "f32[2] [2, 3]"),
      .two(-2, 2, -2, 2),
      .rule { b throws(TensorError) in
        try b.give(0, b.cotangent)
        try b.give(1, b.cotangent)
      }),
    arithmetic(
      .subtract, doc: "Subtracts elementwise.", example: ("[1, 2] - 1", "f32[2] [0, 1]"),
      .two(-2, 2, -2, 2),
      .rule { b throws(TensorError) in
        try b.give(0, b.cotangent)
        if b.needs(1) { try b.give(1, try b.context.negate(b.cotangent)) }
      }),
    arithmetic(
      .multiply, doc: "Multiplies elementwise.", example: ("[1, 2] * 3", "f32[2] [3, 6]"),
      .two(-2, 2, -2, 2),
      .rule { b throws(TensorError) in
        if b.needs(0) { try b.give(0, try b.context.multiply(b.cotangent, b.operand(1))) }
        if b.needs(1) { try b.give(1, try b.context.multiply(b.cotangent, b.operand(0))) }
      }),
    arithmetic(
      .divide, doc: "Divides elementwise; integers give f32.",
      example: ("[1, 2] / 2", "f32[2] [0.5, 1]"), .two(-2, 2, 0.5, 2),
      .rule { b throws(TensorError) in
        let c = b.context
        if b.needs(0) { try b.give(0, try c.divide(b.cotangent, b.operand(1))) }
        if b.needs(1) {
          let slope = try c.divide(b.output, b.operand(1))
          try b.give(1, try c.negate(try c.multiply(b.cotangent, slope)))
        }
      }),
    arithmetic(
      .floorDivide,
      doc: """
        The quotient rounded down, elementwise: with r the exact remainder, which has the sign of \
        `x`, `(x - r) / y`, less 1 where r is not 0 and has another sign than `y`. So it is right \
        where `x / y` rounds up to a whole number. Integer division by zero is an error.
        """,
      example: ("i32([7, -7]) // 2", "i32[2] [3, -4]"), .two(-2, 2, 0.5, 2),
      .none("it is constant between its steps")),
    arithmetic(
      .modulo,
      doc: """
        The remainder with the sign of the divisor, elementwise: the exact one, which has the sign \
        of `x`, plus `y` where it is not 0 and has another sign. `x - (x // y) * y` rounds more \
        often. Integer division by zero is an error.
        """,
      example: ("i32([7, -7]) % 4", "i32[2] [3, 1]"), .two(0.1, 0.4, 0.5, 0.9),
      .rule { b throws(TensorError) in
        try b.give(0, b.cotangent)
        if b.needs(1) {
          let quotient = try b.context.binary(.floorDivide, b.operand(0), b.operand(1))
          try b.give(1, try b.context.negate(try b.context.multiply(b.cotangent, quotient)))
        }
      }),
    arithmetic(
      .power,
      doc: """
        Raises elementwise. A whole exponent from 0 to 16 multiplies, and of integers gives \
        integers; others go through f64 and give floating results.
        """,
      example: ("[1, 2, 3] ^ 2", "f32[3] [1, 4, 9]"), .two(0.5, 2, -2, 2),
      .rule { b throws(TensorError) in
        if b.needs(0) { try b.give(0, try powerSlope(b)) }
        if b.needs(1) { try b.give(1, try exponentSlope(b)) }
      }),
  ]

  private static func arithmetic(
    _ op: Arithmetic, doc: String, example: (String, String), _ domain: Domain,
    _ gradient: Gradient
  ) -> Operation {
    Operation(
      op.symbol, .operator,
      [Parameter("a", .operand, "Left operand."), Parameter("b", .operand, "Right operand.")],
      doc: doc + " The operands broadcast.", example: example, domain: domain, gradient: gradient
    ) { c, a throws(TensorError) in
      try c.binary(op, try a.operand(0), try a.operand(1))
    }
  }

  /// g · n · x^(n - 1), and 0 for n = 0 at x = 0 too.
  private static func powerSlope(_ b: borrowing Backward) throws(TensorError) -> Tensor {
    let c = b.context
    let (x, n) = (b.operand(0), b.operand(1))
    if let exponent = n.weakValue, n.node == nil {
      if exponent == 0 { return try c.multiply(b.cotangent, 0.0) }
      if exponent == 1 { return b.cotangent }
      let power = exponent == 2 ? x : .tensor(try c.power(x, of: exponent - 1))
      return try c.multiply(b.cotangent, try c.multiply(power, exponent))
    }
    let slope = try c.multiply(n, try c.binary(.power, x, .tensor(try c.subtract(n, 1.0))))
    let isZero = try c.compare(.equal, n, .number(0))
    return try c.multiply(b.cotangent, try c.choose(isZero, 0.0, slope))
  }

  /// g · x^n · log x, and 0 at x = 0 for n that are not negative.
  private static func exponentSlope(_ b: borrowing Backward) throws(TensorError) -> Tensor {
    let c = b.context
    let (x, n) = (b.operand(0), b.operand(1))
    let isFlat = try c.logical(
      .and, .tensor(try c.compare(.equal, x, .number(0))),
      .tensor(try c.compare(.greaterEqual, n, .number(0))))
    let logarithm = try c.apply(.log, try c.choose(isFlat, 1.0, x))
    let slope = try c.multiply(b.output, logarithm)
    return try c.multiply(b.cotangent, try c.choose(isFlat, 0.0, slope))
  }

  static let negate = Operation(
    "negate", .operator, [Parameter("x", .operand, "A tensor or number.")],
    doc: "`-x`, elementwise; bool and u8 give i32.", example: ("-[1, 2]", "f32[2] [-1, -2]"),
    domain: .one(-2, 2),
    gradient: .rule { b throws(TensorError) in
      try b.give(0, try b.context.negate(b.cotangent))
    }
  ) { c, a throws(TensorError) in
    try c.function(ET_NEG, try a.operand(0), hasIntegers: true, cost: 1)
  }

  /// Comparisons, `and`, `or`, `not` and conversion.
  static let comparisons =
    Comparison.allCases.map(comparison) + Connective.allCases.map(connective)
    + [negate, invert, convert]

  private static func comparison(_ op: Comparison) -> Operation {
    let holds: [Comparison: String] = [
      .equal: "false, true", .notEqual: "true, false", .less: "true, false",
      .lessEqual: "true, true", .greater: "false, false", .greaterEqual: "false, true",
    ]
    return Operation(
      op.symbol, .operator,
      [Parameter("a", .operand, "Left operand."), Parameter("b", .operand, "Right operand.")],
      doc: "Compares elementwise and gives bool; NaN equals nothing. The operands broadcast.",
      example: ("[1, 2] \(op.symbol) 2", "bool[2] [\(holds[op]!)]"), domain: .two(-2, 2, -2, 2),
      gradient: .none("it is constant between its steps")
    ) { c, a throws(TensorError) in
      try c.compare(op, try a.operand(0), try a.operand(1))
    }
  }

  private static func connective(_ op: Connective) -> Operation {
    let both = op == .and ? "true, false" : "true, true"
    return Operation(
      op.symbol, .operator,
      [Parameter("a", .operand, "bool tensor."), Parameter("b", .operand, "bool tensor.")],
      doc: "Combines bool tensors elementwise. The operands broadcast.",
      example: ("[true, true] \(op.symbol) [true, false]", "bool[2] [\(both)]"),
      domain: Domain([
        [.bool([2, 3]), .bool([3])], [.bool([]), .bool([2])], [.bool([70_001]), .bool([70_001])],
      ]),
      gradient: .none("bools have no gradient")
    ) { c, a throws(TensorError) in
      try c.logical(op, try a.operand(0), try a.operand(1))
    }
  }

  static let invert = Operation(
    "not", .operator, [Parameter("x", .operand, "bool tensor.")],
    doc: "Exchanges true and false, elementwise.",
    example: ("not [true, false]", "bool[2] [false, true]"),
    domain: Domain([[.bool([2, 3])], [.bool([])]]), gradient: .none("bools have no gradient")
  ) { c, a throws(TensorError) in
    try c.logicalNot(try a.tensor(0))
  }

  static let convert = Operation(
    "convert", .operator,
    [Parameter("x", .operand, "A tensor."), Parameter("dtype", .dtype, "The dtype to give.")],
    doc: """
      Converts elements to another dtype: to floating ones rounding to nearest, to integers towards \
      zero, where a value that does not fit is an error; to bool, whether they differ from zero.
      """,
    example: ("i32([1.5, -1.5])", "i32[2] [1, -1]"),
    domain: Domain([
      [.real([2, 3], -2, 2), .fixed(.dtype(.f64))], [.real([2, 3], -2, 2), .fixed(.dtype(.i32))],
      [.integer([70_001], -9, 9), .fixed(.dtype(.f32))],
    ]), gradient: .composed
  ) { c, a throws(TensorError) in
    switch try a.operand(0) {
    case .tensor(let t): try c.convert(t, try a.dtype(1))
    case .number(let x): try c.full(Shape(), try a.dtype(1), x)
    }
  }
}
