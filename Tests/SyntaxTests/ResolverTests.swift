import Diagnostics
import Syntax
import TestSupport
import Testing

@Suite("Resolver")
struct ResolverTests {
  private func resolution(_ text: String) throws -> Resolution {
    Resolution(of: try program(text))
  }

  /// What a program reads, reads late, may bind and must bind.
  private func effects(_ text: String) throws -> [String] {
    let effects = try resolution(text).effects
    return [effects.reads, effects.readsLate, effects.mayBind, effects.mustBind].map {
      $0.names.joined(separator: " ")
    }
  }

  @Test(
    "What a program reads and binds",
    arguments: [
      ("x + 1", ["x", "", "", ""]),
      ("x = 1\nx + y", ["y", "", "x", "x"]),
      ("if c { x = 1 }\nx + 1", ["c x", "", "x", ""]),
      ("if c { x = 1 } else { x = 2; y = 3 }\nx", ["c", "", "x y", "x"]),
      ("x += 1", ["x", "", "x", "x"]),
      ("x[i] = v", ["x i v", "", "x", "x"]),
      ("for i in n { t = i; t }\ni\nt", ["n i t", "", "t", ""]),
      ("while c { x = 1 }\nx", ["c x", "", "x", ""]),
      ("a and { x = 1; true }\nx", ["a x", "", "x", ""]),
      ("a < b < { x = 1; x }\nx", ["a b x", "", "x", ""]),
      ("{ x = 1; x } < b\nx", ["b", "", "x", "x"]),
      ("f = x -> x + k", ["k", "k", "f", "f"]),
      ("k = 1\nf = x -> x + k", ["", "k", "k f", "k f"]),
      ("fn f(n) = f(n - 1)", ["f", "f", "f", "f"]),
      ("fn f(a, b=a + k) { c = a; fn g() = c + later; g() }", ["k later", "k later", "f", "f"]),
      ("(a, {b, c: d}) = r", ["r", "", "a b d", "a b d"]),
      ("_ = x", ["x", "", "", ""]),
      ("fs = ()\nfor i in 0..3 { fs = append(fs, () -> i) }", ["append", "", "fs", "fs"]),
      ("\"{a:.2f} {b}\"", ["a b", "", "", ""]),
      ("r = {x, y: z, ...rest}", ["x z rest", "", "r", "r"]),
      ("x |> f(y)", ["x f y", "", "", ""]),
    ])
  func effects(text: String, expected: [String]) throws {
    #expect(try effects(text) == expected, "\(text)")
  }

  @Test("Each statement of the top level has effects of its own")
  func statements() throws {
    let statements = try resolution("x = 1\ny = x\nif y > z { x = 2 }").statements
    #expect(statements.map(\.reads.names) == [[], ["x"], ["y", "z"]])
    #expect(statements.map(\.mustBind.names) == [["x"], ["y"], []])
    #expect(statements.map(\.mayBind.names) == [["x"], ["y"], ["x"]])
  }

  @Test("Effects have the places of the names")
  func places() throws {
    let source = try program("a = b\nc = b + d")
    let effects = Resolution(of: source).effects
    #expect(effects.reads.map { source.source.position(of: Int($0.span.lower)).column } == [5, 9])
  }

  /// What a name means at each of its places, in the order of evaluation.
  private func meanings(of name: String, in text: String) throws -> [String] {
    let resolution = try resolution(text)
    return resolution.occurrences.filter { $0.name == name }.map { occurrence in
      let meaning =
        switch occurrence.reference {
        case .variable(let variable): "\(resolution.variables[variable].kind)"
        case .capture: "capture"
        case .selfReference: "self"
        case .topLevel: "topLevel"
        }
      return meaning + (occurrence.isBound ? "" : "?")
    }
  }

  @Test("A name means the innermost variable")
  func meanings() throws {
    #expect(
      try meanings(of: "i", in: "i = 9\nfor i in 0..3 { i }\ni")
        == ["topLevel?", "loop?", "loop", "topLevel"])
    #expect(try meanings(of: "a", in: "fn f(a) { g = () -> a; g() }") == ["parameter", "capture"])
    #expect(try meanings(of: "x", in: "fn f() { y = x; x = 2; y }") == ["local?", "local?"])
    #expect(
      try meanings(of: "x", in: "fn f() { b = false and { x = 1; true }; x }")
        == ["local?", "local?"])
    #expect(
      try meanings(of: "y", in: "fn f(a = { y = 1; y }) = y") == ["local?", "local", "local?"])
    #expect(
      try meanings(of: "go", in: "fn f() { go = k -> go(k); go(1) }")
        == ["self", "local?", "local"])
    #expect(
      try meanings(of: "n", in: "fn f() { g = () -> n; n = 1; g }") == ["capture?", "local?"])
    #expect(try meanings(of: "f", in: "fn f() = f()") == ["topLevel?", "topLevel?"])
  }

  @Test("The variables that a name may mean at a place")
  func visibleVariables() throws {
    let text = "fn f(rate, (a, b)) {\n  total = 0\n  for i in 0..3 { X }\n}"
    let resolution = try resolution(text)
    let offset = Int32(text.utf8.count - 4)
    #expect(
      Set(resolution.visibleVariables(at: offset).map(\.name)) == ["rate", "a", "b", "total", "i"])
    #expect(resolution.visibleVariables(at: 0).isEmpty)
  }

  @Test("A text that is no program is estimated")
  func estimate() {
    let effects = NameEffects(estimatedFrom: SourceText(name: "t", text: "x = (y\nfn g( z"))
    #expect(effects.reads.names == ["x", "y", "g", "z"])
    #expect(effects.mayBind.names == ["x", "g"])
    #expect(effects.mustBind.isEmpty)
  }

  @Test("No program is too odd")
  func oddPrograms() {
    var random = TestRandom(seed: 31)
    var count = 0
    for _ in 0..<12_000 {
      let words = (0..<Int.random(in: 1...5, using: &random)).map { _ in
        PropertyTests.pieces.randomElement(using: &random) ?? ""
      }
      let source = SourceText(name: "t", text: words.joined(separator: " "))
      guard case .program(let program) = parse(source) else { continue }
      let effects = Resolution(of: program).effects
      #expect(effects.mustBind.allSatisfy { effects.mayBind.contains($0.name) }, "\(words)")
      count += effects.mayBind.isEmpty ? 0 : 1
    }
    #expect(count > 20)
  }
}
