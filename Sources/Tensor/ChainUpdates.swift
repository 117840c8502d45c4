import CKernels

// Steps that optimizers are made of become one: what stood between them is never written. An element
// is computed by the same operations in the same order.

extension ChainPlan {
  /// Joins steps whose results only the next one reads.
  func joinUpdates() {
    for i in 0..<stepCount {
      let step = unsafe steps[i]
      guard step.kind == UInt8(ET_STEP_BINARY.rawValue), isFloating(step),
        isOp(step, ET_ADD) || isOp(step, ET_SUB)
      else { continue }
      if let joined = adaptive(step) ?? scaledSum(step) { unsafe steps[i] = joined }
    }
    // Steps that went into a later one are gone.
    var kept = 0
    for i in 0..<stepCount {
      if unsafe steps[i].kind == ChainPlan.gone { continue }
      unsafe steps[kept] = steps[i]
      kept += 1
    }
    stepCount = kept
  }

  private static let gone = UInt8.max

  /// `s x + u y` or `s x - u y`, where at least one of the factors was a step of its own.
  private func scaledSum(_ step: et_step) -> et_step? {
    let (left, right) = (step.operands.0, step.operands.1)
    guard moves(left), moves(right), hasRoom else { return nil }
    let a = product(left)
    let b = left == right ? nil : product(right)
    if a == nil && b == nil { return nil }
    var joined = step
    joined.kind = UInt8(ET_STEP_SCALED_SUM.rawValue)
    joined.operands.0 = a.map { take($0.maker, $0.factor) } ?? left
    joined.operands.1 = b.map { take($0.maker, $0.factor) } ?? right
    joined.operands.2 = a?.scale ?? unit(step.type)
    joined.operands.3 = b?.scale ?? unit(step.type)
    return joined
  }

  /// `p - (s x) / (sqrt(y) + e)`.
  private func adaptive(_ step: et_step) -> et_step? {
    guard isOp(step, ET_SUB), moves(step.operands.0),
      let quotient = maker(step.operands.1, ET_STEP_BINARY),
      unsafe isOp(steps[quotient], ET_DIV)
    else { return nil }
    let (top, bottom) = unsafe (steps[quotient].operands.0, steps[quotient].operands.1)
    guard top != bottom, let product = product(top), let sum = maker(bottom, ET_STEP_BINARY),
      unsafe isOp(steps[sum], ET_ADD)
    else { return nil }
    let (first, second) = unsafe (steps[sum].operands.0, steps[sum].operands.1)
    let (root, offset) = moves(first) ? (first, second) : (second, first)
    guard !moves(offset), let square = maker(root, ET_STEP_UNARY),
      unsafe steps[square].op == UInt8(ET_SQRT.rawValue)
    else { return nil }
    var joined = step
    joined.kind = UInt8(ET_STEP_ADAPTIVE.rawValue)
    joined.operands.1 = take(product.maker, product.factor)
    joined.operands.2 = unsafe take(square, steps[square].operands.0)
    joined.operands.3 = product.scale
    joined.operands.4 = offset
    unsafe steps[quotient].kind = ChainPlan.gone
    unsafe steps[sum].kind = ChainPlan.gone
    return joined
  }

  /// The step that made a slot for one reader alone, if it is of a kind.
  private func maker(_ slot: UInt16, _ kind: et_step_kind) -> Int? {
    guard unsafe slots[Int(slot)].kind == UInt8(ET_SLOT_TEMPORARY.rawValue),
      unsafe readers[Int(slot)] == 1, unsafe makers[Int(slot)] >= 0
    else { return nil }
    let step = unsafe Int(makers[Int(slot)])
    return unsafe steps[step].kind == UInt8(kind.rawValue) ? step : nil
  }

  /// A slot as one element for all times an array.
  private func product(_ slot: UInt16) -> (maker: Int, scale: UInt16, factor: UInt16)? {
    guard let step = maker(slot, ET_STEP_BINARY), unsafe isOp(steps[step], ET_MUL) else {
      return nil
    }
    let (a, b) = unsafe (steps[step].operands.0, steps[step].operands.1)
    if !moves(a), moves(b) { return (step, a, b) }
    if moves(a), !moves(b) { return (step, b, a) }
    return nil
  }

  /// The operand of a step that is gone from now on.
  private func take(_ step: Int, _ operand: UInt16) -> UInt16 {
    unsafe steps[step].kind = ChainPlan.gone
    return operand
  }

  /// A slot that holds 1.
  private func unit(_ type: UInt8) -> UInt16 {
    var slot = unsafe et_slot()
    unsafe slot.kind = UInt8(ET_SLOT_NUMBER.rawValue)
    unsafe slot.number = ScalarBytes(1, DType(rawValue: type)!).bits
    return unsafe add(slot, 0)
  }

  private func moves(_ slot: UInt16) -> Bool {
    unsafe slots[Int(slot)].kind >= UInt8(ET_SLOT_ARRAY.rawValue)
  }

  private func isOp(_ step: et_step, _ op: et_binary_op) -> Bool {
    step.op == UInt8(op.rawValue)
  }

  private func isFloating(_ step: et_step) -> Bool {
    step.type == DType.f32.rawValue || step.type == DType.f64.rawValue
  }
}
