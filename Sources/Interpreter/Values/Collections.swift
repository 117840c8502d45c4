/// A tuple: a window on a buffer that later, longer tuples may share.
///
/// `append` on the tuple that ends its buffer extends the buffer and makes a longer window, so
/// building a tuple item by item takes linear time though every tuple on the way stays as it was.
public final class Tuple: @unchecked Sendable {
  private final class Buffer {
    var values: [Value]
    init(_ values: [Value]) { self.values = values }
  }

  private let buffer: Buffer
  /// How many elements it has.
  public let count: Int

  /// Makes a tuple of elements.
  public init(_ elements: [Value]) {
    buffer = Buffer(elements)
    count = elements.count
  }

  private init(_ buffer: Buffer, _ count: Int) {
    self.buffer = buffer
    self.count = count
  }

  /// Element `i`.
  public subscript(i: Int) -> Value { buffer.values[i] }

  /// All elements.
  public var elements: [Value] {
    buffer.values.count == count ? buffer.values : Array(buffer.values[..<count])
  }

  /// This tuple with one element more.
  public func appending(_ value: Value) -> Tuple {
    if buffer.values.count == count {
      buffer.values.append(value)
      return Tuple(buffer, count + 1)
    }
    return Tuple(elements + [value])
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
public final class Record: Sendable {
  /// The names in order.
  public let keys: RecordKeys
  /// The values in the same order.
  public let values: [Value]

  /// Makes a record of distinct names and their values.
  public init(keys: RecordKeys, values: [Value]) {
    self.keys = keys
    self.values = values
  }

  /// Makes a record of distinct names and their values.
  public convenience init(keys: [String], values: [Value]) {
    self.init(keys: RecordKeys(keys), values: values)
  }

  /// How many fields it has.
  public var count: Int { values.count }

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
}
