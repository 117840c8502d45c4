extension Operation {
  private static let x = Parameter("x", .operand, "A tensor.")

  /// Views of the same elements.
  static let arrangements: [Operation] = [reshape, transpose, flatten, squeeze, expandDims, flip]

  static let reshape = Operation(
    "reshape", .shape,
    [x, Parameter("shape", .integers, "Sizes; one of them may be -1, for what is left.")],
    doc: "The elements in order under another shape of as many.",
    example: ("reshape([1, 2, 3, 4], (2, -1))", "f32[2, 2] [[1, 2], [3, 4]]"),
    domain: Domain([
      [.real([2, 6], -2, 2), .fixed(.integers([3, -1]))],
      [.real([4], -2, 2), .fixed(.integer(-1))],
      [.real([1], -2, 2), .fixed(.integers([]))],
    ]), gradient: .composed
  ) { c, a throws(TensorError) in
    let x = try a.tensor(0)
    var sizes = try a.integers(1)
    let wanted = TensorError(.reshape(from: x.shape, to: sizes))
    let free = sizes.indices.filter { sizes[$0] == -1 }
    guard sizes.count <= Shape.maximumRank, free.count <= 1, sizes.allSatisfy({ $0 >= -1 }) else {
      throw TensorError(.sizeList(sizes))
    }
    if let at = free.first {
      sizes[at] = 1
      let rest = Shape(sizes).elementCount
      guard rest > 0, x.count % rest == 0 else { throw wanted }
      sizes[at] = x.count / rest
    }
    let shape = Shape(sizes)
    guard shape.elementCount == x.count else { throw wanted }
    return try c.reshape(x, shape)
  }

  static let transpose = Operation(
    "transpose", .shape,
    [x, Parameter("axes", .integers, default: .absent, "The new order; reversed if left out.")],
    doc: "The axes in another order, without copying. `x.T` is `transpose(x)`.",
    example: ("transpose([[1, 2], [3, 4]])", "f32[2, 2] [[1, 3], [2, 4]]"),
    domain: Domain([
      [.real([2, 3], -2, 2)], [.real([2, 3, 4], -2, 2), .fixed(.integers([1, -1, 0]))],
      [.real([], -2, 2)],
    ]), gradient: .composed
  ) { c, a throws(TensorError) in
    let x = try a.tensor(0)
    if a.isAbsent(1) { return c.transpose(x) }
    var axes: [Int] = []
    for axis in try a.integers(1) {
      let found = try Arguments.axis(axis, rank: x.shape.count)
      if axes.contains(found) { throw TensorError(.repeatedAxis(found)) }
      axes.append(found)
    }
    guard axes.count == x.shape.count else {
      throw TensorError(.rank(found: x.shape.count, least: axes.count, most: axes.count))
    }
    return c.permute(x, axes)
  }

  static let flatten = Operation(
    "flatten", .shape, [x], doc: "The elements in order, rank 1.",
    example: ("flatten([[1, 2], [3, 4]])", "f32[4] [1, 2, 3, 4]"),
    domain: Domain([[.real([2, 3], -2, 2)], [.real([], -2, 2)]]), gradient: .composed
  ) { c, a throws(TensorError) in
    let x = try a.tensor(0)
    return try c.reshape(x, [x.count])
  }

  static let squeeze = Operation(
    "squeeze", .shape,
    [
      x,
      Parameter("axis", .integers, default: .absent, "Axes of size 1; every one if left out."),
    ],
    doc: "Drops axes of size 1; another size is an error.",
    example: ("squeeze([[1, 2]])", "f32[2] [1, 2]"),
    domain: Domain([[.real([1, 3, 1], -2, 2)], [.real([1, 3, 1], -2, 2), .fixed(.integer(-1))]]),
    gradient: .composed
  ) { c, a throws(TensorError) in
    let x = try a.tensor(0)
    let axes =
      try a.isAbsent(1)
      ? AxisSet((0..<x.shape.count).filter { x.shape[$0] == 1 }) : a.axes(1, rank: x.shape.count)
    for axis in axes.axes where x.shape[axis] != 1 {
      throw TensorError(.squeeze(axis: axis, size: x.shape[axis]))
    }
    return try c.reshape(x, x.shape.reducing(axes, keepingAxes: false))
  }

  static let expandDims = Operation(
    "expand_dims", .shape, [x, Parameter("axis", .integer, "Where the new axis stands.")],
    doc: "Adds an axis of size 1.",
    example: ("expand_dims([1, 2], 1)", "f32[2, 1] [[1], [2]]"),
    domain: Domain([
      [.real([2, 3], -2, 2), .fixed(.integer(1))], [.real([], -2, 2), .fixed(.integer(-1))],
    ]), gradient: .composed
  ) { c, a throws(TensorError) in
    let x = try a.tensor(0)
    return try c.expandDims(x, try a.axis(1, rank: x.shape.count + 1))
  }

  static let flip = Operation(
    "flip", .shape,
    [x, Parameter("axis", .integers, default: .absent, "An axis or several; all if left out.")],
    doc: "The elements in reverse along axes.", example: ("flip([1, 2, 3])", "f32[3] [3, 2, 1]"),
    domain: Domain([
      [.real([2, 3], -2, 2)], [.real([2, 3], -2, 2), .fixed(.integer(1))], [.real([0, 2], -2, 2)],
    ]), gradient: .composed
  ) { c, a throws(TensorError) in
    let x = try a.tensor(0)
    return try c.flipped(x, try a.axes(1, rank: x.shape.count))
  }
}

extension Context {
  func expandDims(_ x: Tensor, _ axis: Int) throws(TensorError) -> Tensor {
    var sizes = Array(x.shape)
    sizes.insert(1, at: axis)
    guard sizes.count <= Shape.maximumRank else { throw TensorError(.sizeList(sizes)) }
    return try reshape(x, Shape(sizes))
  }
}
