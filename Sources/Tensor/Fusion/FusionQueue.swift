import CKernels

/// Elementwise steps that are deferred until someone needs an element, so that several of them make
/// one pass over memory.
///
/// Shapes, dtypes and memory are checked when a step is enqueued, and only steps that can't fail are
/// deferred, so only a clock can tell. A queue belongs to one context, and so to one thread.
/// `checkInvariants` says in code what holds between two calls.
@safe final class FusionQueue {
  /// A step in the queue.
  @safe struct Entry {
    var step: et_step
    var dtype: DType
    var count: Int
    /// About the nanoseconds of 8 elements.
    var cost: Int
    /// The tensor that wants the result, which its deinit takes away. A strong reference would keep
    /// results that nobody can read, and the tape behind them; a weak one needs a table beside the
    /// tensor.
    var owner: Unmanaged<Tensor>?
    /// An earlier step of the same pass, or itself.
    var root: Int
    /// Whether a tensor or a later step wants the result; known while the queue materializes.
    var isNeeded = false
  }

  static let stepLimit = 128
  static let slotLimit = Int(ET_CHAIN_SLOTS)
  /// Elements that may be deferred, in all steps and in one: a pass can't be interrupted.
  private static let elementLimit = 1 << 25
  private static let stepElementLimit = 1 << 24

  let kernels: OpaquePointer
  let pool: MemoryPool
  let workers: WorkerPool
  /// How many steps are deferred.
  private(set) var count = 0
  let entries = UnsafeMutablePointer<Entry>.allocate(capacity: stepLimit)
  /// Slot i is the result of step i; what steps read from elsewhere follows after `stepLimit`.
  let slots = UnsafeMutablePointer<et_slot>.allocate(capacity: slotLimit)
  private(set) var slotCount = stepLimit
  private let views = UnsafeMutablePointer<et_view>.allocate(capacity: slotLimit - stepLimit)
  /// What slots point into.
  private(set) var sources: [Tensor] = []
  /// For each slot after `stepLimit` its place in `sources`; none for a number.
  private let sourceIndices = UnsafeMutablePointer<OptionalIndex>.allocate(
    capacity: slotLimit - stepLimit)
  private(set) var elementCount = 0
  private(set) var reservedBytes = 0
  private(set) var inFlight: InFlightProduct?
  private let plan = PassPlan()
  /// What keeps the passes to run them again, while it is made.
  var trace: KernelTrace?
  /// Checks the invariants after each step and pass; only tests have one.
  var audit: FusionAudit?

  /// A product that other threads compute while the program goes on. They read its operands and
  /// write its scratch, which no one else may get meanwhile.
  struct InFlightProduct {
    let result: Tensor
    let operands: (Tensor, Tensor)
    let scratch: Tensor
  }

  /// How a deferred tensor refers to its queue: without holding it, as a queue goes only when nothing
  /// is deferred in it. Measured on a program of steps of 20 elements: to hold it takes 7 % more time.
  @safe struct Reference {
    private let queue: Unmanaged<FusionQueue>

    init(_ queue: FusionQueue) { unsafe self.queue = .passUnretained(queue) }

    @inline(__always)
    func refers(to other: FusionQueue) -> Bool {
      unsafe queue.toOpaque() == Unmanaged.passUnretained(other).toOpaque()
    }

    @inline(__always)
    func use<R>(_ body: (FusionQueue) -> R) -> R {
      unsafe queue._withUnsafeGuaranteedRef { body($0) }
    }
  }

  init(_ kernels: OpaquePointer, _ pool: MemoryPool, _ workers: WorkerPool) {
    unsafe self.kernels = kernels
    self.pool = pool
    self.workers = workers
  }

  deinit {
    precondition(count == 0 && inFlight == nil, "a queue was let go with deferred steps")
    unsafe entries.deallocate()
    unsafe slots.deallocate()
    unsafe views.deallocate()
    unsafe sourceIndices.deallocate()
  }

  // Enqueueing

  /// Whether a result of this shape may be deferred.
  static func takes(_ shape: Shape) -> Bool {
    shape.elementCount > 1 && shape.elementCount <= stepElementLimit
  }

  /// Defers a step; nil if there is no memory for its result. The operands fit the shape, those that
  /// are deferred here have it, and others are contiguous or have even runs; `op` and `type` choose
  /// the kernel.
  func enqueue(
    _ kind: et_step_kind, _ op: UInt32, _ type: DType, to dtype: DType, _ shape: Shape, cost: Int,
    _ operands: StepOperands
  ) -> Tensor? {
    if count == FusionQueue.stepLimit || slotCount + StepOperands.limit > FusionQueue.slotLimit
      || elementCount + shape.elementCount > FusionQueue.elementLimit
    {
      materialize()
    }
    let bytes = shape.elementCount * dtype.size
    if !pool.reserve(bytes) {
      materialize()  // results that nobody wants any more have memory reserved
      guard pool.reserve(bytes) else { return nil }
    }
    reservedBytes += bytes
    let index = count
    var root = index
    var step = et_step(kind, op: op, type: type, result: index)
    operands.forEach { i, operand in
      // A kernel of one operand takes no single element for all.
      step[operand: i] = slot(of: operand, type, shape, &root, isAlone: operands.count == 1)
    }
    let result = Tensor(dtype, shape, deferredIn: self, step: index)
    unsafe (entries + index).initialize(
      to: Entry(
        step: step, dtype: dtype, count: shape.elementCount, cost: cost,
        owner: .passUnretained(result), root: root))
    count += 1
    elementCount += shape.elementCount
    audit?.check(self)
    return result
  }

