import CKernels
import System

/// The kernels that a computation ran, to be run again for other inputs of the same shapes and
/// dtypes without working out anew which they are.
///
/// While a trace is made, the computation takes its memory from numbered buffers, and what it does
/// with them goes through `Context.perform`. Any other access to one breaks the trace, so that a
/// program that looks at an element, or a kernel that knows nothing of traces, is never run again
/// by one. What it does with memory from before is read only, and so constant.
@safe public final class KernelTrace {
  /// Where each buffer starts.
  typealias Starts = UnsafeMutablePointer<UnsafeMutableRawPointer>
  /// Runs a kernel on buffers.
  typealias Step = (Starts) -> et_status

  /// Memory that a kernel reads or writes: a distance in bytes into a buffer.
  struct Place {
    let buffer: Int
    let distance: Int

    @inline(__always)
    func start(_ starts: Starts) -> UnsafeMutableRawPointer { unsafe starts[buffer] + distance }
  }

  /// A buffer, and when it was taken and given back, counted in steps.
  struct Buffer {
    let bytes: Int
    let first: Int
    var end: Int?
  }

  /// What an input must have in common with the one that the trace was made for.
  private struct Layout {
    let dtype: DType
    let shape: Shape
    let strides: Strides
    let offset: Int
  }

  /// A tensor that the computation gives.
  private struct Result {
    let buffer: Int
    let isWeak: Bool
    let layout: Layout

    func tensor(_ storage: Storage) -> Tensor {
      Tensor(
        layout.dtype, layout.shape, storage, strides: layout.strides, offset: layout.offset,
        isWeak: isWeak)
    }
  }

  /// Buffers of one trace: with more of them a computation is not worth tracing.
  private static let mostBuffers = 10_000
  /// Bytes of its memory.
  private static let mostBytes = 64 << 20
  /// The memory that it holds.
  public var bytes: Int { memory?.bytes ?? 0 }
  /// What a step gives whose outcome differs from what the trace was made with.
  private static let differs = et_status(rawValue: .max - 1)

  private var starts = Starts.allocate(capacity: 64)
  private var capacity = 64
  private var buffers: [Buffer] = []
  private var steps: [Step] = unsafe []
  private var stepCount = 0
  private var inputs: [Layout] = []
  private var results: [Result] = []
  /// How the results but the first lie in one tensor, if they can.
  private var packing: PackedLayout?
  /// Whether the computation can still be traced.
  private(set) var isOpen = true
  /// Memory from before that steps read, by its buffer, and numbers that they read.
  private var constants: [Int: AnyObject] = [:]
  private var constantBuffers: [ObjectIdentifier: Int] = [:]
  /// Holds the inputs' memory, so that no step writes into it.
  private var held: [Storage] = []
  /// The memory of all other buffers.
  private var memory: Storage?

  init() {}

  deinit { unsafe starts.deallocate() }

  // Making

  /// Gives up: something happened that running kernels again would not repeat.
  func breakOff() {
    guard isOpen else { return }
    isOpen = false
    unsafe steps = []
  }

  /// A tensor that shares the memory of an input and stands for it.
  func input(_ t: Tensor) -> Tensor {
    let storage = Storage(sharing: t.storage)
    storage.join(self, buffer(storage))
    held.append(storage)
    let layout = Layout(dtype: t.dtype, shape: t.shape, strides: t.strides, offset: t.offset)
    inputs.append(layout)
    return Tensor(t.dtype, t.shape, storage, strides: t.strides, offset: t.offset)
  }

  /// Makes memory that the computation takes a buffer of the trace.
  func adopt(_ storage: Storage) {
    if isOpen { storage.join(self, buffer(storage)) }
  }

  /// Memory of a buffer is given back.
  func release(_ buffer: Int) {
    if isOpen { buffers[buffer].end = stepCount }
  }

  private func buffer(_ storage: Storage) -> Int {
    unsafe buffer(storage.base, storage.bytes)
  }

  private func buffer(_ start: UnsafeMutableRawPointer, _ bytes: Int) -> Int {
    if buffers.count == capacity { grow() }
    if buffers.count == KernelTrace.mostBuffers { breakOff() }
    unsafe (starts + buffers.count).initialize(to: start)
    buffers.append(Buffer(bytes: bytes, first: stepCount))
    return buffers.count - 1
  }

  private func grow() {
    let wider = Starts.allocate(capacity: 2 * capacity)
    unsafe wider.moveInitialize(from: starts, count: capacity)
    unsafe starts.deallocate()
    unsafe starts = wider
    capacity *= 2
  }

  /// Where memory stands that a step reads: in a buffer, or from before.
  func place(_ storage: Storage, _ distance: Int) -> Place {
    if storage.trace === self { return Place(buffer: storage.number, distance: distance) }
    return Place(buffer: constant(storage), distance: distance)
  }

  /// Where memory stands that a step writes.
  func target(_ storage: Storage, _ distance: Int) -> Place {
    if storage.trace !== self || storage.number < inputs.count { breakOff() }
    return place(storage, distance)
  }

  /// The buffer of memory that stays as it is.
  @discardableResult
  func constant(_ storage: Storage) -> Int {
    let id = ObjectIdentifier(storage)
    if let known = constantBuffers[id] { return known }
    let number = buffer(storage)
    constants[number] = storage
    constantBuffers[id] = number
    return number
  }

  /// A number that a step reads, as bits.
  func place(number bits: UInt64) -> Place {
    let slots = NumberSlots()
    let number = unsafe buffer(slots.store(bits, 0), 8)
    constants[number] = slots
    return Place(buffer: number, distance: 0)
  }

