import System

/// Buffers of tensors: taken and given back by any thread, kept for reuse, counted against a limit.
final class MemoryPool: Sendable {
  private struct State {
    /// Addresses of free buffers by size class.
    var free = [[UInt]](repeating: [], count: MemoryPool.classCount)
    var live = 0
    var kept = 0
  }

  /// Free bytes beyond which buffers go back to the system.
  private static let mostKept = 64 << 20
  private static let classCount = 4 * 64

  /// The most bytes that may be live at once.
  let limit: Int
  private let state = Lock(State())

  init(limit: Int) { self.limit = limit }

  deinit {
    state.withLock { state in
      for addresses in state.free {
        for address in addresses {
          unsafe Memory.release(UnsafeMutableRawPointer(bitPattern: address))
        }
      }
    }
  }

  /// Bytes now in use by tensors.
  var liveBytes: Int { state.withLock { $0.live } }

  /// Size classes: four in each doubling from 64 bytes, so that a buffer is at most a quarter larger
  /// than asked for.
  private static func sizeClass(_ bytes: Int) -> (index: Int, bytes: Int) {
    if bytes <= 256 {
      let index = max(bytes + 63, 64) >> 6
      return (index - 1, index << 6)
    }
    let doubling = Int.bitWidth - 1 - (bytes - 1).leadingZeroBitCount
    let step = 1 << (doubling - 2)
    let quarter = (bytes - 1 - (1 << doubling)) >> (doubling - 2)
    return (4 * (doubling - 7) + quarter, (1 << doubling) + (quarter + 1) * step)
  }

  fileprivate func take(_ bytes: Int) throws(TensorError) -> (base: UInt, sizeClass: Int) {
    guard bytes <= limit else { throw TensorError(.memory(bytes: bytes, limit: limit)) }
    let (index, size) = MemoryPool.sizeClass(bytes)
    let reused: UInt? = state.withLock { state in
      guard state.live <= limit - bytes else { return nil }
      state.live += size
      guard let base = state.free[index].popLast() else { return 0 }
      state.kept -= size
      return base
    }
    guard let reused else { throw TensorError(.memory(bytes: bytes, limit: limit)) }
    if reused != 0 { return (reused, index) }
    guard let base = unsafe Memory.block(size) else {
      state.withLock { $0.live -= size }
      throw TensorError(.memory(bytes: bytes, limit: limit))
    }
    return (UInt(bitPattern: base), index)
  }

  /// Counts bytes as live that a buffer will be taken from; false if the limit forbids it.
  func reserve(_ bytes: Int) -> Bool {
    state.withLock { state in
      guard bytes <= limit - state.live else { return false }
      state.live += bytes
      return true
    }
  }

  /// Gives reserved bytes back.
  func release(_ bytes: Int) {
    if bytes > 0 { state.withLock { $0.live -= bytes } }
  }

  fileprivate func takeReserved(_ bytes: Int) -> (base: UInt, sizeClass: Int) {
    let (index, size) = MemoryPool.sizeClass(bytes)
    let reused: UInt? = state.withLock { state in
      state.live += size - bytes
      guard let base = state.free[index].popLast() else { return nil }
      state.kept -= size
      return base
    }
    if let reused { return (reused, index) }
    guard let base = unsafe Memory.block(size) else {
      preconditionFailure("the system has less memory than the limit allows")
    }
    return (UInt(bitPattern: base), index)
  }

  fileprivate func giveBack(_ base: UInt, _ index: Int, _ bytes: Int) {
    let size = MemoryPool.sizeClass(bytes).bytes
    let isKept = state.withLock { state in
      state.live -= size
      guard state.kept + size <= MemoryPool.mostKept else { return false }
      state.kept += size
      state.free[index].append(base)
      return true
    }
    if !isKept { unsafe Memory.release(UnsafeMutableRawPointer(bitPattern: base)) }
  }
}

/// A buffer that tensors share, aligned to 64 bytes; it returns to its pool with its last tensor.
@safe final class Storage: @unchecked Sendable {
  /// Who takes the memory back.
  private enum Source {
    case pool(MemoryPool, sizeClass: Int)
    case storage(Storage)
  }

  let base: UnsafeMutableRawPointer
  let bytes: Int
  private let source: Source
  /// The trace that has it as a buffer while it is made, and its number there.
  private(set) var trace: KernelTrace?
  private(set) var number = 0

  /// Memory as it comes: whoever asks for it writes all of it.
  init(bytes: Int, pool: MemoryPool) throws(TensorError) {
    let (base, sizeClass) = try pool.take(bytes)
    unsafe self.base = UnsafeMutableRawPointer(bitPattern: base)!
    self.bytes = bytes
    source = .pool(pool, sizeClass: sizeClass)
  }

  /// Memory out of what was reserved.
  init(reserved bytes: Int, pool: MemoryPool) {
    let (base, sizeClass) = pool.takeReserved(bytes)
    unsafe self.base = UnsafeMutableRawPointer(bitPattern: base)!
    self.bytes = bytes
    source = .pool(pool, sizeClass: sizeClass)
  }

  /// Memory from the same pool; nil if there is none.
  func another(_ bytes: Int) -> Storage? {
    switch source {
    case .pool(let pool, _): try? Storage(bytes: bytes, pool: pool)
    case .storage(let other): other.another(bytes)
    }
  }

  /// The memory of another one.
  init(sharing other: Storage) {
    unsafe base = other.base
    bytes = other.bytes
    source = .storage(other)
  }

  deinit {
    trace?.release(number)
    if case .pool(let pool, let sizeClass) = source {
      unsafe pool.giveBack(UInt(bitPattern: base), sizeClass, bytes)
    }
  }

  /// Becomes a buffer of a trace that is being made.
  func join(_ trace: KernelTrace, _ number: Int) {
    self.trace = trace
    self.number = number
  }

  /// Is a buffer of a trace no longer.
  func leave() { trace = nil }
}

/// Two elements that kernels read plain numbers from.
@safe final class NumberSlots {
  private let words = UnsafeMutablePointer<UInt64>.allocate(capacity: 2)

  init() { unsafe words.initialize(repeating: 0, count: 2) }
  deinit { unsafe words.deallocate() }

  /// Where the number of these bits now stands.
  func store(_ bits: UInt64, _ slot: Int) -> UnsafeMutableRawPointer {
    unsafe words[slot] = bits
    return unsafe UnsafeMutableRawPointer(words + slot)
  }
}
