import Interpreter
import Tensor
import Testing

@Suite("Showing values")
struct ShowTests {
  @Test(
    "Numbers in the fewest digits that read back",
    arguments: [
      ("3", "3"), ("0.1", "0.1"), ("1e15", "1000000000000000"), ("1e16", "1e16"),
      ("1e17", "1e17"), ("1.5e-7", "1.5e-7"), ("0.0001", "0.0001"), ("0.00001", "1e-5"),
      ("-0.0", "-0"), ("1 / 3", "0.3333333333333333"), ("5e-324", "5e-324"),
      ("1.7976931348623157e308", "1.7976931348623157e308"), ("inf", "inf"), ("-inf", "-inf"),
      ("f32(0.1)", "0.1"), ("f32(1) / 3", "0.33333334"), ("sum([1, 2])", "3"),
    ])
  func numbers(_ code: String, _ shown: String) {
    #expect(screen(code) == shown)
  }

  @Test(
    "Formats round the exact binary value, half to even",
    arguments: [
      ("{0.125:.2f}", "0.12"), ("{0.375:.2f}", "0.38"), ("{2.675:.2f}", "2.67"),
      ("{0.5:.0f}", "0"), ("{1.5:.0f}", "2"), ("{1e23:.1e}", "1.0e23"), ("{9.99:.1f}", "10.0"),
      ("{0.9996:.2e}", "1.00e0"), ("{1e-10:.3f}", "0.000"), ("{-0.001:.1f}", "-0.0"),
      ("{0.12345:.1%}", "12.3%"), ("{0:.2e}", "0.00e0"), ("{nan:.1f}", "nan"),
      ("{1e22:.0f}", "10000000000000000000000"), ("{2 ^ 70:.0f}", "1180591620717411303424"),
      ("{5e-324:.3e}", "4.941e-324"), ("{f32(0.1):.10f}", "0.1000000015"), ("{3:+d}", "+3"),
    ])
  func formats(_ template: String, _ text: String) {
    #expect(screen("print(\"\(template)\")") == text)
  }

  @Test("Tensors: dtype and shape, then columns aligned at the point")
  func tensors() {
    #expect(screen("[1, 2, 3]") == "f32[3]\n  1  2  3")
    #expect(
      screen("[[1, 2.5], [-3.25, 400]]") == "f32[2, 2]\n   1.0000    2.5000\n  -3.2500  400.0000")
    #expect(screen("[1e-7, 2e-7]") == "f32[2]\n  1.0000e-7  2.0000e-7")
    #expect(screen("[1e9, 1]") == "f32[2]\n  1.0000e9  1.0000e0")
    #expect(screen("[0.5, inf, nan]") == "f32[3]\n  0.5000  inf  nan")
    #expect(screen("i32((1, -20))") == "i32[2]\n  1  -20")
    #expect(screen("[1, 2] > 1") == "bool[2]\n  false  true")
    #expect(screen("f32(())") == "f32[0]")
  }

  @Test("An ellipsis stands for the middle of more than eight rows or columns")
  func ellipsis() {
    #expect(screen("f32(0..9)") == "f32[9]\n  0  1  2  3  …  5  6  7  8")
    #expect(screen("f32(0..8)") == "f32[8]\n  0  1  2  3  4  5  6  7")
    let tall = screen("f32(map(0..10, i -> (i, 10 * i)))")
    #expect(
      tall
        == "f32[10, 2]\n  0   0\n  1  10\n  2  20\n  3  30\n  ⋮\n  6  60\n  7  70\n  8  80\n  9  90"
    )
    #expect(screen("[[[1, 2]], [[3, 4]]]") == "f32[2, 1, 2]\n[0]\n  1  2\n[1]\n  3  4")
  }

  @Test("Records and tuples: on one line if short, else part by part")
  func records() {
    #expect(screen("{loss: 0.5, name: \"a\"}") == "{loss: 0.5, name: \"a\"}")
    #expect(screen("{w: [[1, 2]], b: 3}") == "w: f32[1, 2]\n    1  2\nb: 3")
    #expect(screen("((1,), ())") == "((1,), ())")
    #expect(screen("(x, y=2) -> x") == "fn function(x, y)")
    #expect(screen("0..10 by 2") == "0..10 by 2")
    #expect(screen("\"a\\\"b\\n\"") == "\"a\\\"b\\n\"")
    #expect(screen("nothing") == "")
  }

  @Test("Long and deep values are cut")
  func cuts() {
    #expect(
      screen("map(0..20, i -> i)")
        == "(0, 1, 2, 3, 4, 5, 6, 7, …, 12, 13, 14, 15, 16, 17, 18, 19)")
    let deep = screen("t = (); for i in 0..9999 { t = (t,) }; t")
    #expect(deep.hasPrefix("((((((((((((((((") && deep.contains("…") && deep.count < 100)
  }

  @Test("A model shows its parameters and how many there are")
  func models() {
    let code = """
      {w: f32(map(0..20, i -> map(0..60, j -> 0))), stats: {mean: buffer([1, 2])},
       call: (self, x) -> x}
      """
    #expect(
      screen(code) == """
        model with 1,200 parameters
          w           f32[20, 60]    1,200
          stats.mean  buffer f32[2]      2
        """)
  }

  @Test("Tables align their columns; wide characters count two")
  func tables() {
    #expect(
      screen("table({name: (\"가\", \"abc\"), n: (1, 20)})") == """
        name   n
        ────  ──
        가     1
        abc   20
        """)
  }

  @Test("A quiet cell, a binding and nothing show nothing")
  func quiet() {
    #expect(screen("1 + 1;") == "")
    #expect(screen("x = 1") == "")
    #expect(screen("for i in 0..3 { i }") == "")
  }
}
