import CKernels

/// The arithmetic operators.
public enum Arithmetic: Int, Sendable, CaseIterable {
  case add, subtract, multiply, divide, floorDivide, modulo, power

  /// How it is written.
  public var symbol: String {
    switch self {
    case .add: "+"
    case .subtract: "-"
    case .multiply: "*"
    case .divide: "/"
    case .floorDivide: "//"
    case .modulo: "%"
    case .power: "^"
    }
  }

  var kernel: et_binary_op {
    switch self {
    case .add: ET_ADD
    case .subtract: ET_SUB
    case .multiply: ET_MUL
    case .divide: ET_DIV
    case .floorDivide: ET_FLOORDIV
    case .modulo: ET_MOD
    case .power: ET_POW
    }
  }
}

/// The comparison operators.
public enum Comparison: Int, Sendable, CaseIterable {
  case equal, notEqual, less, lessEqual, greater, greaterEqual

  /// How it is written.
  public var symbol: String {
    switch self {
    case .equal: "=="
    case .notEqual: "!="
    case .less: "<"
    case .lessEqual: "<="
    case .greater: ">"
    case .greaterEqual: ">="
    }
  }

  var kernel: et_compare_op {
    switch self {
    case .equal: ET_EQ
    case .notEqual: ET_NE
    case .less: ET_LT
    case .lessEqual: ET_LE
    case .greater: ET_GT
    case .greaterEqual: ET_GE
    }
  }
}

/// `and` and `or` of bool tensors.
public enum Connective: Int, Sendable, CaseIterable {
  case and, or

  /// How it is written.
  public var symbol: String { self == .and ? "and" : "or" }
}

extension Context {
  /// `a + b` and the like, elementwise; the operands broadcast and are promoted.
  public func binary(
    _ op: Arithmetic, _ a: Operand, _ b: Operand
  ) throws(TensorError) -> Tensor {
    do throws(TensorError) {
      let result = try unrecorded(op, a, b)
      if !isRecording || (a.node == nil && b.node == nil) { return result }
      return record(result, [a, b], [], Operation.arithmeticRules[op.rawValue])
    } catch {
      throw error.named(op.symbol, [a, b])
    }
  }

  private func unrecorded(
    _ op: Arithmetic, _ a: Operand, _ b: Operand
  ) throws(TensorError) -> Tensor {
    if op == .power { return try power(a, b) }
    let dtype = (op == .divide ? Joining.division : .arithmetic).dtype(a, b)
    return try pair(
      .arithmetic(op.kernel), try side(a, dtype), try side(b, dtype), dtype, to: dtype, cost: 1,
      isWeak: a.isWeakNumber && b.isWeakNumber)
  }

  /// Whole exponents from 0 multiply (rule 9), others go through f64.
  private func power(_ a: Operand, _ b: Operand) throws(TensorError) -> Tensor {
    if let exponent = b.weakValue, exponent >= 0, let n = Int(exactly: exponent) {
      let x = try weakened(a)
      if x.dtype.isFloating ? n <= 16 : n <= Int(Int32.max) {
        return try power(try converted(x, x.dtype.arithmetic), n)
      }
    }
    let dtype = Joining.division.dtype(a, b)
    return try pair(
      .arithmetic(ET_POW), try side(a, dtype), try side(b, dtype), dtype, to: dtype, cost: 32,
      isWeak: a.isWeakNumber && b.isWeakNumber)
  }

  /// Integer powers beyond 16 are exact products of smaller ones.
  private func power(_ x: Tensor, _ n: Int) throws(TensorError) -> Tensor {
    if n > 16 {
      let high = try power(try power(x, 16), n / 16)
      return try multiply(high, try power(x, n % 16))
    }
    if x.dtype.isFloating,
      let result = try deferred(
        ET_STEP_POWER, UInt32(n), x.dtype, to: x.dtype, x.shape, cost: 2, .tensor(x))
    {
      return result
    }
    let source = try contiguous(x)
    let result = try allocate(x.dtype, x.shape, isWeak: x.isWeak)
    let (dtype, count) = (x.dtype, x.count)
    unsafe try perform(source, result) { [self] x, y in
      chunks(count, cost: 2) { first, count in
        unsafe et_power(
          kernels, dtype.kernel, count, x + first * dtype.size, Int32(n), y + first * dtype.size)
      }
    }
    return result
  }

  /// `a < b` and the like, elementwise; gives bool.
  public func compare(
    _ op: Comparison, _ a: Operand, _ b: Operand
  ) throws(TensorError) -> Tensor {
    do throws(TensorError) {
      let dtype = Joining.comparison.dtype(a, b)
      return try pair(
        .compare(op.kernel), try side(a, dtype), try side(b, dtype), dtype, to: .bool, cost: 1)
    } catch {
      throw error.named(op.symbol, [a, b])
    }
  }

  /// `a and b`, `a or b` of bool tensors.
  public func logical(
    _ op: Connective, _ a: Operand, _ b: Operand
  ) throws(TensorError) -> Tensor {
    do throws(TensorError) {
      for case .tensor(let t) in [a, b] where t.dtype != .bool {
        throw TensorError(.dtype(t.dtype, wanted: [.bool]))
      }
      guard case .tensor = a, case .tensor = b else { throw TensorError(.needsTensor("a")) }
      return try pair(
        .logical(op == .and ? ET_AND : ET_OR), a, b, .bool, to: .bool, cost: 1)
    } catch {
      throw error.named(op.symbol, [a, b])
    }
  }

  /// `not x` of a bool tensor.
  public func logicalNot(_ x: Tensor) throws(TensorError) -> Tensor {
    guard x.dtype == .bool else {
      throw TensorError(.dtype(x.dtype, wanted: [.bool]), "not", [.tensor(x)])
    }
    return try unary(ET_NOT, x, to: .bool, cost: 1)
  }

  /// `-x`.
  public func negate(_ x: Tensor) throws(TensorError) -> Tensor {
    try Operation.negate(self, [.operand(.tensor(x))])
  }

  // For gradients

  func add(_ a: some Operable, _ b: some Operable) throws(TensorError) -> Tensor {
    try binary(.add, a.operand, b.operand)
  }
  func subtract(_ a: some Operable, _ b: some Operable) throws(TensorError) -> Tensor {
    try binary(.subtract, a.operand, b.operand)
  }
  func multiply(_ a: some Operable, _ b: some Operable) throws(TensorError) -> Tensor {
    try binary(.multiply, a.operand, b.operand)
  }
  func divide(_ a: some Operable, _ b: some Operable) throws(TensorError) -> Tensor {
    try binary(.divide, a.operand, b.operand)
  }
  func power(_ a: some Operable, of n: Double) throws(TensorError) -> Tensor {
    try binary(.power, a.operand, .number(n))
  }
  /// An operation of one operand.
  func apply(_ operation: Operation, _ x: some Operable) throws(TensorError) -> Tensor {
    try operation(self, [.operand(x.operand)])
  }
  /// `condition ? a : b`, elementwise.
  func choose(
    _ condition: Tensor, _ a: some Operable, _ b: some Operable
  ) throws(TensorError) -> Tensor {
    try Operation.select(
      self, [.operand(.tensor(condition)), .operand(a.operand), .operand(b.operand)])
  }
}
