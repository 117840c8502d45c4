import Diagnostics
import Foundation
import Syntax
import TestSupport
import Testing

/// What a user sees for a text: its errors, or its one spelling.
func screen(_ text: String, name: String = "cell \"test\"") -> String {
  let source = SourceText(name: name, text: text)
  return switch parse(source) {
  case .program(let program): normalised(program)
  case .incomplete(let errors): "(incomplete)\n" + render(errors)
  case .failed(let errors): render(errors)
  }
}

@Suite struct ErrorScreenTests {
  @Test func errorsAsOne() throws {
    let result = parse(SourceText(name: "test", text: "x = = 3\ny = * 2"))
    guard case .failed(let errors) = result else { throw Failure(text: "", messages: ["parses"]) }
    #expect(errors.count == 2)
    #expect(result.error.map { render($0) } == render(errors))
    #expect(parse(SourceText(name: "test", text: "x")).error?.message == nil)
  }

  @Test(arguments: ["brackets", "habits", "lexical", "recovery", "statements", "screens"])
  func errors(file: String) throws {
    try checkGoldenCases("errors/\(file).golden") { screen($0) }
  }

  /// What a hint writes can be typed: `…` stands for whatever the reader has there. The others say
  /// in words what no line can.
  @Test func hintsOfHabitsCanBeTyped() throws {
    let inWords: Set<String> = [
      "} else if b { 2 }", "(1, 2) is a tuple, [1, 2] a tensor, {a: 1} a record",
      "zeros((2, 3)), exp(x), help(\"zeros\")",
      "pass `n` in, return it and bind it where it is called",
    ]
    let hints = try fixtureText("errors/habits.golden")
      .split(separator: "\n").compactMap { line -> String? in
        line.hasPrefix("  hint: ") ? String(line.dropFirst(8)) : nil
      }
    #expect(hints.count > 50)
    for hint in hints where !inWords.contains(hint) {
      // Inside of a function, so that `return` may be there.
      let code = hint.replacingOccurrences(of: "…", with: "1")
      let source = SourceText(name: "hint", text: "fn hint() {\n\(code)\n}")
      let isProgram = if case .program = parse(source) { true } else { false }
      #expect(isProgram, "\(hint)")
    }
  }
}
