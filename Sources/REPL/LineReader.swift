#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// What reading a line gives.
public enum LineInput: Equatable, Sendable {
  /// A line without its end.
  case line(String)
  /// Ctrl-C: the line is given up.
  case interrupted
  /// Ctrl-D on an empty line, or the end of the input.
  case end
}

/// Where the prompt's lines come from.
public protocol LineReader {
  /// Reads a line behind a prompt.
  mutating func read(prompt: String) -> LineInput
  /// Keeps an entry for recall.
  mutating func remember(_ entry: String)
}

/// Lines from standard input without editing or prompts: for a terminal whose output goes elsewhere.
public struct PlainReader: LineReader {
  private var pending: [UInt8] = []

  /// Makes one.
  public init() {}

  /// Reads to the end of the line.
  public mutating func read(prompt: String) -> LineInput {
    while true {
      if let end = pending.firstIndex(of: 0x0A) {
        let line = String(decoding: pending[..<end], as: UTF8.self)
        pending.removeSubrange(...end)
        return .line(line)
      }
      var block = [UInt8](repeating: 0, count: 4096)
      let count = unsafe block.withUnsafeMutableBytes { unsafe systemRead($0) }
      if count > 0 {
        pending += block[..<count]
      } else if count < 0, errno == EINTR {
        pending = []
        return .interrupted
      } else {
        defer { pending = [] }
        return pending.isEmpty ? .end : .line(String(decoding: pending, as: UTF8.self))
      }
    }
  }

  /// Nothing is kept.
  public mutating func remember(_ entry: String) {}
}

private func systemRead(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
  unsafe read(STDIN_FILENO, buffer.baseAddress, buffer.count)
}
