import Diagnostics
import Interpreter

/// What a replay needs of the world.
public struct ReplayEnvironment {
  /// How sessions are set up; the seed is the notebook's.
  public var options: SessionOptions
  /// Other notebooks, and time.
  public var world = RunWorld()
  /// Data sets read since the replay began, with `sha256:` digests.
  public var usedData: () -> [(name: String, digest: String)] = { [] }
  /// Called with the session before the first cell, so that an interrupt can reach it.
  public var willStart: (Session) -> Void = { _ in }
  /// Told what happens, before it is compared.
  public var follow: (RunEvent) -> Void = { _ in }
  /// True when copied cells take the code of their source.
  public var isAccepting = false

  /// Makes an environment.
  public init(options: SessionOptions = SessionOptions()) { self.options = options }
}

/// Runs the cells of a notebook in a fresh session and compares with what is recorded.
public func replay(
  _ document: Document, in environment: ReplayEnvironment = ReplayEnvironment()
) -> ReplayReport {
  let session = Session(SessionOptions(for: document, environment.options))
  environment.willStart(session)
  var policy = RunPolicy()
  policy.followsSources = environment.isAccepting
  policy.defaultSeed = environment.options.seed
  var run = NotebookRun(document, in: session, policy, world: environment.world)
  var comparison = Comparison(document)
  run.finish { event in
    environment.follow(event)
    comparison.take(event)
  }
  if !comparison.report.isInterrupted { comparison.verify(environment.usedData()) }
  return comparison.report
}

/// What a run gives beside what is recorded.
private struct Comparison {
  let document: Document
  var report = ReplayReport()

  init(_ document: Document) { self.document = document }

  mutating func take(_ event: RunEvent) {
    switch event {
    case .cellBegins, .output, .valueNotRun: break
    case .copyDiffers(let cell, let source):
      let new = source.plainLines
      find(
        .difference, cell.title, cell.line, Cell.isNoCopy, cell.differences(from: source))
      report.edits.append(document.edit(cell, toCode: new.map { $0 + "\n" }.joined()))
    case .cellEnds(let run): take(run)
    case .value(let value, let result): verify(value, result)
    case .orphan(let output):
      find(
        .difference, "output", output.block.lines.lowerBound + 1,
        "this output block belongs to no cell",
        lineDiff(output.text.plainLines, []))
      report.edits.append(document.edit(removing: output))
    }
  }

  private mutating func find(
    _ kind: ReplayReport.Finding.Kind, _ title: String, _ line: Int, column: Int = 1,
    _ message: String, _ details: [String] = []
  ) {
    report.findings.append(
      .init(
        kind: kind, title: title, line: line, column: column, message: message, details: details))
  }

  // MARK: Cells

  private mutating func take(_ run: CellRun) {
    let cell = run.cell
    let claims = run.outcome?.claims ?? []
    for claim in claims { report.claims.append((cell, claim)) }
    switch run.end {
    case .skipped: report.cells.append(.init(cell: cell, status: .skipped))
    case .notRun: report.cells.append(.init(cell: cell, status: .notRun))
    case .interrupted:
      report.isInterrupted = true
      report.cells.append(.init(cell: cell, status: .notRun))
    case .failed(let error): fail(cell, error, .failure, "this cell fails")
    case .timedOut(let error): fail(cell, error, .timeout, "this cell takes too long")
    case .noSource(let problem):
      report.cells.append(.init(cell: cell, status: .failed))
      find(
        .failure, cell.title, cell.line, problem.message,
        (problem.hint.map { ["  hint: \($0)"] } ?? [])
          + problem.others.flatMap { render($0).plainLines })
    case .didNotFail:
      report.cells.append(.init(cell: cell, status: .failed))
      find(.failure, cell.title, cell.line, Cell.doesNotFail)
    case .finished, .failedAsMarked:
      guard let outcome = run.outcome else { return }
      compare(cell, outcome)
      for claim in claims where !claim.holds {
        find(.claim, cell.title, cell.line, "this claim does not hold: \(claim.text)")
      }
    }
  }

  private mutating func fail(
    _ cell: Cell, _ error: Diagnostic, _ kind: ReplayReport.Finding.Kind, _ message: String
  ) {
    report.cells.append(.init(cell: cell, status: .failed))
    let place = cell.place(of: error)
    find(
      kind, cell.title, place?.line ?? cell.line, column: place?.column ?? 1, message,
      render(error).plainLines)
  }

  private mutating func compare(_ cell: Cell, _ outcome: CellOutcome) {
    let output = ProducedOutput(outcome, of: cell)
    let problem = difference(cell, output)
    var status = ReplayReport.Status.verified
    if cell.options.isVolatile || output?.lines.contains(where: \.isVolatile) ?? false {
      status = .volatile
    }
    if !cell.options.isVolatile {
      if let problem {
        status = .differs
        let line = cell.output.map { $0.block.lines.lowerBound + 1 } ?? cell.line
        find(.difference, cell.title, line, problem.message, problem.details)
      }
      for extra in cell.extraOutputs {
        status = .differs
        find(
          .difference, cell.title, extra.block.lines.lowerBound + 1,
          "the cell does not produce this output block", lineDiff(extra.text.plainLines, []))
      }
    }
    report.cells.append(.init(cell: cell, status: status, output: output))
    report.edits += cell.extraOutputs.map { document.edit(removing: $0) }
    guard problem != nil else { return }
    if let output {
      report.edits.append(document.edit(cell, to: output))
    } else if let old = cell.output {
      report.edits.append(document.edit(removing: old))
    }
  }

