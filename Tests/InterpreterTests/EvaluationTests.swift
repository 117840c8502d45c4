import Diagnostics
import Interpreter
import Tensor
import Testing

@Suite("Evaluation")
struct EvaluationTests {
  @Test(
    "Arithmetic on plain numbers",
    arguments: [
      ("1 + 2 * 3", "7"), ("-2 ^ 2", "-4"), ("2 ^ -1", "0.5"), ("7 // 2", "3"), ("-7 // 2", "-4"),
      ("-7 % 3", "2"), ("7 % -3", "-2"), ("0.1 + 0.2", "0.30000000000000004"), ("1 / 0", "inf"),
      ("0 / 0", "nan"), ("-1 / inf", "-0"), ("2 ^ 0.5", "1.4142135623730951"), ("10 - 2 - 3", "5"),
    ])
  func numbers(_ code: String, _ shown: String) {
    #expect(screen(code) == shown)
  }

  @Test(
    "Comparison, logic and membership",
    arguments: [
      ("1 < 2 < 3", "true"), ("1 < 3 < 2", "false"), ("3 > 2 == 2", "true"),
      ("true and false", "false"), ("false or true", "true"), ("not true", "false"),
      ("\"a\" < \"b\"", "true"), ("(1, 2) == (1, 2)", "true"), ("{a: 1} == {b: 1}", "false"),
      ("nothing == 0", "false"), ("2 in (1, 2)", "true"), ("\"b\" in {b: 1}", "true"),
      ("\"ell\" in \"hello\"", "true"), ("3 in 0..6 by 2", "false"), ("4 in 0..6 by 2", "true"),
      ("nan == nan", "false"),
    ])
  func comparisons(_ code: String, _ shown: String) {
    #expect(screen(code) == shown)
  }

  @Test("The right side of and, or and a chain is evaluated only if it matters")
  func shortCircuit() {
    let loud = "fn loud(x) { print(\"seen {x}\"); x }"
    #expect(screen(loud, "false and loud(true)") == "false")
    #expect(screen(loud, "true or loud(true)") == "true")
    #expect(screen(loud, "loud(1) < loud(0) < loud(5)") == "seen 1\nseen 0\nfalse")
    #expect(screen(loud, "if false and loud(true) { 1 } else { 2 }") == "2")
  }

