import Diagnostics
import Tensor

/// A function of the library written in Swift.
public final class Builtin: Sendable {
  /// A parameter of a builtin.
  public struct Parameter: Sendable {
    /// Its name.
    public let name: String
    /// Its value when the call leaves it out; nil when it must be given.
    public let defaultValue: Value?
    /// True when it takes all further arguments by position, as a tuple.
    public let isVariadic: Bool

    /// Makes a parameter.
    public init(_ name: String, default defaultValue: Value? = nil, isVariadic: Bool = false) {
      self.name = name
      self.defaultValue = defaultValue
      self.isVariadic = isVariadic
    }
  }

  /// Its public name.
  public let name: String
  /// Its parameters in order.
  public let parameters: [Parameter]
  /// Documentation in Markdown.
  public let documentation: String
  /// Code that can be run, each shown line followed by `# ` and what it shows.
  public let example: String
  /// The group of the reference it stands in; nil for that of the list it is made in.
  public let group: String?
  /// What a call does besides giving its result.
  public let effect: Effect
  /// How many arguments by position need no binding; -1 if it takes any number.
  let arity: Int
  /// What a call does.
  public let body: @Sendable (inout Call) throws -> Value

  /// Makes a builtin of a signature such as `map(xs, f, parallel=false)`; `...xs` is variadic.
  ///
  /// A default is a number, `true`, `false`, `nothing`, `()` or a string.
  public convenience init(
    _ signature: String, effect: Effect, doc: String, example: String,
    body: @escaping @Sendable (inout Call) throws -> Value
  ) {
    let open = signature.firstIndex(of: "(")!
    let list = signature[signature.index(after: open)...].dropLast()
    self.init(
      name: String(signature[..<open]),
      parameters: list.isEmpty ? [] : list.split(separator: ",").map { Builtin.parameter(of: $0) },
      effect: effect, doc: doc, example: example, body: body)
  }

  /// Makes a builtin of its parts.
  public init(
    name: String, parameters: [Parameter], effect: Effect, doc: String, example: String,
    group: String? = nil,
    body: @escaping @Sendable (inout Call) throws -> Value
  ) {
    self.name = name
    self.parameters = parameters
    documentation = doc
    self.example = example
    self.group = group
    self.effect = effect
    self.body = body
    arity = parameters.last?.isVariadic == true ? -1 : parameters.count
  }

  /// The builtin in a group of the reference.
  public func grouped(_ group: String) -> Builtin {
    Builtin(
      name: name, parameters: parameters, effect: effect, doc: documentation, example: example,
      group: group, body: body)
  }

  private static func parameter(of text: Substring) -> Parameter {
    let text = text.drop(while: { $0 == " " })
    if text.hasPrefix("...") { return Parameter(String(text.dropFirst(3)), isVariadic: true) }
    guard let equals = text.firstIndex(of: "=") else { return Parameter(String(text)) }
    let value = text[text.index(after: equals)...]
    let parsed: Value =
      switch value {
      case "true": .bool(true)
      case "false": .bool(false)
      case "nothing": .nothing
      case "()": Value([])
      default:
        value.first == "\""
          ? Value(String(value.dropFirst().dropLast())) : .number(Double(value)!)
      }
    return Parameter(String(text[..<equals]), default: parsed)
  }

  /// How help shows the call: `map(xs, f, parallel=false)`.
  public var signature: String {
    let list = parameters.map { parameter in
      if parameter.isVariadic { return "..." + parameter.name }
      guard let value = parameter.defaultValue else { return parameter.name }
      return parameter.name + "=" + showInline(value)
    }
    return name + "(" + list.joined(separator: ", ") + ")"
  }
}

/// One call of a builtin: its arguments, and what it may use.
public struct Call {
  /// One argument a parameter, defaults filled in.
  public let arguments: [Value]
  let machine: Machine
  let builtin: Builtin
  /// The sides of the comparisons in the call's condition, for `claim`.
  var claim: Machine.PendingClaim?

  /// The evaluating thread's tensors, streams and workers.
  public var context: Context { machine.context }
  /// Files, as far as the session may touch them.
  public var files: any Files { machine.host.options.files }
  /// Columns that output should fit.
  public var width: Int { machine.host.options.width }
  /// How figures are drawn; nil to show them as one line.
  public var drawing: DrawingSpace? { machine.host.options.drawing }

