/// A value of JSON (RFC 8259). Objects keep the order of their fields.
public enum JSONValue: Sendable, Equatable {
  /// `null`
  case null
  /// `true`, `false`
  case flag(Bool)
  /// A number; one that JSON has no way to write is written as a string.
  case number(Double)
  /// A string.
  case text(String)
  /// `[…]`
  case list([JSONValue])
  /// `{…}`
  case object([Field])

  /// A field of an object.
  public struct Field: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// Its value.
    public var value: JSONValue

    /// Makes a field.
    public init(_ name: String, _ value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  /// An object of fields in alphabetical order.
  public static func sorted(_ fields: [String: JSONValue]) -> JSONValue {
    .object(fields.sorted { $0.key < $1.key }.map { Field($0.key, $0.value) })
  }

  /// A whole number.
  public static func count(_ number: Int) -> JSONValue { .number(Double(number)) }

  /// The text of it on one line. Numbers have the digits that read back the same.
  public var line: String {
    switch self {
    case .null: "null"
    case .flag(let flag): flag ? "true" : "false"
    case .number(let number): Self.digits(number)
    case .text(let text): Self.quoted(text)
    case .list(let items): "[" + items.map(\.line).joined(separator: ", ") + "]"
    case .object(let fields):
      "{"
        + fields.map { "\(Self.quoted($0.name)): \($0.value.line)" }.joined(separator: ", ")
        + "}"
    }
  }

  private static func digits(_ number: Double) -> String {
    if !number.isFinite { return quoted("\(number)") }
    if number == number.rounded(), abs(number) < 0x1p53 {
      return number == 0 && number.sign == .minus ? "-0.0" : "\(Int64(number))"
    }
    return "\(number)"
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case let control where control.value < 0x20:
        let digits = String(control.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  // MARK: Reading

  /// The field of an object; nil for other values.
  public subscript(name: String) -> JSONValue? {
    guard case .object(let fields) = self else { return nil }
    return fields.first { $0.name == name }?.value
  }

  /// The number, also one that is written as `"nan"` or `"inf"`.
  public var number: Double? {
    switch self {
    case .number(let number): number
    case .text(let text): ["nan", "inf", "-inf"].contains(text) ? Double(text) : nil
    default: nil
    }
  }

  /// The whole number, if it is one.
  public var count: Int? { number.flatMap { Int(exactly: $0) } }

  /// The string, if it is one.
  public var text: String? {
    if case .text(let text) = self { return text }
    return nil
  }

  /// The truth value, if it is one.
  public var flag: Bool? {
    if case .flag(let flag) = self { return flag }
    return nil
  }

  /// The elements of a list; nil for other values.
  public var list: [JSONValue]? {
    if case .list(let items) = self { return items }
    return nil
  }
}
