import Datasets
import Diagnostics
import Figures
import Foundation
import Interpreter
import Notebook
import TestSupport

/// A lesson that has run once, with the state before each of its cells.
final class Lesson {
  private let document: Document
  private let session: Session
  /// For each cell, by its number, the part of the notebook that it is and the state before it.
  private var starts: [Int: (part: Int, state: Session.Snapshot)] = [:]
  /// What the lesson claims, in order, with the number of the cell.
  private(set) var claims: [(cell: Int, outcome: ClaimOutcome)] = []
  /// Cells that failed and are not meant to.
  private(set) var failures: [String] = []

  /// Runs `notebooks/NAME.nb` or `docs/NAME.md`.
  init(_ name: String) throws {
    let text = try (try? projectText("notebooks/\(name).nb")) ?? projectText("docs/\(name).md")
    document = try Document(name: name, bytes: Array(text.utf8))
    var options = SessionOptions()
    options.threads = ProcessInfo.processInfo.activeProcessorCount
    let data = DataLibrary { ProcessInfo.processInfo.environment[$0] }
    options.builtins = figureBuiltins + data.access().builtins
    session = Session(SessionOptions(for: document, options))
    var run = NotebookRun(document, in: session)
    while !run.isOver {
      let start = (run.next, session.snapshot())
      run.step { event in
        if case .cellBegins(let cell) = event { starts[cell.number] = start }
        guard case .cellEnds(let end) = event else { return }
        claims += (end.outcome?.claims ?? []).map { (end.cell.number, $0) }
        if end.isFailure { failures.append("\(end.cell.title): \(end.end)") }
      }
    }
  }

  /// Repeats the lesson with a counter-experiment, from the first cell that it changes to the cell
  /// that makes the claim.
  func repeating(with counter: CounterExperiment) throws -> ClaimOutcome {
    guard let last = claims.first(where: { $0.outcome.text == counter.claim })?.cell else {
      throw FixtureProblem(description: "the lesson does not claim: \(counter.claim)")
    }
    let codes = try changed(document.cells.filter { $0.number <= last }, by: counter.edits)
    guard let first = codes.keys.min(), let (part, state) = starts[first] else {
      throw FixtureProblem(description: "nothing is changed for: \(counter.claim)")
    }
    session.restore(state)
    var run = NotebookRun(try document.changing(codes), in: session, from: part)
    var found: ClaimOutcome?
    var problem: String?
    var isPast = false
    while !run.isOver, found == nil, problem == nil, !isPast {
      run.step { event in
        guard case .cellEnds(let end) = event else { return }
        if end.isFailure { problem = "\(end.cell.title): \(end.end)" }
        found = end.outcome?.claims.first { $0.text == counter.claim }
        isPast = end.cell.number >= last
      }
    }
    if let problem { throw FixtureProblem(description: "\(counter.claim): \(problem)") }
    guard let found else {
      throw FixtureProblem(
        description: "the counter-experiment no longer claims: \(counter.claim)")
    }
    return found
  }

  /// The code of each cell that the edits change, by the cell's number.
  private func changed(
    _ cells: [Cell], by edits: [CounterExperiment.Edit]
  ) throws -> [Int: String] {
    var codes: [Int: String] = [:]
    for edit in edits {
      guard let cell = cells.first(where: { $0.label == edit.cell }) else {
        throw FixtureProblem(description: "no cell `\(edit.cell)` up to the claim")
      }
      let text = codes[cell.number] ?? String(decoding: cell.source.utf8, as: UTF8.self)
      let parts = text.components(separatedBy: edit.old)
      guard parts.count == 2 else {
        throw FixtureProblem(
          description: "\(parts.count - 1) times in cell `\(edit.cell)`: \(edit.old)")
      }
      codes[cell.number] = parts.joined(separator: edit.new)
    }
    return codes
  }
}
