import CKernels

/// One pass over memory: steps of a chain that hang together, as the kernel takes them.
@safe final class ChainPlan {
  let steps = UnsafeMutablePointer<et_step>.allocate(capacity: Chain.mostSlots)
  let slots = UnsafeMutablePointer<et_slot>.allocate(capacity: Chain.mostSlots)
  /// For each slot of the chain its slot here; -1 if it has none yet.
  private let places = UnsafeMutablePointer<Int32>.allocate(capacity: Chain.mostSlots)
  /// For each slot here the last step that reads it.
  private let lastUses = UnsafeMutablePointer<Int32>.allocate(capacity: Chain.mostSlots)
  var stepCount = 0
  private var slotCount = 0
  /// For each slot here the step that computes it, -1 if none, and how many steps read it.
  let makers = UnsafeMutablePointer<Int32>.allocate(capacity: Chain.mostSlots)
  let readers = UnsafeMutablePointer<Int32>.allocate(capacity: Chain.mostSlots)
  private var temporaryCount = 0
  /// Temporaries and slots here whose memory no one reads any more, to be written over.
  private let freeTemporaries = Stack()
  private let freeSources = Stack()
  /// For each slot here the slot of the chain.
  private let origins = UnsafeMutablePointer<UInt16>.allocate(capacity: Chain.mostSlots)
  private var results: [(owner: Tensor, storage: Storage)] = []

  deinit {
    unsafe steps.deallocate()
    unsafe slots.deallocate()
    unsafe places.deallocate()
    unsafe lastUses.deallocate()
    unsafe origins.deallocate()
    unsafe makers.deallocate()
    unsafe readers.deallocate()
  }

  /// Computes the pass that begins with a step of a chain, and marks its steps as done.
  func compute(_ first: Int, of chain: Chain) {
    (stepCount, slotCount, temporaryCount) = (0, 0, 0)
    unsafe places.update(repeating: -1, count: Chain.mostSlots)
    let root = chain.root(of: first)
    var cost = 0
    for index in first..<chain.count
    where unsafe chain.pending[index].isNeeded && chain.root(of: index) == root {
      add(index, of: chain)
      unsafe cost += chain.pending[index].cost
      unsafe chain.pending[index].isNeeded = false
    }
    joinUpdates()
    assignMemory(of: chain)
    unsafe run(chain, chain.pending[first].count, cost)
    for (owner, storage) in results { owner.settle(storage) }
    results.removeAll(keepingCapacity: true)
  }

  private func add(_ index: Int, of chain: Chain) {
    var step = unsafe chain.pending[index].step
    let n = step.operandCount
    if n > 0 { step.operands.0 = place(step.operands.0, of: chain) }
    if n > 1 { step.operands.1 = place(step.operands.1, of: chain) }
    if n > 2 { step.operands.2 = place(step.operands.2, of: chain) }
    step.forEachOperand { unsafe readers[$0] += 1 }
    var slot = unsafe et_slot()
    unsafe slot.bytes = UInt8(truncatingIfNeeded: chain.pending[index].dtype.size)
    let isWanted = unsafe chain.pending[index].owner != nil
    let kind = isWanted ? ET_SLOT_ARRAY : ET_SLOT_TEMPORARY
    unsafe slot.kind = UInt8(kind.rawValue)
    step.result = unsafe add(slot, UInt16(truncatingIfNeeded: index))
    unsafe makers[Int(step.result)] = Int32(truncatingIfNeeded: stepCount)
    unsafe places[index] = Int32(step.result)
    append(step)
  }

  /// Where a slot of the chain stands here; a view is read into a temporary before.
  private func place(_ slot: UInt16, of chain: Chain) -> UInt16 {
    let known = unsafe places[Int(slot)]
    if known >= 0 { return UInt16(known) }
    let place = unsafe add(chain.slots[Int(slot)], slot)
    unsafe places[Int(slot)] = Int32(place)
    if unsafe slots[Int(place)].view != nil {
      var read = et_step()
      read.kind = UInt8(ET_STEP_READ.rawValue)
      read.result = place
      append(read)
    }
    return place
  }

  /// Whether another slot fits.
  var hasRoom: Bool { slotCount < Chain.mostSlots }

  private func append(_ step: et_step) {
    unsafe (steps + stepCount).initialize(to: step)
    stepCount += 1
  }

