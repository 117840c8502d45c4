import Diagnostics
import Syntax
import System
import Tensor

/// What evaluates: registers, frames, variables, and the tensors' context. One a thread.
final class Machine {
  /// Calls on top of each other before `error[recursion]`.
  static let frameLimit = 10_000

  let context: Context
  let interrupt: InterruptFlag
  let host: Host
  let names: NameTable
  let program: ProgramText
  let memory = RegisterMemory()
  let frameBuffer = StableBuffer<FrameStack.Frame>(capacity: Machine.frameLimit + 1)
  let frames: FrameStack
  let variables: Variables
  /// Their values by slot.
  var globals: NamedValues { variables.values }
  /// No variables, for code whose reads of them are to be seen.
  let unseenGlobals = NamedValues()
  /// Library values by slot, as far as they were used.
  let libraryValues: NamedValues
  let library: Library
  /// The most bytes that a value may take, and the most elements of a tuple that is no larger.
  let memoryLimit: Int
  let mostElements: Int
  /// What this machine is among those whose tuples grow.
  let owner = BufferOwner()
  /// What an item of a parallel `map` put out and the seed it set, kept for its turn; nil on the
  /// machine of the session.
  var item: ItemEffects?
  /// How many callers wait, and the first register that none of them uses.
  var depth = 0
  var top = 0
  var claim: PendingClaim?
  /// Parameters of the builtin that failed last, to find the argument at fault.
  var lastFailed: [String] = []
  /// Which parameters of the operation called last are operands.
  var lastOperands: [Int] = []
  /// Kernels of the gradients that the cell computes again and again.
  let gradientTraces = GradientTraces()
  /// Trees that took part in steps of packed ones, and how many had to be copied.
  var packedSteps = 0
  var packedCopies = 0
  /// Takes note of the variables that code reads while it is traced.
  var reads: VariableReads?
  /// Takes note of the variables of other cells that this one reads; nil if no one asks.
  var outsideReads: OutsideReads?

  /// The sides of a claim's condition, for the call that follows.
  struct PendingClaim {
    var operators: [ComparisonOperator]
    var sides: [Value]
  }

  init(host: Host, context: Context, interrupt: InterruptFlag, library: Library) {
    self.host = host
    self.context = context
    self.interrupt = interrupt
    self.library = library
    memoryLimit = host.options.memoryLimit
    mostElements = memoryLimit / MemoryLayout<Value>.stride
    names = NameTable()
    program = ProgramText()
    variables = Variables()
    libraryValues = NamedValues()
    frames = FrameStack(frameBuffer)
    context.reclaim = { [gradientTraces] in gradientTraces.drop() }
  }

  /// A machine for the calling thread that runs the same program over the same variables while
  /// `other` waits. It goes on at the same depth, so that the limits are where they would be.
  init(helping other: Machine, threads: Int, interrupt: InterruptFlag) {
    host = other.host
    context = Context(sharing: other.context, threads: threads, interrupt: interrupt)
    self.interrupt = interrupt
    library = other.library
    memoryLimit = other.memoryLimit
    mostElements = other.mostElements
    names = other.names
    program = other.program
    variables = other.variables
    libraryValues = other.libraryValues
    frames = FrameStack(frameBuffer)
    (depth, top) = (other.depth, other.top)
    item = ItemEffects()
    context.reclaim = { [gradientTraces] in gradientTraces.drop() }
  }

  /// Prints, shows a value or states a claim: now, or in an item's turn.
  func emit(_ output: OutputItem) {
    if item != nil { item!.output.append(output) } else { host.emit(output) }
  }

  /// Lets later cells derive their streams from a seed.
  func setSeed(_ seed: UInt64) {
    if item != nil { item!.seed = seed } else { host.seed = seed }
  }

