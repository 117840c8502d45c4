// Code and registers behind pointers. Measured on fib(25): arrays with their checks of bounds and of
// unique references cost three times as much as these.
//
// What makes them safe: memory is reserved once and never moves; a frame's registers are prepared
// before it is entered; register numbers, jump targets and constants come from the compiler and
// stay below the counts it gives with them.

/// Elements whose addresses never change. Pages are reserved, and taken when first written.
@safe final class StableBuffer<Element> {
  let capacity: Int
  private(set) var count = 0
  @unsafe let start: UnsafeMutablePointer<Element>

  init(capacity: Int) {
    self.capacity = capacity
    unsafe start = .allocate(capacity: capacity)
  }

  deinit {
    unsafe start.deinitialize(count: count)
    unsafe start.deallocate()
  }

  subscript(i: Int) -> Element {
    precondition(i >= 0 && i < count)
    return unsafe start[i]
  }

  func append(_ element: Element) {
    precondition(count < capacity, "a session's program has a fixed greatest size")
    unsafe (start + count).initialize(to: element)
    count += 1
  }
}

/// The code that runs.
@safe struct CodeView {
  @unsafe private let start: UnsafeMutablePointer<Instruction>

  init(_ buffer: StableBuffer<Instruction>) { unsafe start = buffer.start }

  @inline(__always)
  subscript(address: Int) -> Instruction { unsafe start[address] }
}

/// The constants of that code.
@safe struct ConstantView {
  @unsafe private let start: UnsafeMutablePointer<Value>

  init(_ buffer: StableBuffer<Value>) { unsafe start = buffer.start }

  @inline(__always)
  subscript(i: Int32) -> Value { unsafe start[Int(i)] }

  @inline(__always)
  func number(_ i: Int32) -> Double? {
    if case .number(let x) = unsafe start[Int(i)] { return x }
    return nil
  }
}

/// Where a call goes on, and how many registers it needs there.
struct CallTarget {
  var address: Int
  var registers: Int
}

/// Values by the slots of a name table; unbound until set.
struct NamedValues {
  /// How many names there can be.
  static let capacity = 1 << 20
  private let buffer = StableBuffer<Value>(capacity: NamedValues.capacity)

  @inline(__always)
  subscript(slot: Int32) -> Value? {
    get {
      guard Int(slot) < buffer.count else { return nil }
      let value = unsafe buffer.start[Int(slot)]
      return value.isUnbound ? nil : value
    }
    nonmutating set {
      while buffer.count <= Int(slot) { buffer.append(.unbound) }
      unsafe buffer.start[Int(slot)] = newValue ?? .unbound
    }
  }

  /// Stores a value in a slot that holds one; cheap where both are numbers.
  @inline(__always)
  func replace(_ slot: Int32, _ value: Value) {
    let place = unsafe buffer.start + Int(slot)
    if case .number(let x) = value, case .number = unsafe place.pointee {
      unsafe place.initialize(to: .number(x))
    } else {
      unsafe place.pointee = value
    }
  }

  /// Stores a value, perhaps none, where a slot was stored to before or nothing is to be stored.
  func set(_ slot: Int, _ value: Value) {
    if slot < buffer.count { unsafe buffer.start[slot] = value }
  }

  @inline(__always)
  func isBound(_ slot: Int32) -> Bool {
    guard Int(slot) < buffer.count else { return false }
    return unsafe !buffer.start[Int(slot)].isUnbound
  }

  /// The closure in a slot, if it is one that takes `count` arguments and need not be kept.
  @inline(__always)
  func entry(_ slot: Int32, _ count: Int32) -> CallTarget? {
    guard Int(slot) < buffer.count, case .function(let f) = unsafe buffer.start[Int(slot)],
      f.freeArity == count
    else { return nil }
    return CallTarget(address: f.entry, registers: f.registerCount)
  }

  /// The slots that hold a value.
  var boundSlots: [Int] { (0..<buffer.count).filter { !buffer[$0].isUnbound } }
}

/// The registers of a frame.
@safe struct Registers {
  @unsafe private let start: UnsafeMutablePointer<Value>

  @unsafe init(_ start: UnsafeMutablePointer<Value>) { unsafe self.start = start }

  @inline(__always)
  subscript(i: Reg) -> Value {
    get { unsafe start[Int(i)] }
    nonmutating set { unsafe start[Int(i)] = newValue }
  }

  /// The plain number in a register, if it is one.
  @inline(__always)
  func number(_ i: Reg) -> Double? {
    if case .number(let x) = unsafe start[Int(i)] { return x }
    return nil
  }

  /// Stores a number; cheap where no object has to be let go.
  @inline(__always)
  func set(_ i: Reg, _ x: Double) {
    let place = unsafe start + Int(i)
    if case .number = unsafe place.pointee {
      unsafe place.initialize(to: .number(x))
    } else {
      unsafe place.pointee = .number(x)
    }
  }

  /// The number in a register that holds nothing but numbers, as those of an iterator do. A value
  /// begins with the number it holds: `RegisterMemory` makes sure of it.
  @inline(__always)
  func count(_ i: Reg) -> Double {
    unsafe UnsafeRawPointer(start + Int(i)).load(as: Double.self)
  }

