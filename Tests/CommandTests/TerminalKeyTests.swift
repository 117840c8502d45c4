import Foundation
import TestSupport
import Testing

/// Keys of vi's user, and those of keyboards that libedit does not know.
@Suite(.serialized, .needsTmux) struct TerminalKeyTests {
  private func vi() throws -> TerminalScreen {
    let folder = try TemporaryFolder()
    _ = try folder.file(".editrc", "bind -v\n")
    let screen = try TerminalScreen(in: folder)
    try screen.start()
    return screen
  }

  @Test func viHasItsTwoModes() throws {
    let screen = try vi()
    try screen.type("valeu = 41")
    try screen.wait("line") { $0.last == "> valeu = 41" }
    try screen.press("Escape")
    try screen.wait("cursor on the last character") { _ in (try? screen.cursor().column) == 11 }
    try screen.type("0cwvalue")
    try screen.wait("changed word") { $0.last == "> value = 41" }
    try screen.press("Enter")
    try screen.enter("value + 1")
    try screen.expect("42")
    try screen.press("Escape")
    try screen.type("kk")
    try screen.wait("recalled entry") { $0.last == "> value = 41" }
    try screen.type("A0", "Enter")
    try screen.enter("value")
    try screen.expect("410")
  }

  @Test func viEditsHangulAndUndoes() throws {
    let screen = try vi()
    try screen.type("s = \"가나다\"")
    try screen.wait("line") { $0.last == "> s = \"가나다\"" }
    try screen.press("Escape")
    try screen.type("hhx")
    try screen.wait("line without a syllable") { $0.last == "> s = \"가다\"" }
    try screen.type("u")
    try screen.wait("the syllable again") { $0.last == "> s = \"가나다\"" }
  }

  @Test func viTakesPastesInBothModes() throws {
    let screen = try vi()
    try screen.paste("p = 5\nq = p + 1\nq")
    try screen.wait("pasted text") { $0.last == "> q" }
    try screen.press("Enter")
    try screen.expect("6")
    try screen.type("1 + 1")
    try screen.wait("line") { $0.last == "> 1 + 1" }
    try screen.press("Escape")
    try screen.wait("cursor on the last character") { _ in (try? screen.cursor().column) == 6 }
    try screen.type("ddx")
    try screen.paste("r = 7\nr + 1")
    try screen.wait("pasted text") { $0.suffix(2) == ["> r = 7", "> r + 1"] }
    try screen.press("Enter")
    try screen.expect("8")
  }

  @Test func viKeepsInsertingAfterArrows() throws {
    let screen = try vi()
    try screen.type("x = (1, 3)", "Left", "Left", "Left")
    try screen.type(" 2,")
    try screen.wait("inserted text") { $0.last == "> x = (1, 2, 3)" }
    try screen.press("End")
    try screen.type("[1]", "Enter")
    try screen.enter("x")
    try screen.expect("2")
    try screen.press("C-r")
    try screen.type("(1")
    try screen.wait("found entry") { $0.last == "search '(1': x = (1, 2, 3)[1]" }
    try screen.press("C-c")
    try screen.enter("x + 40")
    try screen.expect("42")
  }

  @Test func keysOfWordsMoveAndOthersLeaveNothing() throws {
    let screen = try TerminalScreen()
    try screen.start()
    try screen.type("alpha beta gamma", "Home", "DC", "End", "BSpace", "C-Left")
    try screen.type("X")
    try screen.press("C-Left", "M-Left", "C-Right")
    try screen.type("Y")
    try screen.press("PPage", "NPage", "IC", "F1", "F5", "F12", "S-Left")
    try screen.type("Z")
    try screen.wait("edited line") {
      $0.last == "> lpha betaZY Xgamm" || $0.last == "> lphaZY beta Xgamm"
    }
  }

  @Test func viSearchEndsWithKeysAndPastes() throws {
    let screen = try vi()
    for line in ["yes = 22", "no = 33"] { try screen.enter(line) }
    try screen.press("C-r")
    try screen.type("ye")
    try screen.wait("found entry") { $0.last == "search 'ye': yes = 22" }
    try screen.press("Up")
    try screen.wait("the newest entry") { $0.last == "> no = 33" }
    try screen.press("C-c")
    try screen.wait("empty line") { $0.last == ">" }
    try screen.press("C-r")
    try screen.type("ye")
    try screen.wait("found entry") { $0.last == "search 'ye': yes = 22" }
    try screen.paste("0\nmore = 1")
    try screen.wait("pasted text") { $0.suffix(2) == ["> yes = 220", "> more = 1"] }
  }

  @Test func aPasteWaitsForEnterAfterTheShellToo() throws {
    let screen = try TerminalScreen(limits: "exec env HISTFILE= bash --norc -i #")
    try screen.wait("shell") { !$0.isEmpty }
    try screen.type("HOME=. NO_COLOR=1 '\(binary)'", "Enter")
    try screen.wait("prompt") { $0.last == ">" }
    try screen.type("abc")
    try screen.wait("line") { $0.last == "> abc" }
    try screen.press("C-z")
    try screen.wait("shell") { $0.contains { $0.contains("Stopped") } }
    try screen.type("fg", "Enter")
    try screen.wait("the line again") { $0.last == "> abc" }
    try screen.press("C-u")
    try screen.wait("empty line") { $0.last == ">" }
    try screen.paste("p = 1\np + 1")
    try screen.wait("pasted text") { $0.suffix(2) == ["> p = 1", "> p + 1"] }
    try screen.press("C-c")
    try screen.enter("p")
    try screen.wait("error") { $0.contains { $0.contains("`p` is not known here") } }
  }

  @Test func searchShowsEntriesOnOneLine() throws {
    let screen = try TerminalScreen(columns: 30)
    try screen.start()
    try screen.paste("w = (\n\t2\n)")
    try screen.wait("pasted text") { $0.last?.hasSuffix(")") ?? false }
    try screen.press("Enter")
    try screen.enter("a = \"가나다라마바사아자차카타파하\"")
    try screen.press("C-r")
    try screen.type("w")
    try screen.wait("found entry") { $0.last == "search 'w': w = ( ↵ ␉2 ↵ )" }
    try screen.press("C-g")
    try screen.press("C-r")
    try screen.type("a =")
    try screen.wait("cut entry") { $0.last == "search 'a =': a = \"가나다라…" }
    // What only a search binds is no key.
    try screen.press("C-g")
    try screen.type("hello")
    try screen.press("C-^")
    try screen.type("!")
    try screen.wait("line") { $0.last == "> hello!" }
  }
}
