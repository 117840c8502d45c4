import Diagnostics
import Figures
import Interpreter
import Syntax
import Tensor
import Testing

/// Code of an example and what it is said to show: on its own line, `expr  # shown`, or in lines of
/// comment below it.
private struct ExampleLine {
  var code: String
  var shown: [String] = []
  var isInline = false

  /// The lines of an example, each with what it shows. A line goes on where brackets are open and
  /// before `|>`.
  static func all(of example: String) -> [ExampleLine] {
    var found: [ExampleLine] = []
    var isOpen = false
    for line in example.split(separator: "\n") {
      if line.hasPrefix("#"), !found.isEmpty {
        found[found.count - 1].shown.append(String(line.dropFirst(2)))
        continue
      }
      let parts = line.split(separator: "  # ", maxSplits: 1)
      if let last = found.last, isOpen || line.drop(while: { $0 == " " }).hasPrefix("|>") {
        found[found.count - 1].code = last.code + "\n" + parts[0]
      } else {
        found.append(ExampleLine(code: String(parts[0])))
      }
      if parts.count == 2 {
        found[found.count - 1].shown = [String(parts[1].drop { $0 == " " })]
        found[found.count - 1].isInline = true
      }
      isOpen = false
      let source = SourceText(name: "example", text: found[found.count - 1].code)
      if case .incomplete = parse(source, isInteractive: true) { isOpen = true }
    }
    return found
  }
}

@Suite("Documentation")
struct ExampleTests {
  static let options = {
    var options = SessionOptions()
    options.builtins = figureBuiltins
    return options
  }()

  /// Runs an example in one session; gives the lines that show other than what is said, or that
  /// show something and do not say it.
  func differences(_ example: String) -> [String] {
    let session = Session(Self.options)
    return ExampleLine.all(of: example).flatMap { line in
      let outcome = session.run(SourceText(name: "example", text: line.code))
      if let error = outcome.error { return ["\(line.code): \(describe(error))"] }
      let shown = outcome.output.flatMap { text($0, isInline: line.isInline) }
      return shown == line.shown ? [] : ["\(line.code): \(shown) is not \(line.shown)"]
    }
  }

  /// Claims and lines that differ at each run stand in no documentation.
  private func text(_ item: OutputItem, isInline: Bool) -> [String] {
    let text =
      switch item {
      case .value(let value, let shown): isInline ? showInline(value) : shown
      case .line(let text, _, let isVolatile): isVolatile ? "" : text
      case .claim: ""
      }
    return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      .filter { !$0.isEmpty }
  }

  /// The code in a documentation text's fences.
  private func fenced(_ text: String) -> String {
    var inside = false
    var lines: [Substring] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let trimmed = line.drop { $0 == " " }
      if trimmed.hasPrefix("```") { inside.toggle() } else if inside { lines.append(line) }
    }
    return lines.joined(separator: "\n")
  }

  @Test(
    "Every library name is documented, and its example shows what it says",
    arguments: Session(options).libraryNames.filter { $0 != "pi" })
  func example(_ name: String) throws {
    let documentation = try #require(Session(Self.options).documentation(of: name))
    #expect(!documentation.text.isEmpty)
    let example = documentation.example.isEmpty ? fenced(documentation.text) : documentation.example
    #expect(!example.isEmpty)
    #expect(differences(example) == [])
  }

  @Test(
    "Every operator of the operation table shows what its example says",
    arguments: Operation.all.map(\.example))
  func operation(_ example: Example) {
    #expect(differences("\(example.code)  # \(example.result)") == [])
  }

  @Test("A line that shows other than it says, or does not say it, is found")
  func findsDifferences() {
    #expect(differences("1 + 1  # 2").isEmpty)
    #expect(differences("1 + 1  # 3").count == 1)
    #expect(differences("1 + 1").count == 1)
    #expect(differences("x = 1\nx.y  # 1").count == 1)
    #expect(differences("[1, 2]\n# f32[2]\n#  1  2").count == 1)
    #expect(differences("x = (\n  1,\n  2)\nx\n  |> len  # 2").isEmpty)
  }
}
