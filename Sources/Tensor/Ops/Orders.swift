extension Operation {
  /// Operations that put elements in order.
  static let orders: [Operation] = [sort, argsort, unique]

  private static let parameters = [
    Parameter("x", .operand, "A tensor."),
    Parameter("axis", .integer, default: .integer(-1), "The axis along which to sort."),
  ]

  private static let domain = Domain([
    [.real([5], -2, 2)], [.real([3, 4], -2, 2)], [.real([3, 4], -2, 2), .fixed(.integer(0))],
    [.integer([9], -3, 3)],
  ])

  static let sort = Operation(
    "sort", .shape, parameters,
    doc: "The elements along an axis in ascending order, NaN last; equal ones keep their order.",
    example: ("sort([3, 1, 2])", "f32[3] [1, 2, 3]"), domain: domain, gradient: .composed
  ) { c, a throws(TensorError) in
    let x = try a.tensor(0)
    let lines = try Lines(x.shape, AxisSet([try a.axis(1, rank: x.shape.count)]))
    return try lines.whole(try c.sortedRows(try lines.rows(x, c)), c)
  }

  static let argsort = Operation(
    "argsort", .shape, parameters,
    doc: "The positions along an axis that put its elements in ascending order, NaN last: i32.",
    example: ("argsort([3, 1, 2])", "i32[3] [1, 2, 0]"), domain: domain,
    gradient: .none("positions are whole numbers")
  ) { c, a throws(TensorError) in
    let x = try a.tensor(0)
    let lines = try Lines(x.shape, AxisSet([try a.axis(1, rank: x.shape.count)]))
    let rows = try lines.rows(x, c)
    let order = try c.rowOrders(rows).map {
      Int32(truncatingIfNeeded: $0 % Swift.max(lines.length, 1))
    }
    return try lines.whole(try c.makeIndices(rows.shape, order), c)
  }

  static let unique = Operation(
    "unique", .shape, [parameters[0]],
    doc: """
      The distinct elements in ascending order, rank 1; NaNs count as one, at the end. The \
      gradient goes to the first of equal elements.
      """,
    example: ("unique([2, 1, 2])", "f32[2] [1, 2]"),
    domain: Domain([[.real([5], -2, 2)], [.integer([3, 4], -3, 3)], [.bool([5])]]),
    gradient: .composed
  ) { c, a throws(TensorError) in
    let x = try a.tensor(0)
    guard x.count <= Int(Int32.max) else { throw TensorError(.integerOverflow) }
    let elements = x.elements()
    var first: [Int32] = []
    for i in try c.rowOrders(try c.reshaped(x, [1, x.count])) {
      if let last = first.last {
        let (a, b) = (elements[Int(last)], elements[i])
        if a == b || (a.isNaN && b.isNaN) { continue }
      }
      first.append(Int32(truncatingIfNeeded: i))
    }
    let column = try c.reshape(x, [x.count, 1])
    let found = try c.gatherRows(column, try c.makeIndices([first.count], first))
    return try c.reshape(found, [first.count])
  }
}

extension Context {
  /// For a matrix, row by row: the positions, counted from the matrix's first element, that put the
  /// row in ascending order.
  func rowOrders(_ x: Tensor) throws(TensorError) -> [Int] {
    let elements = x.elements()
    let n = x.shape[1]
    var order = Array(0..<elements.count)
    var comparisons = 0
    do {
      for row in 0..<x.shape[0] {
        try order[row * n..<(row + 1) * n].sort { i, j in
          comparisons &+= 1
          if comparisons % 65_536 == 0 { try checkInterrupt() }
          let (a, b) = (elements[i], elements[j])
          if a < b { return true }
          if b < a { return false }
          if a.isNaN != b.isNaN { return b.isNaN }
          return i < j
        }
      }
    } catch {
      throw TensorError(.interrupted)
    }
    return order
  }

  /// The rows of a matrix in ascending order.
  func sortedRows(_ x: Tensor) throws(TensorError) -> Tensor {
    guard x.count <= Int(Int32.max) else { throw TensorError(.integerOverflow) }
    let order = try rowOrders(x).map { Int32(truncatingIfNeeded: $0) }
    let elements = try reshape(x, [x.count, 1])
    let sorted = try gatherRows(elements, try makeIndices([order.count], order))
    return try reshape(sorted, x.shape)
  }
}
