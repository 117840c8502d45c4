import Foundation
import TestSupport
import Testing

/// The prompt as a user has it before them: keys go in, and the screen is read.
@Suite(.serialized, .needsTmux) struct TerminalTests {
  // MARK: Editing

  @Test func hangulIsEditedInTheMiddleOfALine() throws {
    let screen = try TerminalScreen()
    try screen.start()
    try screen.type("s = \"가나다라\"", "Left", "Left", "Left", "BSpace")
    try screen.type("한글")
    try screen.wait("edited line") { $0.last == "> s = \"가한글다라\"" }
    let cursor = try screen.cursor()
    #expect(cursor.column == 13)
    try screen.press("Enter")
    try screen.enter("s")
    try screen.expect("\"가한글다라\"")
  }

  @Test func emojiAreTypedMovedOverAndDeleted() throws {
    let screen = try TerminalScreen()
    try screen.start()
    try screen.type("s = \"a😀b🚀c\"", "Left", "Left", "BSpace", "Left", "Left")
    try screen.wait("line without the rocket") { $0.last == "> s = \"a😀bc\"" }
    try screen.type("x", "C-e", "Enter")
    try screen.enter("s")
    try screen.expect("\"ax😀bc\"")
  }

  @Test func hangulIsEditedWithoutALocale() throws {
    for locale in ["C", ""] {
      let screen = try TerminalScreen(environment: ["LANG": locale])
      try screen.start()
      try screen.type("s = \"가나\"", "Left", "Left", "BSpace", "C-e", "Enter")
      try screen.enter("s")
      try screen.expect("\"나\"")
    }
  }

  @Test func aResizeKeepsTheLine() throws {
    let screen = try TerminalScreen()
    try screen.start()
    try screen.type("value = 1 + 2 + 3 + 4 + 5 + 6")
    try screen.wait("line") { $0.last?.hasSuffix("+ 6") ?? false }
    try screen.resize(columns: 100, rows: 30)
    try screen.type(" + 7", "Enter")
    try screen.enter("value")
    try screen.expect("28")
  }

  // MARK: History

  @Test func ctrlRSearches() throws {
    let screen = try TerminalScreen()
    try screen.start()
    for line in ["first = 11", "second = 22", "third = 33"] { try screen.enter(line) }
    try screen.press("C-r")
    try screen.type("sec")
    try screen.wait("found entry") { $0.last == "search 'sec': second = 22" }
    try screen.press("Enter")
    try screen.wait("second entry again") { lines in
      lines.count { $0 == "> second = 22" } == 2 && lines.last == ">"
    }
  }

  @Test func ctrlRFindsHangulAndOlderEntries() throws {
    let screen = try TerminalScreen()
    try screen.start()
    for line in ["이름 = 30", "이름표 = 4", "fn f(x) {", "  x", "}"] { try screen.enter(line) }
    try screen.type("typed before", "C-r")
    try screen.type("이름표")
    try screen.wait("found entry") { $0.last == "search '이름표': 이름표 = 4" }
    try screen.press("BSpace", "C-r")
    try screen.wait("older entry") { $0.last == "search '이름': 이름 = 30" }
    try screen.press("C-r")
    try screen.wait("end of the search") { $0.last == "not found '이름': 이름 = 30" }
    try screen.press("C-g")
    try screen.wait("line as it was") { $0.last == "> typed before" }
    try screen.press("C-r")
    try screen.type("fn")
    try screen.wait("entry of three lines") { $0.last == "search 'fn': fn f(x) { ↵   x ↵ }" }
    // Another key goes on with what is found.
    try screen.press("Left", "Left")
    try screen.type(" + 1", "Enter")
    try screen.enter("f(41)")
    try screen.expect("42")
  }

  @Test func anEntryOfSeveralLinesIsRecalledWhole() throws {
    let screen = try TerminalScreen()
    try screen.start()
    for line in ["fn f(x) {", "  y = x * 2", "  y + 1", "}"] { try screen.enter(line) }
    try screen.wait("prompt") { $0.last == ">" }
    try screen.press("Up")
    try screen.wait("whole entry") {
      $0.suffix(4) == ["> fn f(x) {", "  y = x * 2", "  y + 1", "}"]
    }
    // On the third line the 1 becomes 10.
    try screen.press("Left", "Left")
    try screen.type("0", "Enter")
    try screen.enter("f(1)")
    try screen.expect("12")
  }

