import Diagnostics
import Interpreter
import Notebook
import REPL
import System

extension Etude {
  /// The prompt on a terminal.
  func startPrompt(_ program: ProgramRunner) throws {
    let terminal = program.terminal
    var sessionOptions = program.sessionOptions
    if Terminal.isOutputTerminal {
      sessionOptions.showProgress = { line in
        if let line { terminal.showProgress(line) } else { terminal.clearProgress() }
      }
    }
    Interrupts.keepProcess()
    let session = Session(sessionOptions)
    let environment = promptEnvironment(program, session)
    if Terminal.isOutputTerminal,
      let editor = LineEditor(
        historyPath: Self.historyPath,
        complete: completing(session, listFolder: names(in:), listLabels: labels(in:)))
    {
      var shown = environment
      if !options.quiet {
        shown.banner = "Étude \(version) · :help for help, Ctrl-D to leave"
      }
      var prompt = Prompt(session, editor, shown)
      prompt.run()
    } else {
      var prompt = Prompt(session, PlainReader(), environment)
      prompt.run()
    }
    terminal.write("")
  }

  private func promptEnvironment(
    _ program: ProgramRunner, _ session: Session
  ) -> PromptEnvironment {
    let terminal = program.terminal
    var environment = PromptEnvironment(
      write: terminal.write, complain: terminal.complain, readFile: regularBytes(of:))
    environment.screen = {
      var screen = PromptScreen()
      screen.style = options.style
      screen.width = Terminal.width ?? 100
      screen.drawing = options.drawingSpace
      return screen
    }
    environment.writeFile = { path, bytes, replaces throws(FileProblem) in
      guard replaces || Disk.kind(path) == .missing else { return false }
      try Disk.writeAtomically(path, bytes)
      return true
    }
    // A notebook records what a terminal of any width and colour shows.
    var base = program.sessionOptions
    base.width = SessionOptions().width
    base.drawing = nil
    environment.replay = { [base] document, path in
      let run = ReplayRun(
        options: options, isAccepting: true, isStrict: false, allowsWriting: false,
        printsJSON: false, base: base, terminal: terminal)
      defer { terminal.clearProgress() }
      return run.replayed(document, path)
    }
    environment.world = RunWorld.init(beside:)
    environment.runFile = { path in
      // It has said itself what went wrong.
      do {
        let folder = Disk.parent(of: path) ?? "."
        try ProgramRunner(options, folder: folder, terminal).run(.file(path))
      } catch let problem as UsageProblem {
        terminal.complain("etude: \(problem.message)\n")
      } catch {}
      Interrupts.direct(to: nil)
    }
    environment.edit = { edited($0, terminal) }
    return environment
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

/// The names in a folder, with `/` at the end of folders; empty when it can't be read.
private func names(in folder: String) -> [String] {
  let names = (try? Disk.names(in: folder)) ?? []
  return names.map { Disk.kind(folder + "/" + $0) == .folder ? $0 + "/" : $0 }
}

/// The labels of a notebook's cells; empty when it can't be read.
private func labels(in path: String) -> [String] {
  guard let bytes = try? regularBytes(of: path),
    let document = try? Document(name: path, bytes: bytes)
  else { return [] }
  return document.cells.compactMap(\.label)
}

/// A text as the user leaves it in the editor that `VISUAL` or `EDITOR` names; nil, and a complaint,
/// if that fails.
private func edited(_ text: String, _ terminal: Terminal) -> String? {
  let named = ["VISUAL", "EDITOR"].compactMap(environmentVariable).first { !$0.isEmpty }
  let editor = named ?? "vi"
  let folder = environmentVariable("TMPDIR") ?? "/tmp"
  let path: String
  do throws(FileProblem) {
    path = try Disk.makeTemporary(
      Array((text + "\n").utf8), in: folder, prefix: "etude-", suffix: ".et")
  } catch {
    let what = error.operation == .make ? "make a file in \(folder)" : "write \(error.path)"
    terminal.complain("etude: can't \(what)\n")
    return nil
  }
  defer { Disk.remove(path) }
  guard runShell("\(editor) '\(path)'") else {
    terminal.complain("etude: `\(editor)` failed; VISUAL or EDITOR names the editor\n")
    return nil
  }
  guard let bytes = try? Disk.read(path) else { return nil }
  return String(decoding: bytes, as: UTF8.self)
}
