#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

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
    guard let stream = unsafe fopen(path, "r") else { return [] }
    defer { unsafe fclose(stream) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe block.withUnsafeMutableBytes {
        unsafe fread($0.baseAddress, 1, $0.count, stream)
      }
      if count == 0 { break }
      bytes += block[..<count]
    }
    return bytes.split(separator: 0x0A).suffix(Self.limit).map { line in
      Self.decoded(String(decoding: line, as: UTF8.self))
    }
  }

  /// A home that can't be written costs the history, not the session.
  package mutating func append(_ entry: String) {
    makeFolder()
    let file = unsafe open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else { return }
    // After one that a full disk cut short, an entry begins on a line of its own.
    let line = Array(((isCut ? "\n" : "") + Self.encoded(entry) + "\n").utf8)
    let count = unsafe line.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
    if count > 0 { isCut = count < line.count }
    close(file)
  }

  private func makeFolder() {
    var end = path.startIndex
    while let slash = path[end...].dropFirst().firstIndex(of: "/") {
      unsafe mkdir(String(path[..<slash]), 0o700)
      end = slash
    }
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
