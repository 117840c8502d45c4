import Diagnostics
import Syntax
import System
import Tensor

/// Variables, a seed and what evaluates cells over them. Not for two threads at once.
public final class Session {
  /// How it was set up.
  public var options: SessionOptions { host.options }
  /// Set from another thread, it ends the running cell.
  public let interrupt: InterruptFlag
  let machine: Machine
  private let host: Host

  /// Variables and seed at one moment; taking and restoring one copies nothing.
  public struct Snapshot: Sendable {
    fileprivate var variables: Variables.Version
    fileprivate var seed: UInt64
  }

  /// Makes an empty session.
  public init(_ options: SessionOptions = SessionOptions()) {
    interrupt = InterruptFlag()
    host = Host(options, seed: RandomStream.seed(options.seed, trial: options.trial))
    let context = Context(
      level: options.level ?? .best, threads: options.threads, memoryLimit: options.memoryLimit,
      interrupt: interrupt)
    let library = Library(standardBuiltins + options.builtins)
    machine = Machine(host: host, context: context, interrupt: interrupt, library: library)
  }

  // Variables

  /// Names of the variables in order of their first use.
  public var names: [String] {
    machine.globals.boundSlots.map { machine.names.names[$0] }
  }

  /// The value of a variable; not of library names.
  public subscript(name: String) -> Value? {
    machine.names.existing(name).flatMap { machine.globals[Int32($0)] }
  }

  /// Names of the library's functions, builtins of other modules included, in order.
  public var libraryNames: [String] { machine.library.names }

  /// The tensors, streams and workers that cells use.
  public var context: Context { machine.context }

  /// Bytes that values take: those of tensors, or of the process where that is more.
  public var occupiedBytes: Int { max(context.liveBytes, Memory.residentBytes) }

  /// Variables and seed as they are. Snapshots share all values that did not change between them,
  /// so that one costs what was bound since the last.
  public func snapshot() -> Snapshot {
    Snapshot(variables: machine.variables.snapshot(), seed: host.seed)
  }

  /// Variables and seed as they were.
  public func restore(_ snapshot: Snapshot) {
    machine.variables.restore(snapshot.variables)
    host.seed = snapshot.seed
  }

  /// Makes what is shown from now on fit another screen.
  public func fit(width: Int, drawing: DrawingSpace?) {
    host.options.width = width
    host.options.drawing = drawing
  }

  /// Takes another seed for what is drawn from now on, as a notebook's own.
  public func begin(seed: UInt64) {
    host.options.seed = seed
    host.seed = RandomStream.seed(seed, trial: options.trial)
  }

  // Cells

  /// Runs a cell. One that fails or is interrupted binds nothing and changes no seed.
  public func run(
    _ source: SourceText, as identity: CellIdentity = CellIdentity(),
    onOutput: ((OutputItem) -> Void)? = nil
  ) -> CellOutcome {
    onLargeStack {
      let before = snapshot()
      machine.context.stream = stream(of: identity)
      machine.outsideReads = options.notesReads ? OutsideReads() : nil
      var outcome = CellOutcome(output: [], bound: [], error: nil)
      let (result, output) = watched(onOutput) { try execute(source, identity) }
      switch result {
      case .success(let (bound, givesValue)):
        (outcome.bound, outcome.givesValue) = (bound, givesValue)
      case .failure(let error):
        restore(before)
        outcome.error = withReason(finished(error, source))
      }
      outcome.output = output
      outcome.outsideReads = machine.outsideReads?.slots.map { machine.names.names[Int($0)] } ?? []
      machine.outsideReads = nil
      return outcome
    }
  }

  /// The value of an expression of checked prose: it sees the variables and changes nothing.
  public func evaluate(_ source: SourceText) -> Result<Value, Diagnostic> {
    onLargeStack {
      let before = snapshot()
      let stream = machine.context.stream
      let (result, output) = watched(nil) {
        try machine.evaluate(try parsed(source, isInteractive: false)).value
      }
      restore(before)
      machine.context.stream = stream
      switch result {
      case .success(let value) where output.isEmpty: return .success(value)
      case .success:
        // What it showed would be lost, and a claim would never be judged.
        return .failure(
          Diagnostic(
            .value, "a checked value is computed, and prints and claims nothing", source: source,
            hint: "put the claim into a cell"))
      case .failure(let error): return .failure(withReason(finished(error, source)))
      }
    }
  }

  /// Runs `body` while somebody looks at the size of the process; gives what it put out too.
  private func watched<R>(
    _ onOutput: ((OutputItem) -> Void)?, _ body: () throws -> R
  ) -> (result: Result<R, any Error>, output: [OutputItem]) {
    options.memoryWatch.begin(interrupt, limit: options.memoryLimit)
    defer { options.memoryWatch.end(interrupt) }
    return host.collecting(onOutput) { Result { try body() } }
  }