  func add(_ slot: et_slot, _ origin: UInt16) -> UInt16 {
    unsafe (slots + slotCount).initialize(to: slot)
    unsafe origins[slotCount] = origin
    unsafe lastUses[slotCount] = -1
    unsafe makers[slotCount] = -1
    unsafe readers[slotCount] = 0
    slotCount += 1
    return UInt16(truncatingIfNeeded: slotCount - 1)
  }

  /// Gives results memory: of their own or that of operands that die here, for those that someone
  /// wants, and a block of scratch for others, which serves again after the last step that reads it.
  private func assignMemory(of chain: Chain) {
    freeTemporaries.count = 0
    freeSources.count = 0
    for i in 0..<stepCount {
      unsafe steps[i].forEachOperand { unsafe lastUses[$0] = Int32(truncatingIfNeeded: i) }
    }
    for i in 0..<stepCount {
      let step = unsafe steps[i]
      let result = unsafe slots + Int(step.result)
      if unsafe result.pointee.kind == UInt8(ET_SLOT_TEMPORARY.rawValue) {
        if let free = freeTemporaries.pop() {
          unsafe result.pointee.temporary = free
        } else {
          unsafe result.pointee.temporary = UInt16(truncatingIfNeeded: temporaryCount)
          temporaryCount += 1
        }
      }
      step.forEachOperand { operand in
        guard unsafe lastUses[operand] == Int32(truncatingIfNeeded: i) else { return }
        unsafe lastUses[operand] = -1  // a step that reads it twice lets it go once
        if unsafe slots[operand].kind == UInt8(ET_SLOT_TEMPORARY.rawValue) {
          unsafe freeTemporaries.push(slots[operand].temporary)
        } else if unsafe slots[operand].kind == UInt8(ET_SLOT_ARRAY.rawValue) {
          freeSources.push(UInt16(truncatingIfNeeded: operand))
        }
      }
      if unsafe result.pointee.kind == UInt8(ET_SLOT_ARRAY.rawValue) {
        let index = unsafe Int(origins[Int(step.result)])
        let dying = unsafe dyingStorage(result.pointee.bytes, of: chain)
        let storage = dying ?? chain.storage(for: index)
        unsafe results.append((chain.pending[index].owner!.takeUnretainedValue(), storage))
        unsafe result.pointee.data = storage.base
      }
    }
  }

  /// Memory of a tensor that only this pass reads, and reads no more: each element is read before
  /// the one at its place is written.
  private func dyingStorage(_ bytes: UInt8, of chain: Chain) -> Storage? {
    while let place = freeSources.pop().map(Int.init) {
      guard unsafe slots[place].bytes == bytes,
        let storage = unsafe chain.takeStorage(ofSource: Int(origins[place]))
      else { continue }
      return storage
    }
    return nil
  }

  private func run(_ chain: Chain, _ n: Int, _ cost: Int) {
    let pass = unsafe ChainPass(
      kernels: chain.kernels, workers: chain.workers, steps: steps, stepCount: stepCount,
      slots: slots, slotCount: slotCount, temporaryCount: temporaryCount, count: n, cost: cost)
    guard let trace = chain.trace, trace.isOpen else { return pass.run() }
    let traced = TracedPass(pass, places(chain, trace))
    _ = unsafe trace.perform { unsafe traced.run($0) }
  }

  /// Where the slots that are memory stand in a trace.
  private func places(
    _ chain: Chain, _ trace: KernelTrace
  ) -> [(slot: Int, place: KernelTrace.Place)] {
    (0..<slotCount).compactMap { slot in
      let origin = unsafe Int(origins[slot])
      if let source = chain.source(ofSlot: origin) { return (slot, source.place(in: trace)) }
      guard unsafe slots[slot].kind == UInt8(ET_SLOT_ARRAY.rawValue) else { return nil }
      let start = unsafe slots[slot].data
      let result = results.first { unsafe $0.storage.base == start }!
      return (slot, trace.target(result.storage, 0))
    }
  }
}

/// A stack of numbers that fits all slots of a chain: an array in a class is checked for overlapping
/// access at each change, which took a fortieth of a small training step.
@safe private final class Stack {
  private let start = UnsafeMutablePointer<UInt16>.allocate(capacity: Chain.mostSlots)
  var count = 0

  deinit { unsafe start.deallocate() }

  func push(_ number: UInt16) {
    precondition(count < Chain.mostSlots)
    unsafe start[count] = number
    count += 1
  }

  func pop() -> UInt16? {
    if count == 0 { return nil }
    count -= 1
    return unsafe start[count]
  }
}
