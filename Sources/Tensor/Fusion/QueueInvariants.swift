import CKernels

// What holds of a queue between two calls.

extension FusionQueue {
  /// What does not hold.
  func checkInvariants() -> [String] {
    var problems = Problems()
    checkCounts(&problems)
    guard problems.list.isEmpty else { return problems.list }
    for slot in FusionQueue.stepLimit..<slotCount { checkSource(slot, &problems) }
    for index in 0..<count { checkEntry(index, &problems) }
    if let inFlight {
      problems.require(
        inFlight.result.isInFlight(in: self), "the product in flight has landed already")
    }
    return problems.list
  }

  private func checkCounts(_ problems: inout Problems) {
    problems.require((0...FusionQueue.stepLimit).contains(count), "\(count) steps")
    problems.require(
      (FusionQueue.stepLimit...FusionQueue.slotLimit).contains(slotCount), "\(slotCount) slots")
    var (elements, bytes) = (0, 0)
    for i in 0..<count {
      unsafe elements += entries[i].count
      unsafe bytes += entries[i].count * entries[i].dtype.size
    }
    problems.require(elementCount == elements, "\(elementCount) elements, not \(elements)")
    problems.require(reservedBytes == bytes, "\(reservedBytes) bytes reserved, not \(bytes)")
    let used = (FusionQueue.stepLimit..<slotCount).compactMap(sourceIndex(ofSlot:))
    problems.require(used == Array(0..<sources.count), "sources are not those that slots read")
  }

  private func checkEntry(_ index: Int, _ problems: inout Problems) {
    let entry = unsafe entries[index]
    problems.require(Int(entry.step.result) == index, "step \(index) writes another's slot")
    problems.require(entry.step.isEnqueued, "step \(index) is of a kind that can't be")
    guard (0...index).contains(entry.root) else {
      return problems.require(false, "step \(index) has a root after it")
    }
    for i in 0..<entry.step.operandCount {
      let slot = Int(entry.step[operand: i])
      let dtype = entry.step.operandDType(i)
      if slot < FusionQueue.stepLimit {
        guard slot < index else {
          problems.require(false, "step \(index) reads step \(slot), which is not before it")
          continue
        }
        problems.require(
          root(of: slot) == root(of: index), "step \(index) is not in the pass of step \(slot)")
        problems.require(
          unsafe entries[slot].count == entry.count && entries[slot].dtype == dtype,
          "step \(index) reads step \(slot), whose size or dtype differs")
      } else {
        checkOperand(slot, dtype, of: index, &problems)
      }
    }
    guard let owner = unsafe entry.owner?.takeUnretainedValue() else { return }
    problems.require(
      owner.deferredStep(in: self) == index && owner.dtype == entry.dtype
        && owner.count == entry.count, "step \(index) has an owner that does not wait for it")
  }

  /// A step's operand that is no result of another step.
  private func checkOperand(
    _ slot: Int, _ dtype: DType, of index: Int, _ problems: inout Problems
  ) {
    guard slot < slotCount else {
      return problems.require(false, "step \(index) reads slot \(slot), which is not there")
    }
    guard let t = source(ofSlot: slot) else { return }
    problems.require(t.dtype == dtype, "step \(index) reads a \(t.dtype.name) as \(dtype.name)")
    let count = unsafe entries[index].count
    let fits =
      if unsafe slots[slot].isKind(ET_SLOT_ARRAY) { t.count == count } else {
        unsafe slots[slot].view.map { unsafe $0.pointee.elementCount == count } ?? true
      }
    problems.require(fits, "step \(index) reads an operand of another size")
  }

  private func checkSource(_ slot: Int, _ problems: inout Problems) {
    let found = unsafe slots[slot]
    guard let t = source(ofSlot: slot) else {
      return problems.require(
        unsafe found.isKind(ET_SLOT_NUMBER), "slot \(slot) is memory of no tensor")
    }
    guard t.deferredStep(in: self) == nil else {
      return problems.require(false, "slot \(slot) reads memory of a deferred tensor")
    }
    problems.require(
      t === inFlight?.result || !t.isInFlight(in: self), "slot \(slot) reads a forgotten product")
    problems.require(unsafe found.data == t.start(in: self), "slot \(slot) points elsewhere")
    problems.require(unsafe Int(found.bytes) == t.dtype.size, "slot \(slot) has another size")
    let isRight =
      switch unsafe UInt32(found.kind) {
      case ET_SLOT_ARRAY.rawValue: t.isContiguous
      case ET_SLOT_ELEMENT.rawValue: t.isOneElementRepeated
      case ET_SLOT_TEMPORARY.rawValue: unsafe found.view != nil
      default: false
      }
    problems.require(isRight, "slot \(slot) is not of the kind that its tensor is")
  }

  /// What does not hold once all is computed.
  func checkMaterialized() -> [String] {
    var problems = Problems()
    problems.require(inFlight == nil, "a product is still in flight")
    problems.require(reservedBytes >= 0, "more memory was taken than was reserved")
    for i in 0..<count {
      problems.require(unsafe !entries[i].isNeeded, "step \(i) was not computed")
      let owner = unsafe entries[i].owner?.takeUnretainedValue()
      problems.require(owner?.deferredStep(in: self) == nil, "the owner of step \(i) got nothing")
    }
    return problems.list
  }
}

extension et_step {
  /// Whether it is of a kind that is enqueued, rather than made for a pass.
  fileprivate var isEnqueued: Bool {
    [ET_STEP_UNARY, ET_STEP_BINARY, ET_STEP_COMPARE, ET_STEP_WHERE, ET_STEP_POWER, ET_STEP_CONVERT]
      .contains { isKind($0) }
  }

  /// The dtype that it reads operand `i` as.
  fileprivate func operandDType(_ i: Int) -> DType {
    if isKind(ET_STEP_CONVERT) { return DType(rawValue: op)! }
    return isKind(ET_STEP_WHERE) && i == 0 ? .bool : dtype
  }
}

extension et_view {
  /// How many elements it shows.
  var elementCount: Int {
    let sizes = unsafe unsafeBitCast(shape, to: Strides.self)
    return (0..<rank).reduce(1) { $0 * sizes[$1] }
  }
}
