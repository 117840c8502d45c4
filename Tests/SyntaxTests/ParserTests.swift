import Diagnostics
import Syntax
import Testing

/// The one spelling of a text.
private func spelling(_ text: String, isInteractive: Bool = false) throws -> String {
  normalised(try program(text, isInteractive: isInteractive))
}

@Suite struct StatementTests {
  /// Each construct with its one spelling.
  @Test(arguments: [
    ("x = 3", "x = 3.0"),
    ("x += 1; y //= 2", "x += 1.0\ny //= 2.0"),
    ("(a, b) = pair", "(a, b) = pair"),
    ("(a,) = t", "(a,) = t"),
    ("(a) = t", "a = t"),
    ("() = t", "() = t"),
    ("(a, _, {b, c: (d,)}) = t", "(a, _, {b: b, c: (d,)}) = t"),
    ("{loss, acc: a} = r", "{loss: loss, acc: a} = r"),
    ("{} = r", "{} = r"),
    ("x[0] = v", "x[0.0] = v"),
    ("r.w *= 2", "r.w *= 2.0"),
    ("r.layers[1].w[:, 0] @= m", "r.layers[1.0].w[:, 0.0] @= m"),
    ("fn f(x, k=2) = k * x", "fn f(x, k = 2.0) = k * x"),
    ("fn f() { return }", "fn f() { return; }"),
    ("fn f(x,) { if x { return 0 }\n x }", "fn f(x) { if x { return 0.0; }; x; }"),
    ("fn f((a, b), {c}) = a", "fn f((a, b), {c: c}) = a"),
    ("fn f(x) = {w: x}", "fn f(x) = {w: x}"),
    ("fn f(x) = { x }", "fn f(x) = {x: x}"),
    ("fn f(x) { x }", "fn f(x) { x; }"),
    ("fn f(x) = { x; }", "fn f(x) { x; }"),
    ("for i in 0..10 { t += i }", "for i in 0.0 .. 10.0 { t += i; }"),
    ("for (x, y) in pairs { break }", "for (x, y) in pairs { break; }"),
    ("while c { continue; }", "while c { continue; }"),
    (
      "if a > b { a } else if a == b { 0 } else { b }",
      "if a > b { a; } else { if a == b { 0.0; } else { b; }; }"
    ),
    ("if a { }", "if a { ; }"),
    ("{ a = 1; a }", "{ a = 1.0; a; }"),
    (";;x;;", "x"),
    ("", ""),
    ("# only\n## comments\n", ""),
  ])
  func statements(text: String, expected: String) throws {
    #expect(try spelling(text) == expected)
    #expect(try spelling(expected) == expected)
  }

  @Test(arguments: [
    ("()", "()"), ("(x,)", "(x,)"), ("(1, \"a\")", "(1.0, \"a\")"), ("(...a, b)", "(...a, b)"),
    ("(...a)", "(...a,)"), ("[]", "[]"), ("[[1, 2], [3, 4],]", "[[1.0, 2.0], [3.0, 4.0]]"),
    ("{}", "{}"), ("{a,}", "{a: a}"), ("{...r, w: 3}", "{...r, w: 3.0}"),
    ("{\n  w: 1,\n  b: 2,\n}", "{w: 1.0, b: 2.0}"),
    ("x[0]", "x[0.0]"), ("x[-1]", "x[-1.0]"), ("x[2:5]", "x[2.0:5.0]"), ("x[:, 1]", "x[:, 1.0]"),
    ("x[::2]", "x[::2.0]"), ("x[a:b:c]", "x[a:b:c]"), ("x[1:, :2]", "x[1.0:, :2.0]"),
    ("x[0..3]", "x[0.0 .. 3.0]"),
    ("f(x, lr=0.1)", "f(x, lr=0.1)"), ("f(\n  x,\n  y,\n)", "f(x, y)"), ("p.w.T", "p.w.T"),
    ("3 .w", "(3.0).w"), ("f()(1)[2].c", "f()(1.0)[2.0].c"),
    ("x -> x^2", "(x) -> x ^ 2.0"), ("(x, y=1) -> x + y", "(x, y = 1.0) -> x + y"),
    ("() -> 1", "() -> 1.0"), ("((a, b)) -> a", "((a, b)) -> a"), ("x -> { y }", "(x) -> {y: y}"),
    ("x -> { y = 1\n y }", "(x) -> { y = 1.0; y; }"),
    ("f(x -> x, 1)", "f((x) -> x, 1.0)"),
    ("if a { 1 } else { 2 } + 3", "(if a { 1.0; } else { 2.0; }) + 3.0"),
    ("if ({a: 1}) == r { 2 }", "if ({a: 1.0} == r) { 2.0; }"),
    ("if f({a: 1}) { 2 }", "if (f({a: 1.0})) { 2.0; }"),
    ("a in b", "a in b"), ("- - a", "--a"), ("a - -b", "a - -b"), ("not not a", "not not a"),
    ("a and not b", "a and not b"), ("nan == inf", "nan == inf"), ("nothing", "nothing"),
    ("true != false", "true != false"), ("by", "by"), ("0..by by by", "0.0 .. by by by"),
    ("학습률 * α", "학습률 * α"), ("(elif)", "elif"), ("let + def(is)", "let + def(is)"),
    ("print (x)", "print(x)"), ("0..lambda by 2", "0.0 .. lambda by 2.0"),
  ])
  func expressions(text: String, expected: String) throws {
    #expect(try spelling(text) == expected)
    #expect(try spelling(expected) == expected)
  }

