/// A diagnostic of a program for standard error, and each further one of the same go:
/// `file:line:column: …`, the source lines, the hint.
public func message(_ diagnostic: Diagnostic, style: RenderStyle) -> String {
  diagnostic.oneByOne.map { problem in
    let body = details(problem, style: style)
    return renderOnOneLine(problem) + (body.isEmpty ? "" : "\n" + body) + "\n"
  }.joined(separator: "\n")
}

/// What follows the title and the place of a rendered diagnostic.
private func details(_ diagnostic: Diagnostic, style: RenderStyle) -> String {
  let lines = render(diagnostic, style: style)
    .split(separator: "\n", omittingEmptySubsequences: false)
  return lines.dropFirst(diagnostic.source == nil ? 1 : 2).joined(separator: "\n")
}

extension Diagnostic {
  /// The diagnostic without those found in the same go, and then those.
  public var oneByOne: [Diagnostic] {
    var first = self
    first.others = []
    return [first] + others
  }
}
