import Diagnostics
import Notebook

/// A notebook as it is named to `:load`, with the label of a cell or without: `lesson.nb#model`.
public enum NotebookPath {
  /// Told by the name.
  public static func isNotebook(_ path: some StringProtocol) -> Bool {
    [".nb", ".md", ".markdown"].contains { path.hasSuffix($0) }
  }

  /// The file, and the label if one is named.
  package static func parts(of argument: String) -> (path: String, label: String?) {
    guard let mark = argument.lastIndex(of: "#"), isNotebook(argument[..<mark]) else {
      return (argument, nil)
    }
    return (String(argument[..<mark]), String(argument[argument.index(after: mark)...]))
  }

  /// Says what labels there are.
  package static func missing(_ label: String, in document: Document) -> Diagnostic {
    let labels = document.cells.compactMap(\.label)
    let near = nearest(to: label, among: labels).map { "did you mean `\($0)`?" }
    let all = labels.isEmpty ? "it has no labels" : "it has \(labels.joined(separator: ", "))"
    return Diagnostic(
      .file, "\(document.name) has no cell labelled `\(label)`", hint: near ?? all)
  }
}
