import Diagnostics
import Interpreter
import System

/// What happens while a notebook runs, in the order in which it happens.
public enum RunEvent {
  /// A copied cell is no longer a copy of its source, whose code is this.
  case copyDiffers(Cell, from: SourceText)
  /// A cell is about to run.
  case cellBegins(Cell)
  /// The running cell puts something out.
  case output(OutputItem, from: Cell)
  /// A cell ended, or will not run.
  case cellEnds(CellRun)
  /// A checked value was computed, or could not be.
  case value(CheckedValue, Result<String, Diagnostic>)
  /// A checked value depends on a cell that failed.
  case valueNotRun(CheckedValue)
  /// An output block belongs to no cell.
  case orphan(OutputBlock)
}

/// A cell of a run, and how it ended.
public struct CellRun: Sendable {
  /// The cell as it ran.
  public var cell: Cell
  /// Why it ended.
  public var end: End
  /// What it put out and bound; nil for a cell that did not run.
  public var outcome: CellOutcome?

  /// Why a cell ended.
  public enum End: Sendable {
    /// It came to its end.
    case finished
    /// It is marked `error`, and failed.
    case failedAsMarked
    /// It is marked `error`, and came to its end.
    case didNotFail
    /// It failed.
    case failed(Diagnostic)
    /// It ran longer than its limit.
    case timedOut(Diagnostic)
    /// The run was interrupted in it.
    case interrupted(Diagnostic)
    /// It is marked `skip`.
    case skipped
    /// It depends on a cell that failed, with this title.
    case notRun(because: String)
    /// The cell that it copies can't be found.
    case noSource(Diagnostic)
  }

  /// Whether the cell itself failed; one that did not run because of another is not counted.
  public var isFailure: Bool {
    switch end {
    case .failed, .timedOut, .interrupted, .noSource: true
    case .finished, .failedAsMarked, .didNotFail, .skipped, .notRun: false
    }
  }
}

/// How a notebook runs; what its cells mean is the same under every policy.
public struct RunPolicy: Sendable {
  /// Whether the first failure ends the run, rather than only what depends on it.
  public var stopsAtFailure = false
  /// Whether copied cells run with the code of their source.
  public var followsSources = false
  /// Whether checked values are computed.
  public var computesValues = true
  /// The label of the last cell to run; nil for all.
  public var lastLabel: String?
  /// The number of the first unlabelled cell: that of those that ran in the session before.
  public var firstOrdinal = 0
  /// The seed of notebooks that state none.
  public var defaultSeed: UInt64 = 0

  /// Makes the defaults.
  public init() {}
}

/// What a run needs of the world.
public struct RunWorld {
  /// The bytes of another notebook, named from this one's folder.
  public var readNotebook: (String) throws(FileProblem) -> [UInt8] = { path throws(FileProblem) in
    try NoFiles().read(path)
  }
  /// Sets an interrupt flag after a time; the function it gives ends that and tells if it was set.
  public var startTimer: (Double, InterruptFlag) -> () -> Bool = { _, _ in { false } }

  /// A world without files and clocks.
  public init() {}
}
