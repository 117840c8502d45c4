import Diagnostics
import Interpreter
import Notebook
import REPL
import System
import Testing

/// Inputs that come one after the other, and what the prompt asked for.
private final class Script {
  var inputs: [LineInput]
  var requests: [LineRequest] = []
  var remembered: [String] = []

  init(_ inputs: [LineInput]) { self.inputs = inputs }
}

private struct ScriptReader: LineReader {
  let script: Script
  let isEcho: Bool
  let erasing = "<erased>"

  mutating func read(_ request: LineRequest) -> LineInput {
    script.requests.append(request)
    return script.inputs.isEmpty ? .end : script.inputs.removeFirst()
  }

  mutating func remember(_ entry: String) { script.remembered.append(entry) }
}

/// The prompt without a terminal: what is read, run and shown.
@Suite struct PromptTests {
  /// What became of a session.
  private struct Result {
    let script: Script
    var output = ""
    var errors = ""
    var files: [String: [UInt8]] = [:]

    var prompts: [String] { script.requests.map(\.prompt) }
  }

  private final class World {
    var result: Result
    init(_ script: Script, _ files: [String: [UInt8]]) {
      result = Result(script: script, files: files)
    }
  }

  private func run(
    _ inputs: [LineInput], isEcho: Bool = false, files: [String: String] = [:]
  ) -> Result {
    let script = Script(inputs)
    let world = World(script, files.mapValues { Array($0.utf8) })
    var environment = PromptEnvironment(
      write: { world.result.output += $0 }, complain: { world.result.errors += $0 },
      readFile: { path throws(FileProblem) in
        guard let bytes = world.result.files[path] else { throw FileProblem(.read, path, .missing) }
        return bytes
      })
    environment.writeFile = { path, bytes, replaces in
      if world.result.files[path] != nil, !replaces { return false }
      world.result.files[path] = bytes
      return true
    }
    environment.replay = { document, _ in
      var environment = ReplayEnvironment()
      environment.isAccepting = true
      var session: Session?
      environment.willStart = { session = $0 }
      return (replay(document, in: environment), session)
    }
    var prompt = Prompt(Session(), ScriptReader(script: script, isEcho: isEcho), environment)
    prompt.run()
    return world.result
  }

  private func run(_ lines: String..., files: [String: String] = [:]) -> Result {
    run(lines.map(LineInput.line), files: files)
  }

  // MARK: Lines

  @Test func entriesAreRunAndRemembered() {
    let result = run("x = 20", "", "x + 22")
    #expect(result.output == "42\n" && result.errors == "")
    #expect(result.script.remembered == ["x = 20", "x + 22"])
    #expect(result.prompts == ["> ", "> ", "> ", "> "])
  }

  @Test func anOpenEntryGoesOnUnderAnotherPrompt() {
    let result = run("fn f(x) {", "  x + 1", "}", "f(1)")
    #expect(result.output == "2\n")
    #expect(result.prompts == ["> ", ". ", ". ", "> ", "> "])
    #expect(result.script.requests[2].before == ["fn f(x) {", "  x + 1"])
    #expect(result.script.remembered == ["fn f(x) {\n  x + 1\n}", "f(1)"])
  }

  @Test func ctrlCGivesAnEntryUp() {
    let result = run([.line("f("), .interrupted, .line("7"), .end, .line("8")])
    #expect(result.output == "7\n" && result.script.remembered == ["7"])
    #expect(result.prompts == ["> ", ". ", "> ", "> "])
  }

  /// What stands there at the end of the input is an entry, and fails as one.
  @Test func theEndWithinAnEntryRunsIt() {
    let result = run([.line("x = ("), .end])
    #expect(result.errors.hasPrefix("error[syntax]: ") && result.script.remembered == ["x = ("])
  }

  // MARK: Pastes

  /// The last line can still be edited; the others are shown as they are entries.
  @Test func aPasteWaitsForItsEnd() {
    let result = run(
      [.pasted("a = 1\nfn f() {\n  a\n}\n\nf() + 41"), .line("f() + 41")], isEcho: true)
    #expect(result.output == "> a = 1\n> fn f() {\n.   a\n. }\n> \n42\n")
    #expect(result.script.requests.map(\.text) == ["", "f() + 41", ""])
    #expect(result.script.requests[1].before == ["a = 1", "fn f() {", "  a", "}", ""])
    #expect(result.script.remembered == ["a = 1", "fn f() {\n  a\n}", "f() + 41"])
  }

  @Test func aPasteWithATabAtItsEndIsNoLineToEdit() {
    let result = run([.pasted("a = 1  # \u{1B}[2J\n\ta + 1"), .line("")], isEcho: true)
    #expect(result.script.requests[1].text == "")
    #expect(result.output == "> a = 1  # ␛[2J\n> \ta + 1\n2\n" && result.errors == "")
  }

  @Test func nothingOfAPasteIsShownWithoutEcho() {
    #expect(run([.pasted("a = 1\na"), .line("a")]).output == "1\n")
  }

  @Test func ctrlCGivesAPasteUp() {
    let result = run([.pasted("a = 1\nb = 2"), .interrupted, .line("a")])
    #expect(result.errors.contains("`a` is not known here"))
    #expect(result.script.remembered == ["a"])
  }

