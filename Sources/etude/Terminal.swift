import Datasets
import Interpreter
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Standard output and standard error. What can't be written is remembered: a replay whose report
/// nobody can read has not succeeded.
enum Terminal {
  private static let state = Mutex(State())

  private struct State {
    var pending: [UInt8] = []
    var hasFailed = false
    var isBarShown = false
  }

  /// True when people read standard output as it comes.
  static let isOutputTerminal = isatty(STDOUT_FILENO) != 0
  /// True when people read standard error.
  static let isErrorTerminal = isatty(STDERR_FILENO) != 0

  /// The terminal's kind; empty when nobody says.
  private static let kind = environmentVariable("TERM") ?? ""
  /// False for a terminal that knows no control sequences.
  private static let hasControls = !["", "dumb"].contains(kind)

  /// The colours of the terminal, by the variables that terminals set. One of an unknown name has those
  /// that every colour terminal has.
  static let colors: ColorDepth = {
    if !hasControls || kind.hasPrefix("vt") { return .none }
    if ["truecolor", "24bit"].contains(environmentVariable("COLORTERM"))
      || kind.hasSuffix("-direct")
    {
      return .full
    }
    let own = ["256color", "kitty", "alacritty", "foot", "ghostty", "wezterm"]
    return own.contains { kind.hasPrefix($0) || kind.hasSuffix($0) } ? .palette : .basic
  }()

  /// Columns of the terminal; nil when there is none.
  static var width: Int? {
    var size = winsize()
    for file in [STDOUT_FILENO, STDERR_FILENO] {
      if unsafe ioctl(file, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
        return Int(size.ws_col)
      }
    }
    return nil
  }

  /// Writes to standard output, at once: what is shown before a long computation is there to see.
  static func write(_ text: String) {
    state.withLock { state in
      state.pending += text.utf8
      flush(&state)
    }
  }

  /// Writes to standard error, after what went to standard output before.
  static func complain(_ text: String) {
    state.withLock { state in
      flush(&state)
      clearBar(&state)
      _ = Disk.write(file: STDERR_FILENO, Array(text.utf8))
    }
  }

  /// Shows how far the work is, on a terminal.
  static func showProgress(_ text: String) {
    guard isErrorTerminal, hasControls else { return }
    state.withLock { state in
      flush(&state)
      let clipped = text.prefix(max(20, (width ?? 80) - 1))
      _ = Disk.write(file: STDERR_FILENO, Array("\r\u{1B}[K\(clipped)".utf8))
      state.isBarShown = true
    }
  }

  /// Takes the progress line away.
  static func clearProgress() { state.withLock { clearBar(&$0) } }

  /// Writes what is pending; false if any output of the process could not be written.
  static func flush() -> Bool {
    state.withLock { state in
      flush(&state)
      clearBar(&state)
      return !state.hasFailed
    }
  }

  private static func clearBar(_ state: inout State) {
    guard state.isBarShown else { return }
    _ = Disk.write(file: STDERR_FILENO, Array("\r\u{1B}[K".utf8))
    state.isBarShown = false
  }

  private static func flush(_ state: inout State) {
    guard !state.pending.isEmpty else { return }
    clearBar(&state)
    let isWritten = Disk.write(file: STDOUT_FILENO, state.pending)
    state.pending = []
    guard !isWritten, !state.hasFailed else { return }
    state.hasFailed = true
    let cause = errno
    if cause == EPIPE { return }  // the reader has had enough
    let problem = Disk.failure("etude: can't write the output", cause)
    _ = Disk.write(file: STDERR_FILENO, Array((problem.message + "\n").utf8))
  }
}
