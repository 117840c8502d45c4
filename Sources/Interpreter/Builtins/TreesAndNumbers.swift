import Diagnostics
import Tensor

let treeBuiltins: [Builtin] = [
  Builtin(
    "leaves(tree)",
    effect: .pure,
    doc: "The floating tensors of a record or tuple, in order, as a tuple.",
    example: "len(leaves({w: [1, 2], b: [3], rate: 0.5}))  # 2"
  ) { call in Value(leaves(call[0]).map { Value.tensor($0.compact) }) },
  Builtin(
    "map_leaves(tree, f)",
    effect: .pure,
    doc: "The tree with `f(leaf)` in place of each floating tensor; other leaves stay.",
    example: "map_leaves({w: [1, 2], rate: 0.5}, x -> 10 * x).w  # f32[2] [10, 20]"
  ) { call in
    let f = try call.function(1)
    return try call.machine.mapTree("map_leaves", call[0]) { leaf in
      try call.apply(f, [.tensor(leaf.compact)])
    }
  },
  Builtin(
    "buffer(x)",
    effect: .pure,
    doc: """
      Marks a tensor in a record as one that is carried along and not trained, such as the running \
      mean of batch normalisation. Reading the field gives the plain tensor.
      """,
    example: "leaves({mean: buffer([1, 2])})  # ()"
  ) { call in .buffer(try call.tensor(0)) },
]

let conversionBuiltins: [Builtin] =
  [DType.f32, .f64, .i32, .u8].map { dtype in
    Builtin(
      name: dtype.name, parameters: [.init("x")], effect: .pure,
      doc: """
        Converts a tensor, a number or a tuple of numbers to \(dtype.name); nested tuples give \
        more axes, and a tree keeps its form. Numbers convert exactly as written, unlike a bracket \
        literal, which is f32 first.
        """,
      example: "\(dtype.name)((1, 2)).dtype  # \"\(dtype.name)\""
    ) { call in try call.machine.converted(call[0], dtype, call) }
  } + [
    Builtin(
      "number(x)",
      effect: .pure,
      doc: """
        The plain number of a tensor with one element, or 1 and 0 for `true` and `false`. No \
        gradient flows through it: in one, `number(stop_gradient(x))` says so.
        """,
      example: "number(sum([1, 2]))  # 3"
    ) { call in
      switch call[0] {
      case .number: return call[0]
      case .bool(let flag): return .number(flag ? 1 : 0)
      case .tensor(let t) where t.isWeak: return call[0]
      case .tensor(let t), .buffer(let t):
        guard t.shape.elementCount == 1 else {
          throw call.mismatch(0, "a tensor of one element")
        }
        if t.isTracked { throw Failure.constant("number", "x") }
        return .number(t.scalar())
      case .string(let text):
        guard let x = Double(text.string) else { throw call.mismatch(0, "a number's digits") }
        return .number(x)
      default: throw call.mismatch(0, "a number or a tensor of one element")
      }
    },
    Builtin(
      "type(x)",
      effect: .pure,
      doc: """
        The kind of a value: `"number"`, `"tensor"`, `"tuple"`, `"record"`, `"string"`, `"bool"`, \
        `"range"`, `"function"`, `"nothing"`.
        """,
      example: "type([1, 2])  # \"tensor\""
    ) { call in Value(call[0].typeName) },
    Builtin(
      "parameters(f)",
      effect: .pure,
      doc: "The names of a function's parameters; of a callable record, without its own.",
      example: "parameters((x, rate=1) -> x)  # (\"x\", \"rate\")"
    ) { call in
      var value = call[0]
      var dropped = 0
      while let method = value.asRecord?["call"] {
        value = method
        dropped += 1
      }
      guard case .function(let f) = value else { throw call.mismatch(0, "a function") }
      return Value(f.parameterNames.dropFirst(dropped).map { Value($0) })
    },
  ]

extension Machine {
  func converted(_ value: Value, _ dtype: DType, _ call: Call) throws -> Value {
    switch value {
    case .tensor(let t): return Value(try context.convert(t, dtype))
    case .buffer(let t): return .buffer(try context.convert(t, dtype))
    case .number, .bool:
      return .tensor(
        try context.makeTensor(
          shape: Shape([]), dtype: dtype, elements: [flatNumber(value)!]))
    case .tuple, .record:
      if hasLeaves(value) {
        return try mapTree(dtype.name, value) { .tensor(try self.context.convert($0, dtype)) }
      }
      guard case .tuple = value, let sizes = shape(of: value) else {
        throw call.mismatch(0, "a tensor, a number or nested tuples of numbers of one length")
      }
      guard let shape = Shape(checking: sizes) else {
        throw call.error(
          .shape,
          "these tuples nest \(sizes.count) deep, and a tensor has at most "
            + "\(Shape.maximumRank) axes", argument: 0)
      }
      if hasTracked(value) { return .tensor(try stacked(value, dtype)) }
      var elements: [Double] = []
      flatten(value, into: &elements)
      return .tensor(
        try context.makeTensor(shape: shape, dtype: dtype, elements: elements))
    case .range(let range):
      return .tensor(
        try context.makeTensor(
          shape: Shape([range.count]), dtype: dtype,
          elements: (0..<range.count).map { range[$0] }))
    default: throw call.mismatch(0, "a tensor, a number or nested tuples of numbers")
    }
  }

  private func flatNumber(_ value: Value) -> Double? {
    if case .bool(let flag) = value { return flag ? 1 : 0 }
    return scalar(value)
  }

  /// The shape of nested tuples of numbers; nil if they are ragged or hold anything else.
  private func shape(of value: Value) -> [Int]? {
    guard case .tuple(let tuple) = value else { return flatNumber(value) == nil ? nil : [] }
    guard tuple.count > 0 else { return [0] }
    guard let first = shape(of: tuple[0]) else { return nil }
    for element in tuple.elements.dropFirst() where shape(of: element) != first { return nil }
    return [tuple.count] + first
  }

  /// Whether a gradient follows a number in nested tuples.
  private func hasTracked(_ value: Value) -> Bool {
    if case .tuple(let tuple) = value { return tuple.elements.contains(where: hasTracked) }
    return value.asTensor?.isTracked ?? false
  }

  /// Nested tuples of numbers as a tensor that gradients flow through.
  private func stacked(_ value: Value, _ dtype: DType) throws -> Tensor {
    guard case .tuple(let tuple) = value else {
      if case .tensor(let t) = value { return try context.convert(t, dtype) }
      return try context.makeTensor(
        shape: Shape([]), dtype: dtype, elements: [flatNumber(value)!])
    }
    return try context.stack(try tuple.elements.map { try stacked($0, dtype) })
  }

  private func flatten(_ value: Value, into elements: inout [Double]) {
    if let x = flatNumber(value) {
      elements.append(x)
    } else if case .tuple(let tuple) = value {
      for element in tuple.elements { flatten(element, into: &elements) }
    }
  }
}
