extension Operation {
  /// Tensors made from numbers.
  static let makers: [Operation] = [zeros, ones, full, eye, arange, linspace, oneHot]

  static let shapeParameter = Parameter(
    "shape", .integers, "Sizes: a tuple, or a number for rank 1.")
  static let dtypeParameter = Parameter(
    "dtype", .dtype, default: .dtype(.f32), "The dtype of the elements.")
  private static let nothingFlows = Gradient.none("no operand is a tensor")

  static let zeros: Operation = constant("zeros", 0, ("zeros(2)", "f32[2] [0, 0]"))
  static let ones: Operation = constant("ones", 1, ("ones((1, 2))", "f32[1, 2] [[1, 1]]"))

  private static func constant(
    _ name: String, _ value: Double, _ example: (String, String)
  ) -> Operation {
    Operation(
      name, .make, [shapeParameter, dtypeParameter],
      doc: "A tensor of a shape, all elements \(Int(value)).", example: example,
      domain: Domain([
        [.fixed(.integers([2, 3]))], [.fixed(.integer(3)), .fixed(.dtype(.u8))],
        [.fixed(.integers([]))],
      ]), gradient: nothingFlows
    ) { c, a throws(TensorError) in
      try c.full(try a.shape(0), try a.dtype(1), value)
    }
  }

  static let full = Operation(
    "full", .make,
    [shapeParameter, Parameter("value", .operand, "Every element."), dtypeParameter],
    doc: "A tensor of a shape with one value for all elements, which the dtype must hold.",
    example: ("full(2, 7)", "f32[2] [7, 7]"),
    domain: Domain([[.fixed(.integers([2, 3])), .real([], -2, 2), .fixed(.dtype(.f64))]]),
    gradient: .composed
  ) { c, a throws(TensorError) in
    let shape = try a.shape(0)
    let dtype = try a.dtype(2)
    guard case .tensor(let t) = try a.operand(1), t.isTracked else {
      return try c.full(shape, dtype, try a.number(1))
    }
    return try c.multiply(try c.ones(shape, dtype), try c.convert(t, dtype))
  }

  static let eye = Operation(
    "eye", .make,
    [
      Parameter("n", .integer, "Rows."),
      Parameter("m", .integer, default: .absent, "Columns; as many as rows if left out."),
      dtypeParameter,
    ],
    doc: "A matrix with ones on its diagonal and zeros elsewhere.",
    example: ("eye(2)", "f32[2, 2] [[1, 0], [0, 1]]"),
    domain: Domain([[.fixed(.integer(3))], [.fixed(.integer(2)), .fixed(.integer(4))]]),
    gradient: nothingFlows
  ) { c, a throws(TensorError) in
    let n = try a.integer(0, 0...Int.max)
    return try c.identity(n, a.isAbsent(1) ? n : try a.integer(1, 0...Int.max), try a.dtype(2))
  }

  static let arange = Operation(
    "arange", .make,
    [
      Parameter("start", .integer, "First number; with nothing after it, the end, from 0."),
      Parameter("stop", .integer, default: .absent, "The end, left out itself."),
      Parameter("step", .integer, default: .integer(1), "Distance of neighbours, not 0."),
    ],
    doc: "Whole numbers at even distances: i32. `linspace` makes fractions.",
    example: ("arange(2, 8, 2)", "i32[3] [2, 4, 6]"),
    domain: Domain([
      [.fixed(.integer(4))], [.fixed(.integer(7)), .fixed(.integer(1)), .fixed(.integer(-2))],
    ]), gradient: nothingFlows
  ) { c, a throws(TensorError) in
    let bounds = Int(Int32.min)...Int(Int32.max)
    let first = try a.integer(0, bounds)
    let (start, stop) = a.isAbsent(1) ? (0, first) : (first, try a.integer(1, bounds))
    let step = try a.integer(2, bounds)
    guard step != 0 else {
      throw TensorError(.argument("step", 0, least: 1, most: Double.infinity))
    }
    let elements = stride(from: start, to: stop, by: step)
    let distance = step > 0 ? stop - start : start - stop
    let count = Swift.max(0, (distance + Swift.abs(step) - 1) / Swift.abs(step))
    _ = try c.allocate(.i32, [count])
    return try c.makeIndices([count], elements.map { Int32(truncatingIfNeeded: $0) })
  }

  static let linspace = Operation(
    "linspace", .make,
    [
      Parameter("start", .operand, "First number."), Parameter("stop", .operand, "Last number."),
      Parameter("n", .integer, "How many."), dtypeParameter,
    ],
    doc: """
      Numbers at even distances, both ends included, computed in f64 and rounded once. Gradients \
      flow to both ends.
      """,
    example: ("linspace(0, 1, 3)", "f32[3] [0, 0.5, 1]"),
    domain: Domain([
      [.fixed(.number(-1)), .fixed(.number(2)), .fixed(.integer(7))],
      [.real([], -2, -1), .real([], 1, 2), .fixed(.integer(4)), .fixed(.dtype(.f64))],
      [.real([], -2, -1), .real([], 1, 2), .fixed(.integer(1)), .fixed(.dtype(.f64))],
    ]),
    gradient: .composed
  ) { c, a throws(TensorError) in
    let (start, stop) = (try c.tensor(a.scalar(0), .f64), try c.tensor(a.scalar(1), .f64))
    let n = try a.integer(2, 0...Int.max)
    let dtype = try a.floatingDType(3)
    let room = try c.allocate(.f64, [n])
    let places = try c.makeTensor(
      shape: [n], dtype: .f64, elements: (0..<room.count).map(Double.init))
    let step = try c.divide(try c.subtract(stop, start), Double(Swift.max(n - 1, 1)))
    var result = try c.add(try c.multiply(places, step), start)
    if n > 1 {
      var window = Window([n])
      window.counts[0] = n - 1
      let last = try c.reshape(stop, [1])
      result = try c.concat([.tensor(c.part(result, window)), .tensor(last)], 0)
    }
    return try c.convert(result, dtype)
  }

  static let oneHot = Operation(
    "one_hot", .make,
    [
      Parameter("labels", .operand, "Integers from 0."),
      Parameter("classes", .integer, "How many classes there are."), dtypeParameter,
    ],
    doc: "A new last axis of size `classes`: 1 at the label, 0 elsewhere.",
    example: ("one_hot(i32([0, 2]), 3)", "f32[2, 3] [[1, 0, 0], [0, 0, 1]]"),
    domain: Domain([
      [.integer([5], 0, 3), .fixed(.integer(3))], [.integer([2, 2], 0, 4), .fixed(.integer(4))],
    ]), gradient: .none("labels are whole numbers")
  ) { c, a throws(TensorError) in
    let labels = try a.tensor(0)
    guard !labels.dtype.isFloating else {
      throw TensorError(.dtype(labels.dtype, wanted: [.i32, .u8]))
    }
    let classes = try a.integer(1, 0...Int(Int32.max))
    for label in labels.elements() where label < 0 || label >= Double(classes) {
      throw TensorError(.index(Int(label), axis: labels.shape.count, size: classes))
    }
    let column = try c.expandDims(labels, labels.shape.count)
    let isLabel = try c.compare(.equal, .tensor(column), .tensor(try c.counting(classes)))
    return try c.converted(isLabel, try a.dtype(2))
  }
}