  /// The slot that a step reads an operand from; a step of another pass is joined to this one.
  private func slot(
    of operand: Operand, _ type: DType, _ shape: Shape, _ root: inout Int, isAlone: Bool
  ) -> UInt16 {
    guard case .tensor(let t) = operand else {
      return unsafe addSlot(et_slot(number: operand.weakValue!, type), .none)
    }
    if let step = t.deferredStep(in: self) {
      join(step, &root)
      return UInt16(truncatingIfNeeded: step)
    }
    sources.append(t)
    var slot = unsafe et_slot()
    unsafe slot.bytes = UInt8(truncatingIfNeeded: t.dtype.size)
    unsafe slot.data = t.start(in: self)
    if t.isOneElementRepeated && !isAlone {
      unsafe slot.kind = UInt8(ET_SLOT_ELEMENT.rawValue)
    } else if t.isContiguous && t.shape == shape {
      unsafe slot.kind = UInt8(ET_SLOT_ARRAY.rawValue)
    } else {
      unsafe slot.kind = UInt8(ET_SLOT_TEMPORARY.rawValue)
      let view = unsafe views + (slotCount - FusionQueue.stepLimit)
      unsafe view.initialize(to: et_view(shape, t.strides(broadcastTo: shape)))
      unsafe slot.view = UnsafePointer(view)
    }
    return unsafe addSlot(slot, OptionalIndex(sources.count - 1))
  }

  private func addSlot(_ slot: et_slot, _ source: OptionalIndex) -> UInt16 {
    unsafe (slots + slotCount).initialize(to: slot)
    unsafe sourceIndices[slotCount - FusionQueue.stepLimit] = source
    slotCount += 1
    return UInt16(truncatingIfNeeded: slotCount - 1)
  }

  private func join(_ step: Int, _ root: inout Int) {
    let other = self.root(of: step)
    if root == count || root == other {
      root = other
    } else {
      let (low, high) = (min(root, other), max(root, other))
      unsafe entries[high].root = low
      root = low
    }
  }

  /// The first step of the pass that a step belongs to.
  func root(of step: Int) -> Int {
    var step = step
    while unsafe entries[step].root != step { step = unsafe entries[step].root }
    return step
  }

  /// No tensor wants the result of a step any longer; steps still may.
  func disown(_ step: Int) { unsafe entries[step].owner = nil }

  // Products in flight

  /// Has other threads begin with the blocks of a product, which write to `result`. No one reads it
  /// before `materialize`.
  func begin(
    _ result: Tensor, of operands: (Tensor, Tensor), _ scratch: Tensor, blocks: Int,
    _ body: @escaping (Int) -> Void
  ) {
    finishInFlight()
    inFlight = InFlightProduct(result: result, operands: operands, scratch: scratch)
    result.beginFlight(in: self)
    workers.begin(blocks, body)
  }

  private func finishInFlight() {
    guard let inFlight else { return }
    workers.finish()
    inFlight.result.finishFlight()
    self.inFlight = nil
  }

  // Materializing

  /// Finishes what is in flight and computes all that is deferred and wanted.
  func materialize() {
    finishInFlight()
    if count == 0 { return }
    markNeeded()
    for step in 0..<count where unsafe entries[step].isNeeded {
      plan.compute(step, of: self)
    }
    audit?.checkMaterialized(self)
    pool.release(reservedBytes)
    (count, slotCount, elementCount, reservedBytes) = (0, FusionQueue.stepLimit, 0, 0)
    // Letting go of tensors may do anything but ask for steps.
    sources.removeAll(keepingCapacity: true)
  }

  private func markNeeded() {
    for index in (0..<count).reversed() {
      let entry = unsafe entries + index
      if unsafe entry.pointee.owner != nil { unsafe entry.pointee.isNeeded = true }
      guard unsafe entry.pointee.isNeeded else { continue }
      unsafe entry.pointee.step.forEachOperand { slot in
        if slot < FusionQueue.stepLimit { unsafe entries[slot].isNeeded = true }
      }
    }
  }

  /// Memory for the result of a step, out of what was reserved.
  func storage(for step: Int) -> Storage {
    let bytes = unsafe entries[step].count * entries[step].dtype.size
    reservedBytes -= bytes
    let result = Storage(reserved: bytes, pool: pool)
    trace?.adopt(result)
    return result
  }

  /// Where the tensor that a slot reads stands in `sources`; nil if the slot is a number or the
  /// result of a step.
  func sourceIndex(ofSlot slot: Int) -> Int? {
    slot < FusionQueue.stepLimit ? nil : unsafe sourceIndices[slot - FusionQueue.stepLimit].index
  }

  /// The tensor that a slot reads, if it reads one.
  func source(ofSlot slot: Int) -> Tensor? { sourceIndex(ofSlot: slot).map { sources[$0] } }

  /// The memory of a whole tensor that no one but this queue holds, which is then the caller's.
  func takeStorage(ofSource slot: Int) -> Storage? {
    guard let index = sourceIndex(ofSlot: slot) else { return nil }
    return isKnownUniquelyReferenced(&sources[index]) ? sources[index].storageHeldAlone() : nil
  }

  /// Whether no one but this queue holds a source.
  func holdsAlone(source index: Int) -> Bool { isKnownUniquelyReferenced(&sources[index]) }
}
