import CJansson
import Diagnostics

extension JSONValue {
  /// How deep values may nest.
  private static let mostLevels = 64

  /// Reads a text; what is wrong with it is an error with its place. Duplicate names are refused.
  public init(name: String, bytes: [UInt8]) throws(Diagnostic) {
    var error = json_error_t()
    let flags = Int(JSON_REJECT_DUPLICATES) | Int(JSON_DECODE_ANY) | Int(JSON_ALLOW_NUL)
    // Never without an address, though there may be no bytes.
    let root = unsafe (bytes + [0]).withUnsafeBytes { buffer in
      let start = unsafe buffer.baseAddress!.assumingMemoryBound(to: CChar.self)
      return unsafe json_loadb(start, bytes.count, flags, &error)
    }
    guard let root = unsafe root else {
      let text = unsafe withUnsafeBytes(of: error.text) { buffer in
        unsafe String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
      }
      throw Diagnostic(
        .file, "\(name):\(error.line):\(error.column): this is no JSON: \(text)")
    }
    defer { unsafe json_decref(root) }
    guard let value = unsafe JSONValue(root, level: 0) else {
      throw Diagnostic(.file, "\(name): values nest deeper than \(Self.mostLevels) levels")
    }
    self = value
  }

  private init?(_ value: UnsafeMutablePointer<json_t>, level: Int) {
    guard level < Self.mostLevels else { return nil }
    switch unsafe value.pointee.type {
    case JSON_NULL: self = .null
    case JSON_TRUE: self = .flag(true)
    case JSON_FALSE: self = .flag(false)
    case JSON_INTEGER, JSON_REAL: self = unsafe .number(json_number_value(value))
    case JSON_STRING:
      let bytes = unsafe UnsafeRawBufferPointer(
        start: json_string_value(value), count: json_string_length(value))
      self = unsafe .text(String(decoding: bytes, as: UTF8.self))
    case JSON_ARRAY:
      var items: [JSONValue] = []
      for i in 0..<(unsafe json_array_size(value)) {
        guard let item = unsafe JSONValue(json_array_get(value, i), level: level + 1) else {
          return nil
        }
        items.append(item)
      }
      self = .list(items)
    default:
      var fields: [Field] = []
      var place = unsafe json_object_iter(value)
      while let field = unsafe place {
        let name = unsafe String(cString: json_object_iter_key(field))
        guard let item = unsafe JSONValue(json_object_iter_value(field), level: level + 1) else {
          return nil
        }
        fields.append(Field(name, item))
        unsafe place = json_object_iter_next(value, field)
      }
      self = .object(fields)
    }
  }
}
