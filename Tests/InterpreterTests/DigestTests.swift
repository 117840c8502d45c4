import Diagnostics
import Interpreter
import Testing

@Suite("Digests")
struct DigestTests {
  func digests(_ codes: String..., before: String = "") -> [String] {
    let session = Session()
    _ = screen(before, session: session)
    return codes.map { screen("digest(\($0))", session: session) }
  }

  @Test(
    "Different values have different digests",
    arguments: [
      ("1", "f64(1)"), ("f32(1)", "f64(1)"), ("1", "2"), ("0", "-0.0"), ("\"1\"", "1"),
      ("[1, 2]", "[2, 1]"), ("[1, 2]", "[[1, 2]]"), ("(1, 2)", "(2, 1)"),
      ("(1, (2,))", "((1,), 2)"),
      ("{a: 1, b: 2}", "{b: 2, a: 1}"), ("{a: 1}", "{b: 1}"), ("true", "1"), ("nothing", "0"),
      ("[1]", "buffer([1])"), ("x -> x", "x -> x + 1"), ("sum", "mean"), ("0..3", "0..4"),
      ("\"ab\"", "(\"a\", \"b\")"), ("grad(x -> x)", "value_and_grad(x -> x)"),
    ])
  func different(_ a: String, _ b: String) {
    let pair = digests(a, b)
    #expect(pair[0].count == 66)
    #expect(pair[0] != pair[1])
  }

  @Test(
    "Equal values have equal digests, however they came to be",
    arguments: [
      ("0.1 + 0.2", "0.30000000000000004"), ("[1, 2]", "f32((1, 2))"),
      ("[[1, 2], [3, 4]].T", "[[1, 3], [2, 4]]"), ("nan", "0 / 0"), ("f32(nan)", "sum([nan, 1])"),
      ("x -> x + 1", "(x)   ->   (x + 1) # comment"), ("{a: 1}", "{...{a: 1}}"),
    ])
  func equal(_ a: String, _ b: String) {
    let pair = digests(a.replacing(" # comment", with: ""), b.replacing(" # comment", with: ""))
    #expect(pair[0].count == 66)
    #expect(pair[0] == pair[1])
  }

  @Test("A closure's digest has what it captured")
  func captures() {
    let three = digests("make(1)", "make(2)", "make(1)", before: "fn make(k) { x -> x + k }")
    #expect(three[0] != three[1])
    #expect(three[0] == three[2])
  }

  @Test("The digest of a number is SHA-256 of its stated form")
  func stated() {
    // printf 'n\0\0\0\0\0\0\360?' | sha256sum
    #expect(
      digest(of: .number(1)) == "d5b869ca4819f7b00f6213d69b16fd5f2c7df2247ef90f3cafa5239de781347d")
  }
}
