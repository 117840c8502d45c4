import ArgumentParser
import Diagnostics
import System

/// The version of the command.
let version = "0.1.0"

/// The command line.
@main
struct Etude: WritingCommand {
  static let configuration = CommandConfiguration(
    commandName: "etude", abstract: "A small language for deep-learning studies.",
    discussion: """
      Without arguments it is a prompt; when the input is not a terminal, it runs what it reads.

      Exit codes: 0 all holds, 1 a difference, a failed claim or an error in a program, 2 wrong \
      usage or an unreadable file, 124 time limit, 130 interrupted.
      """,
    version: "etude \(version)",
    subcommands: [Run.self, Replay.self, Format.self, Lint.self, Doc.self, Data.self])

  @Option(
    name: .short, parsing: .unconditional,
    help: ArgumentHelp("Run one line of code.", valueName: "code"))
  var c: String?

  @OptionGroup var options: RunOptions

  /// Runs the command; wrong usage is exit code 2, not the 64 of BSD.
  static func main() {
    Signals.prepare()
    let terminal = Terminal()
    do {
      var command = try parseAsRoot()
      if let command = command as? any WritingCommand {
        try command.run(on: terminal)
      } else {
        try command.run()
      }
    } catch {
      leave(pathAsCommand ?? error, terminal)
    }
    leave(0, terminal)
  }

  /// What to say of a file that stands where a command should.
  private static var pathAsCommand: UsageProblem? {
    guard let path = CommandLine.arguments.dropFirst().first, !path.hasPrefix("-") else {
      return nil
    }
    let isNotebook = ProgramRunner.isNotebook(path)
    guard isNotebook || path.hasSuffix(".et") else { return nil }
    let run = "etude run \(path)"
    return UsageProblem(
      "`\(path)` is a file, not a command\n  hint: "
        + (isNotebook ? "\(run) runs it, etude replay \(path) verifies it" : run))
  }

  func run(on terminal: Terminal) throws {
    let program = try ProgramRunner(options, folder: ".", terminal)
    if let c {
      try program.run(.text(c, name: "-c"))
    } else if !StandardStream.input.isTerminal {
      try program.run(.input)
    } else {
      try startPrompt(program)
    }
  }

  /// Ends the process after an error: an exit code by itself, or a message with its own.
  private static func leave(_ error: any Error, _ terminal: Terminal) -> Never {
    if let code = error as? ExitCode { leave(code.rawValue, terminal) }
    if let problem = error as? UsageProblem {
      terminal.complain("etude: \(problem.message)\n")
      leave(2, terminal)
    }
    let text = fullMessage(for: error)
    if exitCode(for: error) == .success {
      terminal.write(text + (text.hasSuffix("\n") ? "" : "\n"))
      leave(0, terminal)
    }
    terminal.complain(text + "\n")
    leave(2, terminal)
  }

  /// Ends the process once its output is out; output that can't be written is an error too.
  static func leave(_ code: Int32, _ terminal: Terminal) -> Never {
    let isWritten = terminal.flush()
    endProcess(isWritten || code != 0 ? code : 2)
  }
}

/// A wrong option or file, for exit code 2.
struct UsageProblem: Error {
  var message: String
  init(_ message: String, hint: String? = nil) {
    self.message = message + (hint.map { "\n  hint: \($0)" } ?? "")
  }
}

extension ExitCode {
  /// A difference, a claim that fails, an error in a program.
  static let difference = ExitCode(1)
  /// Wrong usage, unreadable or malformed files.
  static let unusable = ExitCode(2)
  /// A time limit was reached.
  static let timeLimit = ExitCode(124)
  /// Ctrl-C.
  static let interrupted = ExitCode(130)

  /// The exit code for an error that ends a program.
  init(of error: Diagnostic) {
    self =
      switch error.code {
      case .interrupt: .interrupted
      case .timeout: .timeLimit
      default: .difference
      }
  }
}
