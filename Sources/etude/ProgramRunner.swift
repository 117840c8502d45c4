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
    let timer = start(session)
    defer { Interrupts.direct(to: nil) }
    var claimsHold = true
    let outcome = session.run(source) { item in
      if case .claim(let claim) = item, !claim.holds { claimsHold = false }
      show(item)
    }
    timer?.stop()
    if let error = outcome.error.map({ withReason($0, timer) }) {
      terminal.complain(message(error, style: options.style))
      throw ExitCode(of: error)
    }
    if !claimsHold { throw ExitCode.difference }
  }

  /// Lets Ctrl-C and the time limit reach a session.
  private func start(_ session: Session) -> Timer? {
    Interrupts.direct(to: session.interrupt)
    return options.timeout.map { Timer($0, session.interrupt) }
  }

  /// An interrupt by the time limit is an error of its own.
  private func withReason(_ error: Diagnostic, _ timer: Timer?) -> Diagnostic {
    guard error.code == .interrupt, let limit = options.timeout, timer?.hasFired ?? false else {
      return error
    }
    return error.timedOut("the program", after: limit)
  }

  private func show(_ item: OutputItem) {
    if options.quiet { return }
    terminal.write(item.shownText + "\n")
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
    var sessionOptions = sessionOptions
    sessionOptions.seed = document.frontMatter.seed ?? sessionOptions.seed
    options.warnOfSeed(in: document, path, on: terminal)
    sessionOptions.width = 100
    let session = Session(sessionOptions)
    let timer = start(session)
    defer { Interrupts.direct(to: nil) }
    var holds = true
    for part in document.parts {
      if case .value(let value) = part, case .failure(let error) = session.text(of: value) {
        let (line, column) = document.source.position(of: value.place.lowerBound)
        let problem = withReason(error, timer)
        terminal.complain(
          "\(path):\(line):\(column): " + render(problem, style: options.style) + "\n")
        throw ExitCode(of: problem)
      }
      guard case .cell(let cell) = part, !cell.options.isSkipped else { continue }
      let outcome = session.run(cell, startTimer: Timer.starting) { item in
        if case .claim(let claim) = item, !claim.holds { holds = false }
        show(item)
      }
      guard let error = outcome.error.map({ withReason($0, timer) }) else {
        if cell.options.isError {
          terminal.complain("\(path):\(cell.line):1: \(cell.title): \(Cell.doesNotFail)\n")
          holds = false
        }
        continue
      }
      if ![.interrupt, .timeout].contains(error.code), cell.options.isError {
        terminal.write(render(error) + "\n")
        continue
      }
      terminal.complain(message(error, in: cell, of: path, style: options.style))
      throw ExitCode(of: error)
    }
    timer?.stop()
    if !holds { throw ExitCode.difference }
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
