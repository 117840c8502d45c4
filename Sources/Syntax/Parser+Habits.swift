import Diagnostics

/// Errors for forms of other languages; each shows ours.
extension Parser {
  /// The error for a token that fits no form of ours but one of Python's or C's; nil for others.
  mutating func habitError() -> GivenUp? {
    switch kind {
    case .colon: return colonHabit()
    case .if where following == .if: return conditionalHabit()
    case .for where ignoresNewlines:
      return comprehensionHabit()
    case .stringStart where position > 0: return stringHabit()
    case .comma where !ignoresNewlines: return tupleHabit()
    case .spread where position > 0:
      return fail(
        "a range has two points", token.span, hint: source.line(editedBy: [(token.span, "..")]))
    case .return where position > 0 && tokens[position - 1].kind == .rightParenthesis:
      return fail(
        "a function's body stands after `=` or in braces", token.span,
        hint: source.line(editedBy: [(token.span, "=")]))
    case .name: return wordHabit()
    default: return nil
    }
  }

  private mutating func colonHabit() -> GivenUp {
    let line = source.line(of: Int(token.span.lower))
    let head = source.text(in: Span(source.lineStarts[line], Int(token.span.lower)))
    let words = head.split(whereSeparator: { $0 == " " || $0 == "\t" })
    let heads = ["if", "else", "for", "while", "fn", "}"]
    if let first = words.first, heads.contains(String(first)) {
      let next = tokens[position + 1]
      let isAlone = next.isFirstOnLine || next.kind == .end
      let body = isAlone ? "…" : text(position + 1, endOfLine(after: position))
      return fail(
        "a block stands in braces", token.span,
        hint: withoutRange(words.joined(separator: " ")) + " { \(body) }")
    }
    return fail("`:` has no meaning here", token.span)
  }

  /// A head with `range(…)` in our way: `0..n`, `a..b`, `a..b by c`.
  private func withoutRange(_ head: String) -> String {
    let call = "in range("
    guard head.last == ")", let start = head.indices.first(where: { head[$0...].hasPrefix(call) })
    else { return head }
    let inner = head[start...].dropFirst(call.count).dropLast()
    guard !inner.contains("("), !inner.contains("[") else { return head }
    guard let range = rangeForm(of: String(inner)) else { return head }
    return head[..<start] + "in " + range
  }

  /// The token past the statement that goes on after a token: on the next line, or what closes a
  /// bracket round the statement.
  private func endOfLine(after index: Int) -> Int {
    var at = index + 1
    while tokens[at].kind != .end, tokens[at].kind != .semicolon, !tokens[at].isFirstOnLine {
      let partner = Int(tokens[at].partner)
      if partner >= 0, partner < at {
        if partner < index { break }
        at += 1
      } else {
        at = max(at, partner) + 1
      }
    }
    return at
  }

  /// `a, b = pair`, `return a, b`
  private mutating func tupleHabit() -> GivenUp {
    let first = startOfOperand(before: position)
    let end = endOfLine(after: position)
    let bind = (position..<end).first { tokens[$0].kind == .bind }
    var parts = [(first, bind ?? end)]
    if let bind,
      (bind..<end).contains(where: { tokens[$0].kind == .comma && isOutside($0, bind) })
    {
      parts.append((bind + 1, end))
    }
    var edits: [(span: Span, text: String)] = []
    for (lower, upper) in parts where lower < upper {
      let start = Int(tokens[lower].span.lower), stop = Int(tokens[upper - 1].span.upper)
      edits += [(Span(start, start), "("), (Span(stop, stop), ")")]
    }
    return fail(
      "a tuple stands in parentheses", token.span,
      hint: source.line(editedBy: edits) ?? "(a, b) = pair, (a, b)")
  }

  /// Whether a token stands in no bracket that opens after another token.
  private func isOutside(_ index: Int, _ start: Int) -> Bool {
    !(start..<index).contains { Int(tokens[$0].partner) > index }
  }

  /// `a if c else b`
  private mutating func conditionalHabit() -> GivenUp {
    let value = startOfOperand(before: position)
    let otherwise = endOfOperand(after: position)
    var hint = "if c { a } else { b }"
    if tokens[otherwise].kind == .else, case let end = endOfOperand(after: otherwise) {
      let written =
        "if \(text(position + 1, otherwise)) { \(text(value, position)) } "
        + "else { \(text(otherwise + 1, end)) }"
      hint = line(replacing: value, end, by: written) ?? hint
    }
    return fail("`if` stands before its value", token.span, hint: hint)
  }