  /// Every operator between every two operators: what is read is what is spelt.
  @Test func operatorsInPairs() throws {
    let operators =
      BinaryOperator.allCases.map(\.rawValue) + ComparisonOperator.allCases.map(\.rawValue)
      + ["and", "or", "|>", ".."]
    for first in operators {
      for second in operators {
        for text in ["(a \(first) b) \(second) c", "a \(first) (b \(second) c)"] {
          let once = try spelling(text)
          #expect(try spelling(once) == once)
          let left = try spelling("(a \(first) b) \(second) c")
          let right = try spelling("a \(first) (b \(second) c)")
          #expect(left != right)
        }
      }
    }
  }
}

@Suite struct LineTests {
  @Test(arguments: [
    ("a\nb", 2), ("a +\nb", 1), ("a\n+ b", 2), ("a\n|> f\n\n# note\n|> g", 1), ("f(a\n+ b)", 1),
    ("x =\n1", 1), ("f = x ->\nx", 1), ("a\n(b)", 2), ("a\n[b]", 2), ("a\n-b", 2),
    ("(f\n(b))", 1), ("a and\nnot\nb", 1), ("x = [1,\n2]\ny", 2), ("a; b; c", 3),
    ("f(x -> {\n a = 1\n a\n}, 2)", 1), ("a\r\nb\r\n", 2), ("\u{FEFF}a", 1), ("fn f(x) =\n  x", 1),
  ])
  func statements(text: String, count: Int) throws {
    // A line that starts with `+` is an error of its own, which is the point of the rule.
    if text == "a\n+ b" {
      #expect(throws: Failure.self) { try program(text) }
    } else {
      #expect(try program(text).statements.count == count)
    }
  }

  @Test(arguments: [
    ("x", false), ("x;", true), ("x; # c\n\n", true), ("x; y", false), ("x;\ny", false),
    ("x\n;", false),
  ])
  func isQuiet(text: String, expected: Bool) throws {
    #expect(try program(text).isQuiet == expected)
  }

  @Test(arguments: [
    "f(", "[1,\n", "{", "fn f(x) {", "1 +", "x =", "f = x ->", "if a {\n  b", "x |>", "a and",
    "not",
    "f(\"a\", {b: 2", "x +=", "a ==",
  ])
  func incomplete(text: String) {
    guard case .incomplete = parse(SourceText(name: "entry 1", text: text), isInteractive: true)
    else { return _ = Issue.record("\(text) is not incomplete") }
  }

  @Test(arguments: ["f(]", "\"abc", "1 + )", "x = 3 4", "fn f(x)", "if a", "(a b", "x = = (", "'a"])
  func failed(text: String) {
    guard case .failed = parse(SourceText(name: "entry 1", text: text), isInteractive: true)
    else { return _ = Issue.record("\(text) does not fail") }
  }