  /// Runs a step, and keeps it.
  func perform(_ step: @escaping Step) -> et_status {
    let status = unsafe step(starts)
    unsafe keep(step)
    return status
  }

  /// What a look at memory shows now, which it must show again.
  func expect<Seen: Equatable>(_ look: @escaping (Starts) -> Seen) -> Seen {
    let seen = unsafe look(starts)
    unsafe keep { starts in unsafe look(starts) == seen ? ET_OK : KernelTrace.differs }
    return seen
  }

  private func keep(_ step: @escaping Step) {
    guard isOpen else { return }
    unsafe steps.append(step)
    stepCount += 1
  }

  /// Ends the making: whether the trace can be run. The results become ordinary tensors.
  func finish(_ tensors: [Tensor], _ pool: MemoryPool) -> Bool {
    defer { close(tensors) }
    for t in tensors {
      let storage = t.storage
      guard storage.trace === self, storage.number >= inputs.count else { return false }
      let layout = Layout(dtype: t.dtype, shape: t.shape, strides: t.strides, offset: t.offset)
      results.append(Result(buffer: storage.number, isWeak: t.isWeak, layout: layout))
    }
    packing = packedLayout(tensors)
    return isOpen && hasOnlyResults() && takeMemory(pool)
  }

  /// The layout of the results but the first, if each fills a buffer of its own.
  private func packedLayout(_ tensors: [Tensor]) -> PackedLayout? {
    let rest = tensors.dropFirst()
    guard Set(results.map(\.buffer)).count == results.count,
      rest.allSatisfy({ $0.isContiguous && $0.storage.bytes == $0.count * $0.dtype.size })
    else { return nil }
    return PackedLayout(of: Array(rest))
  }

  /// Ends the making without results: the computation failed.
  func abandon() {
    breakOff()
    close([])
  }

  private func close(_ tensors: [Tensor]) {
    isOpen = false
    for t in tensors where t.storage.trace === self { t.storage.leave() }
    for storage in held { storage.leave() }
    held = []
    constantBuffers = [:]
  }

  /// Whether the results alone are left: what else the program holds could not be made again.
  private func hasOnlyResults() -> Bool {
    let last = Set(results.map(\.buffer))
    return (inputs.count..<buffers.count).allSatisfy { number in
      constants[number] != nil || (buffers[number].end == nil) == last.contains(number)
    }
  }

  /// Gives the buffers that are neither inputs nor results nor constants memory that stays theirs.
  private func takeMemory(_ pool: MemoryPool) -> Bool {
    let own = (inputs.count..<buffers.count).filter { buffers[$0].end != nil }
    let plan = MemoryPlan(own.map { buffers[$0] })
    guard plan.bytes <= KernelTrace.mostBytes,
      let memory = try? Storage(bytes: plan.bytes, pool: pool)
    else { return false }
    for (number, offset) in zip(own, plan.offsets) {
      unsafe starts[number] = memory.base + offset
    }
    self.memory = memory
    return true
  }

  // Running

  /// Whether it can be run for these inputs: those it was made for had their shapes, dtypes and
  /// strides.
  public func takes(_ tensors: [Tensor]) -> Bool {
    guard tensors.count == inputs.count else { return false }
    for (i, t) in tensors.enumerated() {
      guard t.dtype == inputs[i].dtype, t.shape == inputs[i].shape, !t.isWeak, !t.isTracked
      else { return false }
      for axis in 0..<t.shape.count where t.strides[axis] != inputs[i].strides[axis] {
        return false
      }
    }
    return true
  }

  /// The first result and the rest for other inputs that `takes` holds for; nil if the computation
  /// would go another way, or fail, or is interrupted.
  func run(
    _ tensors: [Tensor], _ pool: MemoryPool, _ interrupt: InterruptFlag
  ) -> (first: Tensor, rest: TensorList)? {
    for (i, t) in tensors.enumerated() {
      // Places count from the start of the memory.
      unsafe starts[i] = t.storage.base + (t.offset - inputs[i].offset) * t.dtype.size
    }
    let bytes = packing.map { $0.count * $0.dtype.size } ?? 0
    guard let storages = takeResults(packing == nil ? results.count : 1, pool),
      let whole = try? Storage(bytes: bytes, pool: pool)
    else { return nil }
    if let packing {
      for (result, offset) in zip(results.dropFirst(), packing.offsets) {
        unsafe starts[result.buffer] = whole.base + offset * packing.dtype.size
      }
      unsafe packing.clearGaps(whole.base)
    }
    for i in 0..<stepCount {
      guard !interrupt.isSet, unsafe steps[i](starts) == ET_OK else { return nil }
    }
    let found = zip(results, storages).map { $0.tensor($1) }
    guard let packing else { return (found[0], .apart(Array(found.dropFirst()))) }
    return (found[0], .packed(Tensor(packing.dtype, [packing.count], whole), packing))
  }

  /// Memory for the first results, one for those that share a buffer.
  private func takeResults(_ count: Int, _ pool: MemoryPool) -> [Storage]? {
    var storages: [Storage] = []
    storages.reserveCapacity(count)
    for (i, result) in results.prefix(count).enumerated() {
      if let same = results[..<i].firstIndex(where: { $0.buffer == result.buffer }) {
        storages.append(storages[same])
        continue
      }
      guard let storage = try? Storage(bytes: buffers[result.buffer].bytes, pool: pool) else {
        return nil
      }
      unsafe starts[result.buffer] = storage.base
      storages.append(storage)
    }
    return storages
  }
}
