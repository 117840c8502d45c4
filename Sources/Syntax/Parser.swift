import Diagnostics

/// What parsing gives: a tree, or the errors found.
public enum ParseResult: Sendable {
  /// The text is a program.
  case program(Program)
  /// The text is a program so far; more lines could complete it (an open bracket, block or string,
  /// or a binary operator at the end). For the prompt; elsewhere an error.
  case incomplete([Diagnostic])
  /// The text is no program; at least one error, in order of place.
  case failed([Diagnostic])
}

/// Parses a text.
///
/// - Parameter isInteractive: at the prompt, an entry that starts with `|>` continues from `ans`.
public func parse(_ source: SourceText, isInteractive: Bool = false) -> ParseResult {
  preconditionFailure("written by the syntax step")
}
