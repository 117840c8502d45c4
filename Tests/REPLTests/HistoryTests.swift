import Diagnostics
import Foundation
import REPL
import TestSupport
import Testing

@Suite struct HistorySearchTests {
  private func search(_ entries: [String], _ typed: String) -> HistorySearch {
    var search = HistorySearch(entries)
    for character in typed { search.add(character) }
    return search
  }

  @Test func theNewestIsFoundFirst() {
    let entries = ["alpha = 1", "beta = 2", "alpha + 1", "gamma"]
    #expect(search(entries, "alpha").entry == "alpha + 1")
    #expect(search(entries, "beta").entry == "beta = 2")
    #expect(search(entries, "gamma").entry == "gamma")
    #expect(search(entries, "").entry == "")
  }

  /// Each key looks from where the search stands, so that it narrows what is shown.
  @Test func aLongerPatternGoesOnFromThere() {
    var found = search(["ab", "abc", "abd"], "ab")
    #expect(found.entry == "abd")
    found.add("c")
    #expect(found.entry == "abc" && found.pattern == "abc" && found.isFound)
    found.add("x")
    #expect(found.entry == "abc" && found.pattern == "abcx" && !found.isFound)
  }

  @Test func olderGoesOnToAnotherEntry() {
    var found = search(["x = 1", "y", "x = 2", "x = 2", "z"], "x")
    #expect(found.entry == "x = 2")
    found.older()
    #expect(found.entry == "x = 1" && found.isFound)
    found.older()
    #expect(found.entry == "x = 1" && !found.isFound)
    var neighbour = search(["x = 1", "x = 2", "x = 3"], "x")
    neighbour.older()
    #expect(neighbour.entry == "x = 2")
    // What is typed may still be found where the search stands.
    found.add(" ")
    #expect(found.entry == "x = 1" && found.isFound)
  }

  @Test func takingACharacterAwayBeginsAnew() {
    var found = search(["ab", "abc", "a"], "abc")
    #expect(found.entry == "abc")
    found.removeLast()
    #expect(found.pattern == "ab" && found.entry == "abc")
    found.removeLast()
    #expect(found.pattern == "a" && found.entry == "a")
    found.removeLast()
    found.removeLast()
    #expect(found.pattern == "" && found.entry == "" && found.isFound)
    found.add("c")
    #expect(found.entry == "abc")
  }

  @Test func nothingIsFoundInAnEmptyHistory() {
    var found = search([], "a")
    #expect(found.entry == "" && !found.isFound)
    found.older()
    found.removeLast()
    #expect(found.entry == "" && found.isFound)
  }

  /// libedit's own search ends at most Hangul.
  @Test func hangulIsFound() {
    let entries = ["학습률 = 0.1", "학 = 2", "모델(학습률)"]
    #expect(search(entries, "학습").entry == "모델(학습률)")
    #expect(search(entries, "학 ").entry == "학 = 2")
    #expect(search(entries, "👩‍💻").isFound == false)
  }

  @Test func theLineSaysWhatIsSearchedAndFound() {
    #expect(search(["fn f() {\n  1\n}"], "f").shown(width: 80) == "search 'f': fn f() { ↵   1 ↵ }")
    #expect(search(["a"], "b").shown(width: 80) == "not found 'b': ")
    #expect(search([], "").shown(width: 80) == "search '': ")
    // Control characters don't reach the terminal.
    let shown = search(["x\ty\u{1B}[2J"], "x").shown(width: 80)
    #expect(shown == "search 'x': x␉y␛[2J")
  }

  /// The line fits, wide characters counted twice, and is not cut where it fits exactly.
  @Test(arguments: 13...40) func theLineFits(width: Int) {
    let found = search(["가나다라마바사아자"], "가")
    let whole = "search '가': 가나다라마바사아자"
    let shown = found.shown(width: width)
    #expect(displayWidth(shown) <= width)
    if width >= displayWidth(whole) {
      #expect(shown == whole)
    } else {
      // As much as there is room for beside the ellipsis.
      #expect(shown.last == "…" && whole.hasPrefix(shown.dropLast()))
      #expect(displayWidth(shown) >= width - 1)
    }
  }
}

@Suite struct HistoryFileTests {
  @Test(arguments: [
    ("x = 1", "x = 1"), ("fn f() {\n  1\n}", "fn f() {\\n  1\\n}"), ("\"a\\n\"", "\"a\\\\n\""),
    ("a\r\nb", "a\\r\\nb"), ("\\", "\\\\"), ("\\\n", "\\\\\\n"), ("\t가 é", "\t가 é"), ("", ""),
    ("# \\r is not a return", "# \\\\r is not a return"),
    ("e\u{301}\n\u{301}", "e\u{301}\\n\u{301}"),
  ])
  func anEntryIsALine(entry: String, line: String) {
    #expect(Array(HistoryFile.encoded(entry).unicodeScalars) == Array(line.unicodeScalars))
    #expect(Array(HistoryFile.decoded(line).unicodeScalars) == Array(entry.unicodeScalars))
  }

  /// What another program wrote, or a cut write left.
  @Test(arguments: [("a\\", "a"), ("\\x", "x"), ("\\\\\\", "\\")])
  func otherEscapesAreRead(line: String, entry: String) {
    #expect(HistoryFile.decoded(line) == entry)
  }

  @Test func entriesOfTwoSessionsComeInOrder() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/state/etude/history"
    var (one, two) = (HistoryFile(path), HistoryFile(path))
    #expect(one.load() == [])
    one.append("a = \"가\\n\"")
    two.append("fn f() {\n  1\n}")
    one.append("c")
    #expect(one.load() == ["a = \"가\\n\"", "fn f() {\n  1\n}", "c"])
    #expect(two.load() == one.load())
    #expect(
      try folder.text("state/etude/history") == "a = \"가\\\\n\"\nfn f() {\\n  1\\n}\nc\n")
    // Nobody else may read it.
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }

  @Test func aLongHistoryIsCutAtItsStart() throws {
    let folder = try TemporaryFolder()
    let lines = (0..<6_000).map { "x\($0)" }
    let path = try folder.file("history", lines.joined(separator: "\n") + "\n")
    #expect(HistoryFile(path).load() == Array(lines.suffix(5_000)))
  }

  /// A file of another program is read as far as it goes.
  @Test func anyBytesAreRead() throws {
    let folder = try TemporaryFolder()
    let bytes = Data("a\n\n\nb\u{0}c\n".utf8) + Data([0xFF, 0x0A]) + Data("no end".utf8)
    let path = try folder.file("history", bytes)
    #expect(HistoryFile(path).load() == ["a", "b\u{0}c", "\u{FFFD}", "no end"])
    #expect(HistoryFile(folder.path).load() == [])
    var absent = HistoryFile("/proc/none/history")
    absent.append("x")
    #expect(absent.load() == [])
  }
}
