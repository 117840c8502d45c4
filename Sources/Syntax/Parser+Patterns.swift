import Diagnostics

extension Parser {
  /// A name, `(a, b)` or `{loss, acc: a}`; a name may stand in it once.
  mutating func pattern() throws(GivenUp) -> Pattern {
    var names: [String: Span] = [:]
    return try pattern(&names)
  }

  private mutating func pattern(_ names: inout [String: Span]) throws(GivenUp) -> Pattern {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Limits.nesting else {
      isOver = true
      throw fail("this is nested deeper than \(Limits.nesting) levels", token.span)
    }
    switch kind {
    case .leftParenthesis: return try tuplePattern(&names)
    case .leftBrace: return try recordPattern(&names)
    case .name:
      let name = takeIdentifier()
      note(name, in: &names)
      return Pattern(.name(name), name.span)
    case .leftBracket:
      throw fail("a pattern stands in parentheses or braces", token.span, hint: "(a, b) = pair")
    default:
      throw unexpected("a name")
    }
  }

  private mutating func note(_ name: Identifier, in names: inout [String: Span]) {
    guard name.name != "_" else { return }
    if let earlier = names.updateValue(name.span, forKey: name.name) {
      report("`\(name.name)` stands twice", name.span, also: [.init(earlier, "first here")])
    }
  }

  private mutating func tuplePattern(
    _ names: inout [String: Span]
  ) throws(GivenUp) -> Pattern {
    var known = names
    let ((elements, endsInComma), span) = try inside(.rightParenthesis, "`,` or `)`") {
      parser throws(GivenUp) in
      try parser.list(until: .rightParenthesis) { parser throws(GivenUp) in
        try parser.pattern(&known)
      }
    }
    names = known
    if elements.count == 1, !endsInComma { return Pattern(elements[0].kind, span) }
    return Pattern(.tuple(elements), span)
  }

  private mutating func recordPattern(
    _ names: inout [String: Span]
  ) throws(GivenUp) -> Pattern {
    var known = names
    let (fields, span) = try inside(.rightBrace, "`,` or `}`") { parser throws(GivenUp) in
      try parser.list(until: .rightBrace) { parser throws(GivenUp) in
        let field = try parser.identifier()
        if parser.kind == .colon {
          parser.advance()
          return (field: field, pattern: try parser.pattern(&known))
        }
        parser.note(field, in: &known)
        return (field: field, pattern: Pattern(.name(field), field.span))
      }.elements
    }
    names = known
    return Pattern(.record(fields), span)
  }

  /// `(x, y=1, (a, b))`, from its `(`.
  mutating func parameters() throws(GivenUp) -> [Parameter] {
    var names: [String: Span] = [:]
    var firstDefault: Span?
    return try inside(.rightParenthesis, "`,` or `)`") { parser throws(GivenUp) in
      try parser.list(until: .rightParenthesis) { parser throws(GivenUp) in
        if parser.kind == .star || parser.kind == .spread {
          throw parser.fail("a function takes a fixed list of parameters", parser.token.span)
        }
        let pattern = try parser.pattern(&names)
        guard parser.kind == .bind else {
          if let firstDefault {
            parser.report(
              "a parameter without a default stands before those with one", pattern.span,
              also: [.init(firstDefault, "has a default")])
          }
          return Parameter(pattern: pattern, defaultValue: nil)
        }
        if case .name = pattern.kind {
        } else {
          parser.report("only a plain name has a default", pattern.span)
        }
        firstDefault = firstDefault ?? pattern.span
        parser.advance()
        return Parameter(pattern: pattern, defaultValue: try parser.expression())
      }.elements
    }.0
  }
}
