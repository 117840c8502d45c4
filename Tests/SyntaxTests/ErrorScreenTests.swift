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
}