  /// The argument of parameter `i`.
  public subscript(i: Int) -> Value { arguments[i] }

  /// Calls a function of the language.
  public func apply(_ function: Value, _ arguments: [Value]) throws -> Value {
    try machine.apply(function, arguments)
  }

  /// Calls a function of the language with named arguments too.
  public func apply(
    _ function: Value, _ arguments: [Value], named: [(String, Value)]
  ) throws -> Value {
    try machine.apply(function, arguments, named: named)
  }

  /// Prints, shows a value or states a claim.
  public func emit(_ item: OutputItem) { machine.emit(item) }

  /// An error to throw; the place of argument `i` gets a caret that says what it is.
  public func error(
    _ code: Diagnostic.Code, _ message: String, argument: Int? = nil, hint: String? = nil
  ) -> any Error {
    Failure(code, message, hint: hint, argument: argument.map { builtin.parameters[$0].name })
  }

  func mismatch(_ i: Int, _ wanted: String, hint: String? = nil) -> any Error {
    let parameter = builtin.parameters[i].name
    return error(
      .type, "`\(builtin.name)` needs \(wanted) as `\(parameter)`, not \(describe(self[i]))",
      argument: i, hint: hint)
  }

  /// Argument `i` as a number; a 0-d tensor of any dtype will do.
  public func number(_ i: Int) throws -> Double {
    if isTracked(self[i]) { throw Failure.constant(builtin.name, builtin.parameters[i].name) }
    switch self[i] {
    case .number(let x): return x
    case .tensor(let t) where t.shape.isEmpty: return t.scalar()
    default: throw mismatch(i, "a number")
    }
  }

  /// Argument `i` as an integer; a 0-d integer tensor will do.
  public func integer(_ i: Int) throws -> Int {
    guard let n = asInteger(self[i]) else { throw mismatch(i, "an integer") }
    return n
  }

  /// Argument `i` as a string.
  public func string(_ i: Int) throws -> String {
    guard let text = self[i].asString else { throw mismatch(i, "a string") }
    return text
  }

  /// Argument `i` as a bool; a 0-d bool tensor will do.
  public func flag(_ i: Int) throws -> Bool {
    guard let flag = asFlag(self[i]) else { throw mismatch(i, "true or false") }
    return flag
  }

  /// Argument `i` as a tensor.
  public func tensor(_ i: Int) throws -> Tensor {
    guard let tensor = self[i].asTensor else { throw mismatch(i, "a tensor") }
    return tensor
  }

  /// Argument `i`, which must be a function or a record that can be called.
  public func function(_ i: Int) throws -> Value {
    if case .function = self[i] { return self[i] }
    guard self[i].asRecord?["call"] != nil else { throw mismatch(i, "a function") }
    return self[i]
  }

  /// Argument `i` as a record.
  public func record(_ i: Int) throws -> Record {
    guard let record = self[i].asRecord else { throw mismatch(i, "a record") }
    return record
  }

  /// The elements of argument `i`: of a tuple, a range, or a tensor along its first axis.
  public func elements(_ i: Int) throws -> [Value] {
    guard let elements = try machine.elements(of: self[i]) else {
      let hint =
        self[i].asRecord == nil ? nil : "keys(r), values(r) or items(r) give a tuple"
      throw mismatch(i, "a tuple, a range or a tensor", hint: hint)
    }
    return elements
  }
}

/// The integer a value stands for: an integral number or a 0-d integer tensor.
public func asInteger(_ value: Value) -> Int? {
  switch value {
  case .number(let x): return Int(exactly: x)
  case .tensor(let t)
  where t.shape.isEmpty && (t.dtype == .i32 || t.dtype == .u8 || t.isWeak):
    return Int(exactly: t.scalar())
  default: return nil
  }
}

/// Whether a gradient follows a tensor or number.
func isTracked(_ value: Value) -> Bool { value.asTensor?.isTracked ?? false }

/// The truth a value stands for: a bool or a 0-d bool tensor.
public func asFlag(_ value: Value) -> Bool? {
  switch value {
  case .bool(let flag): return flag
  case .tensor(let t) where t.shape.isEmpty && t.dtype == .bool: return t.scalar() != 0
  default: return nil
  }
}
