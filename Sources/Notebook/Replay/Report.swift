import Diagnostics
import Interpreter

/// What a replay found.
public struct ReplayReport: Sendable {
  /// One entry a cell, in order.
  public var cells: [CellReport] = []
  /// What differs or failed, in the order of the text.
  public var findings: [Finding] = []
  /// Checked values that hold.
  public var verifiedValues = 0
  /// The claims that were made, with the cell that made them.
  public var claims: [(cell: Cell, claim: ClaimOutcome)] = []
  /// Changes that make the file agree with what was computed.
  public var edits: [Edit] = []
  /// True when the user interrupted it; what follows the last cell was not looked at.
  public var isInterrupted = false

  /// What became of a cell.
  public struct CellReport: Sendable {
    /// The cell.
    public var cell: Cell
    /// What became of it.
    public var status: Status
    /// Its output as it would be recorded; nil when it did not run or produces none.
    public var output: ProducedOutput?
  }

  /// What became of a cell.
  public enum Status: String, Sendable {
    /// Its output is what is recorded.
    case verified
    /// It ran, and its output, or a line of it, is not compared.
    case volatile
    /// It is marked `skip`.
    case skipped
    /// Its output is not what is recorded.
    case differs
    /// It failed, or was to fail and did not.
    case failed
    /// It depends on a cell that failed.
    case notRun = "not run"
  }

  /// Something that does not hold.
  public struct Finding: Sendable {
    /// What kind of thing.
    public var kind: Kind
    /// Where: `cell "forward"`, `checked value`.
    public var title: String
    /// The 1-based line of the file.
    public var line: Int
    /// The 1-based column.
    public var column = 1
    /// One sentence.
    public var message: String
    /// A diff or a rendered error.
    public var details: [String] = []

    /// The kinds of finding.
    public enum Kind: String, Sendable {
      /// Recorded and computed differ; accept settles it.
      case difference
      /// A cell or a checked value failed; accept can't settle it.
      case failure
      /// A claim that does not hold; accept can't settle it.
      case claim
      /// A time limit was reached.
      case timeout
    }
  }

  /// How many cells have a status.
  public func count(_ status: Status) -> Int { cells.count { $0.status == status } }

  /// True when nothing differs and nothing failed.
  public var holds: Bool { findings.isEmpty && !isInterrupted }

  /// True when accepting settles all that was found.
  public var holdsOnceAccepted: Bool {
    !isInterrupted && findings.allSatisfy { $0.kind == .difference }
  }

  /// The counts in words: `12 cells verified, 1 volatile, 3 values verified, 2 claims hold`.
  ///
  /// - Parameter isAccepted: what differed was written into the file.
  public func summary(isAccepted: Bool = false) -> String {
    var parts = [
      "\(count(.verified)) \(count(.verified) == 1 ? "cell" : "cells") verified",
      "\(count(.volatile)) volatile", "\(count(.skipped)) skipped",
    ]
    let others: [(Status, String)] = [
      (.differs, isAccepted ? "written" : "differ"), (.failed, "failed"), (.notRun, "not run"),
    ]
    for (status, words) in others where count(status) > 0 {
      parts.append("\(count(status)) \(words)")
    }
    let valueFindings = findings.count { $0.title == CheckedValue.title }
    if verifiedValues > 0 || valueFindings > 0 {
      let good = "\(verifiedValues) \(verifiedValues == 1 ? "value" : "values") verified"
      let rest = " and \(valueFindings) \(isAccepted ? "written" : "not")"
      parts.append(good + (valueFindings > 0 ? rest : ""))
    }
    if !claims.isEmpty {
      let holding = claims.count { $0.claim.holds }
      let all = "\(claims.count) \(claims.count == 1 ? "claim" : "claims")"
      parts.append(
        holding == claims.count
          ? "\(all) \(claims.count == 1 ? "holds" : "hold")" : "\(holding) of \(all) hold")
    }
    return parts.joined(separator: ", ")
  }
}
