import Diagnostics
import Foundation
import Interpreter
import TestSupport
import Testing

/// What is laid out for a width: tables and documentation. And decimals to a number of digits.
@Suite("Layout")
struct LayoutTests {
  private func table(_ code: String, width: Int = 100) -> [String] {
    let session = Session()
    session.fit(width: width, drawing: nil)
    return screen(code, session: session).components(separatedBy: "\n")
  }

  // MARK: Tables

  @Test("Columns that go beyond the width stand below, with the first one")
  func parts() {
    let code = "table({name: (\"a\", \"b\"), one: (1, 2), second: (3, 4)})"
    let whole = [
      "name  one  second", "────  ───  ──────", "a       1       3", "b       2       4",
    ]
    #expect(table(code, width: 17) == whole)
    let halves = [
      "name  one", "────  ───", "a       1", "b       2", "", "name  second", "────  ──────",
      "a          3", "b          4",
    ]
    #expect(table(code, width: 16) == halves)
    // The first column never stands alone.
    #expect(table(code, width: 5) == halves)
    #expect(table("table({name: (1, 2)})", width: 2) == ["name", "────", "   1", "   2"])
  }

  @Test("A table of more than 51 rows shows its first 40 and its last 10")
  func longTables() {
    let whole = table("table({n: 0..51})")
    #expect(whole.count == 2 + 51 && !whole.contains { $0.contains("⋮") })
    let cut = table("table({n: 0..52})").map { $0.trimmingCharacters(in: .whitespaces) }
    #expect(cut.count == 2 + 40 + 1 + 10)
    #expect(cut[41...43] == ["39", "⋮", "42"] && cut.last == "51")
  }

  @Test("A text of more than 48 columns is cut")
  func longTexts() {
    for text in [String(repeating: "a", count: 48), String(repeating: "가", count: 24)] {
      #expect(table("table({t: (\"\(text)\",)})")[2] == text)
      let cut = table("table({t: (\"\(text)b\",)})")[2]
      #expect(cut.last == "…" && displayWidth(cut) <= 48 && displayWidth(cut) >= 47)
      #expect(text.hasPrefix(cut.dropLast()))
    }
    #expect(table("table({t: (\"a\\nb\",)})")[2] == "a b")
    #expect(table("table({\(String(repeating: "n", count: 60)): (1,)})")[0].count == 48)
  }

  @Test("Wide characters keep columns aligned")
  func wideCells() {
    let lines = table("table({이름: (\"가나다\", \"b\"), t: (\"x\", \"yy\")})")
    #expect(lines == ["이름    t", "──────  ──", "가나다  x", "b       yy"])
  }

  @Test("One format is that of fractions, and leaves whole numbers and texts")
  func formats() {
    let lines = table(
      "table({n: (1, 20), x: (0.5, 1), t: (\"a\", \"b\")}, format=\".2f\")")
    #expect(lines == [" n     x  t", "──  ────  ─", " 1  0.50  a", "20  1.00  b"])
    let own = table("table({n: (1, 20), x: (0.5, 1)}, format={n: \".1f\"})")
    #expect(own == ["   n    x", "────  ───", " 1.0  0.5", "20.0  1"])
  }

  // MARK: Documentation

