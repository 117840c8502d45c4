import Datasets
import Diagnostics
import Interpreter
import REPL

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

extension Etude {
  /// The prompt on a terminal.
  func startPrompt(_ program: ProgramRunner) throws {
    var sessionOptions = program.sessionOptions
    sessionOptions.width = Terminal.width ?? 100
    let session = Session(sessionOptions)
    var environment = PromptEnvironment(
      write: Terminal.write, complain: Terminal.complain, readFile: bytes(of:))
    environment.style = options.style
    if Terminal.isOutputTerminal, let editor = LineEditor(historyPath: Self.historyPath) {
      if !options.quiet {
        environment.banner = "Étude \(version) · :help for help, Ctrl-D to leave"
      }
      var prompt = Prompt(session, editor, environment)
      prompt.run()
    } else {
      var prompt = Prompt(session, PlainReader(), environment)
      prompt.run()
    }
    Terminal.write("")
  }

  /// The history file by the XDG Base Directory Specification; `ETUDE_HISTORY=` turns it off.
  private static var historyPath: String? {
    if let own = environmentVariable("ETUDE_HISTORY") { return own.isEmpty ? nil : own }
    if let state = environmentVariable("XDG_STATE_HOME"), state.hasPrefix("/") {
      return state + "/etude/history"
    }
    guard let home = environmentVariable("HOME"), home.hasPrefix("/") else { return nil }
    return home + "/.local/state/etude/history"
  }
}
