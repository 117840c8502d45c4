import REPL
import Testing

/// What is pasted, as a program and as entries.
@Suite struct PasteTests {
  // MARK: Lines

  @Test(arguments: [
    ("", [""]), ("a", ["a"]), ("a\nb", ["a", "b"]), ("a\rb", ["a", "b"]), ("a\r\nb", ["a", "b"]),
    ("a\n\nb", ["a", "", "b"]), ("a\r\rb", ["a", "", "b"]), ("a\r\n\r\nb", ["a", "", "b"]),
    ("a\n\rb", ["a", "", "b"]), ("a\n", ["a", ""]), ("a\r\n", ["a", ""]), ("\n", ["", ""]),
    ("가\r나", ["가", "나"]), ("\ta\t\n\tb", ["\ta\t", "\tb"]), ("a\u{2028}b", ["a\u{2028}b"]),
  ])
  func linesHaveAnyEnd(text: String, lines: [String]) {
    #expect(Paste.lines(of: text) == lines)
  }

  /// A mark after a line end belongs to the new line, and not to the end.
  @Test func scalarsOfALineStay() {
    let lines = Paste.lines(of: "e\u{301}\n\u{301}x")
    #expect(
      lines.map { Array($0.unicodeScalars.map(\.value)) } == [[0x65, 0x301], [0x301, 0x78]])
  }

  // MARK: Programs

  @Test(arguments: [
    "", "x = 1", "x = 1\ny = 2\n", "fn f(x) {\n  x\n}\n\nf(1)", "\n\n  x\n", "# a comment\nx = 1",
    "z = (y\n> 3)\nz", "z = y >\n  3", "s = \"> x\"", "s = \"a\"  # > x", "x = {\n  a: 1\n}\n",
    "m = \"```etude\"", "- item\n- item", "x = 1 # ```",
  ])
  func aProgramIsTakenAsItIs(text: String) {
    #expect(Paste.code(in: text) == text)
  }

  @Test(arguments: ["\r\n", "\r"]) func lineEndsBecomeNewlines(end: String) {
    let text = "fn f(x) {\n  x\n}\nf(\"가나\")"
    #expect(Paste.code(in: text.replacing("\n", with: end)) == text)
    let session = text.split(separator: "\n").enumerated().map { i, line in
      (i == 1 || i == 2 ? ". " : "> ") + line
    }
    #expect(Paste.code(in: session.joined(separator: end) + end) == text)
  }

  // MARK: Sessions

  /// A session, and its code.
  @Test(arguments: [
    ("> x = 1", "x = 1"),
    ("> x = 1\n> x\n1\n", "x = 1\nx"),
    ("> fn f(x) {\n.   x + 40\n. }\n> f(1)\n41", "fn f(x) {\n  x + 40\n}\nf(1)"),
    // Copied without the blank at the end of a line.
    ("> f({\n.   a: 1,\n.\n.   b: 2\n. })\n>\n", "f({\n  a: 1,\n\n  b: 2\n})\n"),
    // Outputs that begin as an entry of several lines goes on, but stand behind another line.
    ("> x\nf32[2]\n. 1\n. 2\n> y", "x\ny"),
    // Errors, with their drawing.
    (
      "> oops\nerror[name]: `oops` is not known here\n  entry 1, line 1\n  1 │ oops\n    │ ^^^^\n> 2",
      "oops\n2"
    ),
    ("\n \n> x = 1\n1\n", "x = 1"),
    // From the middle of an output: the rest would be no program.
    ("7.5 of it\n> y * 10\n70", "y * 10"),
    ("Étude 0.1.0 · :help for help\n> y = 7", "y = 7"),
    ("> 학습률 = 0.1\n> \"값 {학습률}\"\n\"값 0.1\"", "학습률 = 0.1\n\"값 {학습률}\""),
    // Text like a prompt in a string or behind a prompt is the entry's own.
    ("> s = \"> x\"\n> t = \". y\"", "s = \"> x\"\nt = \". y\""),
    ("> > x", "> x"), ("> x >\n. 3", "x >\n3"), (">  x", " x"), ("> \tx", "\tx"),
    // Without a blank it is no prompt.
    ("> x = (1\n.5)\n> y", "x = (1\ny"), ("> a\n>b\n> c", "a\nc"),
    // Commands and questions are entries too.
    ("> :vars\na  f32[2]\n> ?relu\nrelu(x)\n> a", ":vars\n?relu\na"),
  ])
  func ofASessionTheEntriesAreTaken(session: String, code: String) {
    #expect(Paste.code(in: session) == code)
  }

  /// Nothing tells such an output from an entry.
  @Test func anOutputThatLooksLikeAnEntryIsOne() {
    #expect(Paste.code(in: "> print(\"> 3\")\n> 3\n> x") == "print(\"> 3\")\n3\nx")
  }

  /// A prompt further down makes a session only of what is no program.
  @Test(arguments: [
    ("z = (y\n> 3)", "z = (y\n> 3)"), ("f(\n> 3)", "3)"), ("z = (y\n> 3", "3"),
  ])
  func aProgramMayCompareAtTheStartOfALine(text: String, code: String) {
    #expect(Paste.code(in: text) == code)
  }

  // MARK: Notebooks

  /// A notebook, and its code.
  @Test(arguments: [
    ("# Prose\n\n```etude label=a\nx = 20\n```\n```output bits=00\n1\n```\n\nMore.\n", "x = 20"),
    ("```etude\nx\n```\ntext\n```etude\ny\n```", "x\ny"),
    ("~~~etude\nx\n~~~\n", "x"), ("``` etude skip\nx\n```\n", "x"), ("````etude\nx\n`````\n", "x"),
    // What only begins with the word, or another language, is no cell.
    ("```etudes\nx\n```\n```etude\ny\n```\n```python\nz\n```\n", "y"),
    // Shorter fences, and those of another kind, are code.
    ("````etude\n```\nx\n~~~~\n````\n", "```\nx\n~~~~"),
    ("```etude\nx ```\n```\ny", "x ```"),
    // A block that is shown holds no cell.
    ("````text\n```etude\nx\n```\n````\n```etude\ny\n```", "y"),
    // In a list, and without an end.
    ("- item\n\n  ```etude\n  x = 1\n  ```\n", "  x = 1"), ("```etude\nx\n\ny", "x\n\ny"),
    ("```etude\n```\n", ""),
    // Lines of a cell that look like prompts stay.
    ("```etude\nz = (y\n> 3)\n```\n> quoted\n", "z = (y\n> 3)"),
    ("> # Title\n```etude\nx\n```\n", "x"),
    ("```etude\r\nx = 1\r\n\r\ny = 2\r\n```\r\n", "x = 1\n\ny = 2"),
  ])
  func ofANotebookTheCellsAreTaken(notebook: String, code: String) {
    #expect(Paste.code(in: notebook) == code)
  }

  /// Without a cell the fences are text.
  @Test func aTextWithoutCellsIsLeft() {
    let text = "```python\nx\n```"
    #expect(Paste.code(in: text) == text)
  }

  // MARK: Entries

  /// A text, and the entries in it.
  @Test(arguments: [
    ("", []), ("\n \n", []), ("x", ["x"]), ("x\ny", ["x", "y"]), ("x; y", ["x; y"]),
    ("x; y\nz", ["x; y", "z"]), ("\nx\n\n\ny\n", ["x", "y"]),
    ("fn f(x) {\n  x\n\n  x\n}\nf(1)", ["fn f(x) {\n  x\n\n  x\n}", "f(1)"]),
    ("# one\nx\n# two\n# three\ny\n# end", ["# one\nx", "# two\n# three\ny\n# end"]),
    ("# only", ["# only"]), ("x;\ny", ["x;", "y"]),
    ("x = (1,\n  2); y = 3\nz", ["x = (1,\n  2); y = 3", "z"]),
    ("xs\n  |> f\n  |> g\ny", ["xs\n  |> f\n  |> g", "y"]), ("|> f\ny", ["|> f", "y"]),
    ("if a {\n  b\n} else {\n  c\n}\nd", ["if a {\n  b\n} else {\n  c\n}", "d"]),
    ("값 = 1\n나 = 값", ["값 = 1", "나 = 값"]),
    // What is no program, whole or at its end, is one entry.
    ("x = 1\ny = = 2\nz", ["x = 1\ny = = 2\nz"]), ("x\nf(", ["x\nf("]),
    // Commands stand alone, but not within a statement.
    (":vars", [":vars"]), ("x\n:vars\ny", ["x", ":vars", "y"]), ("  ?relu\nx", ["  ?relu", "x"]),
    ("x\n:undo\n:undo", ["x", ":undo", ":undo"]),
    ("r = x[\n  1\n  :2]\ny", ["r = x[\n  1\n  :2]", "y"]),
    // What is timed may have several lines.
    (":time for i in 0..3 {\n  i\n}\nx", [":time for i in 0..3 {\n  i\n}", "x"]),
    ("a\n:time f(1,\n2)", ["a", ":time f(1,\n2)"]), (":time\nx", [":time", "x"]),
    // An open statement swallows the commands after it.
    ("f(\n:vars", ["f(\n:vars"]),
  ])
  func entriesAreAsTheyWouldBeTyped(text: String, entries: [String]) {
    #expect(Paste.statements(of: text) == entries)
  }

  /// The places are those of the lines, without the empty ones between.
  @Test func entriesHaveTheirPlace() {
    let lines = ["", "x", "", "fn f() {", "", "}", "", ":vars", "y", ""]
    #expect(Paste.entries(in: lines) == [1..<2, 3..<6, 7..<8, 8..<9])
  }

  /// Whatever is pasted, the entries are all its lines but empty ones, in order.
  @Test func noLineIsLost() {
    let pieces = [
      "x = 1", "f(", ")", "", "  ", ":vars", "?relu", "# note", "fn f() {", "}", "|> g", "a; b",
      ":time f(", "\"가", "> x", ". y", "```etude", "```", "\t",
    ]
    var checked = 0
    for i in pieces.indices {
      for k in pieces.indices {
        for piece in pieces.prefix(9) {
          let lines = [pieces[i], piece, pieces[k], "z"]
          let places = Paste.entries(in: lines)
          let covered = places.flatMap { Array($0) }
          #expect(covered == covered.sorted() && Set(covered).count == covered.count)
          let left = lines.indices.filter { !covered.contains($0) }
          #expect(left.allSatisfy { lines[$0].allSatisfy(\.isWhitespace) }, "\(lines)")
          checked += 1
        }
      }
    }
    #expect(checked == pieces.count * pieces.count * 9)
  }

  // MARK: Commands and what goes on

  @Test(arguments: [
    (":vars", true), ("?relu", true), ("  :vars", true), ("\t?", true), ("x[:2]", false),
    ("", false), ("  ", false), ("# :vars", false),
  ])
  func commandsAreKnownByTheirFirstCharacter(line: String, isCommand: Bool) {
    #expect(Paste.isCommand(line) == isCommand)
  }

  @Test(arguments: [
    ([], false), ([""], false), (["  "], false), (["x"], false), (["f("], true),
    (["f(", ")"], false),
    (["x = "], true), (["x +"], true), (["fn f() {"], true), (["fn f() {", ""], true),
    (["fn f() {", "}"], false), (["|> f"], false), (["|> f("], true), (["\"abc"], false),
    (["f(]"], false), ([":vars ("], false), (["?f("], false), ([":time f("], true),
    ([":time f(", ")"], false), ([":time"], false), ([":time "], false), ([":timef("], false),
    (["  :time f("], true), (["# f("], false), (["x = 가("], true),
  ])
  func anEntryGoesOn(lines: [String], goesOn: Bool) {
    #expect(Paste.continues(lines) == goesOn)
  }
}
