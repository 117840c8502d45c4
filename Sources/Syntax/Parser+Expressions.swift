import Diagnostics

extension Parser {
  /// An expression of any kind.
  mutating func expression() throws(GivenUp) -> Expression {
    try binary(minimum: .lowest)
  }

  /// An operand and the infix operators after it that bind at least as tightly as `minimum`.
  mutating func binary(minimum: Precedence) throws(GivenUp) -> Expression {
    let outerHeight = height
    height = 0
    defer { height = max(outerHeight, height) }
    return try nested { parser throws(GivenUp) in
      let left = try parser.prefix(minimum: minimum)
      return try parser.infixes(after: left, minimum: minimum)
    }
  }

  mutating func infixes(
    after first: Expression, minimum: Precedence
  ) throws(GivenUp) -> Expression {
    var left = first
    while let (precedence, role) = infix(), precedence >= minimum {
      let span = advance().span
      try build()
      switch role {
      case .pipe:
        let right = try binary(minimum: precedence.tighter)
        left = Expression(.pipe(left, span, right), left.span.union(right.span))
      case .range:
        left = try range(from: left)
      case .comparison(let operation):
        left = try comparison(from: left, operation, span)
      case .logical(let operation):
        let right = try binary(minimum: precedence.tighter)
        left = Expression(.logical(operation, span, left, right), left.span.union(right.span))
      case .binary(let operation):
        // The power is right-associative; its right operand may carry a sign.
        let right = try binary(minimum: precedence == .power ? .power : precedence.tighter)
        left = Expression(.binary(operation, span, left, right), left.span.union(right.span))
      }
    }
    return left
  }

  /// The infix operator here: on this line, or `|>` at the start of the next.
  private mutating func infix() -> (precedence: Precedence, role: InfixRole)? {
    let kind = kind
    guard kind == .pipe || following != .newline else { return nil }
    if kind == .not, self.kind(after: 1) == .in { return reportNotIn() }
    return Syntax.infixes[kind]
  }

  private mutating func reportNotIn() -> (precedence: Precedence, role: InfixRole)? {
    let span = token.span.union(tokens[position + 1].span)
    report("`not in` is written with `not` before the comparison", span, hint: "not (x in xs)")
    advance()
    return Syntax.infixes[.in]
  }

  private mutating func comparison(
    from first: Expression, _ operation: ComparisonOperator, _ span: Span
  ) throws(GivenUp) -> Expression {
    var operands = [first, try binary(minimum: .range)]
    var operators = [(symbol: operation, span: span)]
    while let (_, role) = infix(), case .comparison(let next) = role {
      operators.append((next, advance().span))
      operands.append(try binary(minimum: .range))
    }
    let whole = first.span.union(operands[operands.count - 1].span)
    return Expression(.comparison(operands, operators), whole)
  }

  private mutating func range(from lower: Expression) throws(GivenUp) -> Expression {
    let upper = try binary(minimum: .sum)
    var whole = lower.span.union(upper.span)
    var step: Expression?
    if following == .name, text(token) == "by" {
      advance()
      let by = try binary(minimum: .sum)
      whole = whole.union(by.span)
      step = by
    }
    if following == .range {
      throw fail("ranges do not chain", token.span, hint: "0..10 by 2")
    }
    return Expression(.range(lower, upper, by: step), whole)
  }

  private mutating func prefix(minimum: Precedence) throws(GivenUp) -> Expression {
    switch kind {
    case .minus:
      let span = advance().span
      let operand = try binary(minimum: .power)
      try build()
      return Expression(.unary(.minus, span, operand), span.union(operand.span))
    case .not:
      let span = advance().span
      let operand = try binary(minimum: .not)
      try build()
      let whole = span.union(operand.span)
      if minimum > .not {
        report(
          "`not` binds more loosely than the operator before it", span,
          hint: source.line(editedBy: [(whole, "(\(source.text(in: whole)))")]))
      }
      return Expression(.unary(.not, span, operand), whole)
    default:
      return try postfix(after: try primary())
    }
  }

  // MARK: Calls, indices and fields

  private mutating func postfix(after first: Expression) throws(GivenUp) -> Expression {
    var base = first
    while true {
      switch following {
      case .leftParenthesis:
        try build()
        let (arguments, span) = try inside(.rightParenthesis, "`,` or `)`") {
          parser throws(GivenUp) in try parser.arguments()
        }
        base = Expression(.call(base, arguments, span), base.span.union(span))
      case .leftBracket:
        try build()
        let (subscripts, span) = try inside(.rightBracket, "`,` or `]`") {
          parser throws(GivenUp) in
          try parser.list(until: .rightBracket) { parser throws(GivenUp) in
            try parser.subscriptEntry()
          }.elements
        }
        if subscripts.isEmpty { report("an index needs something in its brackets", span) }
        base = Expression(.index(base, subscripts, span), base.span.union(span))
      case .dot:
        try build()
        advance()
        let name = try fieldName()
        base = Expression(.field(base, name), base.span.union(name.span))
      default: return base
      }
    }
  }

  private mutating func fieldName() throws(GivenUp) -> Identifier {
    if following == .number {
      throw fail(
        "a field has a name; elements are taken by an index", token.span,
        hint: "[\(text(token))]")
    }
    return try identifier()
  }

  private mutating func arguments() throws(GivenUp) -> [Argument] {
    var named: [String: Span] = [:]
    return try list(until: .rightParenthesis) { parser throws(GivenUp) in
      if parser.kind == .name, parser.kind(after: 1) == .bind {
        let name = try parser.identifier()
        if let earlier = named.updateValue(name.span, forKey: name.name) {
          parser.report(
            "the argument `\(name.name)` is given twice", name.span, also: [.init(earlier)])
        }
        parser.advance()
        return .named(name, try parser.expression())
      }
      if parser.kind == .spread {
        throw parser.fail("a call takes no spread", parser.token.span)
      }
      let value = try parser.expression()
      if let earlier = named.values.first {
        parser.report(
          "an argument by position stands before those by name", value.span,
          also: [.init(earlier, "by name")])
      }
      return .positional(value)
    }.elements
  }

  /// `i`, `a:b`, `a:b:c` with each part optional.
  private mutating func subscriptEntry() throws(GivenUp) -> Subscript {
    let start = Int(token.span.lower)
    var parts: [Expression?] = []
    var colons = 0
    while true {
      let isPart = kind != .colon && kind != .comma && kind != .rightBracket
      parts.append(isPart ? try expression() : nil)
      guard kind == .colon, colons < 2 else { break }
      colons += 1
      advance()
    }
    if colons == 0 {
      guard let only = parts[0] else { throw unexpected("an index") }
      return .expression(only)
    }
    return .slice(
      parts[0], parts[1], parts.count > 2 ? parts[2] : nil, Span(start, max(start, lastEnd)))
  }
}
