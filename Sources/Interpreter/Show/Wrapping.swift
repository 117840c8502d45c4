import Diagnostics

/// Markdown whose paragraphs fit a width: one with a line that is wider is laid out anew. Code, lists
/// and tables stay as they are.
func wrapped(_ text: String, width: Int) -> String {
  var lines: [String] = []
  var paragraph: [String] = []
  var isCode = false
  func isOwn(_ line: String) -> Bool {
    line.isEmpty || line.hasPrefix(" ") || line.hasPrefix("- ") || line.hasPrefix("|")
      || line.hasPrefix("#")
  }
  func end() {
    lines +=
      paragraph.contains { displayWidth($0) > width }
      ? filled(
        paragraph.joined(separator: " ").split(separator: " ").map(String.init), width: width)
      : paragraph
    paragraph = []
  }
  for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
    if line.hasPrefix("```") { isCode.toggle() }
    if isCode || isOwn(line) || line.hasPrefix("```") {
      end()
      lines.append(line)
    } else {
      paragraph.append(line)
    }
  }
  end()
  return lines.joined(separator: "\n")
}

/// The call of a function in lines of a width, broken after commas.
func wrappedCall(_ signature: String, width: Int) -> String {
  let parts = signature.split(separator: ",", omittingEmptySubsequences: false)
  let words = parts.enumerated().map { i, part in
    part.drop { $0 == " " } + (i < parts.count - 1 ? "," : "")
  }
  return filled(words.map(String.init), width: width, indent: "  ").joined(separator: "\n")
}

/// Words in lines of at most a width, those after the first indented.
private func filled(_ words: [String], width: Int, indent: String = "") -> [String] {
  var lines: [String] = []
  for word in words {
    guard let last = lines.last, displayWidth(last) + 1 + displayWidth(word) <= width else {
      lines.append(lines.isEmpty ? word : indent + word)
      continue
    }
    lines[lines.count - 1] = last + " " + word
  }
  return lines
}
