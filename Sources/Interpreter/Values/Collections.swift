/// Who may extend the buffer of a tuple: one machine, and so one thread.
final class TupleOwner {}

/// A tuple: a window on a buffer that later, longer tuples may share.
///
/// `append` on the tuple that ends its buffer extends the buffer and makes a longer window, so
/// building a tuple item by item takes linear time though every tuple on the way stays as it was.
/// Only the machine that began a buffer so extends it: while others run, it waits for them, and
/// what they append to is a copy.
public final class Tuple: @unchecked Sendable {
  private final class Buffer {
    /// One thread at a time changes them, in `append` alone, which a check at each would double.
    @exclusivity(unchecked) private var stored: [Value]
    var values: [Value] {
      get { unsafe stored }
      _modify { yield unsafe &stored }
    }
    let owner: TupleOwner?
    init(_ values: [Value], _ owner: TupleOwner? = nil) {
      unsafe stored = values
      self.owner = owner
    }
    deinit { releaseInLoop(&values) }

    /// Puts a value after element `count`, if that was the last one, and the owner asks. A value
    /// that is a window on the buffer would keep it for ever; one with such a window inside does.
    @inline(__always)
    func extend(by value: Value, after count: Int, for owner: TupleOwner) -> Bool {
      if case .tuple(let tuple) = value, tuple.buffer === self { return false }
      guard self.owner === owner, unsafe stored.count == count else { return false }
      unsafe stored.append(value)
      return true
    }
  }

  private var buffer: Buffer
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
    buffer = Buffer(elements)
    length = elements.count
    depth = depthAround(elements)
  }

  /// Makes a tuple of its form and leaves.
  init(_ tree: FlatTree) {
    buffer = Buffer(tree.values)
    length = tree.form.parts.count
    depth = tree.form.depth
    _ = flat.storeIfNil(tree)
  }

  /// Its form and leaves, if someone asked for them before.
  var knownTree: FlatTree? { flat.load() }

  /// Its form and leaves; nil if it has no leaves.
  var flatTree: FlatTree? {
    if let tree = knownTree { return tree }
    guard let tree = FlatTree(of: .tuple(self)) else { return nil }
    return flat.storeIfNil(tree)
  }

  private init(_ buffer: Buffer, _ count: Int, depth: Int) {
    self.buffer = buffer
    length = count
    self.depth = depth
  }

  /// Element `i`.
  public subscript(i: Int) -> Value { buffer.values[i] }

  /// All elements.
  public var elements: [Value] {
    buffer.values.count == count ? buffer.values : Array(buffer.values[..<count])
  }

  /// Makes a tuple one element longer: the same object if no one else holds it.
  static func append(_ value: Value, to tuple: inout Tuple, for owner: TupleOwner) {
    let (count, depth) = (tuple.length + 1, max(tuple.depth, value.depth + 1))
    // The tuple holds its buffer all along: one more reference would take as long as all else here.
    let isExtended = unsafe Unmanaged.passUnretained(tuple.buffer)._withUnsafeGuaranteedRef {
      $0.extend(by: value, after: tuple.length, for: owner)
    }
    if !isExtended {
      tuple = Tuple(Buffer(tuple.elements + [value], owner), count, depth: depth)
    } else if isKnownUniquelyReferenced(&tuple), !tuple.flat.isSet {
      (tuple.length, tuple.depth) = (count, depth)
    } else {
      tuple = Tuple(tuple.buffer, count, depth: depth)
    }
  }

  /// Moves the elements out of a tuple that is about to go, if no other one shares them.
  fileprivate func surrender(to pending: inout [Value]) {
    guard isKnownUniquelyReferenced(&buffer) else { return }
    var values: [Value] = []
    swap(&values, &buffer.values)
    pending += values
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
