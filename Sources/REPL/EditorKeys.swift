import CLibedit
import Diagnostics
import System

extension LineEditor {
  fileprivate static let pasteStart = "\u{1B}[200~"
  fileprivate static let pasteEnd = "\u{1B}[201~"
  /// What the editor is given for the escape key of vi: a character that hardly any key sends.
  fileprivate static let viEscape = "\u{1C}"
  /// And this when a search begins.
  static let searching = "\u{1E}"
  /// And this before the rest of a key that sends escape and more.
  fileprivate static let viKey = "\u{1D}"

  /// Keys that libedit does not know, without the escape they begin with; what is bound to nothing would
  /// leave its last characters on the line.
  private static let keys = [
    "[1;5D": "ed-prev-word", "[1;3D": "ed-prev-word", "[1;2D": "ed-prev-char",
    "[1;5C": "em-next-word", "[1;3C": "em-next-word", "[1;2C": "ed-next-char",
    "[3;5~": "em-delete-next-word", "[2~": "ed-ignore", "[5~": "ed-ignore", "[6~": "ed-ignore",
    "OP": "ed-ignore", "OQ": "ed-ignore", "OR": "ed-ignore", "OS": "ed-ignore",
    "[15~": "ed-ignore", "[17~": "ed-ignore", "[18~": "ed-ignore", "[19~": "ed-ignore",
    "[20~": "ed-ignore", "[21~": "ed-ignore", "[23~": "ed-ignore", "[24~": "ed-ignore",
  ]
  /// Those that it knows, but not while vi's user inserts.
  private static let viKeys = [
    "A": "ed-prev-history", "B": "ed-next-history", "C": "ed-next-char", "D": "ed-prev-char",
    "H": "ed-move-to-beg", "F": "etude-end", "1~": "ed-move-to-beg", "4~": "etude-end",
    "3~": "ed-delete-next-char",
  ]

  /// The functions that keys are bound to, in `~/.editrc` too.
  static func addFunctions(to editor: OpaquePointer) {
    unsafe et_el_add_function(editor, "etude-cancel", "give the line up") { editor, _ in
      unsafe LineEditor.state(of: editor)?.isCancelled = true
      return UInt8(CC_NEWLINE)
    }
    unsafe et_el_add_function(editor, "etude-paste", "take a pasted text") { editor, _ in
      unsafe LineEditor.state(of: editor)?.takePaste(editor) ?? UInt8(CC_ERROR)
    }
    unsafe et_el_add_function(editor, "etude-complete", "complete the word") { editor, _ in
      unsafe LineEditor.state(of: editor)?.tab(editor) ?? UInt8(CC_ERROR)
    }
    unsafe et_el_add_function(editor, "etude-escape", "vi's escape, or a paste") { editor, _ in
      unsafe LineEditor.state(of: editor)?.escape(editor) ?? UInt8(CC_ERROR)
    }
    unsafe et_el_add_function(editor, "etude-search", "search the history") { editor, _ in
      unsafe LineEditor.state(of: editor)?.beginSearch(editor) ?? UInt8(CC_ERROR)
    }
    unsafe et_el_add_function(editor, "etude-searching", "read what to search") { editor, _ in
      unsafe LineEditor.state(of: editor)?.search(editor) ?? UInt8(CC_ERROR)
    }
    // libedit's own stops before the last character in vi's modes.
    unsafe et_el_add_function(editor, "etude-end", "to the end of the line") { editor, _ in
      unsafe el_cursor(editor, Int32.max / 2)
      return UInt8(CC_CURSOR)
    }
  }

  /// Binds what every user has, over what `~/.editrc` says.
  static func bindKeys(of editor: OpaquePointer) {
    unsafe et_el_bind(editor, "^C", "etude-cancel")
    unsafe et_el_bind_command(editor, "^C", "etude-cancel")
    unsafe et_el_bind(editor, "\t", "etude-complete")
    unsafe et_el_bind(editor, "^R", "etude-search")
    unsafe et_el_bind(editor, searching, "etude-searching")
    unsafe et_el_bind_command(editor, "^R", "etude-search")
    unsafe et_el_bind_command(editor, searching, "etude-searching")
    let isVi = unsafe String(cString: et_el_get_editor(editor)) == "vi"
    unsafe state(of: editor)?.isVi = isVi
    guard isVi else {
      unsafe et_el_bind(editor, pasteStart, "etude-paste")
      for (key, command) in keys { unsafe et_el_bind(editor, "\u{1B}" + key, command) }
      return
    }
    // In vi's modes escape is a key by itself, so that no binding may begin with it.
    unsafe et_el_bind(editor, "\u{1B}", "etude-escape")
    unsafe et_el_bind_command(editor, "\u{1B}", "etude-escape")
    unsafe et_el_bind(editor, viEscape, "vi-command-mode")
    unsafe et_el_bind_command(editor, viEscape, "ed-ignore")
    unsafe et_el_bind_command(editor, viKey, "ed-ignore")
    for (key, command) in keys {
      unsafe et_el_bind(editor, viKey + key, command)
      unsafe et_el_bind_command(editor, key, command)
    }
    for (key, command) in viKeys {
      for start in ["[", "O"] { unsafe et_el_bind(editor, viKey + start + key, command) }
    }
  }
}

