import Diagnostics
import Interpreter
import Notebook
import Syntax
import System
import Tensor

/// The screen that a session shows things on.
public struct PromptScreen {
  /// How errors are drawn.
  public var style = RenderStyle.plain
  /// Columns of text.
  public var width = 100
  /// The room of figures; nil to show them as one line.
  public var drawing: DrawingSpace?

  /// Makes one without colour, of 100 columns.
  public init() {}
}

/// What the prompt needs of the world.
public struct PromptEnvironment {
  /// The first line; empty for none.
  public var banner = ""
  /// What there is to see it on, asked before each entry, as a window may get another size.
  public var screen: () -> PromptScreen = { PromptScreen() }
  /// Takes text for standard output.
  public var write: (String) -> Void
  /// Takes text for standard error.
  public var complain: (String) -> Void
  /// Reads a program for `:load`.
  public var readFile: (String) throws(FileProblem) -> [UInt8]
  /// Writes a notebook for `:save`; false for a file that exists and may not be replaced.
  public var writeFile:
    (_ path: String, _ bytes: [UInt8], _ replaces: Bool) throws(FileProblem) ->
      Bool = { path, _, _ throws(FileProblem) in
        throw FileProblem(.write, path, .noFiles)
      }
  /// Replays a notebook for `:save` as it would be accepted; gives the session it ran in too.
  public var replay: (Document, _ path: String) -> (ReplayReport, Session?) = { document, _ in
    (Notebook.replay(document), nil)
  }
  /// What a notebook at a path needs of the world.
  public var world: (_ path: String) -> RunWorld = { _ in RunWorld() }
  /// Runs a file in a session of its own, and shows what it gives.
  public var runFile: (String) -> Void = { _ in }
  /// Lets the user edit a text; nil if that could not be done or was given up.
  public var edit: (String) -> String? = { _ in nil }

  /// Makes an environment.
  public init(
    write: @escaping (String) -> Void, complain: @escaping (String) -> Void,
    readFile: @escaping (String) throws(FileProblem) -> [UInt8]
  ) {
    self.write = write
    self.complain = complain
    self.readFile = readFile
  }
}

/// The prompt: reads entries, runs each as a cell and shows what it gives.
public struct Prompt {
  let session: Session
  let environment: PromptEnvironment
  var reader: any LineReader
  /// Where the session stands.
  var state: State
  private var entries = 0
  private var past: [State] = []
  private var future: [State] = []
  private let start: State
  /// The last entry as it was typed, for `:edit`.
  var lastEntry = ""
  var isOver = false

  /// What `:undo` restores.
  struct State {
    var snapshot: Session.Snapshot
    /// What `:save` writes as the notebook's seed.
    var seed: UInt64
    /// Entries that ran, which `:save` writes; their number is the next one's among the cells.
    var entries: [SessionEntry] = []
  }

  /// Entries that `:undo` can take back.
  private static let undoLimit = 100

  /// Makes a prompt over a session.
  public init(
    _ session: Session, _ reader: any LineReader, _ environment: PromptEnvironment
  ) {
    self.session = session
    self.reader = reader
    self.environment = environment
    state = State(snapshot: session.snapshot(), seed: session.options.seed)
    start = state
  }

  /// Reads and runs until the input ends.
  public mutating func run() {
    if !environment.banner.isEmpty { environment.write(environment.banner + "\n") }
    while !isOver, let entries = nextEntries() { run(entries) }
  }

  /// Runs entries until one fails; all can be recalled.
  mutating func run(_ entries: [String]) {
    let entries = entries.filter { !trimmed($0).isEmpty }
    for entry in entries { reader.remember(entry) }
    for (i, entry) in entries.enumerated() where !isOver {
      guard run(entry) else {
        let left = entries.count - i - 1
        if left > 0 {
          environment.complain("\(left) of \(entries.count) entries were not run\n")
        }
        return
      }
    }
  }

  private mutating func run(_ entry: String) -> Bool {
    let text = trimmed(entry)
    if text.hasPrefix(":") { return command(text) }
    if text.hasPrefix("?") { return help(trimmed(String(text.dropFirst()))) }
    lastEntry = entry
    return execute(entry)
  }

  // MARK: Reading

  /// Lines until they make a whole program, or what was pasted once Enter confirms it; nil at the end
  /// of the input.
  private mutating func nextEntries() -> [String]? {
    var lines: [String] = []
    var text = ""
    var isPasted = false
    while true {
      Interrupts.direct(to: nil)
      let request = LineRequest(
        prompt: continues(lines, isPasted) ? ". " : "> ", before: lines, text: text)
      text = ""
      switch reader.read(request) {
      case .end:
        if lines.isEmpty { return nil }
        return entries(lines, isPasted)
      case .interrupted:
        lines = []
        isPasted = false
      case .pasted(let pasted):
        isPasted = true
        let start = lines.count
        lines += Paste.lines(of: Paste.code(in: pasted))
        let inner = Set(Paste.entries(in: lines).flatMap { $0.dropFirst() })
        // What stands on the last line can still be edited, unless its characters are keys.
        var last: String?
        if let line = lines.last, line.unicodeScalars.allSatisfy({ $0.value >= 0x20 }) {
          last = lines.removeLast()
        }
        if reader.isEcho {
          let shown = lines.indices.dropFirst(start).map {
            (inner.contains($0) ? ". " : "> ") + visibleLine(lines[$0]) + "\n"
          }
          environment.write(shown.joined())
        }
        text = last ?? ""
      case .line(let line):
        lines.append(line)
        if !continues(lines, isPasted) { return entries(lines, isPasted) }
      }
    }
  }

