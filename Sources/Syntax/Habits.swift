import Diagnostics

/// A spelling from elsewhere that the lexer reads as ours, after an error that shows our form.
struct Habit {
  let message: String
  let span: Span
  let replacement: String

  init(_ message: String, _ span: Span, _ replacement: String) {
    self.message = message
    self.span = span
    self.replacement = replacement
  }

  typealias Entry = (message: String, replacement: String, kind: Token.Kind?)

  /// Marks of other languages; `kind` nil means that nothing sensible can follow.
  static let marks: [String: Entry] = [
    "**": ("a power is written `^`", "^", .caret),
    "&&": ("`and` is a word", "and", .and),
    "||": ("`or` is a word", "or", .or),
    "!": ("`not` is a word", "not ", .not),
    "===": ("equality is written `==`", "==", .equal),
    "!==": ("inequality is written `!=`", "!=", .notEqual),
    "<>": ("inequality is written `!=`", "!=", .notEqual),
    ":=": ("a binding is written `=`", "=", .bind),
    "=>": ("a function's arrow is written `->`", "->", .arrow),
    "++": ("`++` has no meaning", " += 1", nil),
    "/*": ("a comment starts with `#`", "#", nil),
  ]

  /// Marks that word processors and keyboards put in place of ours.
  static let typographic: [Unicode.Scalar: Entry] = [
    "×": ("a product is written `*`", "*", .star),
    "÷": ("a quotient is written `/`", "/", .slash),
    "−": ("a minus sign is written `-`", "-", .minus),
    "–": ("a minus sign is written `-`", "-", .minus),
    "≤": ("`≤` is written `<=`", "<=", .lessOrEqual),
    "≥": ("`≥` is written `>=`", ">=", .greaterOrEqual),
    "≠": ("`≠` is written `!=`", "!=", .notEqual),
    "→": ("an arrow is written `->`", "->", .arrow),
    "²": ("a power is written with `^`", " ^ 2", nil),
    "³": ("a power is written with `^`", " ^ 3", nil),
    "“": ("strings stand in plain double quotes", "\"", nil),
    "”": ("strings stand in plain double quotes", "\"", nil),
    "‘": ("strings stand in plain double quotes", "\"", nil),
    "’": ("strings stand in plain double quotes", "\"", nil),
    "…": ("`…` is written `...`", "...", .spread),
    "，": ("a comma is written `,`", ",", .comma),
    "（": ("a parenthesis is written `(`", "(", nil),
    "）": ("a parenthesis is written `)`", ")", nil),
  ]

  static let strayHints: [Unicode.Scalar: String] = [
    "&": "and", "|": "or", "~": "not", "?": "if a { b } else { c }",
    "\\": "a line goes on inside brackets and after an operator",
    "$": "names are letters, digits and _",
  ]

  /// Names that other languages write for values of ours.
  static let constants: [String: String] = [
    "True": "true", "False": "false", "None": "nothing", "null": "nothing", "nil": "nothing",
    "NaN": "nan",
  ]
}

/// Turns habits into errors: those of one kind on one line are one error. The last of a line has
/// the hint, the whole line written our way.
func errors(for habits: [Habit], in source: SourceText) -> [Diagnostic] {
  var result: [Diagnostic] = []
  var rest = habits.sorted { $0.span.lower < $1.span.lower }[...]
  while let first = rest.first, result.count < Limits.errors {
    let line = source.line(of: Int(first.span.lower))
    let onLine = rest.prefix { source.line(of: Int($0.span.lower)) == line }
    rest = rest.dropFirst(onLine.count)
    var known: [String: Int] = [:]
    for habit in onLine {
      if let index = known[habit.message] {
        if result[index].labels.count < 8 { result[index].labels.append(.init(habit.span)) }
      } else {
        known[habit.message] = result.count
        result.append(
          Diagnostic(.syntax, habit.message, source: source, labels: [.init(habit.span)]))
      }
    }
    result[result.count - 1].hint =
      source.line(editedBy: onLine.map { ($0.span, $0.replacement) }) ?? first.replacement
  }
  return result
}

/// The range that `range(…)` of Python stands for: `0..n`, `a..b`, `a..b by c`.
public func rangeForm(of arguments: String) -> String? {
  let parts = arguments.split(separator: ",").map { $0.drop { $0 == " " } }
  return switch parts.count {
  case 1: "0..\(parts[0])"
  case 2: "\(parts[0])..\(parts[1])"
  case 3: "\(parts[0])..\(parts[1]) by \(parts[2])"
  default: nil
  }
}

extension SourceText {
  /// The line of the first edit with all edits made, trimmed; nil when it is too long for a hint
  /// or the edits leave the line.
  public func line(editedBy edits: [(span: Span, text: String)]) -> String? {
    guard let first = edits.first else { return nil }
    let line = line(of: Int(first.span.lower))
    let end = line + 1 < lineStarts.count ? lineStarts[line + 1] - 1 : utf8.count
    var at = lineStarts[line], result = ""
    guard end - at < 200 else { return nil }
    for edit in edits {
      guard edit.span.lower >= at, edit.span.upper <= end else { return nil }
      result += text(in: Span(at, Int(edit.span.lower))) + edit.text
      at = Int(edit.span.upper)
    }
    result += text(in: Span(at, end))
    let spaces: Set<Unicode.Scalar> = [" ", "\t", "\r"]
    var trimmed = result.unicodeScalars[...].drop { spaces.contains($0) }
    while let last = trimmed.last, spaces.contains(last) { trimmed.removeLast() }
    return trimmed.count <= 80 ? String(trimmed) : nil
  }
}

/// What a text may hold.
enum Limits {
  /// Levels of brackets and blocks.
  static let nesting = 250
  /// Height of the tree of an expression, such as operators in a row.
  static let height = 1_000
  /// Errors reported in one go.
  static let errors = 20
  /// Bytes of a program.
  static let bytes = 64 << 20
}
