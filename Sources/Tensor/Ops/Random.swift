import CKernels

extension Operation {
  /// Draws from the current stream of random numbers.
  static let randomDraws: [Operation] = [
    rand, uniform, randn, normal, randint, permutation, shuffle,
  ]

  private static let nothingFlows = Gradient.none("no operand is a tensor")
  private static let shapes = Domain(
    [[.fixed(.integers([2, 3]))], [.fixed(.integer(5)), .fixed(.dtype(.f64))]],
    large: [[.fixed(.integer(70_001))]])

  static let rand = Operation(
    "rand", .random, [shapeParameter, dtypeParameter],
    doc: "Numbers drawn evenly from [0, 1).",
    example: ("all(rand(100) < 1)", "true"), domain: shapes, gradient: nothingFlows
  ) { c, a throws(TensorError) in
    try c.draw(.uniform, try a.shape(0), try a.floatingDType(1))
  }

  static let randn = Operation(
    "randn", .random, [shapeParameter, dtypeParameter],
    doc: "Numbers drawn from the normal distribution with mean 0 and standard deviation 1.",
    example: ("randn((2, 3)).shape", "(2, 3)"), domain: shapes, gradient: nothingFlows
  ) { c, a throws(TensorError) in
    try c.draw(.normal, try a.shape(0), try a.floatingDType(1))
  }

  static let uniform = Operation(
    "uniform", .random,
    [
      shapeParameter, Parameter("low", .operand, default: .number(0), "Least number."),
      Parameter("high", .operand, default: .number(1), "The end, hardly ever reached."),
      dtypeParameter,
    ],
    doc: "Numbers drawn evenly between two: `rand(shape) * (high - low) + low`.",
    example: ("min(uniform(100, low=2, high=3)) >= 2", "true"),
    domain: Domain([
      [.fixed(.integers([2, 3])), .real([], -2, -1), .real([], 1, 2), .fixed(.dtype(.f64))]
    ]),
    gradient: .composed
  ) { c, a throws(TensorError) in
    let unit = try c.draw(.uniform, try a.shape(0), try a.floatingDType(3))
    let (low, high) = (try a.operand(1), try a.operand(2))
    if case (.number(let x), .number(let y)) = (low, high) {
      return try c.add(try c.multiply(unit, y - x), x)
    }
    return try c.add(try c.multiply(unit, try c.subtract(high, low)), low)
  }

  static let normal = Operation(
    "normal", .random,
    [
      shapeParameter, Parameter("mean", .operand, default: .number(0), "The mean."),
      Parameter("std", .operand, default: .number(1), "The standard deviation."), dtypeParameter,
    ],
    doc: "Numbers drawn from a normal distribution: `randn(shape) * std + mean`.",
    example: ("normal(3, mean=5, std=0)", "f32[3] [5, 5, 5]"),
    domain: Domain([
      [.fixed(.integers([2, 3])), .real([], -2, -1), .real([], 1, 2), .fixed(.dtype(.f64))]
    ]),
    gradient: .composed
  ) { c, a throws(TensorError) in
    let unit = try c.draw(.normal, try a.shape(0), try a.floatingDType(3))
    return try c.add(try c.multiply(unit, try a.operand(2)), try a.operand(1))
  }

  static let randint = Operation(
    "randint", .random,
    [
      shapeParameter, Parameter("low", .integer, "Least number."),
      Parameter("high", .integer, "The end, left out itself."),
    ],
    doc: "Whole numbers drawn evenly from low up to and without high: i32.",
    example: ("max(randint(100, 0, 5)) < 5", "true"),
    domain: Domain([
      [.fixed(.integers([2, 3])), .fixed(.integer(-3)), .fixed(.integer(4))],
      [.fixed(.integer(500)), .fixed(.integer(-2_000_000_000)), .fixed(.integer(1_000_000_000))],
    ]), gradient: nothingFlows
  ) { c, a throws(TensorError) in
    let low = try a.integer(1, Int(Int32.min)...Int(Int32.max))
    let high = try a.integer(2, (low + 1)...(Int(Int32.max) + 1))
    let shape = try a.shape(0)
    _ = try c.allocate(.i32, shape)
    let words = try c.randomWords(shape.elementCount)
    let span = UInt64(high - low)
    let elements = words.elements.enumerated().map { i, word in
      Int32(truncatingIfNeeded: low + words.index(i, word, below: span, c))
    }
    return try c.makeIndices(shape, elements)
  }

