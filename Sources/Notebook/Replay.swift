import Diagnostics
import Interpreter
import System

/// What a replay needs of the world.
public struct ReplayEnvironment {
  /// How sessions are set up; the seed is the notebook's.
  public var options: SessionOptions
  /// Data sets read since the replay began, with `sha256:` digests.
  public var usedData: () -> [(name: String, digest: String)] = { [] }
  /// The bytes of another notebook, named from this one's folder.
  public var readNotebook: (String) throws(FileProblem) -> [UInt8] = { path throws(FileProblem) in
    throw FileProblem(.read, path, .noFiles)
  }
  /// Sets an interrupt flag after a time; the function it gives ends that and tells if it was set.
  public var startTimer: (Double, InterruptFlag) -> () -> Bool = { _, _ in { false } }
  /// Called with the session before the first cell, so that an interrupt can reach it.
  public var willStart: (Session) -> Void = { _ in }
  /// Called before each cell, with what was found so far.
  public var willRun: (Cell, ReplayReport) -> Void = { _, _ in }
  /// True when copied cells take the code of their source.
  public var isAccepting = false
  /// False when only claims and failures count: not what is recorded, which belongs to one seed.
  public var comparesOutputs = true

  /// Makes an environment.
  public init(options: SessionOptions = SessionOptions()) { self.options = options }
}

/// Runs the cells of a notebook in a fresh session and compares with what is recorded.
public func replay(
  _ document: Document, in environment: ReplayEnvironment = ReplayEnvironment()
) -> ReplayReport {
  var replayer = Replayer(document, environment)
  replayer.run()
  return replayer.report
}

private struct Replayer {
  let document: Document
  let environment: ReplayEnvironment
  let session: Session
  var report = ReplayReport()
  private var missing = MissingNames()
  private var sources: [String: Result<Document, Diagnostic>] = [:]

  init(_ document: Document, _ environment: ReplayEnvironment) {
    self.document = document
    self.environment = environment
    var options = environment.options
    if let seed = document.frontMatter.seed { options.seed = seed }
    session = Session(options)
  }

  mutating func run() {
    environment.willStart(session)
    for part in document.parts {
      switch part {
      case .cell(let cell): replay(cell)
      case .value where !environment.comparesOutputs, .orphan where !environment.comparesOutputs:
        break
      case .value(let value): verify(value)
      case .orphan(let output):
        find(
          .difference, "output", output.block.lines.lowerBound + 1,
          "this output block belongs to no cell",
          lineDiff(output.text.plainLines, []))
        report.edits.append(document.edit(removing: output))
      }
      if report.isInterrupted { return }
    }
    if environment.comparesOutputs { verifyData() }
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

  private mutating func replay(_ original: Cell) {
    var cell = original
    if environment.comparesOutputs, let origin = cell.options.from,
      !check(&cell, against: origin)
    {
      return
    }
    if cell.options.isSkipped {
      report.cells.append(.init(cell: cell, status: .skipped))
      return
    }
    let use = NameUse(cell.source)
    if let cause = missing.cause(of: use) {
      missing.failed(use, because: cause)
      report.cells.append(.init(cell: cell, status: .notRun))
      return
    }
    environment.willRun(cell, report)
    let outcome = session.run(cell, startTimer: environment.startTimer)
    for case .claim(let claim) in outcome.output { report.claims.append((cell, claim)) }
    if let error = outcome.error {
      if error.code == .timeout { return fail(cell, use, error, kind: .timeout) }
      if error.code == .interrupt {
        report.isInterrupted = true
        report.cells.append(.init(cell: cell, status: .notRun))
        return
      }
      if !cell.options.isError { return fail(cell, use, error, kind: .failure) }
    } else if cell.options.isError {
      missing.succeeded(use)
      report.cells.append(.init(cell: cell, status: .failed))
      return find(.failure, cell.title, cell.line, Cell.doesNotFail)
    }
    if outcome.error == nil { missing.succeeded(use) }
    guard environment.comparesOutputs else {
      return report.cells.append(.init(cell: cell, status: .ran))
    }
    compare(cell, outcome)
    for case .claim(let claim) in outcome.output where !claim.holds {
      find(.claim, cell.title, cell.line, "this claim does not hold: \(claim.text)")
    }
  }

  private mutating func fail(
    _ cell: Cell, _ use: NameUse, _ error: Diagnostic, kind: ReplayReport.Finding.Kind
  ) {
    missing.failed(use, because: cell.title)
    report.cells.append(.init(cell: cell, status: .failed))
    let place = cell.place(of: error)
    find(
      kind, cell.title, place?.line ?? cell.line, column: place?.column ?? 1,
      kind == .timeout ? "this cell takes too long" : "this cell fails",
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

  // MARK: Copied cells

  /// Compares a copied cell with its source; false if the source can't be found.
  private mutating func check(_ cell: inout Cell, against origin: CellOptions.Origin) -> Bool {
    let source: Cell
    switch sourceDocument(origin.file) {
    case .success(let other):
      guard let found = other.cell(labelled: origin.label) else {
        let near = nearest(to: origin.label, among: other.cells.compactMap(\.label))
        let hint = near.map { ["  hint: did you mean `\($0)`?"] } ?? []
        lose(cell, "\(origin.file) has no cell `\(origin.label)`", hint)
        return false
      }
      let seed = other.frontMatter.seed ?? environment.options.seed
      guard seed == session.options.seed else {
        lose(
          cell, "\(origin.file) has the seed \(seed), and this notebook \(session.options.seed)",
          ["  hint: a notebook of copied cells has the seed of their source"])
        return false
      }
      source = found
    case .failure(let problem):
      lose(cell, "the source of this cell can't be read", render(problem).plainLines)
      return false
    }
    let (old, new) = (cell.source.plainLines, source.source.plainLines)
    if !old.elementsEqual(new, by: hasSameBytes) {
      find(
        .difference, cell.title, cell.line, "the cell is no longer a copy of its source",
        lineDiff(old, new))
      report.edits.append(document.edit(cell, toCode: new.map { $0 + "\n" }.joined()))
      if environment.isAccepting { cell.source = source.source }
    }
    return true
  }

  private mutating func lose(_ cell: Cell, _ message: String, _ details: [String]) {
    missing.failed(NameUse(cell.source), because: cell.title)
    report.cells.append(.init(cell: cell, status: .failed))
    find(.failure, cell.title, cell.line, message, details)
  }

  private mutating func sourceDocument(_ path: String) -> Result<Document, Diagnostic> {
    if let known = sources[path] { return known }
    let result: Result<Document, Diagnostic>
    do {
      result = .success(try Document(name: path, bytes: try environment.readNotebook(path)))
    } catch let problem as FileProblem {
      result = .failure(Diagnostic(problem))
    } catch let problem as Diagnostic {
      result = .failure(problem)
    } catch {
      result = .failure(Diagnostic(.file, "\(error)"))
    }
    sources[path] = result
    return result
  }

  // MARK: Checked values

  private mutating func verify(_ value: CheckedValue) {
    let title = ReplayReport.Finding.valueTitle
    let column = document.source.position(of: value.place.lowerBound).column
    if missing.cause(of: NameUse(value.source)) != nil { return }
    let text: String
    switch session.text(of: value) {
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

  private mutating func verifyData() {
    let used = environment.usedData()
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