  @Test func entryContinuesFromAns() throws {
    #expect(try spelling("|> f |> g(1)", isInteractive: true) == "ans |> f |> g(1.0)")
    #expect(try program("|> f;", isInteractive: true).isQuiet)
  }
}

@Suite struct LiteralTests {
  func value(_ text: String) throws -> Double? {
    guard case .expression(let value) = try program(text).statements[0].kind,
      case .number(let number) = value.kind
    else { return nil }
    return number
  }

  /// Halfway cases and limits: the nearest double, ties to even.
  @Test(arguments: [
    ("0", 0.0), ("007", 7), ("3", 3), ("0.1", 0x1.999999999999ap-4), ("1e-3", 0.001), ("2E+2", 200),
    ("9007199254740993", 0x1p53), ("9007199254740995", 0x1.0000000000002p53),
    ("2.2250738585072011e-308", Double(bitPattern: 0x000F_FFFF_FFFF_FFFF)), ("4.9e-324", 0x1p-1074),
    ("1e-400", 0),
    ("1.7976931348623157e308", 0x1.fffffffffffffp1023), ("inf", .infinity),
    ("1.00000000000000011102230246251565", 1),
    ("1.00000000000000011102230246251566", 0x1.0000000000001p0),
  ])
  func numbers(text: String, expected: Double) throws { #expect(try value(text) == expected) }

  @Test(arguments: [
    (#""acc {acc:.1%}""#, #""acc { acc :.1%}""#),
    (#""{{x}} {x} }}""#, #""{{x}} { x } }}""#),
    (
      #""{f("{y:>8}", {a: 1}.a, x[1:2]):.3f}""#, #""{ f("{ y :>8}", {a: 1.0}.a, x[1.0:2.0]) :.3f}""#
    ),
    (#""a\"\\\n\t\u{ac00}\u{1F600}""#, "\"a\\\"\\\\\\n\\u{9}가😀\""),
    (#""{x:}""#, #""{ x :}""#), (#""""#, #""""#), (#""{ {a: 1} }""#, #""{ {a: 1.0} }""#),
    (#""{if a { "b" } else { "c" }}""#, #""{ if a { "b"; } else { "c"; } }""#),
  ])
  func strings(text: String, expected: String) throws {
    #expect(try spelling(text) == expected)
    #expect(try spelling(expected) == expected)
  }

  @Test func documentation() throws {
    let text = """
      ## Not this one.

      # A plain comment.
      ## Adds *one*.
      ##
      ## ```etude
      ##   f(1)
      ## ```
      fn f(x) = x + 1
      fn g(x) = x  ## not a doc
      fn h(x) = x
      """
    let documents = try program(text).statements.map { statement in
      guard case .function(let definition) = statement.kind else { return "?" }
      return definition.documentation ?? "none"
    }
    #expect(documents == ["Adds *one*.\n\n```etude\n  f(1)\n```", "none", "none"])
  }

  @Test func spans() throws {
    let text = "y = (a + b) * f(x)[1:2]"
    let source = SourceText(name: "test", text: text)
    guard case .program(let program) = parse(source),
      case .bind(let pattern, let value) = program.statements[0].kind,
      case .binary(.multiply, let star, let left, let right) = value.kind,
      case .index(let call, _, let brackets) = right.kind,
      case .call(_, _, let arguments) = call.kind
    else { return _ = Issue.record("the text is read otherwise") }
    let pieces = [
      pattern.span, value.span, star, left.span, right.span, brackets, call.span, arguments,
    ].map(source.text(in:))
    #expect(
      pieces == ["y", "(a + b) * f(x)[1:2]", "*", "(a + b)", "f(x)[1:2]", "[1:2]", "f(x)", "(x)"])
  }

  @Test func tokenStream() {
    let source = SourceText(name: "test", text: "## d\nx = \"a{y:.1f}\" # c\n")
    let found = tokens(of: source).map { "\($0.kind) \(source.text(in: $0.span))" }
    #expect(
      found == [
        "documentation ## d", "name x", "bind =", "stringStart \"", "stringText a",
        "interpolationStart {", "name y", "format .1f", "interpolationEnd }", "stringEnd \"",
        "comment # c", "end ",
      ])
    #expect(Token.Kind.for.isKeyword && !Token.Kind.name.isKeyword)
  }
}
