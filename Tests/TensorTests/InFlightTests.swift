import System
import Tensor
import TestSupport
import Testing

/// Products that other threads compute while the program goes on.
@Suite struct InFlightTests {
  /// Square matrices large enough to be left to others.
  private static let side = 160

  private func matrix(_ c: Context) throws -> Tensor {
    try c.call("randn", .integers([InFlightTests.side, InFlightTests.side]))
  }

  /// Steps of every kind after a product that they read, or don't.
  private func program(_ c: Context) throws -> [Tensor] {
    let (a, b) = (try matrix(c), try matrix(c))
    var kept: [Tensor] = []
    var x = try c.matmul(a, b)
    for round in 0..<6 {
      let y = try c.matmul(x, b)
      // Deferred while the product is in flight, of it and of what is done.
      let sum = try c.binary(.add, .tensor(y), .tensor(a))
      let other = try c.binary(.multiply, .tensor(a), .number(Double(round)))
      // Memory is taken and let go meanwhile.
      var scratch = try c.call("ones", .integers([InFlightTests.side, InFlightTests.side]))
      scratch = try c.binary(.add, .tensor(scratch), .number(1))
      kept.append(try c.index(y, [.slice(nil, nil, -1)]))
      kept.append(try c.call("sum", sum))
      kept += [sum, other, scratch, y]
      x = try c.matmul(try c.call("tanh", sum), try c.call("transpose", y))
    }
    return kept + [x]
  }

  @Test(arguments: levels, [2, 3, 8])
  func programsGiveTheSameBits(_ level: Level, _ threads: Int) throws {
    let wanted = try program(makeContext(level))
    let c = makeContext(level, threads: threads)
    let audit = FusionAudit()
    c.audit = audit
    let found = try program(c)
    #expect(audit.problems == [] && audit.stepCount > 0)
    for (i, (a, b)) in zip(wanted, found).enumerated() {
      #expect(a.shape == b.shape)
      try #require(a.bits == b.bits, "value \(i)")
    }
  }

  @Test func productsThatNobodyReadsLeaveNoMemory() throws {
    let c = makeContext(threads: 2)
    do {
      let a = try matrix(c)
      for _ in 0..<10 { _ = try c.matmul(a, a) }
    }
    #expect(c.liveBytes == 0)
  }

  @Test func whoReadsItFirstHasItFinished() throws {
    let (alone, c) = (makeContext(), makeContext(threads: 2))
    let (a, b) = (try matrix(alone), try matrix(c))
    for _ in 0..<20 { #expect(try c.matmul(b, b).bits == alone.matmul(a, a).bits) }
  }

  @Test func itReadsWhatTheProgramLetsGo() throws {
    let wanted: [UInt64]
    do {
      let alone = makeContext()
      let a = try matrix(alone)
      wanted = try alone.matmul(a, a).bits
    }
    for _ in 0..<20 {
      let c = makeContext(threads: 2)
      var a: Tensor? = try matrix(c)
      let product = try c.matmul(a!, a!)
      a = nil
      // As large as what was let go.
      let other = try c.call("zeros", .integers([InFlightTests.side, InFlightTests.side]))
      #expect(product.bits == wanted)
      #expect(other.elements().allSatisfy { $0 == 0 })
    }
  }

  @Test func itIsFinishedForAnotherContextOrNone() throws {
    let side = Double(InFlightTests.side)
    var c: Context? = makeContext(threads: 2)
    let ones = try c!.call("ones", .integers([InFlightTests.side, InFlightTests.side]))
    let other = Context(sharing: c!)
    for isMaterialized in [true, false] {
      let product = try c!.matmul(ones, ones)
      if isMaterialized { c!.materialize() }
      // Deferred there, where no one knows what is in flight here.
      let sum = try other.binary(.add, .tensor(product), .tensor(ones))
      #expect(sum.elements().allSatisfy { $0 == side + 1 })
    }
    let last = try c!.matmul(ones, ones)
    c = nil
    #expect(last.elements().allSatisfy { $0 == side })
  }

  @Test func gradientsAreTheSame() throws {
    func gradients(_ c: Context) throws -> [[UInt64]] {
      let (x, w, v) = (try matrix(c), try matrix(c), try matrix(c))
      let result = try c.gradient(
        of: { leaves in
          let hidden = try c.call("tanh", c.matmul(x, leaves[0]))
          return try c.call("mean", c.matmul(hidden, leaves[1]))
        }, at: [w, v])
      return [result.value.bits] + result.gradients.map(\.bits)
    }
    #expect(try gradients(makeContext(threads: 2)) == gradients(makeContext()))
  }

  @Test func errorsComeAtOnce() throws {
    let flag = InterruptFlag()
    let c = Context(threads: 2, interrupt: flag)
    let shape = Argument.integers([InFlightTests.side, InFlightTests.side])
    let large = try c.call("full", shape, .number(100_000), .dtype(.i32))
    #expect(errorKind { try c.matmul(large, large) } == .integerOverflow)
    let ones = try c.call("ones", shape)
    let product = try c.matmul(ones, ones)
    #expect(errorKind { try c.matmul(ones, c.vector([1])) } != nil)
    flag.set()
    #expect(errorKind { try c.matmul(ones, ones) } == .interrupted)
    flag.clear()
    #expect(product.elements().allSatisfy { $0 == Double(InFlightTests.side) })
  }

  @Test func memoryRunsOutNoSooner() throws {
    // Room for eight matrices, if the product lets go of its operand and its scratch in time.
    let bytes = 7 << 14  // of a buffer that holds one
    for threads in [1, 2] {
      let c = Context(threads: threads, memoryLimit: 8 * bytes)
      var a: Tensor? = try matrix(c)
      let product = try c.matmul(a!, a!)
      a = nil
      var kept: [Tensor] = []
      for _ in 0..<7 {
        kept.append(try c.call("zeros", .integers([InFlightTests.side, InFlightTests.side])))
      }
      #expect(kept.count == 7 && product.shape == [InFlightTests.side, InFlightTests.side])
    }
  }

  @Test func stepsAreDeferredWithinTheSameMemory() throws {
    // Two matrices, and the step's operand and result; at once, it would copy its operand first.
    let (matrix, large) = (7 << 14, 1 << 20)
    for threads in [1, 2] {
      let c = Context(threads: threads, memoryLimit: 2 * matrix + 2 * large + 200_000)
      let backwards = try c.index(c.call("ones", .integers([1_024, 256])), [.slice(nil, nil, -1)])
      let a = try self.matrix(c)
      let product = try c.matmul(a, a)
      let step = try c.call("tanh", backwards)
      #expect(product.shape == a.shape && step.shape == backwards.shape)
    }
  }
}
