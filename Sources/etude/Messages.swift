import Diagnostics
import Notebook

/// A diagnostic of a program for standard error, and each further one of the same go:
/// `file:line:column: …`, the source lines, the hint.
func message(_ diagnostic: Diagnostic, style: RenderStyle) -> String {
  oneByOne(diagnostic).map { problem in
    let body = details(problem, style: style)
    return renderOnOneLine(problem) + (body.isEmpty ? "" : "\n" + body) + "\n"
  }.joined(separator: "\n")
}

/// A diagnostic of a notebook's cell, placed in the notebook's file.
func message(
  _ diagnostic: Diagnostic, in cell: Cell, of file: String, style: RenderStyle
) -> String {
  oneByOne(diagnostic).map { problem in
    let place = cell.place(of: problem) ?? (line: cell.line, column: 1)
    return "\(file):\(place.line):\(place.column): " + render(problem, style: style) + "\n"
  }.joined(separator: "\n")
}

/// A diagnostic without those found in the same go, and then those.
private func oneByOne(_ diagnostic: Diagnostic) -> [Diagnostic] {
  var first = diagnostic
  first.others = []
  return [first] + diagnostic.others
}

/// What follows the title and the place of a rendered diagnostic.
private func details(_ diagnostic: Diagnostic, style: RenderStyle) -> String {
  let lines = render(diagnostic, style: style)
    .split(separator: "\n", omittingEmptySubsequences: false)
  return lines.dropFirst(diagnostic.source == nil ? 1 : 2).joined(separator: "\n")
}
