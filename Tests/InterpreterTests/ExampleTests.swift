import Diagnostics
import Interpreter
import Syntax
import Testing

@Suite("Documentation")
struct ExampleTests {
  /// Runs lines of code in one session; gives those whose comment says other than what they show.
  func differences(_ example: String) -> [String] {
    let session = Session()
    var found: [String] = []
    var pending = ""
    for line in example.split(separator: "\n") {
      let parts = line.split(separator: "  # ", maxSplits: 1)
      pending += (pending.isEmpty ? "" : "\n") + parts[0]
      guard parts.count == 2 || !isOpen(pending) else { continue }
      let outcome = session.run(SourceText(name: "example", text: pending))
      if let error = outcome.error { found.append("\(pending): \(describe(error))") }
      pending = ""
      guard parts.count == 2 else { continue }
      let wanted = parts[1].drop { $0 == " " }
      var shown = ""
      if case .value(let value, _) = outcome.output.last { shown = showInline(value) }
      if case .line(let text, _, _) = outcome.output.last { shown = text }
      if shown != wanted { found.append("\(line): \(shown)") }
    }
    return found
  }

  func isOpen(_ code: String) -> Bool {
    if case .incomplete = parse(SourceText(name: "example", text: code), isInteractive: true) {
      return true
    }
    return false
  }

  /// The code in a documentation text's fences.
  func fenced(_ text: String) -> String {
    var inside = false
    var lines: [Substring] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let trimmed = line.drop { $0 == " " }
      if trimmed.hasPrefix("```") { inside.toggle() } else if inside { lines.append(trimmed) }
    }
    return lines.joined(separator: "\n")
  }

  @Test(
    "Every library name is documented, and its example shows what it says",
    arguments: Session().libraryNames.filter { $0 != "pi" })
  func example(_ name: String) throws {
    let documentation = try #require(Session().documentation(of: name))
    #expect(!documentation.text.isEmpty)
    let example = documentation.example.isEmpty ? fenced(documentation.text) : documentation.example
    #expect(!example.isEmpty)
    #expect(differences(example) == [])
  }
}
