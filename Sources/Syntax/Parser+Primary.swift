import Diagnostics

extension Parser {
  /// A literal, name, lambda, bracketed form, block or `if`.
  mutating func primary() throws(GivenUp) -> Expression {
    let token = token
    switch kind {
    case .number:
      advance()
      return Expression(.number(number(token)), token.span)
    case .true, .false:
      advance()
      return Expression(.bool(token.kind == .true), token.span)
    case .nothing, .inf, .nan:
      advance()
      let values: [Token.Kind: Expression.Kind] = [.inf: .number(.infinity), .nan: .number(.nan)]
      return Expression(values[token.kind] ?? .nothing, token.span)
    case .stringStart: return try string()
    case .name: return try nameOrLambda()
    case .leftParenthesis: return try parenthesised()
    case .leftBracket: return try tensor()
    case .leftBrace: return try braces()
    case .if: return try conditional()
    default: throw unexpectedOperand()
    }
  }

  private mutating func unexpectedOperand() -> GivenUp {
    if kind == .end || kind == .invalid { return unexpected("an expression") }
    if let habit = habitError() { return habit }
    switch kind {
    case .plus:
      return fail("`+` needs a value on its left", token.span)
    case .fn:
      return fail(
        "`fn` starts a definition on a line of its own", token.span,
        hint: "a function without a name is (x, y) -> x + y")
    case .for, .while, .break, .continue, .return:
      return fail(
        "`\(kind.rawValue)` is a statement and has no value", token.span, hint: "{ … } is a block")
    case .spread:
      return fail("a spread stands in a record or a tuple", token.span, hint: "{...r, w: 3}")
    default: return unexpected("an expression", onAnyLine: true)
    }
  }

  private mutating func number(_ token: Token) -> Double {
    let text = text(token)
    // Nil is a spelling that the lexer has already reported.
    let value = Double(text) ?? 0
    if value.isInfinite {
      report("the number is larger than any double", token.span, hint: "inf")
    }
    return value
  }

  private mutating func nameOrLambda() throws(GivenUp) -> Expression {
    if kind(after: 1) == .arrow, !tokens[position + 1].isFirstOnLine || ignoresNewlines {
      let name = takeIdentifier()
      return try lambda([Parameter(pattern: Pattern(.name(name), name.span), defaultValue: nil)])
    }
    if let habit = wordHabit() { throw habit }
    let token = advance()
    let name = name(of: token)
    noteConstant(name, token.span)
    return Expression(.name(name), token.span)
  }

  /// The arrow and body of a lambda whose parameters are read.
  private mutating func lambda(_ parameters: [Parameter]) throws(GivenUp) -> Expression {
    let start = parameters.first?.pattern.span ?? tokens[position - 1].span
    return try lambda(parameters, from: Int(start.lower))
  }

  private mutating func lambda(
    _ parameters: [Parameter], from start: Int
  ) throws(GivenUp) -> Expression {
    guard following == .arrow else { throw unexpected("`->`") }
    advance()
    let outer = (loops, functions)
    (loops, functions) = (0, functions + 1)
    let body = try expression()
    (loops, functions) = outer
    try build()
    let function = FunctionLiteral(parameters: parameters, body: body)
    return Expression(.lambda(function), Span(start, lastEnd))
  }

  // MARK: Brackets

  /// `(e)`, `(x, y)`, `()`, or the parameters of a lambda.
  private mutating func parenthesised() throws(GivenUp) -> Expression {
    let closer = Int(token.partner)
    if closer >= 0, tokens[closer + 1].kind == .arrow {
      let start = Int(token.span.lower)
      return try lambda(try parameters(), from: start)
    }
    let ((elements, endsInComma), span) = try inside(.rightParenthesis, "`,` or `)`") {
      parser throws(GivenUp) in
      try parser.list(until: .rightParenthesis) { parser throws(GivenUp) in
        try parser.tupleElement()
      }
    }
    if elements.count == 1, !endsInComma, case .value(let inner) = elements[0] {
      return Expression(inner.kind, span)
    }
    try build()
    return Expression(.tuple(elements), span)
  }

  private mutating func tupleElement() throws(GivenUp) -> TupleElement {
    if kind == .spread {
      advance()
      return .spread(try expression())
    }
    let value = try expression()
    if kind == .bind {
      throw fail(
        "`=` names an argument of a call, and a tuple has none", token.span,
        hint: "== compares; {a: 1} is a record")
    }
    return .value(value)
  }

  private mutating func tensor() throws(GivenUp) -> Expression {
    let (elements, span) = try inside(.rightBracket, "`,` or `]`") { parser throws(GivenUp) in
      try parser.list(until: .rightBracket) { parser throws(GivenUp) in
        if parser.kind == .spread {
          throw parser.fail(
            "a tensor takes no spread", parser.token.span, hint: "concat((a, b)) joins tensors")
        }
        return try parser.expression()
      }.elements
    }
    try build()
    return Expression(.tensor(elements), span)
  }

  /// A record when the next token says so, otherwise a block.
  private mutating func braces() throws(GivenUp) -> Expression {
    if isInHead {
      throw fail(
        "a record can't stand bare in a head", token.span, hint: "({a: 1}) is a record")
    }
    guard startsRecord else {
      if let habit = dictionaryHabit() { throw habit }
      let block = try block()
      try build()
      return Expression(.block(block), block.span)
    }
    let (elements, span) = try inside(.rightBrace, "`,` or `}`") { parser throws(GivenUp) in
      try parser.list(until: .rightBrace) { parser throws(GivenUp) in try parser.recordElement() }
        .elements
    }
    try build()
    return Expression(.record(elements), span)
  }

