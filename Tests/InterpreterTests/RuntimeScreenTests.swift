import Diagnostics
import Interpreter
import SessionSupport
import TestSupport
import Testing

/// What a learner sees when a program fails: `Fixtures/errors/runtime` holds, by code, the cells
/// and the whole screen. A line `%% "name"` begins a cell of that name.
@Suite struct RuntimeScreenTests {
  @Test(arguments: [
    "name", "type", "argument", "shape", "dtype", "index", "value", "overflow", "memory",
    "recursion", "gradient", "claim", "tracebacks", "habits",
  ])
  func screens(file: String) throws {
    try checkGoldenCases("errors/runtime/\(file).golden") { shown(cells(of: $0)) }
  }

  private func cells(of text: String) -> [SourceText] {
    var name = "cell \"test\""
    var found: [SourceText] = []
    var code = ""
    func end() {
      if !code.isEmpty { found.append(SourceText(name: name, text: code)) }
      code = ""
    }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("%% ") {
        end()
        name = "cell " + line.dropFirst(3)
      } else {
        code += line + "\n"
      }
    }
    end()
    return found
  }

  private func shown(_ cells: [SourceText]) -> String {
    let session = Session()
    var lines: [String] = []
    for (i, cell) in cells.enumerated() {
      let outcome = session.run(cell, as: CellIdentity(ordinal: i))
      lines += outcome.shown { claim in
        let margin = claim.margin.map { ", margin \($0)" } ?? ""
        return "claim \(claim.holds ? "holds" : "fails"): \(claim.text)\(margin)"
      }
      if let error = outcome.error { lines.append(render(error)) }
    }
    return lines.joined(separator: "\n")
  }
}
