import CKernels

// What holds of a pass before it runs.

extension PassPlan {
  /// What does not hold of the order of its steps: each reads numbers, memory from before, or what an
  /// earlier step computed, and none writes what another one wrote.
  func checkOrder() -> [String] {
    var problems = Problems()
    problems.require(slotCount <= FusionQueue.slotLimit, "\(slotCount) slots in a pass")
    problems.require(stepCount <= FusionQueue.slotLimit, "\(stepCount) steps in a pass")
    var computed = [Bool](repeating: false, count: slotCount)
    for i in 0..<stepCount {
      let step = unsafe steps[i]
      step.forEachOperand { slot in
        problems.require(slot < slotCount, "step \(i) of a pass reads slot \(slot)")
        guard slot < slotCount, isComputed(slot) else { return }
        problems.require(computed[slot], "step \(i) of a pass reads what no step computed")
      }
      let result = Int(step.result)
      guard result < slotCount else {
        problems.require(false, "step \(i) of a pass writes slot \(result)")
        continue
      }
      problems.require(isComputed(result), "step \(i) of a pass writes an operand")
      problems.require(
        step.isKind(ET_STEP_READ) == isView(result), "step \(i) of a pass reads no view")
      problems.require(!computed[result], "step \(i) of a pass computes slot \(result) again")
      computed[result] = true
    }
    return problems.list
  }

  /// What does not hold of the makers and readers of slots, before steps are joined.
  func checkReaders() -> [String] {
    var problems = Problems()
    var makers = [Int?](repeating: nil, count: slotCount)
    var readers = [Int](repeating: 0, count: slotCount)
    for i in 0..<stepCount {
      let step = unsafe steps[i]
      if !step.isKind(ET_STEP_READ) { makers[Int(step.result)] = i }
      step.forEachOperand { readers[$0] += 1 }
    }
    for slot in 0..<slotCount {
      problems.require(unsafe self.makers[slot].index == makers[slot], "slot \(slot): its maker")
      problems.require(
        unsafe Int(readerCounts[slot]) == readers[slot], "slot \(slot): how many read it")
    }
    return problems.list
  }

  /// What does not hold of a pass over `count` elements that is about to run.
  func checkInvariants(count: Int, of queue: FusionQueue) -> [String] {
    let order = checkOrder()
    guard order.isEmpty else { return order }
    var problems = Problems()
    problems.require(queue.inFlight == nil, "a pass runs while a product is in flight")
    checkTemporaries(&problems)
    checkResults(count, queue, &problems)
    checkMemory(count, queue, &problems)
    return problems.list
  }

  /// Temporaries are read before another result takes their block.
  private func checkTemporaries(_ problems: inout Problems) {
    var holders = [Int?](repeating: nil, count: temporaryCount)
    for i in 0..<stepCount {
      let step = unsafe steps[i]
      step.forEachOperand { slot in
        guard let block = temporary(slot) else { return }
        problems.require(
          block < temporaryCount && holders[block] == slot,
          "step \(i) of a pass reads a temporary after its block was taken")
        problems.require(
          block != temporary(Int(step.result)), "step \(i) of a pass writes over a temporary")
      }
      guard let block = temporary(Int(step.result)) else { continue }
      problems.require(block < temporaryCount, "step \(i) of a pass writes beyond the blocks")
      if block < temporaryCount { holders[block] = Int(step.result) }
    }
  }

  /// Each result that someone wants has memory of its size and the owner of its step.
  private func checkResults(_ count: Int, _ queue: FusionQueue, _ problems: inout Problems) {
    let wanted = (0..<stepCount).filter {
      unsafe slots[Int(steps[$0].result)].isKind(ET_SLOT_ARRAY)
    }
    problems.require(wanted.count == results.count, "\(results.count) results")
    for (i, result) in zip(wanted, results) {
      let slot = unsafe Int(steps[i].result)
      let step = unsafe origins[slot].index
      problems.require(
        unsafe slots[slot].data == result.storage.base, "step \(i) of a pass has no memory")
      problems.require(
        unsafe result.storage.bytes == count * Int(slots[slot].bytes),
        "step \(i) of a pass has memory of another size")
      problems.require(
        step != nil && result.owner.deferredStep(in: queue) == step,
        "step \(i) of a pass has another one's owner")
    }
  }