  /// Documentation with a text, without an example.
  private func rendered(_ text: String, _ parameters: String = "x", width: Int) -> [String] {
    let session = Session()
    let comment = text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? "##" : "## \($0)" }.joined(separator: "\n")
    let code = "\(comment)\nfn f(\(parameters)) = 1"
    #expect(session.run(SourceText(name: "f", text: code)).error == nil)
    return session.documentation(of: "f")?.rendered(width: width).components(separatedBy: "\n")
      ?? []
  }

  @Test("A paragraph with a line that is too long is laid out anew")
  func paragraphs() {
    let text = "one two three four\nfive six"
    #expect(rendered(text, width: 18) == ["f(x)", "", "one two three four", "five six"])
    #expect(rendered(text, width: 17) == ["f(x)", "", "one two three", "four five six"])
    // A line that fits exactly is not too long.
    #expect(rendered("one\ntwo six", width: 7) == ["f(x)", "", "one", "two six"])
    #expect(rendered("one\ntwo six", width: 6) == ["f(x)", "", "one", "two", "six"])
    // The last word fits exactly.
    #expect(rendered("one two three four", width: 13) == ["f(x)", "", "one two three", "four"])
    #expect(rendered("one two three four", width: 12) == ["f(x)", "", "one two", "three four"])
    #expect(rendered("가나 다라 마바", width: 9) == ["f(x)", "", "가나 다라", "마바"])
    // A word that is wider than the screen stands alone.
    #expect(rendered("a sesquipedalian b", width: 6) == ["f(x)", "", "a", "sesquipedalian", "b"])
    #expect(
      rendered("one two\n\nthree four", width: 8) == ["f(x)", "", "one two", "", "three", "four"])
  }

  @Test(
    "Code, lists, tables and titles stay as they are",
    arguments: [
      "- one two three", "| one two three |", "  one two three", "# one two three",
      "```\none two three\nfour\n```",
    ])
  func blocksStay(block: String) {
    let lines = block.components(separatedBy: "\n")
    #expect(
      rendered("\(block)\none two three", width: 8) == ["f(x)", ""] + lines + ["one two", "three"])
    // A paragraph ends where one begins.
    #expect(rendered("a\n\(block)\nb", width: 8) == ["f(x)", "", "a"] + lines + ["b"])
  }

  @Test("A call is broken after commas, and its other lines are indented")
  func calls() {
    let parameters = "first, second=2, third=3"
    #expect(rendered("", parameters, width: 27) == ["f(first, second=2, third=3)"])
    #expect(rendered("", parameters, width: 26) == ["f(first, second=2,", "  third=3)"])
    #expect(rendered("", parameters, width: 18) == ["f(first, second=2,", "  third=3)"])
    #expect(rendered("", parameters, width: 17) == ["f(first,", "  second=2,", "  third=3)"])
  }

  // MARK: Decimals

  @Test(
    "A number below the last digit is rounded to it, half to even",
    arguments: [
      ("{0.6:.0f}", "1"), ("{0.51:.0f}", "1"), ("{0.5:.0f}", "0"), ("{0.49:.0f}", "0"),
      ("{0.06:.1f}", "0.1"), ("{0.05:.1f}", "0.1"), ("{0.04:.1f}", "0.0"), ("{0.96:.1f}", "1.0"),
      ("{0.006:.1f}", "0.0"), ("{9.5:.0f}", "10"), ("{8.5:.0f}", "8"), ("{99.95:.1f}", "100.0"),
      ("{0.25:.1f}", "0.2"), ("{0.75:.1f}", "0.8"), ("{9.5:.0e}", "1e1"), ("{8.5:.0e}", "8e0"),
    ])
  func rounding(_ template: String, _ text: String) {
    #expect(screen("print(\"\(template)\")") == text)
  }

  /// The C library's are exact too, and made apart from ours.
  @Test("Decimals are those of the C library")
  func decimals() {
    var random = TestRandom(seed: 21)
    var code = "", expected: [String] = []
    for round in 0..<600 {
      let bits = UInt64.random(in: 0...UInt64.max, using: &random)
      var x = Double(bitPattern: bits)
      // Any size, numbers near 1, and those that end with a five.
      if round % 3 == 1 { x = Double.random(in: -1000...1000, using: &random) }
      if round % 3 == 2 { x = Double(Int.random(in: -4000...4000, using: &random)) / 64 }
      guard x.isFinite else { continue }
      let digits = Int.random(in: 0...12, using: &random)
      let isFixed = abs(x) < 1e20
      code += "print(\"{\(x):.\(digits)\(isFixed ? "f" : "e")}\")\n"
      let text = String(format: "%.\(digits)\(isFixed ? "f" : "e")", x)
      expected.append(isFixed ? text : Self.ourExponent(text))
    }
    #expect(expected.count > 500)
    let shown = screen(code).components(separatedBy: "\n")
    for (a, b) in zip(shown, expected) where a != b { Issue.record("\(a), not \(b)") }
    #expect(shown.count == expected.count)
  }

  /// `1.5e+07` as `1.5e7`.
  private static func ourExponent(_ text: String) -> String {
    let parts = text.components(separatedBy: "e")
    return "\(parts[0])e\(Int(parts[1]) ?? 0)"
  }
}
