import Diagnostics
import Interpreter
import Notebook

extension PromptCommand {
  static var load: PromptCommand {
    PromptCommand(
      "load", argument: .file(example: ":load lesson.et"), usage: ":load FILE",
      summary: "run a program, or the cells of a notebook, in this session"
    ) { prompt, path in prompt.load(path) }
  }
}

extension Prompt {
  /// Runs a program as one entry, or the cells of a notebook as one each; with `#label` those up to
  /// the one of that label.
  fileprivate mutating func load(_ argument: String) -> Bool {
    let (path, label) = NotebookPath.parts(of: argument)
    do {
      let bytes = try environment.readFile(path)
      guard NotebookPath.isNotebook(path) else {
        let source = try SourceText.decode(name: path, bytes: bytes)
        return execute(String(decoding: source.utf8, as: UTF8.self), name: path)
      }
      let document = try Document(name: path, bytes: bytes)
      if let label, document.cell(labelled: label) == nil {
        throw NotebookPath.missing(label, in: document)
      }
      return load(document, upTo: label)
    } catch {
      complain(error)
      return false
    }
  }

  /// A session that has nothing yet takes a notebook's seed, so that it gets the notebook's numbers.
  mutating func takeSeed(of document: Document) {
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

  /// Runs the cells of a notebook as one entry each, up to the first that fails; with a label up to
  /// the cell that has it. False if something does not hold.
  mutating func load(_ document: Document, upTo label: String?) -> Bool {
    // The seed is taken with the first cell that runs, and is given back with it.
    let start = current
    takeSeed(of: document)
    defer {
      if state.entries.isEmpty {
        session.restore(start.snapshot)
        state = start
      }
    }
    var policy = RunPolicy()
    policy.stopsAtFailure = true
    policy.lastLabel = label
    policy.firstOrdinal = nextOrdinal
    policy.defaultSeed = state.seed
    var run = NotebookRun(
      document, in: session, policy, world: environment.world(document.name))
    var holds = true
    while !run.isOver {
      let before = state.entries.isEmpty ? start : current
      beginRun()
      run.step(freeMemory: { forgetOldest() }) { event in
        if !take(event, of: document, before) { holds = false }
      }
      endRun()
    }
    return holds
  }

  /// Shows what happens and keeps the cells that ran; false if something does not hold.
  private mutating func take(_ event: RunEvent, of document: Document, _ before: State) -> Bool {
    switch event {
    case .cellBegins, .valueNotRun, .orphan, .value(_, .success): return true
    case .output(let item, _):
      environment.write(item.shownText + "\n")
      return true
    case .copyDiffers(let cell, let source):
      environment.complain(cell.message(differingFrom: source, in: document.name))
      return false
    case .cellEnds(let run): return take(run, of: document, before)
    case .value(let value, .failure(let problem)):
      environment.complain(
        document.message(of: problem, at: value, style: environment.screen().style))
      return false
    }
  }

  private mutating func take(_ run: CellRun, of document: Document, _ before: State) -> Bool {
    let cell = run.cell
    func complain(_ error: Diagnostic) {
      environment.complain(
        cell.message(of: error, in: document.name, style: environment.screen().style))
    }
    switch run.end {
    case .notRun: return true
    case .failed(let error), .timedOut(let error):
      complain(error)
      return false
    case .interrupted(let error):
      // The terminal shows `^C` where the cursor was.
      environment.write(reader.erasing)
      complain(error)
      return false
    case .noSource(let problem):
      environment.complain(
        cell.message(render(problem, style: environment.screen().style), in: document.name))
      return false
    case .finished, .failedAsMarked, .didNotFail, .skipped:
      if let outcome = run.outcome {
        if let error = outcome.error { complain(error) }
        keep(before)
      }
      state.entries.append(
        SessionEntry(
          text: withoutEnd(String(decoding: cell.source.utf8, as: UTF8.self)),
          label: cell.label, givesValue: run.outcome?.givesValue ?? false,
          options: cell.options.words))
      guard case .didNotFail = run.end else { return true }
      environment.complain(cell.message(Cell.doesNotFail, in: document.name))
      return false
    }
  }
}
