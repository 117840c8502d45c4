import Diagnostics

/// About how wide a text is in a sans-serif font of this size. Fonts differ, so layouts leave room.
func textWidth(_ text: String, size: Double) -> Double {
  var units = 0.0
  for character in text {
    let columns = displayWidth(String(character))
    if columns != 1 {
      units += Double(columns) * 0.5
      continue
    }
    switch character {
    case "i", "j", "l", "I", "|", "!", "'", ".", ",", ":", ";", "·": units += 0.28
    case "f", "t", "r", "(", ")", "[", "]", " ", "-", "/": units += 0.36
    case "m", "w", "M", "W", "@", "%", "—": units += 0.88
    case "A"..."Z", "+", "=", "<", ">", "−", "×", "±", "–": units += 0.68
    case "⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹", "⁻": units += 0.38
    default: units += 0.56
    }
  }
  return units * size
}

/// The text, or as much of its start as fits and an ellipsis.
func shortened(_ text: String, size: Double, to width: Double) -> String {
  if textWidth(text, size: size) <= width { return text }
  var kept = ""
  for character in text {
    if textWidth(kept + String(character) + "…", size: size) > width { break }
    kept.append(character)
  }
  return kept + "…"
}

/// The text in at most this many columns of a terminal.
func shortened(_ text: String, columns: Int) -> String {
  if displayWidth(text) <= columns { return text }
  var kept = ""
  for character in text {
    if displayWidth(kept) + displayWidth(String(character)) + 1 > columns { break }
    kept.append(character)
  }
  return columns > 0 ? kept + "…" : ""
}

/// On one line: line ends and control characters are spaces.
func oneLine(_ text: String) -> String {
  String(
    String.UnicodeScalarView(
      text.unicodeScalars.map { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) ? " " : $0 }))
}
