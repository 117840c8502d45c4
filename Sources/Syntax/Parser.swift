import Diagnostics

/// What parsing gives: a tree, or the errors found.
public enum ParseResult: Sendable {
  /// The text is a program.
  case program(Program)
  /// The text is a program so far; more lines could complete it (an open bracket or block, or a
  /// binary operator at the end). For the prompt; elsewhere an error, which is given.
  case incomplete([Diagnostic])
  /// The text is no program; at least one error, in order of place.
  case failed([Diagnostic])
}

extension ParseResult {
  /// The errors as one: the first, which holds the others. Nil for a program.
  public var error: Diagnostic? {
    switch self {
    case .program: return nil
    case .incomplete(let errors), .failed(let errors):
      guard var first = errors.first else { return nil }
      first.others = Array(errors.dropFirst())
      return first
    }
  }
}

/// Parses a text.
///
/// - Parameter isInteractive: at the prompt, an entry that starts with `|>` continues from `ans`.
public func parse(_ source: SourceText, isInteractive: Bool = false) -> ParseResult {
  guard source.utf8.count <= Limits.bytes else {
    let size = "\(source.utf8.count) bytes, and a program is at most \(Limits.bytes)"
    return .failed([Diagnostic(.syntax, "the text has \(size)", source: source)])
  }
  var lexer = Lexer(source)
  lexer.run()
  var parser = Parser(source, lexer, isInteractive: isInteractive)
  let statements = parser.parseProgram()
  let habits = errors(for: parser.habits, in: source)
  // Where the lexer stumbled, what the parser says of the same line is noise.
  let stumbles = Set(lexer.diagnostics.map { source.line(of: $0.lower) })
  let others = parser.diagnostics.filter { !stumbles.contains(source.line(of: $0.lower)) }
  let errors = (lexer.diagnostics + habits + others).sorted { $0.lower < $1.lower }
  if errors.isEmpty {
    return .program(Program(source: source, statements: statements, isQuiet: parser.isQuiet))
  }
  let isIncomplete = parser.isIncomplete && lexer.diagnostics.isEmpty && habits.isEmpty
  let first = Array(errors.prefix(Limits.errors))
  return isIncomplete ? .incomplete(first) : .failed(first)
}

extension Diagnostic {
  fileprivate var lower: Int { labels.first.map { Int($0.span.lower) } ?? 0 }
}

/// Thrown once an error is recorded: the statement is given up and parsing goes on after it.
struct GivenUp: Error {}

/// A recursive-descent parser with one table of precedences. Newlines are a property of tokens:
/// whether they end a statement depends on the innermost bracket.
struct Parser {
  let source: SourceText
  let tokens: [Token]
  let comments: [Token]
  let isInteractive: Bool
  var position = 0
  var diagnostics: [Diagnostic] = []
  var habits: [Habit]
  var isIncomplete = false
  var isQuiet = false
  /// Set when nothing sensible can follow, as past the nesting limit.
  var isOver = false

  /// True inside brackets, where a line goes on.
  var ignoresNewlines = false
  /// True in the head of `if`, `for` and `while`, where `{` opens the block.
  var isInHead = false
  /// Brackets, blocks and strings open round the current token, by token index.
  var openers: [Int] = []
  var depth = 0
  /// Height of the highest tree made since the innermost expression began.
  var height = 0
  var loops = 0
  var functions = 0

  init(_ source: SourceText, _ lexer: Lexer, isInteractive: Bool) {
    self.source = source
    tokens = lexer.tokens
    comments = lexer.comments
    habits = lexer.habits
    self.isInteractive = isInteractive
  }

  // MARK: Tokens

  var token: Token { tokens[position] }

  /// The kind of the next token, for places where one is needed whatever the line.
  var kind: Token.Kind { tokens[position].kind }

  /// The kind of the next token, or `.newline` where a line's end is an end.
  var following: Token.Kind {
    let token = tokens[position]
    return token.isFirstOnLine && !ignoresNewlines && token.kind != .end ? .newline : token.kind
  }

  func kind(after offset: Int) -> Token.Kind {
    position + offset < tokens.count ? tokens[position + offset].kind : .end
  }

  /// The end of the last token taken.
  var lastEnd: Int { position > 0 ? Int(tokens[position - 1].span.upper) : 0 }

  func text(_ token: Token) -> String { source.text(in: token.span) }

  @discardableResult
  mutating func advance() -> Token {
    let token = tokens[position]
    if token.kind != .end { position += 1 }
    return token
  }

  mutating func take(_ kind: Token.Kind) -> Bool {
    guard following == kind else { return false }
    advance()
    return true
  }

  // MARK: Errors

