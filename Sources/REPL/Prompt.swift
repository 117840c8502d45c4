import Diagnostics
import Interpreter
import Notebook
import Syntax
import Tensor

/// What the prompt needs of the world.
public struct PromptEnvironment {
  /// The first line; empty for none.
  public var banner = ""
  /// How errors are drawn.
  public var style = RenderStyle.plain
  /// Takes text for standard output.
  public var write: (String) -> Void
  /// Takes text for standard error.
  public var complain: (String) -> Void
  /// Reads a program for `:load`.
  public var readFile: (String) throws(FileProblem) -> [UInt8]

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
public struct Prompt<Reader: LineReader> {
  private let session: Session
  private let environment: PromptEnvironment
  private var reader: Reader
  /// Entries that ran; the next one's number among the unlabelled cells.
  private var ordinal = 0
  private var entries = 0
  private var past: [Moment] = []
  private var future: [Moment] = []
  private let start: Session.Snapshot
  private var isOver = false

  /// The state before an entry, for `:undo`.
  private struct Moment {
    var snapshot: Session.Snapshot
    var ordinal: Int
  }

  /// Entries that `:undo` can take back.
  private static var undoLimit: Int { 100 }

  /// Makes a prompt over a session.
  public init(_ session: Session, _ reader: Reader, _ environment: PromptEnvironment) {
    self.session = session
    self.reader = reader
    self.environment = environment
    start = session.snapshot()
  }

  /// Reads and runs until the input ends.
  public mutating func run() {
    if !environment.banner.isEmpty { environment.write(environment.banner + "\n") }
    while !isOver, let entry = nextEntry() {
      let text = trimmed(entry)
      if text.isEmpty { continue }
      reader.remember(entry)
      if text.hasPrefix(":") {
        command(text)
      } else if text.hasPrefix("?") {
        let name = trimmed(String(text.dropFirst()))
        execute("help(\"\(name)\")", isEntry: false)
      } else {
        execute(entry, isEntry: true)
      }
    }
  }

  // MARK: Reading

  /// Lines until they make a whole program; nil at the end of the input.
  private mutating func nextEntry() -> String? {
    var lines: [String] = []
    while true {
      Interrupts.direct(to: nil)
      switch reader.read(prompt: lines.isEmpty ? "> " : ". ") {
      case .end:
        if lines.isEmpty { return nil }
        return lines.joined(separator: "\n")
      case .interrupted: lines = []
      case .line(let line):
        lines.append(line)
        let text = lines.joined(separator: "\n")
        if !needsMore(text) { return text }
      }
    }
  }

  private func needsMore(_ text: String) -> Bool {
    let start = trimmed(text)
    if start.hasPrefix(":") || start.hasPrefix("?") { return false }
    guard case .incomplete = parse(SourceText(name: "entry", text: text), isInteractive: true)
    else { return false }
    return true
  }

  private func trimmed(_ text: String) -> String {
    var rest = text[...]
    while rest.first?.isWhitespace ?? false { rest.removeFirst() }
    while rest.last?.isWhitespace ?? false { rest.removeLast() }
    return String(rest)
  }

  // MARK: Running

  /// Runs an entry; one that fails leaves variables, seed and numbering as they were.
  private mutating func execute(_ text: String, isEntry: Bool, name: String? = nil) {
    entries += 1
    let source = SourceText(name: name ?? "entry \(entries)", text: text)
    let moment = Moment(snapshot: session.snapshot(), ordinal: ordinal)
    session.interrupt.clear()
    Interrupts.direct(to: session.interrupt)
    let write = environment.write
    let outcome = session.run(
      source, as: CellIdentity(ordinal: ordinal, allowsInteractive: isEntry)
    ) { write($0.shownText + "\n") }
    Interrupts.direct(to: nil)
    if let error = outcome.error {
      return environment.complain(render(error, style: environment.style) + "\n")
    }
    guard isEntry else { return }
    past.append(moment)
    if past.count > Self.undoLimit { past.removeFirst() }
    future = []
    ordinal += 1
  }

  // MARK: Commands

  private mutating func command(_ text: String) {
    let words = text.split(separator: " ", maxSplits: 1)
    let argument = words.count > 1 ? trimmed(String(words[1])) : ""
    switch words[0] {
    case ":help", ":h", ":?": environment.write(promptHelp)
    case ":quit", ":q", ":exit": isOver = true
    case ":vars": showVariables()
    case ":undo": move(from: \.past, to: \.future, nothing: "nothing to undo")
    case ":redo": move(from: \.future, to: \.past, nothing: "nothing to redo")
    case ":reset":
      past.append(Moment(snapshot: session.snapshot(), ordinal: ordinal))
      future = []
      session.restore(start)
      ordinal = 0
    case ":load": load(argument)
    default:
      let near = nearest(to: String(words[0].dropFirst()), among: Self.commands)
      let hint = near.map { "did you mean `:\($0)`?" } ?? ":help lists the commands"
      complain(Diagnostic(.name, "there is no command `\(words[0])`", hint: hint))
    }
  }

  private static var commands: [String] {
    ["help", "quit", "vars", "undo", "redo", "reset", "load"]
  }

  private func complain(_ problem: Diagnostic) {
    environment.complain(render(problem, style: environment.style) + "\n")
  }

  private mutating func move(
    from: WritableKeyPath<Self, [Moment]>, to: WritableKeyPath<Self, [Moment]>, nothing: String
  ) {
    guard let moment = self[keyPath: from].popLast() else {
      return environment.complain(nothing + "\n")
    }
    self[keyPath: to].append(Moment(snapshot: session.snapshot(), ordinal: ordinal))
    session.restore(moment.snapshot)
    ordinal = moment.ordinal
  }

  private mutating func load(_ path: String) {
    guard !path.isEmpty else {
      return complain(Diagnostic(.argument, "`:load` needs a file", hint: ":load lesson.et"))
    }
    do {
      let source = try SourceText.decode(name: path, bytes: try environment.readFile(path))
      execute(String(decoding: source.utf8, as: UTF8.self), isEntry: true, name: path)
    } catch let problem as FileProblem {
      complain(Diagnostic(.file, problem.message, hint: problem.hint))
    } catch let problem as Diagnostic {
      complain(problem)
    } catch {
      complain(Diagnostic(.file, "\(error)"))
    }
  }

  private func showVariables() {
    let names = session.names
    let column = min(names.map(displayWidth).max() ?? 0, 30)
    for name in names {
      guard let value = session[name] else { continue }
      let space = String(repeating: " ", count: max(column - displayWidth(name), 0) + 2)
      environment.write(name + space + kind(of: value) + "\n")
    }
  }

  private func kind(of value: Value) -> String {
    switch value {
    case .tensor(let tensor): "\(tensor.dtype.name)\(tensor.shape)"
    case .record(let record): "record {\(clipped(record.keys.names.joined(separator: ", ")))}"
    case .tuple(let tuple): "tuple of \(tuple.count)"
    case .number, .bool, .string, .range, .function: clipped(showInline(value))
    default: value.typeName
    }
  }

  private func clipped(_ text: String) -> String {
    text.count <= 60 ? text : text.prefix(59) + "…"
  }
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

private let promptHelp = """
  Type an expression to see its value, or name = value to keep it. A line with an open bracket
  goes on. ; at the end shows nothing. `ans` is the last value.

    ?name        what a function does
    :vars        the variables
    :undo :redo  take the last entry back, or do it again
    :reset       forget all variables and start the seed again
    :load FILE   run a program
    :quit        leave; Ctrl-D does too

  Ctrl-C gives up the line or stops what runs, and keeps the variables. Ctrl-R searches history.

  """
