import Diagnostics
import Syntax

/// A finding with its place in a file.
public struct PlacedFinding: Sendable {
  /// The 1-based line.
  public var line: Int
  /// The 1-based column.
  public var column: Int
  /// What was found.
  public var finding: LintFinding

  /// Makes one of its parts.
  public init(line: Int, column: Int, finding: LintFinding) {
    self.line = line
    self.column = column
    self.finding = finding
  }
}

extension Document {
  /// Looks through the cells and checked values of a notebook, which share their names. Copied cells
  /// and cells that must fail are read and not reported; what is no program is told beside.
  ///
  /// - Parameter blank: a linter that has seen nothing.
  public func linting(
    by blank: Linter
  ) -> (findings: [PlacedFinding], problems: [(cell: Cell, problem: Diagnostic)]) {
    var linter = blank
    var problems: [(cell: Cell, problem: Diagnostic)] = []
    for part in parts {
      switch part {
      case .cell(let cell):
        let isOwn = cell.options.from == nil && !cell.options.isError && !cell.options.isSkipped
        let result = parse(cell.source)
        if case .program(let program) = result {
          linter.check(program, reports: isOwn, needsLabel: isOwn && cell.label == nil)
        } else if isOwn, let error = result.error {
          problems.append((cell, error))
        }
      case .value(let value):
        if case .program(let program) = parse(value.source) {
          let place = Span(value.place.lowerBound, value.place.upperBound)
          linter.checkValue(program, at: place, in: source)
        }
      case .orphan: break
      }
    }
    linter.finish()
    return (
      linter.findings.map(placed).sorted { ($0.line, $0.column) < ($1.line, $1.column) }, problems
    )
  }

  private func placed(_ finding: LintFinding) -> PlacedFinding {
    let place = finding.source.position(of: Int(finding.span.lower))
    guard let cell = cells.first(where: { $0.source === finding.source }) else {
      return PlacedFinding(line: place.line, column: place.column, finding: finding)
    }
    return PlacedFinding(
      line: cell.line + place.line, column: place.column + cell.block.indent.unicodeScalars.count,
      finding: finding)
  }
}
