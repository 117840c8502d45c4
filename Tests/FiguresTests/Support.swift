import Diagnostics
import Figures
import Interpreter
import TestSupport

/// Runs code in a session with figures.
func run(_ code: String, files: any Files = NoFiles(), drawing: DrawingSpace? = nil) -> CellOutcome
{
  var options = SessionOptions()
  options.builtins = figureBuiltins
  options.files = files
  options.drawing = drawing
  return Session(options).run(SourceText(name: "test", text: code))
}

/// What the last expression shows, or the error.
func shown(_ code: String) -> String {
  let outcome = run(code)
  if let error = outcome.error { return "\(error.code.rawValue): \(error.message)" }
  for case .value(_, let text) in outcome.output { return text }
  return ""
}

/// The figure that code gives.
func figure(_ code: String) throws -> Figure {
  let outcome = run(code)
  if let error = outcome.error { throw error }
  for case .value(let value, _) in outcome.output {
    if let figure = value.asOpaque(Figure.self) { return figure }
  }
  throw Diagnostic(.type, "this gives no figure")
}

/// Programs of `Tests/Fixtures/figures`, each giving a figure.
let programs = fixtureNames(in: "figures", ending: ".et").map { String($0.dropLast(3)) }

func program(_ name: String) throws -> String { try fixtureText("figures/\(name).et") }
