import Syntax
import Tensor

extension Machine {
  /// An operator whose operands are not both numbers, or one that needs a kernel.
  func arithmetic(
    _ op: BinaryOperator, _ r: Registers, _ d: Reg, _ a: Reg, _ b: Reg, _ frees: UInt8
  ) throws {
    let left = r[a]
    let right = r[b]
    if frees & 1 != 0 { r[a] = .unbound }
    if frees & 2 != 0 { r[b] = .unbound }
    r[d] = try binary(op, left, right)
  }

  func arithmetic(
    _ op: BinaryOperator, _ r: Registers, _ d: Reg, _ a: Reg, _ right: Value, _ frees: UInt8
  ) throws {
    let left = r[a]
    if frees & 1 != 0 { r[a] = .unbound }
    r[d] = try binary(op, left, right)
  }

  /// `left op right` for any two values.
  func binary(_ op: BinaryOperator, _ left: Value, _ right: Value) throws -> Value {
    if case .number(let x) = left, case .number(let y) = right {
      return try numbers(op, x, y)
    }
    if let a = operand(left), let b = operand(right) { return try operands(op, a, b) }
    if op == .add, let joined = try joinedSequence(left, right) { return joined }
    if op != .matmul, isTreeShaped(left) || isTreeShaped(right) {
      if let all = packedResult([left, right], { try binary(op, $0[0], $0[1]) }) { return all }
      return try mapTrees(op.rawValue, left, right) { a, b in try self.binary(op, a, b) }
    }
    throw Failure.operands(op.rawValue, left, right)
  }

  private func numbers(_ op: BinaryOperator, _ x: Double, _ y: Double) throws -> Value {
    switch op {
    case .add: .number(x + y)
    case .subtract: .number(x - y)
    case .multiply: .number(x * y)
    case .divide: .number(x / y)
    case .floorDivide: .number(Scalars.floorDivide(x, y))
    case .modulo: .number(Scalars.modulo(x, y))
    case .power: .number(Scalars.power(x, y))
    case .matmul: throw Failure.operands("@", .number(x), .number(y))
    }
  }

  private func operands(_ op: BinaryOperator, _ a: Operand, _ b: Operand) throws -> Value {
    if op == .matmul {
      guard case .tensor(let x) = a, case .tensor(let y) = b, !x.isWeak, !y.isWeak else {
        throw Failure.operands("@", value(of: a), value(of: b))
      }
      return Value(try context.matmul(x, y))
    }
    let kind: Arithmetic =
      switch op {
      case .add: .add
      case .subtract: .subtract
      case .multiply: .multiply
      case .divide: .divide
      case .floorDivide: .floorDivide
      case .modulo: .modulo
      case .power, .matmul: .power
      }
    return Value(try context.binary(kind, a, b))
  }

  /// A tensor or number as what the tensor floor takes.
  func operand(_ value: Value) -> Operand? {
    switch value {
    case .number(let x): .number(x)
    case .tensor(let t), .buffer(let t): .tensor(t)
    default: nil
    }
  }

  func value(of operand: Operand) -> Value {
    switch operand {
    case .number(let x): .number(x)
    case .tensor(let t): .tensor(t)
    }
  }

  /// String and tuple `+`; tuples that are both trees add leaf by leaf instead.
  private func joinedSequence(_ left: Value, _ right: Value) throws -> Value? {
    switch (left, right) {
    case (.string(let a), .string(let b)):
      try checkRoom(bytes: a.string.utf8.count + b.string.utf8.count)
      return Value(a.string + b.string)
    case (.tuple(let a), .tuple(let b)):
      if hasLeaves(left) && hasLeaves(right) { return nil }
      try checkRoom(elements: a.count + b.count)
      return Value(a.elements + b.elements)
    default: return nil
    }
  }

