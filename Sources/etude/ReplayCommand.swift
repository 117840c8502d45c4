import ArgumentParser
import Datasets
import Diagnostics
import Figures
import Interpreter
import Notebook
import System

/// `etude replay`
struct Replay: WritingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run notebooks in fresh sessions and compare with what they record.",
    discussion: "Nothing is written, unless --accept is given.")

  @ArgumentParser.Argument(
    help: "Notebooks, or folders: all .nb files below them.",
    completion: .file(extensions: ["nb", "md"]))
  var paths: [String]

  @Flag(help: "Write what was computed into the notebooks.")
  var accept = false

  @Flag(help: "Fail on volatile and skipped cells too.")
  var strict = false

  @Option(
    help: ArgumentHelp(
      "Run under N seeds derived from the notebook's, its own first, and judge its claims by them.",
      discussion: "Recorded outputs belong to one seed and are not compared.", valueName: "n"))
  var seeds: Int?

  @Flag(help: "Let cells write files below the notebook's folder.")
  var allowWrite = false

  @Flag(help: "Print a report for programs.")
  var json = false

  @OptionGroup var options: RunOptions

  func validate() throws {
    guard let seeds else { return }
    if !(2...100_000).contains(seeds) { throw ValidationError("--seeds must be from 2 to 100000.") }
    if accept || strict {
      let other = accept ? "--accept" : "--strict"
      throw ValidationError("--seeds compares no outputs, so \(other) has no meaning beside it.")
    }
  }

  func run(on terminal: Terminal) throws {
    let files = try filesNamed(paths, endings: [".nb"], kind: "notebooks (.nb)")
    var run = ReplayRun(
      options: options, isAccepting: accept, isStrict: strict, allowsWriting: allowWrite,
      printsJSON: json, base: try options.sessionOptions(), terminal: terminal)
    Interrupts.install()
    for file in files {
      if let seeds {
        run.judge(file, seeds: seeds)
      } else {
        run.replay(file)
      }
      if run.isOver { break }
    }
    if json { terminal.write("[" + run.reports.map(\.line).joined(separator: ",\n ") + "]\n") }
    if let code = run.exitCode { throw code }
  }
}

/// One run of `etude replay` over its files.
struct ReplayRun {
  let options: RunOptions
  let isAccepting: Bool
  let isStrict: Bool
  let allowsWriting: Bool
  let printsJSON: Bool
  let base: SessionOptions
  let terminal: Terminal
  let library = DataLibrary(environment: environmentVariable)
  /// The notebooks' reports in JSON.
  var reports: [JSONValue] = []
  /// True when no further notebook is to be replayed.
  var isOver = false
  private(set) var exitCode: ExitCode?
  private let start = MonotonicClock.now

  init(
    options: RunOptions, isAccepting: Bool, isStrict: Bool, allowsWriting: Bool, printsJSON: Bool,
    base: SessionOptions, terminal: Terminal
  ) {
    self.options = options
    self.isAccepting = isAccepting
    self.isStrict = isStrict
    self.allowsWriting = allowsWriting
    self.printsJSON = printsJSON
    self.base = base
    self.terminal = terminal
  }

  /// Keeps the gravest exit code: interrupted, unusable, out of time, different.
  mutating func note(_ code: ExitCode) {
    let order: [ExitCode] = [.difference, .timeLimit, .unusable, .interrupted]
    let old = exitCode.flatMap { order.firstIndex(of: $0) } ?? -1
    if (order.firstIndex(of: code) ?? 0) > old { exitCode = code }
  }

  mutating func replay(_ path: String) {
    let start = MonotonicClock.now
    guard let document = read(path) else { return }
    let access = library.access()
    let (report, isLate) = report(document, path, access)
    terminal.clearProgress()
    var isAccepted = false
    if isAccepting, !report.isInterrupted, !report.edits.isEmpty {
      guard accept(document, path, report.edits) else { return note(.unusable) }
      isAccepted = true
    }
    tell(report, path, isAccepted: isAccepted, isLate: isLate)
    let seconds = MonotonicClock.seconds(since: start)
    summarize(report, path, isAccepted: isAccepted, seconds: seconds)
    judge(report, isAccepted: isAccepted, isLate: isLate)
  }

  /// The notebook at a path; nil, and a complaint, if it can't be read.
  mutating func read(_ path: String) -> Document? {
    do {
      let document = try Document(name: path, bytes: try Disk.read(path))
      for warning in document.warnings { terminal.complain(message(warning, style: options.style)) }
      options.warnOfSeed(in: document, path, on: terminal)
      if document.cells.isEmpty {
        terminal.complain("\(path):1:1: warning: there are no cells in this file\n")
        if isStrict { note(.difference) }
      }
      return document
    } catch {
      refuse(path, error)
      return nil
    }
  }

