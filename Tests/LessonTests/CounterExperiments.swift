import Foundation
import TestSupport

/// A change of a lesson's code that makes what one claim states untrue.
struct CounterExperiment {
  /// The claim's sentence.
  var claim: String
  var edits: [Edit] = []

  /// A change of one cell.
  struct Edit {
    /// The cell's label.
    var cell: String
    /// Text that stands in the cell once.
    var old: String
    /// What stands there instead.
    var new: String
  }
}

/// The counter-experiments of a lesson, from `Fixtures/lessons/NAME.txt`: paragraphs of a line
/// `claim TEXT` and, for each change, a line `in LABEL`, lines `- old` and lines `+ new`.
func counterExperiments(of lesson: String) throws -> [CounterExperiment] {
  var all: [CounterExperiment] = []
  for line in try fixtureText("lessons/\(lesson).txt").components(separatedBy: "\n") {
    let (word, rest) = (line.prefix { $0 != " " }, String(line.drop { $0 != " " }.dropFirst()))
    switch word {
    case "", "#": continue
    case "claim": all.append(CounterExperiment(claim: rest))
    case "in": all.change { $0.edits.append(.init(cell: rest, old: "", new: "")) }
    case "-": all.change { $0.edits.change { $0.old.addLine(rest) } }
    case "+": all.change { $0.edits.change { $0.new.addLine(rest) } }
    default: throw FixtureProblem(description: "\(lesson).txt: \(line)")
    }
  }
  return all
}

/// A line of a fixture that is none.
struct FixtureProblem: Error, CustomStringConvertible {
  var description: String
}

extension Array {
  fileprivate mutating func change(_ body: (inout Element) -> Void) {
    if !isEmpty { body(&self[count - 1]) }
  }
}

extension String {
  fileprivate mutating func addLine(_ line: String) { self += isEmpty ? line : "\n" + line }
}
