import Diagnostics
import Interpreter
import System

extension Session {
  /// Runs a cell within its own limit of time; beyond it the error is `timeout`.
  ///
  /// - Parameter startTimer: sets the flag after a time; what it gives ends that, and tells if the
  ///   flag was set.
  public func run(
    _ cell: Cell, startTimer: (Double, InterruptFlag) -> () -> Bool,
    onOutput: ((OutputItem) -> Void)? = nil
  ) -> CellOutcome {
    let identity = CellIdentity(label: cell.label, ordinal: cell.ordinal)
    guard let limit = cell.options.timeout else {
      return run(cell.source, as: identity, onOutput: onOutput)
    }
    let end = startTimer(limit, interrupt)
    var outcome = run(cell.source, as: identity, onOutput: onOutput)
    guard end() else { return outcome }
    // What fired as the cell ended must not stop the next one.
    interrupt.clear()
    if outcome.error?.code == .interrupt {
      outcome.error = outcome.error?.timedOut("the cell", after: limit)
    }
    return outcome
  }

  /// The text of a checked value, or why there is none that can stand in prose.
  public func text(of value: CheckedValue) -> Result<String, Diagnostic> {
    evaluate(value.source).flatMap { result in
      let text = display(result)
      guard let problem = value.problem(of: text) else { return .success(text) }
      return .failure(Diagnostic(.value, problem, source: value.source))
    }
  }
}

extension CheckedValue {
  /// The expression as a program: the language's own interpolation splits off the format.
  var source: SourceText {
    SourceText(name: ReplayReport.Finding.valueTitle, text: "\"{\(expression)}\"")
  }

  /// Why a text can't stand in prose.
  fileprivate func problem(of text: String) -> String? {
    if text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
      return "a checked value must be one line of text"
    }
    if text.contains("<!--") || text.contains("-->") {
      return "a checked value can't contain the marks of a comment"
    }
    if isInTable, text.contains("|") { return "a checked value in a table can't contain `|`" }
    return nil
  }
}

extension Diagnostic {
  /// An interrupt as the error of what ran for too long.
  public func timedOut(_ what: String, after limit: Double) -> Diagnostic {
    var error = self
    error.code = .timeout
    error.message = "\(what) ran longer than \(secondsText(limit))"
    return error
  }
}

/// A duration as an option gives it: `1 second`, `0.5 seconds`.
public func secondsText(_ seconds: Double) -> String {
  display(.number(seconds)) + (seconds == 1 ? " second" : " seconds")
}

extension Cell {
  /// What is wrong with a cell marked `error` that ends well.
  public static let doesNotFail = "this cell is marked `error` and does not fail"

  /// The line and column of the file where an error of the cell stands, or the call that led to it.
  public func place(of error: Diagnostic) -> (line: Int, column: Int)? {
    let own = error.source === source ? error.labels.first?.span : nil
    guard let found = own ?? error.trace.first(where: { $0.source === source })?.span else {
      return nil
    }
    let offset = min(max(Int(found.lower), 0), source.utf8.count)
    let (line, column) = source.position(of: offset)
    return (self.line + line, column + block.indent.unicodeScalars.count)
  }
}
