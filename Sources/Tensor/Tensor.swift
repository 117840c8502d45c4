import CKernels

/// A grid of elements of one dtype. Immutable; slices, transposes and the like share memory.
public final class Tensor: @unchecked Sendable {
  /// The type of the elements.
  public let dtype: DType
  /// The sizes of the axes.
  public let shape: Shape
  /// Whether this is a plain number that a gradient follows: 0-d f64, takes the dtype it meets.
  public let isWeak: Bool
  /// Whether the elements lie in memory in row-major order without gaps.
  let isContiguous: Bool
  let strides: Strides
  /// Elements from the storage's base to the element at index 0.
  let offset: Int
  private var state: State
  /// How it was computed, if a gradient is being recorded. Set once, before the tensor is shared.
  var node: Node?

  /// Where the elements are.
  private enum State {
    case materialized(Storage)
    /// A step of a queue will compute them.
    case deferred(FusionQueue.Reference, step: Int)
    /// Other threads are writing them, until the queue finishes. The queue and the tensor hold each
    /// other as long.
    case inFlight(Storage, FusionQueue)

    /// Whether there is no other reference to the memory. The state moves out meanwhile, so that the
    /// reference that is looked at is its own.
    mutating func holdsStorageAlone() -> Bool {
      switch consume self {
      case .materialized(var storage):
        let isAlone = isKnownUniquelyReferenced(&storage)
        self = .materialized(storage)
        return isAlone
      case let other:
        self = other
        return false
      }
    }
  }

  /// Whether it is part of a gradient that is being recorded.
  public var isTracked: Bool { node != nil }

  init(
    _ dtype: DType, _ shape: Shape, _ storage: Storage, strides: Strides, offset: Int,
    isWeak: Bool = false, node: Node? = nil
  ) {
    self.dtype = dtype
    self.shape = shape
    state = .materialized(storage)
    self.strides = strides
    self.offset = offset
    self.isWeak = isWeak
    self.node = node
    isContiguous = Tensor.isRowMajor(shape, strides)
  }

  /// A contiguous tensor at the start of its storage.
  init(_ dtype: DType, _ shape: Shape, _ storage: Storage, isWeak: Bool = false) {
    self.dtype = dtype
    self.shape = shape
    state = .materialized(storage)
    strides = shape.rowMajorStrides
    offset = 0
    self.isWeak = isWeak
    isContiguous = true
  }

  /// A contiguous tensor that a step of a queue will compute.
  init(_ dtype: DType, _ shape: Shape, deferredIn queue: FusionQueue, step: Int) {
    self.dtype = dtype
    self.shape = shape
    state = .deferred(FusionQueue.Reference(queue), step: step)
    strides = shape.rowMajorStrides
    offset = 0
    isWeak = false
    isContiguous = true
  }

  deinit {
    if case .deferred(let queue, let step) = state { queue.use { $0.disown(step) } }
  }

  /// The memory of the elements, computed first if they are deferred.
  var storage: Storage {
    if case .materialized(let storage) = state { return storage }
    return materialized()
  }

  private func materialized() -> Storage {
    switch state {
    case .materialized: break
    case .deferred(let queue, _): queue.use { $0.materialize() }
    case .inFlight(_, let queue): queue.materialize()
    }
    guard case .materialized(let storage) = state else {
      preconditionFailure("a queue materialized and left a tensor without elements")
    }
    return storage
  }

  /// The step of a queue that will compute it; nil if that is done, or left to another queue.
  func deferredStep(in queue: FusionQueue) -> Int? {
    if case .deferred(let own, let step) = state, own.refers(to: queue) { return step }
    return nil
  }

  /// Whether a queue lets other threads write it.
  func isInFlight(in queue: FusionQueue) -> Bool {
    if case .inFlight(_, let own) = state { return own === queue }
    return false
  }

  /// The element at index 0 of a tensor that is not deferred in a queue, for steps of that queue. One
  /// in flight there may not be read before the queue materializes.
  func start(in queue: FusionQueue) -> UnsafeMutableRawPointer {
    guard case .inFlight(let storage, let own) = state, own === queue else { return unsafe start }
    return unsafe storage.base + offset * dtype.size
  }

  /// Takes the memory that a step wrote.
  func materialize(in storage: Storage) { state = .materialized(storage) }

  /// Other threads write the elements until the queue finishes them.
  func beginFlight(in queue: FusionQueue) { state = .inFlight(storage, queue) }

  /// The elements are written.
  func finishFlight() {
    if case .inFlight(let storage, _) = state { state = .materialized(storage) }
  }

  /// The memory, if this tensor alone holds it and fills it.
  func storageHeldAlone() -> Storage? {
    guard state.holdsStorageAlone(), case .materialized(let storage) = state,
      storage.bytes == count * dtype.size
    else { return nil }
    return storage
  }

  private static func isRowMajor(_ shape: Shape, _ strides: Strides) -> Bool {
    var step = 1
    var axis = shape.count - 1
    while axis >= 0 {
      if shape[axis] != 1 && strides[axis] != step { return shape.elementCount == 0 }
      step *= shape[axis]
      axis -= 1
    }
    return true
  }