  @inline(__always)
  func setCount(_ i: Reg, _ x: Double) {
    unsafe UnsafeMutableRawPointer(start + Int(i)).storeBytes(of: x, as: Double.self)
  }

  /// Copies a value; cheap if it is a number.
  @inline(__always)
  func copy(_ d: Reg, _ a: Reg) {
    if let x = number(a) { set(d, x) } else { self[d] = self[a] }
  }

  /// Moves a value; no one reads it where it was.
  @inline(__always)
  func move(_ d: Reg, _ a: Reg) {
    let source = unsafe start + Int(a)
    unsafe start[Int(d)] = source.move()
    unsafe source.initialize(to: .unbound)
  }

  /// The closure in a register, if it is one that takes `count` arguments as they are.
  @inline(__always)
  func entry(_ i: Reg, _ count: Int32) -> CallTarget? {
    guard case .function(let f) = unsafe start[Int(i)], f.arity == count else { return nil }
    return CallTarget(address: f.entry, registers: f.registerCount)
  }

  /// The same if it need not be kept while it runs.
  @inline(__always)
  func freeEntry(_ i: Reg, _ count: Int32) -> CallTarget? {
    guard case .function(let f) = unsafe start[Int(i)], f.freeArity == count else { return nil }
    return CallTarget(address: f.entry, registers: f.registerCount)
  }

  /// Changes the tuple in a register where it is, so that no one else need hold it meanwhile; false
  /// if `body` says so, or the register holds something else.
  @inline(__always)
  func changeTuple(_ i: Reg, _ body: (inout Tuple) -> Bool) -> Bool {
    guard case .tuple = unsafe start[Int(i)] else { return false }
    // A value begins with the object it holds: `RegisterMemory` makes sure of it.
    return unsafe UnsafeMutableRawPointer(start + Int(i)).withMemoryRebound(
      to: Tuple.self, capacity: 1
    ) { unsafe body(&$0.pointee) }
  }

  /// Element `i` of the range in a register, if it is one.
  @inline(__always)
  func rangeElement(_ a: Reg, _ i: Double) -> Double? {
    guard case .range(let range) = unsafe start[Int(a)] else { return nil }
    return range.lower + i * range.step
  }

  /// Lets go of what registers hold. Numbers may stay: nothing reads them before writing.
  @inline(__always)
  func release(_ lower: Int, _ upper: Int) {
    var i = lower
    while i < upper {
      if case .number = unsafe start[i] {} else { unsafe start[i] = .unbound }
      i &+= 1
    }
  }

  func values(_ first: Reg, _ count: Int) -> [Value] {
    (0..<Reg(count)).map { self[first + $0] }
  }

  /// Values that no one reads again.
  func taking(_ first: Reg, _ count: Int) -> [Value] {
    let source = unsafe start + Int(first)
    let values = unsafe [Value](unsafeUninitializedCapacity: count) { buffer, initialized in
      if count > 0 {
        unsafe buffer.baseAddress!.moveInitialize(from: source, count: count)
        unsafe source.initialize(repeating: .unbound, count: count)
      }
      initialized = count
    }
    return values
  }
}

/// All registers of a machine.
final class RegisterMemory {
  /// Enough for 10,000 frames of 200 registers.
  static let capacity = 2 << 20
  private let buffer = StableBuffer<Value>(capacity: RegisterMemory.capacity)

  init() {
    let tuple = Tuple([])
    var value = Value.tuple(tuple)
    let first = unsafe withUnsafeBytes(of: &value) { unsafe $0.load(as: UInt.self) }
    let object = unsafe UInt(bitPattern: Unmanaged.passUnretained(tuple).toOpaque())
    precondition(first == object, "a value does not begin with the object it holds")
    value = .number(1.5)
    let number = unsafe withUnsafeBytes(of: &value) { unsafe $0.load(as: Double.self) }
    precondition(number == 1.5, "a value does not begin with the number it holds")
  }

  /// Registers below this are prepared.
  var ready: Int { buffer.count }

  /// Prepares registers up to a count; false if there are not so many.
  func prepare(_ needed: Int) -> Bool {
    if needed <= ready { return true }
    guard needed <= RegisterMemory.capacity else { return false }
    let target = min(max(needed, 2 * ready, 256), RegisterMemory.capacity)
    while buffer.count < target { buffer.append(.unbound) }
    return true
  }

  @inline(__always)
  func frame(_ base: Int) -> Registers { unsafe Registers(buffer.start + base) }
}

/// Callers that wait, in a buffer that the machine keeps.
@safe struct FrameStack {
  struct Frame {
    var returnAddress: Int32
    var base: Int32
    var size: Int32
  }

  @unsafe private let start: UnsafeMutablePointer<Frame>

  init(_ buffer: StableBuffer<Frame>) {
    while buffer.count < buffer.capacity {
      buffer.append(Frame(returnAddress: 0, base: 0, size: 0))
    }
    unsafe start = buffer.start
  }

  /// Frame `i`, below the limit of frames.
  @inline(__always)
  subscript(i: Int) -> Frame {
    get { unsafe start[i] }
    nonmutating set { unsafe start[i] = newValue }
  }
}