  static let permutation = Operation(
    "permutation", .random, [Parameter("n", .integer, "How many.")],
    doc: "0, 1, …, n - 1 in random order, each order as likely: i32.",
    example: ("sort(permutation(4))", "i32[4] [0, 1, 2, 3]"),
    domain: Domain(
      [[.fixed(.integer(10))], [.fixed(.integer(0))]], large: [[.fixed(.integer(5_000))]]),
    gradient: nothingFlows
  ) { c, a throws(TensorError) in
    try c.permutation(try a.integer(0, 0...Int(Int32.max)))
  }

  static let shuffle = Operation(
    "shuffle", .random, [Parameter("x", .operand, "A tensor.")],
    doc: "The rows (the parts along the first axis) of a tensor in random order.",
    example: ("sort(shuffle([3, 1, 2]))", "f32[3] [1, 2, 3]"),
    domain: Domain([[.real([5, 2], -2, 2)], [.real([4], -2, 2)]]), gradient: .composed
  ) { c, a throws(TensorError) in
    let x = try a.tensor(0)
    guard x.shape.count > 0 else {
      throw TensorError(.rank(found: 0, least: 1, most: Shape.maximumRank))
    }
    return try c.index(x, [.tensor(try c.permutation(x.shape[0]))])
  }
}

/// The words of one drawing call, one an element.
struct RandomWords {
  let elements: [UInt32]
  fileprivate let stream: RandomStream
  fileprivate let call: UInt32

  /// Element i as a number below `span`, each as likely: words that would tip the balance are drawn
  /// again, from a fork of their own.
  func index(_ i: Int, _ word: UInt32, below span: UInt64, _ context: Context) -> Int {
    // The limit is above 2^32 - span, so most words need no division to find it.
    if UInt64(word) < 1 << 32 - span { return Int(word % UInt32(span)) }
    let limit = (1 << 32) / span * span
    var word = word
    var r = 0
    while UInt64(word) >= limit {
      let retry = stream.retry(call: call, element: i, r)
      var words: [UInt32] = [0, 0, 0, 0]
      unsafe et_philox(context.kernels, retry.kernel(call: 0), 0, 1, &words)
      word = words[0]
      r += 1
    }
    return Int(UInt64(word) % span)
  }
}

extension Context {
  enum Distribution {
    case uniform, normal
  }

  /// Elements from [0, 1) or from the standard normal distribution: one drawing call.
  func draw(
    _ distribution: Distribution, _ shape: Shape, _ dtype: DType
  ) throws(TensorError) -> Tensor {
    let result = try allocate(dtype, shape)
    let stream = self.stream.kernel(call: try self.stream.nextCall())
    try check(
      chunks(result.count, cost: 8) { first, n in
        let y = unsafe result.pointer(first)
        return switch distribution {
        case .uniform: unsafe et_rand(kernels, dtype.kernel, stream, UInt64(first), n, y)
        case .normal: unsafe et_randn(kernels, dtype.kernel, stream, UInt64(first), n, y)
        }
      })
    return result
  }

  /// A word for each of `n` elements, as `rand` in f32 uses them.
  func randomWords(_ n: Int) throws(TensorError) -> RandomWords {
    let source = stream
    let call = try stream.nextCall()
    var words = [UInt32](repeating: 0, count: (n + 3) / 4 * 4)
    unsafe et_philox(kernels, source.kernel(call: call), 0, words.count / 4, &words)
    words.removeLast(words.count - n)
    return RandomWords(elements: words, stream: source, call: call)
  }

  /// Fisher-Yates from the top.
  func permutation(_ n: Int) throws(TensorError) -> Tensor {
    guard n <= Int(Int32.max) else { throw TensorError(.integerOverflow) }
    _ = try allocate(.i32, [n])  // the error, before all else
    let words = try randomWords(n)
    var order = Array(0..<Int32(n))
    for i in stride(from: n - 1, to: 0, by: -1) {
      order.swapAt(i, words.index(i, words.elements[i], below: UInt64(i + 1), self))
    }
    return try makeIndices([n], order)
  }
}