  /// Calls any value with arguments.
  func apply(
    _ function: Value, _ arguments: [Value], named: [(String, Value)] = []
  ) throws -> Value {
    // A builtin that calls a short function many times passes no jump back.
    if interrupt.isSet { throw Failure.interrupted }
    switch function {
    case .function(let f):
      switch f.kind {
      case .closure:
        let isBound = named.isEmpty && arguments.count == Int(f.arity)
        let bound = isBound ? arguments : try bind(f.code, arguments, named, name: f.name)
        return try run(f.entry, f.registerCount, function: function, arguments: bound)
      case .builtin(let builtin):
        do { return try call(builtin, arguments, named) } catch { throw Inner.of(error) }
      case .derived(let derived):
        return try derived.body(self, arguments, named)
      }
    case .record(let record):
      guard let method = record["call"] else { throw Failure.notCallable(function) }
      return try apply(method, [function] + arguments, named: named)
    default: throw Failure.notCallable(function)
    }
  }

  /// Runs code from an address to its end; `arguments` fill the first registers.
  func run(
    _ entry: Int, _ registerCount: Int, function: Value = .nothing, arguments: [Value] = []
  ) throws -> Value {
    let outer = (depth: depth, top: top)
    let base = top + 1
    guard depth < Machine.frameLimit else { throw Failure.recursion }
    guard memory.prepare(base + registerCount) else {
      throw Failure(.memory, "an expression here has too many parts to hold at once")
    }
    let r = memory.frame(base)
    r[-1] = function
    for (i, argument) in arguments.enumerated() { r[Reg(i)] = argument }
    depth += 1
    defer {
      depth = outer.depth
      top = outer.top
    }
    return try loop(entry, base, registerCount)
  }

  /// Turns an error at an address into one with a place and the calls that led there.
  func located(_ error: any Error, at address: Int, depth: Int, bottom: Int) -> Located {
    var result: Located
    if let inner = error as? Located {
      result = inner
      trace(&result, inner.function, address)
    } else {
      result = Located(diagnostic: diagnostic(of: error, at: address), function: "")
    }
    var address = address
    var depth = depth
    while depth > bottom {
      depth -= 1
      let place = Int(frames[depth].returnAddress) - 1
      trace(&result, program.name(at: address), place)
      address = place
    }
    result.function = program.name(at: address)
    return result
  }

  /// Adds one call to a trace.
  private func trace(_ error: inout Located, _ function: String, _ address: Int) {
    error.diagnostic.trace.append(
      .init(
        function: function, source: program.source(at: address),
        span: program.sites[address].span))
  }

  /// The library's value for a name that no variable has, or is seen to have.
  func publicValue(_ slot: Int32, _ depth: Int, _ top: Int) throws -> Value {
    if reads != nil || outsideReads != nil {
      reads?.add(slot, in: globals)
      if !variables.isChanged(slot) { outsideReads?.add(slot) }
      if let value = globals[slot] { return value }
    }
    if names.arePrivate[Int(slot)] { throw unknownName(names.names[Int(slot)]) }
    return try libraryValue(slot, depth, top)
  }

  /// A library value, compiled at its first use. What it needs may run in frames from `depth` and
  /// registers from `top` on.
  func libraryValue(_ slot: Int32, _ depth: Int, _ top: Int) throws -> Value {
    if let value = libraryValues[slot] { return value }
    context.breakTrace()  // what computes it runs once
    (self.depth, self.top) = (depth, top)
    guard let value = try library.value(of: names.names[Int(slot)], on: self) else {
      throw unknownName(names.names[Int(slot)])
    }
    libraryValues[slot] = value
    return value
  }
}

/// An error of a builtin that another builtin called: no place in the text is that of its arguments.
struct Inner: Error {
  var error: any Error

  static func of(_ error: any Error) -> any Error {
    error is Located || error is Inner ? error : Inner(error: error)
  }
}

/// An error with its place, on its way out of nested runs.
struct Located: Error {
  var diagnostic: Diagnostic
  /// The function that the run was started for; its caller is found one run further out.
  var function: String
}
