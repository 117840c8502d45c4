import Diagnostics

extension Parser {
  mutating func parseProgram() -> [Statement] {
    if isInteractive, kind == .pipe { return parseContinuation() }
    var all: [Statement] = []
    while kind != .end, !isOver {
      all += parseStatements(atTopLevel: true)
      if kind != .end, !isOver {
        // A closer with nothing open; what stands after it is read as a new statement.
        report("`}` closes nothing", token.span)
        advance()
      }
    }
    return all
  }

  /// At the prompt `|> f` continues from `ans`.
  private mutating func parseContinuation() -> [Statement] {
    // Empty, right before the `|>`.
    let ans = Expression(.name("ans"), Span(Int(token.span.lower), Int(token.span.lower)))
    do throws(GivenUp) {
      let value = try infixes(after: ans, minimum: .pipe)
      guard isAtEndOfStatement else { throw unexpected("a new line or `;`") }
      isQuiet = take(.semicolon)
      return [Statement(.expression(value), Span(0, lastEnd))] + parseStatements(atTopLevel: true)
    } catch {
      return []
    }
  }

  /// Statements up to a `}` or the end. A failed one is dropped and the next line tried.
  mutating func parseStatements(atTopLevel: Bool) -> [Statement] {
    var statements: [Statement] = []
    let outerHeight = height
    var highest = 0
    defer { height = max(outerHeight, highest) }
    while !isOver {
      if kind == .semicolon {
        advance()
        continue
      }
      if kind == .end || kind == .rightBrace { break }
      let start = position
      let saved = (ignoresNewlines, isInHead, openers.count, depth, loops, functions)
      height = 0
      do throws(GivenUp) {
        let statement = try parseStatement()
        if atTopLevel { isQuiet = following == .semicolon }
        statements.append(statement)
        highest = max(highest, height)
        guard isAtEndOfStatement else { throw unexpected("a new line or `;`") }
      } catch {
        (ignoresNewlines, isInHead, _, depth, loops, functions) = saved
        openers.removeLast(openers.count - saved.2)
        recover(from: start)
      }
    }
    return statements
  }

  var isAtEndOfStatement: Bool {
    switch following {
    case .newline, .semicolon, .end, .rightBrace: true
    default: false
    }
  }

  /// Goes to the start of the next statement: the next line outside brackets past the error. After
  /// a bracket that is never closed it is the next line that is indented no deeper.
  private mutating func recover(from start: Int) {
    let failed = position
    let indent = indentation(of: start)
    var at = start
    var isInOpen = false
    while tokens[at].kind != .end {
      let token = tokens[at]
      if at > start, token.isFirstOnLine {
        // What is indented under a line that ends in a colon belongs to it.
        if tokens[at - 1].kind == .colon { isInOpen = true }
        if isInOpen ? indentation(of: at) <= indent : at >= failed { break }
      }
      if at >= failed, token.kind == .rightBrace || token.kind == .semicolon { break }
      if token.partner > Int32(at), token.kind != .stringStart {
        // A bracket that holds the error is skipped whole; blocks have recovered inside.
        at = Int(token.partner)
      } else if token.partner < 0, token.kind.isOpener {
        isInOpen = true
      }
      at += 1
    }
    position = max(at, start + 1 < tokens.count ? start + 1 : start)
  }

  private func indentation(of index: Int) -> Int {
    let lower = Int(tokens[index].span.lower)
    var at = source.lineStarts[source.line(of: lower)]
    let start = at
    while at < lower, source.utf8[at] == 0x20 || source.utf8[at] == 0x09 { at += 1 }
    return at - start
  }

  private mutating func parseStatement() throws(GivenUp) -> Statement {
    let start = position
    let kind = try parseStatementKind()
    return Statement(kind, Span(Int(tokens[start].span.lower), lastEnd))
  }

  private mutating func parseStatementKind() throws(GivenUp) -> Statement.Kind {
    switch kind {
    case .fn: return try parseDefinition()
    case .for: return try parseFor()
    case .while:
      advance()
      let condition = try head()
      return .whileLoop(condition, try loopBody())
    case .break, .continue:
      let token = advance()
      if loops == 0 { report("`\(token.kind.rawValue)` stands outside of a loop", token.span) }
      return token.kind == .break ? .breakLoop : .continueLoop
    case .return:
      let token = advance()
      if functions == 0 { report("`return` stands outside of a function", token.span) }
      return .returnValue(isAtEndOfStatement ? nil : try expression())
    case .else: throw strayElse()
    case .name, .leftParenthesis, .leftBrace: return try parseBindingOrExpression()
    case .pipe:
      throw fail("`|>` has nothing on its left", token.span, hint: "x |> f")
    default: return try parseUpdateOrExpression()
    }
  }

  private mutating func strayElse() -> GivenUp {
    let isAfterBlock = position > 0 && tokens[position - 1].kind == .rightBrace
    guard isAfterBlock else { return fail("`else` has no `if`", token.span) }
    return fail(
      "`else` stands on the line of the `}` before it", token.span,
      also: [.init(tokens[position - 1].span)], hint: "} else { … }")
  }

  // MARK: Bindings

  private mutating func parseBindingOrExpression() throws(GivenUp) -> Statement.Kind {
    let closer = kind == .name ? position : Int(token.partner)
    guard closer >= 0, tokens[closer + 1].kind == .bind, endsNoLine(closer) else {
      return try parseUpdateOrExpression()
    }
    let pattern = try pattern()
    advance()
    return .bind(pattern, try boundValue())
  }

