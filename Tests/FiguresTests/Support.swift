import Diagnostics
import Figures
import Interpreter
import Synchronization
import System

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

/// Files that are kept in memory.
final class MemoryFiles: Files {
  private let all = Mutex<[String: [UInt8]]>([:])

  func read(_ path: String) throws(FileProblem) -> [UInt8] {
    guard let bytes = all.withLock({ $0[path] }) else { throw FileProblem(.read, path, .missing) }
    return bytes
  }

  func write(_ path: String, _ bytes: [UInt8]) throws(FileProblem) {
    all.withLock { $0[path] = bytes }
  }
}