  /// `[e for x in xs if c]`
  private mutating func comprehensionHabit() -> GivenUp {
    let message = "there are no comprehensions"
    let general = "map(xs, x -> x ^ 2), filter(xs, x -> x > 0)"
    guard let opener = openers.last, case let closer = Int(tokens[opener].partner), closer > 0,
      let middle = (position..<closer).first(where: { tokens[$0].kind == .in })
    else { return fail(message, token.span, hint: general) }
    let name = text(position + 1, middle)
    let end = (middle..<closer).first { tokens[$0].kind == .if } ?? closer
    var sequence = text(middle + 1, end)
    if end < closer { sequence = "filter(\(sequence), \(name) -> \(text(end + 1, closer)))" }
    let written = "map(\(sequence), \(name) -> \(text(opener + 1, position)))"
    return fail(
      message, token.span, hint: line(replacing: opener, closer + 1, by: written) ?? general)
  }

  /// The source from one token up to another.
  private func text(_ lower: Int, _ upper: Int) -> String {
    guard lower < upper else { return "…" }
    return source.text(in: tokens[lower].span.union(tokens[upper - 1].span))
  }

  private func line(replacing lower: Int, _ upper: Int, by text: String) -> String? {
    source.line(editedBy: [(tokens[lower].span.union(tokens[upper - 1].span), text)])
  }

  /// Where the operand that ends before a token begins: after a mark that can't be in it.
  private func startOfOperand(before index: Int) -> Int {
    var at = index
    while at > 0, !tokens[at].isFirstOnLine {
      let before = tokens[at - 1]
      if before.kind.isOpener || before.kind.separates { break }
      at = before.partner >= 0 ? Int(before.partner) : at - 1
    }
    return at
  }

  private func endOfOperand(after index: Int) -> Int {
    var at = index + 1
    while at < tokens.count - 1, !tokens[at].isFirstOnLine {
      let token = tokens[at]
      if token.kind.separates || token.partner >= 0 && token.partner < at { break }
      at = token.partner > at ? Int(token.partner) + 1 : at + 1
    }
    return at
  }

  private mutating func stringHabit() -> GivenUp? {
    let before = tokens[position - 1]
    guard before.span.upper == token.span.lower else { return nil }
    if before.kind == .stringEnd {
      return fail("a string has one quote at each end", before.span.union(token.span))
    }
    guard before.kind == .name, text(before).utf8.count == 1 else { return nil }
    return fail(
      "every string may hold {expressions}; none has a letter before it", before.span,
      hint: source.line(editedBy: [(before.span, "")]))
  }

  /// A word that starts a form elsewhere, when the next token shows that form.
  mutating func wordHabit() -> GivenUp? {
    guard kind == .name, position + 1 < tokens.count else { return nil }
    let next = tokens[position + 1]
    guard !next.isFirstOnLine, text(next) != "by" else { return nil }
    let word = text(token)
    switch (word, next.kind) {
    case ("def", .name), ("func", .name), ("function", .name), ("fun", .name):
      return fail(
        "a function is defined with `fn`", token.span,
        hint: source.line(editedBy: definitionEdits())
      )
    case ("lambda", .name), ("lambda", .colon):
      return lambdaHabit()
    case ("elif", _) where isOperand(next.kind):
      return fail(
        "`elif` is written `else if`", token.span,
        hint: source.line(
          editedBy: [(token.span, token.isFirstOnLine ? "} else if" : "else if")]))
    case ("let", .name), ("var", .name), ("const", .name), ("val", .name):
      let whole = Span(Int(token.span.lower), Int(next.span.lower))
      return fail(
        "a binding needs no word before it", token.span,
        hint: source.line(editedBy: [(whole, "")]))
    case ("import", .name), ("from", .name):
      return fail(
        "nothing is imported: the library is always at hand", token.span,
        hint: "zeros((2, 3)), exp(x), help(\"zeros\")")
    case ("class", .name):
      return fail(
        "there are no classes", token.span,
        hint: "fn layer(n) = {w: zeros(n), call: (self, x) -> self.w * x}")
    case ("try", .colon), ("try", .leftBrace):
      return fail("an error ends its cell, and no variable changes", token.span)
    case ("with", .name): return fail("there is no `with`", token.span)
    case ("is", _) where position > 0 && isOperand(next.kind): return identityHabit(next)
    case ("print", .stringStart), ("print", .name), ("print", .number):
      return wordBefore("a call has parentheses", "print(", ")")
    case ("assert", _) where isOperand(next.kind):
      return wordBefore("what must hold is a claim", "claim(\"…\", ", ")")
    case ("raise", _) where isOperand(next.kind), ("throw", _) where isOperand(next.kind):
      return fail("an error is made with `fail`", token.span, hint: "fail(\"what is wrong\")")
    case ("del", .name):
      return fail(
        "a variable is let go by another value", token.span, hint: "\(text(next)) = nothing")
    case ("global", .name), ("nonlocal", .name):
      return fail(
        "a function binds no outer name", token.span,
        hint: "pass `\(text(next))` in, return it and bind it where it is called")
    case ("yield", _) where isOperand(next.kind), ("await", .name), ("async", _):
      return fail("there is no `\(word)`", token.span)
    default: return nil
    }
  }

