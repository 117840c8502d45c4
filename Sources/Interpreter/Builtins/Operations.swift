import Diagnostics
import Tensor

/// The tensor floor's operations as functions of the language: one each, made from its entry.
let operationBuiltins: [Builtin] = Operation.all.filter { $0.group != .operator }.map(builtin)

private func builtin(_ operation: Operation) -> Builtin {
  let operands = operation.parameters.indices.filter { operation.parameters[$0].kind == .operand }
  return Builtin(
    name: operation.name,
    parameters: operation.parameters.map { parameter in
      .init(parameter.name, default: parameter.defaultValue.map(defaultValue))
    },
    effect: operation.group == .random ? .draws : .pure,
    doc: operation.doc,
    example: "\(operation.example.code)  # \(operation.example.result)"
  ) { call in
    try call.machine.apply(operation, operands, call.arguments)
  }
}

/// How a signature shows an operation's default.
private func defaultValue(_ argument: Argument) -> Value {
  switch argument {
  case .operand(.number(let x)), .number(let x): .number(x)
  case .operand(.tensor(let t)): Value(t)
  case .operands(let all): Value(all.map { defaultValue(.operand($0)) })
  case .integer(let n): .number(Double(n))
  case .integers(let all): Value(all.map { Value.number(Double($0)) })
  case .flag(let flag): .bool(flag)
  case .dtype(let dtype): Value(dtype.name)
  case .absent: .nothing
  }
}

extension Machine {
  /// Computes an operation of values: elementwise ones map over trees, and of plain numbers alone
  /// give a plain number.
  func apply(_ operation: Operation, _ operands: [Int], _ values: [Value]) throws -> Value {
    lastOperands = operands
    if operation.group == .elementwise {
      if operands.contains(where: { isTreeShaped(values[$0]) }) {
        if let all = packed(operation, values, operands) { return all }
        return try mapped(operation, values, operands)
      }
      if let x = try plain(operation, values, operands) { return .number(x) }
    }
    var arguments: [Argument] = []
    arguments.reserveCapacity(values.count)
    for i in values.indices {
      if case .tensor(let t) = values[i], operation.parameters[i].kind == .operand {
        arguments.append(.operand(.tensor(t)))
      } else {
        arguments.append(try argument(values[i], operation.parameters[i], operation))
      }
    }
    return Value(try operation(context, arguments))
  }

  /// The result of plain numbers, by the same kernels.
  private func plain(
    _ operation: Operation, _ values: [Value], _ operands: [Int]
  ) throws -> Double? {
    guard operands.count == values.count else { return nil }
    switch values.count {
    case 1:
      guard case .number(let x) = values[0] else { return nil }
      return Scalars.apply(operation.name, x)
    case 2:
      guard case .number(let x) = values[0], case .number(let y) = values[1] else { return nil }
      switch operation.name {
      case "maximum": return Scalars.maximum(x, y)
      case "minimum": return Scalars.minimum(x, y)
      default: return nil
      }
    default: return nil
    }
  }

  /// An elementwise operation of packed trees.
  private func packed(
    _ operation: Operation, _ values: [Value], _ operands: [Int]
  ) -> Value? {
    packedResult(operands.map { values[$0] }) { found in
      var values = values
      for (i, value) in zip(operands, found) { values[i] = value }
      return try apply(operation, operands, values)
    }
  }

  /// An elementwise operation of trees: one tree, or several of one structure; numbers and 0-d
  /// tensors go into every leaf.
  private func mapped(
    _ operation: Operation, _ values: [Value], _ operands: [Int]
  ) throws -> Value {
    let trees = operands.filter { isTreeShaped(values[$0]) }
    let first = trees[0]
    func applied(_ replacing: [(Int, Value)]) throws -> Value {
      var values = values
      for (i, value) in replacing { values[i] = value }
      return try self.apply(operation, operands, values)
    }
    switch trees.count {
    case 1:
      for i in operands where i != first && !spreads(values[i]) {
        throw Failure.operands(operation.name, values[first], values[i])
      }
      return try mapTree(operation.name, values[first]) { try applied([(first, .tensor($0))]) }
    case 2:
      let second = trees[1]
      return try mapTrees(operation.name, values[first], values[second]) { a, b in
        try applied([(first, a), (second, b)])
      }
    default:
      throw Failure(
        .type, "`\(operation.name)` takes at most two trees",
        hint: "map_leaves(tree, f) maps one")
    }
  }

  /// A value as the argument of a parameter.
  private func argument(
    _ value: Value, _ parameter: Parameter, _ operation: Operation
  ) throws -> Argument {
    if case .nothing = value, case .absent = parameter.defaultValue { return .absent }
    func mismatch(_ wanted: String, hint: String? = nil) -> Failure {
      Failure(
        .type, "`\(operation.name)` needs \(wanted) as `\(parameter.name)`, not \(describe(value))",
        hint: hint, argument: parameter.name)
    }
    switch parameter.kind {
    case .operand:
      switch value {
      case .number(let x): return .operand(.number(x))
      case .tensor(let t), .buffer(let t): return .operand(.tensor(t))
      case .bool(let flag):
        return .operand(
          .tensor(try context.flag(flag)))
      case .tuple: throw mismatch("a tensor", hint: "f32(…) makes a tensor of a tuple of numbers")
      default: throw mismatch("a tensor")
      }
    case .operands:
      guard let elements = try elements(of: value) else { throw mismatch("a tuple of tensors") }
      return .operands(
        try elements.map { element in
          guard let operand = operand(element) else {
            throw mismatch("tensors in the tuple")
          }
          return operand
        })
    case .integer:
      guard let n = asInteger(value) else { throw mismatch("an integer") }
      return .integer(n)
    case .integers:
      if let n = asInteger(value) { return .integer(n) }
      guard case .tuple(let tuple) = value else {
        throw mismatch(
          "an integer or a tuple of integers",
          hint: value.asTensor == nil ? nil : "a tuple stands in parentheses: (2, 3)")
      }
      return .integers(
        try tuple.elements.map { element in
          guard let n = asInteger(element) else {
            throw mismatch("integers in the tuple")
          }
          return n
        })
    case .flag:
      guard let flag = asFlag(value) else { throw mismatch("true or false") }
      return .flag(flag)
    case .number:
      guard let x = scalar(value) else { throw mismatch("a number") }
      if isTracked(value) { throw Failure.constant(operation.name, parameter.name) }
      return .number(x)
    case .dtype:
      guard let name = value.asString, let dtype = DType(name: name) else {
        throw mismatch("the name of a dtype", hint: "\"f32\", \"f64\", \"i32\", \"u8\", \"bool\"")
      }
      return .dtype(dtype)
    }
  }
}
