import Diagnostics
import Interpreter

extension Session {
  /// The text of a checked value, or why there is none that can stand in prose.
  func text(of value: CheckedValue) -> Result<String, Diagnostic> {
    evaluate(value.source).flatMap { result in
      let text = display(result)
      guard let problem = value.problem(of: text) else { return .success(text) }
      return .failure(Diagnostic(.value, problem, source: value.source))
    }
  }
}

extension CheckedValue {
  /// How reports name one.
  public static let title = "checked value"

  /// The expression as a program: the language's own interpolation splits off the format.
  var source: SourceText { SourceText(name: Self.title, text: "\"{\(expression)}\"") }

  /// Why a text can't stand in prose.
  fileprivate func problem(of text: String) -> String? {
    if text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
      return "a checked value must be one line of text"
    }
    if text.contains("<!--") || text.contains("-->") {
      return "a checked value can't contain the marks of a comment"
    }
    if isInTable, text.contains("|") { return "a checked value in a table can't contain `|`" }
    return nil
  }
}
