/// How diagnostics are drawn.
public struct RenderStyle: Sendable {
  /// True for ANSI colours.
  public var isColored: Bool
  /// Columns at hand; longer source lines are clipped round the place.
  public var width: Int

  /// Makes a style.
  public init(isColored: Bool = false, width: Int = 100) {
    self.isColored = isColored
    self.width = max(width, 40)
  }

  /// No colour, 100 columns.
  public static let plain = RenderStyle()
  /// ANSI colours, 100 columns.
  public static let ansi = RenderStyle(isColored: true)

  enum Ink: String {
    case error = "1;31"
    case warning = "1;33"
    case message = "1"
    case quiet = "2"
    case label = "36"
    case hint = "32"
  }

  func paint(_ text: String, _ ink: Ink) -> String {
    isColored && !text.isEmpty ? "\u{1B}[\(ink.rawValue)m\(text)\u{1B}[0m" : text
  }
}

/// Several diagnostics with empty lines between.
public func render(_ diagnostics: [Diagnostic], style: RenderStyle = .plain) -> String {
  diagnostics.map { render($0, style: style) }.joined(separator: "\n\n")
}

/// A diagnostic as text: the message, the place with its source line and labelled carets, the hint
/// and the calls that led there. No newline at the end.
public func render(_ diagnostic: Diagnostic, style: RenderStyle = .plain) -> String {
  let ink: RenderStyle.Ink = diagnostic.severity == .error ? .error : .warning
  let title = "\(diagnostic.severity.rawValue)[\(diagnostic.code.rawValue)]"
  var lines = [style.paint(title, ink) + ": " + style.paint(visible(diagnostic.message), .message)]
  if let source = diagnostic.source {
    if let place = diagnostic.labels.first?.span {
      let line = source.line(of: source.clamped(place).lowerBound) + 1
      lines.append(style.paint("  \(visible(source.name)), line \(line)", .quiet))
      lines += Snippet(source, diagnostic.labels, style, ink).lines()
    } else {
      lines.append(style.paint("  \(visible(source.name))", .quiet))
    }
  }
  if let hint = diagnostic.hint {
    let hints = visible(hint, keepsNewlines: true).split(separator: "\n")
    lines += hints.enumerated().map { index, text in
      (index == 0 ? "  " + style.paint("hint:", .hint) : "       ") + " " + text
    }
  }
  lines += traceLines(diagnostic, style, ink)
  for other in diagnostic.others { lines += ["", render(other, style: style)] }
  return lines.joined(separator: "\n")
}

/// The form for tools: `file:line:column: error[code]: message`; columns count characters from 1.
public func renderOnOneLine(_ diagnostic: Diagnostic) -> String {
  let title = "\(diagnostic.severity.rawValue)[\(diagnostic.code.rawValue)]"
  let text = "\(title): \(visible(diagnostic.message))"
  guard let source = diagnostic.source else { return text }
  guard let label = diagnostic.labels.first else { return "\(visible(source.name)): \(text)" }
  let (line, column) = source.position(of: source.clamped(label.span).lowerBound)
  return "\(visible(source.name)):\(line):\(column): \(text)"
}

extension SourceText {
  /// The line and column of an offset, both from 1; columns count Unicode scalars.
  public func position(of offset: Int) -> (line: Int, column: Int) {
    let line = line(of: offset)
    let before = utf8[lineStarts[line]..<max(lineStarts[line], min(offset, utf8.count))]
    return (line + 1, before.count { $0 & 0xC0 != 0x80 } + 1)
  }

  /// A span's offsets, brought inside the text whatever they are.
  func clamped(_ span: Span) -> Range<Int> {
    let lower = min(max(Int(span.lower), 0), utf8.count)
    return lower..<min(max(Int(span.upper), lower), utf8.count)
  }
}

/// A place on the way to the error, and how often it comes in a row.
private struct Step {
  var function: String
  /// How the function and the place belong together.
  var relation: String
  var source: SourceText
  var labels: [Diagnostic.Label]
  var count = 1

  init(_ frame: Diagnostic.Frame) {
    function = frame.function
    relation = "called at"
    source = frame.source
    labels = [.init(frame.span)]
  }

  init(_ place: Diagnostic.Inside) {
    function = place.function
    relation = "at"
    source = place.source
    labels = place.labels
  }

  func repeats(_ other: Step) -> Bool {
    source === other.source && labels.first?.span == other.labels.first?.span
      && function == other.function && relation == other.relation
  }

  /// Carets are drawn where there is a note to them.
  func lines(_ style: RenderStyle, _ ink: RenderStyle.Ink) -> [String] {
    let span = labels.first?.span ?? Span(0, 0)
    let number = source.line(of: source.clamped(span).lowerBound) + 1
    let times = count > 1 ? ", \(count) times" : ""
    let place = "\(visible(source.name)), line \(number)\(times)"
    let title = style.paint("  in `\(function)`, \(relation) \(place)", .quiet)
    let isNoted = labels.contains { !$0.text.isEmpty }
    return [title]
      + (isNoted
        ? Snippet(source, labels, style, ink).lines() : [Snippet.line(of: span, in: source, style)])
  }
}

/// The places in the library and the calls, innermost first; a recursion is one entry with its
/// count, and a long trace shows its two ends.
private func traceLines(
  _ diagnostic: Diagnostic, _ style: RenderStyle, _ ink: RenderStyle.Ink
) -> [String] {
  var steps: [Step] = []
  for step in diagnostic.inside.map(Step.init) + diagnostic.trace.map(Step.init) {
    if let last = steps.last, last.repeats(step) {
      steps[steps.count - 1].count += 1
    } else {
      steps.append(step)
    }
  }
  let head = 6
  let tail = 2
  guard steps.count > head + tail + 1 else { return steps.flatMap { $0.lines(style, ink) } }
  let left = steps[head..<steps.count - tail].reduce(0) { $0 + $1.count }
  return steps.prefix(head).flatMap { $0.lines(style, ink) }
    + [style.paint("  … \(left) more calls …", .quiet)]
    + steps.suffix(tail).flatMap { $0.lines(style, ink) }
}

/// The text with control characters made visible, so that no message steers the terminal.
public func visible(_ text: String, keepsNewlines: Bool = false) -> String {
  var result = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    result.append(keepsNewlines && scalar == "\n" ? scalar : visible(scalar))
  }
  return String(result)
}

/// The scalar, or a picture of it when it would steer the terminal or turn the line round.
func visible(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
  switch scalar.value {
  case 0..<0x20: Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}"
  case 0x7F: "\u{2421}"
  case 0x80..<0xA0, 0x200B, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: "\u{FFFD}"
  default: scalar
  }
}
