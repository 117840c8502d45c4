import Diagnostics

/// An error on its way to the place where it gets its span: data for `Messages`.
struct Failure: Error {
  enum Kind {
    case plain(Diagnostic.Code, String, hint: String?, argument: String?)
    /// A value that a gradient follows, where the gradient would be lost: function and parameter.
    case constant(String, String)
    case unbound(String)
    case unknownName(String, hint: String?)
    case operands(String, Value, Value)
    case operand(String, Value, isRight: Bool)
    case condition(Value)
    case notCallable(Value)
    case field(String, Value)
    case noLeaves(String, Value)
    case structure(String, Value, Value, path: String)
  }

  var kind: Kind

  init(_ kind: Kind) { self.kind = kind }

  init(
    _ code: Diagnostic.Code, _ message: String, hint: String? = nil, argument: String? = nil
  ) {
    kind = .plain(code, message, hint: hint, argument: argument)
  }

  static func constant(_ function: String, _ parameter: String) -> Failure {
    Failure(.constant(function, parameter))
  }
  static func unbound(_ name: String) -> Failure { Failure(.unbound(name)) }
  static func operands(_ op: String, _ a: Value, _ b: Value) -> Failure {
    Failure(.operands(op, a, b))
  }
  static func operand(_ op: String, _ value: Value, isRight: Bool = false) -> Failure {
    Failure(.operand(op, value, isRight: isRight))
  }
  static func condition(_ value: Value) -> Failure { Failure(.condition(value)) }
  static func notCallable(_ value: Value) -> Failure { Failure(.notCallable(value)) }
  static func field(_ name: String, _ value: Value) -> Failure { Failure(.field(name, value)) }
  static func noLeaves(_ operation: String, _ value: Value) -> Failure {
    Failure(.noLeaves(operation, value))
  }
  static func structure(_ operation: String, _ a: Value, _ b: Value, path: String) -> Failure {
    Failure(.structure(operation, a, b, path: path))
  }

  static var interrupted: Failure { Failure(.interrupt, "interrupted") }
  static var recursion: Failure {
    Failure(
      .recursion, "more than \(Machine.frameLimit.grouped) calls are open at once",
      hint: "a function that calls itself needs a case that does not; a loop has no such limit")
  }
  static var endlessRange: Failure {
    Failure(.value, "a range needs finite bounds", hint: "while true { … }")
  }

  static func iterate(_ value: Value) -> Failure {
    let hint: String? =
      switch value {
      case .record: "for (name, value) in items(r)"
      case .number: "0..n counts from 0 to n - 1"
      default: nil
      }
    return Failure(
      .type, "`for` goes through ranges, tuples and tensors, not \(describe(value))", hint: hint)
  }

  static func tensorElement(_ value: Value) -> Failure {
    let hint =
      value.asElements == nil
      ? "parentheses build a tuple of anything: (a, b)"
      : "brackets nest: [[1, 2], [3, 4]]; parentheses build a tuple of anything"
    return Failure(
      .type, "brackets build a tensor, of numbers or of tensors, not of \(describe(value))",
      hint: hint)
  }

  static func brackets(_ a: Value, _ b: Value) -> Failure {
    Failure(
      .shape,
      "brackets need elements of one shape, but there are \(describe(a)) and \(describe(b))")
  }

  static func spread(_ value: Value, into target: String) -> Failure {
    let wanted = target == "tuple" ? "a tuple, a range or a tensor" : "a record"
    return Failure(.type, "`...` in a \(target) needs \(wanted), not \(describe(value))")
  }

  static func step(_ step: Double?) -> Failure {
    if step == 0 { return Failure(.value, "the step can't be 0") }
    return Failure(.type, "the step must be a finite number")
  }

  static func pattern(_ wanted: String, _ value: Value, found: Int? = nil) -> Failure {
    if let found {
      return Failure(.value, "the pattern needs \(wanted), but the value has \(found)")
    }
    return Failure(.type, "the pattern needs \(wanted), not \(describe(value))")
  }

