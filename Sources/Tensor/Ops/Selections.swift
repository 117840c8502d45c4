import CKernels

extension Context {
  /// The shape that three operands are repeated to; the error is about the first two that do not fit.
  private func broadcastShape(
    _ condition: Tensor, _ x: Operand, _ y: Operand
  ) throws(TensorError) -> Shape {
    let first = try broadcastShape(.tensor(condition), x)
    _ = try broadcastShape(.tensor(condition), y)
    // Where all pairs fit, so do the three.
    return Shape.broadcast(first, try broadcastShape(x, y))!
  }

  /// `condition ? a : b` elementwise, unrecorded.
  func selected(_ condition: Tensor, _ a: Operand, _ b: Operand) throws(TensorError) -> Tensor {
    guard condition.dtype == .bool else {
      throw TensorError(.dtype(condition.dtype, wanted: [.bool]))
    }
    let whole = try broadcastShape(condition, a, b)
    let isNumber = a.isWeakNumber && b.isWeakNumber
    let isWeak = isNumber && whole.isEmpty
    // Of numbers alone a tensor is f32, as in brackets.
    let dtype = isNumber && !isWeak ? .f32 : Joining.selection.dtype(a, b)
    let x = try side(a, dtype)
    let y = try side(b, dtype)
    if let result = try deferred(
      ET_STEP_WHERE, 0, dtype, to: dtype, whole, cost: 1, .tensor(condition), x, y)
    {
      return result
    }
    let result = try allocate(dtype, whole, isWeak: isWeak)
    let p = try SelectSide(.tensor(condition), whole, .bool, self, slot: 0)
    let q = try SelectSide(x, whole, dtype, self, slot: 0)
    let r = try SelectSide(y, whole, dtype, self, slot: 1)
    defer { extendLifetime((p, q, r)) }
    let size = dtype.size
    try check(
      chunks(result.count, cost: 1) { first, n in
        unsafe et_where(
          kernels, dtype.kernel, n,
          (p.base + first * p.step).assumingMemoryBound(to: UInt8.self), p.step,
          q.base + first * q.step * size, q.step, r.base + first * r.step * size, r.step,
          result.pointer(first))
      })
    return result
  }
}

/// An operand written out in a shape, or one element for all.
@safe private struct SelectSide {
  let base: UnsafeRawPointer
  let step: Int
  private let tensor: Tensor?

  init(
    _ operand: Operand, _ shape: Shape, _ dtype: DType, _ context: Context, slot: Int
  ) throws(TensorError) {
    let side = try PairSide(operand, shape, dtype, context, slot: slot)
    if side.isFlat {
      unsafe base = side.base
      (step, tensor) = (side.step, side.source)
    } else {
      let whole = try side.expanded(shape, context)
      unsafe base = whole.map { unsafe UnsafeRawPointer($0.pointer) } ?? side.base
      (step, tensor) = (1, whole)
    }
  }
}

extension Operation {
  /// Elementwise choices between two operands.
  static let selections: [Operation] = [maximum, minimum, select]

  static let maximum: Operation = extreme(
    "maximum", ET_MAX, .greater, "larger", ("maximum([1, 5], 3)", "f32[2] [3, 5]"))
  static let minimum: Operation = extreme(
    "minimum", ET_MIN, .less, "smaller", ("minimum([1, 5], 3)", "f32[2] [1, 3]"))

  private static func extreme(
    _ name: String, _ op: et_binary_op, _ wins: Comparison, _ which: String,
    _ example: (String, String)
  ) -> Operation {
    Operation(
      name, .elementwise,
      [
        Parameter("a", .operand, "A tensor, tree or number."),
        Parameter("b", .operand, "The other."),
      ],
      doc: """
        The \(which) of two, elementwise; NaN wins, and -0 is less than +0. Where they are equal the \
        gradient goes to `a`. The operands broadcast.
        """,
      example: example, domain: .two(-2, 2, -1.9, 2.1),
      gradient: .rule { b throws(TensorError) in
        let c = b.context
        let isSecond = try c.compare(wins, b.operand(1), b.operand(0))
        if b.needs(0) { try b.give(0, try c.choose(isSecond, 0.0, b.cotangent)) }
        if b.needs(1) { try b.give(1, try c.choose(isSecond, b.cotangent, 0.0)) }
      }
    ) { c, a throws(TensorError) in
      let (x, y) = (try a.operand(0), try a.operand(1))
      let dtype = Joining.arithmetic.dtype(x, y)
      return try c.pair(
        .arithmetic(op), try c.side(x, dtype), try c.side(y, dtype), dtype, to: dtype, cost: 1,
        isWeak: x.isWeakNumber && y.isWeakNumber)
    }
  }

  static let select = Operation(
    "where", .elementwise,
    [
      Parameter("condition", .operand, "bool tensor."),
      Parameter("a", .operand, "Taken where the condition is true."),
      Parameter("b", .operand, "Taken where it is false."),
    ],
    doc: """
      Elements of `a` where the condition holds, of `b` elsewhere. All three broadcast; of two \
      plain numbers the result is f32, as in brackets.
      """,
    example: ("where([true, false], [1, 2], 0)", "f32[2] [1, 0]"),
    domain: Domain(
      [
        [.bool([2, 3]), .real([2, 3], -2, 2), .real([3], -2, 2)],
        [.bool([3]), .real([2, 1], -2, 2), .real([], -2, 2)],
        [.bool([]), .real([2], -2, 2), .real([2], -2, 2)],
      ], large: [[.bool([300, 257]), .real([300, 1], -2, 2), .real([257], -2, 2)]]),
    gradient: .rule { b throws(TensorError) in
      let condition = b.tensor(0)
      if b.needs(1) { try b.give(1, try b.context.choose(condition, b.cotangent, 0.0)) }
      if b.needs(2) { try b.give(2, try b.context.choose(condition, 0.0, b.cotangent)) }
    }
  ) { c, a throws(TensorError) in
    try c.selected(try a.tensor(0), try a.operand(1), try a.operand(2))
  }
}
