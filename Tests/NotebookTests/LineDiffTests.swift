import Notebook
import Testing

@Suite struct LineDiffTests {
  private func diff(_ old: String, _ new: String, context: Int = 2) -> String {
    lineDiff(
      old.split(separator: " ").map(String.init), new.split(separator: " ").map(String.init),
      context: context
    ).joined(separator: "|")
  }

  @Test(arguments: [
    ("a", "b", "- a|+ b"), ("a", "a b", "  a|+ b"), ("a b", "b", "- a|  b"), ("", "a", "+ a"),
    ("a", "", "- a"), ("a b c", "a x c", "  a|- b|+ x|  c"),
  ])
  func marksSayWhatChanged(old: String, new: String, shown: String) {
    #expect(diff(old, new) == shown)
  }

  /// Two lines before a change and two after it; a mark for what is left out.
  @Test func whatIsFarFromAChangeIsLeftOut() {
    #expect(diff("1 2 3 4 x 5 6 7 8", "1 2 3 4 y 5 6 7 8") == "  …|  3|  4|- x|+ y|  5|  6|  …")
    #expect(diff("1 2 x 5 6", "1 2 y 5 6") == "  1|  2|- x|+ y|  5|  6")
    #expect(diff("x 1 2 3 4 5 6 7 z", "y 1 2 3 4 5 6 7 w") == "- x|+ y|  1|  2|  …|  6|  7|- z|+ w")
    // Nothing is left out between changes near each other.
    #expect(diff("x 1 2 3 4 z", "y 1 2 3 4 w") == "- x|+ y|  1|  2|  3|  4|- z|+ w")
    #expect(diff("1 2 x 3 4", "1 2 y 3 4", context: 1) == "  …|  2|- x|+ y|  3|  …")
    #expect(diff("1 x 3", "1 y 3", context: 0) == "  …|- x|+ y|  …")
    #expect(diff("1 2 3", "1 2 3") == "  …")
  }

  @Test func emptyLinesHaveAMarkWhereTheyChanged() {
    #expect(lineDiff(["a", "", "b"], ["a", "", "c"]) == ["  a", "", "- b", "+ c"])
    #expect(lineDiff(["a"], ["a", ""]) == ["  a", "+ "])
  }

  /// Lines are compared by their bytes.
  @Test func composedAndDecomposedDiffer() {
    let lines = lineDiff(["é"], ["e\u{301}"])
    #expect(lines.map { $0.unicodeScalars.count } == [3, 4])
    #expect(lines.map { $0.prefix(1) } == ["-", "+"])
  }
}
