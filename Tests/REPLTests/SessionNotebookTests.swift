import Diagnostics
import Interpreter
import Notebook
import REPL
import SessionSupport
import Testing

/// A session that is saved as a notebook.
@Suite struct SessionNotebookTests {
  /// Entries that ran in a session, and the session.
  private func ran(_ codes: [String]) -> (entries: [SessionEntry], session: Session) {
    let session = Session()
    var entries: [SessionEntry] = []
    for (i, code) in codes.enumerated() {
      let outcome = session.run(
        SourceText(name: "entry \(i + 1)", text: code),
        as: CellIdentity(ordinal: entries.count, allowsInteractive: true))
      #expect(outcome.error == nil, "\(code): \(outcome.error.map { render($0) } ?? "")")
      entries.append(SessionEntry(text: code, label: nil, givesValue: outcome.givesValue))
    }
    return (entries, session)
  }

  private func saved(_ entries: [SessionEntry]) throws -> Document {
    let text = notebook(of: entries, title: "test", seed: 0)
    return try Document(name: "test.nb", bytes: Array(text.utf8))
  }

  private func codes(_ document: Document) -> [String] {
    document.cells.map { String(decoding: $0.source.utf8.dropLast(), as: UTF8.self) }
  }

  /// The cells of a saved session. They give each variable of the session its value, and show what it
  /// showed.
  private func cells(_ entered: String...) throws -> [String] {
    let (entries, session) = ran(entered)
    let document = try saved(entries)
    let again = Session()
    for cell in document.cells {
      let outcome = again.run(
        cell.source, as: CellIdentity(label: cell.label, ordinal: cell.ordinal))
      #expect(outcome.error == nil, "\(outcome.error.map { render($0) } ?? "")")
    }
    for name in session.names where name != "ans" {
      let value = try #require(again[name], "\(name)")
      let wanted = try #require(session[name])
      // The digest of a function has its text, where `ans` has another name.
      if case .function = value { continue }
      #expect(digest(of: value) == digest(of: wanted), "\(name)")
    }
    return codes(document)
  }

  // MARK: The text

