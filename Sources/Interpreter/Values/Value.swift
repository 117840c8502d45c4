import Tensor

/// Any value of the language; immutable, 16 bytes, larger payloads boxed.
public enum Value: Sendable {
  /// `nothing`
  case nothing
  /// `true`, `false`
  case bool(Bool)
  /// A plain number: weak, so it takes the dtype of the tensor it meets.
  case number(Double)
  /// Text.
  case string(Text)
  /// A tensor; a weak one is a plain number that a gradient is following.
  case tensor(Tensor)
  /// `(a, b)`
  case tuple(Tuple)
  /// `{w: 1}`
  case record(Record)
  /// `0..10 by 2`
  case range(NumberRange)
  /// Anything that can be called, except a record with a `call` field.
  case function(Function)
  /// A leaf of a tree that is carried along and never trained.
  case buffer(Tensor)
  /// A value of another module that can show itself: a figure, a table.
  case opaque(OpaqueBox)

  /// A string value.
  public init(_ text: String) { self = .string(Text(text)) }

  /// A tuple value.
  public init(_ elements: [Value]) { self = .tuple(Tuple(elements)) }

  /// A record value of fields in order.
  public init(fields: [(String, Value)]) {
    self = .record(Record(keys: fields.map(\.0), values: fields.map(\.1)))
  }

  /// A value of another module.
  public init(_ presentable: any Presentable) { self = .opaque(OpaqueBox(presentable)) }

  /// A tensor, or the plain number that a weak tensor stands for once nothing follows it.
  public init(_ tensor: Tensor) {
    if tensor.isWeak && !tensor.isTracked {
      self = .number(tensor.scalar())
    } else {
      self = .tensor(tensor)
    }
  }

  /// How messages and `type(x)` name the kind of value.
  public var typeName: String {
    switch self {
    case .nothing: "nothing"
    case .bool: "bool"
    case .number: "number"
    case .string: "string"
    case .tensor(let tensor): tensor.isWeak ? "number" : "tensor"
    case .tuple: "tuple"
    case .record: "record"
    case .range: "range"
    case .function: "function"
    case .buffer: "buffer"
    case .opaque(let box): box.content.typeName
    }
  }

  /// The text, if it is a string.
  public var asString: String? {
    if case .string(let text) = self { return text.string }
    return nil
  }

  /// The number, if it is a plain number or a weak tensor.
  public var asNumber: Double? {
    switch self {
    case .number(let x): x
    case .tensor(let t) where t.isWeak: t.scalar()
    default: nil
    }
  }

  /// The tensor, if it is one or a buffer of one.
  public var asTensor: Tensor? {
    switch self {
    case .tensor(let t), .buffer(let t): t
    default: nil
    }
  }

  /// The record, if it is one.
  public var asRecord: Record? {
    if case .record(let record) = self { return record }
    return nil
  }

  /// The elements, if it is a tuple.
  public var asElements: [Value]? {
    if case .tuple(let tuple) = self { return tuple.elements }
    return nil
  }

  /// The value another module made, if it is one of type `P`.
  public func asOpaque<P>(_ type: P.Type) -> P? {
    if case .opaque(let box) = self { return box.content as? P }
    return nil
  }
}

extension Value {
  /// What a register or variable holds before it is bound: a signalling NaN, which no arithmetic
  /// gives. It costs no reference count, which an object would on every return from a function.
  static var unbound: Value { .number(Double(bitPattern: unboundBits)) }
  private static var unboundBits: UInt64 { 0x7FF4_0000_0000_0ABD }

  var isUnbound: Bool {
    if case .number(let x) = self { return x.bitPattern == Value.unboundBits }
    return false
  }
}

/// A boxed string.
public final class Text: Sendable, ExpressibleByStringLiteral {
  /// The text.
  public let string: String

  /// Boxes a text.
  public init(_ string: String) { self.string = string }

  /// Boxes a literal.
  public init(stringLiteral value: String) { string = value }
}

/// A range of numbers, half open.
public final class NumberRange: Sendable {
  /// The first element.
  public let lower: Double
  /// The bound, never reached.
  public let upper: Double
  /// The distance between elements; not zero.
  public let step: Double

  /// Makes a range.
  public init(lower: Double, upper: Double, step: Double = 1) {
    self.lower = lower
    self.upper = upper
    self.step = step
  }

  /// How many elements it has.
  public var count: Int {
    let n = ((upper - lower) / step).rounded(.up)
    return n > 0 ? Int(n) : 0
  }

  /// Element `i`, computed from the lower bound so that steps of a fraction do not add up errors.
  public subscript(i: Int) -> Double { lower + Double(i) * step }
}

/// What a value of another module must do: figures, tables.
public protocol Presentable: Sendable {
  /// How messages name it: `figure`.
  var typeName: String { get }
  /// Its text under a cell; lines without a last newline.
  func show(width: Int) -> String
  /// Feeds what it is into its digest.
  func digest(into writer: inout DigestWriter)
  /// A picture of it in characters; nil for what has none.
  func drawing(in space: DrawingSpace) -> String?
}

extension Presentable {
  /// Most values have no picture.
  public func drawing(in space: DrawingSpace) -> String? { nil }
}

/// The colours that text may have.
public enum ColorDepth: Int, Comparable, Sendable {
  /// None.
  case none
  /// The 16 of ANSI, which every terminal draws in its own way: enough to tell things apart.
  case basic
  /// The 256 of xterm.
  case palette
  /// All of 24 bits.
  case full

  /// By how many there are.
  public static func < (a: ColorDepth, b: ColorDepth) -> Bool { a.rawValue < b.rawValue }
}

/// The room for a picture in characters.
public struct DrawingSpace: Sendable {
  /// Columns.
  public var width: Int
  /// Lines.
  public var height: Int
  /// True when a picture of many parts must keep to the lines too.
  public var isStrict: Bool
  /// The colours that can be seen.
  public var colors: ColorDepth

  /// Makes a space.
  public init(width: Int, height: Int, isStrict: Bool, colors: ColorDepth) {
    self.width = width
    self.height = height
    self.isStrict = isStrict
    self.colors = colors
  }

  /// Under a cell of a notebook that asks for drawings: at most 12 lines, no colour.
  public static let notebook = DrawingSpace(width: 80, height: 12, isStrict: true, colors: .none)
}

/// Holds a `Presentable` in one pointer.
public final class OpaqueBox: Sendable {
  /// The value.
  public let content: any Presentable

  /// Boxes a value.
  public init(_ content: any Presentable) { self.content = content }
}
