import Tensor

/// A gradient whose kernels are known.
private final class TracedGradient {
  private let function: TracePattern
  private let arguments: [TracePattern]
  private let inputCount: Int
  /// Variables that it read, and what they held.
  private let reads: VariableReads
  private let trace: KernelTrace
  /// How often it was used, and how often it went another way.
  var uses = 0
  var failures = 0
  var bytes: Int { trace.bytes }

  init(
    _ function: TracePattern, _ arguments: [TracePattern], inputCount: Int, _ reads: VariableReads,
    _ trace: KernelTrace
  ) {
    self.function = function
    self.arguments = arguments
    self.inputCount = inputCount
    self.reads = reads
    self.trace = trace
  }

  /// The inputs of a call, if it can go the same way.
  func inputs(_ f: Value, _ values: [Value], _ globals: NamedValues) -> [Tensor]? {
    guard values.count == arguments.count else { return nil }
    var inputs: [Tensor] = []
    inputs.reserveCapacity(inputCount)
    guard function.matches(f, &inputs) else { return nil }
    for i in values.indices where !arguments[i].matches(values[i], &inputs) { return nil }
    return trace.takes(inputs) && reads.hold(in: globals) ? inputs : nil
  }

  func run(_ inputs: [Tensor], on context: Context) -> (value: Tensor, gradients: TensorList)? {
    context.run(trace, inputs).map { ($0.first, $0.rest) }
  }
}

/// Variables that code read while it was traced.
final class VariableReads {
  private var slots: [Int32] = []
  private var values: [Value?] = []

  /// The code reads a variable, or finds that it is unbound.
  func add(_ slot: Int32, in globals: NamedValues) {
    if slots.contains(slot) { return }
    slots.append(slot)
    values.append(globals[slot])
  }

  /// Whether they still hold what they held.
  func hold(in globals: NamedValues) -> Bool {
    for i in slots.indices {
      switch (values[i], globals[slots[i]]) {
      case (nil, nil): continue
      case (let a?, let b?): if !a.isSame(as: b) { return false }
      default: return false
      }
    }
    return true
  }
}

/// Variables of other cells that a cell reads, each once.
final class OutsideReads {
  private(set) var slots: [Int32] = []
  private var seen: Set<Int32> = []

  func add(_ slot: Int32) {
    if seen.insert(slot).inserted { slots.append(slot) }
  }
}

/// Traces of the gradients that a cell computes again and again, by the functions they are of and
/// the arguments they are in.
final class GradientTraces {
  private struct Key: Hashable {
    let entry: Int
    let argument: Int
  }

  private final class Site {
    var traces: [TracedGradient] = []
    /// Calls since the last trace was made that none could be used for, and how many of them make
    /// another one worth its making.
    var misses = 0
    var patience = 2
  }

  /// Traces of one function: batches of two sizes, say.
  private static let mostOfOne = 2
  /// Functions with traces.
  private static let mostSites = 64
  /// Bytes of memory that all traces may hold.
  private static let mostBytes = 128 << 20
  /// Uses that show that a trace was worth its making.
  private static let enough = 16

  private var sites: [Key: Site] = [:]
  /// How often a gradient was computed by a trace, as nothing else shows it.
  fileprivate(set) var uses = 0

  /// Forgets all traces, and the values they hold.
  func clear() { sites = [:] }

  /// The value and the gradients in argument `wrt` of a function whose code starts at `entry`, by a
  /// trace or by `compute`, which may be traced.
  func results(
    of f: Value, at entry: Int, _ arguments: [Value], wrt: Int, on machine: Machine,
    compute: (Value, [Value]) throws -> [Tensor]
  ) throws -> (value: Tensor, gradients: TensorList) {
    guard let site = site(Key(entry: entry, argument: wrt)) else {
      return GradientTraces.apart(try compute(f, arguments))
    }
    for (i, trace) in site.traces.enumerated() {
      guard let inputs = trace.inputs(f, arguments, machine.globals) else { continue }
      guard let results = trace.run(inputs, on: machine.context) else {
        trace.failures += 1
        if trace.failures > trace.uses + 2 { site.traces.remove(at: i) }
        break
      }
      trace.uses += 1
      uses += 1
      if trace.uses == GradientTraces.enough { site.patience = 2 }
      // The one that was used last stands last.
      if i + 1 < site.traces.count { site.traces.swapAt(i, i + 1) }
      return results
    }
    site.misses += 1
    guard site.misses > site.patience else {
      return GradientTraces.apart(try compute(f, arguments))
    }
    site.misses = 0
    // Where traces don't last they are made ever more seldom.
    site.patience = min(4 * site.patience, 1 << 20)
    return GradientTraces.apart(try traced(f, arguments, site, on: machine, compute))
  }

  private var bytes: Int {
    sites.values.reduce(0) { $0 + $1.traces.reduce(0) { $0 + $1.bytes } }
  }

  /// Lets go of all traces; where they are of use they are made again.
  func drop() {
    for site in sites.values { site.traces = [] }
  }

  /// The value and the gradients, which follow it.
  static func apart(_ results: [Tensor]) -> (value: Tensor, gradients: TensorList) {
    (results[0], .apart(Array(results.dropFirst())))
  }

  private func site(_ key: Key) -> Site? {
    if let known = sites[key] { return known }
    if sites.count == GradientTraces.mostSites { return nil }
    let site = Site()
    sites[key] = site
    return site
  }

  private func traced(
    _ f: Value, _ arguments: [Value], _ site: Site, on machine: Machine,
    _ compute: (Value, [Value]) throws -> [Tensor]
  ) throws -> [Tensor] {
    var inputs: [Tensor] = []
    guard let function = TracePattern(f, &inputs) else { return try compute(f, arguments) }
    var patterns: [TracePattern] = []
    for argument in arguments {
      guard let pattern = TracePattern(argument, &inputs) else {
        return try compute(f, arguments)
      }
      patterns.append(pattern)
    }
    let reads = VariableReads()
    machine.reads = reads
    defer { machine.reads = nil }
    let (results, trace) = try machine.context.tracing(inputs) { inputs in
      var inputs = inputs[...]
      let f = function.value(&inputs)
      return try compute(f, patterns.map { $0.value(&inputs) })
    }
    guard let trace else { return results }
    if bytes + trace.bytes > GradientTraces.mostBytes { drop() }
    if site.traces.count == GradientTraces.mostOfOne { site.traces.removeFirst() }
    site.traces.append(
      TracedGradient(function, patterns, inputCount: inputs.count, reads, trace))
    return results
  }
}

extension Session {
  /// How often a gradient was computed by a trace, those of parallel items aside.
  package var tracedGradients: Int { machine.gradientTraces.uses }
}
