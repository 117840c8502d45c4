import CKernels

extension Operation {
  /// Reductions with a kernel of their own.
  static let reductions: [Operation] = [sum, prod, max, min, argmax, argmin, any, all_, cumsum]

  static let reductionParameters: [Parameter] = [
    Parameter("x", .operand, "A tensor."),
    Parameter("axis", .integers, default: .absent, "An axis or a tuple of them; all if left out."),
    Parameter("keepdims", .flag, default: .flag(false), "Whether the axes stay, with size 1."),
  ]

  static let sum = Operation(
    "sum", .reduction, reductionParameters,
    doc: """
      The sum over axes, in the order that the numerics contract fixes; 0 of no elements. bool, u8 \
      and i32 give i32, summed exactly; a sum that does not fit is an error.
      """,
    example: ("sum([[1, 2], [3, 4]], axis=0)", "f32[2] [4, 6]"), domain: .reduction(),
    gradient: .rule { b throws(TensorError) in
      let shape = b.operand(0).shape
      let axes = try b.arguments.axes(1, rank: shape.count)
      let kept = try b.context.reshape(b.cotangent, shape.reducing(axes, keepingAxes: true))
      try b.give(0, b.context.broadcast(kept, shape))
    }
  ) { c, a throws(TensorError) in
    let x = try a.tensor(0)
    return try c.reduced(
      ET_SUM, x, try a.axes(1, rank: x.shape.count), to: x.dtype.arithmetic,
      keepdims: try a.flag(2))
  }

  static let prod = Operation(
    "prod", .reduction, reductionParameters,
    doc: "The product over axes; 1 of no elements. bool, u8 and i32 give i32.",
    example: ("prod([2, 3, 4])", "24"), domain: .reduction(),
    gradient: .rule { b throws(TensorError) in try productGradient(b) }
  ) { c, a throws(TensorError) in
    let x = try a.tensor(0)
    return try c.reduced(
      ET_PROD, x, try a.axes(1, rank: x.shape.count), to: x.dtype.arithmetic,
      keepdims: try a.flag(2))
  }

  /// g times the product of the other elements.
  private static func productGradient(_ b: borrowing Backward) throws(TensorError) {
    let c = b.context
    let x = b.tensor(0)
    let axes = try b.arguments.axes(1, rank: x.shape.count)
    let kept = x.shape.reducing(axes, keepingAxes: true)
    let g = try c.reshape(b.cotangent, kept)
    let lines = try Lines(x.shape, axes)
    let others = try c.productsOfOthers(try lines.rows(x, c))
    try b.give(0, try c.multiply(g, try lines.whole(others, c)))
  }

  static let max: Operation = extreme(
    "max", ET_REDUCE_MAX, ET_ARGMAX, "largest", ("max([[1, 5], [3, 4]], axis=1)", "f32[2] [5, 4]"))
  static let min: Operation = extreme(
    "min", ET_REDUCE_MIN, ET_ARGMIN, "smallest", ("min([[1, 5], [3, 4]], axis=1)", "f32[2] [1, 3]"))

  private static func extreme(
    _ name: String, _ op: et_reduce_op, _ position: et_reduce_op, _ which: String,
    _ example: (String, String)
  ) -> Operation {
    Operation(
      name, .reduction, reductionParameters,
      doc: """
        The \(which) element over axes; NaN wins, -0 is less than +0, none of no elements is an \
        error. Where several are equal the gradient goes to the first.
        """,
      example: example, domain: .reduction(),
      gradient: .rule { b throws(TensorError) in
        let c = b.context
        let x = b.tensor(0)
        let axes = try b.arguments.axes(1, rank: x.shape.count)
        let kept = x.shape.reducing(axes, keepingAxes: true)
        let g = try c.reshape(b.cotangent, kept)
        let at = try c.withoutRecording { () throws(TensorError) in
          let best = try c.reduced(position, x, axes, to: .i32, keepdims: true)
          let along = x.shape.keeping(axes)
          let places = try c.reshaped(try c.counting(along.elementCount), along)
          return try c.compare(.equal, .tensor(best), .tensor(places))
        }
        try b.give(0, try c.choose(at, g, 0.0))
      }
    ) { c, a throws(TensorError) in
      let x = try a.tensor(0)
      return try c.reduced(
        op, x, try a.axes(1, rank: x.shape.count), to: x.dtype, keepdims: try a.flag(2))
    }
  }

  static let argmax: Operation = position(
    "argmax", ET_ARGMAX, "largest", ("argmax([1, 5, 5])", "1"))
  static let argmin: Operation = position(
    "argmin", ET_ARGMIN, "smallest", ("argmin([3, 1, 1])", "1"))

  private static func position(
    _ name: String, _ op: et_reduce_op, _ which: String, _ example: (String, String)
  ) -> Operation {
    Operation(
      name, .reduction, reductionParameters,
      doc: """
        The position of the \(which) element along the axes taken as one, i32: the first of several, \
        the first NaN if there is one. Of no elements it is an error.
        """,
      example: example, domain: .reduction(), gradient: .none("positions are whole numbers")
    ) { c, a throws(TensorError) in
      let x = try a.tensor(0)
      return try c.reduced(
        op, x, try a.axes(1, rank: x.shape.count), to: .i32, keepdims: try a.flag(2))
    }
  }

  static let any: Operation = truth("any", ET_ANY, "any element is", ("any([false, true])", "true"))
  static let all_: Operation = truth(
    "all", ET_ALL, "all elements are", ("all([false, true])", "false"))