  @Test("Loops, break, continue, return")
  func loops() {
    #expect(
      screen("t = 0; for i in 0..10 { if i == 5 { break }; if i % 2 == 1 { continue }; t += i }; t")
        == "6")
    #expect(screen("n = 0; while true { n += 1; if n == 7 { break } }; n") == "7")
    #expect(
      screen("fn f(n) { for i in 0..n { if i * i > 10 { return i } }; nothing }", "f(9)", "f(2)")
        == "4")
    #expect(screen("t = 0; for i in 10..0 by -3 { t += i }; t") == "22")
    #expect(screen("t = 0; for x in 0..1 by 0.25 { t += x }; t") == "1.5")
  }

  @Test("Left operands are read before the right side rebinds them")
  func order() {
    #expect(screen("fn f(x) { x + { x = 10; x } }", "f(1)") == "11")
    #expect(screen("fn f(x) { y = x < 5 and { x = 9; x > 5 }; (x, y) }", "f(1)") == "(9, true)")
  }

  @Test("Tuples and records")
  func collections() {
    #expect(
      screen("t = (1, ...(2, 3), 4)", "t[1:]", "t[-1]", "t + (5,)")
        == "(2, 3, 4)\n4\n(1, 2, 3, 4, 5)")
    #expect(
      screen("r = {a: 1, b: 2}", "{...r, b: 3, c: 4}", "{b: 0, ...r}")
        == "{a: 1, b: 3, c: 4}\n{b: 2, a: 1}")
    #expect(
      screen("r = {a: {b: (1, 2)}}", "r.a.b[1] += 5", "r", "r[\"a\"]")
        == "{a: {b: (1, 7)}}\n{b: (1, 7)}")
    #expect(screen("x = 1; y = 2; {x, y}") == "{x: 1, y: 2}")
    #expect(failure("(1, 2)[2]")?.message == "index 2 is out of range: the last is 1")
    #expect(failure("{acc: 1}.ac")?.hint == "did you mean `acc`?")
  }

  @Test("append leaves shorter tuples as they were")
  func append() {
    #expect(
      screen("a = (1,); b = append(a, 2); c = append(a, 3)", "(a, b, c)")
        == "((1,), (1, 2), (1, 3))")
    #expect(
      screen("a = (); for i in 0..1000 { a = append(a, i) }; (len(a), a[999])") == "(1000, 999)")
  }

  @Test("Pipelines pass their left side first")
  func pipelines() {
    #expect(
      screen("(3, 1) |> append(2)", "4 |> (x -> x + 1)", "(1, 2) |> map(x -> x * 10) |> len")
        == "(3, 1, 2)\n5\n2")
  }

  @Test("A record with a call field can be called; a field call passes no receiver")
  func callableRecords() {
    #expect(
      screen(
        "m = {k: 3, call: (self, x, y=1) -> self.k * x + y, f: x -> x}", "m(2)", "m(2, y=0)",
        "m.f(9)") == "7\n6\n9")
    #expect(failure("{a: 1}(2)")?.hint == "a record can be called if it has a field `call`")
  }

  @Test("Interpolation and formats")
  func formats() {
    #expect(screen("x = 2.5; \"{x:.0f} {x:.2f} {-x:.1e} {x:.1%}\"") == "\"2 2.50 -2.5e0 250.0%\"")
    #expect(
      screen("\"[{3:>5}] [{\"ab\":<4}] [{7:05}] [{1234567:,d}] [{5:^5}]\"")
        == "\"[    3] [ab  ] [00007] [1,234,567] [  5  ]\"")
    #expect(screen("print(\"{{}} {(1, \"a\")}\")") == "{} (1, \"a\")")
    #expect(failure("\"{1:zz}\"")?.message == "`zz` is not a format")
  }

  @Test("Recursion ends at 10,000 frames, also through builtins")
  func recursion() {
    #expect(failure("fn f(n) = f(n + 1) + 1", "f(0)")?.code == .recursion)
    #expect(failure("fn f(n) = map((n,), f)", "f(0)")?.code == .recursion)
    #expect(screen("fn f(n) = if n == 0 { 0 } else { 1 + f(n - 1) }", "f(9990)") == "9990")
    #expect(
      screen("fn f(n) = if n == 0 { 0 } else { fold((1,), 0, (t, x) -> x + f(n - 1)) }", "f(3000)")
        == "3000")
  }

  @Test("An interrupted cell binds nothing")
  func interrupt() {
    let session = Session()
    #expect(screen("a = 1", session: session) == "")
    session.interrupt.set()
    #expect(failure("a = 2; while true { a += 1 }", session: session)?.code == .interrupt)
    session.interrupt.clear()
    #expect(session["a"]?.asNumber == 1)
  }

  @Test("Errors carry the calls that led to them")
  func traces() throws {
    let error = try #require(failure("fn g(x) = x + \"a\"", "fn f(x) = g(x) * 2", "f(1)"))
    #expect(error.source?.name == "cell 1")
    #expect(error.trace.map(\.function) == ["g", "f"])
    #expect(error.trace.map(\.source.name) == ["cell 2", "cell 3"])
    #expect(error.labels.map(\.text) == ["", "number", "string"])
    let inner = try #require(failure("fn g(x) = x + \"a\"", "map((1,), g)"))
    #expect(inner.trace.map(\.function) == ["g"])
    #expect(inner.trace.map(\.source.name) == ["cell 2"])
  }

  @Test("Claims record the signed difference of their sides")
  func claims() throws {
    func claim(_ code: String) throws -> ClaimOutcome {
      let outcome = Session().run(SourceText(name: "cell", text: code))
      #expect(outcome.error == nil)
      for case .claim(let claim) in outcome.output { return claim }
      throw Missing()
    }
    #expect(try claim("claim(\"a\", 1 < 3)").margin == 2)
    #expect(try claim("claim(\"a\", 5 > 3 and 2 <= 2.5)").margin == 0.5)
    #expect(try claim("claim(\"a\", 1 < 2 < 2.25)").margin == 0.25)
    let broken = try claim("claim(\"a\", 3 < 1 and 0 < 100, seeds=0.5)")
    #expect(!broken.holds && broken.margin == -2 && broken.bar == 0.5)
    let plain = try claim("claim(\"a\", 1 == 1)")
    #expect(plain.holds && plain.margin == nil && plain.bar == nil)
    #expect(try claim("claim(\"a\", [1, 2, 3] < [2, 4, 3.5])").margin == 0.5)
    #expect(try claim("claim(\"a\", not (1 > 2))").margin == nil)
    #expect(try claim("c = claim; claim(\"b\", 1 < 2)").margin == 1)
    #expect(
      try claim(
        "fn f() { claim = (t, c) -> c; claim(\"x\", 1 < 2) }; f(); c = claim; c(\"y\", 3 < 4)"
      ).margin == nil)
    #expect(
      try claim("claim(\"a\", 1 < 2)").operandsDigest == claim("claim(\"b\", 1 < 2)").operandsDigest
    )
    #expect(
      try claim("claim(\"a\", 1 < 2)").operandsDigest != claim("claim(\"a\", 1 < 3)").operandsDigest
    )
  }

  @Test("Checked prose sees variables and changes nothing")
  func prose() throws {
    let session = Session()
    #expect(screen("x = 4", session: session) == "")
    let value = try session.evaluate(SourceText(name: "prose", text: "x ^ 2")).get()
    #expect(value.asNumber == 16)
    _ = session.evaluate(SourceText(name: "prose", text: "x = 5"))
    #expect(session["x"]?.asNumber == 4)
    #expect(throws: Diagnostic.self) {
      try session.evaluate(SourceText(name: "prose", text: "nope")).get()
    }
  }

  @Test("Snapshots bring back variables and seed")
  func snapshots() {
    let session = Session()
    #expect(screen("x = 1", session: session) == "")
    let before = session.snapshot()
    #expect(screen("x = 2; y = 3; seed(9)", session: session) == "")
    session.restore(before)
    #expect(session["x"]?.asNumber == 1)
    #expect(session.names == ["x"])
  }

  @Test("At the prompt the last value is ans")
  func ans() {
    let session = Session()
    _ = session.run(
      SourceText(name: "entry 1", text: "6 * 7"), as: CellIdentity(allowsInteractive: true))
    #expect(session["ans"]?.asNumber == 42)
    let outcome = session.run(
      SourceText(name: "entry 2", text: "|> (x -> x + 1)"),
      as: CellIdentity(allowsInteractive: true))
    #expect(outcome.error == nil)
    #expect(session["ans"]?.asNumber == 43)
  }

  @Test("Values nested to the limit come and go, and one level more is an error")
  func deepValues() {
    #expect(screen("t = (); for i in 0..9999 { t = (t,) }; u = t; t = 1; u = 2; u") == "2")
    for code in [
      "t = (); for i in 0..10000 { t = (t,) }",
      "t = nothing; for i in 0..10001 { t = {t: t} }",
      "f = x -> x; fn wrap(g) { x -> g(x) }; for i in 0..10001 { f = wrap(f) }",
    ] {
      #expect(screen(code).contains("error[recursion]: values would hold each other more than"))
    }
  }

  @Test("A value takes 16 bytes")
  func size() { #expect(MemoryLayout<Value>.stride == 16) }

  @Test("A cell says what it bound, in order")
  func bound() {
    let outcome = Session().run(
      SourceText(name: "cell", text: "b = 1; a = 2; fn c() = 3; b += 1; for i in 0..2 { d = i }"))
    #expect(outcome.bound.map(\.name) == ["b", "a", "c", "d"])
    #expect(outcome.bound.first?.value.asNumber == 2)
  }
}

/// The code made no claim.
struct Missing: Error {}