  @Test func whatStandsBehindAFailureIsNotRun() {
    let result = run([.pasted("a = 1\na\noops\nb = 2\nc = 3"), .line("c = 3"), .line("b")])
    #expect(result.output == "1\n")
    #expect(result.errors.contains("`oops` is not known here"))
    #expect(result.errors.contains("2 of 5 entries were not run\n"))
    #expect(result.errors.contains("`b` is not known here"))
    #expect(result.script.remembered == ["a = 1", "a", "oops", "b = 2", "c = 3", "b"])
  }

  @Test func anOpenPasteGoesOn() {
    let result = run([
      .pasted("a = 1\nf = x -> {"), .line("f = x -> {"), .line("x + 1 }"), .line("f(3)"),
    ])
    #expect(result.output == "4\n")
    #expect(result.prompts == ["> ", "> ", ". ", "> ", "> "])
  }

  @Test func aPasteMayFollowAnother() {
    let result = run([.pasted("a = 1\n"), .pasted("b = a + 1\nb"), .line("b")])
    #expect(result.output == "2\n" && result.script.remembered == ["a = 1", "b = a + 1", "b"])
  }

  @Test func ofAPastedSessionOnlyTheEntriesRun() {
    let result = run([.pasted("> x = 5\n> x\n9\n> x * 2\n10"), .line("x * 2")])
    #expect(result.output == "5\n10\n")
  }

  // MARK: Commands

  @Test func undoAndRedoMoveThroughTheEntries() {
    let result = run("a = 1", "a = 2", ":undo", "a", ":undo", ":undo", ":redo", "a", ":redo")
    #expect(result.output == "1\n1\n")
    #expect(result.errors == "nothing to redo\n")
    #expect(run(":undo").errors == "nothing to undo\n")
  }

  @Test func wrongCommandsSayWhatIsThere() {
    let result = run(":vasr", ":load", "?", ":time", ": x")
    #expect(result.errors.contains("there is no command `:vasr`"))
    #expect(result.errors.contains("  hint: did you mean `:vars`?"))
    for command in [":load", "?", ":time"] {
      #expect(result.errors.contains("`\(command)` needs "), "\(command)")
    }
    #expect(result.output == "")
  }

  @Test func quitEndsTheRestOfAPaste() {
    let result = run([.pasted("a = 1\n:quit\na"), .line("a"), .line("2")])
    #expect(result.output == "" && result.script.requests.count == 2)
  }

  // MARK: Files

  private static let lesson = """
    ---
    etude: 1
    seed: 7
    ---

    ```etude label=first
    x = rand(2)
    ```

    ```etude skip
    nope
    ```

    ```etude label=last
    y = 5
    ```

    """

  @Test func aNotebookIsLoadedUpToALabel() {
    let result = run(":load lesson.nb#first", "y", files: ["lesson.nb": Self.lesson])
    #expect(result.errors.contains("`y` is not known here"))
    #expect(run(":load lesson.nb", "y", files: ["lesson.nb": Self.lesson]).output == "5\n")
    let none = run(":load lesson.nb#lost", "x", files: ["lesson.nb": Self.lesson])
    #expect(none.errors.contains("lesson.nb has no cell labelled `lost`"))
    #expect(none.errors.contains("`x` is not known here"))
    #expect(run(":load none.et").errors.hasPrefix("error[file]: can't read none.et"))
  }

  /// A session that has something keeps its own seed, and says so.
  @Test func onlyAFreshSessionTakesTheSeed() {
    let fresh = run(":load lesson.nb", "digest(x)", files: ["lesson.nb": Self.lesson])
    #expect(fresh.errors == "")
    let begun = run("z = 1", ":load lesson.nb", "digest(x)", files: ["lesson.nb": Self.lesson])
    #expect(begun.errors.hasPrefix("lesson.nb has seed 7 and this session 0: "))
    #expect(begun.output != fresh.output && begun.output.utf8.count == fresh.output.utf8.count)
  }

  @Test func whatFailedIsNotSaved() throws {
    let result = run("a = 1", "oops", "a + 1", "|> sqrt", ":undo", ":save own.nb")
    #expect(result.output.hasSuffix("own.nb: 2 cells saved\n"))
    let bytes = try #require(result.files["own.nb"])
    let document = try Document(name: "own.nb", bytes: bytes)
    #expect(
      document.cells.map { String(decoding: $0.source.utf8, as: UTF8.self) } == [
        "a = 1\n", "a + 1\n",
      ])
    #expect(document.cells.map { $0.output?.text } == ["", "2"])
    #expect(document.frontMatter.title == "own")
    #expect(replay(document).holds)
  }

  @Test func aFileIsReplacedOnlyWhenAsked() {
    let files = ["own.nb": "old"]
    let refused = run("1", ":save own.nb", files: files)
    #expect(
      refused.errors.contains("own.nb exists") && refused.files["own.nb"] == Array("old".utf8))
    let replaced = run("1", ":save! own.nb", files: files)
    #expect(replaced.errors == "" && replaced.files["own.nb"] != Array("old".utf8))
  }
}
