import Diagnostics

/// Errors for forms of other languages; each shows ours.
extension Parser {
  /// The error for a token that fits no form of ours but one of Python's or C's; nil for others.
  mutating func habitError() -> GivenUp? {
    switch kind {
    case .colon: return colonHabit()
    case .if where following == .if: return conditionalHabit()
    case .for where ignoresNewlines:
      return fail(
        "there are no comprehensions", token.span, hint: "map(xs, x -> x ^ 2), filter(xs, f)")
    case .stringStart where position > 0: return stringHabit()
    case .comma where !ignoresNewlines:
      return fail(
        "a tuple stands in parentheses", token.span, hint: "(a, b) = pair, (a, b)")
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
      return fail(
        "a block stands in braces", token.span,
        hint: words.joined(separator: " ") + " { … }")
    }
    return fail("`:` has no meaning here", token.span)
  }

  /// `a if c else b`
  private mutating func conditionalHabit() -> GivenUp {
    fail(
      "`if` stands before its value", token.span, hint: "if c { a } else { b }")
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
    guard !next.isFirstOnLine else { return nil }
    let word = text(token)
    switch (word, next.kind) {
    case ("def", .name), ("func", .name), ("function", .name), ("fun", .name):
      return fail(
        "a function is defined with `fn`", token.span,
        hint: source.line(editedBy: definitionEdits())
      )
    case ("lambda", .name), ("lambda", .colon):
      return lambdaHabit()
    case ("elif", _) where next.kind != .bind && next.kind != .dot:
      return fail(
        "`elif` is written `else if`", token.span,
        hint: source.line(editedBy: [(token.span, "else if")]))
    case ("let", .name), ("var", .name), ("const", .name), ("val", .name):
      let whole = Span(Int(token.span.lower), Int(next.span.lower))
      return fail(
        "a binding needs no word before it", token.span,
        hint: source.line(editedBy: [(whole, "")]))
    case ("import", .name), ("from", .name), ("class", .name), ("try", .colon), ("with", .name):
      return fail("`\(word)` has no counterpart: the library is always at hand", token.span)
    case ("is", _) where position > 0 && isOperand(next.kind):
      return fail(
        "values are compared with `==`", token.span,
        hint: source.line(editedBy: [(token.span, "==")]))
    case ("print", .stringStart), ("print", .name), ("print", .number):
      return fail("a call has parentheses", token.span, hint: "print(…)")
    default: return nil
    }
  }

  private func isOperand(_ kind: Token.Kind) -> Bool {
    switch kind {
    case .name, .number, .true, .false, .nothing, .not, .stringStart, .nan, .inf: true
    default: false
    }
  }

  /// `def f(x):` to `fn f(x) {`.
  private func definitionEdits() -> [(span: Span, text: String)] {
    var edits = [(span: token.span, text: "fn")]
    let line = source.line(of: Int(token.span.lower))
    var at = position
    while tokens[at].kind != .end, source.line(of: Int(tokens[at].span.lower)) == line { at += 1 }
    let last = tokens[at - 1]
    if last.kind == .colon { edits.append((last.span, " { … }")) }
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
      let name = source.text(
        in: Span(Int(tokens[first].span.upper), Int(tokens[end].span.lower)))
      let whole = tokens[first].span.union(tokens[end].span)
      return fail(
        "a field is a plain name", whole, hint: source.line(editedBy: [(whole, name)]))
    case .number where [.comma, .colon].contains(tokens[first + 1].kind):
      return fail(
        "braces hold named fields", tokens[first].span,
        hint: "(1, 2) is a tuple, [1, 2] a tensor, {a: 1} a record")
    default: return nil
    }
  }
}
