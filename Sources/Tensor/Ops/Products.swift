extension Operation {
  /// Linear algebra.
  static let products: [Operation] = [matmul, dot, outer, diag, trace]

  private static let pair = [
    Parameter("a", .operand, "Left operand."), Parameter("b", .operand, "Right operand."),
  ]

  static let matmul = Operation(
    "@", .operator, pair,
    doc: """
      The matrix product: [m, k] @ [k, n] is [m, n]. A vector counts as a row on the left and as a \
      column on the right; leading axes broadcast. bool, u8 and i32 give i32.
      """,
    example: ("[[1, 2], [3, 4]] @ [1, 1]", "f32[2] [3, 7]"),
    domain: Domain(
      [
        [.real([2, 3], -2, 2), .real([3, 4], -2, 2)], [.real([3], -2, 2), .real([3, 2], -2, 2)],
        [.real([2, 3], -2, 2), .real([3], -2, 2)], [.real([3], -2, 2), .real([3], -2, 2)],
        [.real([2, 2, 3], -2, 2), .real([3, 2], -2, 2)],
        [.real([2, 1, 2, 3], -2, 2), .real([2, 3, 2], -2, 2)],
        [.real([3], -2, 2), .real([2, 3, 2], -2, 2)],
        [.real([2, 2, 3], -2, 2), .real([3], -2, 2)],
        [.real([2, 0], -2, 2), .real([0, 3], -2, 2)],
      ],
      large: [
        [.real([65, 300], -2, 2), .real([300, 77], -2, 2)],
        [.real([129, 513], -2, 2), .real([513, 200], -2, 2)],
        [.real([3, 70, 33], -2, 2), .real([3, 33, 70], -2, 2)],
      ]),
    gradient: .rule { b throws(TensorError) in try productGradient(b) }
  ) { c, a throws(TensorError) in
    try c.matmul(try a.tensor(0), try a.tensor(1))
  }

  /// For c = a b: g bᵀ and aᵀ g, vectors taken as matrices.
  private static func productGradient(_ b: borrowing Backward) throws(TensorError) {
    let c = b.context
    let (x, y) = (b.tensor(0), b.tensor(1))
    let (isRow, isColumn) = (x.shape.count == 1, y.shape.count == 1)
    let left = isRow ? try c.reshape(x, [1, x.count]) : x
    let right = isColumn ? try c.reshape(y, [y.count, 1]) : y
    var g = b.cotangent
    if isColumn { g = try c.expandDims(g, g.shape.count) }
    if isRow { g = try c.expandDims(g, g.shape.count - 1) }
    if b.needs(0) { try b.give(0, try c.matmul(g, c.matrixTranspose(right))) }
    if b.needs(1) {
      let slope = try slope(left, right, g, c)
      try b.give(1, isColumn ? try c.reshape(slope, Shape(slope.shape.dropLast())) : slope)
    }
  }

  /// The gradient in the right factor: one product where one matrix met a batch of them, as its rows
  /// are then rows of one larger matrix.
  private static func slope(
    _ left: Tensor, _ right: Tensor, _ g: Tensor, _ c: Context
  ) throws(TensorError) -> Tensor {
    guard right.shape.count == 2, left.shape.count > 2 else {
      return try c.matmul(c.matrixTranspose(left), g)
    }
    let (depth, width) = (right.shape[0], right.shape[1])
    let rows = Shape(left.shape.dropLast()).elementCount
    return try c.matmul(
      c.matrixTranspose(try c.reshape(left, [rows, depth])), try c.reshape(g, [rows, width]))
  }

  static let dot = Operation(
    "dot", .linear, pair, doc: "The inner product of two vectors of one length, 0-d.",
    example: ("dot([1, 2], [3, 4])", "11"),
    domain: Domain([[.real([4], -2, 2), .real([4], -2, 2)]]), gradient: .composed
  ) { c, a throws(TensorError) in
    let (x, y) = (try a.tensor(0), try a.tensor(1))
    for t in [x, y] where t.shape.count != 1 {
      throw TensorError(.rank(found: t.shape.count, least: 1, most: 1))
    }
    return try c.matmul(x, y)
  }

  static let outer = Operation(
    "outer", .linear, pair,
    doc: "The product of every element of one vector with every one of another.",
    example: ("outer([1, 2], [3, 4])", "f32[2, 2] [[3, 4], [6, 8]]"),
    domain: Domain([[.real([3], -2, 2), .real([2], -2, 2)]]), gradient: .composed
  ) { c, a throws(TensorError) in
    let (x, y) = (try a.tensor(0), try a.tensor(1))
    for t in [x, y] where t.shape.count != 1 {
      throw TensorError(.rank(found: t.shape.count, least: 1, most: 1))
    }
    return try c.multiply(try c.expandDims(x, 1), y)
  }

  private static let x = Parameter("x", .operand, "A tensor of rank 1 or 2.")

  static let diag = Operation(
    "diag", .linear, [x],
    doc:
      "The diagonal of a matrix; of a vector, the matrix with that diagonal and zeros elsewhere.",
    example: ("diag([[1, 2], [3, 4]])", "f32[2] [1, 4]"),
    domain: Domain([[.real([3], -2, 2)], [.real([3, 2], -2, 2)], [.real([2, 4], -2, 2)]]),
    gradient: .composed
  ) { c, a throws(TensorError) in
    let x = try a.tensor(0)
    switch x.shape.count {
    case 1:
      let isDiagonal = try c.identity(x.count, x.count, .bool)
      return try c.choose(isDiagonal, x, try c.zeros([], x.dtype))
    case 2: return try c.diagonal(x)
    default: throw TensorError(.rank(found: x.shape.count, least: 1, most: 2))
    }
  }

  static let trace = Operation(
    "trace", .linear, [x], doc: "The sum of the diagonal of a matrix.",
    example: ("trace([[1, 2], [3, 4]])", "5"),
    domain: Domain([[.real([3, 3], -2, 2)], [.real([2, 4], -2, 2)]]), gradient: .composed
  ) { c, a throws(TensorError) in
    let x = try a.tensor(0)
    guard x.shape.count == 2 else {
      throw TensorError(.rank(found: x.shape.count, least: 2, most: 2))
    }
    return try c.sum(try c.diagonal(x), .all(1), keepdims: false)
  }
}

extension Context {
  /// The diagonal of a matrix.
  func diagonal(_ x: Tensor) throws(TensorError) -> Tensor {
    let n = min(x.shape[0], x.shape[1])
    let at = try makeIndices([n], (0..<n).map { Int32(truncatingIfNeeded: $0 * (x.shape[1] + 1)) })
    return try reshape(try gatherRows(try reshape(x, [x.count, 1]), at), [n])
  }
}
