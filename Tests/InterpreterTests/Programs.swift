import Diagnostics
import Foundation
import Interpreter
import SessionSupport

/// Programs with what they show: behind `# =>`, further lines of it each on a line of their own;
/// `# !> error[code]` says that it fails, and how. The lines since the last expectation are one
/// cell, so nothing they show goes unseen.
enum Programs {
  /// What cells run in one session show other than they say.
  static func problems(
    in text: String, _ name: String, firstLine: Int = 1, session: Session = Session()
  ) -> [String] {
    var problems: [String] = []
    for (ordinal, cell) in cells(text).enumerated() {
      let source = SourceText(name: "\(name), line \(cell.line)", text: cell.code)
      let outcome = session.run(source, as: CellIdentity(ordinal: ordinal))
      let shown = outcome.output.flatMap(lines)
      let failure = outcome.error.map { "error[\($0.code.rawValue)]: \($0.message)" }
      let failureFits =
        cell.failure.map { failure?.hasPrefix($0) ?? false } ?? (failure == nil)
      if shown != cell.expected || !failureFits {
        problems.append(
          """
          \(name), line \(cell.line + firstLine - 1): \(cell.code.split(separator: "\n").last ?? "")
            expected \(cell.expected) \(cell.failure ?? "")
            shown    \(shown) \(outcome.error.map { render($0) } ?? "")
          """)
      }
    }
    return problems
  }

  private static func lines(_ item: OutputItem) -> [String] {
    let text = item.shown { "claim \($0.holds ? "holds" : "fails"): \($0.text)" }
    // A golden line ends where its text ends.
    return text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
  }

  private struct Cell {
    var code = ""
    var line = 0
    var expected: [String] = []
    var failure: String?
  }

  private static func cells(_ text: String) -> [Cell] {
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

  private static func marked(_ line: Substring, _ mark: String) -> String? {
    guard let range = line.range(of: mark) else { return nil }
    return line[range.upperBound...].trimmingCharacters(in: .whitespaces)
  }
}
