extension Operation {
  private static let x = Parameter("x", .operand, "A tensor.")

  /// Copies of elements in other places.
  static let rearrangements: [Operation] = [concat, stack, tile, pad, roll]

  static let concat = Operation(
    "concat", .shape,
    [
      Parameter("tensors", .operands, "A tuple of tensors of one rank."),
      Parameter("axis", .integer, default: .integer(0), "The axis along which they are joined."),
    ],
    doc: "Joins tensors along an axis; the other sizes agree, and dtypes are promoted.",
    example: ("concat(([1, 2], [3]))", "f32[3] [1, 2, 3]"),
    domain: Domain([
      [.reals([[2, 3], [1, 3]])], [.reals([[2, 3], [2, 1], [2, 2]]), .fixed(.integer(-1))],
      [.reals([[0], [3]])],
    ]), gradient: .composed
  ) { c, a throws(TensorError) in
    let operands = try a.operands(0)
    let rank = operands[0].shape.count
    guard rank > 0 else { throw TensorError(.rank(found: 0, least: 1, most: Shape.maximumRank)) }
    return try c.concat(operands, try a.axis(1, rank: rank))
  }

  static let stack = Operation(
    "stack", .shape,
    [
      Parameter("tensors", .operands, "A tuple of tensors of one shape."),
      Parameter("axis", .integer, default: .integer(0), "Where the new axis stands."),
    ],
    doc: "Puts tensors of one shape side by side along a new axis; dtypes are promoted.",
    example: ("stack(([1, 2], [3, 4]))", "f32[2, 2] [[1, 2], [3, 4]]"),
    domain: Domain([
      [.reals([[2, 3], [2, 3]])], [.reals([[2], [2]]), .fixed(.integer(-1))], [.reals([[], []])],
    ]), gradient: .composed
  ) { c, a throws(TensorError) in
    let operands = try a.operands(0)
    let axis = try a.axis(1, rank: operands[0].shape.count + 1)
    return try c.stack(operands, axis)
  }

  static let tile = Operation(
    "tile", .shape, [x, Parameter("repeats", .integers, "How often, for each of the last axes.")],
    doc: "Repeats a tensor as a whole along its axes.",
    example: ("tile([1, 2], 2)", "f32[4] [1, 2, 1, 2]"),
    domain: Domain([
      [.real([2, 3], -2, 2), .fixed(.integers([2, 2]))], [.real([3], -2, 2), .fixed(.integer(2))],
      [.real([2], -2, 2), .fixed(.integers([2, 1]))],
    ]), gradient: .composed
  ) { c, a throws(TensorError) in
    var x = try a.tensor(0)
    let repeats = try a.shape(1)
    while x.shape.count < repeats.count { x = try c.expandDims(x, 0) }
    let shift = x.shape.count - repeats.count
    for (i, n) in repeats.enumerated() where n != 1 { x = try c.repeated(x, n, i + shift) }
    return x
  }

  static let pad = Operation(
    "pad", .shape,
    [
      x, Parameter("before", .integers, "Elements added before, along each axis."),
      Parameter(
        "after", .integers, default: .absent, "Elements added after; as before if left out."),
      Parameter("value", .operand, default: .number(0), "What is added, one number."),
    ],
    doc: "Adds elements of one value at the ends of axes; one number stands for every axis.",
    example: ("pad([1, 2], 1)", "f32[4] [0, 1, 2, 0]"),
    domain: Domain([
      [.real([2, 3], -2, 2), .fixed(.integer(1))],
      [
        .real([2, 3], -2, 2), .fixed(.integers([0, 1])), .fixed(.integers([2, 0])),
        .fixed(.number(0.5)),
      ],
      [.real([2, 3], -2, 2), .fixed(.integers([0, 1])), .fixed(.absent), .real([], -2, 2)],
      [.real([2], -2, 2), .fixed(.integer(0)), .fixed(.absent), .real([], -2, 2)],
    ]), gradient: .composed
  ) { c, a throws(TensorError) in
    let x = try a.tensor(0)
    func widths(_ i: Int) throws(TensorError) -> [Int] {
      let list = try a.integers(i)
      guard list.allSatisfy({ $0 >= 0 }) else { throw TensorError(.sizeList(list)) }
      if list.count == x.shape.count { return list }
      guard list.count == 1 else {
        throw TensorError(.rank(found: x.shape.count, least: list.count, most: list.count))
      }
      return Array(repeating: list[0], count: x.shape.count)
    }
    let before = try widths(1)
    return try c.padded(x, before, a.isAbsent(2) ? before : try widths(2), try a.scalar(3))
  }

  static let roll = Operation(
    "roll", .shape,
    [
      x, Parameter("shift", .integer, "By how many places; negative ones towards the start."),
      Parameter("axis", .integer, default: .absent, "An axis; the elements in order if left out."),
    ],
    doc: "Moves elements along an axis; those pushed out at one end come in at the other.",
    example: ("roll([1, 2, 3], 1)", "f32[3] [3, 1, 2]"),
    domain: Domain([
      [.real([2, 3], -2, 2), .fixed(.integer(1))],
      [.real([2, 3], -2, 2), .fixed(.integer(-2)), .fixed(.integer(1))],
    ]), gradient: .composed
  ) { c, a throws(TensorError) in
    let x = try a.tensor(0)
    let shift = try a.integer(1)
    if a.isAbsent(2) {
      let row = try c.reshape(x, [x.count])
      return try c.reshape(try c.rolled(row, shift, 0), x.shape)
    }
    return try c.rolled(x, shift, try a.axis(2, rank: x.shape.count))
  }
}

