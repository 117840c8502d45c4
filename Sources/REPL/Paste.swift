import Diagnostics
import Syntax

/// What is pasted at the prompt, as a program.
package enum Paste {
  /// The lines of code in a pasted text: of a notebook those of its cells, of a session those behind
  /// its prompts, else all.
  package static func code(in text: String) -> String {
    let lines = lines(of: text)
    if let cells = cells(lines) { return cells }
    if let entries = entries(lines) { return entries }
    return lines.joined(separator: "\n")
  }

  /// Lines with any kind of end; terminals send carriage returns.
  package static func lines(of text: String) -> [String] {
    var lines = [""]
    var scalars = text.unicodeScalars.makeIterator()
    var last: Unicode.Scalar = "\0"
    while let scalar = scalars.next() {
      defer { last = scalar }
      switch scalar {
      case "\r": lines.append("")
      case "\n": if last != "\r" { lines.append("") }
      default: lines[lines.count - 1].unicodeScalars.append(scalar)
      }
    }
    return lines
  }

  /// The code of a notebook's cells; nil when there is none.
  private static func cells(_ lines: [String]) -> String? {
    var code: [String] = []
    var fence: String?
    var isCell = false
    var hasCells = false
    for line in lines {
      let start = String(line.drop { $0 == " " })
      if let open = fence {
        if start.hasPrefix(open), start.allSatisfy({ $0 == open.first || $0 == " " }) {
          fence = nil
        } else if isCell {
          code.append(line)
        }
        continue
      }
      guard start.hasPrefix("```") || start.hasPrefix("~~~"), let mark = start.first else {
        continue
      }
      let open = String(start.prefix { $0 == mark })
      fence = open
      let word = start.dropFirst(open.count).drop { $0 == " " }.prefix { $0 != " " }
      isCell = word == "etude"
      hasCells = hasCells || isCell
    }
    return hasCells ? code.joined(separator: "\n") : nil
  }

  /// What stands behind the prompts of a session; nil when it does not start with one, and would be a
  /// program as it is.
  private static func entries(_ lines: [String]) -> String? {
    func behind(_ prompt: String, _ line: String) -> String? {
      line.hasPrefix(prompt + " ") ? String(line.dropFirst(2)) : line == prompt ? "" : nil
    }
    guard let prompt = lines.firstIndex(where: { behind(">", $0) != nil }) else { return nil }
    let isFirst = lines[..<prompt].allSatisfy { $0.allSatisfy(\.isWhitespace) }
    let source = SourceText(name: "entry", text: lines.joined(separator: "\n"))
    if !isFirst, case .program = parse(source, isInteractive: true) { return nil }
    var code: [String] = []
    var isEntry = false
    for line in lines {
      if let text = behind(">", line) {
        code.append(text)
        isEntry = true
      } else if isEntry, let text = behind(".", line) {
        code.append(text)
      } else {
        isEntry = false
      }
    }
    return code.joined(separator: "\n")
  }

  /// The entries of a text, as they would be if each were typed: a statement, or those that share a
  /// line, with the comments before it. A text that is no program is one entry.
  package static func statements(of text: String) -> [String] {
    let lines = lines(of: text)
    return entries(in: lines).map { lines[$0].joined(separator: "\n") }
  }

  /// Where the entries stand among the lines of a text: its statements, and its commands where one may
  /// stand, which is not within a statement.
  package static func entries(in lines: [String]) -> [Range<Int>] {
    var entries: [Range<Int>] = []
    var start = 0
    for i in lines.indices where i >= start && isCommand(lines[i]) {
      let before = lines[start..<i]
      if continues(before) { continue }
      entries += statements(in: before)
      start = i + 1
      // What :time runs may go on.
      while start < lines.count, continues(lines[i..<start]) { start += 1 }
      entries.append(i..<start)
    }
    return entries + statements(in: lines[start...])
  }

  /// Whether a line is a command or a question rather than code.
  package static func isCommand(_ line: String) -> Bool {
    let first = line.first { !$0.isWhitespace }
    return first == ":" || first == "?"
  }

  /// Whether lines are an entry that goes on.
  package static func continues(_ lines: some Collection<String>) -> Bool {
    var text = trimmed(lines.joined(separator: "\n"))
    if text.hasPrefix(":time ") {
      text = String(text.dropFirst(6))
    } else if text.isEmpty || isCommand(text) {
      return false
    }
    guard case .incomplete = parse(SourceText(name: "entry", text: text), isInteractive: true)
    else { return false }
    return true
  }

  /// Where the statements stand in a part of a text; one that is no program is one entry.
  private static func statements(in lines: ArraySlice<String>) -> [Range<Int>] {
    guard lines.contains(where: { !$0.allSatisfy(\.isWhitespace) }) else { return [] }
    let source = SourceText(name: "entry", text: lines.joined(separator: "\n"))
    guard case .program(let program) = parse(source, isInteractive: true) else {
      return [lines.indices]
    }
    /// Where each entry ends: the number of lines before it.
    var ends: [Int] = []
    for statement in program.statements {
      let (lower, upper) = (Int(statement.span.lower), Int(statement.span.upper))
      let first = lines.startIndex + source.line(of: lower)
      let end = lines.startIndex + source.line(of: max(lower, upper - 1)) + 1
      if let last = ends.last, first < last {
        ends[ends.count - 1] = max(last, end)
      } else {
        ends.append(end)
      }
    }
    guard !ends.isEmpty else { return [lines.indices] }
    ends[ends.count - 1] = lines.endIndex
    var entries: [Range<Int>] = []
    var start = lines.startIndex
    for end in ends {
      var part = lines[start..<max(start, min(end, lines.endIndex))]
      start = max(start, end)
      while part.first?.allSatisfy(\.isWhitespace) ?? false { part.removeFirst() }
      while part.last?.allSatisfy(\.isWhitespace) ?? false { part.removeLast() }
      if !part.isEmpty { entries.append(part.indices) }
    }
    return entries
  }
}
