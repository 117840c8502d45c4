import System

/// Entries of all sessions, one a line, with `\n` and `\\` for line ends and backslashes. Each is
/// appended by a single write, so two sessions at once lose nothing.
package struct HistoryFile {
  let path: String
  /// Whether the last entry was written in part only.
  private var isCut = false

  /// Most entries that are recalled from other sessions.
  private static let limit = 5_000

  package init(_ path: String) { self.path = path }

  package func load() -> [String] {
    let bytes = (try? Disk.read(path)) ?? []
    return bytes.split(separator: 0x0A).suffix(Self.limit).map { line in
      Self.decoded(String(decoding: line, as: UTF8.self))
    }
  }

  /// A home that can't be written costs the history, not the session.
  package mutating func append(_ entry: String) {
    if let folder = Disk.parent(of: path) { try? Disk.makeFolder(folder, isPrivate: true) }
    // After one that a full disk cut short, an entry begins on a line of its own.
    let line = Array(((isCut ? "\n" : "") + Self.encoded(entry) + "\n").utf8)
    let count = (try? Disk.append(line, to: path)) ?? 0
    if count > 0 { isCut = count < line.count }
  }

  package static func encoded(_ entry: String) -> String {
    var text = ""
    for character in entry.unicodeScalars {
      switch character {
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      default: text.unicodeScalars.append(character)
      }
    }
    return text
  }

  package static func decoded(_ line: String) -> String {
    var text = String.UnicodeScalarView()
    var isEscape = false
    for character in line.unicodeScalars {
      if isEscape {
        text.append(character == "n" ? "\n" : character == "r" ? "\r" : character)
        isEscape = false
      } else if character == "\\" {
        isEscape = true
      } else {
        text.append(character)
      }
    }
    return String(text)
  }
}
