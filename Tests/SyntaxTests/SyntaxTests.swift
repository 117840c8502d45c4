import Diagnostics
import Syntax
import Testing

/// Parses a text that must be a program.
func program(_ text: String, isInteractive: Bool = false) throws -> Program {
  let result = parse(SourceText(name: "test", text: text), isInteractive: isInteractive)
  guard case .program(let program) = result else {
    throw Failure(text: text, messages: messages(result))
  }
  return program
}

/// What a test throws when a text does not parse.
struct Failure: Error, CustomStringConvertible {
  var text: String
  var messages: [String]
  var description: String { "\(text)\n\(messages.joined(separator: "\n"))" }
}

/// The errors of a result.
func messages(_ result: ParseResult) -> [String] {
  switch result {
  case .program: []
  case .incomplete(let errors), .failed(let errors): errors.map(\.message)
  }
}

@Suite struct PrecedenceTests {
  /// Each text with its one spelling, which shows how it was read.
  @Test(arguments: [
    ("-p ^ 2", "-p ^ 2.0"),
    ("(-p) ^ 2", "(-p) ^ 2.0"),
    ("2 ^ -1", "2.0 ^ -1.0"),
    ("a ^ b ^ c", "a ^ b ^ c"),
    ("(a ^ b) ^ c", "(a ^ b) ^ c"),
    ("a - (b - c)", "a - (b - c)"),
    ("((a - b)) - c", "a - b - c"),
    ("not a == b", "not a == b"),
    ("(not a) == b", "(not a) == b"),
    ("a or b and c", "a or b and c"),
    ("(a or b) and c", "(a or b) and c"),
    ("0..n - 1 by 2", "0.0 .. n - 1.0 by 2.0"),
    ("x |> f |> g(1)", "x |> f |> g(1.0)"),
    ("x -> y -> x + y |> f", "(x) -> (y) -> x + y |> f"),
    ("(x -> x) |> f", "((x) -> x) |> f"),
    ("a < b <= c", "a < b <= c"),
    ("(a < b) <= c", "(a < b) <= c"),
  ])
  func reads(text: String, spelling: String) throws {
    let first = try program(text)
    #expect(normalised(first) == spelling)
    #expect(normalised(try program(spelling)) == spelling)
  }
}
