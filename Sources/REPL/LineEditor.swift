import CLibedit
import Diagnostics

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Lines from a terminal by libedit, with the user's `~/.editrc`, and their history.
@safe public final class LineEditor: LineReader {
  private let editor: OpaquePointer
  private let history: OpaquePointer
  private let state: State
  private let file: HistoryFile?

  /// What may stand at the end of a line, given the lines of the entry before it.
  public typealias Completing = (_ line: String, _ before: [String]) -> Completion

  /// What libedit's callbacks see.
  @safe fileprivate final class State {
    var prompt: UnsafeMutablePointer<CChar>
    var request = LineRequest(prompt: "")
    var isCancelled = false
    var pasted: String?
    /// The line for which Tab found nothing to add: the next one lists what there is.
    var lastTab: String?
    var complete: Completing

    init(_ complete: @escaping Completing) {
      unsafe prompt = strdup("")
      self.complete = complete
    }
    deinit { unsafe free(prompt) }

    func begin(_ request: LineRequest) {
      unsafe free(prompt)
      unsafe prompt = strdup(request.prompt)
      self.request = request
      isCancelled = false
      pasted = nil
      lastTab = nil
    }
  }

  private static func state(of editor: OpaquePointer?) -> State? {
    guard let editor = unsafe editor, let data = unsafe et_el_get_client_data(editor) else {
      return nil
    }
    return unsafe Unmanaged<State>.fromOpaque(data).takeUnretainedValue()
  }

  /// Starts editing on standard input and output; nil if the terminal can't.
  ///
  /// - Parameters:
  ///   - historyPath: nil for no history beyond the session.
  ///   - complete: what Tab offers.
  public init?(historyPath: String?, complete: @escaping Completing) {
    state = State(complete)
    Self.chooseLocale()
    guard let editor = unsafe et_el_init("etude"), let history = unsafe history_init() else {
      return nil
    }
    unsafe self.editor = editor
    unsafe self.history = history
    file = historyPath.map(HistoryFile.init)
    unsafe et_history_size(history, 10_000)
    unsafe et_history_unique(history, 1)
    unsafe et_el_client_data(editor, Unmanaged.passUnretained(state).toOpaque())
    unsafe et_el_prompt(editor) { unsafe LineEditor.state(of: $0)?.prompt }
    unsafe et_el_editor(editor, "emacs")
    // Handles a terminal that changes its size, and stop and continue.
    unsafe et_el_signal(editor, 1)
    unsafe et_el_history(editor, history)
    // While a line is edited Ctrl-C is a key like any other: no signal can come in the middle of a
    // redraw and lose what was typed.
    unsafe et_el_no_interrupt(editor)
    unsafe et_el_no_shifting(editor)
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
    unsafe el_source(editor, nil)
    unsafe et_el_bind(editor, "^C", "etude-cancel")
    unsafe et_el_bind(editor, "\t", "etude-complete")
    unsafe et_el_bind(editor, Self.pasteStart, "etude-paste")
    unsafe et_el_bind_command(editor, Self.pasteStart, "etude-paste")
    for entry in file?.load() ?? [] { unsafe et_history_enter(history, entry) }
  }

  deinit {
    unsafe el_end(editor)
    unsafe history_end(history)
  }

  /// Characters are UTF-8 whatever the environment says, or says nothing.
  private static func chooseLocale() {
    unsafe setlocale(LC_CTYPE, "")
    if unsafe String(cString: nl_langinfo(Int32(CODESET))) == "UTF-8" { return }
    for name in ["C.UTF-8", "C.utf8", "en_US.UTF-8"] {
      if unsafe setlocale(LC_CTYPE, name) != nil { return }
    }
  }

  /// What is typed is shown.
  public var isEcho: Bool { true }

