import CLibedit
import Diagnostics

/// Ctrl-R: entries that hold what is typed, the newest first. libedit has a search of its own, which
/// takes a character's lowest eight bits for a key, and so ends at most Hangul.
package struct HistorySearch {
  /// All that can be found, the newest last.
  let entries: [String]
  package private(set) var pattern = ""
  /// Where the entry that is shown stands; nil for none.
  private var place: Int?
  package private(set) var isFound = true

  /// Begins at the newest.
  package init(_ entries: [String]) { self.entries = entries }

  /// The entry that is shown; empty for none.
  package var entry: String { place.map { entries[$0] } ?? "" }

  /// Pattern and entry on one line of a width.
  package func shown(width: Int) -> String {
    let start = (isFound ? "search" : "not found") + " '\(pattern)': "
    let line = visible(start + entry.split(separator: "\n").joined(separator: " ↵ "))
    guard displayWidth(line) > width else { return line }
    var text = ""
    for character in line {
      if displayWidth(text) + displayWidth(String(character)) >= width { break }
      text.append(character)
    }
    return text + "…"
  }

  /// Adds a character: the entry may go on to hold it.
  package mutating func add(_ character: Character) {
    pattern.append(character)
    look(from: place ?? entries.count - 1)
  }

  /// Takes the last character away, and begins anew.
  package mutating func removeLast() {
    _ = pattern.popLast()
    place = nil
    look(from: entries.count - 1)
  }

  /// Goes on to an older entry that is not the same.
  package mutating func older() {
    let current = place.map { entries[$0] }
    look(from: (place ?? entries.count) - 1) { $0 != current }
  }

  private mutating func look(from start: Int, where isOther: (String) -> Bool = { _ in true }) {
    guard !pattern.isEmpty else {
      (place, isFound) = (nil, true)
      return
    }
    let found = entries.prefix(max(start + 1, 0)).lastIndex {
      isOther($0) && $0.contains(pattern)
    }
    isFound = found != nil
    place = found ?? place
  }
}

extension LineEditor.State {
  /// Empties the line, which only libedit can draw, and goes on with `search` on a single line.
  func beginSearch(_ editor: OpaquePointer?) -> UInt8 {
    let (before, after) = unsafe line(editor)
    beforeSearch = before + after
    isSearching = true
    unsafe replaceLine(editor, "")
    unsafe el_push(editor, LineEditor.searching)
    return UInt8(CC_REFRESH)
  }

  /// Reads keys until one ends the search: Enter runs what is found, escape and other keys go on with
  /// it, Ctrl-C and Ctrl-G go back to the line as it was.
  func search(_ editor: OpaquePointer?) -> UInt8 {
    guard isSearching else { return UInt8(CC_ERROR) }
    isSearching = false
    var search = HistorySearch(entries)
    while true {
      unsafe et_put(erasing + search.shown(width: Self.width - 1))
      var code: wchar_t = 0
      guard unsafe el_wgetc(editor, &code) == 1, let key = Unicode.Scalar(UInt32(bitPattern: code))
      else { return UInt8(CC_EOF) }
      switch key {
      case "\u{12}": search.older()
      case "\u{7F}", "\u{08}": search.removeLast()
      case "\u{03}", "\u{07}": return unsafe endSearch(editor, beforeSearch)
      case _ where key.value >= 0x20: search.add(Character(key))
      default:
        unsafe pushBack(editor, key)
        let text = search.entry.isEmpty ? beforeSearch : search.entry
        return unsafe endSearch(editor, text)
      }
    }
  }

  private func endSearch(_ editor: OpaquePointer?, _ text: String) -> UInt8 {
    unsafe et_put(erasing)
    unsafe replaceLine(editor, text)
    unsafe et_el_refresh(editor)
    return UInt8(CC_REFRESH)
  }

  /// Gives a key that ended the search back, but escape only if it is the start of another.
  private func pushBack(_ editor: OpaquePointer?, _ key: Unicode.Scalar) {
    guard key == "\u{1B}" else { return unsafe el_push(editor, String(Character(key))) }
    guard let next = nextByte(), next < 0x80 else { return }
    if isVi {
      unread = [next]
      unsafe el_push(editor, "\u{1B}")
    } else {
      unsafe el_push(editor, "\u{1B}" + String(Character(Unicode.Scalar(next))))
    }
  }

  private func replaceLine(_ editor: OpaquePointer?, _ text: String) {
    unsafe el_cursor(editor, Int32.max / 2)
    unsafe el_deletestr(editor, et_el_length(editor))
    unsafe el_insertstr(editor, text)
  }
}
