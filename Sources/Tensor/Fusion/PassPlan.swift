import CKernels

/// One pass over memory: the steps of a queue that hang together, in slots of its own, as the kernel
/// takes them.
///
/// Its buffers are pointers: arrays in a class are checked for overlapping access at each change,
/// which took a fortieth of a small training step.
@safe final class PassPlan {
  let steps = UnsafeMutablePointer<et_step>.allocate(capacity: FusionQueue.slotLimit)
  var stepCount = 0
  let slots = UnsafeMutablePointer<et_slot>.allocate(capacity: FusionQueue.slotLimit)
  private(set) var slotCount = 0
  /// Blocks of elements that temporaries take.
  private(set) var temporaryCount = 0
  /// For each slot here the step that computes it, and how many steps read it; as long as no step is
  /// removed.
  let makers = UnsafeMutablePointer<OptionalIndex>.allocate(capacity: FusionQueue.slotLimit)
  let readerCounts = UnsafeMutablePointer<Int32>.allocate(capacity: FusionQueue.slotLimit)
  /// For each slot here the slot of the queue; none for what the peephole rules added.
  let origins = UnsafeMutablePointer<OptionalIndex>.allocate(capacity: FusionQueue.slotLimit)
  /// The tensors that get memory by this pass.
  private(set) var results: [(owner: Tensor, storage: Storage)] = []

  /// For each slot of the queue its slot here, if it has one yet.
  private let places = UnsafeMutablePointer<OptionalIndex>.allocate(
    capacity: FusionQueue.slotLimit)
  /// For each slot here the last step that reads it, while memory is assigned.
  private let lastUses = UnsafeMutablePointer<OptionalIndex>.allocate(
    capacity: FusionQueue.slotLimit)
  /// Blocks, and slots of arrays, that no later step reads, so that results may take their place.
  private let freeTemporaries = SlotStack()
  private let freeArrays = SlotStack()

  deinit {
    unsafe steps.deallocate()
    unsafe slots.deallocate()
    unsafe makers.deallocate()
    unsafe readerCounts.deallocate()
    unsafe origins.deallocate()
    unsafe places.deallocate()
    unsafe lastUses.deallocate()
  }

  /// Computes the pass that begins with a step of a queue, and marks its steps as done.
  func compute(_ first: Int, of queue: FusionQueue) {
    (stepCount, slotCount, temporaryCount) = (0, 0, 0)
    unsafe places.update(repeating: .none, count: FusionQueue.slotLimit)
    let root = queue.root(of: first)
    var cost = 0
    for index in first..<queue.count
    where unsafe queue.entries[index].isNeeded && queue.root(of: index) == root {
      add(index, of: queue)
      unsafe cost += queue.entries[index].cost
      unsafe queue.entries[index].isNeeded = false
    }
    queue.audit?.checkOrder(of: self)
    joinOptimizerSteps()
    assignMemory(of: queue)
    let count = unsafe queue.entries[first].count
    queue.audit?.check(self, count: count, of: queue)
    run(queue, count, cost)
    for (owner, storage) in results { owner.materialize(in: storage) }
    results.removeAll(keepingCapacity: true)
  }

  // Steps

  private func add(_ index: Int, of queue: FusionQueue) {
    var step = unsafe queue.entries[index].step
    step.mapOperands { slot in
      let place = place(of: slot, in: queue)
      unsafe readerCounts[Int(place)] += 1
      return place
    }
    let dtype = unsafe queue.entries[index].dtype
    let isWanted = unsafe queue.entries[index].owner != nil
    step.result = unsafe addSlot(
      et_slot(result: dtype, isWanted: isWanted), OptionalIndex(index))
    unsafe makers[Int(step.result)] = OptionalIndex(stepCount)
    unsafe places[index] = OptionalIndex(Int(step.result))
    append(step)
  }

  /// Where a slot of the queue stands here; a view is read into a temporary before.
  private func place(of slot: UInt16, in queue: FusionQueue) -> UInt16 {
    if let known = unsafe places[Int(slot)].index { return UInt16(truncatingIfNeeded: known) }
    let place = unsafe addSlot(queue.slots[Int(slot)], OptionalIndex(Int(slot)))
    unsafe places[Int(slot)] = OptionalIndex(Int(place))
    if unsafe slots[Int(place)].view != nil {
      append(et_step(ET_STEP_READ, result: Int(place)))
    }
    return place
  }

  private func append(_ step: et_step) {
    unsafe (steps + stepCount).initialize(to: step)
    stepCount += 1
  }

  /// Whether another slot fits.
  var hasRoom: Bool { slotCount < FusionQueue.slotLimit }