  private static func truth(
    _ name: String, _ op: et_reduce_op, _ which: String, _ example: (String, String)
  ) -> Operation {
    Operation(
      name, .reduction, reductionParameters,
      doc: "Whether \(which) true (of numbers: not zero), over axes: bool.",
      example: example, domain: .reduction(), gradient: .none("bools have no gradient")
    ) { c, a throws(TensorError) in
      let x = try c.converted(try a.tensor(0), .bool)
      return try c.reduced(
        op, x, try a.axes(1, rank: x.shape.count), to: .bool, keepdims: try a.flag(2))
    }
  }

  static let cumsum = Operation(
    "cumsum", .reduction,
    [
      Parameter("x", .operand, "A tensor."),
      Parameter("axis", .integer, default: .absent, "An axis; the elements in order if left out."),
    ],
    doc: "Running sums along an axis, added one by one. bool, u8 and i32 give i32.",
    example: ("cumsum([1, 2, 3])", "f32[3] [1, 3, 6]"),
    domain: Domain(
      [
        [.real([4], -2, 2), .fixed(.absent)], [.real([2, 3], -2, 2), .fixed(.integer(0))],
        [.real([2, 3], -2, 2), .fixed(.integer(-1))], [.real([2, 2], -2, 2), .fixed(.absent)],
      ], large: [[.real([300, 257], -2, 2), .fixed(.integer(1))]]),
    gradient: .composed
  ) { c, a throws(TensorError) in
    var x = try a.tensor(0)
    x = try c.convert(x, x.dtype.arithmetic)
    if a.isAbsent(1) { x = try c.reshape(x, [x.count]) }
    let rank = x.shape.count
    let axis = try a.isAbsent(1) ? 0 : a.axis(1, rank: rank)
    let lines = try Lines(x.shape, AxisSet([axis]))
    return try lines.whole(try c.runningSums(try lines.rows(x, c)), c)
  }
}

extension Context {
  /// For each element of a matrix the product of the others in its row.
  ///
  /// Halves are multiplied to one row of half the length, whose products of others times the other
  /// half are the result: no division, so zeros are like other numbers, in time linear in n.
  func productsOfOthers(_ x: Tensor) throws(TensorError) -> Tensor {
    let (n, half) = (x.shape[1], x.shape[1] / 2)
    if n < 2 { return try ones(x.shape, x.dtype) }
    func columns(_ x: Tensor, _ first: Int, _ count: Int) -> Tensor {
      var window = Window(x.shape)
      window.starts[1] = first
      window.counts[1] = count
      return part(x, window)
    }
    let (left, right) = (columns(x, 0, half), columns(x, half, half))
    let last = columns(x, 2 * half, n - 2 * half)
    let pairs = try multiply(left, right)
    let others = try productsOfOthers(try concat([.tensor(pairs), .tensor(last)], 1))
    let ofPairs = columns(others, 0, half)
    return try concat(
      [
        .tensor(try multiply(ofPairs, right)), .tensor(try multiply(ofPairs, left)),
        .tensor(columns(others, half, n - 2 * half)),
      ], 1)
  }

  /// Running sums of the rows of a matrix.
  func runningSums(_ x: Tensor) throws(TensorError) -> Tensor {
    let source = try contiguous(x)
    defer { extendLifetime(source) }
    let result = try allocate(x.dtype, x.shape)
    try check(
      unsafe et_cumsum(
        kernels, x.dtype.kernel, x.shape[0], x.shape[1], source.pointer, result.pointer))
    return record(result, [.tensor(x)]) { b throws(TensorError) in
      let c = b.context
      let sums = try c.runningSums(try c.flipped(b.cotangent, AxisSet([1])))
      try b.give(0, try c.flipped(sums, AxisSet([1])))
    }
  }

  /// 0, 1, …, n - 1.
  func counting(_ n: Int) throws(TensorError) -> Tensor {
    guard n <= Int(Int32.max) else { throw TensorError(.integerOverflow) }
    return try makeIndices([n], (0..<n).map { Int32(truncatingIfNeeded: $0) })
  }

  /// A matrix with ones on its diagonal.
  func identity(_ rows: Int, _ columns: Int, _ dtype: DType) throws(TensorError) -> Tensor {
    let result = try zeros([rows, columns], dtype)
    var strides = Strides(repeating: 0)
    strides[0] = columns + 1
    let diagonal = result.view([Swift.min(rows, columns)], strides: strides, offset: 0)
    try write(try ones(diagonal.shape, dtype), into: diagonal)
    return result
  }

  /// The elements in reverse along some axes.
  func flipped(_ x: Tensor, _ axes: AxisSet) throws(TensorError) -> Tensor {
    var window = Window(x.shape)
    for axis in 0..<x.shape.count where axes.contains(axis) && x.shape[axis] > 0 {
      window.starts[axis] = x.shape[axis] - 1
      window.steps[axis] = -1
    }
    return part(x, window)
  }
}

/// A tensor as a matrix whose rows are what lies along some axes.
struct Lines {
  private let shape: Shape
  private let order: [Int]
  /// Elements of a row.
  let length: Int
  private let count: Int

  init(_ shape: Shape, _ axes: AxisSet) throws(TensorError) {
    self.shape = shape
    order = (0..<shape.count).filter { !axes.contains($0) } + axes.axes
    length = axes.axes.reduce(1) { $0 * shape[$1] }
    count = order.dropLast(axes.count).reduce(1) { $0 * shape[$1] }
  }

  /// x as [count, length].
  func rows(_ x: Tensor, _ context: Context) throws(TensorError) -> Tensor {
    try context.reshape(context.permute(x, order), [count, length])
  }

  /// [count, length] as x was.
  func whole(_ rows: Tensor, _ context: Context) throws(TensorError) -> Tensor {
    var inverse = order
    for (i, axis) in order.enumerated() { inverse[axis] = i }
    let moved = try context.reshape(rows, Shape(order.map { shape[$0] }))
    return context.permute(moved, inverse)
  }
}
