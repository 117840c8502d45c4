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
    lines += paragraph.contains { displayWidth($0) > width }
      ? filled(paragraph.joined(separator: " "), width: width) : paragraph
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

/// Words in lines of at most a width, those after the first indented.
func filled(_ text: String, width: Int, indent: String = "") -> [String] {
  var lines = [""]
  for word in text.split(separator: " ").map(String.init) {
    let last = lines[lines.count - 1]
    if last.isEmpty {
      lines[lines.count - 1] = word
    } else if displayWidth(last) + 1 + displayWidth(word) <= width {
      lines[lines.count - 1] += " " + word
    } else {
      lines.append(indent + word)
    }
  }
  return lines
}
