#if os(Linux)
import CSystem

/// A stream that every process has.
public enum StandardStream: Int32, Sendable {
  /// What comes in.
  case input
  /// What a program puts out.
  case output
  /// What is said about it.
  case error

  private var descriptor: Descriptor {
    Descriptor(number: rawValue, path: self == .input ? "standard input" : "the output")
  }

  /// True when a terminal is behind it, and so people.
  public var isTerminal: Bool { isatty(rawValue) != 0 }

  /// Columns of the terminal behind it; nil when there is none.
  public var columns: Int? {
    let count = Int(et_columns(rawValue))
    return count > 0 ? count : nil
  }

  /// Writes all bytes, at once.
  public func write(_ bytes: [UInt8]) throws(FileProblem) { try descriptor.writeAll(bytes) }

  /// All bytes to its end.
  public func readAll() throws(FileProblem) -> [UInt8] { try descriptor.readAll() }

  /// What a read gives.
  public enum Reading: Equatable, Sendable {
    /// Bytes, one at least.
    case bytes([UInt8])
    /// A signal came first.
    case interrupted
    /// There is no more, or no way to get it.
    case end
  }

  /// Waits for bytes and reads those that are there, so many at most.
  public func read(atMost count: Int) -> Reading {
    var bytes = [UInt8](repeating: 0, count: count)
    let read = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe CSystem.read(rawValue, buffer.baseAddress, buffer.count)
    }
    if read > 0 { return .bytes(Array(bytes[..<read])) }
    return read < 0 && et_errno() == EINTR ? .interrupted : .end
  }

  /// Whether there is something to read within a time.
  public func isReady(within milliseconds: Int) -> Bool {
    var request = pollfd(fd: rawValue, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&request, 1, Int32(milliseconds)) == 1
  }
}
#endif
