import Tensor
import TestSupport
import Testing

/// Computations that are traced and run again by their kernels alone.
@Suite struct TracingTests {
  private func tensors(_ arguments: [Argument]) -> [Tensor] {
    arguments.flatMap { argument -> [Tensor] in
      switch argument {
      case .operand(.tensor(let t)): t.isWeak ? [] : [t]
      case .operands(let operands): operands.compactMap(\.tensor)
      default: []
      }
    }
  }

  private func replacing(_ arguments: [Argument], _ tensors: [Tensor]) -> [Argument] {
    var rest = tensors[...]
    return arguments.map { argument in
      switch argument {
      case .operand(.tensor(let t)) where !t.isWeak: .operand(.tensor(rest.removeFirst()))
      case .operands(let all):
        .operands(all.map { $0.tensor == nil ? $0 : .tensor(rest.removeFirst()) })
      default: argument
      }
    }
  }

  /// A program of an operation, whose result other steps read.
  private func compute(
    _ c: Context, _ operation: Operation, _ arguments: [Argument]
  ) throws -> [Tensor] {
    let y = try operation(c, arguments)
    return [y, try c.binary(.add, .tensor(y), .number(1))]
  }

  /// Whatever an operation does is repeated exactly, or not traced.
  @Test(arguments: Operation.all.map(\.name), [1, 2])
  func operationsAreRepeated(_ name: String, _ threads: Int) throws {
    let operation = try #require(Operation.named(name))
    for (i, samples) in (operation.domain.cases + operation.domain.large).enumerated() {
      let c = makeContext(threads: threads)
      var random = TestRandom(seed: 3)
      let first = try samples.map { try c.sample($0, .f32, &random) }
      let second = try samples.map { try c.sample($0, .f32, &random) }
      let (results, trace) = try c.tracing(tensors(first)) {
        try compute(c, operation, replacing(first, $0))
      }
      let alone = makeContext(threads: threads)
      #expect(
        results.map(\.bits) == (try compute(alone, operation, first)).map(\.bits), "case \(i)")
      guard let trace else { continue }
      let before = tensors(second).map(\.bits)
      // A choice by other elements is not run.
      guard let found = c.results(trace, tensors(second)) else { continue }
      let wanted = try compute(alone, operation, second)
      #expect(found.count == wanted.count)
      for (a, b) in zip(found, wanted) {
        #expect(a.bits == b.bits, "case \(i)")
        #expect(a.dtype == b.dtype && a.shape == b.shape, "case \(i)")
      }
      let after = tensors(second).map(\.bits)
      #expect(after == before, "case \(i) writes into its inputs")
    }
  }

  /// The operations that gradients of dense models are made of are traced.
  @Test(arguments: [
    "tanh", "relu", "exp", "maximum", "where", "sum", "mean", "max", "reshape", "transpose",
    "concat", "abs",
  ])
  func commonOperationsAreTraced(_ name: String) throws {
    let operation = try #require(Operation.named(name))
    let c = makeContext()
    var random = TestRandom(seed: 3)
    let arguments = try operation.domain.cases[0].map { try c.sample($0, .f32, &random) }
    let (_, trace) = try c.tracing(tensors(arguments)) {
      // The result itself may be a view of an operand.
      [try compute(c, operation, replacing(arguments, $0))[1]]
    }
    #expect(trace != nil)
  }

  /// A gradient with products, a broadcast bias, a gather with its scatter, and sums.
  private func gradient(_ c: Context, _ inputs: [Tensor]) throws -> [Tensor] {
    let (x, labels) = (inputs[2], inputs[3])
    let (value, gradients) = try c.gradient(
      of: { leaves in
        var h = try c.binary(.add, .tensor(c.matmul(x, leaves[0])), .tensor(leaves[1]))
        h = try c.call("tanh", h)
        let rows = try c.call("arange", .integer(x.shape[0]))
        let taken = try c.index(h, [.tensor(rows), .tensor(labels)])
        return try c.call("mean", taken)
      }, at: [inputs[0], inputs[1]])
    return [value] + gradients
  }

  private func inputs(_ c: Context, rows: Int, _ width: Int, _ labels: [Double]) throws -> [Tensor]
  {
    [
      try c.call("randn", .integers([width, 4])), try c.call("randn", .integers([4])),
      try c.call("randn", .integers([rows, width])), try c.vector(labels, .i32),
    ]
  }

  @Test(arguments: levels, [1, 2, 3])
  func gradientsAreRepeated(_ level: Level, _ threads: Int) throws {
    for (rows, width) in [(3, 5), (64, 784), (300, 2)] {
      let c = makeContext(level, threads: threads)
      let labels = (0..<rows).map { Double($0 % 4) }
      let (_, made) = try c.tracing(inputs(c, rows: rows, width, labels)) { try gradient(c, $0) }
      let trace = try #require(made)
      for _ in 0..<3 {
        let next = try inputs(c, rows: rows, width, labels.reversed())
        let found = try #require(c.results(trace, next))
        #expect(found.map(\.bits) == (try gradient(c, next)).map(\.bits))
      }
    }
  }

  /// The gradients of two leaves may be one tensor.
  @Test func resultsMayShareMemory() throws {
    let c = makeContext()
    func sum(_ leaves: [Tensor]) throws -> [Tensor] {
      let (value, gradients) = try c.gradient(
        of: { try c.call("sum", c.binary(.add, .tensor($0[0]), .tensor($0[1]))) }, at: leaves)
      return [value] + gradients
    }
    for shape in [Shape([3]), Shape()] {
      let leaves = [try c.make(shape, Array(repeating: 1, count: shape.elementCount))]
      let (_, made) = try c.tracing(leaves + leaves) { try sum($0) }
      let trace = try #require(made)
      let other = [try c.make(shape, Array(repeating: 5, count: shape.elementCount))]
      #expect(
        c.results(trace, other + leaves)?.map(\.bits) == (try sum(other + leaves)).map(\.bits))
    }
  }

  @Test func earlierResultsStayAsTheyAre() throws {
    let c = makeContext()
    let labels = [0.0, 3, 1]
    let first = try inputs(c, rows: 3, 5, labels)
    let (results, made) = try c.tracing(first) { try gradient(c, $0) }
    let trace = try #require(made)
    let shown = results.map(\.bits)
    let second = try #require(c.results(trace, inputs(c, rows: 3, 5, labels)))
    let shownLater = second.map(\.bits)
    _ = c.results(trace, try inputs(c, rows: 3, 5, labels))
    #expect(results.map(\.bits) == shown)
    #expect(second.map(\.bits) == shownLater)
    #expect(c.results(trace, first)?.map(\.bits) == shown)
  }

  @Test func anotherShapeOrDTypeIsNotTaken() throws {
    let c = makeContext()
    let x = try c.vector([1, 2, 3])
    let (_, made) = try c.tracing([x]) { [try c.call("exp", $0[0])] }
    let trace = try #require(made)
    #expect(c.results(trace, [try c.vector([1, 2])]) == nil)
    #expect(c.results(trace, [try c.vector([1, 2, 3], .f64)]) == nil)
    #expect(c.results(trace, []) == nil)
    let wide = try c.make([3, 2], [1, 2, 3, 4, 5, 6])
    #expect(c.results(trace, [try c.index(wide, [.slice(nil, nil, 1), .at(0)])]) == nil)
    // A part of another tensor that lies as the input did is one.
    let part = try c.index(c.vector([9, 1, 2, 3]), [.slice(1, nil, 1)])
    #expect(c.results(trace, [part])?[0].bits == (try c.call("exp", x)).bits)
  }

  /// A choice that depends on an element is seen again, or the trace is not run.
  @Test func choicesByElementsAreChecked() throws {
    let c = makeContext()
    func absolute(_ x: Tensor) throws -> Tensor {
      let sum = try c.call("sum", x)
      return sum.scalar() < 0 ? try c.negate(x) : try c.binary(.multiply, .tensor(x), .number(1))
    }
    let x = try c.vector([1, 2])
    let (_, made) = try c.tracing([x]) { [try absolute($0[0])] }
    let trace = try #require(made)
    #expect(c.results(trace, [try c.vector([2, 1])])?[0].bits == (try c.vector([2, 1])).bits)
    #expect(c.results(trace, [try c.vector([-1, -2])]) == nil)
  }

  @Test func indicesOutOfRangeAreNotRun() throws {
    let c = makeContext()
    let x = try c.vector([5, 6, 7])
    let (_, made) = try c.tracing([x, try c.vector([0, 2], .i32)]) {
      [try c.index($0[0], [.tensor($0[1])])]
    }
    let trace = try #require(made)
    #expect(c.results(trace, [x, try c.vector([2, 1], .i32)])?[0].elements() == [7, 6])
    #expect(c.results(trace, [x, try c.vector([0, 3], .i32)]) == nil)
    #expect(c.results(trace, [x, try c.vector([-1, 0], .i32)]) == nil)
  }

  /// Sums of i32 that leave its range fail as they would without a trace.
  @Test func overflowIsNotRun() throws {
    let c = makeContext()
    let (_, made) = try c.tracing([try c.vector([1, 2], .i32)]) { [try c.call("sum", $0[0])] }
    let trace = try #require(made)
    #expect(c.results(trace, [try c.vector([2_147_483_647, 1], .i32)]) == nil)
  }

  @Test func whatCannotBeRepeatedIsNotTraced() throws {
    let c = makeContext()
    let x = try c.vector([1, 2])
    func isTraced(_ body: (Tensor) throws -> [Tensor]) throws -> Bool {
      try c.tracing([x]) { try body($0[0]) }.trace != nil
    }
    #expect(try isTraced { [try c.call("exp", $0)] })
    #expect(try !isTraced { _ in [try c.call("rand", .integers([2]))] })
    #expect(try !isTraced { [try c.make([2], $0.elements())] })
    #expect(try !isTraced { [$0] })
    #expect(try !isTraced { _ in [x] })
    var kept: Tensor?
    #expect(
      try !isTraced {
        kept = try c.call("exp", $0)
        return [try c.call("exp", $0)]
      })
    #expect(kept != nil)
    #expect(
      try !isTraced {
        c.stream = .root(seed: 1)
        return [try c.call("exp", $0)]
      })
  }

  @Test func anErrorEndsTheTracing() throws {
    let c = makeContext()
    do {
      let x = try c.vector([1, 2])
      #expect(throws: TensorError.self) {
        try c.tracing([x]) { [try c.call("exp", $0[0]), try c.matmul($0[0], c.vector([1]))] }
      }
      #expect(!c.isTracing)
      #expect(try c.tracing([x]) { [try c.call("exp", $0[0])] }.trace != nil)
    }
    #expect(c.liveBytes == 0)
  }

  @Test func tracesKeepNoMemoryAfterwards() throws {
    let c = makeContext()
    do {
      let labels = [0.0, 3, 1]
      let (_, trace) = try c.tracing(inputs(c, rows: 3, 5, labels)) { try gradient(c, $0) }
      #expect(trace != nil)
      _ = c.results(trace!, try inputs(c, rows: 3, 5, labels))
    }
    #expect(c.liveBytes == 0)
  }
}

extension Context {
  /// All results of a traced computation.
  fileprivate func results(_ trace: KernelTrace, _ inputs: [Tensor]) -> [Tensor]? {
    run(trace, inputs).map { [$0.first] + $0.rest.tensors }
  }
}
