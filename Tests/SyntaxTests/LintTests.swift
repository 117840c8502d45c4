import Diagnostics
import Syntax
import TestSupport
import Testing

@Suite struct LintTests {
  /// What is found in programs that share their top-level names: `code line:column message`.
  private func findings(_ programs: String...) throws -> [String] {
    var linter = Linter(
      library: ["sum", "rand", "claim", "print", "len", "csv"], drawing: ["rand"], reading: ["csv"])
    for text in programs { linter.check(try program(text)) }
    linter.finish()
    return linter.findings.map { finding in
      let place = finding.source.position(of: Int(finding.span.lower))
      return "\(finding.code.rawValue) \(place.line):\(place.column) \(finding.message)"
    }
  }

  private func codes(_ programs: String...) throws -> [String] {
    var linter = Linter(
      library: ["sum", "rand", "claim", "print", "len", "csv"], drawing: ["rand"], reading: ["csv"])
    for text in programs { linter.check(try program(text)) }
    linter.finish()
    return linter.findings.map(\.code.rawValue)
  }

  @Test func unused() throws {
    #expect(
      try findings("fn f(x) {\n  y = x\n  z = 2\n  y\n}\nf(1)")
        == ["unused 3:3 the variable `z` is never used"])
    #expect(try findings("x = 1\ny = 2\nx") == ["unused 2:1 the variable `y` is never used"])
    #expect(
      try findings("fn f(x) = x\n1") == ["unused 1:4 the function `f` is never used"])
    #expect(try codes("fn f(x) {\n  fn g(y) = y\n  x\n}\nf(1)") == ["unused"])
    // Changing a variable is no use of it.
    #expect(try codes("fn f(n) {\n  t = 0\n  for i in 0..n { t += i }\n  n\n}\nf(1)") == ["unused"])
    #expect(try codes("x = 1", "2") == ["unused"])
  }

  @Test(arguments: [
    "fn f(x) {\n  (a, b) = x\n  a\n}\nf(1)", "fn f(x, y) = x\nf(1)", "x = 1\n\"{x}\"",
    "fn f(n) {\n  for i in 0..n { print(1) }\n}\nf(1)", "_x = 1\n2", "x = 1\nf = () -> x\nf()",
    "fn f(x, g=x -> x) = g(x)\nf(1)",
    "f = () -> g(1)\nfn g(x) = x\nf()", "x = 1\ny = {x}\ny.x", "x = [1]\nx[0] = 2\nx",
    "fn f(g) = g\nf(k -> k)", "fn f(x) {\n  t = 0\n  while t < x { t += 1 }\n}\nf(1)",
    "## Doc.\nfn f(x) = x", "x = 3",
    "fn even(n) = if n == 0 { true } else { odd(n - 1) }\nfn odd(n) = not even(n)\nodd(3)",
    "(a, b) = (1, 2)\na", "f = x -> {y = x; y + 1}\nf(1)",
  ])
  func used(_ text: String) throws { #expect(try findings(text) == []) }

  /// Cells see what later cells bind, when their functions run.
  @Test func cellsShareTheirNames() throws {
    #expect(try codes("x = 1", "x + 1") == [])
    #expect(try codes("fn f() = later", "later = 1", "f()") == [])
  }

  @Test func shadowed() throws {
    #expect(
      try findings("sum = 0\nsum")
        == ["shadowed 1:1 `sum` is a name of the library, which this hides from the lines below"])
    #expect(try codes("fn f(len) = len\nf(1)") == [])
    #expect(try codes("fn f(len) = len((1, 2))\nf(1)") == ["shadowed"])
    #expect(try codes("fn f(len) = map((1, 2), x -> x |> len)\nf(1)") == ["shadowed"])
    #expect(try codes("fn f(x) {\n  sum = x\n  sum\n}\nf(1)") == [])
    #expect(try codes("fn f(x) {\n  sum = sum(x)\n  sum\n}\nf(1)") == ["shadowed"])
    #expect(try codes("for sum in 0..3 { print(sum) }") == [])
    #expect(try codes("for sum in 0..3 { print(sum(sum)) }") == ["shadowed"])
    #expect(
      try findings("f = x -> (x -> x)(1)\nf(1)")
        == ["shadowed 1:11 the parameter `x` hides that of the function around it"])
    #expect(try codes("x = 1\nf = x -> x\nf(x)") == [])
  }

  @Test func constant() throws {
    for text in ["1 < 2", "true", "len((1, 2)) == 2", "1 < 2 and 2 < 3"] {
      #expect(try codes("claim(\"c\", \(text))") == ["constant"])
    }
    #expect(try codes("x = 3\nclaim(\"c\", x < 5)") == ["constant"])
    for text in [
      "x = rand(3)\nclaim(\"c\", sum(x) < 5)", "claim(\"c\", rand(1) < 2)",
      "x = 3\nx += len((1, 2))\nclaim(\"c\", x < 5)", "x = sum([1])\nclaim(\"c\", x < 5)",
      "claim(\"c\", csv(\"a\") == 1)", "fn f(x) = claim(\"c\", x < 1)\nf(3)",
    ] {
      #expect(try codes(text) == [], "\(text)")
    }
  }

  @Test func discardedAndUnreachable() throws {
    #expect(
      try findings("x = 1\nx + 1\nx") == ["discarded 2:1 this value is computed and goes nowhere"])
    #expect(try codes("for i in 0..3 { i + 1 }") == ["discarded"])
    #expect(try codes("print(1)\nif true { 1 }\n2") == [])
    #expect(
      try findings("fn f(x) {\n  return x\n  print(x)\n}\nf(1)")
        == ["unreachable 3:3 no run comes to this statement"])
    #expect(try codes("for i in 0..3 { if i > 1 { break }; print(i) }") == [])
  }

  @Test func unlabelled() throws {
    var linter = Linter(library: ["rand", "print"], drawing: ["rand"])
    linter.check(try program("print(rand(3))"), needsLabel: true)
    linter.check(try program("f = () -> rand(3)\nprint(f)"), needsLabel: true)
    linter.check(try program("print(rand(3))"))
    linter.check(try program("print((rand, 1))"), needsLabel: true)
    linter.check(try program("seed(1)\nprint(rand(3))"), needsLabel: true)
    linter.check(try program("fn g(n, make=rand) = make(n)\nprint(g)"), needsLabel: true)
    #expect(linter.findings.map(\.code) == [.unlabelled])
    linter.check(try program("print(f())"), needsLabel: true)
    linter.check(try program("3 |> rand |> print"), needsLabel: true)
    #expect(linter.findings.map(\.code) == [.unlabelled, .unlabelled, .unlabelled])
  }

  @Test func checkedValues() throws {
    var linter = Linter(library: ["pi", "rand"], drawing: ["rand"])
    let file = SourceText(name: "file", text: "text")
    linter.check(try program("x = 1"))
    for value in ["x", "1 + 1", "pi", "unknown", "0.1", "-1", "x + 1"] {
      linter.checkValue(try program("\"{\(value):.2f}\""), at: Span(0, 1), in: file)
    }
    linter.finish()
    #expect(linter.findings.map(\.code) == [.constant, .constant])
  }

  @Test func aReasonExcuses() throws {
    #expect(try codes("sum = 0  # lint: shadowed, to show that it may be\nsum") == [])
    #expect(try codes("# lint: shadowed because the lesson shows it\nsum = 0\nsum") == [])
    #expect(try codes("sum = 0  # lint: shadowed\nsum") == ["shadowed"])
    #expect(try codes("sum = 0  # lint: unused, no\nsum") == ["shadowed"])
  }

  @Test func noProgramIsTooOdd() throws {
    var random = TestRandom(seed: 13)
    for _ in 0..<3_000 {
      let count = Int.random(in: 1...12, using: &random)
      let words = (0..<count).map { _ in PropertyTests.pieces.randomElement(using: &random) ?? "" }
      let source = SourceText(name: "t", text: words.joined(separator: " "))
      guard case .program(let program) = parse(source) else { continue }
      var linter = Linter(library: ["sum"])
      linter.check(program, needsLabel: true)
      linter.finish()
      #expect(linter.findings.allSatisfy { !$0.message.isEmpty })
    }
  }

  /// Real programs without some of their lines.
  @Test func findingsLieInTheProgram() throws {
    var random = TestRandom(seed: 14)
    var found = 0
    for text in try library() + languageFixtures().map(\.text) {
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      for _ in 0..<20 {
        var left = lines
        for _ in 0..<Int.random(in: 1...6, using: &random) where !left.isEmpty {
          left.remove(at: Int.random(in: 0..<left.count, using: &random))
        }
        let source = SourceText(name: "t", text: left.joined(separator: "\n"))
        guard case .program(let program) = parse(source) else { continue }
        var linter = Linter(library: ["sum", "rand"], drawing: ["rand"])
        linter.check(program, needsLabel: true)
        linter.finish()
        for finding in linter.findings {
          #expect(!finding.message.isEmpty && finding.span.lower <= finding.span.upper)
          #expect(finding.span.lower >= 0 && Int(finding.span.upper) <= source.utf8.count)
        }
        found += linter.findings.count
      }
    }
    #expect(found > 300)
  }
}
