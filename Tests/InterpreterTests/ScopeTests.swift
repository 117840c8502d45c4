import Diagnostics
import Interpreter
import Testing

@Suite("Names and scopes")
struct ScopeTests {
  @Test("A function body is a scope; if and while blocks are none")
  func functionScope() {
    #expect(screen("fn f() { y = 1; y }", "f()", "y").contains("`y` is not known here"))
    #expect(screen("if true { z = 4 }", "z") == "4")
    #expect(
      screen("fn f(c) { if c { a = 1 } else { a = 2 }; a }", "(f(true), f(false))") == "(1, 2)")
  }

  @Test("A for variable is fresh in each round and local to its loop")
  func loopVariable() {
    #expect(screen("i = 9; for i in 0..3 { }", "i") == "9")
    #expect(
      screen("fs = (); for i in 0..3 { fs = append(fs, () -> i) }", "(fs[0](), fs[1](), fs[2]())")
        == "(0, 1, 2)")
    #expect(
      screen(
        "fn make() { fs = (); for i in 0..3 { fs = append(fs, () -> i) }; fs }",
        "map(make(), f -> f())") == "(0, 1, 2)")
    #expect(screen("fn f() { i = 7; for i in 0..2 { i = 5 }; i }", "f()") == "7")
    #expect(screen("fn f() { for i in 0..3 { last = i }; last }", "f()") == "2")
  }

  @Test("Local variables are captured by value when the function is made")
  func capture() {
    #expect(screen("fn f() { k = 1; g = x -> x + k; k = 100; g(1) }", "f()") == "2")
  }

  @Test("Top-level names are looked up at the call")
  func topLevel() {
    #expect(screen("k = 1; fn f(x) = x + k", "k = 10", "f(1)") == "11")
    #expect(screen("fn f() = g()", "fn g() = 5", "f()") == "5")
  }

  @Test("A name that a body assigns never falls back to an outer one")
  func readBeforeBound() {
    let error = failure("x = 1; fn f() { y = x; x = 2; y }", "f()")
    #expect(error?.code == .name)
    #expect(error?.message == "`x` is read before it is bound")
    #expect(failure("fn f(c) { if c { a = 1 }; a }", "f(false)")?.code == .name)
    #expect(failure("fn f() { g = () -> a; g(); a = 1 }", "f()")?.code == .name)
    #expect(screen("fn f() { g = () -> 2; a = 1; g() + a }", "f()") == "3")
    #expect(failure("fn f(n) { if n > 0 { a = 1 }; a }", "f(1)", "f(0)")?.code == .name)
  }

  @Test("A captured name can't be updated")
  func captureUpdate() {
    let error = failure("fn f() { n = 0; g = () -> { n += 1; n }; g() }")
    #expect(error?.code == .name)
    #expect(error?.hint == "pass `n` in and return the changed value")
    #expect(failure("n = 0", "fn f() { n += 1 }")?.code == .name)
    #expect(failure("x = [1, 2]", "fn f() { x[0] = 5 }")?.code == .name)
    #expect(screen("n = 1; n += 2; n *= 5; n") == "15")
  }

  @Test("A function bound to a local name may call itself")
  func localRecursion() {
    #expect(
      screen("fn f(n) { fn fact(k) = if k < 2 { 1 } else { k * fact(k - 1) }; fact(n) }", "f(5)")
        == "120")
    #expect(
      screen("fn f(n) { go = k -> if k == 0 { 0 } else { k + go(k - 1) }; go(n) }", "f(4)") == "10")
    #expect(
      screen(
        "fn f() { fn a(n) { h = () -> if n == 0 { \"end\" } else { a(n - 1) }; h() }; a(3) }", "f()"
      )
        == "\"end\"")
  }

  @Test("The library resolves its own names")
  func libraryNames() {
    #expect(screen("map = 0", "fold((1, 2), 0, (t, x) -> t + x)", "map") == "3\n0")
  }

  @Test("An unknown name offers the nearest spelling")
  func nearestName() {
    #expect(failure("learning_rate = 1", "learnin_rate")?.hint == "did you mean `learning_rate`?")
    #expect(failure("appendd((), 1)")?.hint == "did you mean `append`?")
    #expect(failure("None")?.hint == "nothing")
  }

  @Test("Defaults are evaluated at each call and see earlier parameters")
  func defaults() {
    #expect(
      screen("k = 2; fn f(a, b=a * k) = (a, b)", "f(1)", "k = 5; f(1)", "f(1, b=0)")
        == "(1, 2)\n(1, 5)\n(1, 0)")
    #expect(failure("fn f(a) = a", "f()")?.message == "`f` needs the argument `a`")
    #expect(failure("fn f(a) = a", "f(1, 2)")?.message == "`f` takes 1 argument, but 2 are given")
    #expect(failure("fn f(a) = a", "f(b=2)")?.message == "`f` has no argument `b`")
    #expect(failure("fn f(a) = a", "f(1, a=2)")?.message == "`f` is given `a` twice")
  }

  @Test("Patterns bind parameters, for variables and assignments, and nest")
  func patterns() {
    #expect(
      screen("((a, b), {c, d: e}) = ((1, 2), {c: 3, d: 4})", "(a, b, c, e)") == "(1, 2, 3, 4)")
    #expect(screen("fn f((a, b), {k}) = a * b + k", "f((2, 3), {k: 4})") == "10")
    #expect(screen("t = 0; for (a, b) in ((1, 2), (3, 4)) { t += a * b }; t") == "14")
    #expect(
      failure("(a, b) = (1, 2, 3)")?.message
        == "the pattern needs 2 elements, but the value has 3")
    #expect(failure("{a} = {b: 1}")?.code == .name)
  }

  @Test("A failing cell binds nothing")
  func failingCell() {
    let session = Session()
    #expect(screen("a = 1", session: session) == "")
    #expect(failure("a = 2; b = 3; a + nope", session: session) != nil)
    #expect(session["b"] == nil)
    #expect(session["a"]?.asNumber == 1)
    #expect(session.names == ["a"])
  }

  @Test("Names of the library that begin with _ are its own")
  func privateNames() {
    let session = Session()
    #expect(!session.libraryNames.contains { $0.hasPrefix("_") })
    #expect(failure("_anything(1)")?.code == .name)
    #expect(failure("_anything")?.hint == nil)
    #expect(session.documentation(of: "_anything") == nil)
  }
}