  @Test func theFileIsANotebook() {
    let entries = [
      SessionEntry(text: "x = rand(2)", label: nil, givesValue: false),
      SessionEntry(text: "x", label: "model", givesValue: true),
    ]
    let text = notebook(of: entries, title: "가나 1", seed: 42)
    #expect(
      text == """
        ---
        title: 가나 1
        etude: 1
        numerics: 1
        seed: 42
        ---

        ```etude
        x = rand(2)
        ```

        ```etude label=model
        x
        ```

        """)
    #expect(notebook(of: [], title: "t", seed: 0).hasSuffix("seed: 0\n---\n"))
  }

  /// What YAML would read as something else is no title.
  @Test(arguments: ["a: b", "- a", "\"a", "a#b", "[a", "'", "a\nb"])
  func otherTitlesAreLeftOut(title: String) {
    #expect(notebook(of: [], title: title, seed: 0).hasPrefix("---\ntitle: Session\netude: 1\n"))
  }

  @Test(arguments: [
    ("print(\"```\")", "````"), ("s = \"````\"", "`````"), ("s = \"``\"", "```"),
    ("s = \"~~~~\"", "```"),
  ])
  func fencesGrow(code: String, fence: String) throws {
    let entries = [SessionEntry(text: code, label: nil, givesValue: false)]
    let text = notebook(of: entries, title: "t", seed: 0)
    #expect(text.hasSuffix("\n\(fence)etude\n\(code)\n\(fence)\n"))
    #expect(codes(try saved(entries)) == [code])
  }

  @Test func ofEqualLabelsTheLastIsKept() throws {
    let labels = ["a", "b", "a", nil, "a", "b-1", "b"]
    let entries = labels.map { SessionEntry(text: "1", label: $0, givesValue: false) }
    #expect(
      try saved(entries).cells.map(\.label) == ["a-2", "b-2", "a-1", nil, "a", "b-1", "b"])
  }

  // MARK: The last value

  @Test func withoutAnsNothingChanges() throws {
    let codes = ["x = 1", "x + 1", "fn f(x) {\n  x\n}", "f(2);", "# note\ny = (x,\n  2)"]
    #expect(
      try cells("x = 1", "x + 1", "fn f(x) {\n  x\n}", "f(2);", "# note\ny = (x,\n  2)") == codes)
  }

  /// The entry whose value is used gets a name for it, and still shows it.
  @Test func aValueThatIsUsedGetsAName() throws {
    #expect(
      try cells("6 * 7", "x = ans + ans", "y = ans", "1", "2", "z = ans")
        == ["ans1 = 6 * 7\nans1", "x = ans1 + ans1", "y = ans1", "1", "ans2 = 2\nans2", "z = ans2"])
  }

  @Test func aQuietValueStaysQuiet() throws {
    #expect(try cells("6 * 7;", "x = ans") == ["ans1 = 6 * 7;", "x = ans1"])
    #expect(
      try cells("a = 1; a + 1", "x = ans") == ["a = 1; ans1 = a + 1\nans1", "x = ans1"])
  }

  @Test func aValueThatIsComputedFromTheLastIsTheNextLast() throws {
    #expect(
      try cells("3", "ans * 2", "x = ans")
        == ["ans1 = 3\nans1", "ans2 = ans1 * 2\nans2", "x = ans2"])
  }

  @Test func namesThatAreTakenAreLeftOut() throws {
    #expect(
      try cells("ans1 = 5; ans2 = 6", "7", "x = ans + ans1")
        == ["ans1 = 5; ans2 = 6", "ans3 = 7\nans3", "x = ans3 + ans1"])
  }

  @Test func aPipeThatLeadsTakesTheLastValue() throws {
    #expect(
      try cells("16", "|> sqrt", "|> sqrt |> abs", "x = 1")
        == ["ans1 = 16\nans1", "ans2 = ans1 |> sqrt\nans2", "ans2 |> sqrt |> abs", "x = 1"])
    #expect(
      try cells("16", "# note\n|> sqrt") == ["ans1 = 16\nans1", "# note\nans1 |> sqrt"])
  }

  @Test func aFieldOfThatNameKeepsIt() throws {
    #expect(
      try cells("5", "r = {ans, b: ans}", "s = {ans: 3}", "t = r.ans")
        == ["ans1 = 5\nans1", "r = {ans: ans1, b: ans1}", "s = {ans: 3}", "t = r.ans"])
  }

  @Test func stringsHoldTheLastValue() throws {
    #expect(
      try cells("5", "s = \"it is {ans:.1f}, ans\"")
        == ["ans1 = 5\nans1", "s = \"it is {ans1:.1f}, ans\""])
  }

  /// Parameters and loops' variables are others.
  @Test func otherVariablesOfThatNameStay() throws {
    #expect(
      try cells("5", "fn g(ans) = ans + 1", "t = 0\nfor ans in 0..3 { t += ans }", "u = g(ans=ans)")
        == [
          "ans1 = 5\nans1", "fn g(ans) = ans + 1", "t = 0\nfor ans in 0..3 { t += ans }",
          "u = g(ans=ans1)",
        ])
    #expect(
      try cells("5", "u = (ans -> ans * 2)(ans)") == [
        "ans1 = 5\nans1", "u = (ans -> ans * 2)(ans1)",
      ])
    #expect(
      try cells("(1, 2)", "t = 0\nfor ans in ans { t += ans }")
        == ["ans1 = (1, 2)\nans1", "t = 0\nfor ans in ans1 { t += ans }"])
  }

  /// From the entry that binds it, `ans` is a variable, which begins with the last value.
  @Test func anEntryMayBindIt() throws {
    #expect(
      try cells("1", "ans = 9", "x = ans", "ans + 1", "y = ans")
        == [
          "ans1 = 1\nans1", "ans = ans1\nans = 9", "x = ans", "ans = ans + 1\nans", "y = ans",
        ])
    #expect(
      try cells("(ans, c) = (4, 5)", "x = ans", "7", "y = ans")
        == ["(ans, c) = (4, 5)", "x = ans", "ans = 7\nans", "y = ans"])
  }

  @Test func anUpdateChangesTheVariable() throws {
    #expect(
      try cells("20", "ans += 1", "x = ans")
        == ["ans1 = 20\nans1", "ans = ans1\nans += 1", "x = ans"])
  }

  /// A branch or a loop may or may not have changed it.
  @Test func branchesAndLoopsMayBindIt() throws {
    #expect(
      try cells("1", "if 2 > 1 { ans = 5 }", "x = ans", "y = ans + x")
        == ["ans1 = 1\nans1", "ans = ans1\nif 2 > 1 { ans = 5 }", "x = ans", "y = ans + x"])
    #expect(
      try cells("1", "if 1 > 2 { ans = 5 }", "x = ans")
        == ["ans1 = 1\nans1", "ans = ans1\nif 1 > 2 { ans = 5 }", "x = ans"])
    #expect(
      try cells("1", "for i in 0..3 { ans = ans + i }", "x = ans")
        == ["ans1 = 1\nans1", "ans = ans1\nfor i in 0..3 { ans = ans + i }", "x = ans"])
  }

  /// A function reads what it is when it is called.
  @Test func functionsReadTheVariable() throws {
    #expect(
      try cells("1", "f = x -> x + ans", "20", "y = f(1)")
        == ["ans1 = 1\nans1", "ans = ans1\nf = x -> x + ans", "ans = 20\nans", "y = f(1)"])
    #expect(
      try cells("1", "fn f(x) {\n  x + ans\n}", "y = f(1)")
        == ["ans1 = 1\nans1", "ans = ans1\nfn f(x) {\n  x + ans\n}", "y = f(1)"])
    // One that binds it reads its own.
    #expect(
      try cells("1", "fn f() {\n  ans = 4\n  ans\n}", "y = f()")
        == ["1", "fn f() {\n  ans = 4\n  ans\n}", "y = f()"])
  }

  /// Whatever is entered, the notebook gives the session's values; `cells` compares them.
  @Test func everyPairOfUsesReplays() throws {
    let uses = [
      "x = ans", "ans + 1", "|> (v -> v * 2)", "ans = 3", "ans += 2", "r = {ans}", "f = () -> ans",
      "y = (() -> ans)()", "if ans > 4 { ans = 1 }", "for i in 0..2 { ans += i }", "z = \"{ans}\"",
      "for ans in 0..2 { w = ans }", "fn h(ans) = ans", "{ans, k: ans}.k", "7;",
      "u = if ans > 2 { ans } else { 0 }", "while ans < 9 { ans = ans + 4 }",
    ]
    var compared = 0
    for first in uses {
      for second in uses {
        let cells = try cells("5", first, second, "last = ans", "6", "end = ans")
        #expect(cells.count == 6)
        compared += 1
      }
    }
    #expect(compared == uses.count * uses.count)
  }
}
