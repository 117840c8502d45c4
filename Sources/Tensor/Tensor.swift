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
  /// Nil while the elements wait in a chain to be computed.
  private var computed: Storage?
  /// The chain and the step there that will compute it, while it waits or is underway; not read
  /// afterwards.
  private unowned(unsafe) var chain: Chain?
  private var step = Tensor.settled
  private static let settled = -1
  /// Instead of a step: other threads are writing the elements.
  private static let underway = -2
  /// How it was computed, if a gradient is being recorded. Set once, before the tensor is shared.
  var node: Node?

  /// Whether it is part of a gradient that is being recorded.
  public var isTracked: Bool { node != nil }

  init(
    _ dtype: DType, _ shape: Shape, _ storage: Storage, strides: Strides, offset: Int,
    isWeak: Bool = false, node: Node? = nil
  ) {
    self.dtype = dtype
    self.shape = shape
    computed = storage
    unsafe chain = nil
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
    computed = storage
    unsafe chain = nil
    strides = shape.rowMajorStrides
    offset = 0
    self.isWeak = isWeak
    isContiguous = true
  }

  /// A contiguous tensor that a step of a chain will compute.
  init(_ dtype: DType, _ shape: Shape, waitingIn chain: Chain, step: Int) {
    self.dtype = dtype
    self.shape = shape
    unsafe self.chain = chain
    self.step = step
    strides = shape.rowMajorStrides
    offset = 0
    isWeak = false
    isContiguous = true
  }

  deinit {
    if step >= 0 { unsafe chain!.disown(step) }
  }

  /// The memory of the elements, computed first if they wait.
  var storage: Storage {
    if step == Tensor.settled { return computed! }
    unsafe chain!.flush()
    return computed!
  }

  /// The element at index 0 of a tensor that waits for no step, which may not be read before its
  /// chain has finished what is underway.
  var address: UnsafeMutableRawPointer {
    unsafe computed!.base + offset * dtype.size
  }

  /// Other threads are writing the elements until the chain finishes them.
  func begin(in chain: Chain) {
    unsafe self.chain = chain
    step = Tensor.underway
  }

  /// The elements are written.
  func finish() { step = Tensor.settled }

  /// The memory, if this tensor alone holds it and fills it.
  var storageHeldAlone: Storage? {
    guard isKnownUniquelyReferenced(&computed), let computed, computed.bytes == count * dtype.size
    else { return nil }
    return computed
  }

  /// The step of its chain that it waits for.
  var waitingStep: Int? { step >= 0 ? step : nil }

  /// Takes the elements that it waited for.
  func settle(_ storage: Storage) {
    computed = storage
    step = Tensor.settled
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
