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

  // MARK: Reports

  /// Everything that can become of a cell, counted.
  @Test func reportsCountWhatBecameOfEachCell() throws {
    let text =
      try accepted(cells("1", "2", "x = 3")) + cells("y = 0")
      + "\n```etude volatile\n5\n```\n\n```etude skip\n6\n```\n\n"
      + cells(
        "z = nope", "z", "z + 1", "claim(\"a\", 1 < 2)\nclaim(\"b\", 2 < 1)\nclaim(\"c\", 1 < 3)")
      + "\nSo <!--= x -->3<!--/-->, <!--= x -->4<!--/-->, <!--= x -->5<!--/-->, <!--= nope -->1<!--/-->.\n"
    let report = replay(try document(text))
    #expect(
      report.summary()
        == "3 cells verified, 1 volatile, 1 skipped, 2 differ, 1 failed, 2 not run, "
        + "1 value verified and 3 not, 2 of 3 claims hold")
    #expect(
      report.summary(isAccepted: true)
        == "3 cells verified, 1 volatile, 1 skipped, 2 written, 1 failed, 2 not run, "
        + "1 value verified and 3 written, 2 of 3 claims hold")
    #expect(!report.holds && !report.holdsOnceAccepted)
  }

  @Test func oneIsNoPlural() throws {
    let text = try accepted(cells("claim(\"a\", 1 < 2)") + "\nSo <!--= 2 -->2<!--/-->.\n")
    #expect(
      replay(try document(text)).summary()
        == "1 cell verified, 0 volatile, 0 skipped, 1 value verified, 1 claim holds")
    let two = try accepted(cells("claim(\"a\", 1 < 2)", "claim(\"b\", 1 < 2)"))
    #expect(
      replay(try document(two)).summary().hasSuffix(
        "2 cells verified, 0 volatile, 0 skipped, 2 claims hold"))
  }

  /// What accepting settles are differences alone.
  @Test(arguments: [
    ("1", true), ("nope", false), ("claim(\"a\", 2 < 1)", false), ("claim(\"a\", 1 < 2)", true),
  ])
  func differencesAreSettled(_ code: String, _ isSettled: Bool) throws {
    let report = replay(try document(cells(code)))
    #expect(!report.holds && report.holdsOnceAccepted == isSettled)
  }

  @Test func timeLimitsAreNotSettled() throws {
    var environment = ReplayEnvironment()
    environment.world.startTimer = { _, flag in
      flag.set()
      return { true }
    }
    let report = replay(
      try document("```etude timeout=1\nwhile true { x = 1 }\n```\n"), in: environment)
    #expect(report.findings.map(\.kind) == [.timeout] && !report.holdsOnceAccepted)
  }

  // MARK: Dependents

  /// The cells, and which of them run although the first that fails does.
  @Test(arguments: [
    // Through another name of a function that reads what is missing.
    (["fn f() = late + 1", "h = f", "late = nope", "h()", "1"], [3]),
    (["fn f() = late + 1", "fn g() = f()", "late = nope", "g()", "f", "g"], [3, 4, 5]),
    // Names of a function, of its parameters and its loops are its own.
    (["a = nope", "fn f() {\n  for i in 0..2 { a = i }\n  a\n}", "f()"], []),
    (["a = nope", "fn f(a) = a", "f(1)"], []), (["a = nope", "fn f(x, y=a) = x", "f(1)"], [1, 2]),
    (["a = nope", "for a in 0..2 { b = a }", "b"], []),
    (["a = nope", "for i in a { b = i }", "b"], [1, 2]),
    // A part of a value, and a value that is changed, is read.
    (["x = nope", "x[0] = 1", "x"], [1, 2]), (["x = nope", "x += 1"], [1]),
    (["x = nope", "x = 1", "x"], []),
    (["r = nope", "r.a = 1"], [1]), (["(a, {b: c}) = nope", "c", "a", "b = 1", "b"], [1, 2]),
    // After a seed that failed no draw is the right one.
    (["seed(nope)", "1"], [1]), (["x = nope", "rand(1)"], []),
    // In a text that is no program the names left of `=` in its line are bound, and functions.
    (["b = 1", "b\na = (2", "b", "a"], [3]), (["fn g(x) = (", "g(1)", "1"], [1]),
    // A cell that binds a name again makes it good.
    (["a = nope", "a", "a = 1", "a"], [1]),
  ])
  func whatDependsOnAFailureIsNotRun(_ codes: [String], _ notRun: [Int]) throws {
    let text = codes.map { "```etude\n\($0)\n```\n" }.joined(separator: "\n")
    let report = replay(try document(text))
    #expect(report.cells.count == codes.count)
    #expect(report.cells.indices.filter { report.cells[$0].status == .notRun } == notRun)
    #expect(report.count(.failed) == 1)
  }
}