  func negated(_ value: Value) throws -> Value {
    switch value {
    case .number(let x): return .number(-x)
    case .tensor(let t), .buffer(let t): return Value(try context.negate(t))
    case .tuple, .record:
      if let all = packedResult([value], { try negated($0[0]) }) { return all }
      return try mapTree("-", value) { leaf in Value(try self.context.negate(leaf)) }
    default: throw Failure.operand("-", value)
    }
  }

  func inverted(_ value: Value) throws -> Value {
    switch value {
    case .bool(let flag): return .bool(!flag)
    case .tensor(let t) where t.dtype == .bool:
      return Value(try context.logicalNot(t))
    default: throw Failure.operand("not", value)
    }
  }

  // Comparison

  func compared(_ op: ComparisonOperator, _ left: Value, _ right: Value) throws -> Value {
    if op == .isIn { return .bool(try contains(right, left)) }
    if case .number(let x) = left, case .number(let y) = right { return .bool(op.holds(x, y)) }
    if let a = operand(left), let b = operand(right) {
      return Value(try context.compare(op.comparison, a, b))
    }
    if op == .equal || op == .notEqual {
      // A bool meets the elements of a bool tensor as a number meets those of others.
      if let (a, b) = try flagAndMask(left, right) {
        return Value(try context.compare(op.comparison, a, b))
      }
      return .bool(try areEqual(left, right) == (op == .equal))
    }
    guard case .string(let a) = left, case .string(let b) = right else {
      throw Failure.operands(op.rawValue, left, right)
    }
    let order = a.string == b.string ? 0.0 : (scalarsPrecede(a.string, b.string) ? -1 : 1)
    return .bool(op.holds(order, 0))
  }

  /// A bool and a bool tensor, in whichever order, as operands.
  private func flagAndMask(_ left: Value, _ right: Value) throws -> (Operand, Operand)? {
    func mask(_ value: Value) throws -> Operand? {
      switch value {
      case .bool(let flag): return .tensor(try context.flag(flag))
      case .tensor(let t) where t.dtype == .bool: return .tensor(t)
      default: return nil
      }
    }
    guard left.asTensor != nil || right.asTensor != nil else { return nil }
    guard let a = try mask(left), let b = try mask(right) else { return nil }
    return (a, b)
  }

  /// Strings in the order of their Unicode scalars, which no locale changes.
  private func scalarsPrecede(_ a: String, _ b: String) -> Bool {
    a.unicodeScalars.lexicographicallyPrecedes(b.unicodeScalars)
  }

  /// Whether two values are equal as a whole: what `==` gives for tuples, records and strings.
  func areEqual(_ left: Value, _ right: Value) throws -> Bool {
    switch (left, right) {
    case (.nothing, .nothing): return true
    case (.bool(let a), .bool(let b)): return a == b
    case (.number(let a), .number(let b)): return a == b
    case (.string(let a), .string(let b)):
      return a.string.utf8.elementsEqual(b.string.utf8)
    case (.tuple(let a), .tuple(let b)):
      return try a.count == b.count
        && (0..<a.count).allSatisfy { try areEqual(a[$0], b[$0]) }
    case (.record(let a), .record(let b)):
      return try a.keys.names == b.keys.names
        && zip(a.values, b.values).allSatisfy { try areEqual($0, $1) }
    case (.range(let a), .range(let b)):
      return a.lower == b.lower && a.upper == b.upper && a.step == b.step
    case (.function, .function): return digest(of: left) == digest(of: right)
    case (.bool(let a), .tensor(let t)), (.tensor(let t), .bool(let a)):
      return t.dtype == .bool && t.shape.isEmpty && (t.scalar() != 0) == a
    default:
      if let a = operand(left), let b = operand(right) {
        // As elementwise `==` has it, so that a number is rounded to what it meets here too.
        let equal = left.shape == right.shape ? try context.compare(.equal, a, b) : nil
        return equal?.elements().allSatisfy { $0 != 0 } ?? false
      }
      if case .opaque = left, case .opaque = right { return digest(of: left) == digest(of: right) }
      return false
    }
  }

