import Syntax

extension Pattern {
  /// How a signature shows it.
  var summary: String {
    switch kind {
    case .name(let identifier): identifier.name
    case .tuple(let elements):
      "(" + elements.map(\.summary).joined(separator: ", ") + (elements.count == 1 ? ",)" : ")")
    case .record(let fields):
      "{"
        + fields.map { field, pattern in
          pattern.summary == field.name ? field.name : "\(field.name): \(pattern.summary)"
        }.joined(separator: ", ") + "}"
    }
  }
}

extension FunctionLiteral {
  /// How messages show a function that has no name: `(x, y) -> …`.
  var sketch: String {
    let list = parameters.map(\.pattern.summary)
    return (list.count == 1 ? list[0] : "(" + list.joined(separator: ", ") + ")") + " -> …"
  }
}

extension Expression {
  /// Whether it is a call, or a pipe into one.
  var isCall: Bool {
    switch kind {
    case .call, .pipe: true
    default: false
    }
  }
}
