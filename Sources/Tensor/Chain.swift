import CKernels

/// Elementwise steps that are put off until someone needs an element, so that several of them make
/// one pass over memory.
///
/// Shapes, dtypes and memory are looked at when a step is asked for, and only steps that can't fail
/// are put off, so only a clock can tell. A chain is its context's, and so one thread's.
@safe final class Chain {
  /// A step that waits.
  @safe struct Pending {
    var step: et_step
    var dtype: DType
    var count: Int
    /// About the nanoseconds of 8 elements.
    var cost: Int
    /// The tensor that wants the result; it says so when it goes.
    var owner: Unmanaged<Tensor>?
    /// An earlier step of the same pass, or itself.
    var root: Int
    /// Whether a tensor or a later step wants the result.
    var isNeeded = false
  }

  static let mostSteps = 128
  static let mostSlots = Int(ET_CHAIN_SLOTS)
  /// Elements that may wait, in all steps and in one: a pass can't be interrupted.
  private static let mostElements = 1 << 25
  private static let mostInStep = 1 << 24

  let kernels: OpaquePointer
  let pool: MemoryPool
  let workers: WorkerPool
  private(set) var count = 0
  /// Slot i is the result of step i; what steps read from elsewhere follows after `mostSteps`.
  let pending = UnsafeMutablePointer<Pending>.allocate(capacity: mostSteps)
  let slots = UnsafeMutablePointer<et_slot>.allocate(capacity: mostSlots)
  private let views = UnsafeMutablePointer<et_view>.allocate(capacity: mostSlots - mostSteps)
  private var slotCount = mostSteps
  /// What slots point into.
  private var sources: [Tensor] = []
  /// For each slot after `mostSteps` its place in `sources`; -1 for a number.
  private let sourceIndices = UnsafeMutablePointer<Int32>.allocate(capacity: mostSlots - mostSteps)
  private var elementCount = 0
  private var reservedBytes = 0
  /// A product that other threads compute while the program goes on, and what it reads.
  private var underway: (result: Tensor, operands: (Tensor, Tensor), scratch: Tensor)?
  let plan = ChainPlan()
  /// What keeps the passes to run them again, while it is made.
  var trace: KernelTrace?

  init(_ kernels: OpaquePointer, _ pool: MemoryPool, _ workers: WorkerPool) {
    unsafe self.kernels = kernels
    self.pool = pool
    self.workers = workers
  }

  deinit {
    unsafe pending.deallocate()
    unsafe slots.deallocate()
    unsafe views.deallocate()
    unsafe sourceIndices.deallocate()
  }

  /// Whether a result of this shape may be put off.
  static func takes(_ shape: Shape) -> Bool {
    shape.elementCount > 1 && shape.elementCount <= mostInStep
  }

  /// Puts off a step; nil if there is no memory for its result. The operands fit the shape, those
  /// that wait have it, and others are contiguous or have even runs; `op` and `type` choose the
  /// kernel.
  func add(
    _ kind: et_step_kind, _ op: UInt32, _ type: DType, to dtype: DType, _ shape: Shape, cost: Int,
    _ a: Operand, _ b: Operand?, _ c: Operand?
  ) -> Tensor? {
    if count == Chain.mostSteps || slotCount + 3 > Chain.mostSlots
      || elementCount + shape.elementCount > Chain.mostElements
    {
      flush()
    }
    let bytes = shape.elementCount * dtype.size
    if !pool.reserve(bytes) {
      flush()  // what no one wants any more waits with its memory
      guard pool.reserve(bytes) else { return nil }
    }
    reservedBytes += bytes
    let index = count
    var root = index
    var step = et_step()
    step.kind = UInt8(truncatingIfNeeded: kind.rawValue)
    step.op = UInt8(truncatingIfNeeded: op)
    step.type = type.rawValue
    step.result = UInt16(truncatingIfNeeded: index)
    // A kernel of one operand takes no single element for all.
    step.operands.0 = slot(a, type, shape, &root, isAlone: b == nil)
    if let b { step.operands.1 = slot(b, type, shape, &root) }
    if let c { step.operands.2 = slot(c, type, shape, &root) }
    let result = Tensor(dtype, shape, waitingIn: self, step: index)
    unsafe (pending + index).initialize(
      to: Pending(
        step: step, dtype: dtype, count: shape.elementCount, cost: cost,
        owner: .passUnretained(result), root: root))
    count += 1
    elementCount += shape.elementCount
    return result
  }

  /// The slot that a step reads an operand from; a step of another pass is joined to this one.
  private func slot(
    _ operand: Operand, _ type: DType, _ shape: Shape, _ root: inout Int, isAlone: Bool = false
  ) -> UInt16 {
    guard case .tensor(let t) = operand else {
      return unsafe source(et_slot(number: operand.weakValue!, type), -1)
    }
    if let step = t.waitingStep {
      join(step, &root)
      return UInt16(truncatingIfNeeded: step)
    }
    sources.append(t)
    var slot = unsafe et_slot()
    unsafe slot.bytes = UInt8(truncatingIfNeeded: t.dtype.size)
    unsafe slot.data = t === underway?.result ? t.address : t.start
    if t.isOneElementRepeated && !isAlone {
      unsafe slot.kind = UInt8(ET_SLOT_ELEMENT.rawValue)
    } else if t.isContiguous && t.shape == shape {
      unsafe slot.kind = UInt8(ET_SLOT_ARRAY.rawValue)
    } else {
      unsafe slot.kind = UInt8(ET_SLOT_TEMPORARY.rawValue)
      let view = unsafe views + (slotCount - Chain.mostSteps)
      unsafe view.initialize(to: et_view(shape, t.strides(broadcastTo: shape)))
      unsafe slot.view = UnsafePointer(view)
    }
    return unsafe source(slot, sources.count - 1)
  }

