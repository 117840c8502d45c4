import Foundation
import TestSupport
import Testing

/// What the prompt does where there is no room: full disks, short memory, many entries.
@Suite(.serialized, .needsTmux) struct TerminalLimitTests {
  @Test func aFullDiskLeavesTheOlderFileWhole() throws {
    // No file may grow beyond a block of the shell's.
    let screen = try TerminalScreen(rows: 40, limits: "ulimit -f 1;")
    _ = try screen.folder.file("old.nb", "older text\n")
    try screen.start()
    try screen.enter("text = \"\(String(repeating: "x", count: 60))\"")
    for i in 0..<30 { try screen.enter("variable\(i) = \"{text}, {text}\"; 1") }
    try screen.enter(":save! old.nb")
    try screen.wait("error") {
      $0.contains("error[file]: can't write old.nb: the file would be larger than allowed")
    }
    #expect(try screen.folder.text("old.nb") == "older text\n")
    try screen.enter(":save! /dev/full")
    try screen.wait("error") { $0.contains("error[file]: can't write /dev/full: the disk is full") }
    let files = try screen.folder.names()
    #expect(!files.contains { $0.hasSuffix(".tmp") })
    // The session is as it was, and what is saved elsewhere is all of it.
    try screen.enter("len(variable29)")
    try screen.expect("122")
  }

  @Test func shortMemoryGivesUpTheOldestEntries() throws {
    let screen = try TerminalScreen(rows: 60, "--memory", "100M")
    try screen.start()
    for i in 0..<12 { try screen.enter("x = zeros((2500, 1000)) + \(i);") }
    let lines = try screen.wait("word of it") {
      $0.last == ">" && $0.contains { $0.hasPrefix("memory is short: ") }
    }
    #expect(!lines.contains { $0.contains("error") })
    try screen.enter(":undo")
    try screen.enter("x[0, 0]")
    try screen.expect("10")
  }

  @Test func anImpossibleTensorCostsNoUndo() throws {
    let screen = try TerminalScreen("--memory", "100M")
    try screen.start()
    for entry in ["a = 1", "a = 2", "zeros((100000, 100000))"] { try screen.enter(entry) }
    try screen.wait("error") { $0.contains { $0.hasPrefix("error[memory]") } && $0.last == ">" }
    try screen.enter(":undo")
    try screen.enter("a")
    try screen.expect("1")
  }

  @Test func aHundredEntriesAreUndone() throws {
    let screen = try TerminalScreen()
    try screen.start()
    try screen.paste((0..<120).map { "n = \($0)" }.joined(separator: "\n"))
    try screen.wait("pasted text") { $0.last == "> n = 119" }
    try screen.press("Enter")
    try screen.enter("n")
    try screen.expect("119")
    try screen.paste(Array(repeating: ":undo", count: 100).joined(separator: "\n"))
    try screen.wait("pasted text") { $0.last == "> :undo" }
    try screen.press("Enter")
    try screen.enter(":undo")
    try screen.wait("end of undo") { $0.contains("nothing to undo") }
    try screen.enter("n")
    try screen.expect("20")
  }

  @Test func theHistoryIsWhereTheEnvironmentSays() throws {
    let folder = try TemporaryFolder()
    let named = try TerminalScreen(environment: ["ETUDE_HISTORY": folder.path + "/own"], in: folder)
    let state = try TerminalScreen(
      environment: ["XDG_STATE_HOME": folder.path + "/state"], in: folder)
    let none = try TerminalScreen(environment: ["ETUDE_HISTORY": ""], in: folder)
    for (i, screen) in [named, state, none].enumerated() {
      try screen.start()
      try screen.enter("kept = \(i)")
      try screen.press("Up")
      try screen.wait("recalled entry") { $0.last == "> kept = \(i)" }
    }
    #expect(try folder.text("own") == "kept = 0\n")
    #expect(try folder.text("state/etude/history") == "kept = 1\n")
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/.local"))
  }

  @Test func aLongPasteIsShownAtOnce() throws {
    let screen = try TerminalScreen()
    try screen.start()
    let lines = (0..<3000).map { "if \($0) >= 0 {\n  n = \($0)\n}" }.joined(separator: "\n")
    try screen.paste(lines + "\nn")
    try screen.wait("pasted text") {
      $0.suffix(4) == ["> if 2999 >= 0 {", ".   n = 2999", ". }", "> n"]
    }
    try screen.press("Enter")
    try screen.expect("2999")
  }

  @Test func ctrlCStopsSavingAndKeepsTheCode() throws {
    let screen = try TerminalScreen()
    try screen.start()
    try screen.enter("n = 0")
    try screen.type("while n < 1e9 { n += 1 }", "Enter")
    try screen.wait("running entry") { $0.last == "> while n < 1e9 { n += 1 }" }
    try screen.press("C-c")
    try screen.wait("interrupt") {
      $0.last == ">" && $0.contains { $0.hasPrefix("error[interrupt]") }
    }
    try screen.enter("m = 0; for i in 0..300000000 { m = i }")
    try screen.type(":save long.nb", "Enter")
    try screen.wait("file") { _ in
      FileManager.default.fileExists(atPath: screen.folder.path + "/long.nb")
    }
    // One that is pressed before the replay has begun stops nothing.
    try screen.wait("word of it") {
      if $0.contains("interrupted: long.nb has the code without its outputs") { return true }
      try? screen.press("C-c")
      return false
    }
    try screen.enter("m")
    try screen.expect("299999999")
    #expect(try screen.folder.text("long.nb").contains("for i in 0..300000000"))
  }
}
