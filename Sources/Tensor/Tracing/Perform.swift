import CKernels

// The one way in which kernels reach memory that a trace may have to find again.

/// What a kernel reads.
protocol Readable {
  /// The memory as it stands now.
  var start: UnsafeMutableRawPointer { get }
  /// The memory in a trace.
  func place(in trace: KernelTrace) -> KernelTrace.Place
}

extension Tensor: Readable {
  func place(in trace: KernelTrace) -> KernelTrace.Place {
    trace.place(storage, offset * dtype.size)
  }

  /// The memory in a trace of a tensor that a kernel writes.
  func target(in trace: KernelTrace) -> KernelTrace.Place {
    trace.target(storage, offset * dtype.size)
  }
}

extension Context {
  /// The trace that is being made.
  var trace: KernelTrace? {
    guard let trace = fusion.trace, trace.isOpen else { return nil }
    return trace
  }

  /// Whether a trace is being made.
  public var isTracing: Bool { trace != nil }

  /// Gives up the trace that is being made, for something that running kernels would not repeat.
  public func breakTrace() { trace?.breakOff() }

  /// Runs a kernel that writes a tensor.
  func perform(
    _ result: Tensor, to dtype: DType? = nil,
    _ kernel: @escaping (UnsafeMutableRawPointer) -> et_status
  ) throws(TensorError) {
    guard let trace else { return try check(unsafe kernel(result.start), to: dtype) }
    let z = result.target(in: trace)
    unsafe try check(trace.perform { unsafe kernel(z.start($0)) }, to: dtype)
  }

  /// Runs a kernel that reads one operand and writes a tensor.
  func perform(
    _ a: some Readable, _ result: Tensor, to dtype: DType? = nil,
    _ kernel: @escaping (UnsafeMutableRawPointer, UnsafeMutableRawPointer) -> et_status
  ) throws(TensorError) {
    defer { extendLifetime(a) }
    guard let trace else {
      return try check(unsafe kernel(a.start, result.start), to: dtype)
    }
    let (x, z) = (a.place(in: trace), result.target(in: trace))
    unsafe try check(trace.perform { unsafe kernel(x.start($0), z.start($0)) }, to: dtype)
  }

  /// Runs a kernel that reads two operands and writes a tensor.
  func perform(
    _ a: some Readable, _ b: some Readable, _ result: Tensor,
    _ kernel:
      @escaping (UnsafeMutableRawPointer, UnsafeMutableRawPointer, UnsafeMutableRawPointer) ->
      et_status
  ) throws(TensorError) {
    defer { extendLifetime((a, b)) }
    guard let trace else {
      return try check(unsafe kernel(a.start, b.start, result.start))
    }
    let (x, y, z) = (a.place(in: trace), b.place(in: trace), result.target(in: trace))
    unsafe try check(trace.perform { unsafe kernel(x.start($0), y.start($0), z.start($0)) })
  }

  /// Runs a kernel that reads two operands and writes a tensor and memory that no one reads later.
  func perform(
    _ a: some Readable, _ b: some Readable, _ result: Tensor, scratch: Tensor,
    _ kernel:
      @escaping (
        UnsafeMutableRawPointer, UnsafeMutableRawPointer, UnsafeMutableRawPointer,
        UnsafeMutableRawPointer
      ) -> et_status
  ) throws(TensorError) {
    defer { extendLifetime((a, b, scratch)) }
    guard let trace else {
      return try check(unsafe kernel(a.start, b.start, result.start, scratch.start))
    }
    let (x, y) = (a.place(in: trace), b.place(in: trace))
    let (z, w) = (result.target(in: trace), scratch.target(in: trace))
    unsafe try check(
      trace.perform { unsafe kernel(x.start($0), y.start($0), z.start($0), w.start($0)) })
  }

  /// What a look at a tensor's memory shows, which a trace must show again to be run.
  func look<Seen: Equatable>(
    at t: Tensor, _ look: @escaping (UnsafeMutableRawPointer) -> Seen
  ) -> Seen {
    defer { extendLifetime(t) }
    guard let trace else { return unsafe look(t.start) }
    let x = t.place(in: trace)
    return unsafe trace.expect { unsafe look(x.start($0)) }
  }

  /// A tensor that the program writes by itself from what it knows without looking at memory: to a
  /// trace it is a constant.
  func constant(
    _ dtype: DType, _ shape: Shape, _ write: (UnsafeMutableRawPointer) -> Void
  ) throws(TensorError) -> Tensor {
    let trace = trace
    fusion.trace = nil
    defer { fusion.trace = trace }
    let result = try allocate(dtype, shape)
    unsafe write(result.pointer)
    trace?.constant(result.storage)
    return result
  }

  /// Computes what `body` gives of inputs, and traces how, if it can be traced.
  public func tracing(
    _ inputs: [Tensor], _ body: ([Tensor]) throws -> [Tensor]
  ) throws -> (results: [Tensor], trace: KernelTrace?) {
    fusion.materialize()
    let trace = KernelTrace()
    fusion.trace = trace
    defer { fusion.trace = nil }
    let results: [Tensor]
    do { results = try body(inputs.map(trace.input)) } catch {
      trace.abandon()
      throw error
    }
    fusion.materialize()
    fusion.trace = nil
    return (results, trace.finish(results, pool) ? trace : nil)
  }

  /// The first result of a traced computation for other inputs, and the rest; nil if it can't be run
  /// for them.
  public func run(
    _ trace: KernelTrace, _ inputs: [Tensor]
  ) -> (first: Tensor, rest: TensorList)? {
    guard trace.takes(inputs) else { return nil }
    fusion.materialize()
    return trace.run(inputs, pool, interrupt)
  }
}