  func addSlot(_ slot: et_slot, _ origin: OptionalIndex) -> UInt16 {
    unsafe (slots + slotCount).initialize(to: slot)
    unsafe origins[slotCount] = origin
    unsafe lastUses[slotCount] = .none
    unsafe makers[slotCount] = .none
    unsafe readerCounts[slotCount] = 0
    slotCount += 1
    return UInt16(truncatingIfNeeded: slotCount - 1)
  }

  // Memory

  /// Gives results memory: of their own or that of operands that die here, for those that someone
  /// wants, and a block for temporaries, which serves again after the last step that reads it.
  private func assignMemory(of queue: FusionQueue) {
    freeTemporaries.removeAll()
    freeArrays.removeAll()
    for i in 0..<stepCount {
      unsafe steps[i].forEachOperand { unsafe lastUses[$0] = OptionalIndex(i) }
    }
    for i in 0..<stepCount {
      let step = unsafe steps[i]
      let result = unsafe slots + Int(step.result)
      // A kernel may write over an operand of the same element size. Temporaries don't tell theirs,
      // so a block is taken before those of the operands are free.
      if unsafe result.pointee.isKind(ET_SLOT_TEMPORARY) {
        unsafe result.pointee.temporary = takeTemporary()
      }
      step.forEachOperand { freeOperand($0, lastReadBy: i) }
      if unsafe result.pointee.isKind(ET_SLOT_ARRAY) {
        let index = unsafe origins[Int(step.result)].index!
        let dying = unsafe takeDyingStorage(elementBytes: result.pointee.bytes, of: queue)
        let storage = dying ?? queue.storage(for: index)
        unsafe results.append((queue.entries[index].owner!.takeUnretainedValue(), storage))
        unsafe result.pointee.data = storage.base
      }
    }
  }

  private func takeTemporary() -> UInt16 {
    if let free = freeTemporaries.pop() { return free }
    temporaryCount += 1
    return UInt16(truncatingIfNeeded: temporaryCount - 1)
  }

  /// Lets go of the place of an operand if this step is the last to read it.
  private func freeOperand(_ operand: Int, lastReadBy step: Int) {
    guard unsafe lastUses[operand].index == step else { return }
    unsafe lastUses[operand] = .none  // a step that reads it twice lets it go once
    if unsafe slots[operand].isKind(ET_SLOT_TEMPORARY) {
      unsafe freeTemporaries.push(slots[operand].temporary)
    } else if unsafe slots[operand].isKind(ET_SLOT_ARRAY) {
      freeArrays.push(UInt16(truncatingIfNeeded: operand))
    }
  }

  /// Memory of a tensor that only this pass reads, and reads no more: each element is read before
  /// the one at its place is written.
  private func takeDyingStorage(elementBytes: UInt8, of queue: FusionQueue) -> Storage? {
    while let slot = freeArrays.pop().map(Int.init) {
      guard unsafe slots[slot].bytes == elementBytes, let origin = unsafe origins[slot].index,
        let storage = queue.takeStorage(ofSource: origin)
      else { continue }
      return storage
    }
    return nil
  }

  // Running

  private func run(_ queue: FusionQueue, _ count: Int, _ cost: Int) {
    let pass = unsafe FusedPass(
      kernels: queue.kernels, workers: queue.workers, steps: steps, stepCount: stepCount,
      slots: slots, slotCount: slotCount, temporaryCount: temporaryCount, count: count, cost: cost)
    guard let trace = queue.trace, trace.isOpen else { return pass.run() }
    let traced = TracedPass(pass, places(queue, trace))
    _ = unsafe trace.perform { unsafe traced.run($0) }
  }

  /// Where the slots that are memory stand in a trace.
  private func places(
    _ queue: FusionQueue, _ trace: KernelTrace
  ) -> [(slot: Int, place: KernelTrace.Place)] {
    (0..<slotCount).compactMap { slot in
      guard let origin = unsafe origins[slot].index else { return nil }
      if let source = queue.source(ofSlot: origin) { return (slot, source.place(in: trace)) }
      guard unsafe slots[slot].isKind(ET_SLOT_ARRAY) else { return nil }
      let start = unsafe slots[slot].data
      let result = results.first { unsafe $0.storage.base == start }!
      return (slot, trace.target(result.storage, 0))
    }
  }
}

/// A stack of slots.
@safe private final class SlotStack {
  private let start = UnsafeMutablePointer<UInt16>.allocate(capacity: FusionQueue.slotLimit)
  private var count = 0

  deinit { unsafe start.deallocate() }

  func removeAll() { count = 0 }

  func push(_ slot: UInt16) {
    precondition(count < FusionQueue.slotLimit)
    unsafe start[count] = slot
    count += 1
  }

  func pop() -> UInt16? {
    if count == 0 { return nil }
    count -= 1
    return unsafe start[count]
  }
}
