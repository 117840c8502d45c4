import Diagnostics

/// Something in a program that is allowed and probably not meant.
public struct LintFinding: Sendable {
  /// What kind of thing: a word that a `# lint:` comment can name.
  public var code: Code
  /// One sentence, no full stop.
  public var message: String
  /// What to write instead.
  public var hint: String?
  /// The text it is in.
  public var source: SourceText
  /// Where it stands.
  public var span: Span

  /// The kinds of finding.
  public enum Code: String, CaseIterable, Sendable {
    /// A variable or function whose value nothing reads.
    case unused
    /// A name of the library or of an enclosing function that is bound again.
    case shadowed
    /// A claim, or a checked value, that no computation stands behind.
    case constant
    /// A cell that draws random numbers and has no label to pin them.
    case unlabelled
    /// A value that is computed, not shown and not bound.
    case discarded
    /// A statement that no run reaches.
    case unreachable
  }
}

/// Looks through the programs of one file: a script is one, the cells and checked values of a
/// notebook are several that share their top-level names.
public struct Linter {
  /// What is found, in the order it was met.
  public internal(set) var findings: [LintFinding] = []
  /// Names of the library.
  let library: Set<String>
  /// Those whose call draws random numbers.
  var drawing: Set<String>
  /// Those whose call brings something in from outside the program.
  let reading: Set<String>
  var topLevel: [String: TopLevelName] = [:]
  var order: [String] = []
  /// Names read before they are bound: a function may use one that a later cell binds.
  var pending: Set<String> = []
  var source: SourceText
  /// False where nothing is reported: in a copied cell, or one that is to fail.
  var reports = true
  /// Whether the program at hand draws random numbers at its top level.
  var drawsAt: Span?
  /// Whether it chooses its stream itself.
  var isSeeded = false
  /// True when some program does more than define.
  var isLibrary = true

  /// A name bound at the top level.
  struct TopLevelName {
    var span: Span
    var source: SourceText
    var isFunction: Bool
    var isRead = false
    var isReported: Bool
    /// Names bound by the same pattern: one that is read excuses the others.
    var companions: [String] = []
    /// Bound once, to a literal.
    var isLiteral: Bool
  }

  /// Makes a linter.
  ///
  /// - Parameters:
  ///   - library: all names of the library.
  ///   - drawing: those whose call draws random numbers.
  ///   - reading: those whose call brings something in from outside the program.
  public init(
    library: Set<String>, drawing: Set<String> = [], reading: Set<String> = []
  ) {
    self.library = library
    self.drawing = drawing
    self.reading = reading
    source = SourceText(name: "", text: "")
  }

  /// Looks through a program.
  ///
  /// - Parameter reports: false to note only what it binds and reads.
  /// - Parameter needsLabel: a cell without a label, whose draws depend on the cells above.
  public mutating func check(_ program: Program, reports: Bool = true, needsLabel: Bool = false) {
    self.reports = reports
    source = program.source
    drawsAt = nil
    isSeeded = false
    checkStatements(program.statements, isBody: true)
    checkNames(of: program)
    for statement in program.statements {
      if case .expression = statement.kind { isLibrary = false }
    }
    if needsLabel, !isSeeded, let span = drawsAt {
      find(
        .unlabelled,
        "this cell draws random numbers and has no label, so a cell added above it changes them",
        span, hint: "label=NAME on the fence pins them")
    }
  }

  /// Looks at a checked value, as the string that interpolates it: a bare literal checks nothing. An
  /// operation on literals does, as `28 * 28`.
  public mutating func checkValue(_ program: Program, at place: Span, in file: SourceText) {
    reports = true
    source = program.source
    isLibrary = false
    checkStatements(program.statements, isBody: true)
    checkNames(of: program)
    guard case .expression(let text) = program.statements.first?.kind,
      case .string(let parts) = text.kind
    else { return }
    if case .interpolation(let value, _) = parts.first, value.isLiteral {
      findings.append(
        LintFinding(
          code: .constant, message: "this checked value is a literal, so nothing is checked",
          hint: "plain text says as much", source: file, span: place))
    }
  }

  /// Reports what was bound and never read. Of a file that only defines, the names are for others.
  public mutating func finish() {
    if isLibrary { return }
    for name in order {
      guard let entry = topLevel[name], !entry.isRead, !pending.contains(name), entry.isReported,
        !name.hasPrefix("_")
      else {
        continue
      }
      if entry.companions.contains(where: { topLevel[$0]?.isRead ?? false }) { continue }
      source = entry.source
      reports = true
      find(
        .unused, "the \(entry.isFunction ? "function" : "variable") `\(name)` is never used",
        entry.span)
    }
  }

  mutating func find(
    _ code: LintFinding.Code, _ message: String, _ span: Span, hint: String? = nil
  ) {
    guard reports, !isExcused(code, span) else { return }
    findings.append(
      LintFinding(code: code, message: message, hint: hint, source: source, span: span))
  }

  /// A comment `# lint: CODE, reason` at the end of the line or on the line above excuses it.
  private func isExcused(_ code: LintFinding.Code, _ span: Span) -> Bool {
    let line = source.line(of: Int(span.lower))
    return [line, line - 1].contains { line in
      guard line >= 0 else { return false }
      let text = String(decoding: source.bytes(ofLine: line), as: UTF8.self)
      guard let at = text.range(of: "# lint: \(code.rawValue)") else { return false }
      // A reason is asked for: some word after the code.
      return text[at...].unicodeScalars.dropFirst(9 + code.rawValue.count)
        .contains { $0.properties.isAlphabetic }
    }
  }
}

extension String {
  /// Where a text begins in this one; no Foundation here.
  fileprivate func range(of text: String) -> String.Index? {
    indices.first { self[$0...].hasPrefix(text) }
  }
}
