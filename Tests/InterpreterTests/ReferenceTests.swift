import Interpreter
import TestSupport
import Testing

/// Every example of `docs/language.md` shows what it says; those of one section share a session.
@Suite struct ReferenceTests {
  @Test func examples() throws {
    let text = try projectText("docs/language.md")
    var problems: [String] = []
    var count = 0
    var session = Session()
    var open: (line: Int, code: String)?
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      if line.hasPrefix("## ") { session = Session() }
      if line == "```etude" {
        open = (index + 2, "")
      } else if line == "```", let example = open {
        problems += Programs.problems(
          in: example.code, "docs/language.md", firstLine: example.line, session: session)
        count += 1
        open = nil
      } else if open != nil {
        open!.code += line + "\n"
      }
    }
    #expect(count >= 18)
    if !problems.isEmpty { Issue.record("\(problems.joined(separator: "\n"))") }
  }
}
