import ArgumentParser
import Datasets
import Diagnostics
import Figures
import Interpreter
import Notebook
import REPL
import System

/// Runs scripts, notebooks and single lines, and prints as it goes.
struct ProgramRunner {
  /// What to run.
  enum Program {
    /// Code from the command line.
    case text(String, name: String)
    /// Standard input.
    case input
    /// A script or notebook.
    case file(String)
  }

  let options: RunOptions
  let sessionOptions: SessionOptions
  let terminal: Terminal

  /// - Parameter folder: below it a program may read and write.
  init(_ options: RunOptions, folder: String, _ terminal: Terminal) throws {
    self.options = options
    self.terminal = terminal
    var session = try options.sessionOptions()
    session.files = FolderFiles(folder, allowsWriting: true)
    let data = DataLibrary(environment: environmentVariable).access()
    session.drawing = options.drawingSpace
    session.builtins = figureBuiltins + data.builtins
    sessionOptions = session
    Interrupts.install()
  }

  func run(_ program: Program) throws {
    switch program {
    case .text(let text, let name):
      try runScript(SourceText(name: name, text: text))
    case .input:
      let bytes = try usable { () throws(FileProblem) in try StandardStream.input.readAll() }
      try runScript(try script("<stdin>", bytes))
    case .file(let path):
      let bytes = try usable { () throws(FileProblem) in try Disk.read(path) }
      if Self.isNotebook(path) {
        try runNotebook(path, bytes)
      } else {
        try runScript(try script(path, bytes))
      }
    }
  }

  /// Told by its name.
  static func isNotebook(_ path: String) -> Bool {
    NotebookPath.isNotebook(path)
  }

  private func script(_ name: String, _ bytes: [UInt8]) throws -> SourceText {
    do throws(Diagnostic) {
      return try SourceText.decode(name: name, bytes: bytes)
    } catch {
      terminal.complain(message(error, style: options.style))
      throw ExitCode.unusable
    }
  }

  // MARK: Scripts

  private func runScript(_ source: SourceText) throws {
    let session = Session(sessionOptions)
    let watch = RunWatch(limit: options.timeout)
    watch.begin(session)
    var claimsHold = true
    let outcome = session.run(source) { item in
      if case .claim(let claim) = item, !claim.holds { claimsHold = false }
      options.show(item, on: terminal)
    }
    watch.end()
    if let error = outcome.error.map({ options.withReason($0, watch) }) {
      terminal.complain(message(error, style: options.style))
      throw ExitCode(of: error)
    }
    if !claimsHold { throw ExitCode.difference }
  }

  // MARK: Notebooks

  private func runNotebook(_ path: String, _ bytes: [UInt8]) throws {
    let document: Document
    do throws(Diagnostic) {
      document = try Document(name: path, bytes: bytes)
    } catch {
      terminal.complain(message(error, style: options.style))
      throw ExitCode.unusable
    }
    for warning in document.warnings { terminal.complain(message(warning, style: options.style)) }
    options.warnOfSeed(in: document, path, on: terminal)
    try NotebookPrinter(path: path, options: options, terminal).run(document, sessionOptions)
  }
}

extension RunOptions {
  /// Shows what a program puts out.
  func show(_ item: OutputItem, on terminal: Terminal) {
    if quiet { return }
    terminal.write(item.shownText + "\n")
  }

  /// An interrupt by the time limit is an error of its own.
  func withReason(_ error: Diagnostic, _ watch: RunWatch) -> Diagnostic {
    guard error.code == .interrupt, let timeout, watch.hasFired else { return error }
    return error.timedOut("the program", after: timeout)
  }
}

/// Runs what may meet an unusable file, for exit code 2.
func usable<R>(_ body: () throws(FileProblem) -> R) throws -> R {
  do throws(FileProblem) {
    return try body()
  } catch {
    throw UsageProblem(error.message, hint: error.hint)
  }
}

/// `etude run`
struct Run: WritingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a script or a notebook and print as it goes.",
    discussion: "The program may read and write files below its own folder.")

  @ArgumentParser.Argument(help: "A script (.et) or a notebook (.nb, .md).", completion: .file())
  var file: String

  @OptionGroup var options: RunOptions

  func run(on terminal: Terminal) throws {
    try ProgramRunner(options, folder: Disk.parent(of: file) ?? ".", terminal).run(.file(file))
  }
}