extension Context {
  /// Tensors of one shape, or numbers, side by side along a new first axis; dtypes are promoted.
  public func stack(_ tensors: [Tensor]) throws(TensorError) -> Tensor {
    try Operation.stack(self, [.operands(tensors.map { .tensor($0) })])
  }

  func stack(_ operands: [Operand], _ axis: Int) throws(TensorError) -> Tensor {
    let dtype = Joining.selection(operands)
    var parts: [Operand] = []
    for (i, operand) in operands.enumerated() {
      for k in 0..<max(operand.shape.count, operands[0].shape.count) {
        let first = k < operands[0].shape.count ? operands[0].shape[k] : 1
        let other = k < operand.shape.count ? operand.shape[k] : 1
        if operand.shape.count == operands[0].shape.count && first == other { continue }
        throw TensorError(.sizes(axis: k, first: first, other: other, operand: i))
      }
      parts.append(.tensor(try expandDims(try tensor(operand, dtype), axis)))
    }
    return try concat(parts, axis)
  }

  func concat(_ operands: [Operand], _ axis: Int) throws(TensorError) -> Tensor {
    let dtype = Joining.selection(operands)
    var tensors: [Tensor] = []
    for operand in operands { tensors.append(try tensor(operand, dtype)) }
    var shape = tensors[0].shape
    for (i, t) in tensors.enumerated().dropFirst() {
      guard t.shape.count == shape.count else {
        throw TensorError(
          .rank(found: t.shape.count, least: shape.count, most: shape.count))
      }
      for k in 0..<shape.count where k != axis && t.shape[k] != shape[k] {
        throw TensorError(.sizes(axis: k, first: shape[k], other: t.shape[k], operand: i))
      }
      shape[axis] += t.shape[axis]
    }
    return try concat(tensors, axis, dtype, shape)
  }

  private func concat(
    _ tensors: [Tensor], _ axis: Int, _ dtype: DType, _ shape: Shape
  ) throws(TensorError) -> Tensor {
    let result = try allocate(dtype, shape)
    var windows: [Window] = []
    var start = 0
    for t in tensors {
      var window = Window(shape)
      window.starts[axis] = start
      window.counts[axis] = t.shape[axis]
      start += t.shape[axis]
      windows.append(window)
      try write(try contiguous(t), into: window.view(of: result))
    }
    let parts = windows
    return record(result, tensors.map { .tensor($0) }) { b throws(TensorError) in
      for i in parts.indices where b.needs(i) {
        try b.give(i, b.context.part(b.cotangent, parts[i]))
      }
    }
  }

  /// `n` copies along an axis.
  func repeated(_ x: Tensor, _ n: Int, _ axis: Int) throws(TensorError) -> Tensor {
    let outer = x.shape.elementCount(0..<axis)
    let inner = x.shape.elementCount(axis..<x.shape.count)
    var shape = x.shape
    let (size, isTooLarge) = shape[axis].multipliedReportingOverflow(by: n)
    guard !isTooLarge else { throw TensorError(.memory(bytes: Int.max, limit: pool.limit)) }
    shape[axis] = size
    let whole = Shape([outer, n, inner])
    guard whole.elementCount < Int.max else {
      throw TensorError(.memory(bytes: Int.max, limit: pool.limit))
    }
    return try reshape(broadcast(try reshape(x, [outer, 1, inner]), whole), shape)
  }

  func padded(
    _ x: Tensor, _ before: [Int], _ after: [Int], _ value: Operand
  ) throws(TensorError) -> Tensor {
    var shape = Shape()
    for axis in 0..<x.shape.count {
      let (first, a) = before[axis].addingReportingOverflow(after[axis])
      let (size, b) = first.addingReportingOverflow(x.shape[axis])
      if a || b { throw TensorError(.memory(bytes: Int.max, limit: pool.limit)) }
      shape.append(size)
    }
    var window = Window(shape)
    for axis in 0..<shape.count {
      window.starts[axis] = before[axis]
      window.counts[axis] = x.shape[axis]
    }
    let result = try full(shape, x.dtype, value.scalar)
    try write(try contiguous(x), into: window.view(of: result))
    let (inside, whole) = (window, shape)
    return record(result, [.tensor(x), value]) { b throws(TensorError) in
      let c = b.context
      if b.needs(0) { try b.give(0, c.part(b.cotangent, inside)) }
      guard b.needs(1) else { return }
      let added = try c.full(whole, .bool, 1)
      try c.write(try c.full(inside.counts, .bool, 0), into: inside.view(of: added))
      try b.give(1, try c.choose(added, b.cotangent, 0.0))
    }
  }

  func rolled(_ x: Tensor, _ shift: Int, _ axis: Int) throws(TensorError) -> Tensor {
    let n = x.shape[axis]
    if n == 0 { return x }
    let places = (shift % n + n) % n
    var (head, tail) = (Window(x.shape), Window(x.shape))
    tail.counts[axis] = n - places
    head.starts[axis] = n - places
    head.counts[axis] = places
    return try concat([.tensor(part(x, head)), .tensor(part(x, tail))], axis)
  }
}
