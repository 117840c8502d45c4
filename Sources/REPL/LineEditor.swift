import CLibedit

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Lines from a terminal by libedit, with the user's `~/.editrc`, and their history.
@safe public final class LineEditor: LineReader {
  private let editor: OpaquePointer
  private let history: OpaquePointer
  private let state = State()
  private let file: HistoryFile?

  /// What libedit's callbacks see.
  @safe private final class State {
    var prompt: UnsafeMutablePointer<CChar>
    var isCancelled = false

    init() { unsafe prompt = strdup("") }
    deinit { unsafe free(prompt) }

    func set(_ text: String) {
      unsafe free(prompt)
      unsafe prompt = strdup(text)
      isCancelled = false
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
  /// - Parameter historyPath: nil for no history beyond the session.
  public init?(historyPath: String?) {
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
    unsafe et_el_add_function(editor, "etude-cancel", "give the line up") { editor, _ in
      unsafe LineEditor.state(of: editor)?.isCancelled = true
      return UInt8(CC_NEWLINE)
    }
    unsafe el_source(editor, nil)
    unsafe et_el_bind(editor, "^C", "etude-cancel")
    // An unbound Tab beeps and eats the character.
    unsafe et_el_bind_text(editor, "\t", "  ")
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

  /// Reads a line with editing.
  public func read(prompt text: String) -> LineInput {
    state.set(text)
    var count: Int32 = 0
    errno = 0
    let line = unsafe el_gets(editor, &count)
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
