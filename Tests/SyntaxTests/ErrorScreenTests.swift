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
  @Test(arguments: ["brackets", "habits", "lexical", "recovery", "statements", "screens"])
  func errors(file: String) throws {
    try checkGoldenCases("errors/\(file).golden") { screen($0) }
  }
}
