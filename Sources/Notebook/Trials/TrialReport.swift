import Diagnostics
import Interpreter

/// What became of one trial; it can be written and read.
public struct TrialReport: Sendable, Equatable {
  /// Which of the derived seeds it ran under.
  public var number: Int
  /// That seed.
  public var seed: UInt64
  /// The claims that were made, in order.
  public var claims: [Claim] = []
  /// Cells that failed.
  public var failures: [Failure] = []
  /// False when it was interrupted: what follows was not tried.
  public var isComplete = true

  /// A cell, as reports name it.
  public struct CellPlace: Sendable, Equatable {
    /// Its number among all cells, from 1.
    public var number: Int
    /// `cell "label"` or `cell 3`.
    public var title: String
    /// The 1-based line of its opening fence.
    public var line: Int

    init(_ cell: Cell) {
      number = cell.number
      title = cell.title
      line = cell.line
    }

    init(number: Int, title: String, line: Int) {
      self.number = number
      self.title = title
      self.line = line
    }
  }

  /// A claim under this seed.
  public struct Claim: Sendable, Equatable {
    /// The cell that makes it.
    public var cell: CellPlace
    /// The statement.
    public var text: String
    /// Whether it holds.
    public var holds: Bool
    /// See `ClaimOutcome`.
    public var margin: Double?
    /// The share of seeds in which it must hold, if it says so.
    public var bar: Double?
    /// SHA-256 over the sides of its comparisons, if it has some.
    public var sidesDigest: String?

    /// Equal to the last bit, margins that are no numbers too.
    public static func == (a: Claim, b: Claim) -> Bool {
      a.cell == b.cell && a.text == b.text && a.holds == b.holds && a.bar == b.bar
        && a.margin?.bitPattern == b.margin?.bitPattern && a.sidesDigest == b.sidesDigest
    }
  }

  /// A cell that failed.
  public struct Failure: Sendable, Equatable {
    /// The cell.
    public var cell: CellPlace
    /// The 1-based line where the error stands.
    public var line: Int
    /// The 1-based column.
    public var column: Int
    /// Whether it ran for too long.
    public var isTimeout: Bool
    /// One sentence.
    public var message: String
    /// The rendered error.
    public var details: [String]
  }

  init(number: Int, seed: UInt64) {
    self.number = number
    self.seed = seed
  }

  mutating func take(_ event: RunEvent) {
    guard case .cellEnds(let run) = event else { return }
    let cell = CellPlace(run.cell)
    for claim in run.outcome?.claims ?? [] {
      claims.append(
        Claim(
          cell: cell, text: claim.text, holds: claim.holds, margin: claim.margin, bar: claim.bar,
          sidesDigest: claim.sidesDigest))
    }
    func fail(_ message: String, _ error: Diagnostic? = nil, isTimeout: Bool = false) {
      let place = error.flatMap { run.cell.place(of: $0) }
      failures.append(
        Failure(
          cell: cell, line: place?.line ?? cell.line, column: place?.column ?? 1,
          isTimeout: isTimeout, message: message,
          details: error.map { render($0).plainLines } ?? []))
    }
    switch run.end {
    case .finished, .failedAsMarked, .skipped, .notRun: break
    case .didNotFail: fail(Cell.doesNotFail)
    case .failed(let error): fail("this cell fails", error)
    case .timedOut(let error): fail("this cell takes too long", error, isTimeout: true)
    case .noSource(let error): fail(error.message)
    case .interrupted: isComplete = false
    }
  }
}