  private func source(_ slot: et_slot, _ index: Int) -> UInt16 {
    unsafe (slots + slotCount).initialize(to: slot)
    unsafe sourceIndices[slotCount - Chain.mostSteps] = Int32(truncatingIfNeeded: index)
    slotCount += 1
    return UInt16(truncatingIfNeeded: slotCount - 1)
  }

  private func join(_ step: Int, _ root: inout Int) {
    let other = self.root(of: step)
    if root == count || root == other {
      root = other
    } else {
      let (low, high) = (min(root, other), max(root, other))
      unsafe pending[high].root = low
      root = low
    }
  }

  /// The first step of the pass that a step belongs to.
  func root(of step: Int) -> Int {
    var step = step
    while unsafe pending[step].root != step { step = unsafe pending[step].root }
    return step
  }

  /// The result of a step is wanted no longer, unless by steps.
  func disown(_ step: Int) { unsafe pending[step].owner = nil }

  /// Has other threads begin with a product in blocks, which write to `result` and no one reads
  /// before a flush.
  func begin(
    _ result: Tensor, of operands: (Tensor, Tensor), _ scratch: Tensor, blocks: Int,
    _ body: @escaping (Int) -> Void
  ) {
    finish()
    underway = (result, operands, scratch)
    result.begin(in: self)
    workers.begin(blocks, body)
  }

  /// Finishes what is underway, if anything is.
  private func finish() {
    guard let (result, _, _) = underway else { return }
    workers.finish()
    result.finish()
    underway = nil
  }

  /// Computes all that waits and is wanted.
  func flush() {
    finish()
    if count == 0 { return }
    markNeeded()
    for step in 0..<count where unsafe pending[step].isNeeded {
      plan.compute(step, of: self)
    }
    pool.release(reservedBytes)
    (count, slotCount, elementCount, reservedBytes) = (0, Chain.mostSteps, 0, 0)
    // Letting go of tensors may do anything but ask for steps.
    sources.removeAll(keepingCapacity: true)
  }

  /// Memory for the result of a step, out of what was reserved.
  func storage(for step: Int) -> Storage {
    let bytes = unsafe pending[step].count * pending[step].dtype.size
    reservedBytes -= bytes
    let result = Storage(reserved: bytes, pool: pool)
    trace?.adopt(result)
    return result
  }

  /// The tensor that a slot reads; nil if it is a number or the result of a step.
  func source(ofSlot slot: Int) -> Tensor? {
    guard slot >= Chain.mostSteps else { return nil }
    let index = unsafe Int(sourceIndices[slot - Chain.mostSteps])
    return index < 0 ? nil : sources[index]
  }

  /// The memory of a whole tensor that no one but this chain holds, which is then the caller's.
  func takeStorage(ofSource slot: Int) -> Storage? {
    guard slot >= Chain.mostSteps else { return nil }
    let index = unsafe Int(sourceIndices[slot - Chain.mostSteps])
    return isKnownUniquelyReferenced(&sources[index]) ? sources[index].storageHeldAlone : nil
  }

  private func markNeeded() {
    for index in (0..<count).reversed() {
      let step = unsafe pending + index
      if unsafe step.pointee.owner != nil { unsafe step.pointee.isNeeded = true }
      guard unsafe step.pointee.isNeeded else { continue }
      unsafe step.pointee.step.forEachOperand { slot in
        if slot < Chain.mostSteps { unsafe pending[slot].isNeeded = true }
      }
    }
  }
}

extension et_step {
  /// How many slots it reads.
  var operandCount: Int {
    switch et_step_kind(rawValue: UInt32(kind)) {
    case ET_STEP_ADAPTIVE: 5
    case ET_STEP_SCALED_SUM: 4
    case ET_STEP_WHERE: 3
    case ET_STEP_BINARY, ET_STEP_COMPARE: 2
    case ET_STEP_READ: 0
    default: 1
    }
  }

  @inline(__always)
  func forEachOperand(_ body: (Int) -> Void) {
    let n = operandCount
    if n > 0 { body(Int(operands.0)) }
    if n > 1 { body(Int(operands.1)) }
    if n > 2 { body(Int(operands.2)) }
    if n > 3 { body(Int(operands.3)) }
    if n > 4 { body(Int(operands.4)) }
  }
}

extension et_slot {
  fileprivate init(number: Double, _ type: DType) {
    unsafe self.init()
    unsafe kind = UInt8(ET_SLOT_NUMBER.rawValue)
    unsafe self.number = ScalarBytes(number, type).bits
  }
}

extension et_view {
  /// Axes of one element are left out, and those joined that are one run in memory.
  fileprivate init(_ shape: Shape, _ strides: Strides) {
    self.init()
    unsafe withUnsafeMutablePointer(to: &self) { view in
      let sizes = unsafe UnsafeMutableRawPointer(view).advanced(
        by: MemoryLayout<et_view>.offset(of: \.shape)!
      ).assumingMemoryBound(to: Int.self)
      let steps = unsafe UnsafeMutableRawPointer(view).advanced(
        by: MemoryLayout<et_view>.offset(of: \.strides)!
      ).assumingMemoryBound(to: Int.self)
      var rank = 0
      for axis in 0..<shape.count where shape[axis] != 1 {
        if rank > 0, unsafe steps[rank - 1] == strides[axis] * shape[axis] {
          unsafe sizes[rank - 1] *= shape[axis]
          unsafe steps[rank - 1] = strides[axis]
        } else {
          unsafe sizes[rank] = shape[axis]
          unsafe steps[rank] = strides[axis]
          rank += 1
        }
      }
      unsafe view.pointee.rank = rank
    }
  }
}
