import ArgumentParser
import Diagnostics
import Interpreter
import Notebook
import System
import Tensor

/// `etude replay --seeds N`: what a notebook claims, judged under many seeds.
extension ReplayRun {
  /// Runs a notebook under each seed and tells how its claims fare.
  mutating func judge(_ path: String, seeds: Int) {
    let start = MonotonicClock.now
    guard let document = read(path) else { return }
    let access = library.access()
    let count = document.cells.count
    var reports: [TrialReport] = []
    var isLate = false
    for number in 0..<seeds {
      let trial = Trial(
        document, number: number, defaultSeed: base.seed, memoryLimit: base.memoryLimit)
      let watch = RunWatch(limit: rest)
      let report = trial.run(
        base: sessionOptions(beside: path, access), world: RunWorld(beside: path),
        willStart: watch.begin,
        follow: {
          showProgress($0, of: count, path, trial: "seed \(number) of \(seeds), ")
        })
      isLate = watch.end()
      // A seed that was not tried to its end says nothing about the claims that follow.
      if !report.isComplete || isLate { break }
      reports.append(report)
    }
    terminal.clearProgress()
    isOver = reports.count < seeds
    if isOver { note(isLate ? .timeLimit : .interrupted) }
    let result = TrialsReport(reports, of: seeds)
    tell(result, path, isLate: isLate)
    let seconds = MonotonicClock.seconds(since: start)
    if printsJSON {
      self.reports.append(
        JSON.trials(result, path, seeds: numbers(document, seeds), seconds: seconds))
    } else if !result.claims.isEmpty || !options.quiet {
      terminal.write(text(result, path, numbers(document, seeds), seconds: seconds))
    }
    if result.failures.contains(where: { $0.failure.isTimeout }) { note(.timeLimit) }
    if !result.holds { note(.difference) }
  }

  /// The seed numbers of the trials.
  private func numbers(_ document: Document, _ count: Int) -> [UInt64] {
    let own = document.frontMatter.seed ?? base.seed
    return (0..<count).map { RandomStream.seed(own, trial: $0) }
  }

  /// Failures and missed bars go to standard error, with their places.
  private func tell(_ result: TrialsReport, _ path: String, isLate: Bool) {
    for (trials, failure) in result.distinctFailures {
      let place = "\(path):\(failure.line):\(failure.column): \(failure.cell.title): "
      let seeds = (trials.count == 1 ? "seed " : "seeds ") + listed(trials)
      let details = failure.details.map { "  \($0)\n" }.joined()
      terminal.complain(place + failure.message + " under " + seeds + "\n" + details)
    }
    for claim in result.claims where !claim.reachesBar {
      let verdict =
        claim.isSeedIndependent
        ? "this claim does not hold, under any seed"
        : "this claim holds under \(claim.holding) of \(claim.outcomes.count) seeds, and its bar is "
          + percent(claim.bar)
      let place = "\(path):\(claim.cell.line):1: \(claim.cell.title): "
      terminal.complain(place + verdict + ": " + claim.text + "\n")
    }
    if isLate {
      let limit = secondsText(options.timeout ?? 0)
      terminal.complain("etude: the time limit of \(limit) is reached\n")
    } else if isOver {
      terminal.complain("etude: interrupted\n")
    }
  }

  /// The first of many numbers, and how many more there are.
  private func listed(_ trials: [Int]) -> String {
    let shown = trials.prefix(10).map(String.init).joined(separator: ", ")
    return shown + (trials.count > 10 ? " and \(trials.count - 10) more" : "")
  }

  // MARK: The table

  private func text(
    _ result: TrialsReport, _ path: String, _ seeds: [UInt64], seconds: Double
  ) -> String {
    var text = ""
    if !options.quiet, !result.claims.isEmpty {
      text += "\(path) under \(result.count) seeds, of which 0 is its own:\n"
      text += table(result)
      if options.verbose { text += details(result, seeds) }
    }
    if !options.quiet || !result.holds {
      let time = "\((seconds * 100).rounded() / 100) s"
      text += "\(path): \(result.summary), \(time)\n"
    }
    return text
  }

  /// One row a claim; the text stands last, since it may be long.
  private func table(_ result: TrialsReport) -> String {
    var rows = [["", "holds", "bar", "worst margin", "claim"]]
    for claim in result.claims {
      let holds =
        claim.isSeedIndependent
        ? "seed-independent" : "\(claim.holding) of \(claim.outcomes.count)"
      let worst = claim.worst.map { worst in
        shortest(worst.margin) + (claim.isSeedIndependent ? "" : " (seed \(worst.trial))")
      }
      rows.append([
        claim.reachesBar ? "✓" : "✗", holds, claim.isSeedIndependent ? "–" : percent(claim.bar),
        worst ?? "–", claim.text.split(separator: "\n").joined(separator: " "),
      ])
    }
    let widths = (0..<4).map { column in rows.map { displayWidth($0[column]) }.max() ?? 0 }
    return rows.map { row in
      let cells = zip(row, widths).map { text, width in
        text + String(repeating: " ", count: max(0, width - displayWidth(text)))
      }
      return "  " + (cells + [row[4]]).joined(separator: "  ") + "\n"
    }.joined()
  }

  /// With `-v`: the seeds, and each claim's margins under them.
  private func details(_ result: TrialsReport, _ seeds: [UInt64]) -> String {
    var text = "  seeds: " + seeds.map(String.init).joined(separator: " ") + "\n"
    for claim in result.claims where !claim.isSeedIndependent {
      text += "  \(claim.text)\n"
      let margins = claim.outcomes.map { outcome in
        guard let outcome else { return "not reached" }
        return (outcome.holds ? "✓" : "✗") + (outcome.margin.map { " " + shortest($0) } ?? "")
      }
      text += "    " + margins.joined(separator: ", ") + "\n"
    }
    return text
  }

  private func percent(_ share: Double) -> String {
    let value = (share * 1000).rounded() / 10
    return (value == value.rounded() ? "\(Int(value))" : "\(value)") + " %"
  }
}