  /// `x is None` and `x is not None`
  private mutating func identityHabit(_ next: Token) -> GivenUp {
    let isNot = next.kind == .not
    let whole = isNot ? token.span.union(next.span) : token.span
    var edits = [(span: whole, text: isNot ? "!=" : "==")]
    let value = tokens[position + (isNot ? 2 : 1)]
    if let ours = Habit.constants[text(value)] { edits.append((value.span, ours)) }
    return fail(
      "values are compared with `==` and `!=`", whole, hint: source.line(editedBy: edits))
  }

  /// A word with the rest of its line as its operand, which is a call here.
  private mutating func wordBefore(_ message: String, _ start: String, _ end: String) -> GivenUp {
    let last = tokens[endOfLine(after: position) - 1]
    let space = Span(Int(token.span.lower), Int(tokens[position + 1].span.lower))
    let stop = Int(last.span.upper)
    return fail(
      message, token.span,
      hint: source.line(editedBy: [(space, start), (Span(stop, stop), end)]) ?? start + "…" + end)
  }

  private func isOperand(_ kind: Token.Kind) -> Bool {
    switch kind {
    case .name, .number, .true, .false, .nothing, .not, .stringStart, .nan, .inf: true
    default: false
    }
  }

  /// `def f(x):` to `fn f(x) { … }`, and `def f(x): return x` to `fn f(x) = x`.
  private func definitionEdits() -> [(span: Span, text: String)] {
    var edits = [(span: token.span, text: "fn")]
    guard tokens[position + 2].kind == .leftParenthesis, tokens[position + 2].partner > 0 else {
      return edits
    }
    let colon = Int(tokens[position + 2].partner) + 1
    guard tokens[colon].kind == .colon else { return edits }
    let next = tokens[colon + 1]
    if next.isFirstOnLine || next.kind == .end {
      edits.append((tokens[colon].span, " { … }"))
    } else {
      let isReturn = next.kind == .return
      let upper = isReturn ? Int(next.span.upper) : Int(tokens[colon].span.upper)
      edits.append((Span(Int(tokens[colon].span.lower), upper), " ="))
    }
    return edits
  }

  /// `lambda x, y: body` to `(x, y) -> body`.
  private mutating func lambdaHabit() -> GivenUp {
    let word = token.span
    var at = position + 1
    while [.name, .comma].contains(tokens[at].kind) { at += 1 }
    var hint: String?
    if tokens[at].kind == .colon {
      let names = source.text(in: Span(Int(word.upper), Int(tokens[at].span.lower)))
        .drop { $0 == " " }
      let isPlain = at == position + 2
      let whole = word.union(tokens[at].span)
      hint = source.line(editedBy: [(whole, isPlain ? "\(names) ->" : "(\(names)) ->")])
    }
    return fail("a function without a name is written with `->`", word, hint: hint ?? "x -> x + 1")
  }

  /// `{"a": 1}` and `{1, 2}`.
  mutating func dictionaryHabit() -> GivenUp? {
    let first = position + 1
    guard first < tokens.count else { return nil }
    switch tokens[first].kind {
    case .stringStart:
      let end = Int(tokens[first].partner)
      guard end >= 0, tokens[end + 1].kind == .colon else { return nil }
      let whole = tokens[first].span.union(tokens[end].span)
      return fail("a field is a plain name", whole, hint: source.line(editedBy: keyEdits()))
    case .number where [.comma, .colon].contains(tokens[first + 1].kind):
      return fail(
        "braces hold named fields", tokens[first].span,
        hint: "(1, 2) is a tuple, [1, 2] a tensor, {a: 1} a record")
    default: return nil
    }
  }

  /// Takes the quotes from the keys of the braces here.
  private func keyEdits() -> [(span: Span, text: String)] {
    var edits: [(span: Span, text: String)] = []
    var at = position + 1
    while tokens[at].kind != .end, tokens[at].kind != .rightBrace {
      let partner = Int(tokens[at].partner)
      if tokens[at].kind == .stringStart, partner > 0, tokens[partner + 1].kind == .colon {
        let inner = Span(Int(tokens[at].span.upper), Int(tokens[partner].span.lower))
        edits.append((tokens[at].span.union(tokens[partner].span), source.text(in: inner)))
      }
      at = max(at, partner) + 1
    }
    return edits
  }
}

extension Token.Kind {
  /// True for marks that no operand on one line goes past.
  fileprivate var separates: Bool {
    switch self {
    case .bind, .comma, .colon, .semicolon, .arrow, .return, .else: true
    default: updateOperators[self] != nil
    }
  }
}
