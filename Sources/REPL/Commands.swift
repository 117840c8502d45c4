import Diagnostics
import Interpreter
import Notebook
import Syntax
import System

/// The commands of the prompt without their colon, as Tab completes them.
public let promptCommands = [
  "edit", "help", "load", "quit", "redo", "reset", "run", "save", "source", "time", "undo", "vars",
]

extension Prompt {
  /// Runs a line that starts with a colon; false if it failed.
  mutating func command(_ text: String) -> Bool {
    let words = text.split(maxSplits: 1) { $0.isWhitespace }
    let argument = words.count > 1 ? trimmed(String(words[1])) : ""
    switch words[0] {
    case ":help", ":h", ":?": environment.write(promptHelp)
    case ":quit", ":q", ":exit": isOver = true
    case ":vars": showVariables()
    case ":undo": return undo()
    case ":redo": return redo()
    case ":reset": reset()
    case ":load": return withFile(argument, ":load lesson.et") { $0.load($1) }
    case ":run":
      return withFile(argument, ":run lesson.nb") { prompt, path in
        prompt.environment.runFile(path)
        return true
      }
    case ":save": return withFile(argument, ":save lesson.nb") { $0.save($1, replaces: false) }
    case ":save!": return withFile(argument, ":save! lesson.nb") { $0.save($1, replaces: true) }
    case ":edit": edit()
    case ":time":
      return argument.isEmpty ? missing("code", ":time train(model, data)") : time(argument)
    case ":source":
      return argument.isEmpty
        ? missing("a function", ":source train")
        : execute("source(\(argument))", isEntry: false)
    default:
      let near = nearest(to: String(words[0].dropFirst()), among: promptCommands)
      let hint = near.map { "did you mean `:\($0)`?" } ?? ":help lists the commands"
      complain(Diagnostic(.name, "there is no command `\(words[0])`", hint: hint))
      return false
    }
    return true
  }

  private func missing(_ what: String, _ example: String) -> Bool {
    let command = example.hasPrefix("?") ? "?" : String(example.prefix { $0 != " " })
    complain(Diagnostic(.argument, "`\(command)` needs \(what)", hint: example))
    return false
  }

  private mutating func withFile(
    _ path: String, _ example: String, _ body: (inout Self, String) -> Bool
  ) -> Bool {
    path.isEmpty ? missing("a file", example) : body(&self, path)
  }

  /// What could not be done, as the errors of programs are shown.
  private func complain(_ problem: any Error) {
    switch problem {
    case let problem as FileProblem: complain(Diagnostic(problem))
    case let problem as Diagnostic: complain(problem)
    default: complain(Diagnostic(.file, "\(problem)"))
    }
  }

  /// Runs an entry and says how long it took.
  private mutating func time(_ code: String) -> Bool {
    let start = MonotonicClock.now
    guard execute(code) else { return false }
    environment.write(durationText(MonotonicClock.seconds(since: start)) + "\n")
    return true
  }

  /// What a name stands for.
  func help(_ name: String) -> Bool {
    if name.isEmpty { return missing("a name", "?train") }
    if let documentation = session.documentation(of: name) {
      environment.write(documentation.rendered(width: environment.screen().width) + "\n")
      return true
    }
    if let value = session[name] {
      environment.write("\(name): \(kind(of: value))\n")
      return true
    }
    let near = nearest(to: name, among: session.libraryNames + session.names)
    complain(
      Diagnostic(
        .name, "there is no documentation for `\(name)`",
        hint: near.map { "did you mean `?\($0)`?" } ?? "`?` takes the name of a function"))
    return false
  }

  // MARK: Files

