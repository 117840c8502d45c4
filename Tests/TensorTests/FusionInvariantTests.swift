import Tensor
import TestSupport
import Testing

/// The invariants of deferred steps and their passes hold in random programs, whose results are
/// those of the same steps one by one.
@Suite struct FusionInvariantTests {
  @Test(arguments: levels, [1, 2])
  func theyHoldInRandomPrograms(_ level: Level, _ threads: Int) throws {
    let audit = FusionAudit()
    for seed in 0..<UInt64(level == .reference ? 10 : 60) {
      let fused = makeContext(level, threads: threads)
      fused.audit = audit
      var program = ElementwiseProgram(seed)
      var again = program
      let wanted = try program.run(on: makeContext(level), stepwise: true)
      let found = try again.run(on: fused, stepwise: false)
      #expect(audit.problems == [], "program \(seed)")
      #expect(wanted.count == found.count)
      for (a, b) in zip(wanted, found) {
        try #require(a.dtype == b.dtype && a.shape == b.shape && a.bits == b.bits, "\(seed)")
      }
    }
    // What is to be checked must have happened.
    #expect(audit.stepCount > 1_000 && audit.passCount > 100)
    #expect(audit.reusedCount > 20 && audit.joinedCount > 20)
  }

  @Test func aResultTakesTheMemoryOfAnOperandThatDies() throws {
    let c = makeContext()
    var x = try c.binary(.add, .tensor(c.vector([0, 1, 2])), .number(1))
    c.materialize()
    let audit = FusionAudit()
    c.audit = audit
    for _ in 0..<3 {
      x = try c.binary(.add, .tensor(x), .number(1))
      c.materialize()
    }
    #expect(audit.reusedCount == 3)
    #expect(x.elements() == [4, 5, 6])
    let kept = x
    x = try c.binary(.add, .tensor(x), .number(1))
    c.materialize()
    #expect(audit.reusedCount == 3)
    #expect(kept.elements() == [4, 5, 6])
  }
}

/// Steps of every kind that is deferred over tensors that mostly have one shape, many of them let
/// go at once, with optimizer steps among them and materializing now and then.
private struct ElementwiseProgram {
  private var random: TestRandom
  private let dtype: DType

  init(_ seed: UInt64) {
    random = TestRandom(seed: seed)
    dtype = seed % 3 == 0 ? .f64 : .f32
  }

  private mutating func choose(_ n: Int) -> Int { Int(random.next() >> 8) % n }

  /// The tensors that it leaves.
  mutating func run(on c: Context, stepwise: Bool) throws -> [Tensor] {
    var values = try inputs(c)
    for _ in 0..<150 {
      let position = choose(values.count + 1)
      // Integers, made of bools, may overflow.
      guard let result = try? apply(values, c, stepwise) else { continue }
      if stepwise { c.materialize() }
      // Most take the place of another, which dies where nothing else reads it.
      if position < values.count, choose(8) > 0 {
        values[position] = result
      } else {
        values.append(result)
      }
      if choose(12) == 0 { c.materialize() }
    }
    return values
  }

  private mutating func inputs(_ c: Context) throws -> [Tensor] {
    let special = [0, -0.0, .infinity, .nan, 1e-41, 3e38, -1]
    return try (0..<6).map { i in
      let shape: Shape = i == 4 ? [90] : i == 5 ? [5, 1] : [5, 90]
      let elements = (0..<shape.elementCount).map { _ -> Double in
        let word = random.next()
        return word % 32 == 0
          ? special[Int(word >> 8) % special.count] : Double(word >> 11) * 0x1p-51 - 2
      }
      return try c.make(shape, elements, i == 3 ? .bool : dtype)
    }
  }

  private mutating func apply(
    _ values: [Tensor], _ c: Context, _ stepwise: Bool
  ) throws -> Tensor {
    let x = (0..<3).map { _ in values[choose(values.count)] }
    let (a, b) = (Operand.tensor(x[0]), Operand.tensor(x[1]))
    let step = Steps(c: c, areSeparate: stepwise)
    switch choose(16) {
    case 0: return try c.binary(.add, a, b)
    case 1: return try c.binary(.multiply, a, b)
    case 2: return try c.binary(.subtract, .number(2), a)
    case 3: return try c.binary(.power, a, .number(3))
    case 4: return try c.convert(x[0], dtype == .f32 ? .f64 : .f32)
    case 5: return try c.compare(.less, a, b)
    case 6:
      let condition = try c.compare(.greater, a, .number(0))
      return try c.call("where", condition.argument, x[1].argument, x[2].argument)
    case 7: return try c.call("tanh", x[0])
    case 8: return try c.call("relu", x[0])
    case 9: return try c.index(x[0], [.slice(nil, nil, -1)])
    case 10, 11: return try average(a, b, step).tensor!
    case 12: return try shared(a, b, step).tensor!
    default: return try update(a, b, x[2], step).tensor!
    }
  }

  /// `0.9 a + 0.1 b`.
  private func average(_ a: Operand, _ b: Operand, _ step: Steps) throws -> Operand {
    try step(.add, step(.multiply, .number(0.9), a), step(.multiply, b, .number(0.1)))
  }

  /// `(0.3 a + b) (a - 0.3 a)`, whose product two steps read.
  private func shared(_ a: Operand, _ b: Operand, _ step: Steps) throws -> Operand {
    let product = try step(.multiply, .number(0.3), a)
    return try step(.multiply, step(.add, product, b), step(.subtract, a, product))
  }

  /// `p - 0.01 x / (sqrt(y) + 1e-8)`.
  private func update(_ p: Operand, _ x: Operand, _ y: Tensor, _ step: Steps) throws -> Operand {
    let root = try step.c.call("sqrt", y)
    if step.areSeparate { step.c.materialize() }
    let top = try step(.multiply, .number(0.01), x)
    return try step(
      .subtract, p, step(.divide, top, step(.add, .tensor(root), .number(1e-8))))
  }
}

/// Arithmetic, each step of which is computed before the next one is asked for, or not.
private struct Steps {
  let c: Context
  let areSeparate: Bool

  func callAsFunction(_ op: Arithmetic, _ a: Operand, _ b: Operand) throws -> Operand {
    let result = try c.binary(op, a, b)
    if areSeparate { c.materialize() }
    return .tensor(result)
  }
}
