import Diagnostics
import Notebook

/// A diagnostic of a program for standard error: `file:line:column: …`, the source lines, the hint.
func message(_ diagnostic: Diagnostic, style: RenderStyle) -> String {
  let body = details(diagnostic, style: style)
  return renderOnOneLine(diagnostic) + (body.isEmpty ? "" : "\n" + body) + "\n"
}

/// A diagnostic of a notebook's cell, placed in the notebook's file.
func message(
  _ diagnostic: Diagnostic, in cell: Cell, of file: String, style: RenderStyle
) -> String {
  let place = cell.place(of: diagnostic) ?? (line: cell.line, column: 1)
  let rendered = render(diagnostic, style: style)
  return "\(file):\(place.line):\(place.column): " + rendered + "\n"
}

/// What follows the title and the place of a rendered diagnostic.
private func details(_ diagnostic: Diagnostic, style: RenderStyle) -> String {
  let lines = render(diagnostic, style: style)
    .split(separator: "\n", omittingEmptySubsequences: false)
  return lines.dropFirst(diagnostic.source == nil ? 1 : 2).joined(separator: "\n")
}
