import ArgumentParser
import Diagnostics
import Interpreter
import System

/// Standard output and standard error, made once and handed down. What can't be written is remembered:
/// a replay whose report nobody can read has not succeeded.
final class Terminal: Sendable {
  private let state = Lock(State())

  private struct State {
    var pending: [UInt8] = []
    var hasFailed = false
    var isBarShown = false
  }

  /// True when people read standard output as it comes.
  static let isOutputTerminal = StandardStream.output.isTerminal
  /// True when people read standard error.
  static let isErrorTerminal = StandardStream.error.isTerminal

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
  static var width: Int? { StandardStream.output.columns ?? StandardStream.error.columns }

  /// Writes to standard output, at once: what is shown before a long computation is there to see.
  func write(_ text: String) {
    state.withLock { state in
      state.pending += text.utf8
      flush(&state)
    }
  }

  /// Writes to standard error, after what went to standard output before.
  func complain(_ text: String) {
    state.withLock { state in
      flush(&state)
      clearBar(&state)
      tell(text)
    }
  }

  /// Shows how far the work is, on a terminal.
  func showProgress(_ text: String) {
    guard Terminal.isErrorTerminal, Terminal.hasControls else { return }
    state.withLock { state in
      flush(&state)
      let clipped = text.prefix(max(20, (Terminal.width ?? 80) - 1))
      tell("\r\u{1B}[K\(clipped)")
      state.isBarShown = true
    }
  }

  /// Takes the progress line away.
  func clearProgress() { state.withLock { clearBar(&$0) } }

  /// Writes what is pending; false if any output of the process could not be written.
  func flush() -> Bool {
    state.withLock { state in
      flush(&state)
      clearBar(&state)
      return !state.hasFailed
    }
  }

  private func clearBar(_ state: inout State) {
    guard state.isBarShown else { return }
    tell("\r\u{1B}[K")
    state.isBarShown = false
  }

  private func flush(_ state: inout State) {
    guard !state.pending.isEmpty else { return }
    clearBar(&state)
    defer { state.pending = [] }
    do throws(FileProblem) {
      try StandardStream.output.write(state.pending)
    } catch {
      if state.hasFailed { return }
      state.hasFailed = true
      if error.cause == .noReader { return }  // the reader has had enough
      tell("etude: \(error.message)\n")
    }
  }

  /// Writes to standard error; there is nobody to tell if that fails.
  private func tell(_ text: String) { try? StandardStream.error.write(Array(text.utf8)) }
}

/// A command that writes to the streams it is given.
protocol WritingCommand: ParsableCommand {
  /// Runs it.
  func run(on terminal: Terminal) throws
}
