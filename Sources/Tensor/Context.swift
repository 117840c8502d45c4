import CKernels
import System

/// All that is mutable about computing with tensors. Each evaluating thread has its own.
@safe public final class Context {
  /// The instruction set of the kernels.
  public let level: Level
  /// What asks this context to stop.
  public let interrupt: InterruptFlag
  /// Where random numbers come from.
  public var stream: RandomStream {
    didSet { trace?.breakOff() }  // it would have to be moved on again
  }
  let kernels: OpaquePointer
  let pool: MemoryPool
  let workers: WorkerPool
  let slots = NumberSlots()
  let fusion: FusionQueue

  /// Lets go of memory that the program can do without; called when there is none left.
  public var reclaim: (() -> Void)?

  /// Gradient calls that are running their forward part.
  var recordingDepth = 0
  /// Off while forward code computes what it records itself, and in the outermost backward walk.
  var isRecording = false
  var lastSequence = 0
  var lastWalk = 0

  /// A context for the calling thread; `threads` of them share its work.
  public init(
    level: Level = .best, threads: Int = 1, memoryLimit: Int = 4 << 30,
    interrupt: InterruptFlag = InterruptFlag()
  ) {
    self.level = level
    self.interrupt = interrupt
    unsafe kernels = level.kernels
    pool = MemoryPool(limit: memoryLimit)
    workers = WorkerPool(threads: threads)
    unsafe fusion = FusionQueue(kernels, pool, workers)
    stream = .root(seed: 0)
    et_set_rounding()
  }

  /// A context for the calling thread that counts against the same memory as another one, and
  /// stops with it unless it has a flag of its own.
  public init(sharing other: Context, threads: Int = 1, interrupt: InterruptFlag? = nil) {
    level = other.level
    self.interrupt = interrupt ?? other.interrupt
    unsafe kernels = other.kernels
    pool = other.pool
    workers = WorkerPool(threads: threads)
    unsafe fusion = FusionQueue(kernels, pool, workers)
    stream = other.stream
    et_set_rounding()
  }

  deinit {
    fusion.materialize()
    workers.stop()
  }

  /// Computes what is deferred. Another thread may see this one's tensors only after it.
  public func materialize() { fusion.materialize() }

  /// What checks the invariants of deferred steps and their passes; for tests.
  package var audit: FusionAudit? {
    get { fusion.audit }
    set { fusion.audit = newValue }
  }

  /// Whether a gradient is recording what is computed.
  public var isTaping: Bool { recordingDepth > 0 }
  /// Threads that share the work.
  public var threadCount: Int { workers.threadCount }
  /// Bytes now in use by tensors.
  public var liveBytes: Int {
    fusion.materialize()
    return pool.liveBytes
  }

  /// Throws if asked to stop.
  public func checkInterrupt() throws(TensorError) {
    if interrupt.isSet { throw TensorError(.interrupted) }
  }

  /// A contiguous tensor whose elements the caller writes before anyone reads them.
  func allocate(_ dtype: DType, _ shape: Shape, isWeak: Bool = false) throws(TensorError) -> Tensor
  {
    let (bytes, isTooLarge) = shape.elementCount.multipliedReportingOverflow(by: dtype.size)
    guard !isTooLarge else { throw TensorError(.memory(bytes: Int.max, limit: pool.limit)) }
    return Tensor(dtype, shape, try buffer(bytes), isWeak: isWeak)
  }

  /// Memory that the caller writes, if need be once deferred steps and traces have let go of theirs.
  func buffer(_ bytes: Int) throws(TensorError) -> Storage {
    let result: Storage
    do throws(TensorError) {
      result = try Storage(bytes: bytes, pool: pool)
    } catch {
      fusion.materialize()
      reclaim?()
      result = try Storage(bytes: bytes, pool: pool)
    }
    trace?.adopt(result)
    return result
  }

  /// Runs blocks of kernel calls on all threads; the failure of the lowest block is thrown.
  func parallel(
    _ count: Int, to dtype: DType? = nil, _ body: (Int) -> et_status
  ) throws(TensorError) {
    try check(blocks(count, body), to: dtype)
  }

  /// The same; the status of the lowest block that failed.
  func blocks(_ count: Int, _ body: (Int) -> et_status) -> et_status {
    fusion.materialize()  // no block may be the first to need an element
    var statuses = [et_status](repeating: ET_OK, count: count)
    unsafe statuses.withUnsafeMutableBufferPointer { statuses in
      nonisolated(unsafe) let results = unsafe statuses
      workers.run(count) { block in
        unsafe results[block] = interrupt.isSet ? Context.skipped : body(block)
      }
    }
    return statuses.first { $0 != ET_OK } ?? ET_OK
  }

  /// The status of a block that was not run, as the user asked to stop.
  private static let skipped = et_status(rawValue: .max)

  /// Turns a kernel's status into an error.
  func check(_ status: et_status, to dtype: DType? = nil) throws(TensorError) {
    if status == ET_OK { return }
    switch status {
    case Context.skipped: throw TensorError(.interrupted)
    case ET_OVERFLOW: throw TensorError(.integerOverflow)
    case ET_DIVISION_BY_ZERO: throw TensorError(.divisionByZero)
    case ET_OUT_OF_RANGE where dtype != nil: throw TensorError(.conversion(dtype!))
    case ET_OUT_OF_RANGE: throw TensorError(.emptyReduction)
    default: preconditionFailure("no kernel for this dtype")
    }
  }
}

/// A number as an element of a dtype, ready for a kernel to read.
struct ScalarBytes {
  var bits: UInt64

  /// The number must be exact in an integer dtype.
  init(_ x: Double, _ dtype: DType) {
    switch dtype {
    case .bool: bits = x != 0 ? 1 : 0
    case .u8: bits = UInt64(UInt8(x))
    case .i32: bits = UInt64(UInt32(bitPattern: Int32(x)))
    case .f32: bits = UInt64(Float(x).bitPattern)
    case .f64: bits = x.bitPattern
    }
  }
}
