import CLibedit
import Diagnostics
import System

/// Lines from a terminal by libedit, with the user's `~/.editrc`, and their history.
@safe public final class LineEditor: LineReader {
  private let editor: OpaquePointer
  private let history: OpaquePointer
  private let state: State
  private var file: HistoryFile?

  /// What may stand at the end of a line, given the lines of the entry before it.
  public typealias Completing = (_ line: String, _ before: [String]) -> Completion

  /// What libedit's callbacks see.
  @safe final class State {
    private(set) var prompt = unsafe LineEditor.State.copy("")
    var request = LineRequest(prompt: "")
    var isCancelled = false
    var pasted: String?
    /// The line for which Tab found nothing to add: the next one lists what there is.
    var lastTab: String?
    var complete: Completing
    /// The history, the newest last.
    var entries: [String] = []
    /// The line that a search began on, and that it has begun.
    var beforeSearch = ""
    var isSearching = false
    var isVi = false
    /// Bytes of a key that were read with the one before it.
    var unread: [UInt8] = []
    /// False on a terminal that knows no control sequences, as `dumb`.
    var canErase = false

    /// To the start of the line, and nothing after it.
    var erasing: String { canErase ? "\r\u{1B}[K" : "\n" }

    init(_ complete: @escaping Completing) { self.complete = complete }
    deinit { unsafe prompt.deallocate() }

    /// A text that stays where it is, as libedit reads it between calls.
    private static func copy(_ text: String) -> UnsafeMutablePointer<CChar> {
      let bytes = text.utf8CString
      let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
      for (i, byte) in bytes.enumerated() { unsafe (copy + i).initialize(to: byte) }
      return unsafe copy
    }

    func begin(_ request: LineRequest) {
      unsafe prompt.deallocate()
      unsafe prompt = State.copy(request.prompt)
      self.request = request
      isCancelled = false
      pasted = nil
      lastTab = nil
    }
  }

  static func state(of editor: OpaquePointer?) -> State? {
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
    chooseUTF8()
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
    unsafe Self.addFunctions(to: editor)
    unsafe el_source(editor, nil)
    unsafe Self.bindKeys(of: editor)
    state.canErase = unsafe et_el_can_erase(editor) != 0
    // libedit calls this handler after its own.
    if state.canErase { Signals.markPastesAgainAfterStop() }
    state.entries = file?.load() ?? []
    for entry in state.entries { unsafe et_history_enter(history, entry) }
  }

  deinit {
    unsafe el_end(editor)
    unsafe history_end(history)
  }

  /// What is typed is shown.
  public var isEcho: Bool { true }

  /// To the start of the line, and nothing after it.
  public var erasing: String { state.canErase ? state.erasing : "" }

  /// Reads a line with editing.
  public func read(_ request: LineRequest) -> LineInput {
    state.begin(request)
    if !request.text.isEmpty { unsafe el_push(editor, request.text) }
    var count: Int32 = 0
    var isInterrupted: Int32 = 0
    // What was typed while an entry ran stands there already, and comes again as it is read. The
    // terminal marks what is pasted while a line is edited, and only then.
    if state.canErase { unsafe et_put(erasing + "\u{1B}[?2004h") }
    let line = unsafe et_el_gets(editor, &count, &isInterrupted)
    if state.canErase { unsafe et_put("\u{1B}[?2004l") }
    if let text = state.pasted {
      unsafe et_put(erasing)
      return .pasted(text)
    }
    if state.isCancelled {
      lineFeed()
      return .interrupted
    }
    guard let line = unsafe line, count > 0 else {
      if isInterrupted != 0 { return .interrupted }
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
    state.entries.append(entry)
    file?.append(entry)
  }
}