  private mutating func refuse(_ path: String, _ error: any Error) {
    note(.unusable)
    if let problem = error as? Diagnostic {
      terminal.complain(message(problem, style: options.style))
    } else if let problem = error as? FileProblem {
      let hint = problem.hint.map { "\n  hint: \($0)" } ?? ""
      terminal.complain("etude: \(problem.message)\(hint)\n")
    }
    if printsJSON { reports.append(.sorted(["file": .text(path), "readable": .flag(false)])) }
  }

  // MARK: Running

  /// Replays as it would be accepted; gives the session too.
  func replayed(_ document: Document, _ path: String) -> (ReplayReport, Session?) {
    var session: Session?
    let report = report(document, path, library.access()) { session = $0 }.0
    return (report, session)
  }

  /// Replays in a session of its own.
  private func report(
    _ document: Document, _ path: String, _ access: DataAccess,
    didRun: (Session) -> Void = { _ in }
  ) -> (ReplayReport, isLate: Bool) {
    var environment = ReplayEnvironment(options: sessionOptions(beside: path, access))
    environment.world = RunWorld(beside: path)
    environment.isAccepting = isAccepting
    environment.usedData = { access.used }
    let watch = RunWatch(limit: rest)
    environment.willStart = watch.begin
    let count = document.cells.count
    environment.follow = { showProgress($0, of: count, path) }
    let report = Notebook.replay(document, in: environment)
    let isLate = watch.end()
    if let session = watch.session { didRun(session) }
    return (report, isLate)
  }

  /// What sessions for a notebook may use.
  func sessionOptions(beside path: String, _ access: DataAccess) -> SessionOptions {
    var options = base
    options.files = FolderFiles(Disk.parent(of: path) ?? ".", allowsWriting: allowsWriting)
    options.builtins = figureBuiltins + access.builtins
    return options
  }

  /// Says which cell of how many runs.
  func showProgress(
    _ event: RunEvent, of count: Int, _ path: String, trial: String = ""
  ) {
    guard case .cellBegins(let cell) = event else { return }
    let label = cell.label.map { " \"\($0)\"" } ?? ""
    terminal.showProgress("\(path): \(trial)cell \(cell.number) of \(count)\(label)")
  }

  /// Seconds left of the time limit.
  var rest: Double? {
    options.timeout.map { max(0, $0 - MonotonicClock.seconds(since: start)) }
  }

  /// Writes the notebook; what somebody else changed meanwhile is not overwritten.
  private func accept(_ document: Document, _ path: String, _ edits: [Edit]) -> Bool {
    do throws(FileProblem) {
      guard try Disk.read(path) == document.bytes else {
        throw FileProblem(.write, path, .changedMeanwhile)
      }
      try Disk.writeAtomically(path, document.applying(edits))
      return true
    } catch {
      terminal.complain("etude: \(error.message)\n")
      return false
    }
  }

  // MARK: Telling

  private func tell(_ report: ReplayReport, _ path: String, isAccepted: Bool, isLate: Bool) {
    for finding in report.findings where !isAccepted || finding.kind != .difference {
      let place = "\(path):\(finding.line):\(finding.column): \(finding.title): "
      let details = finding.details.map { "  \($0)\n" }.joined()
      terminal.complain(place + finding.message + "\n" + details)
    }
    if isLate {
      let limit = secondsText(options.timeout ?? 0)
      terminal.complain("etude: the time limit of \(limit) is reached\n")
    } else if report.isInterrupted {
      terminal.complain("etude: interrupted\n")
    }
  }

  private mutating func summarize(
    _ report: ReplayReport, _ path: String, isAccepted: Bool, seconds: Double
  ) {
    if printsJSON {
      reports.append(JSON.report(report, path, isAccepted: isAccepted, seconds: seconds))
      return
    }
    if !options.quiet {
      for (cell, claim) in report.claims {
        let margin = claim.margin.map { " (margin \(shortest($0)))" } ?? ""
        terminal.write("  \(claim.line)\(margin), \(cell.title)\n")
      }
    }
    let time = "\((seconds * 100).rounded() / 100) s"
    if !options.quiet || !report.holds {
      terminal.write("\(path): \(report.summary(isAccepted: isAccepted)), \(time)\n")
    }
  }

  /// Three digits of a margin.
  func shortest(_ x: Double) -> String {
    guard x.isFinite, x != 0 else { return "\(x)" }
    var scale = 1.0
    while abs(x) * scale < 100, scale < 1e15 { scale *= 10 }
    while abs(x) * scale >= 1000, scale > 1e-15 { scale /= 10 }
    return "\((x * scale).rounded() / scale)"
  }

  private mutating func judge(_ report: ReplayReport, isAccepted: Bool, isLate: Bool) {
    if isLate {
      note(.timeLimit)
      isOver = true
    } else if report.isInterrupted {
      note(.interrupted)
      isOver = true
    } else if report.findings.contains(where: { $0.kind == .timeout }) {
      note(.timeLimit)
    } else if isAccepted ? !report.holdsOnceAccepted : !report.holds {
      note(.difference)
    } else if isStrict, report.count(.volatile) + report.count(.skipped) > 0 {
      note(.difference)
    }
  }
}
