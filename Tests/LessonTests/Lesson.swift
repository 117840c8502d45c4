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
  private var states: [Session.Snapshot] = []
  /// What the lesson claims, in order, with the number of the cell.
  private(set) var claims: [(cell: Int, outcome: ClaimOutcome)] = []
  /// Cells that failed and are not meant to.
  private(set) var failures: [String] = []

  /// Runs `notebooks/NAME.nb` or `docs/NAME.md`.
  init(_ name: String) throws {
    let root = fixtures.appendingPathComponent("../..")
    let lesson = root.appendingPathComponent("notebooks/\(name).nb")
    let isLesson = FileManager.default.fileExists(atPath: lesson.path)
    let path = isLesson ? lesson : root.appendingPathComponent("docs/\(name).md")
    document = try Document(name: name, bytes: Array(Data(contentsOf: path)))
    var options = SessionOptions()
    options.threads = ProcessInfo.processInfo.activeProcessorCount
    options.seed = document.frontMatter.seed ?? 0
    let data = DataLibrary { ProcessInfo.processInfo.environment[$0] }
    options.builtins = figureBuiltins + data.access().builtins
    session = Session(options)
    for (index, cell) in document.cells.enumerated() {
      states.append(session.snapshot())
      let outcome = run(cell, cell.source)
      claims += outcome.claims.map { (index, $0) }
      if let error = outcome.error, !cell.options.isError {
        failures.append("\(cell.title): \(error.message)")
      }
    }
  }

  /// Repeats the lesson with a counter-experiment, from the first cell that it changes to the cell
  /// that makes the claim.
  func repeating(with counter: CounterExperiment) throws -> ClaimOutcome {
    guard let last = claims.first(where: { $0.outcome.text == counter.claim })?.cell else {
      throw FixtureProblem(description: "the lesson does not claim: \(counter.claim)")
    }
    let cells = document.cells
    let sources = try changed(cells[...last], by: counter.edits)
    guard let first = sources.keys.min() else {
      throw FixtureProblem(description: "nothing is changed for: \(counter.claim)")
    }
    session.restore(states[first])
    for index in first...last {
      let outcome = run(cells[index], sources[index] ?? cells[index].source)
      if let error = outcome.error, !cells[index].options.isError {
        throw FixtureProblem(description: "\(counter.claim): \(error.message)")
      }
      if let claim = outcome.claims.first(where: { $0.text == counter.claim }) { return claim }
    }
    throw FixtureProblem(description: "the counter-experiment no longer claims: \(counter.claim)")
  }

  /// The text of each cell that the edits change, by the cell's number.
  private func changed(
    _ cells: ArraySlice<Cell>, by edits: [CounterExperiment.Edit]
  ) throws -> [Int: SourceText] {
    var sources: [Int: SourceText] = [:]
    for edit in edits {
      guard let index = cells.firstIndex(where: { $0.label == edit.cell }) else {
        throw FixtureProblem(description: "no cell `\(edit.cell)` up to the claim")
      }
      let text = String(decoding: (sources[index] ?? cells[index].source).utf8, as: UTF8.self)
      let parts = text.components(separatedBy: edit.old)
      guard parts.count == 2 else {
        throw FixtureProblem(
          description: "\(parts.count - 1) times in cell `\(edit.cell)`: \(edit.old)")
      }
      sources[index] = SourceText(name: cells[index].title, text: parts.joined(separator: edit.new))
    }
    return sources
  }

  private func run(_ cell: Cell, _ source: SourceText) -> CellOutcome {
    session.run(source, as: CellIdentity(label: cell.label, ordinal: cell.ordinal))
  }
}

extension CellOutcome {
  fileprivate var claims: [ClaimOutcome] {
    output.compactMap { item in
      if case .claim(let claim) = item { return claim }
      return nil
    }
  }
}
