import Interpreter

/// A place of a drawing.
struct Rect {
  var x: Double
  var y: Double
  var width: Double
  var height: Double

  var right: Double { x + width }
  var bottom: Double { y + height }
}

/// The text of an SVG document as it grows.
struct SVGText {
  private(set) var text = ""
  private var open: [String] = []

  /// Where a text stands relative to its point.
  enum Anchor: String {
    case start, middle, end
  }

  /// An element without content. Attributes stand in the order given.
  mutating func element(_ name: String, _ attributes: String) {
    line("<\(name) \(attributes)/>")
  }

  /// Everything up to the matching `end` is in this element.
  mutating func begin(_ name: String, _ attributes: String) {
    line("<\(name) \(attributes)>")
    open.append(name)
  }

  /// Ends the element that was begun last.
  mutating func end() { if let name = open.popLast() { line("</\(name)>") } }

  /// A text; its size and weight come from the group unless given.
  mutating func label(
    _ content: String, x: Double, y: Double, anchor: Anchor = .start, _ attributes: String = ""
  ) {
    if content.isEmpty { return }
    let where_ = anchor == .start ? "" : " text-anchor=\"\(anchor.rawValue)\""
    let rest = attributes.isEmpty ? "" : " " + attributes
    line(
      "<text x=\"\(number(x))\" y=\"\(number(y))\"\(where_)\(rest)>\(escaped(content))</text>")
  }

  /// A straight line.
  mutating func stroke(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ attributes: String
  ) {
    element(
      "path", "d=\"M\(number(x1)) \(number(y1))L\(number(x2)) \(number(y2))\" \(attributes)")
  }

  /// A filled rectangle.
  mutating func fill(_ rect: Rect, _ attributes: String) {
    element("rect", place(rect) + " " + attributes)
  }

  /// A picture of the given pixels over a rectangle.
  mutating func picture(_ pixels: PNG, _ rect: Rect, isSmooth: Bool) {
    let rendering = isSmooth ? "" : " style=\"image-rendering:pixelated\""
    element(
      "image",
      place(rect) + " preserveAspectRatio=\"none\"\(rendering) href=\"\(pixels.dataURI)\"")
  }

  private mutating func line(_ content: String) {
    text += String(repeating: " ", count: open.count) + content + "\n"
  }
}

/// A length or place in a drawing with at most two digits after the point.
func number(_ x: Double) -> String {
  let hundredths = Int((min(max(x, -1e7), 1e7) * 100).rounded())
  let (whole, rest) = (abs(hundredths) / 100, abs(hundredths) % 100)
  var text = hundredths < 0 ? "-\(whole)" : "\(whole)"
  if rest > 0 { text += rest % 10 == 0 ? ".\(rest / 10)" : rest < 10 ? ".0\(rest)" : ".\(rest)" }
  return text
}

/// The attributes that place a rectangle.
func place(_ rect: Rect) -> String {
  "x=\"\(number(rect.x))\" y=\"\(number(rect.y))\" width=\"\(number(rect.width))\" "
    + "height=\"\(number(rect.height))\""
}

/// Text for an XML document; what XML can't hold is a replacement character.
func escaped(_ text: String) -> String {
  var result = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;".unicodeScalars
    case "<": result += "&lt;".unicodeScalars
    case ">": result += "&gt;".unicodeScalars
    case "\"": result += "&quot;".unicodeScalars
    default:
      switch scalar.value {
      case 0x09, 0x0A, 0x0D: result.append(" ")
      case 0..<0x20, 0x7F..<0xA0, 0xFFFE, 0xFFFF: result.append("\u{FFFD}")
      default: result.append(scalar)
      }
    }
  }
  return String(result)
}