  var count: Int { shape.elementCount }

  /// The element at index 0. Whoever asks for it does with the memory what no trace can repeat.
  var pointer: UnsafeMutableRawPointer {
    let storage = storage
    storage.trace?.breakOff()
    return unsafe storage.base + offset * dtype.size
  }

  /// The element at index 0, for steps that a trace can repeat.
  var start: UnsafeMutableRawPointer {
    unsafe storage.base + offset * dtype.size
  }

  /// The same elements seen otherwise.
  func view(_ shape: Shape, strides: Strides, offset: Int) -> Tensor {
    Tensor(dtype, shape, storage, strides: strides, offset: offset)
  }

  /// Another tensor of the same elements with a node of its own, or none.
  func alias(isWeak: Bool? = nil, node: Node? = nil) -> Tensor {
    Tensor(
      dtype, shape, storage, strides: strides, offset: offset, isWeak: isWeak ?? self.isWeak,
      node: node)
  }

  /// The same tensor outside any gradient.
  public var detached: Tensor { node == nil ? self : alias() }

  /// The element at a distance from index 0, exact for every dtype.
  func element(_ distance: Int) -> Double {
    unsafe Tensor.load(dtype, pointer, distance)
  }

  private static func load(_ dtype: DType, _ p: UnsafeMutableRawPointer, _ i: Int) -> Double {
    switch dtype {
    case .bool, .u8: unsafe Double(p.load(fromByteOffset: i, as: UInt8.self))
    case .i32: unsafe Double(p.load(fromByteOffset: 4 * i, as: Int32.self))
    case .f32: unsafe Double(p.load(fromByteOffset: 4 * i, as: Float.self))
    case .f64: unsafe p.load(fromByteOffset: 8 * i, as: Double.self)
    }
  }

  /// The only element, exact for every dtype.
  public func scalar() -> Double {
    precondition(count == 1, "scalar() of a tensor with other than one element")
    let storage = storage
    guard let trace = storage.trace, trace.isOpen else { return element(0) }
    let place = trace.place(storage, offset * dtype.size)
    let dtype = dtype
    // Bits, so that NaN is itself and the two zeros are not each other.
    let bits = unsafe trace.expect { starts in
      unsafe Tensor.load(dtype, place.start(starts), 0).bitPattern
    }
    return Double(bitPattern: bits)
  }

  /// The elements in logical (row-major) order, exact for every dtype.
  public func elements() -> [Double] {
    var result: [Double] = []
    result.reserveCapacity(count)
    forEachDistance { result.append(element($0)) }
    return result
  }

  /// Calls with the distance of each element from index 0, in logical order.
  func forEachDistance(_ body: (Int) -> Void) {
    if isContiguous {
      for i in 0..<count { body(i) }
      return
    }
    var index = Strides(repeating: 0)
    var distance = 0
    for _ in 0..<count {
      body(distance)
      var axis = shape.count - 1
      while axis >= 0 {
        index[axis] += 1
        distance += strides[axis]
        if index[axis] < shape[axis] { break }
        distance -= index[axis] * strides[axis]
        index[axis] = 0
        axis -= 1
      }
    }
  }

  /// The little-endian bytes of the elements in logical order.
  public func contiguousBytes<R>(_ body: (RawSpan) throws -> R) rethrows -> R {
    if isContiguous {
      let span = unsafe RawSpan(
        _unsafeStart: UnsafeRawPointer(pointer), byteCount: count * dtype.size)
      return try body(span)
    }
    let size = dtype.size
    var bytes = [UInt8](repeating: 0, count: count * size)
    var at = 0
    forEachDistance { distance in
      for i in 0..<size {
        unsafe bytes[at] = pointer.load(fromByteOffset: distance * size + i, as: UInt8.self)
        at += 1
      }
    }
    return try body(unsafe bytes.span.bytes)
  }
}

/// What an operation takes: a tensor, or a plain number, for which none is allocated.
public enum Operand: Sendable {
  case tensor(Tensor)
  case number(Double)

  /// The tensor, if it is one.
  public var tensor: Tensor? {
    if case .tensor(let t) = self { t } else { nil }
  }

  var shape: Shape {
    switch self {
    case .tensor(let t): t.shape
    case .number: Shape()
    }
  }

  var node: Node? {
    if case .tensor(let t) = self { t.node } else { nil }
  }

  /// The value of a number, followed by a gradient or not.
  var weakValue: Double? {
    switch self {
    case .number(let x): x
    case .tensor(let t): t.isWeak ? t.scalar() : nil
    }
  }

  /// The value of a number or a 0-d tensor.
  var scalar: Double {
    switch self {
    case .number(let x): x
    case .tensor(let t): t.scalar()
    }
  }
}

/// A tensor, a number or either.
protocol Operable {
  var operand: Operand { get }
}

extension Operand: Operable {
  var operand: Operand { self }
}
extension Tensor: Operable {
  var operand: Operand { .tensor(self) }
}
extension Double: Operable {
  var operand: Operand { .number(self) }
}