  @Test func anErrorLeavesTheLineToBeMended() throws {
    let screen = try TerminalScreen()
    try screen.start()
    try screen.enter("sqr(9)")
    try screen.wait("error") { $0.last == ">" && $0.contains { $0.hasPrefix("error[name]") } }
    try screen.press("Up", "Left", "Left", "Left")
    try screen.type("t", "Enter")
    try screen.expect("3")
  }

  @Test func twoSessionsShareOneHistory() throws {
    let folder = try TemporaryFolder()
    let (one, two) = (try TerminalScreen(in: folder), try TerminalScreen(in: folder))
    try one.start()
    try two.start()
    for i in 0..<20 {
      try one.enter("a\(i) = \(i)")
      try two.enter("b\(i) = \(i)")
    }
    for screen in [one, two] {
      try screen.press("C-d")
      try screen.wait("end") { $0.last == "left with 0" }
    }
    let history = try folder.text(".local/state/etude/history").split(separator: "\n")
    #expect(history.count == 40)
    #expect(
      Set(history) == Set((0..<20).flatMap { ["a\($0) = \($0)", "b\($0) = \($0)"] as [Substring] }))
  }

  @Test func aClosedTerminalKeepsTheHistory() throws {
    let folder = try TemporaryFolder()
    let screen = try TerminalScreen(in: folder)
    try screen.start()
    try screen.enter("kept = 1")
    try screen.enter("kept")
    try screen.expect("1")
    try screen.close()
    let next = try TerminalScreen(in: folder)
    try next.start()
    try next.press("Up", "Up")
    try next.wait("recalled entry") { $0.last == "> kept = 1" }
  }

  @Test func aHomeThatCannotBeWrittenCostsOnlyTheHistory() throws {
    let readOnly = try TemporaryFolder()
    _ = unsafe chmod(readOnly.path, 0o500)
    defer { _ = unsafe chmod(readOnly.path, 0o700) }
    // Not even the superuser can write to /proc.
    for home in [readOnly.path, "/proc", "/nonexistent", ""] {
      let screen = try TerminalScreen(environment: ["HOME": home])
      try screen.start()
      try screen.enter("1 + 1")
      let lines = try screen.expect("2")
      #expect(!lines.contains { $0.contains("error") })
      try screen.press("Up")
      try screen.wait("recalled entry") { $0.last == "> 1 + 1" }
    }
  }

  // MARK: Paste

  @Test func aPasteRunsOnceEnterIsPressed() throws {
    let screen = try TerminalScreen(rows: 50)
    try screen.start()
    var text = "total = 0\n"
    for i in 1...99 { text += "total += \(i)\nif total == 3 {\n  print(\"at three\")\n}\n" }
    // 397 lines and two entries a number; nothing may run before Enter.
    text += "print(\"total is {total}\")"
    try screen.paste(text)
    let before = try screen.wait("pasted text") { $0.last == "> print(\"total is {total}\")" }
    #expect(!before.contains("total is 4950"))
    try screen.press("Enter")
    let lines = try screen.expect("total is 4950")
    #expect(lines.count { $0 == "at three" } == 1)
    try screen.press("Up", "Up")
    try screen.wait("last but one entry") {
      $0.suffix(3) == ["> if total == 3 {", "  print(\"at three\")", "}"]
    }
  }

  @Test func aPasteIsGivenUpByCtrlC() throws {
    let screen = try TerminalScreen()
    try screen.start()
    try screen.paste("a = 1\nb = 2\n")
    try screen.wait("pasted text") { $0.contains("> b = 2") }
    try screen.press("C-c")
    try screen.enter("a")
    try screen.wait("error") { $0.contains { $0.contains("`a` is not known here") } }
  }

  @Test func aPasteIntoALineIsPartOfIt() throws {
    let screen = try TerminalScreen()
    try screen.start()
    try screen.type("x = (, 3)", "Left", "Left", "Left", "Left")
    try screen.paste("1, 2")
    try screen.press("Enter")
    try screen.enter("x")
    try screen.expect("(1, 2, 3)")
  }

  @Test func ofATranscriptOnlyTheEntriesAreTaken() throws {
    let screen = try TerminalScreen()
    try screen.start()
    try screen.paste(
      "> fn f(x) {\n.   x + 40\n. }\n> f(1)\n41\n> f(3)\nerror[name]: no\n> f(2)\n42")
    try screen.wait("entries") { $0.contains(".   x + 40") && $0.last == "> f(2)" }
    try screen.press("Enter")
    let lines = try screen.expect("42")
    #expect(!lines.contains("error[name]: no") && lines.contains("43"))
    // With its banner, or from the middle of an output; but code that only looks like one stays.
    try screen.paste("Étude 0.1.0 · :help for help\n> y = 7\n7.5 of it\n> y * 10")
    try screen.wait("entries") { $0.suffix(2) == ["> y = 7", "> y * 10"] }
    try screen.press("Enter")
    try screen.expect("70")
    try screen.paste("z = (y\n> 3)\nz")
    try screen.wait("code") { $0.suffix(3) == ["> z = (y", ". > 3)", "> z"] }
    try screen.press("Enter")
    try screen.expect("true")
  }

  @Test func commandsInAPasteAreEntriesToo() throws {
    let screen = try TerminalScreen(rows: 40)
    try screen.start()
    try screen.paste(
      "> a = [1,\n.   2]\n> :vars\na  f32[2]\n> :time if a[0] == 1 {\n.   b = 2\n. }\n0.1 ms\n> ?relu\n> "
        + "a[1] + 40")
    try screen.wait("entries") {
      $0.suffix(4) == [".   b = 2", ". }", "> ?relu", "> a[1] + 40"]
    }
    try screen.press("Enter")
    let lines = try screen.expect("42")
    #expect(lines.contains("a  f32[2]") && lines.contains("relu(x)"))
    try screen.enter("b + 40")
    try screen.expect("42")
  }

  @Test func ofANotebookOnlyTheCellsAreTaken() throws {
    let screen = try TerminalScreen()
    try screen.start()
    try screen.paste(
      "# Prose\n\n```etude label=a\nx = 20\n```\n```output bits=00\n1\n```\n\nMore.\n\n"
        + "```etude\nx * 2\n```\n")
    try screen.wait("cells") { $0.last == "> x * 2" }
    try screen.press("Enter")
    let lines = try screen.expect("40")
    #expect(!lines.contains { $0.contains("Prose") })
  }

  // MARK: Ending and interrupting

  @Test func ctrlCStopsATrainingAndKeepsTheVariables() throws {
    let screen = try TerminalScreen()
    try screen.start()
    try screen.enter("kept = 12")
    try screen.type(
      "print(\"begun\"); r = train(mlp((2, 64, 2)), blobs(n=900, classes=2), epochs=1e6)", "Enter")
    try screen.wait("training") { $0.last == "begun" }
    try screen.press("C-c")
    try screen.wait("prompt after the interrupt") { lines in
      lines.last == ">" && lines.contains { $0.hasPrefix("error[interrupt]") }
    }
    try screen.enter("kept + 1")
    try screen.expect("13")
    try screen.enter("r")
    try screen.wait("error") { $0.contains { $0.contains("`r` is not known here") } }
  }

  @Test func ctrlCPressedOftenKeepsTheSession() throws {
    let screen = try TerminalScreen()
    try screen.start()
    try screen.enter("kept = 12")
    for work in ["sort(x);", "for i in 0..1000000000 { j = i }", "unique(x);"] {
      try screen.enter("x = rand(20000000)")
      try screen.type("print(\"be\", \"gun\"); \(work)", "Enter")
      try screen.wait("work") { $0.last == "be gun" }
      // One by one: signals that come at once are one.
      for _ in 0..<4 { try screen.press("C-c") }
      try screen.wait("prompt after the interrupt") { lines in
        lines.last == ">" && lines.contains { $0.hasPrefix("error[interrupt]") }
      }
      try screen.press("C-l")
    }
    try screen.enter("kept + 1")
    try screen.expect("13")
  }

  @Test func aTrainingShowsOneLineThatGoesAway() throws {
    let screen = try TerminalScreen()
    try screen.start()
    try screen.type(
      "r = train(mlp((2, 64, 2)), blobs(n=900, classes=2), epochs=1e6)", "Enter")
    try screen.wait("progress") { lines in
      let line = lines.last ?? ""
      return line.hasPrefix("epoch ") && line.contains(" of 1000000 · loss 0.")
        && line.contains(" steps/s · ") && line.hasSuffix(" left")
    }
    #expect(try screen.lines().count { $0.hasPrefix("epoch ") } == 1)
    try screen.press("C-c")
    let lines = try screen.wait("prompt") { $0.last == ">" }
    #expect(!lines.contains { $0.hasPrefix("epoch ") })
  }

  @Test func ctrlCGivesALineUpAndCtrlDLeaves() throws {
    let screen = try TerminalScreen()
    try screen.start()
    try screen.type("fail(\"never", "C-c")
    try screen.type("fn f(x) {", "Enter", "C-c")
    try screen.enter("2 + 2")
    try screen.expect("4")
    try screen.press("C-d")
    try screen.wait("end") { $0.last == "left with 0" }
  }

  @Test func whatIsTypedAheadComesToTheNextPrompt() throws {
    let screen = try TerminalScreen()
    try screen.start()
    try screen.type("for i in 0..300000 { j = i }; print(\"done\")", "Enter")
    try screen.type("20 + ")
    try screen.wait("line typed ahead") { lines in
      lines.last == "> 20 +" && lines.contains { $0.hasSuffix("done") }
    }
    try screen.type("22", "Enter")
    try screen.expect("42")
  }

  // MARK: Completion

  @Test func tabCompletesWhatIsThere() throws {
    let screen = try TerminalScreen()
    try screen.start()
    try screen.enter("model = {weights: [1, 2], bias: 3, nested: {depth: 4}}")
    try screen.type("model.w", "Tab")
    try screen.wait("field") { $0.last == "> model.weights" }
    try screen.type(".sh", "Tab")
    try screen.press("C-c")
    try screen.type("model.nested.", "Tab")
    try screen.wait("field of a field") { $0.last == "> model.nested.depth" }
    try screen.press("C-c")
    try screen.type("train(model, model, ep", "Tab")
    try screen.wait("named argument") { $0.last == "> train(model, model, epochs=" }
    try screen.press("C-c")
    try screen.type("train(", "Tab", "Tab")
    try screen.wait("arguments") {
      $0.last == "> train(" && $0.contains { $0.contains("opt=adam()") }
    }
    try screen.press("C-c")
    try screen.type("log_so", "Tab")
    try screen.type("([1, 1])", "Enter")
    try screen.wait("library name") { $0.contains { $0.contains("-0.6931") } }
    try screen.type(":re", "Tab", "Tab", "Tab")
    try screen.wait("commands") { $0.contains("redo   reset") }
    try screen.press("C-c")
    _ = try screen.folder.file("lesson.et", "40 + 2\n")
    try screen.type(":load les", "Tab", "Enter")
    try screen.expect("42")
  }

  @Test func tabAtTheStartOfALineIndents() throws {
    let screen = try TerminalScreen()
    try screen.start()
    try screen.type("fn f() {", "Enter", "Tab")
    try screen.type("7", "Enter")
    try screen.enter("}")
    try screen.enter("f()")
    let lines = try screen.expect("7")
    #expect(lines.contains(".   7"))
  }

  // MARK: Commands

  @Test func aSessionIsSavedAsANotebookThatReplays() throws {
    let screen = try TerminalScreen(rows: 50)
    try screen.start()
    let entries = [
      "x = randn((20, 2))", "y = i32(x[:, 0] > 0)", "mean(x)", "ans * 2", "|> abs", "bad(", ")",
      "not_known", "model = mlp((2, 8, 2))", "r = train(model, (x, y), epochs=3, batch=5)",
      "r.history.loss", "plot(r.history.loss)", "rand(3)", "z = randn(4)", ":undo", "z = rand(2)",
      "z", "seed(9)", "randn(2)", ":undo", ":undo", "fn f(x) {", "  x + ans[0]", "}", "k = ans",
      "print(\"한글\", k)", "1 / 0", "[1, 2] + [1, 2, 3]",
      "claim(\"trained\", len(r.history.loss) > 3)",
      "model.layers[0].kind", "table(({a: 1, b: 2},))", "time(() -> 1)", ":time 2 + 2",
      "w = map(0..3, i -> randn(2), parallel=true)", "w[2]", "len(z);", "total = ans + 1",
    ]
    for entry in entries { try screen.enter(entry) }
    try screen.enter(":save lesson.nb")
    try screen.wait("saved notebook") { $0.contains { $0.hasPrefix("lesson.nb: ") } }
    let path = screen.folder.path + "/lesson.nb"
    let replay = try etude("replay", path)
    #expect(replay.code == 0, "\(replay.output)\(replay.errors)")
    let text = try screen.folder.text("lesson.nb")
    #expect(
      !text.contains("not_known") && !text.contains("z = randn(4)") && !text.contains("seed(9)"))
    #expect(text.contains("ans1 * 2") && text.contains("한글"))
    #expect(text.components(separatedBy: "```etude").count - 1 >= 24)
    // What exists is not written over by accident.
    try screen.enter(":save lesson.nb")
    try screen.wait("refusal") { $0.contains { $0.contains("lesson.nb exists") } }
    #expect(try screen.folder.text("lesson.nb") == text)
  }

  @Test func undoAndRedoRestoreVariablesAndSeed() throws {
    let screen = try TerminalScreen(rows: 40)
    try screen.start()
    for line in ["a = 1", "seed(5)", "b = digest(randn(9))", "a = 2", ":undo", ":undo"] {
      try screen.enter(line)
    }
    try screen.enter("c = digest(randn(9))")
    try screen.enter("\"{a} {\"b\" in {c}}\"")
    try screen.expect("\"1 false\"")
    for _ in 0..<2 { try screen.enter(":undo") }
    try screen.enter("b2 = digest(randn(9))")
    try screen.enter(":undo")
    try screen.enter("d = digest(randn(9))")
    try screen.enter("b == d")
    try screen.wait("error") { $0.contains { $0.contains("`b` is not known here") } }
    try screen.enter(":undo")
    try screen.enter(":redo")
    try screen.enter("len(d)")
    try screen.expect("64")
    try screen.enter(":redo")
    try screen.wait("end of redo") { $0.contains("nothing to redo") }
  }

  @Test func theEditorOpensTheLastEntry() throws {
    let folder = try TemporaryFolder()
    let editor = try folder.file("editor", "#!/bin/sh\nsed -i 's/20/21/; $a double * 2' \"$1\"\n")
    _ = unsafe chmod(editor, 0o700)
    let screen = try TerminalScreen(environment: ["EDITOR": editor], in: folder)
    try screen.start()
    try screen.enter("double = 20")
    try screen.enter(":edit")
    try screen.expect("42")
    let other = try TerminalScreen(environment: ["EDITOR": "false"])
    try other.start()
    try other.enter("x = 1")
    try other.enter(":edit")
    try other.wait("complaint") { $0.last == ">" && $0.contains { $0.contains("`false` failed") } }
  }

  // MARK: What is shown

  @Test(arguments: [80, 200]) func aPlotFitsTheTerminal(columns: Int) throws {
    let screen = try TerminalScreen(columns: columns, rows: 50)
    try screen.start()
    try screen.enter("plot(sin(linspace(0, 6, 100)))")
    let lines = try screen.wait("plot") { $0.last == ">" && $0.contains { $0.contains("└") } }
    let longest = lines.map(\.count).max() ?? 0
    #expect(longest <= columns && longest > 60)
  }

  @Test func aScriptHasNoPrompts() throws {
    let run = try etude([], input: "x = 2\nx + 1\n", environment: [:])
    #expect(run.code == 0 && run.output == "3\n" && run.errors == "")
    let failed = try etude([], input: "print(1)\noops\nprint(2)\n", environment: [:])
    #expect(failed.code == 1 && failed.output == "1\n" && failed.errors.contains("error[name]"))
  }
}
