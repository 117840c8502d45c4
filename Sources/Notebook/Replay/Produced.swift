import Diagnostics
import Interpreter
import Tensor

/// What a cell produces in the text of a notebook: lines, and the digest of the full-precision
/// values behind them.
public struct ProducedOutput: Sendable {
  /// A line of an output block.
  public struct Line: Sendable, Equatable {
    /// The line as it stands in the block.
    public var text: String
    /// True when it may differ at each run.
    public var isVolatile: Bool
  }

  /// The lines of the block.
  public var lines: [Line]
  /// 64 hexadecimal digits; nil for a volatile cell.
  public var bits: String?

  /// Recorded digests have this many digits.
  static let recordedDigits = 16

  /// What stands in the file after `bits=`.
  public var recordedBits: String? { bits.map { String($0.prefix(Self.recordedDigits)) } }

  /// The text of the block.
  public var text: String { lines.map(\.text).joined(separator: "\n") }

  /// What a cell's outcome is in the text; nil when the cell shows nothing and binds nothing.
  init?(_ outcome: CellOutcome, of cell: Cell) {
    var digest = OutputDigest()
    var lines: [Line] = []
    for item in outcome.output {
      digest.add(item)
      lines += Self.lines(item)
      if cell.options.isDrawing, case .value(let value, _) = item,
        let drawing = drawing(of: value, in: .notebook)
      {
        lines += Self.lines(drawing, isVolatile: false)
      }
    }
    if let error = outcome.error?.withoutLibrary {
      digest.add(error)
      lines += Self.lines(render(error), isVolatile: false)
    }
    if digest.isEmpty {
      guard !lines.isEmpty || !outcome.bound.isEmpty else { return nil }
      for (name, value) in outcome.bound { digest.add(name, value) }
    }
    bits = cell.options.isVolatile ? nil : digest.finish()
    self.lines = Self.cut(lines)
  }

  private static func lines(_ item: OutputItem) -> [Line] {
    switch item {
    case .line(let text, _, let isVolatile): lines(text, isVolatile: isVolatile)
    case .value(_, let shown): lines(shown, isVolatile: false)
    case .claim(let claim): lines(claim.line, isVolatile: false)
    }
  }

  private static func lines(_ text: String, isVolatile: Bool) -> [Line] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let text = shortened(printable(line))
      return Line(text: isVolatile ? "~ " + text : text, isVolatile: isVolatile)
    }
  }

  /// Control characters as pictures: a carriage return would be a line of its own in the file, and
  /// a NUL would make it no text.
  private static func printable(_ line: Substring) -> String {
    guard line.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) else {
      return String(line)
    }
    var result = String.UnicodeScalarView()
    for scalar in line.unicodeScalars {
      switch scalar.value {
      case 0x09: result.append(scalar)
      case 0..<0x20: result.append(Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}")
      case 0x7F: result.append("\u{2421}")
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  /// Long lines and long outputs are cut in the text, never in the digest.
  private static func shortened(_ line: String) -> String {
    guard line.unicodeScalars.count > 1000 else { return line }
    return String(line.unicodeScalars.prefix(500)) + "…"
  }

  private static func cut(_ lines: [Line]) -> [Line] {
    let (head, tail) = (100, 20)
    guard lines.count > head + tail + 1 else { return lines }
    let left = Line(text: "… \(lines.count - head - tail) lines …", isVolatile: false)
    return lines.prefix(head) + [left] + lines.suffix(tail)
  }
}

extension ClaimOutcome {
  /// How a claim stands in an output block.
  public var line: String {
    (holds ? "✓ " : "✗ ") + text.split(separator: "\n").joined(separator: " ")
  }
}

/// SHA-256 over what a cell shows, at full precision.
private struct OutputDigest {
  private var writer = DigestWriter()
  private(set) var isEmpty = true

  private mutating func part(_ tag: Unicode.Scalar) {
    isEmpty = false
    writer.tag(UInt8(ascii: tag))
  }

  mutating func add(_ item: OutputItem) {
    switch item {
    case .line(_, let digestText, let isVolatile):
      if isVolatile { return }
      part("L")
      writer.text(digestText)
    case .value(let value, _):
      part("V")
      writer.value(value)
    case .claim(let claim):
      part("C")
      writer.text(claim.text)
      writer.tag(claim.holds ? 1 : 0)
      writer.text(claim.operandsDigest)
    }
  }

  /// Code, place and values; the wording of a message is compared as text.
  mutating func add(_ error: Diagnostic) {
    part("E")
    writer.text(error.code.rawValue)
    writer.count(error.labels.count)
    for label in error.labels {
      writer.count(Int(label.span.lower))
      writer.count(Int(label.span.upper))
      writer.text(label.text)
    }
  }

  mutating func add(_ name: String, _ value: Value) {
    part("B")
    writer.text(name)
    writer.value(value)
  }

  func finish() -> String { writer.finish() }
}
