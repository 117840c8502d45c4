import CKernels

extension Operation {
  /// Reductions composed of other operations.
  static let statistics: [Operation] = [mean, variance, std, norm, quantile, median]

  private static func composed(
    _ name: String, _ more: [Parameter] = [], doc: String, example: (String, String),
    domain: Domain = .reduction(), _ forward: @escaping Forward
  ) -> Operation {
    Operation(
      name, .reduction, [reductionParameters[0]] + more + reductionParameters.dropFirst(), doc: doc,
      example: example, domain: domain, gradient: .composed, forward: forward)
  }

  static let mean: Operation = composed(
    "mean",
    doc: """
      The sum over axes divided once by the number of elements; NaN of none. Integers and bools give \
      f32, their exact mean rounded once.
      """,
    example: ("mean([1, 2, 6])", "3")
  ) { c, a throws(TensorError) in
    let x = try a.tensor(0)
    let axes = try a.axes(1, rank: x.shape.count)
    return try c.mean(x, axes, keepdims: try a.flag(2))
  }

  static let variance: Operation = composed(
    "var",
    doc: """
      The mean squared distance from the mean over axes, in two passes; divides by the number of \
      elements.
      """,
    example: ("var([1, 2, 6])", "4.6666665")
  ) { c, a throws(TensorError) in
    let x = try a.tensor(0)
    let axes = try a.axes(1, rank: x.shape.count)
    return try c.variance(try c.convert(x, x.dtype.floating), axes, keepdims: try a.flag(2))
  }

  static let std: Operation = composed(
    "std",
    doc: "The square root of `var` over axes. The gradient where it is 0 is 0.",
    example: ("std([1, 3])", "1"),
    domain: Domain([
      [.real([4], -2, 2)], [.real([2, 3], -2, 2), .fixed(.integer(0))],
      [.real([2, 3, 2], -2, 2), .fixed(.integers([0, 2])), .fixed(.flag(true))],
    ])
  ) { c, a throws(TensorError) in
    let x = try a.tensor(0)
    let axes = try a.axes(1, rank: x.shape.count)
    let variance = try c.variance(
      try c.convert(x, x.dtype.floating), axes, keepdims: try a.flag(2))
    return try c.root(variance)
  }

  static let norm: Operation = composed(
    "norm",
    doc: "The Euclidean norm over axes: `sqrt(sum(x * x))`. The gradient where it is 0 is 0.",
    example: ("norm([3, 4])", "5")
  ) { c, a throws(TensorError) in
    let x = try a.tensor(0)
    let axes = try a.axes(1, rank: x.shape.count)
    let wide = try c.convert(x, x.dtype.floating)
    return try c.root(try c.sum(try c.multiply(wide, wide), axes, keepdims: try a.flag(2)))
  }

  static let quantile: Operation = composed(
    "quantile", [Parameter("q", .number, "The share of elements below, from 0 to 1.")],
    doc: """
      The value below which a share `q` of the elements over axes lies: of n elements in order it \
      stands at q·(n - 1), and between two, `a` and `b`, at `a + (b - a) * t`, or where `b - a` \
      overflows at `a * (1 - t) + b * t`; NaN if there is one. Of no elements it is an error. No \
      gradient flows to `q`.
      """,
    example: ("quantile([1, 2, 3, 4], 0.5)", "2.5"),
    domain: Domain([
      [.real([5], -2, 2), .fixed(.number(0.3))],
      [.real([3, 4], -2, 2), .fixed(.number(0.75)), .fixed(.integer(0))],
      [.real([3, 4], -2, 2), .fixed(.number(1)), .fixed(.absent), .fixed(.flag(true))],
    ])
  ) { c, a throws(TensorError) in
    let x = try a.tensor(0)
    let axes = try a.axes(2, rank: x.shape.count)
    return try c.quantile(x, try a.number(1), axes, keepdims: try a.flag(3))
  }

  static let median: Operation = composed(
    "median",
    doc: "The middle element over axes, or the mean of the middle two: `quantile(x, 0.5)`.",
    example: ("median([1, 7, 3])", "3")
  ) { c, a throws(TensorError) in
    let x = try a.tensor(0)
    let axes = try a.axes(1, rank: x.shape.count)
    return try c.quantile(x, 0.5, axes, keepdims: try a.flag(2))
  }
}

extension Context {
  /// The square root with gradient 0 at 0, where a norm has its kink.
  func root(_ x: Tensor) throws(TensorError) -> Tensor {
    if !isRecording || x.node == nil { return try apply(.sqrt, x) }
    let isZero = try compare(.equal, .tensor(x), .number(0))
    return try choose(isZero, 0.0, try apply(.sqrt, try choose(isZero, 1.0, x)))
  }

  func mean(_ x: Tensor, _ axes: AxisSet, keepdims: Bool) throws(TensorError) -> Tensor {
    let n = axes.axes.reduce(1) { $0 * x.shape[$1] }
    if x.dtype.isFloating { return try divide(try sum(x, axes, keepdims: keepdims), Double(n)) }
    let shape = x.shape.reducing(axes, keepingAxes: keepdims)
    // Sums are exact in 64 bits; an f64 buffer holds them for a moment.
    let sums = try reduced(ET_SUM64, x, axes, to: .f64, keepdims: keepdims)
    let means = (0..<shape.elementCount).map { i in
      unsafe Double(sums.pointer.load(fromByteOffset: 8 * i, as: Int64.self)) / Double(n)
    }
    return try makeTensor(shape: shape, dtype: .f32, elements: means)
  }

  func variance(_ x: Tensor, _ axes: AxisSet, keepdims: Bool) throws(TensorError) -> Tensor {
    let distance = try subtract(x, try mean(x, axes, keepdims: true))
    return try mean(try multiply(distance, distance), axes, keepdims: keepdims)
  }

  /// The point at a share of the way from `a` up to `b`. Where their distance overflows or one is
  /// infinite it is weighted: that stays finite, and gives equal infinite ends as they are.
  private func between(
    _ a: Tensor, _ b: Tensor, _ share: Double
  ) throws(TensorError) -> Tensor {
    let distance = try subtract(b, a)
    let near = try add(a, try multiply(distance, share))
    if distance.elements().allSatisfy(\.isFinite) { return near }
    let isNear = try compare(
      .less, .tensor(try apply(.abs, distance.detached)), .number(.infinity))
    let weighted = try add(try multiply(a, 1 - share), try multiply(b, share))
    return try choose(isNear, near, weighted)
  }

  func quantile(
    _ x: Tensor, _ q: Double, _ axes: AxisSet, keepdims: Bool
  ) throws(TensorError) -> Tensor {
    guard q >= 0, q <= 1 else { throw TensorError(.argument("q", q, least: 0, most: 1)) }
    let lines = try Lines(x.shape, axes)
    guard lines.length > 0 else { throw TensorError(.emptyReduction) }
    let rows = try lines.rows(try convert(x, x.dtype.floating), self)
    let sorted = try sortedRows(rows)
    func column(_ i: Int) -> Tensor {
      var window = Window(sorted.shape)
      window.starts[1] = i
      window.counts[1] = 1
      return part(sorted, window)
    }
    let position = q * Double(lines.length - 1)
    let below = Int(position)
    let share = position - Double(below)
    var result = column(below)
    if share > 0 {
      result = try between(result, column(below + 1), share)
    }
    // NaNs stand last.
    let last = column(lines.length - 1)
    let isBroken = try apply(.isnan, last)
    result = try choose(isBroken, last, result)
    return try reshape(result, x.shape.reducing(axes, keepingAxes: keepdims))
  }
}
