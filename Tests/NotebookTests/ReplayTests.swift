import Interpreter
import Notebook
import TestSupport
import Testing

@Suite struct ReplayTests {
  @Test func acceptedNotebookVerifies() throws {
    let text = try accepted(cells("x = 1", "x + 0.5", "print(\"a\"); x", "5;", "x + 1;"))
    #expect(
      text == """
        ```etude
        x = 1
        ```
        ```output bits=\(try bits(text, 0))
        ```

        ```etude
        x + 0.5
        ```
        ```output bits=\(try bits(text, 1))
        1.5
        ```

        ```etude
        print("a"); x
        ```
        ```output bits=\(try bits(text, 2))
        a
        1
        ```

        ```etude
        5;
        ```

        ```etude
        x + 1;
        ```

        """)
    #expect(try findings(text) == [])
    #expect(try accepted(text) == text)
  }

  private func bits(_ text: String, _ cell: Int) throws -> String {
    let bits = try #require(try document(text).cells[cell].output?.bits)
    #expect(bits.count == 16)
    return bits
  }

  /// A change of any recorded thing is found, and accepting brings back the very bytes.
  @Test(arguments: ["\n", "\r\n"])
  func everyChangeIsFoundAndUndone(_ lineEnd: String) throws {
    let source = """
      ---
      seed: 5
      ---
      ```etude label=a
      x = randn(3)
      ```

      - item

        ```etude
        x
        ```

      One <!--= x[0]:.3f -->0<!--/--> and

      ~~~etude error
      x @ [1, 2]
      ~~~

      last
      """
    let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
    let text = try accepted(lines.joined(separator: lineEnd))
    #expect(try findings(text) == [])
    var random = TestRandom(seed: 1)
    var changes = 0
    let document = try document(text)
    for part in document.parts {
      var ranges: [Range<Int>] = []
      switch part {
      case .cell(let cell):
        let output = try #require(cell.output)
        ranges = [byteRange(of: output.block, in: text)]
      case .value(let value): ranges = [value.text]
      case .orphan: Issue.record("no output is left over")
      }
      for range in ranges {
        for at in range {
          var bytes = Array(text.utf8)
          guard let digit = Character(UnicodeScalar(bytes[at])).wholeNumberValue else { continue }
          bytes[at] = UInt8(0x30 + (digit + Int.random(in: 1...9, using: &random)) % 10)
          let changed = String(decoding: bytes, as: UTF8.self)
          #expect(try findings(changed).count == 1, "\(changed)")
          #expect(try accepted(changed) == text)
          changes += 1
        }
        if case .value = part { continue }
        let removed = text.removing(range)
        #expect(try findings(removed).count == 1, "\(removed)")
        #expect(try accepted(removed) == text)
      }
    }
    #expect(changes > 40)
  }

  private func byteRange(of block: FencedBlock, in text: String) -> Range<Int> {
    var starts = [0]
    for (i, byte) in text.utf8.enumerated() where byte == 0x0A { starts.append(i + 1) }
    let end = block.lines.upperBound + 1
    return starts[block.lines.lowerBound]..<(end < starts.count ? starts[end] : text.utf8.count)
  }

  @Test func addedOutputIsFound() throws {
    let text = try accepted("```etude\n1\n```\n\ntext\n\n```etude\n2;\n```\n")
    let extra = "```output\n3\n```\n"
    let after = text.replacing("\n\ntext", with: "\n\(extra)\ntext")
    #expect(try findings(after) == ["7: cell 1: the cell does not produce this output block"])
    #expect(try accepted(after) == text)
    let orphan = text.replacing("text\n", with: "text\n\(extra)")
    #expect(try findings(orphan) == ["9: output: this output block belongs to no cell"])
    #expect(try accepted(orphan) == text)
    let silent = text + extra
    #expect(try findings(silent) == ["13: cell 2: the cell does not produce this output block"])
    #expect(try accepted(silent) == text)
  }

  @Test func tooFewDigitsOfTheDigestAreNotEnough() throws {
    let text = try accepted(cells("1"))
    let bits = try #require(try document(text).cells[0].output?.bits)
    let short = text.replacing(bits, with: String(bits.prefix(15)))
    #expect(try findings(short).count == 1)
    #expect(try accepted(short) == text)
    #expect(try findings(text.replacing(" bits=" + bits, with: "")).count == 1)
  }

  /// The text shows four digits; the digest sees all of them.
  @Test func changesBelowThePrintedDigitsAreFound() throws {
    let text = try accepted(cells("[0.1, 0.2]"))
    let changed = text.replacing("[0.1, 0.2]", with: "[0.1, 0.2000001]")
    #expect(changed != text)
    #expect(
      try findings(changed) == [
        "4: cell 1: the text is the same, and the full-precision values behind it differ"
      ])
  }

  @Test func boundFunctionsAreDigested() throws {
    let text = try accepted(cells("fn f(x) = x + 1"))
    #expect(try findings(text.replacing("x + 1", with: "x +  1")) == [])
    #expect(
      try findings(text.replacing("x + 1", with: "x + 2"))
        == ["4: cell 1: the values of the variables differ"])
  }

  @Test func fencesGrow() throws {
    let text = try accepted(cells("print(\"a\\n````\\n```output\")"))
    #expect(text.contains("\n`````output bits="))
    #expect(text.hasSuffix("\n`````\n"))
    #expect(try findings(text) == [])
  }

  @Test func controlCharactersStayInTheirLine() throws {
    let text = try accepted(cells("print(\"a\\u{d}b\\u{0}\\u{1b}[31m\")"))
    #expect(text.contains("\na␍b␀␛[31m\n"))
    #expect(try findings(text) == [])
  }

  @Test func longOutputIsCutInTheTextAlone() throws {
    let text = try accepted(cells("for i in 0..500 { print(i) }"))
    #expect(text.contains("\n99\n… 380 lines …\n480\n"))
    #expect(try findings(text) == [])
    let other = text.replacing("print(i)", with: "print(if i == 200 { 0 } else { i })")
    #expect(try findings(other).count == 1)
  }

  @Test func errorCells() throws {
    let text = try accepted("```etude error\nx = 1\nprint(x)\n\nx + nope\n```\n")
    #expect(text.contains("\n1\nerror[name]: "))
    #expect(text.contains("  cell, line 4\n"))
    #expect(try findings(text) == [])
    #expect(try findings(text.replacing("\n\nx + nope", with: "\nx + nope")).count == 1)
    #expect(
      try findings("```etude error\n1\n```\n")
        == ["1: cell 1: this cell is marked `error` and does not fail"])
    // Accepting can't settle that.
    #expect(try accepted("```etude error\n1\n```\n") == "```etude error\n1\n```\n")
  }

  @Test func failingCellsStopTheirDependents() throws {
    let text = cells(
      "a = 1", "b = nope", "c = b + 1", "fn f() = b", "f()", "a + 1", "b = 2", "b + a",
      "g = () -> a", "a = nope2", "g()")
    let report = replay(try document(text))
    #expect(
      report.cells.map(\.status.rawValue) == [
        "differs", "failed", "not run", "not run", "not run", "differs", "differs", "differs",
        "differs", "failed", "not run",
      ])
    #expect(!report.holdsOnceAccepted)
  }

  @Test func functionsDefinedBeforeAFailureDependOnIt() throws {
    let report = replay(try document(cells("fn f() = late + 1", "late = nope", "f()", "1")))
    #expect(report.cells.map(\.status.rawValue) == ["differs", "failed", "not run", "differs"])
  }

  @Test func syntaxErrorsStopTheirDependents() throws {
    let report = replay(try document(cells("a = 1", "a = (2", "a", "3")))
    #expect(report.cells.map(\.status.rawValue) == ["differs", "failed", "not run", "differs"])
  }

  @Test func findingsNameTheLineOfTheFile() throws {
    let report = replay(try document("# A\n\n- b\n\n  ```etude\n  1\n  2 + nope\n  ```\n"))
    #expect(report.findings.map(\.line) == [7])
    #expect(report.findings.map(\.column) == [7])
  }

  @Test func volatileOutput() throws {
    let text = try accepted("```etude\ntime(() -> 3)\n```\n\n```etude volatile\n4\n```\n")
    #expect(text.contains("\n~ "))
    let report = replay(try document(text))
    #expect(report.holds)
    #expect(report.cells.map(\.status) == [.volatile, .volatile])
    #expect(try accepted(text) == text)
    #expect(try findings(text.replacing("\n3\n", with: "\n5\n")).count == 1)
    #expect(try findings(text.replacing("\n4\n```\n```output", with: "\n5\n```\n```output")) == [])
  }

  @Test func skippedCells() throws {
    let text = "```etude skip\nnope\n```\n```output\nstale\n```\n"
    let report = replay(try document(text))
    #expect(report.holds && report.edits.isEmpty)
    #expect(report.cells.map(\.status) == [.skipped])
    #expect(report.summary() == "0 cells verified, 0 volatile, 1 skipped")
  }

  @Test func claims() throws {
    let text = try accepted(cells("claim(\"one is less\", 1 < 2)\nclaim(\"two is\", 2 < 1)"))
    #expect(text.contains("\n✓ one is less\n✗ two is\n"))
    let report = replay(try document(text))
    #expect(report.claims.map(\.claim.holds) == [true, false])
    #expect(report.claims.map(\.claim.margin) == [1, -1])
    #expect(report.findings.map(\.kind) == [.claim])
    #expect(!report.holdsOnceAccepted)
  }

  @Test func checkedValues() throws {
    let text =
      "```etude\nx = 0.125\n```\n\nIt is <!--= x:.0% -->?<!--/--> or <!--= x -->?<!--/-->.\n"
    let done = try accepted(text)
    #expect(done.hasSuffix("It is <!--= x:.0% -->12%<!--/--> or <!--= x -->0.125<!--/-->.\n"))
    #expect(try findings(done) == [])
    #expect(
      try findings(done.replacing(">12%<", with: ">13%<"))
        == ["7: checked value: the value differs"])
    #expect(
      try findings("<!--= nope -->1<!--/-->\n")
        == ["1: checked value: this value can't be computed"])
    #expect(
      try findings("a <!--= \"b\\nc\" -->1<!--/-->\n")
        == ["1: checked value: this value can't be computed"])
    // It sees what the cell above bound and binds nothing.
    let early = "<!--= y -->1<!--/-->\n\n" + cells("y = 1")
    #expect(replay(try document(early)).findings.count == 2)
  }

  @Test func streamsFollowSeedAndLabel() throws {
    let seeded = "---\nseed: 1\n---\n"
    let cell = "```etude label=a\nrand(2)\n```\n"
    let text = try accepted(seeded + cell)
    #expect(try findings(text.replacing("seed: 1", with: "seed: 2")).count == 1)
    #expect(try findings(text.replacing("label=a", with: "label=b")).count == 1)
    // A draw above shifts nothing.
    let above = text.replacing("```etude label=a", with: cells("rand(7);") + "\n```etude label=a")
    #expect(try findings(above) == [])
  }

  @Test func missingLastNewlineStays() throws {
    let text = try accepted("```etude\n1\n```")
    #expect(text.hasSuffix("\n1\n```"))
    #expect(try findings(text) == [])
    #expect(try accepted("a\r\n\r\n```etude\r\n1\r\n```").contains("```\r\n```output bits="))
  }
}

extension String {
  fileprivate func removing(_ range: Range<Int>) -> String {
    var bytes = Array(utf8)
    bytes.removeSubrange(range)
    return String(decoding: bytes, as: UTF8.self)
  }
}
