import Diagnostics
import Syntax

/// What is pasted at the prompt, as a program.
enum Paste {
  /// The lines of code in a pasted text: of a notebook those of its cells, of a session those behind
  /// its prompts, else all.
  static func code(in text: String) -> String {
    let lines = lines(of: text)
    if let cells = cells(lines) { return cells }
    if let entries = entries(lines) { return entries }
    return lines.joined(separator: "\n")
  }

  /// Lines with any kind of end; terminals send carriage returns.
  static func lines(of text: String) -> [String] {
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

  /// What stands behind the prompts of a session; nil when it does not start with one.
  private static func entries(_ lines: [String]) -> String? {
    func behind(_ prompt: String, _ line: String) -> String? {
      line.hasPrefix(prompt + " ") ? String(line.dropFirst(2)) : line == prompt ? "" : nil
    }
    guard let first = lines.first(where: { !$0.allSatisfy(\.isWhitespace) }),
      behind(">", first) != nil
    else { return nil }
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
  static func statements(of text: String) -> [String] {
    let lines = lines(of: text)
    return entries(in: lines).map { lines[$0].joined(separator: "\n") }
  }

  /// Where the entries stand among the lines of a text.
  static func entries(in lines: [String]) -> [Range<Int>] {
    let source = SourceText(name: "entry", text: lines.joined(separator: "\n"))
    guard case .program(let program) = parse(source, isInteractive: true) else {
      return [0..<lines.count]
    }
    /// Where each entry ends: the number of lines before it.
    var ends: [Int] = []
    for statement in program.statements {
      let first = source.line(of: Int(statement.span.lower))
      let end = source.line(of: max(Int(statement.span.lower), Int(statement.span.upper) - 1)) + 1
      if let last = ends.last, first < last {
        ends[ends.count - 1] = max(last, end)
      } else {
        ends.append(end)
      }
    }
    guard !ends.isEmpty else { return [0..<lines.count] }
    ends[ends.count - 1] = lines.count
    var entries: [Range<Int>] = []
    var start = 0
    for end in ends {
      var part = lines[start..<max(start, min(end, lines.count))]
      start = max(start, end)
      while part.first?.allSatisfy(\.isWhitespace) ?? false { part.removeFirst() }
      while part.last?.allSatisfy(\.isWhitespace) ?? false { part.removeLast() }
      if !part.isEmpty { entries.append(part.indices) }
    }
    return entries
  }
}