  private func entries(_ lines: [String], _ isPasted: Bool) -> [String] {
    let text = lines.joined(separator: "\n")
    return isPasted ? Paste.statements(of: text) : [text]
  }

  /// Whether the last entry of lines goes on.
  private func continues(_ lines: [String], _ isPasted: Bool) -> Bool {
    guard isPasted, let last = Paste.entries(in: lines).last else {
      return Paste.continues(lines)
    }
    return Paste.continues(lines[last])
  }

  // MARK: Running

  /// Runs an entry; one that fails leaves variables, seed and numbering as they were.
  @discardableResult
  mutating func execute(_ text: String, isEntry: Bool = true, name: String? = nil) -> Bool {
    entries += 1
    let source = SourceText(name: name ?? "entry \(entries)", text: text)
    let before = current
    let write = environment.write
    let identity = CellIdentity(ordinal: nextOrdinal, allowsInteractive: isEntry)
    func attempt() -> CellOutcome {
      beginRun()
      defer { endRun() }
      return session.run(source, as: identity) { write($0.shownText + "\n") }
    }
    var outcome = attempt()
    // An entry that had nothing to show yet can begin again unseen.
    while outcome.error?.code == .memory, outcome.output.isEmpty, forgetOldest() {
      outcome = attempt()
    }
    if let error = outcome.error {
      // The terminal shows `^C` where the cursor was.
      if error.code == .interrupt { environment.write(reader.erasing) }
      complain(error)
      return false
    }
    guard isEntry else { return true }
    keep(before)
    state.entries.append(
      SessionEntry(text: withoutEnd(text), label: nil, givesValue: outcome.givesValue))
    return true
  }

  /// The number of the next entry among those without a label.
  var nextOrdinal: Int { state.entries.count { $0.label == nil } }

  /// Lets Ctrl-C reach what runs, and fits what it shows to the screen as it is now.
  func beginRun() {
    let screen = environment.screen()
    session.fit(width: screen.width, drawing: screen.drawing)
    session.interrupt.clear()
    Interrupts.direct(to: session.interrupt)
  }

  func endRun() { Interrupts.direct(to: nil) }

  /// The state with the variables as they are.
  var current: State {
    State(snapshot: session.snapshot(), seed: state.seed, entries: state.entries)
  }

  /// Makes a state one that `:undo` comes back to.
  mutating func keep(_ before: State) {
    past.append(before)
    if past.count > Self.undoLimit { past.removeFirst() }
    future = []
  }

  /// Gives up what `:undo` would come back to where memory is short: half of it, the oldest first, and
  /// more while values take over half of the memory. False when there is nothing to give up, or so
  /// little is taken that it would not help.
  mutating func forgetOldest() -> Bool {
    let limit = session.options.memoryLimit
    guard !past.isEmpty, session.occupiedBytes > limit / 4 else { return false }
    future = []
    let before = past.count
    while !past.isEmpty, past.count > before / 2 || session.context.liveBytes > limit / 2 {
      past.removeFirst()
    }
    environment.complain(
      "memory is short: \(before - past.count) of \(before) entries can't be undone any more\n")
    return true
  }

  mutating func undo() -> Bool {
    guard let target = past.popLast() else { return refuse("nothing to undo") }
    future.append(current)
    return goTo(target)
  }

  mutating func redo() -> Bool {
    guard let target = future.popLast() else { return refuse("nothing to redo") }
    past.append(current)
    return goTo(target)
  }

  private func refuse(_ words: String) -> Bool {
    environment.complain(words + "\n")
    return false
  }

  private mutating func goTo(_ target: State) -> Bool {
    session.restore(target.snapshot)
    state = target
    return true
  }

  mutating func reset() {
    keep(current)
    session.restore(start.snapshot)
    state = start
  }

  func complain(_ problem: Diagnostic) {
    environment.complain(render(problem, style: environment.screen().style) + "\n")
  }
}

/// A line of a paste with control characters but tabs made visible.
private func visibleLine(_ line: String) -> String {
  line.split(separator: "\t", omittingEmptySubsequences: false).map { visible(String($0)) }
    .joined(separator: "\t")
}

/// Without white space at both ends.
func trimmed(_ text: String) -> String { withoutEnd(String(text.drop(while: \.isWhitespace))) }

/// Without white space at the end.
func withoutEnd(_ text: String) -> String {
  var rest = text[...]
  while rest.last?.isWhitespace ?? false { rest.removeLast() }
  return String(rest)
}

extension OutputItem {
  /// What a reader sees of it, without a last newline.
  public var shownText: String {
    switch self {
    case .line(let text, _, _): text
    case .value(_, let shown): shown
    case .claim(let claim): claim.line
    }
  }
}
