import Foundation
import TestSupport
import Testing

/// The commands of the prompt, one by one.
@Suite(.serialized, .needsTmux) struct TerminalCommandTests {
  private func screen(rows: Int = 40, _ entries: String...) throws -> TerminalScreen {
    let screen = try TerminalScreen(rows: rows)
    try screen.start()
    for entry in entries { try screen.enter(entry) }
    return screen
  }

  @Test func theBannerIsOneLine() throws {
    let lines = try screen().lines()
    #expect(lines.count == 2 && lines[0].hasPrefix("Étude ") && lines[1] == ">")
  }

  @Test func helpIsOnOneScreen() throws {
    let lines = try screen(rows: 24, ":help").lines()
    #expect(lines.first { $0.hasPrefix("Type an expression") } != nil && lines.last == ">")
    for command in [
      "?name", ":source", ":vars", ":time", ":undo", ":redo", ":reset", ":edit", ":save", ":load",
      ":run", ":quit",
    ] {
      #expect(lines.contains { $0.hasPrefix("  " + command) })
    }
    // What a terminal breaks goes on without an indent in the middle of a sentence.
    #expect(lines.allSatisfy { $0.count < 80 })
  }

  @Test func aNameIsExplained() throws {
    let screen = try screen("?train")
    let lines = try screen.wait("help") { $0.contains { $0.hasPrefix("train(model, data") } }
    #expect(lines.contains("  prepare=x -> x, on_epoch=nothing)"))
    #expect(lines.contains { $0.hasPrefix("Trains `model` on `data`") })
    #expect(lines.contains { $0.hasPrefix("r = train(dense(1, 1)") })
    for word in ["?trian", "?", "?nothing_like_it"] { try screen.enter(word) }
    let errors = try screen.lines()
    #expect(errors.contains("  hint: did you mean `?train`?"))
    #expect(errors.contains("error[argument]: `?` needs a name"))
    #expect(errors.contains("error[name]: there is no documentation for `nothing_like_it`"))
    try screen.enter("x = [[1, 2]]")
    try screen.enter("?x")
    try screen.expect("x: f32[1, 2]")
    try screen.enter("help(relu)")
    try screen.wait("help") { $0.contains("relu(x)") }
  }

  @Test func ansIsTheLastValueAndASemicolonKeepsQuiet() throws {
    let screen = try screen("40 + 1", "ans + 1")
    try screen.expect("42")
    try screen.enter("7 * 11;")
    try screen.enter("|> sqrt")
    let lines = try screen.expect("8.774964387392123")
    #expect(!lines.contains("77"))
  }

  @Test func variablesAreListed() throws {
    let screen = try screen("x = [1, 2]", "name = \"한글\"", "f = x -> x", ":vars")
    let lines = try screen.wait("variables") { $0.contains("x     f32[2]") }
    #expect(lines.contains("name  \"한글\""))
  }

  @Test func timeRunsAnEntry() throws {
    let screen = try screen(":time x = 6 * 7")
    let isTime = { (line: String) in line.wholeMatch(of: /[0-9.]+ (ms|s)/) != nil }
    try screen.wait("time") { $0.dropLast().last.map(isTime) ?? false }
    try screen.enter("x")
    try screen.expect("42")
    try screen.enter(":time for i in 0..3 {")
    try screen.enter("  x += i")
    try screen.enter("}")
    try screen.enter("x")
    try screen.expect("45")
    try screen.enter(":time 1 +* 2")
    let lines = try screen.wait("error") { $0.contains("  1 │ 1 +* 2") }
    #expect(lines.last == ">")
  }

  @Test func sourceShowsADefinition() throws {
    let screen = try screen("fn half(x) {", "  x / 2", "}", ":source half", ":source relu")
    let lines = try screen.wait("answer") { $0.contains { $0.contains("written in Swift") } }
    #expect(lines.contains("fn half(x) {") && lines.contains("  x / 2"))
  }

  @Test func resetForgetsAndIsUndone() throws {
    let screen = try screen("a = 5", "digest(rand(3))")
    let first = try #require(try screen.lines().dropLast().last)
    for line in [":reset", "b = 5", "digest(rand(3))"] { try screen.enter(line) }
    try screen.expect(first)
    try screen.enter("a")
    try screen.wait("error") { $0.contains { $0.contains("`a` is not known here") } }
    for line in [":undo", ":undo"] { try screen.enter(line) }
    try screen.enter(":undo")
    try screen.enter("a")
    try screen.expect("5")
  }

  @Test func runHasASessionOfItsOwn() throws {
    let screen = try screen("a = 5")
    _ = try screen.folder.file("own.et", "a = 41\nprint(a + 1)\n")
    try screen.enter(":run own.et")
    try screen.expect("42")
    try screen.enter("a")
    try screen.expect("5")
    let wrong = [":run none.et", ":load none.et", ":load /dev/zero", ":load", ":sav x.nb", ": x"]
    for command in wrong { try screen.enter(command) }
    let lines = try screen.lines()
    #expect(lines.contains("error[file]: can't read none.et: there is no such file"))
    #expect(lines.contains("error[argument]: `:load` needs a file"))
    #expect(lines.contains("  hint: did you mean `:save`?"))
    try screen.enter("a")
    try screen.expect("5")
  }

