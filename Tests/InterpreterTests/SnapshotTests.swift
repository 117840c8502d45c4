import Diagnostics
import Interpreter
import Testing

/// A cell that fails, or is stopped, leaves every variable and the seed as they were. All of these
/// run in one session, one after the other, and it goes on.
@Suite struct SnapshotTests {
  private static let setting = """
    x = [1, 2, 3]
    r = {w: [1, 2], deep: {a: (1, (2, 3))}, f: v -> v * n}
    n = 2
    t = append(append((), 1), 2)
    fn f(v) = v + n
    fn down(k) = if k == 0 { 0 } else { 1 + down(k - 1) }
    seed(11)
    """

  /// Each changes what it can before it fails.
  private static let failing: [(code: Diagnostic.Code, text: String)] = [
    (.syntax, "x = [9, 9\nn = 3"), (.syntax, "n = 3\nx = * 2"),
    (.name, "x[0] = 100; r.w = 5; nope"), (.name, "sum = 3; x = nope; mean = 1"),
    (.type, "fn f(v) = 0; n = \"a\" * 2"), (.value, "seed(3); x = rand(9); fail(\"late\")"),
    (.value, "y = 1; z = 2; (x, n, w) = (1, 2)"), (.index, "x[1] = 7; x[9] = 7"),
    (.shape, "r.deep.a[1] = 9; x @ [1, 2]"), (.dtype, "i = i32([1]); i[0] = 0.5"),
    (.overflow, "n += 1; i32((2147483647,)) + 1"), (.argument, "n = 5; f(1, 2)"),
    (.gradient, "n = 9; grad(v -> { w = v * v; [w, w] })(2)"),
    (.value, "grad(v -> { print(v); fail(\"inside\") })(1)"),
    (.value, "fork(\"a\", () -> { seed(5); rand(3); fail(\"inside\") })"),
    (.value, "with_seed(5, () -> fail(\"inside\"))"),
    (.value, "map(0..9, i -> { seed(i); if i == 4 { fail(\"item\") }; i }, parallel=true)"),
    (.value, "for i in 0..5 { n = i; t = append(t, i); if i == 3 { fail(\"loop\") } }"),
    (.value, "t = append(t, 3); s = append(t, 4); fail(\"appended\")"),
    (.recursion, "n = 0; down(100000)"), (.recursion, "v = (); while true { v = (v,); n = v }"),
    (.memory, "x = zeros(1e12)"), (.memory, "n = 1; s = \"a\"; while true { s = s + s }"),
    (.memory, "k = 0; while true { k += 1; x = concat((x, x)) }"),
    (.memory, "map(0..1e14, i -> i)"),
    (.name, "x = \"" + String(repeating: "a", count: 10_000_000) + "\"; n = nope"),
    (.syntax, "n = " + String(repeating: "[", count: 10_000)),
    (.syntax, "n = " + String(repeating: "(1, ", count: 10_000) + String(repeating: ")", count: 9)),
    (.syntax, "n = 1" + String(repeating: " + 1", count: 10_000)),
    (.interrupt, "n = 7; seed(2); print(\"begun\"); while true { x = x + 1 }"),
    (.interrupt, "print(\"begun\"); for i in 0..1e15 { n = i; if i > 2 { continue }; r.w = i }"),
    (.interrupt, "fn f(v) = 1; print(\"begun\"); map(0..1e6, i -> { while true { i } })"),
    (.interrupt, "print(\"begun\"); map(0..8, i -> { while true { i } }, parallel=true)"),
    (.interrupt, "print(\"begun\"); fold(0..1e6, 0, (a, b) -> a + b)"),
  ]

  @Test func nothingChanges() {
    var options = SessionOptions()
    options.threads = 3
    options.memoryLimit = 64 << 20
    let session = Session(options)
    #expect(session.run(SourceText(name: "setting", text: Self.setting)).error == nil)
    let before = state(session)
    #expect(before.count == 7)
    for (code, text) in Self.failing {
      let cell = SourceText(name: "cell", text: text)
      let outcome = session.run(cell, as: CellIdentity(ordinal: 3)) { item in
        if case .line("begun", _, _) = item { session.interrupt.set() }
      }
      session.interrupt.clear()
      #expect(outcome.error?.code == code, "\(text.prefix(80)): \(outcome.error?.message ?? "")")
      #expect(outcome.bound.isEmpty)
      #expect(state(session) == before, "\(text.prefix(80))")
    }
    // And a cell that does not fail changes what it says.
    #expect(session.run(SourceText(name: "last", text: "n = 3; f(1)")).error == nil)
    #expect(session["n"]?.asNumber == 3)
  }

  /// The variables with the digests of their values, and what a labelled cell would draw.
  private func state(_ session: Session) -> [String] {
    var lines = session.names.map { "\($0) \(digest(of: session[$0]!))" }
    let snapshot = session.snapshot()
    let drawn = session.run(
      SourceText(name: "draw", text: "rand(4)"), as: CellIdentity(label: "draw"))
    if case .value(let value, _)? = drawn.output.first { lines.append(digest(of: value)) }
    session.restore(snapshot)
    return lines
  }
}
