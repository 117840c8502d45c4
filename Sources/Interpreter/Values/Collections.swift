/// A tuple: an array, or a window on a buffer that later, longer tuples may share.
///
/// `append` on the tuple that ends its buffer extends the buffer and makes a longer window, so
/// building a tuple item by item takes linear time though every tuple on the way stays as it was.
/// Only the machine that began a buffer so extends it: while others run, it waits for them, and
/// what they append to is a copy.
public final class Tuple: @unchecked Sendable {
  /// The elements; empty in a window.
  private var own: [Value]
  /// What it is a window on, from the first value on.
  private var buffer: ValueBuffer?
  /// It and `depth` grow only while no one but the one who appends holds the tuple.
  private var length: Int
  /// How many elements it has.
  public var count: Int { length }
  /// How deep values nest in it, itself included.
  private(set) var depth: Int

  /// What it is as a tree, once someone asked, or from the start.
  private let flat = OnceReference<FlatTree>()

  /// Makes a tuple of elements.
  public init(_ elements: [Value]) {
    own = elements
    buffer = nil
    length = elements.count
    depth = depthAround(elements)
  }

  /// Makes a tuple of its form and leaves.
  init(_ tree: FlatTree) {
    own = tree.values
    buffer = nil
    length = own.count
    depth = tree.form.depth
    _ = flat.storeIfNil(tree)
  }

  private init(_ buffer: ValueBuffer, _ count: Int, depth: Int) {
    own = []
    self.buffer = buffer
    length = count
    self.depth = depth
  }

  deinit { releaseInLoop(&own) }

  /// Its form and leaves, if someone asked for them before.
  var knownTree: FlatTree? { flat.load() }

  /// Its form and leaves; nil if it has no leaves.
  var flatTree: FlatTree? {
    if let tree = knownTree { return tree }
    guard let tree = FlatTree(of: .tuple(self)) else { return nil }
    return flat.storeIfNil(tree)
  }

  /// Element `i`.
  public subscript(i: Int) -> Value {
    precondition(i < length)
    return buffer?[i] ?? own[i]
  }

  /// All elements; a copy if it is a window.
  public var elements: [Value] { buffer?.prefix(length) ?? own }

  /// Makes a tuple one element longer: the same object if no one else holds it.
  static func append(_ value: Value, to tuple: inout Tuple, for owner: BufferOwner) {
    let (count, depth) = (tuple.length + 1, max(tuple.depth, value.depth + 1))
    guard let buffer = tuple.buffer, !isWindow(value, on: buffer),
      buffer.extend(by: value, after: tuple.length, for: owner)
    else {
      let buffer = ValueBuffer(tuple.elements, and: value, owner: owner)
      tuple = Tuple(buffer, count, depth: depth)
      return
    }
    if isKnownUniquelyReferenced(&tuple), !tuple.flat.isSet {
      (tuple.length, tuple.depth) = (count, depth)
    } else {
      tuple = Tuple(buffer, count, depth: depth)
    }
  }

  /// The same of a number, which nests no deeper, where nothing need be made; false elsewhere.
  @inline(__always)
  static func extend(_ tuple: inout Tuple, by x: Double, for owner: BufferOwner) -> Bool {
    guard isKnownUniquelyReferenced(&tuple), !tuple.flat.isSet, let buffer = tuple.buffer,
      buffer.extend(by: x, after: tuple.length, for: owner)
    else { return false }
    tuple.length &+= 1
    return true
  }

  /// Whether a value is a window on a buffer. The buffer would keep one inside it for ever; a value
  /// with such a window inside does.
  private static func isWindow(_ value: Value, on buffer: ValueBuffer) -> Bool {
    if case .tuple(let tuple) = value { return tuple.buffer === buffer }
    return false
  }

  /// Moves the elements out of a tuple that is about to go, if no other one shares them.
  fileprivate func surrender(to pending: inout [Value]) {
    pending += own
    own = []
    if isKnownUniquelyReferenced(&buffer) { pending += buffer!.taken() }
  }
}