  /// Results share no memory with each other, and with an operand only if it is an array that no
  /// later step reads, here or in another pass, and that nobody else holds.
  private func checkMemory(_ count: Int, _ queue: FusionQueue, _ problems: inout Problems) {
    var written: [Extent] = []
    for i in 0..<stepCount {
      let slot = unsafe Int(steps[i].result)
      guard unsafe slots[slot].isKind(ET_SLOT_ARRAY) else { continue }
      let extent = unsafe Extent(slots[slot], count)
      problems.require(
        !written.contains { $0.overlaps(extent) }, "step \(i) of a pass writes over a result")
      written.append(extent)
      for other in 0..<slotCount where !isComputed(other) || isView(other) {
        let read = unsafe Extent(slots[other], count)
        guard read.overlaps(extent) else { continue }
        let index = unsafe origins[other].index.flatMap { queue.sourceIndex(ofSlot: $0) }
        problems.require(
          unsafe slots[other].isKind(ET_SLOT_ARRAY) && read == extent,
          "step \(i) of a pass writes over part of an operand, or of a view")
        problems.require(
          (lastReader(of: other) ?? 0) <= i, "step \(i) of a pass writes over what is still read")
        problems.require(
          index.map { queue.holdsAlone(source: $0) } ?? false,
          "step \(i) of a pass writes over what the program holds")
      }
    }
    for extent in queue.extentsStillRead {
      problems.require(
        !written.contains { $0.overlaps(extent) }, "a pass writes over an operand of a later one")
    }
  }

  // What slots are

  /// Whether a step computes a slot, or reads a view into it.
  private func isComputed(_ slot: Int) -> Bool {
    if isView(slot) { return true }
    return unsafe origins[slot].index.map { $0 < FusionQueue.stepLimit } ?? false
  }

  private func isView(_ slot: Int) -> Bool { unsafe slots[slot].view != nil }

  /// The block of a temporary.
  private func temporary(_ slot: Int) -> Int? {
    unsafe slots[slot].isKind(ET_SLOT_TEMPORARY) ? Int(slots[slot].temporary) : nil
  }

  private func lastReader(of slot: Int) -> Int? {
    (0..<stepCount).last { i in
      var isReader = false
      unsafe steps[i].forEachOperand { isReader = isReader || $0 == slot }
      return isReader
    }
  }

  /// Results that take the memory of an operand.
  func reusedCount(of queue: FusionQueue) -> Int {
    results.count { result in
      (0..<slotCount).contains { slot in
        guard let origin = unsafe origins[slot].index else { return false }
        return unsafe origin >= FusionQueue.stepLimit && slots[slot].data == result.storage.base
      }
    }
  }

  /// Steps that the peephole rules made.
  var joinedCount: Int {
    (0..<stepCount).count {
      unsafe steps[$0].isKind(ET_STEP_SCALED_SUM) || steps[$0].isKind(ET_STEP_ADAPTIVE)
    }
  }
}

extension FusionQueue {
  /// Memory that steps read which are still to be computed.
  fileprivate var extentsStillRead: [Extent] {
    var result: [Extent] = []
    for index in 0..<count where unsafe entries[index].isNeeded {
      unsafe entries[index].step.forEachOperand { slot in
        guard slot >= FusionQueue.stepLimit else { return }
        unsafe result.append(Extent(slots[slot], entries[index].count))
      }
    }
    return result
  }
}

/// The memory that a slot spans.
private struct Extent: Equatable {
  private let low: UInt
  private let high: UInt

  /// Of a slot in a pass over `count` elements; nothing for numbers and temporaries.
  init(_ slot: et_slot, _ count: Int) {
    guard let data = unsafe slot.data, unsafe !slot.isKind(ET_SLOT_NUMBER) else {
      (low, high) = (0, 0)
      return
    }
    var (first, last) = (0, 0)
    if let view = unsafe slot.view?.pointee {
      let sizes = unsafe unsafeBitCast(view.shape, to: Strides.self)
      let steps = unsafe unsafeBitCast(view.strides, to: Strides.self)
      for axis in 0..<view.rank {
        let distance = (sizes[axis] - 1) * steps[axis]
        if distance < 0 { first += distance } else { last += distance }
      }
    } else if unsafe slot.isKind(ET_SLOT_ARRAY) {
      last = count - 1
    }
    let size = unsafe Int(slot.bytes)
    low = unsafe UInt(bitPattern: data + first * size)
    high = unsafe UInt(bitPattern: data + (last + 1) * size)
  }

  func overlaps(_ other: Extent) -> Bool { low < other.high && other.low < high }
}
