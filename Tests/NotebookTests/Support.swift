import Diagnostics
import Interpreter
import Notebook

/// A notebook of a text.
func document(_ text: String) throws -> Document {
  try Document(name: "test.nb", bytes: Array(text.utf8))
}

/// What is wrong with a malformed notebook; nil if it can be read.
func malformation(_ text: String) -> Diagnostic? {
  malformation(Array(text.utf8))
}

/// What is wrong with a malformed notebook; nil if it can be read.
func malformation(_ bytes: [UInt8]) -> Diagnostic? {
  do throws(Diagnostic) {
    _ = try Document(name: "test.nb", bytes: bytes)
    return nil
  } catch {
    return error
  }
}

/// The text after accepting what a replay computes.
func accepted(_ text: String, in environment: ReplayEnvironment? = nil) throws -> String {
  let document = try document(text)
  var environment = environment ?? ReplayEnvironment()
  environment.isAccepting = true
  let report = replay(document, in: environment)
  return String(decoding: document.applying(report.edits), as: UTF8.self)
}

/// What a replay finds, one line each: `line: title: message`.
func findings(_ text: String, in environment: ReplayEnvironment? = nil) throws -> [String] {
  replay(try document(text), in: environment ?? ReplayEnvironment()).findings
    .map { "\($0.line): \($0.title): \($0.message)" }
}

/// Cells with code, with blocks of their own.
func cells(_ codes: String...) -> String {
  codes.map { "```etude\n\($0)\n```\n" }.joined(separator: "\n")
}
