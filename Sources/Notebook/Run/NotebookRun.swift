import Diagnostics
import Interpreter
import System

/// Runs the parts of a notebook one after the other in a session and tells what happens. All that
/// runs notebooks does it by this, so that `error`, `from=`, `timeout=`, `skip`, seeds and failures
/// mean the same everywhere.
public struct NotebookRun {
  /// The notebook.
  public let document: Document
  /// Where its cells run.
  public let session: Session
  /// The number of the next part.
  public private(set) var next = 0
  /// Whether there is nothing more to run.
  public private(set) var isOver = false
  private let policy: RunPolicy
  private let world: RunWorld
  private var missing = MissingNames()
  private var sources: NotebookSources

  /// Makes a run that has not begun.
  ///
  /// - Parameters:
  ///   - session: one whose seed is the notebook's; see `SessionOptions.init(for:_:)`.
  ///   - part: the first part to run; those before it ran in the session already.
  public init(
    _ document: Document, in session: Session, _ policy: RunPolicy = RunPolicy(),
    world: RunWorld = RunWorld(), from part: Int = 0
  ) {
    self.document = document
    self.session = session
    self.policy = policy
    self.world = world
    sources = NotebookSources(
      seed: document.frontMatter.seed ?? policy.defaultSeed, defaultSeed: policy.defaultSeed,
      world.readNotebook)
    next = part
    isOver = part >= document.parts.count
  }

  /// Runs what is left.
  public mutating func finish(_ tell: (RunEvent) -> Void) {
    while !isOver { step(tell) }
  }

  /// Runs the next part.
  ///
  /// - Parameters:
  ///   - freeMemory: asked when a cell that has shown nothing yet found no memory; true if some was
  ///     given back, so that it may begin again.
  ///   - tell: told what happens.
  public mutating func step(
    freeMemory: () -> Bool = { false }, _ tell: (RunEvent) -> Void
  ) {
    guard !isOver else { return }
    switch document.parts[next] {
    case .cell(let cell): run(cell, freeMemory, tell)
    case .value(let value): if policy.computesValues { compute(value, tell) }
    case .orphan(let output): tell(.orphan(output))
    }
    next += 1
    if next == document.parts.count { isOver = true }
  }

  // MARK: Cells

  private mutating func run(
    _ original: Cell, _ freeMemory: () -> Bool, _ tell: (RunEvent) -> Void
  ) {
    var cell = original
    func end(_ end: CellRun.End, _ outcome: CellOutcome? = nil) {
      tell(.cellEnds(CellRun(cell: cell, end: end, outcome: outcome)))
    }
    if let last = policy.lastLabel, cell.label == last { isOver = true }
    if let origin = cell.options.from {
      switch sources.source(origin) {
      case .success(let source):
        if !cell.source.utf8.elementsEqual(source.utf8) {
          tell(.copyDiffers(cell, from: source))
          if policy.followsSources { cell.source = source }
        }
      case .failure(let problem):
        // A cell that is never run leaves nothing missing.
        if !cell.options.isSkipped {
          missing.failed(CellNames(cell.source), because: cell.title)
          isOver = isOver || policy.stopsAtFailure
        }
        return end(.noSource(problem))
      }
    }
    if cell.options.isSkipped { return end(.skipped) }
    let names = CellNames(cell.source)
    if let cause = missing.cause(of: names) {
      missing.failed(names, because: cause)
      return end(.notRun(because: cause))
    }
    tell(.cellBegins(cell))
    let outcome = attempt(cell, freeMemory, tell)
    let how = how(cell, outcome)
    let run = CellRun(cell: cell, end: how, outcome: outcome)
    if run.isFailure {
      missing.failed(names, because: cell.title)
      isOver = isOver || policy.stopsAtFailure
      if case .interrupted = how { isOver = true }
    } else if outcome.error == nil {
      missing.succeeded(names, bound: outcome.bound.map(\.name))
    }
    end(how, outcome)
  }

  private func how(_ cell: Cell, _ outcome: CellOutcome) -> CellRun.End {
    guard let error = outcome.error else {
      return cell.options.isError ? .didNotFail : .finished
    }
    if error.code == .timeout { return .timedOut(error) }
    if error.code == .interrupt { return .interrupted(error) }
    return cell.options.isError ? .failedAsMarked : .failed(error)
  }

  /// Runs a cell within its own limit of time; beyond it the error is `timeout`.
  private func attempt(
    _ cell: Cell, _ freeMemory: () -> Bool, _ tell: (RunEvent) -> Void
  ) -> CellOutcome {
    let ordinal = policy.firstOrdinal + cell.ordinal
    let identity = CellIdentity(label: cell.label, ordinal: ordinal)
    while true {
      let stopTimer = cell.options.timeout.map { world.startTimer($0, session.interrupt) }
      var outcome = withoutActuallyEscaping(tell) { tell in
        session.run(cell.source, as: identity) { tell(.output($0, from: cell)) }
      }
      let isLate = stopTimer?() ?? false
      if isLate {
        // What fired as the cell ended must not stop the next one.
        session.interrupt.clear()
        if outcome.error?.code == .interrupt, let limit = cell.options.timeout {
          outcome.error = outcome.error?.timedOut("the cell", after: limit)
        }
      }
      let mayBeginAgain = outcome.error?.code == .memory && outcome.output.isEmpty
      if mayBeginAgain, freeMemory() { continue }
      return outcome
    }
  }

  // MARK: Checked values

  private mutating func compute(_ value: CheckedValue, _ tell: (RunEvent) -> Void) {
    if missing.cause(of: CellNames(value.source)) != nil { return tell(.valueNotRun(value)) }
    let result = session.text(of: value)
    if case .failure(let problem) = result {
      isOver = isOver || policy.stopsAtFailure || problem.code == .interrupt
    }
    tell(.value(value, result))
  }
}

extension SessionOptions {
  /// The options of a session for a notebook: its own seed, and the width of recorded outputs.
  public init(for document: Document, _ base: SessionOptions) {
    self = base
    if let seed = document.frontMatter.seed { self.seed = seed }
    width = 100
  }
}

extension Diagnostic {
  /// An interrupt as the error of what ran for too long.
  public func timedOut(_ what: String, after limit: Double) -> Diagnostic {
    var error = self
    error.code = .timeout
    error.message = "\(what) ran longer than \(secondsText(limit))"
    return error
  }
}

/// A duration as an option gives it: `1 second`, `0.5 seconds`.
public func secondsText(_ seconds: Double) -> String {
  display(.number(seconds)) + (seconds == 1 ? " second" : " seconds")
}
