/// What the claims of a notebook come to under several seeds: trial 0 is the notebook's own seed.
public struct TrialsReport: Sendable {
  /// The claims in the order of the text.
  public private(set) var claims: [Claim] = []
  /// What failed, with the trial: a cell that ends in an error, or takes too long.
  public private(set) var failures: [(trial: Int, failure: TrialReport.Failure)] = []
  /// How many seeds were tried to the end.
  public let count: Int
  /// How many were to be tried.
  public let wanted: Int

  /// A claim under every seed.
  public struct Claim: Sendable {
    /// The statement, as the first trial that makes it words it.
    public var text: String
    /// The cell that makes it.
    public var cell: TrialReport.CellPlace
    /// What became of it in each trial; nil where it was not reached.
    public var outcomes: [TrialReport.Claim?]

    /// The share of seeds under which it must hold, unless it says so itself.
    public static let defaultBar = 0.9

    /// The share of seeds under which it must hold.
    public var bar: Double { outcomes.compactMap { $0?.bar }.max() ?? Self.defaultBar }

    /// Under how many seeds it holds; one that was not reached does not.
    public var holding: Int { outcomes.count { $0?.holds ?? false } }

    /// The trials in which it does not hold.
    public var failing: [Int] { outcomes.indices.filter { !(outcomes[$0]?.holds ?? false) } }

    /// True when the sides of its comparisons are the same to the last bit under every seed, so that
    /// many seeds say no more than one. A bare flag has no sides to look at.
    public var isSeedIndependent: Bool {
      guard let first = outcomes.first, let first, let digest = first.sidesDigest else {
        return false
      }
      return outcomes.allSatisfy { $0?.sidesDigest == digest && $0?.holds == first.holds }
    }

    /// True when it holds under enough seeds.
    public var reachesBar: Bool { Double(holding) / Double(outcomes.count) >= bar }

    /// The least margin and its trial, the first of several; NaN is less than any.
    public var worst: (margin: Double, trial: Int)? {
      var worst: (margin: Double, trial: Int)?
      for (trial, outcome) in outcomes.enumerated() {
        guard let margin = outcome?.margin else { continue }
        guard let old = worst, !(margin < old.margin || (margin.isNaN && !old.margin.isNaN)) else {
          worst = (margin, trial)
          continue
        }
      }
      return worst
    }
  }

  /// True when all seeds were tried, every claim reaches its bar and no cell failed.
  public var holds: Bool {
    count == wanted && failures.isEmpty && claims.allSatisfy(\.reachesBar)
  }

  /// The failures with their trials, equal ones together.
  public var distinctFailures: [(trials: [Int], failure: TrialReport.Failure)] {
    var groups: [(trials: [Int], failure: TrialReport.Failure)] = []
    for (trial, failure) in failures {
      if let known = groups.firstIndex(where: { $0.failure == failure }) {
        groups[known].trials.append(trial)
      } else {
        groups.append(([trial], failure))
      }
    }
    return groups
  }

  /// The counts in words: `5 of 6 claims reach their bar under 10 seeds, 1 seed-independent`.
  public var summary: String {
    let reaching = claims.count(where: \.reachesBar)
    let all = "\(claims.count) \(claims.count == 1 ? "claim" : "claims")"
    let reach =
      reaching == claims.count
      ? "\(all) \(claims.count == 1 ? "reaches its" : "reach their") bar"
      : "\(reaching) of \(all) reach their bar"
    var parts = [claims.isEmpty ? "no claims" : reach]
    parts[0] += " under \(count) \(count == 1 ? "seed" : "seeds")"
    if count < wanted { parts[0] += " of \(wanted)" }
    let independent = claims.count(where: \.isSeedIndependent)
    if independent > 0 { parts.append("\(independent) seed-independent") }
    if !failures.isEmpty {
      let trials = Set(failures.map(\.trial)).count
      parts.append("cells failed under \(trials) \(trials == 1 ? "seed" : "seeds")")
    }
    return parts.joined(separator: ", ")
  }

  /// Puts the reports of the trials together, the notebook's own seed first.
  ///
  /// - Parameter wanted: how many trials there were to be.
  public init(_ trials: [TrialReport], of wanted: Int) {
    count = trials.count
    self.wanted = wanted
    for (i, trial) in trials.enumerated() { failures += trial.failures.map { (i, $0) } }
    var cells: [Int: TrialReport.CellPlace] = [:]
    for claim in trials.flatMap(\.claims) { cells[claim.cell.number] = claim.cell }
    for cell in cells.values.sorted(by: { $0.number < $1.number }) {
      let made = trials.map { trial in trial.claims.filter { $0.cell.number == cell.number } }
      claims += Self.aligned(made).map { Claim(text: $0.text, cell: cell, outcomes: $0.outcomes) }
    }
  }

  /// The claims of one cell by trial, matched: by place where each trial makes equally many, since a
  /// text may hold numbers; else by text, since a condition decides which are made.
  private static func aligned(
    _ trials: [[TrialReport.Claim]]
  ) -> [(text: String, outcomes: [TrialReport.Claim?])] {
    let reached = trials.filter { !$0.isEmpty }
    let length = reached.map(\.count).max() ?? 0
    if reached.allSatisfy({ $0.count == length }) {
      return (0..<length).map { i in
        (reached[0][i].text, trials.map { $0.isEmpty ? nil : $0[i] })
      }
    }
    var rows: [(text: String, outcomes: [TrialReport.Claim?])] = []
    for (trial, outcomes) in trials.enumerated() {
      for outcome in outcomes {
        let known = rows.firstIndex { $0.text == outcome.text && $0.outcomes[trial] == nil }
        let row = known ?? rows.count
        if known == nil { rows.append((outcome.text, Array(repeating: nil, count: trials.count))) }
        rows[row].outcomes[trial] = outcome
      }
    }
    return rows
  }
}
