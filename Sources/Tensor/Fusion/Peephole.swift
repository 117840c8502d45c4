import CKernels

// Peephole rules: steps that optimizers are made of become one step, and what stood between them is
// never written. An element is computed by the same operations in the same order.

extension PassPlan {
  /// Joins steps whose results only the next one reads.
  func joinOptimizerSteps() {
    for i in 0..<stepCount {
      let step = unsafe steps[i]
      guard step.isBinary(ET_ADD) || step.isBinary(ET_SUB), step.dtype.isFloating else { continue }
      if let joined = adaptive(step) ?? scaledSum(step) { unsafe steps[i] = joined }
    }
    var kept = 0
    for i in 0..<stepCount {
      if unsafe steps[i].isRemoved { continue }
      unsafe steps[kept] = steps[i]
      kept += 1
    }
    stepCount = kept
  }

  /// `s x + u y` or `s x - u y`, where at least one of the products was a step of its own.
  private func scaledSum(_ step: et_step) -> et_step? {
    let (left, right) = (step[operand: 0], step[operand: 1])
    guard isElementwise(left), isElementwise(right), hasRoom else { return nil }
    let a = product(left)
    let b = left == right ? nil : product(right)
    if a == nil && b == nil { return nil }
    if let a { unsafe steps[a.maker].remove() }
    if let b { unsafe steps[b.maker].remove() }
    return step.scaledSum(
      x: a?.factor ?? left, y: b?.factor ?? right, s: a?.scale ?? one(step.dtype),
      u: b?.scale ?? one(step.dtype))
  }

  /// `p - (s x) / (sqrt(y) + e)`.
  private func adaptive(_ step: et_step) -> et_step? {
    guard step.isBinary(ET_SUB), isElementwise(step[operand: 0]),
      let quotient = maker(step[operand: 1]), unsafe steps[quotient].isBinary(ET_DIV)
    else { return nil }
    let top = unsafe steps[quotient][operand: 0]
    let bottom = unsafe steps[quotient][operand: 1]
    guard top != bottom, let product = product(top), let sum = maker(bottom),
      unsafe steps[sum].isBinary(ET_ADD)
    else { return nil }
    let (first, second) = unsafe (steps[sum][operand: 0], steps[sum][operand: 1])
    let (root, offset) = isElementwise(first) ? (first, second) : (second, first)
    guard !isElementwise(offset), let square = maker(root),
      unsafe steps[square].isUnary(ET_SQRT)
    else { return nil }
    let joined = unsafe step.adaptive(
      p: step[operand: 0], x: product.factor, y: steps[square][operand: 0], s: product.scale,
      e: offset)
    unsafe steps[quotient].remove()
    unsafe steps[product.maker].remove()
    unsafe steps[sum].remove()
    unsafe steps[square].remove()
    return joined
  }

  /// The step that made a slot for one reader alone.
  private func maker(_ slot: UInt16) -> Int? {
    let slot = Int(slot)
    guard unsafe slots[slot].isKind(ET_SLOT_TEMPORARY), unsafe readerCounts[slot] == 1 else {
      return nil
    }
    return unsafe makers[slot].index
  }

  /// A slot as one element for all times an array.
  private func product(_ slot: UInt16) -> (maker: Int, scale: UInt16, factor: UInt16)? {
    guard let step = maker(slot), unsafe steps[step].isBinary(ET_MUL) else { return nil }
    let (a, b) = unsafe (steps[step][operand: 0], steps[step][operand: 1])
    if !isElementwise(a), isElementwise(b) { return (step, a, b) }
    if isElementwise(a), !isElementwise(b) { return (step, b, a) }
    return nil
  }

  /// A slot that holds 1.
  private func one(_ dtype: DType) -> UInt16 {
    unsafe addSlot(et_slot(number: 1, dtype), .none)
  }

  private func isElementwise(_ slot: UInt16) -> Bool { unsafe slots[Int(slot)].isElementwise }
}

extension et_step {
  private static let removed = UInt8.max

  /// Whether it became part of a later step.
  fileprivate var isRemoved: Bool { kind == et_step.removed }

  fileprivate mutating func remove() { kind = et_step.removed }
}