  /// Reads a line with editing.
  public func read(_ request: LineRequest) -> LineInput {
    state.begin(request)
    if !request.text.isEmpty { unsafe el_push(editor, request.text) }
    var count: Int32 = 0
    errno = 0
    // What was typed while an entry ran stands there already, and comes again as it is read. The
    // terminal marks what is pasted while a line is edited, and only then.
    unsafe et_put("\r\u{1B}[K\u{1B}[?2004h")
    let line = unsafe el_gets(editor, &count)
    unsafe et_put("\u{1B}[?2004l")
    if let text = state.pasted {
      unsafe et_put("\r\u{1B}[K")
      return .pasted(text)
    }
    if state.isCancelled {
      lineFeed()
      return .interrupted
    }
    guard let line = unsafe line, count > 0 else {
      if errno == EINTR { return .interrupted }
      lineFeed()
      return .end
    }
    var text = unsafe String(cString: line)
    if text.last == "\n" { text.removeLast() }
    return .line(text)
  }

  private func lineFeed() { unsafe et_put("\n") }

  /// Keeps an entry for recall, in this session and the next.
  public func remember(_ entry: String) {
    unsafe et_history_enter(history, entry)
    file?.append(entry)
  }
}

extension LineEditor {
  fileprivate static let pasteStart = "\u{1B}[200~"
  fileprivate static let pasteEnd = "\u{1B}[201~"
}

extension LineEditor.State {
  /// The line up to the cursor and after it.
  private func line(_ editor: OpaquePointer?) -> (before: String, after: String) {
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
      var byte: UInt8 = 0
      let count = unsafe withUnsafeMutableBytes(of: &byte) { unsafe systemRead($0) }
      if count == 1 {
        bytes.append(byte)
      } else if count == 0 || errno != EINTR {
        return nil
      }
    }
    return String(decoding: bytes.dropLast(end.count), as: UTF8.self)
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

  private static var width: Int {
    var size = winsize()
    let found = unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return found ? Int(size.ws_col) : 80
  }
}

/// Words in columns as a list of candidates shows them, down and then across; the first 200.
func columns(_ words: [String], width: Int) -> String {
  let shown = Array(words.prefix(200))
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

/// Entries of all sessions, one a line, with `\n` and `\\` for line ends and backslashes. Each is
/// appended by a single write, so two sessions at once lose nothing.
struct HistoryFile {
  let path: String

  /// Most entries that are recalled from other sessions.
  private static let limit = 5_000

  init(_ path: String) { self.path = path }

  func load() -> [String] {
    guard let stream = unsafe fopen(path, "r") else { return [] }
    defer { unsafe fclose(stream) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe block.withUnsafeMutableBytes {
        unsafe fread($0.baseAddress, 1, $0.count, stream)
      }
      if count == 0 { break }
      bytes += block[..<count]
    }
    return bytes.split(separator: 0x0A).suffix(Self.limit).map { line in
      Self.decoded(String(decoding: line, as: UTF8.self))
    }
  }

  /// A home that can't be written costs the history, not the session.
  func append(_ entry: String) {
    makeFolder()
    let file = unsafe open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else { return }
    let line = Array((Self.encoded(entry) + "\n").utf8)
    _ = unsafe line.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
    close(file)
  }

  private func makeFolder() {
    var end = path.startIndex
    while let slash = path[end...].dropFirst().firstIndex(of: "/") {
      unsafe mkdir(String(path[..<slash]), 0o700)
      end = slash
    }
  }

  static func encoded(_ entry: String) -> String {
    var text = ""
    for character in entry.unicodeScalars {
      switch character {
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      default: text.unicodeScalars.append(character)
      }
    }
    return text
  }

  static func decoded(_ line: String) -> String {
    var text = String.UnicodeScalarView()
    var isEscape = false
    for character in line.unicodeScalars {
      if isEscape {
        text.append(character == "n" ? "\n" : character == "r" ? "\r" : character)
        isEscape = false
      } else if character == "\\" {
        isEscape = true
      } else {
        text.append(character)
      }
    }
    return String(text)
  }
}