  @Test func aSavedSessionIsLoadedAgain() throws {
    let screen = try screen(
      "x = randn(4)", "before = digest(x)", "fail(\"not kept\")", "y = x * 2;", "mean(y) |> abs",
      "z = ans", ":save own.nb")
    try screen.wait("saved notebook") { $0.contains("own.nb: 5 cells saved") }
    let other = try TerminalScreen(in: screen.folder)
    try other.start()
    try other.enter(":load own.nb")
    try other.enter("digest(x) == before")
    try other.expect("true")
    try other.enter(":undo")
    try other.enter(":save again.nb")
    try other.wait("saved notebook") { $0.contains("again.nb: 5 cells saved") }
    #expect(try other.folder.text("again.nb").contains("x = randn(4)"))
    let replay = try etude("replay", other.folder.path + "/again.nb")
    #expect(replay.code == 0, "\(replay.output)\(replay.errors)")
  }

  @Test func ansInASavedSessionIsResolvedAsInTheSession() throws {
    let screen = try screen(
      rows: 60, "5", "r = {ans: 3}", "fn g(ans) = ans + 1", "a = r.ans + g(ans=ans)",
      "for ans in 0..3 { a += ans }", "s = {ans, b: (ans -> ans)(ans)}", "|> sqrt", "ans = 9",
      "ans + 1", "b = ans", "(ans, c) = (1, 2)", "d = ans + c", "f = x -> x + ans", "20",
      "e = f(1)", "ans += 1", "h = ans", ":save own.nb")
    let lines = try screen.wait("saved notebook") { $0.contains("own.nb: 17 cells saved") }
    // It would say which variables a replay gives other values.
    #expect(!lines.contains { $0.hasPrefix("error") })
    let text = try screen.folder.text("own.nb")
    for code in [
      "r = {ans: 3}", "fn g(ans) = ans + 1", "a = r.ans + g(ans=ans1)",
      "for ans in 0..3 { a += ans }", "s = {ans: ans1, b: (ans -> ans)(ans1)}", "f = x -> x + ans",
    ] {
      #expect(text.contains("\n\(code)\n"), "\(code)")
    }
    let replay = try etude("replay", screen.folder.path + "/own.nb")
    #expect(replay.code == 0, "\(replay.output)\(replay.errors)")
  }

  @Test func theSessionOfTheDocumentationIsWhatIsSeen() throws {
    let block = try projectText("docs/repl.md").components(separatedBy: "```text\n")[1]
      .components(separatedBy: "```")
    let recorded = block[0].split(separator: "\n").map(String.init)
    let screen = try screen(rows: 60)
    for line in recorded where line.hasPrefix("> ") || line.hasPrefix(". ") {
      try screen.enter(String(line.dropFirst(2)))
    }
    let last = recorded.last ?? ""
    let lines = try screen.wait("the last line") { $0.last == ">" && $0.contains(last) }
    #expect(lines.dropLast() == recorded[...])
  }

  private static let lesson = """
    ---
    etude: 1
    seed: 7
    ---

    ```etude label=first
    x = randn(3)
    ```

    ```etude
    digest(x)
    ```

    ```etude label=last
    y = 5
    ```

    """

  @Test func aNotebookIsLoadedWithItsSeedUpToALabel() throws {
    let screen = try screen()
    let path = try screen.folder.file("lesson.nb", Self.lesson)
    let shown = try etude("run", path).output.split(separator: "\n").map(String.init)
    try screen.type(":load lesson.nb#", "Tab", "Tab")
    try screen.wait("labels") { $0.contains("first  last") && $0.last == "> :load lesson.nb#" }
    try screen.type("fi", "Tab")
    try screen.wait("label") { $0.last == "> :load lesson.nb#first" }
    try screen.press("Enter")
    try screen.enter("digest(x)")
    try screen.expect(shown[0])
    try screen.enter("y")
    try screen.wait("error") { $0.contains { $0.contains("`y` is not known here") } }
    try screen.enter(":load lesson.nb#lst")
    try screen.wait("error") { $0.contains("  hint: did you mean `last`?") }
    try screen.enter(":undo")
    try screen.enter(":reset")
    try screen.enter("z = 1")
    try screen.enter(":load lesson.nb")
    try screen.enter("y")
    try screen.expect("5")
  }

  @Test func undoGivesBackTheSeedThatANotebookBrought() throws {
    let screen = try screen("digest(rand(3))")
    let first = try #require(try screen.lines().dropLast().last)
    let failing = "---\netude: 1\nseed: 7\n---\n\n```etude\nx = none\n```\n"
    _ = try screen.folder.file("failing.nb", failing)
    _ = try screen.folder.file("lesson.nb", Self.lesson)
    // One that fails at its first cell, and the first cell of one that runs.
    let loads = [":undo", ":load failing.nb", ":load lesson.nb#first", ":undo", "digest(rand(3))"]
    for line in loads { try screen.enter(line) }
    try screen.expect(first)
  }

  @Test func aNotebookThatIsLoadedTwiceIsSaved() throws {
    let screen = try screen()
    _ = try screen.folder.file("lesson.nb", Self.lesson)
    for entry in [":load lesson.nb", "z = 2", ":load lesson.nb", "mean(x)", ":save twice.nb"] {
      try screen.enter(entry)
    }
    try screen.wait("saved notebook") { $0.contains("twice.nb: 8 cells saved") }
    let text = try screen.folder.text("twice.nb")
    #expect(text.contains("seed: 7\n"))
    #expect(text.components(separatedBy: "label=first\n").count == 2)
    let replay = try etude("replay", screen.folder.path + "/twice.nb")
    #expect(replay.code == 0, "\(replay.output)\(replay.errors)")
  }

  @Test func quitLeaves() throws {
    let screen = try screen()
    try screen.type(":quit", "Enter")
    try screen.wait("end") { $0.last == "left with 0" }
  }
}