  private func execute(
    _ source: SourceText, _ identity: CellIdentity
  ) throws -> (bound: [(name: String, value: Value)], givesValue: Bool) {
    let program = try parsed(source, isInteractive: identity.allowsInteractive)
    let (value, cell) = try machine.evaluate(program)
    if interrupt.isSet { throw Failure.interrupted }
    var givesValue = true
    if case .nothing = value {
      givesValue = false
    } else {
      if !program.isQuiet {
        let shown = show(value, width: options.width, drawing: options.drawing)
        host.emit(.value(value, shown: shown))
      }
      if identity.allowsInteractive { machine.bind("ans", value) }
    }
    let bound = cell.bound.filter { name in
      machine.names.existing(name).map { machine.variables.isChanged(Int32($0)) } ?? false
    }
    return (bound.compactMap { name in self[name].map { (name, $0) } }, givesValue)
  }

  private func parsed(_ source: SourceText, isInteractive: Bool) throws -> Program {
    let result = parse(source, isInteractive: isInteractive)
    if case .program(let program) = result { return program }
    throw result.error ?? Diagnostic(.syntax, "this is not a program", source: source)
  }

  /// The root stream's fork for a cell, by its label or its number among the unlabelled.
  private func stream(of identity: CellIdentity) -> RandomStream {
    var root = RandomStream.root(seed: host.seed)
    if let label = identity.label { return root.fork("label \(label)") }
    return root.fork("cell \(identity.ordinal)")
  }

  /// An interrupt for want of memory is an error of its own, and the next cell may run.
  private func withReason(_ error: Diagnostic) -> Diagnostic {
    guard error.code == .interrupt, interrupt.isForMemory else { return error }
    interrupt.clear()
    var error = error
    error.code = .memory
    error.message =
      "the values of this program go beyond the limit of \(memorySize(options.memoryLimit))"
    error.hint = "etude --memory raises the limit"
    return error
  }

  private func finished(_ error: any Error, _ source: SourceText) -> Diagnostic {
    switch error {
    case let located as Located: return located.diagnostic.seenByCaller
    case var diagnostic as Diagnostic:
      if diagnostic.source == nil { diagnostic.source = source }
      return diagnostic
    case let failure as Failure:
      var diagnostic = Diagnostic(.value, "\(failure)")
      if case .plain(let code, let message, let hint, _) = failure.kind {
        diagnostic = Diagnostic(code, message, hint: hint)
      }
      return diagnostic
    default: return Diagnostic(.value, "\(error)", source: source)
    }
  }

  // Documentation

  /// Documentation of a library function, or of a variable that holds a documented function.
  public func documentation(of name: String) -> Documentation? {
    onLargeStack { machine.documentation(of: name) }
  }

  /// The text of a function's definition in the language; nil for builtins.
  public func sourceText(of name: String) -> String? { machine.library.text(of: name)?.text }
}

/// What `help` knows about a name.
public struct Documentation: Sendable {
  /// The call with its defaults: `map(xs, f, parallel=false)`.
  public var signature: String
  /// Markdown.
  public var text: String
  /// Code that can be run; empty when it is part of the text.
  public var example: String

  /// All of it as text for a screen of so many columns.
  public func rendered(width: Int) -> String {
    [wrappedCall(signature, width: width), wrapped(text, width: width), example].filter {
      !$0.isEmpty
    }
    .joined(separator: "\n\n")
  }
}

extension Machine {
  /// Compiles and runs a program; gives its last value.
  func evaluate(_ program: Program) throws -> (value: Value, cell: CompiledCell) {
    let cell = try CompilationUnit(program, names: names, text: self.program).cell()
    depth = 0
    top = 0
    guard memory.prepare(1 + cell.registerCount) else {
      throw tooManyParts(in: program)
    }
    // What a cell binds is computed in it.
    defer {
      context.materialize()
      gradientTraces.clear()
    }
    return (try run(cell.entry, cell.registerCount), cell)
  }

  /// The largest statement is the one whose parts do not go into the registers.
  private func tooManyParts(in program: Program) -> Diagnostic {
    let size = { (span: Span) in span.upper - span.lower }
    let largest = program.statements.map(\.span).max { size($0) < size($1) }
    return Diagnostic(
      .memory, "this has too many parts to hold at once", source: program.source,
      labels: largest.map { [.init(Span(Int($0.lower), Int($0.lower) + 1))] } ?? [],
      hint: "a loop, or a file that is read, holds more than a program can spell out")
  }

  /// Binds a variable.
  func bind(_ name: String, _ value: Value) {
    variables.store(Int32(names.slot(of: name)), value)
  }

  func documentation(of name: String) -> Documentation? {
    let variable = names.existing(name).flatMap { globals[Int32($0)] }
    let value =
      variable ?? (library.contains(name) ? try? library.value(of: name, on: self) : nil)
    guard case .function(let f) = value else { return nil }
    return documentation(of: f)
  }

  func documentation(of f: Function) -> Documentation {
    switch f.kind {
    case .builtin(let builtin):
      Documentation(
        signature: builtin.signature, text: builtin.documentation, example: builtin.example)
    case .closure:
      Documentation(signature: signature(f.code), text: f.code.documentation ?? "", example: "")
    case .derived: Documentation(signature: f.name, text: "", example: "")
    }
  }
}