extension LineEditor.State {
  /// The line up to the cursor and after it.
  func line(_ editor: OpaquePointer?) -> (before: String, after: String) {
    guard let info = unsafe el_line(editor)?.pointee else { return ("", "") }
    let before = unsafe UnsafeBufferPointer(start: info.buffer, count: info.cursor - info.buffer)
    let after = unsafe UnsafeBufferPointer(start: info.cursor, count: info.lastchar - info.cursor)
    func text(_ bytes: UnsafeBufferPointer<CChar>) -> String {
      unsafe String(decoding: bytes.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
    return unsafe (text(before), text(after))
  }

  private func clear(_ editor: OpaquePointer?) {
    unsafe el_cursor(editor, Int32.max / 2)
    unsafe el_deletestr(editor, et_el_length(editor))
    unsafe et_el_refresh(editor)
  }

  // MARK: Paste

  /// Reads up to the mark of the end. One line goes into the line that is edited; several end it.
  func takePaste(_ editor: OpaquePointer?) -> UInt8 {
    guard let text = Self.readPaste() else { return UInt8(CC_EOF) }
    let lines = Paste.lines(of: text)
    let plain = lines.count == 1 && !text.unicodeScalars.contains { $0.value < 0x20 }
    if plain {
      return unsafe el_insertstr(editor, text) == 0 ? UInt8(CC_REFRESH) : UInt8(CC_ERROR)
    }
    let (before, after) = unsafe line(editor)
    pasted = before + text + after
    unsafe clear(editor)
    return UInt8(CC_NEWLINE)
  }

  /// The bytes up to the end's mark; nil where the input ends before it. What the terminal sends
  /// within it is text, even Ctrl-C.
  private static func readPaste() -> String? {
    let end = Array(LineEditor.pasteEnd.utf8)
    var bytes: [UInt8] = []
    while !bytes.suffix(end.count).elementsEqual(end) {
      switch StandardStream.input.read(atMost: 1) {
      case .bytes(let read): bytes += read
      case .interrupted: break
      case .end: return nil
      }
    }
    return String(decoding: bytes.dropLast(end.count), as: UTF8.self)
  }

  // MARK: Escape

  /// A paste, if its mark goes on; else the escape key, and what came with it as keys after it.
  func escape(_ editor: OpaquePointer?) -> UInt8 {
    let mark = LineEditor.pasteStart.utf8.dropFirst()
    var bytes: [UInt8] = []
    while mark.starts(with: bytes), bytes.count < mark.count, let byte = nextByte() {
      bytes.append(byte)
    }
    if bytes.elementsEqual(mark) { return unsafe takePaste(editor) }
    // A character is pushed back whole.
    if let last = bytes.last, last >= 0xC0 {
      for _ in 0..<(last < 0xE0 ? 1 : last < 0xF0 ? 2 : 3) {
        if let byte = nextByte() { bytes.append(byte) }
      }
    }
    let isKey = [UInt8(ascii: "["), UInt8(ascii: "O")].contains(bytes.first)
    let start = isKey ? LineEditor.viKey : LineEditor.viEscape
    unsafe el_push(editor, start + String(decoding: bytes, as: UTF8.self))
    return UInt8(CC_NORM)
  }

  /// A byte that is there or comes with the one before; a key's bytes do, a human's next key does not.
  func nextByte() -> UInt8? {
    if !unread.isEmpty { return unread.removeFirst() }
    guard StandardStream.input.isReady(within: 50),
      case .bytes(let read) = StandardStream.input.read(atMost: 1)
    else { return nil }
    return read[0]
  }

  // MARK: Tab

  /// Adds what all candidates share. Where there is nothing to add a second Tab lists them, and at
  /// the start of a line it indents.
  func tab(_ editor: OpaquePointer?) -> UInt8 {
    let (text, after) = unsafe line(editor)
    if text.allSatisfy({ $0 == " " }) {
      return unsafe el_insertstr(editor, "  ") == 0 ? UInt8(CC_REFRESH) : UInt8(CC_ERROR)
    }
    let found = complete(text, request.before)
    let added = found.common.dropFirst(found.typed)
    if !added.isEmpty {
      var addition = String(added)
      // A name is done, a folder or an argument's value goes on.
      if found.candidates.count == 1, after.isEmpty, addition.hasSuffix("=") == false,
        text.hasPrefix(":"), !text.contains(" ")
      {
        addition += " "
      }
      lastTab = nil
      return unsafe el_insertstr(editor, addition) == 0 ? UInt8(CC_REFRESH) : UInt8(CC_ERROR)
    }
    guard found.candidates.count > 1 else { return UInt8(CC_REFRESH_BEEP) }
    guard lastTab == text else {
      lastTab = text
      return UInt8(CC_REFRESH_BEEP)
    }
    unsafe et_put("\r\n" + columns(found.candidates.map(\.shown), width: Self.width))
    return UInt8(CC_REDISPLAY)
  }

  static var width: Int { StandardStream.output.columns ?? 80 }
}

/// Words in columns as a list of candidates shows them, down and then across; the first 200.
package func columns(_ words: [String], width: Int) -> String {
  let shown = words.prefix(200).map { visible($0) }
  let column = min((shown.map(displayWidth).max() ?? 0) + 2, max(width - 1, 4))
  let across = max(1, (width - 1) / column)
  let rows = (shown.count + across - 1) / across
  var text = ""
  for row in 0..<rows {
    var line = ""
    for i in stride(from: row, to: shown.count, by: rows) {
      line += shown[i] + String(repeating: " ", count: max(1, column - displayWidth(shown[i])))
    }
    while line.last == " " { line.removeLast() }
    text += line + "\r\n"
  }
  if words.count > shown.count { text += "… \(words.count - shown.count) more\r\n" }
  return text
}
