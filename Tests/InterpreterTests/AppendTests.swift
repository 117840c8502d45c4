import Interpreter
import Testing

/// Tuples are values: that `append` extends one where it is must be seen nowhere but on the clock.
@Suite struct AppendTests {
  /// What a program shows in a function, which has an instruction for it, and in a cell, which calls
  /// the builtin.
  private func both(_ lines: String..., limit: Int? = nil) -> [String] {
    var options = SessionOptions()
    if let limit { options.memoryLimit = limit }
    let body = lines.joined(separator: "\n")
    let inFunction = screen("fn f() {\n\(body)\n}", "f()", session: Session(options))
    return [inFunction, screen(body, session: Session(options))]
  }

  @Test("Every tuple on the way stays as it was, while the buffer below them grows and moves")
  func windows() {
    let shown = both(
      "a = (); kept = (); same = true",
      "for i in 0..300 { kept = append(kept, a); a = append(a, if i % 3 == 1 { \"{i}\" } else { i }) }",
      "for (n, t) in enumerate(kept) { same = same and len(t) == n and t == a[:n] }",
      "(same, a[298:], kept[5])")
    #expect(shown == ["(true, (\"298\", 299), (0, \"1\", 2, 3, \"4\"))", shown[0]])
  }

  @Test("Two that are longer than one do not see each other")
  func branches() {
    let shown = both(
      "a = (); for i in 0..3 { a = append(a, i) }; b = a; c = a",
      "for i in 0..3 { b = append(b, 5 * i); c = append(c, 10 * i) }", "(a, b, c)")
    #expect(shown == ["((0, 1, 2), (0, 1, 2, 0, 5, 10), (0, 1, 2, 0, 10, 20))", shown[0]])
  }

  @Test("A tuple takes itself as its last element")
  func itself() {
    let shown = both("t = (1,); for i in 0..3 { t = append(t, t) }", "t")
    #expect(shown == ["(1, (1,), (1, (1,)), (1, (1,), (1, (1,))))", shown[0]])
  }

  @Test("A tuple whose form as a tree is known gets another one")
  func trees() {
    let shown = both(
      "t = (); for i in 0..2 { t = append(t, f32([i])) }; s = t + 1", "t = append(t, 3)",
      "(s == (f32([1]), f32([2])) and t + 1 == (f32([1]), f32([2]), 3), len(t))")
    #expect(shown == ["(true, 3)", shown[0]])
  }

  @Test("What tuples held is let go with the last of them")
  func letGo() {
    let shown = both(
      "for round in 0..40 {", "t = ()", "half = ()",
      "for i in 0..8 { t = append(t, ones(250000)); half = if i < 4 { t } else { half } }",
      "t = append(t, t)", "t = append(map(t, x -> 1), (t, half))", "}", "sum(t[9][1][3])",
      limit: 64 << 20)
    #expect(shown == ["250000", "250000"])
  }

  @Test("Values as deep as may be are appended, and let go one after the other")
  func deep() {
    let shown = both("t = (); for i in 0..9999 { t = append((), t) }; u = t; t = 1; u = 2; u")
    #expect(shown == ["2", "2"])
    for text in both("t = (); for i in 0..10000 { u = (0,); u = append(u, t); t = u }; 1") {
      #expect(text.contains("error[recursion]: values would hold each other more than"))
    }
  }

  @Test("A tuple too large for the limit of memory is an error")
  func limit() {
    let message = "error[memory]: a tuple of 65,537 elements would go beyond the limit of 1 MiB"
    for item in ["i", "\"a\""] {
      for text in both("t = ()", "for i in 0..70000 { t = append(t, \(item)) }", limit: 1 << 20) {
        #expect(text.contains(message))
      }
    }
  }
}