/// The field names of a record, shared by all records that one place of the program makes.
public final class RecordKeys: Sendable {
  /// Names in order.
  public let names: [String]

  /// Makes keys of distinct names.
  public init(_ names: [String]) { self.names = names }
}

/// A record: ordered, named fields.
public final class Record: @unchecked Sendable {
  /// The names in order.
  public let keys: RecordKeys
  /// Nil where they are in `flat` alone. They never change while anyone holds the record.
  private var own: [Value]?
  /// How deep values nest in it, itself included.
  let depth: Int
  /// What it is as a tree, once someone asked, or from the start.
  private let flat = OnceReference<FlatTree>()

  /// Makes a record of distinct names and their values.
  public init(keys: RecordKeys, values: [Value]) {
    self.keys = keys
    own = values
    depth = depthAround(values)
  }

  /// Makes a record of its form and leaves.
  init(_ tree: FlatTree) {
    keys = tree.form.keys!
    depth = tree.form.depth
    _ = flat.storeIfNil(tree)
  }

  /// Makes a record of distinct names and their values.
  public convenience init(keys: [String], values: [Value]) {
    self.init(keys: RecordKeys(keys), values: values)
  }

  deinit {
    if own != nil { releaseInLoop(&own!) }
  }

  /// The values in the order of the names.
  public var values: [Value] { own ?? flat.load()!.values }

  /// Its form and leaves, if someone asked for them before.
  var knownTree: FlatTree? { flat.load() }

  /// Its form and leaves; nil if it has no leaves.
  var flatTree: FlatTree? {
    if let tree = knownTree { return tree }
    guard let tree = FlatTree(of: .record(self)) else { return nil }
    return flat.storeIfNil(tree)
  }

  /// How many fields it has.
  public var count: Int { keys.names.count }

  /// The place of a field.
  public func index(of name: String) -> Int? { keys.names.firstIndex(of: name) }

  /// The value of a field.
  public subscript(name: String) -> Value? {
    guard let i = index(of: name) else { return nil }
    return values[i]
  }

  /// This record with a field changed, or added at the end.
  public func replacing(_ name: String, with value: Value) -> Record {
    guard let i = index(of: name) else {
      return Record(keys: RecordKeys(keys.names + [name]), values: values + [value])
    }
    var changed = values
    changed[i] = value
    return Record(keys: keys, values: changed)
  }

  /// This record with every value replaced.
  public func with(values: [Value]) -> Record { Record(keys: keys, values: values) }

  /// Moves the values out of a record that is about to go.
  fileprivate func surrender(to pending: inout [Value]) {
    pending += own ?? []
    own = []
  }
}

extension Value {
  /// How deep values nest in it: 0 for one that holds no others.
  var depth: Int {
    switch self {
    case .tuple(let tuple): tuple.depth
    case .record(let record): record.depth
    case .function(let function): function.depth
    default: 0
    }
  }
}

/// The depth of what holds these values.
func depthAround(_ values: [Value]) -> Int {
  var deepest = 0
  for value in values { deepest = max(deepest, value.depth) }
  return deepest + 1
}

/// Lets go of values in a loop: nested deinits of a value 100,000 levels deep would end the stack.
func releaseInLoop(_ values: inout [Value]) {
  guard values.contains(where: \.isContainer) else { return }
  var pending: [Value] = []
  swap(&pending, &values)
  while var value = pending.popLast() {
    var tuple: Tuple?
    var record: Record?
    var function: Function?
    switch value {
    case .tuple(let found): tuple = found
    case .record(let found): record = found
    case .function(let found): function = found
    default: continue
    }
    // What is left here is the one reference, unless others hold the value.
    value = .nothing
    if isKnownUniquelyReferenced(&tuple) { tuple?.surrender(to: &pending) }
    if isKnownUniquelyReferenced(&record) { record?.surrender(to: &pending) }
    if isKnownUniquelyReferenced(&function) { function?.surrender(to: &pending) }
  }
}

extension Value {
  fileprivate var isContainer: Bool {
    switch self {
    case .tuple, .record, .function: true
    default: false
    }
  }
}