  /// The rule of LANGUAGE: `{` then `}`, `...`, `name :`, `name ,` or `name }`.
  private var startsRecord: Bool {
    switch kind(after: 1) {
    case .rightBrace, .spread: true
    case .name: [.colon, .comma, .rightBrace].contains(kind(after: 2))
    default: false
    }
  }

  private mutating func recordElement() throws(GivenUp) -> RecordElement {
    if kind == .spread {
      advance()
      return .spread(try expression())
    }
    if kind == .stringStart {
      throw fail(
        "a field is a plain name", token.span, hint: "{w: 1}, or r[\"w\"] = 1")
    }
    let name = try identifier()
    if kind == .colon {
      advance()
      return .field(name, try expression())
    }
    if kind == .bind {
      throw fail(
        "a field takes `:`", token.span,
        hint: source.line(editedBy: [(Span(Int(name.span.upper), Int(token.span.upper)), ":")]))
    }
    noteConstant(name.name, name.span)
    return .field(name, Expression(.name(name.name), name.span))
  }

  /// A name that other languages write for a value of ours.
  private mutating func noteConstant(_ name: String, _ span: Span) {
    if let constant = Habit.constants[name] {
      habits.append(Habit("`\(name)` is written `\(constant)`", span, constant))
    }
  }

  // MARK: If

  private mutating func conditional() throws(GivenUp) -> Expression {
    let start = Int(advance().span.lower)
    let condition = try head()
    let block = try headBlock()
    var otherwise: Block?
    if following == .else {
      advance()
      if following == .if {
        let next = try nested { parser throws(GivenUp) in try parser.conditional() }
        otherwise = Block([Statement(.expression(next), next.span)], next.span)
      } else {
        otherwise = try headBlock()
      }
    } else if following == .name, text(token) == "elif" || text(token) == "elsif" {
      throw fail(
        "`\(text(token))` is written `else if`", token.span,
        hint: source.line(editedBy: [(token.span, "else if")]))
    }
    try build()
    return Expression(.conditional(condition, block, otherwise: otherwise), Span(start, lastEnd))
  }

  // MARK: Strings

  private mutating func string() throws(GivenUp) -> Expression {
    let start = advance()
    var parts: [StringPart] = []
    while true {
      let piece = advance()
      switch piece.kind {
      case .stringEnd:
        return Expression(.string(parts), start.span.union(piece.span))
      case .stringText: parts.append(.text(decoded(piece.span)))
      case .interpolationStart: parts.append(try interpolation())
      default:
        // The lexer has reported that the string does not end.
        throw GivenUp()
      }
    }
  }

  private mutating func interpolation() throws(GivenUp) -> StringPart {
    let saved = (ignoresNewlines, isInHead)
    (ignoresNewlines, isInHead) = (true, false)
    let start = tokens[position - 1].span
    if kind == .interpolationEnd || kind == .format {
      throw fail(
        "the braces hold no expression", start.union(token.span), hint: "{{ and }} are braces")
    }
    let value = try expression()
    var format: FormatSpecification?
    if kind == .format {
      let token = advance()
      format = FormatSpecification(text(token), token.span)
    }
    guard kind == .interpolationEnd else { throw unexpected("`}`") }
    advance()
    (ignoresNewlines, isInHead) = saved
    try build()
    return .interpolation(value, format: format)
  }

  /// The text of a piece of a string, its escapes and double braces resolved.
  private mutating func decoded(_ span: Span) -> String {
    let bytes = source.utf8
    var result: [UInt8] = []
    var at = Int(span.lower)
    let end = Int(span.upper)
    while at < end {
      let byte = bytes[at]
      if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") {
        result.append(byte)
        at += at + 1 < end && bytes[at + 1] == byte ? 2 : 1
      } else if byte == UInt8(ascii: "\\"), at + 1 < end {
        at += escape(at, end, into: &result)
      } else {
        result.append(byte)
        at += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// Resolves the escape at an offset and gives its length.
  private mutating func escape(_ at: Int, _ end: Int, into result: inout [UInt8]) -> Int {
    let plain: [UInt8: UInt8] = [
      UInt8(ascii: "n"): 0x0A, UInt8(ascii: "t"): 0x09, UInt8(ascii: "r"): 0x0D,
      UInt8(ascii: "\""): 0x22, UInt8(ascii: "\\"): 0x5C,
    ]
    let bytes = source.utf8
    if let byte = plain[bytes[at + 1]] {
      result.append(byte)
      return 2
    }
    guard bytes[at + 1] == UInt8(ascii: "u") else {
      var length = 2
      while at + length < end, bytes[at + length] & 0xC0 == 0x80 { length += 1 }
      report(
        "the escape is not known", Span(at, at + length),
        hint: "\\\" \\\\ \\n \\t \\r \\u{1F600}, and {{ }} for braces")
      return length
    }
    var close = at + 2
    while close < end, close < at + 12, bytes[close] != UInt8(ascii: "}") { close += 1 }
    let isWrapped = close < end && bytes[close] == UInt8(ascii: "}") && bytes[at + 2] == 0x7B
    let digits = isWrapped ? String(decoding: bytes[at + 3..<close], as: UTF8.self) : ""
    let length = isWrapped ? close + 1 - at : 2
    guard let value = UInt32(digits, radix: 16), digits.first != "+",
      let scalar = Unicode.Scalar(value)
    else {
      report("the escape names no character", Span(at, at + length), hint: "\\u{1F600}")
      return length
    }
    result.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
    return length
  }
}
