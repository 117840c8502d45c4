import CKernels

/// What a deferred step reads: one operand to three. No kind that is enqueued has more; those that
/// have are made by the peephole rules.
struct StepOperands {
  static let limit = 3

  private let first: Operand
  private let second: Operand?
  private let third: Operand?

  init(_ first: Operand, _ second: Operand? = nil, _ third: Operand? = nil) {
    assert(second != nil || third == nil)
    self.first = first
    self.second = second
    self.third = third
  }

  var count: Int { second == nil ? 1 : third == nil ? 2 : 3 }

  @inline(__always)
  func forEach(_ body: (Int, Operand) -> Void) {
    body(0, first)
    if let second { body(1, second) }
    if let third { body(2, third) }
  }

  @inline(__always)
  func allSatisfy(_ holds: (Operand) -> Bool) -> Bool {
    guard holds(first) else { return false }
    if let second, !holds(second) { return false }
    if let third, !holds(third) { return false }
    return true
  }

  @inline(__always)
  func map(_ change: (Operand) throws(TensorError) -> Operand) throws(TensorError) -> StepOperands {
    let a = try change(first)
    let b: Operand? = if let second { try change(second) } else { nil }
    let c: Operand? = if let third { try change(third) } else { nil }
    return StepOperands(a, b, c)
  }
}

extension Context {
  /// The result of a step that the queue defers; nil if it is to be done at once.
  func deferred(
    _ kind: et_step_kind, _ op: UInt32, _ type: DType, to dtype: DType, _ shape: Shape, cost: Int,
    _ a: Operand, _ b: Operand? = nil, _ c: Operand? = nil
  ) throws(TensorError) -> Tensor? {
    guard FusionQueue.takes(shape), !interrupt.isSet else { return nil }
    let operands = StepOperands(a, b, c)
    if operands.allSatisfy({ isReadable($0, shape) }) {
      return fusion.enqueue(kind, op, type, to: dtype, shape, cost: cost, operands)
    }
    let readable = try operands.map { operand throws(TensorError) in
      try self.readable(operand, shape)
    }
    return fusion.enqueue(kind, op, type, to: dtype, shape, cost: cost, readable)
  }

  /// Whether a step can read an operand as it is, which nearly all are: no one need hold it anew.
  private func isReadable(_ operand: Operand, _ shape: Shape) -> Bool {
    guard case .tensor(let t) = operand else { return true }
    return t.deferredStep(in: fusion) != nil ? t.shape == shape : t.isContiguous || t.hasEvenRuns
  }

  /// An operand as a step reads it: one that is deferred has the shape, others lie in even runs.
  private func readable(_ operand: Operand, _ shape: Shape) throws(TensorError) -> Operand {
    if isReadable(operand, shape) { return operand }
    guard case .tensor(let t) = operand else { return operand }
    if t.deferredStep(in: fusion) != nil {
      fusion.materialize()  // which makes it contiguous
      return operand
    }
    return .tensor(try contiguous(t))
  }
}
