import Diagnostics
import Interpreter
import Syntax
import TestSupport
import Testing

/// Runs the programs of `Fixtures/language`.
@Suite struct ConformanceTests {
  static let files = fixtureNames(in: "language", ending: ".et")

  @Test func thereArePrograms() { #expect(Self.files.count >= 14) }

  @Test(arguments: files)
  func program(file: String) throws {
    let problems = Programs.problems(in: try fixtureText("language/" + file), file)
    if !problems.isEmpty { Issue.record("\(problems.joined(separator: "\n"))") }
  }

  /// Codes of errors that programs bring about stand in a fixture; those that need a file, a clock
  /// or a key on their page of `docs/errors.md`, whose examples run.
  @Test func everyCode() throws {
    let text = try Self.files.map { try fixtureText("language/" + $0) }.joined()
    let fromOutside: [Diagnostic.Code] = [.interrupt, .timeout, .file, .data]
    let pages = try projectText("docs/errors.md")
    for code in Diagnostic.Code.allCases {
      let isThere =
        fromOutside.contains(code)
        ? pages.contains("\n## \(code.rawValue)\n") : text.contains("!> error[\(code.rawValue)]")
      #expect(isThere, "no program shows error[\(code.rawValue)]")
    }
  }

  /// What each operator makes of each pair of kinds of operand: one table an operator.
  @Test func operatorsOnAllPairs() throws {
    let operands = [
      ("number", "3"), ("bool", "true"), ("string", "\"a\""), ("tuple", "(1, 2)"),
      ("record", "{a: 1}"), ("range", "0..2"), ("function", "x -> x"), ("nothing", "nothing"),
      ("f32", "[1][0]"), ("0-d bool", "[1][0] > 0"), ("f32[2]", "[1, 2]"),
      ("f64[2]", "f64([1, 2])"), ("i32[2]", "i32([1, 2])"),
      ("u8[2]", "u8([1, 2])"), ("bool[2]", "([1, 2] > 0)"), ("tree", "{w: [1, 2]}"),
      ("buffer", "buffer([1, 2])"), ("table", "table({a: (1, 2)})"),
    ]
    let operators =
      BinaryOperator.allCases.map(\.rawValue) + ComparisonOperator.allCases.map(\.rawValue)
      + LogicalOperator.allCases.map(\.rawValue) + [".."]
    let session = Session()
    func cell(_ operation: String, _ left: String, _ right: String) -> String {
      let text = "__v = (\(left)) \(operation) (\(right)); __v"
      let outcome = session.run(SourceText(name: "pair", text: text))
      if let error = outcome.error { return "\(error.code.rawValue)!" }
      guard let value = session["__v"] else { return "?" }
      if value.typeName != "tensor" { return value.typeName }
      let shape = show(value).split(separator: "\n").first.map(String.init) ?? ""
      return shape.contains("[") ? shape : "scalar \(dtype(session))"
    }
    var text = ""
    for operation in operators {
      let rows = operands.map { left in
        [left.0] + operands.map { cell(operation, left.1, $0.1) }
      }
      let table = [[operation] + operands.map(\.0)] + rows
      let widths = table[0].indices.map { column in table.map { $0[column].count }.max() ?? 0 }
      for row in table {
        let padded = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
        var line = padded.joined(separator: "  ")
        while line.last == " " { line.removeLast() }
        text += line + "\n"
      }
      text += "\n"
    }
    text += signs(operands, session)
    #expect(kinds(operands, session) == Set(ValueKind.allCases))
    try checkGolden("language/operators.golden", text)
  }

  /// What the operators with one operand make of each kind, and brackets, `...` and `if`.
  private func signs(_ operands: [(String, String)], _ session: Session) -> String {
    let forms = ["-x", "not x", "[x, x]", "(...x,)", "{...x}", "if x { 1 } else { 2 }"]
    var text = ""
    for (name, code) in operands {
      let cells = forms.map { form in
        let outcome = session.run(
          SourceText(name: "form", text: "x = \(code); __v = \(form); __v"))
        let result = outcome.error.map { "\($0.code.rawValue)!" } ?? session["__v"]?.typeName
        return "\(form): \(result ?? "?")"
      }
      text += "\(name)  " + cells.joined(separator: ", ") + "\n"
    }
    return text
  }

  private enum ValueKind: CaseIterable {
    case nothing, bool, number, string, tensor, tuple, record, range, function, buffer, opaque
  }

  private func kinds(_ operands: [(String, String)], _ session: Session) -> Set<ValueKind> {
    Set(
      operands.compactMap { operand -> ValueKind? in
        let source = SourceText(name: "kind", text: "(\(operand.1))")
        guard case .success(let value) = session.evaluate(source) else { return nil }
        switch value {
        case .nothing: return .nothing
        case .bool: return .bool
        case .number: return .number
        case .string: return .string
        case .tensor: return .tensor
        case .tuple: return .tuple
        case .record: return .record
        case .range: return .range
        case .function: return .function
        case .buffer: return .buffer
        case .opaque: return .opaque
        }
      })
  }

  private func dtype(_ session: Session) -> String {
    guard case .success(let value) = session.evaluate(SourceText(name: "d", text: "__v.dtype"))
    else { return "?" }
    return show(value)
  }
}
