import System

/// What reading a line gives.
public enum LineInput: Equatable, Sendable {
  /// A line without its end.
  case line(String)
  /// Several lines that were pasted, with what stood before and after them on the line.
  case pasted(String)
  /// Ctrl-C: the line is given up.
  case interrupted
  /// Ctrl-D on an empty line, or the end of the input.
  case end
}

/// A line to be read.
public struct LineRequest {
  /// What stands before it.
  public var prompt: String
  /// The lines of the entry before this one.
  public var before: [String] = []
  /// What the line holds at first.
  public var text = ""

  /// Makes a request.
  public init(prompt: String, before: [String] = [], text: String = "") {
    self.prompt = prompt
    self.before = before
    self.text = text
  }
}

/// Where the prompt's lines come from.
public protocol LineReader {
  /// Reads a line.
  mutating func read(_ request: LineRequest) -> LineInput
  /// Keeps an entry for recall.
  mutating func remember(_ entry: String)
  /// Whether what is read is shown as it is typed.
  var isEcho: Bool { get }
  /// What takes away what stands on the terminal's line; empty where nothing does.
  var erasing: String { get }
}

/// Lines from standard input without editing or prompts: for a terminal whose output goes elsewhere.
public struct PlainReader: LineReader {
  private var pending: [UInt8] = []

  /// Makes one.
  public init() {}

  /// Nothing is shown.
  public var isEcho: Bool { false }
  /// Nothing is taken away.
  public var erasing: String { "" }

  /// Reads to the end of the line.
  public mutating func read(_ request: LineRequest) -> LineInput {
    while true {
      if let end = pending.firstIndex(of: 0x0A) {
        let line = String(decoding: pending[..<end], as: UTF8.self)
        pending.removeSubrange(...end)
        return .line(line)
      }
      switch StandardStream.input.read(atMost: 4096) {
      case .bytes(let bytes): pending += bytes
      case .interrupted:
        pending = []
        return .interrupted
      case .end:
        defer { pending = [] }
        return pending.isEmpty ? .end : .line(String(decoding: pending, as: UTF8.self))
      }
    }
  }

  /// Nothing is kept.
  public mutating func remember(_ entry: String) {}
}