  /// How the recorded output differs from the produced one; nil if it does not.
  private func difference(
    _ cell: Cell, _ output: ProducedOutput?
  ) -> (message: String, details: [String])? {
    guard let output else {
      guard let old = cell.output else { return nil }
      return ("the cell does not produce this output block", lineDiff(old.text.plainLines, []))
    }
    guard let old = cell.output else {
      return ("the output block is missing", lineDiff([], output.lines.map(\.text)))
    }
    let recorded = old.text.plainLines
    let computed = output.lines.enumerated().map { i, line in
      // A volatile line agrees with any volatile line in its place.
      let isAlike = line.isVolatile && i < recorded.count && recorded[i].hasPrefix("~")
      return isAlike ? recorded[i] : line.text
    }
    if !recorded.elementsEqual(computed, by: hasSameBytes) {
      let message =
        recorded == computed
        ? "the output differs in how its characters are composed (NFC or NFD)"
        : "the output differs"
      return (message, lineDiff(recorded, computed) + bitsDiff(old, output))
    }
    guard let bits = output.bits else {
      return old.bits == nil ? nil : ("a volatile cell records no digest", bitsDiff(old, output))
    }
    guard let recordedBits = old.bits else {
      return ("the digest of the values is missing", bitsDiff(old, output))
    }
    if recordedBits.utf8.count >= ProducedOutput.recordedDigits, bits.hasPrefix(recordedBits) {
      return nil
    }
    let message =
      output.lines.isEmpty
      ? "the values of the variables differ"
      : "the text is the same, and the full-precision values behind it differ"
    return (message, bitsDiff(old, output))
  }

  private func bitsDiff(_ old: OutputBlock, _ new: ProducedOutput) -> [String] {
    let (old, new) = (old.bits, new.recordedBits)
    if let old, let new, new.hasPrefix(old), old.utf8.count >= new.utf8.count { return [] }
    if old == new { return [] }
    return lineDiff(old.map { ["bits=" + $0] } ?? [], new.map { ["bits=" + $0] } ?? [])
  }

  // MARK: Checked values

  private mutating func verify(_ value: CheckedValue, _ result: Result<String, Diagnostic>) {
    let title = CheckedValue.title
    let column = document.source.position(of: value.place.lowerBound).column
    let text: String
    switch result {
    case .success(let result): text = result
    case .failure(let problem):
      if problem.code == .interrupt {
        report.isInterrupted = true
        return
      }
      return find(
        .failure, title, value.line, column: column, "this value can't be computed",
        render(problem).plainLines)
    }
    let recorded = String(decoding: document.bytes[value.text], as: UTF8.self)
    if hasSameBytes(recorded, text) {
      report.verifiedValues += 1
    } else {
      find(
        .difference, title, value.line, column: column, "the value differs",
        lineDiff(recorded.withPlainLineEnds.plainLines, [text]))
      report.edits.append(Edit(value.text, text))
    }
  }

  // MARK: Data sets

  mutating func verify(_ used: [(name: String, digest: String)]) {
    let recorded = document.frontMatter.data
    // A set that was not read may belong to a cell that did not run.
    let allRan = report.cells.allSatisfy { ![.skipped, .notRun, .failed].contains($0.status) }
    var old: [String] = []
    var new: [String] = []
    var line = 1
    for (name, digest) in used where recorded.first(where: { $0.name == name })?.digest != digest {
      if let record = recorded.first(where: { $0.name == name }) {
        old.append("\(name): \(record.digest)")
        line = document.lines.line(of: record.namePlace.lowerBound) + 1
      }
      new.append("\(name): \(digest)")
    }
    if allRan {
      for record in recorded where !used.contains(where: { $0.name == record.name }) {
        old.append("\(record.name): \(record.digest)")
        line = document.lines.line(of: record.namePlace.lowerBound) + 1
      }
    }
    if old.isEmpty, new.isEmpty { return }
    find(
      .difference, "front matter", line, "the digests of the data sets differ", lineDiff(old, new))
    report.edits += document.edits(recording: used, droppingOthers: allRan)
  }
}

extension Cell {
  /// The lines in which a copied cell is not like its source.
  public func differences(from code: SourceText) -> [String] {
    lineDiff(source.plainLines, code.plainLines)
  }
}

extension CellOutcome {
  /// The claims among what it put out.
  public var claims: [ClaimOutcome] {
    output.compactMap { item in
      if case .claim(let claim) = item { return claim }
      return nil
    }
  }
}