  private func contains(_ container: Value, _ item: Value) throws -> Bool {
    switch container {
    case .tuple(let tuple): return try (0..<tuple.count).contains { try areEqual(tuple[$0], item) }
    case .record(let record):
      guard let name = item.asString else { throw Failure.operands("in", item, container) }
      return record.index(of: name) != nil
    case .string(let text):
      guard let part = item.asString else { throw Failure.operands("in", item, container) }
      return text.string.containsText(part)
    case .range(let range):
      guard let x = bound(item) else { throw Failure.operands("in", item, container) }
      let i = (x - range.lower) / range.step
      return i >= 0 && i < Double(range.count) && range[Int(i)] == x
    case .tensor(let t), .buffer(let t):
      let found: Tensor
      if let (a, b) = try flagAndMask(container, item), item.shape.isEmpty {
        found = try context.compare(.equal, a, b)
      } else if let x = operand(item), item.shape.isEmpty {
        found = try context.compare(.equal, .tensor(t), x)
      } else {
        throw Failure.operands("in", item, container)
      }
      return found.elements().contains { $0 != 0 }
    default: throw Failure.operands("in", item, container)
    }
  }

  // Logic

  /// Whether the left side of `and` or `or` decides: a bool or 0-d bool does, a larger tensor
  /// never.
  func decides(_ op: LogicalOperator, _ left: Value) throws -> Bool {
    if let flag = asFlag(left) { return flag == (op == .or) }
    if case .tensor(let t) = left, t.dtype == .bool { return false }
    throw Failure.operand(op.rawValue, left)
  }

  func joined(_ op: LogicalOperator, _ left: Value, _ right: Value) throws -> Value {
    // A scalar left side that does not decide leaves it to the right side.
    if asFlag(left) != nil {
      if asFlag(right) != nil { return right }
      if case .tensor(let t) = right, t.dtype == .bool { return right }
      throw Failure.operand(op.rawValue, right, isRight: true)
    }
    guard case .tensor(let a) = left else { throw Failure.operand(op.rawValue, left) }
    if let flag = asFlag(right), case .bool = right {
      // `mask or true` is true everywhere; `mask and true` is the mask.
      let same = flag == (op == .and)
      if same { return left }
      return Value(
        try context.makeTensor(
          shape: a.shape, dtype: .bool,
          elements: Array(repeating: flag ? 1 : 0, count: a.shape.elementCount)))
    }
    guard case .tensor(let b) = right, b.dtype == .bool else {
      throw Failure.operand(op.rawValue, right, isRight: true)
    }
    return Value(try context.logical(op == .and ? .and : .or, .tensor(a), .tensor(b)))
  }

  /// The truth of a condition.
  func truth(of value: Value) throws -> Bool {
    guard let flag = asFlag(value) else { throw Failure.condition(value) }
    return flag
  }
}

extension Value {
  /// The shape of a tensor; that of anything else is empty.
  fileprivate var shape: Shape { asTensor?.shape ?? Shape([]) }
}

extension Context {
  /// A bool as a 0-d tensor.
  func flag(_ flag: Bool) throws(TensorError) -> Tensor {
    try makeTensor(shape: Shape([]), dtype: .bool, elements: [flag ? 1 : 0])
  }
}

extension ComparisonOperator {
  var comparison: Comparison {
    switch self {
    case .equal, .isIn: .equal
    case .notEqual: .notEqual
    case .less: .less
    case .lessOrEqual: .lessEqual
    case .greater: .greater
    case .greaterOrEqual: .greaterEqual
    }
  }
}

extension String {
  /// Whether it contains a text, scalar by scalar.
  func containsText(_ part: String) -> Bool {
    let whole = Array(utf8)
    let part = Array(part.utf8)
    if part.count > whole.count { return false }
    return (0...whole.count - part.count).contains { i in
      whole[i..<i + part.count].elementsEqual(part)
    }
  }
}