  mutating func report(
    _ message: String, _ span: Span, label: String = "", also: [Diagnostic.Label] = [],
    hint: String? = nil
  ) {
    diagnostics.append(
      Diagnostic(
        .syntax, message, source: source, labels: [.init(span, label)] + also, hint: hint))
    if diagnostics.count >= 4 * Limits.errors { isOver = true }
  }

  mutating func fail(
    _ message: String, _ span: Span, label: String = "", also: [Diagnostic.Label] = [],
    hint: String? = nil
  ) -> GivenUp {
    report(message, span, label: label, also: also, hint: hint)
    return GivenUp()
  }

  /// The error for a token that can't stand here. At the end of an unfinished text it makes the
  /// entry incomplete; inside an open bracket it points at the bracket.
  mutating func unexpected(_ expected: String, onAnyLine: Bool = false) -> GivenUp {
    if kind == .invalid { return GivenUp() }
    if let habit = habitError() { return habit }
    let isAtEnd = kind == .end
    if isAtEnd, diagnostics.isEmpty {
      isIncomplete = !openers.isEmpty || position > 0 && tokens[position - 1].kind.leavesLineOpen
    }
    // Inside a block an error is one of its statement; the block itself is open till the end.
    if let opener = openers.last.map({ tokens[$0] }), opener.partner < 0,
      isAtEnd || ignoresNewlines
    {
      return fail(
        "`\(text(opener))` is never closed", opener.span, label: "opened here",
        also: isAtEnd ? [] : [.init(token.span, "expected \(expected) before this")])
    }
    if kind.isKeyword, expected == "a name" || kind(after: 1) == .bind {
      return fail("`\(kind.rawValue)` is a word of the language and can't be a name", token.span)
    }
    if isAtEnd || following == .newline && !onAnyLine {
      let end = max(lastEnd, 0)
      return fail(
        "expected \(expected), but the \(isAtEnd ? "text" : "line") ends", Span(end, end))
    }
    return fail("expected \(expected), not \(described(token))", token.span)
  }

  func described(_ token: Token) -> String {
    switch token.kind {
    case .name, .number:
      let text = text(token)
      return text.utf8.count <= 40 ? "`\(text)`" : token.kind.words
    default: return token.kind.words
    }
  }

  // MARK: Brackets

  /// Takes the opener at the current token, runs `body` inside, and takes the closer.
  mutating func inside<T>(
    _ closer: Token.Kind, _ expected: String,
    _ body: (inout Parser) throws(GivenUp) -> T
  ) throws(GivenUp) -> (T, Span) {
    let saved = (ignoresNewlines, isInHead)
    openers.append(position)
    let start = Int(advance().span.lower)
    (ignoresNewlines, isInHead) = (true, false)
    let result = try body(&self)
    guard kind == closer else { throw unexpected(expected) }
    advance()
    openers.removeLast()
    (ignoresNewlines, isInHead) = saved
    return (result, Span(start, lastEnd))
  }

  /// Elements with commas between, perhaps one at the end, up to the closer.
  mutating func list<T>(
    until closer: Token.Kind, _ element: (inout Parser) throws(GivenUp) -> T
  ) throws(GivenUp) -> (elements: [T], endsInComma: Bool) {
    var elements: [T] = []
    var endsInComma = false
    while kind != closer, kind != .end {
      elements.append(try element(&self))
      endsInComma = kind == .comma
      guard endsInComma else { break }
      advance()
    }
    return (elements, endsInComma)
  }

  /// Guards one level of recursion.
  mutating func nested<T>(
    _ body: (inout Parser) throws(GivenUp) -> T
  ) throws(GivenUp) -> T {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Limits.nesting else {
      throw tooDeep("nested deeper than \(Limits.nesting) levels")
    }
    return try body(&self)
  }

  /// Counts a node built upon what was parsed since the innermost expression began.
  mutating func build() throws(GivenUp) {
    height += 1
    if height > Limits.height {
      throw tooDeep("an expression of more than \(Limits.height) steps in a row")
    }
  }

  private mutating func tooDeep(_ what: String) -> GivenUp {
    isOver = true
    return fail(
      "this is \(what)", token.span, hint: "name a part of it on a line of its own")
  }

  mutating func identifier() throws(GivenUp) -> Identifier {
    guard following == .name else { throw unexpected("a name") }
    return takeIdentifier()
  }

  /// The name here, wherever its line begins.
  mutating func takeIdentifier() -> Identifier {
    let token = advance()
    return Identifier(name(of: token), token.span)
  }

  func name(of token: Token) -> String {
    let bytes = source.utf8[Int(token.span.lower)..<Int(token.span.upper)]
    return canonicallyComposed(String(decoding: bytes, as: UTF8.self))
  }
}

extension Token.Kind {
  /// True for a token after which the line goes on.
  var leavesLineOpen: Bool {
    switch self {
    case .bind, .arrow, .not: true
    default: infixes[self] != nil || updateOperators[self] != nil
    }
  }
}