  /// Runs a program as one entry, or the cells of a notebook as one each; with `#label` those up to
  /// the one of that label.
  private mutating func load(_ argument: String) -> Bool {
    let (path, label) = NotebookPath.parts(of: argument)
    do {
      let bytes = try environment.readFile(path)
      guard NotebookPath.isNotebook(path) else {
        let source = try SourceText.decode(name: path, bytes: bytes)
        return execute(String(decoding: source.utf8, as: UTF8.self), name: path)
      }
      let document = try Document(name: path, bytes: bytes)
      var cells = document.cells[...]
      if let label {
        guard let last = cells.lastIndex(where: { $0.label == label }) else {
          throw NotebookPath.missing(label, in: document)
        }
        cells = cells[...last]
      }
      // The seed is taken with the first cell that runs, and is given back with it.
      let before = current
      takeSeed(of: document)
      defer {
        if state.entries.isEmpty {
          session.restore(before.snapshot)
          state = before
        }
      }
      for cell in cells where !cell.options.isSkipped {
        let text = String(decoding: cell.source.utf8, as: UTF8.self)
        let start = state.entries.isEmpty ? before : nil
        guard
          execute(text, name: path, label: cell.label, before: start) || cell.options.isError
        else { return false }
      }
      return true
    } catch {
      complain(error)
      return false
    }
  }

  /// A session that has nothing yet takes a notebook's seed, so that it gets the notebook's numbers.
  private mutating func takeSeed(of document: Document) {
    guard let seed = document.frontMatter.seed, seed != state.seed else { return }
    guard state.entries.isEmpty else {
      environment.complain(
        "\(document.name) has seed \(seed) and this session \(state.seed): random numbers differ from "
          + "the notebook's; after :reset they do not\n")
      return
    }
    session.begin(seed: seed)
    state.seed = seed
  }

  /// Writes the session as a notebook: first its code, so that nothing is lost, then what a replay of
  /// it gives, which must be what the session has.
  private func save(_ path: String, replaces: Bool) -> Bool {
    let title = path.split(separator: "/").last?.split(separator: ".").first ?? "Session"
    let text = notebook(of: state.entries, title: String(title), seed: state.seed)
    do {
      let bytes = Array(text.utf8)
      guard try environment.writeFile(path, bytes, replaces) else {
        throw FileProblem(.write, path, .exists)
      }
      let document = try Document(name: path, bytes: bytes)
      let (report, fresh) = environment.replay(document, path)
      guard !report.isInterrupted else {
        environment.complain("interrupted: \(path) has the code without its outputs\n")
        return false
      }
      do {
        _ = try environment.writeFile(path, document.applying(report.edits), true)
      } catch {
        complain(error)
        environment.complain("\(path) has the code without its outputs\n")
        return false
      }
      let failures = report.findings.filter { $0.kind != .difference }
      for failure in failures {
        let details = failure.details.map { "\n  \($0)" }.joined()
        environment.complain(
          "\(path):\(failure.line): \(failure.title): \(failure.message)\(details)\n")
      }
      let others = fresh.map(differences) ?? []
      if !others.isEmpty {
        complain(
          Diagnostic(
            .value, "a replay gives other values for \(others.joined(separator: ", "))",
            hint: "what is read from outside, such as a file or a clock, is not part of a notebook")
        )
      }
      let count = document.cells.count
      environment.write("\(path): \(count) \(count == 1 ? "cell" : "cells") saved\n")
      return failures.isEmpty && others.isEmpty
    } catch {
      complain(error)
      return false
    }
  }

  /// The variables that another session has not, or with another value.
  private func differences(from other: Session) -> [String] {
    session.names.filter { name in
      guard name != "ans", let own = session[name] else { return false }
      guard let value = other[name] else { return true }
      return digest(of: own) != digest(of: value)
    }
  }

  private mutating func edit() {
    guard let text = environment.edit(lastEntry), !trimmed(text).isEmpty else { return }
    run(Paste.statements(of: trimmed(text)))
  }

  // MARK: Variables

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

private let promptHelp = """
  Type an expression to see its value, or name = value to keep it. A line with an
  open bracket goes on. ; at the end shows nothing. `ans` is the last value, and
  a line may begin with |> to pass it on.

    ?name          what a function does
    :source name   its text
    :vars          the variables
    :time code     run it and say how long it took
    :undo :redo    take the last entry back, or do it again
    :reset         forget all variables and start the seed again
    :edit          the last entry in $EDITOR
    :save FILE.nb  the session as a notebook that replays to the same bits
    :load FILE     run a program or a notebook here; :run FILE runs it by itself
    :quit          leave; Ctrl-D does too

  Tab completes names, fields, arguments and files; a second Tab lists them. What
  is pasted runs once Enter is pressed. Ctrl-C gives up the line or stops what
  runs, and keeps the variables. Ctrl-R searches the history.

  """