  private func endsNoLine(_ index: Int) -> Bool {
    ignoresNewlines || !tokens[index + 1].isFirstOnLine
  }

  /// The value after `=`; `a = b = c` is an error of its own.
  private mutating func boundValue() throws(GivenUp) -> Expression {
    let value = try expression()
    if following == .bind {
      throw fail(
        "a binding has no value, so bindings do not chain", token.span,
        hint: "bind each name on a line of its own")
    }
    return value
  }

  private mutating func parseUpdateOrExpression() throws(GivenUp) -> Statement.Kind {
    let left = try expression()
    let mark = following
    if let operation = updateOperators[mark] {
      let place = try place(left)
      advance()
      return .update(place, operation, try boundValue())
    }
    guard mark == .bind else { return .expression(left) }
    let place = try place(left)
    advance()
    return .update(place, nil, try boundValue())
  }

  /// Reads an expression as a place: a variable with indices and fields.
  private mutating func place(_ expression: Expression) throws(GivenUp) -> Place {
    var path: [Place.Step] = []
    var inner = expression
    while true {
      switch inner.kind {
      case .name(let name):
        return Place(
          variable: Identifier(name, inner.span), path: path.reversed(), span: expression.span)
      case .index(let base, let subscripts, let span):
        path.append(.index(subscripts, span))
        inner = base
      case .field(let base, let name):
        path.append(.field(name))
        inner = base
      case .comparison, .logical:
        throw fail(
          "a comparison can't be bound to", token.span,
          hint: source.line(editedBy: [(token.span, "==")]))
      default:
        throw fail(
          "only a name, an element or a field can be bound", inner.span,
          also: [.init(token.span)], hint: "x = …, x[0] = …, r.w = … or (a, b) = …")
      }
    }
  }

  // MARK: Functions and loops

  private mutating func parseDefinition() throws(GivenUp) -> Statement.Kind {
    let documentation = documentation(above: position)
    advance()
    if kind == .leftParenthesis {
      throw fail(
        "`fn` needs a name", token.span, hint: "a function without a name is (x, y) -> x + y")
    }
    let name = try identifier()
    guard following == .leftParenthesis else { throw unexpected("`(` and the parameters") }
    let parameters = try parameters()
    let outer = (loops, functions)
    (loops, functions) = (0, functions + 1)
    let body: Expression
    switch following {
    case .bind:
      advance()
      body = try expression()
    case .leftBrace:
      let block = try block()
      body = Expression(.block(block), block.span)
    default: throw unexpected("`=` or `{` and the body")
    }
    (loops, functions) = outer
    let function = FunctionLiteral(parameters: parameters, body: body)
    return .function(
      FunctionDefinition(name: name, function: function, documentation: documentation))
  }

  /// The `##` lines right above a token, without their marks.
  private func documentation(above index: Int) -> String? {
    let start = tokens[index].span.lower
    var low = 0
    var high = comments.count
    while low < high {
      let middle = (low + high) / 2
      if comments[middle].span.lower < start { low = middle + 1 } else { high = middle }
    }
    var line = source.line(of: Int(start)), lines: [String] = []
    while low > 0, case let comment = comments[low - 1], comment.kind == .documentation,
      comment.isFirstOnLine, source.line(of: Int(comment.span.lower)) == line - 1
    {
      var text = text(comment).dropFirst(2)
      if text.first == " " { text.removeFirst() }
      lines.append(String(text))
      line -= 1
      low -= 1
    }
    return lines.isEmpty ? nil : lines.reversed().joined(separator: "\n")
  }

  private mutating func parseFor() throws(GivenUp) -> Statement.Kind {
    advance()
    let pattern = try pattern()
    if following == .comma {
      throw fail(
        "a pattern of several names stands in parentheses", pattern.span.union(token.span),
        hint: "for (a, b) in pairs { … }")
    }
    guard following == .in else { throw unexpected("`in`") }
    advance()
    let sequence = try head()
    return .forLoop(pattern, sequence, try loopBody())
  }

  private mutating func loopBody() throws(GivenUp) -> Block {
    loops += 1
    defer { loops -= 1 }
    return try headBlock()
  }

  /// The expression of a head; a `{` after it opens the block.
  mutating func head() throws(GivenUp) -> Expression {
    let saved = isInHead
    isInHead = true
    defer { isInHead = saved }
    if following == .leftBrace {
      throw fail("the head is empty or a bare record", token.span, hint: "({a: 1}) is a record")
    }
    let value = try expression()
    if following == .bind {
      report(
        "`=` binds a name; a condition compares with `==`", token.span,
        hint: source.line(editedBy: [(token.span, "==")]))
      advance()
      _ = try expression()
    }
    return value
  }

  mutating func headBlock() throws(GivenUp) -> Block {
    if following == .newline, kind == .leftBrace {
      throw fail("`{` stands on the line of its head", token.span)
    }
    guard following == .leftBrace else { throw unexpected("`{` and the block") }
    return try block()
  }

  /// `{ statements }`. Errors inside are recovered inside.
  mutating func block() throws(GivenUp) -> Block {
    try nested { parser throws(GivenUp) in
      let (statements, span) = try parser.inside(.rightBrace, "`}`") { parser throws(GivenUp) in
        parser.ignoresNewlines = false
        let statements = parser.parseStatements(atTopLevel: false)
        if parser.isOver { throw GivenUp() }
        return statements
      }
      return Block(statements, span)
    }
  }
}

extension Token.Kind {
  var isOpener: Bool { self == .leftParenthesis || self == .leftBracket || self == .leftBrace }
}
