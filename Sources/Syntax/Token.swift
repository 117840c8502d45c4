import Diagnostics

/// A word, mark or piece of a string, with its place.
public struct Token: Sendable {
  /// What it is; fixed spellings are the raw values.
  public var kind: Kind
  /// True when it is the first token of its line.
  public var isFirstOnLine: Bool
  /// For a bracket the index of the one that closes or opens it, else -1.
  var partner: Int32 = -1
  /// Where it stands.
  public var span: Span

  /// The kinds of token. A string is `stringStart`, then texts and interpolations, then `stringEnd`.
  public enum Kind: String, CaseIterable, Sendable {
    case end = "the end of the text"
    case invalid = "a character that has no meaning"
    case name = "a name"
    case number = "a number"
    case stringStart = "a string"
    case stringText = "text"
    case interpolationStart = "an interpolation"
    case format = "a format"
    case interpolationEnd = "the end of an interpolation"
    case stringEnd = "the end of a string"
    case comment = "a comment"
    case documentation = "a doc comment"
    /// Never in a list of tokens: what the parser sees where a line ends a statement.
    case newline = "the end of the line"

    case fn, `if`, `else`, `for`, `in`, `while`, `break`, `continue`, `return`
    case `true`, `false`, nothing, inf, nan, and, or, not

    case leftParenthesis = "("
    case rightParenthesis = ")"
    case leftBracket = "["
    case rightBracket = "]"
    case leftBrace = "{"
    case rightBrace = "}"
    case comma = ","
    case semicolon = ";"
    case colon = ":"
    case dot = "."
    case range = ".."
    case spread = "..."
    case arrow = "->"
    case pipe = "|>"
    case bind = "="
    case plus = "+"
    case minus = "-"
    case star = "*"
    case slash = "/"
    case doubleSlash = "//"
    case percent = "%"
    case at = "@"
    case caret = "^"
    case plusBind = "+="
    case minusBind = "-="
    case starBind = "*="
    case slashBind = "/="
    case doubleSlashBind = "//="
    case percentBind = "%="
    case atBind = "@="
    case caretBind = "^="
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
  }
}

extension Token.Kind {
  static let keywords: [String: Token.Kind] = {
    let all: [Token.Kind] = [
      .fn, .if, .else, .for, .in, .while, .break, .continue, .return,
      .true, .false, .nothing, .inf, .nan, .and, .or, .not,
    ]
    return Dictionary(uniqueKeysWithValues: all.map { ($0.rawValue, $0) })
  }()

  /// True for the words of the language; they can't be names.
  public var isKeyword: Bool { Self.keywords[rawValue] != nil }

  /// How a message names it: a fixed spelling stands in backquotes.
  var words: String {
    switch self {
    case .end, .invalid, .name, .number, .stringStart, .stringText, .interpolationStart, .format,
      .interpolationEnd, .stringEnd, .comment, .documentation, .newline:
      rawValue
    default: "`\(rawValue)`"
    }
  }
}

/// The tokens of a text, comments included, in order; never fails. For highlighting, completion
/// and formatting.
public func tokens(of source: SourceText) -> [Token] {
  var lexer = Lexer(source)
  lexer.run()
  var all: [Token] = []
  all.reserveCapacity(lexer.tokens.count + lexer.comments.count)
  var comments = lexer.comments[...]
  for token in lexer.tokens {
    while let comment = comments.first, comment.span.lower < token.span.lower {
      all.append(comments.removeFirst())
    }
    all.append(token)
  }
  // The end token comes last even when the text ends in a comment.
  if let last = all.popLast() { all += comments + [last] }
  return all.map { token in
    var token = token
    token.partner = -1
    return token
  }
}
