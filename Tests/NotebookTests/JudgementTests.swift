import Interpreter
import Notebook
import Testing

/// What a replay must not let pass.
@Suite struct JudgementTests {
  /// One character composed in two ways looks alike and is another text.
  @Test func composedAndDecomposedTextDiffer() throws {
    let text = try accepted(cells("\"가é\"") + "\nSo <!--= \"é\" -->?<!--/-->.\n")
    #expect(try findings(text) == [])
    let output = text.replacing("\n\"가é\"\n```\n\nSo", with: "\n\"가e\u{301}\"\n```\n\nSo")
    #expect(
      try findings(output) == [
        "4: cell 1: the output differs in how its characters are composed (NFC or NFD)"
      ])
    let value = text.replacing(">é<", with: ">e\u{301}<")
    #expect(try findings(value).count == 1)
    #expect(try accepted(output).utf8.elementsEqual(text.utf8))
    #expect(try accepted(value).utf8.elementsEqual(text.utf8))
  }

  /// A label names a stream, whichever way its characters are composed.
  @Test func labelsAreComposed() throws {
    let one = try accepted("```etude label=é\nrand(2)\n```\n")
    let other = try accepted("```etude label=e\u{301}\nrand(2)\n```\n")
    let isOne = one.replacing("label=é", with: "").utf8
      .elementsEqual(other.replacing("label=e\u{301}", with: "").utf8)
    #expect(isOne)
    let twice = malformation("```etude label=é\n1\n```\n```etude label=e\u{301}\n1\n```\n")
    #expect(twice?.message.hasPrefix("two cells have the label") ?? false)
  }

  @Test(arguments: ["claim(\"no\", 1 > 2)", "print(1)"])
  func checkedValuesOnlyCompute(_ expression: String) throws {
    let text = "Here <!--= \(expression) -->nothing<!--/-->.\n"
    #expect(try findings(text) == ["1: checked value: this value can't be computed"])
  }

  @Test func cellsIndentedByTabs() throws {
    let text = try accepted("1. a\n\n\t```etude\n\t1 + 1\n\t```\n")
    #expect(text.contains("\n\t2\n\t```\n"))
    #expect(try findings(text) == [])
  }

  /// The lines of the library are no part of what a notebook records.
  @Test func errorsInTheLibraryAreSeenFromTheCall() throws {
    let text = try accepted(
      "```etude error\nn = 4\ntrain(x -> x, (zeros(3), zeros(2)))\n```\n")
    #expect(!text.contains("stdlib"))
    #expect(text.contains("cell, line 2\n  2 │ train(x -> x, (zeros(3), zeros(2)))\n"))
    #expect(try findings(text) == [])
  }

  /// A fence that HTML swallows is no cell; one in a comment is meant to be none.
  @Test func cellsInHTMLAreRefused() throws {
    let inside = malformation("<details>\n```etude\n1\n```\n</details>\n")
    #expect(inside?.message == "a cell can't stand in a block of HTML")
    #expect(inside?.hint == "put an empty line before it, which ends the HTML")
    #expect(malformation("<!--\n```etude\n1\n```\n-->\n") == nil)
    #expect(try document("<details>\n\n```etude\n1\n```\n\n</details>\n").cells.count == 1)
  }

  @Test func oneDigestABlock() throws {
    let text = try accepted(cells("1"))
    let doubled = text.replacing("output bits=", with: "output bits=0000000000000000 bits=")
    #expect(malformation(doubled)?.message == "an output block has one `bits=`, and this has 2")
  }

  /// Characters are counted, not bytes, and what is whole is not marked as cut.
  @Test func onlyLongLinesAreCut() throws {
    let whole = try accepted(cells("print(\"\(String(repeating: "가", count: 1000))\")"))
    #expect(!whole.contains("…"))
    let long = try accepted(cells("print(\"\(String(repeating: "가", count: 1001))\")"))
    #expect(long.contains("\n\(String(repeating: "가", count: 500))…\n"))
  }
}