  static func outOfRange(_ i: Int, count: Int) -> Failure {
    let extent =
      count == 0
      ? "there are no elements"
      : i < 0 ? "counted from the end, the first is -\(count)" : "the last is \(count - 1)"
    return Failure(.index, "index \(i) is out of range: \(extent)")
  }

  static func sliceBound(_ value: Value) -> Failure {
    Failure(.index, "a slice needs integers, not \(describe(value))")
  }

  static func subscriptKind(_ value: Value, _ object: Value?) -> Failure {
    if let record = object?.asRecord {
      return Failure(
        .index, "\(describe(object!)) is indexed by the name of a field, not \(describe(value))",
        hint: record.keys.names.first.map { "r.\($0), or r[\"\($0)\"]" })
    }
    var hint: String?
    if case .tensor(let t) = value, t.dtype.isFloating { hint = "i32(…) makes an index tensor" }
    if case .tuple = value { hint = "x[[0, 2]] takes several, x[0, 2] one from two axes" }
    let whose = object.map { " of \(describe($0))" } ?? ""
    return Failure(
      .index,
      "an index\(whose) is an integer, a slice, a range, an integer tensor or a mask, "
        + "not \(describe(value))", hint: hint)
  }

  static func tooManySubscripts(_ object: Value, _ count: Int) -> Failure {
    Failure(.index, "\(describe(object)) takes one index, not \(count)")
  }

  static func notIndexable(_ object: Value) -> Failure {
    Failure(.type, "\(describe(object)) has no elements to index")
  }

  static func fixedElements(_ object: Value) -> Failure {
    Failure(.type, "the elements of \(describe(object)) can't be replaced")
  }

  static func fixedField(_ name: String, _ object: Value) -> Failure {
    let hint = ["shape": "x = reshape(x, shape)", "dtype": "x = f64(x)", "T": "x = x.T"][name]
    return Failure(
      .type, "`\(name)` of \(describe(object)) follows from its elements and can't be replaced",
      hint: hint)
  }

  static func elementKind(_ value: Value, _ object: Value) -> Failure {
    Failure(.type, "an element of \(describe(object)) can't be \(describe(value))")
  }

  static func tooMany(_ name: String, _ signature: String, wanted: Int, given: Int) -> Failure {
    let arguments = wanted == 0 ? "no" : "\(wanted)"
    return Failure(
      .argument,
      "\(quoted(name)) takes \(arguments) argument\(wanted == 1 ? "" : "s"), but \(given) "
        + "\(given == 1 ? "is" : "are") given",
      hint: call(signature))
  }

  static func missing(_ argument: String, _ name: String, _ signature: String) -> Failure {
    Failure(.argument, "\(quoted(name)) needs the argument `\(argument)`", hint: call(signature))
  }

  static func twice(_ argument: String, _ name: String, _ signature: String) -> Failure {
    Failure(.argument, "\(quoted(name)) is given `\(argument)` twice", hint: call(signature))
  }

  static func unknownArgument(
    _ argument: String, _ name: String, _ signature: String, known: [String]
  ) -> Failure {
    let near = nearest(to: argument, among: known).map { "did you mean `\($0)`? " } ?? ""
    return Failure(
      .argument, "\(quoted(name)) has no argument `\(argument)`", hint: near + call(signature),
      argument: argument)
  }

  private static func quoted(_ name: String) -> String {
    name == FunctionCode.lambdaName ? "the function" : "`\(name)`"
  }

  /// A signature as a hint; that a record passes itself explains a count that is one more.
  private static func call(_ signature: String) -> String {
    let passesItself = signature.contains("(self,") || signature.contains("(self)")
    return signature + (passesItself ? ", where the record passes itself as `self`" : "")
  }
}

extension Int {
  /// With commas between thousands.
  var grouped: String {
    let digits = Array(String(magnitude))
    var text = self < 0 ? "-" : ""
    for (i, digit) in digits.enumerated() {
      if i > 0 && (digits.count - i) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return text
  }
}
