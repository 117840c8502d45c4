import Diagnostics
import Foundation
import Interpreter
import TestSupport
import Testing

/// Runs the programs of `Fixtures/language`. What a line shows stands behind `# =>`, further lines
/// of it each on a line of their own; `# !> error[code]` says that it fails, and how. The lines
/// since the last expectation are one cell, so nothing they show goes unseen.
@Suite struct ConformanceTests {
  static let files =
    (try? FileManager.default.contentsOfDirectory(
      atPath: fixtures.appendingPathComponent("language").path))?.filter { $0.hasSuffix(".et") }
    .sorted() ?? []

  @Test func thereArePrograms() { #expect(Self.files.count >= 14) }

  @Test(arguments: files)
  func program(file: String) throws {
    let path = fixtures.appendingPathComponent("language").appendingPathComponent(file)
    let session = Session()
    var problems: [String] = []
    for (ordinal, cell) in try cells(String(contentsOf: path, encoding: .utf8)).enumerated() {
      let source = SourceText(name: "\(file), line \(cell.line)", text: cell.code)
      let outcome = session.run(source, as: CellIdentity(ordinal: ordinal))
      let shown = outcome.output.flatMap(lines)
      let failure = outcome.error.map { "error[\($0.code.rawValue)]: \($0.message)" }
      let failureFits =
        cell.failure.map { failure?.hasPrefix($0) ?? false } ?? (failure == nil)
      if shown != cell.expected || !failureFits {
        problems.append(
          """
          \(file), line \(cell.line): \(cell.code.split(separator: "\n").last ?? "")
            expected \(cell.expected) \(cell.failure ?? "")
            shown    \(shown) \(outcome.error.map { render($0) } ?? "")
          """)
      }
    }
    if !problems.isEmpty { Issue.record("\(problems.joined(separator: "\n"))") }
  }

  private func lines(_ item: OutputItem) -> [String] {
    let text =
      switch item {
      case .line(let text, _, _): text
      case .value(_, let shown): shown
      case .claim(let claim): "claim \(claim.holds ? "holds" : "fails"): \(claim.text)"
      }
    return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  private struct Cell {
    var code = ""
    var line = 0
    var expected: [String] = []
    var failure: String?
  }

  private func cells(_ text: String) -> [Cell] {
    var cells: [Cell] = []
    var cell = Cell()
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let shown = marked(line, "# =>"), failure = marked(line, "# !>")
      let isAlone = line.hasPrefix("# =>")
      if isAlone, let shown, !cells.isEmpty, cell.code.allSatisfy(\.isWhitespace) {
        cells[cells.count - 1].expected.append(shown)
        continue
      }
      cell.code += line + "\n"
      guard shown != nil || failure != nil else { continue }
      cell.line = index + 1
      cell.expected = shown.map { [$0] } ?? []
      cell.failure = failure
      cells.append(cell)
      cell = Cell()
    }
    if !cell.code.allSatisfy(\.isWhitespace) { cells.append(cell) }
    return cells
  }

  private func marked(_ line: Substring, _ mark: String) -> String? {
    guard let range = line.range(of: mark) else { return nil }
    return line[range.upperBound...].trimmingCharacters(in: .whitespaces)
  }

  /// What each operator makes of each pair of kinds of operand: one table an operator.
  @Test func operatorsOnAllPairs() throws {
    let operands = [
      ("number", "3"), ("bool", "true"), ("string", "\"a\""), ("tuple", "(1, 2)"),
      ("record", "{a: 1}"), ("range", "0..2"), ("function", "x -> x"), ("nothing", "nothing"),
      ("f32", "[1][0]"), ("0-d bool", "[1][0] > 0"), ("f32[2]", "[1, 2]"),
      ("f64[2]", "f64([1, 2])"), ("i32[2]", "i32([1, 2])"),
      ("bool[2]", "([1, 2] > 0)"), ("tree", "{w: [1, 2]}"),
    ]
    let operators = [
      "+", "-", "*", "/", "//", "%", "@", "^", "==", "!=", "<", "<=", ">", ">=", "in", "and", "or",
      "..",
    ]
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
    try checkGolden("language/operators.golden", text)
  }

  private func dtype(_ session: Session) -> String {
    guard case .success(let value) = session.evaluate(SourceText(name: "d", text: "__v.dtype"))
    else { return "?" }
    return show(value)
  }
}
