import Diagnostics
import Interpreter
import SessionSupport

/// What a session shows for cells run one after the other: lines, values, claims, errors as
/// `error[code]: message` with the text at each caret and the hint.
func screen(_ cells: String..., session: Session = Session()) -> String {
  var lines: [String] = []
  for (i, cell) in cells.enumerated() {
    let outcome = session.run(
      SourceText(name: "cell \(i + 1)", text: cell), as: CellIdentity(ordinal: i))
    lines += outcome.shown()
    if let error = outcome.error { lines.append(describe(error)) }
  }
  return lines.joined(separator: "\n")
}

/// An error on a few lines, without its drawing.
func describe(_ error: Diagnostic) -> String {
  var text = "error[\(error.code.rawValue)]: \(error.message)"
  for label in error.labels {
    guard let source = error.source else { continue }
    let place = source.text(in: label.span)
    text += "\n  at `\(place)`" + (label.text.isEmpty ? "" : " \(label.text)")
  }
  if let hint = error.hint { text += "\n  hint: \(hint)" }
  return text
}

/// The error of the last of some cells.
func failure(_ cells: String..., session: Session = Session()) -> Diagnostic? {
  var error: Diagnostic?
  for (i, cell) in cells.enumerated() {
    error =
      session.run(
        SourceText(name: "cell \(i + 1)", text: cell), as: CellIdentity(ordinal: i)
      ).error
  }
  return error
}
