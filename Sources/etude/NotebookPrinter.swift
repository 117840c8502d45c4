import ArgumentParser
import Diagnostics
import Interpreter
import Notebook

/// `etude run` of a notebook: prints what its cells put out, up to the first that fails.
struct NotebookPrinter {
  let path: String
  let options: RunOptions
  let terminal: Terminal
  /// Set when something does not hold, though the run goes on.
  private var holds = true
  /// Why the run ended early.
  private var failure: ExitCode?

  init(path: String, options: RunOptions, _ terminal: Terminal) {
    self.path = path
    self.options = options
    self.terminal = terminal
  }

  func run(_ document: Document, _ base: SessionOptions) throws {
    let session = Session(SessionOptions(for: document, base))
    let watch = RunWatch(limit: options.timeout)
    watch.begin(session)
    var policy = RunPolicy()
    policy.stopsAtFailure = true
    policy.defaultSeed = base.seed
    var run = NotebookRun(document, in: session, policy, world: RunWorld(beside: path))
    var printer = self
    run.finish { printer.take($0, document, watch) }
    watch.end()
    if let failure = printer.failure { throw failure }
    if !printer.holds { throw ExitCode.difference }
  }

  private mutating func take(_ event: RunEvent, _ document: Document, _ watch: RunWatch) {
    switch event {
    case .cellBegins, .valueNotRun, .orphan: break
    case .output(let item, _):
      if case .claim(let claim) = item, !claim.holds { holds = false }
      options.show(item, on: terminal)
    case .copyDiffers(let cell, let source):
      holds = false
      terminal.complain(cell.message(differingFrom: source, in: path))
    case .cellEnds(let run): take(run, watch)
    case .value(let value, .failure(let error)):
      let problem = options.withReason(error, watch)
      terminal.complain(document.message(of: problem, at: value, style: options.style))
      failure = ExitCode(of: problem)
    case .value(_, .success): break
    }
  }

  private mutating func take(_ run: CellRun, _ watch: RunWatch) {
    switch run.end {
    case .finished, .skipped, .notRun: break
    case .failedAsMarked:
      if let error = run.outcome?.error { terminal.write(render(error) + "\n") }
    case .didNotFail:
      holds = false
      complain(of: run.cell, Cell.doesNotFail)
    case .noSource(let problem):
      complain(of: run.cell, render(problem, style: options.style))
      failure = .difference
    case .failed(let error), .timedOut(let error), .interrupted(let error):
      let error = options.withReason(error, watch)
      terminal.complain(run.cell.message(of: error, in: path, style: options.style))
      failure = ExitCode(of: error)
    }
  }

  private func complain(of cell: Cell, _ text: String) {
    terminal.complain(cell.message(text, in: path))
  }
}
