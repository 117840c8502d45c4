import System

/// Who may extend a buffer: one machine, and so one thread.
final class BufferOwner {}

/// Values one after the other, with room for more, that tuples made by `append` are windows on.
///
/// An array would move to new pages each time it grows, and be asked who else holds it at each value;
/// with `Memory.resized` a large block keeps its pages. What makes the pointer safe: no more than `count`
/// values are read; a value is its bits wherever it lies; and only the owner moves them, on its own
/// thread, while no other one runs that has the buffer.
@safe final class ValueBuffer {
  private let owner: BufferOwner
  private var count: Int
  private var capacity: Int
  @unsafe private var start: UnsafeMutablePointer<Value>
  /// Whether all values are plain numbers, of which none need be let go.
  private var isPlain = true

  /// Makes a buffer of some values and one more.
  init(_ values: [Value], and last: Value, owner: BufferOwner) {
    self.owner = owner
    count = 0
    capacity = max(values.count + 1, 4)
    unsafe start = ValueBuffer.block(nil, capacity)
    for value in values { add(value) }
    add(last)
  }

  deinit {
    if !isPlain {
      var values = taken()
      releaseInLoop(&values)
    }
    unsafe Memory.release(start)
  }

  /// A block with room for so many values, in place of one that is too short.
  private static func block(
    _ old: UnsafeMutablePointer<Value>?, _ capacity: Int
  ) -> UnsafeMutablePointer<Value> {
    guard let new = unsafe Memory.resized(old, to: capacity * MemoryLayout<Value>.stride) else {
      fatalError("the system has no memory for \(capacity) values")
    }
    return unsafe new.bindMemory(to: Value.self, capacity: capacity)
  }

  /// Value `i`.
  subscript(i: Int) -> Value {
    precondition(i >= 0 && i < count)
    return unsafe start[i]
  }

  /// The first values.
  func prefix(_ length: Int) -> [Value] {
    precondition(length <= count)
    return unsafe Array(UnsafeBufferPointer(start: start, count: length))
  }

  /// Puts a value after the first `length` if there is none, and the owner asks.
  func extend(by value: Value, after length: Int, for asker: BufferOwner) -> Bool {
    guard owner === asker, count == length else { return false }
    add(value)
    return true
  }

  /// The same of a number where there is room: what a loop that appends does most.
  @inline(__always)
  func extend(by x: Double, after length: Int, for asker: BufferOwner) -> Bool {
    guard owner === asker, count == length, length < capacity else { return false }
    unsafe (start + length).initialize(to: .number(x))
    count = length &+ 1
    return true
  }

  private func add(_ value: Value) {
    if count == capacity {
      capacity *= 2
      unsafe start = ValueBuffer.block(start, capacity)
    }
    if case .number = value {} else { isPlain = false }
    unsafe (start + count).initialize(to: value)
    count += 1
  }

  /// Moves all values out of a buffer that is about to go.
  func taken() -> [Value] {
    let (count, start) = unsafe (self.count, self.start)
    self.count = 0
    isPlain = true
    return unsafe [Value](unsafeUninitializedCapacity: count) { values, initialized in
      if count > 0 { unsafe values.baseAddress!.moveInitialize(from: start, count: count) }
      initialized = count
    }
  }
}
