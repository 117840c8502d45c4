import Tensor
import TestSupport
import Testing

/// Deferred steps give what they give one by one.
@Suite struct FusionTests {
  @Test(arguments: levels, [1, 3])
  func randomProgramsGiveTheSameBits(_ level: Level, _ threads: Int) throws {
    for seed in 0..<UInt64(level == .reference ? 6 : 30) {
      let fused = makeContext(level, threads: threads)
      let audit = FusionAudit()
      fused.audit = audit
      var program = RandomProgram(seed)
      var again = program
      let wanted = try program.run(on: makeContext(level), stepwise: true)
      let found = try again.run(on: fused, stepwise: false)
      #expect(wanted.errors == found.errors)
      #expect(audit.problems == [])
      for (a, b) in zip(wanted.values, found.values) {
        #expect(a.dtype == b.dtype && a.shape == b.shape)
        try #require(a.bits == b.bits, "program \(seed)")
      }
    }
  }

  @Test(arguments: levels, [DType.f32, .f64])
  func stepsOfOptimizersJoinWithoutAChangeOfBits(_ level: Level, _ dtype: DType) throws {
    func results(stepwise: Bool) throws -> [Tensor] {
      let c = makeContext(level)
      func step(_ op: Arithmetic, _ a: Operand, _ b: Operand) throws -> Operand {
        let result = try c.binary(op, a, b)
        if stepwise { c.materialize() }
        return .tensor(result)
      }
      func random() throws -> Operand {
        .tensor(try c.call("randn", .integers([700]), .dtype(dtype)))
      }
      let (p, x, y) = (try random(), try random(), try random())
      let shared = try step(.multiply, .number(0.3), x)
      let average = try step(
        .add, step(.multiply, .number(0.9), x), step(.multiply, y, .number(0.1)))
      let square = try step(.multiply, y, y)
      let root = try c.call("sqrt", square.tensor!)
      if stepwise { c.materialize() }
      return try [
        average, shared,
        step(.subtract, p, step(.multiply, .number(0.01), x)),
        step(.subtract, step(.multiply, .number(0.01), x), y),
        step(.add, shared, step(.multiply, .number(2), shared)),
        step(
          .subtract, p,
          step(
            .divide, step(.multiply, .number(0.01), average),
            step(.add, .tensor(root), .number(1e-8)))),
        step(
          .subtract, p, step(.divide, shared, step(.add, .number(1e-8), .tensor(root)))),
      ].map { $0.tensor! }
    }
    let wanted = try results(stepwise: true)
    for (a, b) in zip(wanted, try results(stepwise: false)) { #expect(a.bits == b.bits) }
  }

  @Test func manyStepsAndManyElementsAreDeferred() throws {
    let c = makeContext()
    var x = try c.vector([1, 2, 3])
    for _ in 0..<1_000 { x = try c.binary(.add, .tensor(x), .number(1)) }
    #expect(x.elements() == [1_001, 1_002, 1_003])
    // Results that nobody wants are not computed, and hold no memory.
    var large = try c.call("zeros", .integer(1 << 20))
    for _ in 0..<100 { large = try c.binary(.add, .tensor(large), .number(1)) }
    #expect(try c.call("max", large).scalar() == 100)
    #expect(c.liveBytes < 5 << 20)
  }

  @Test func memoryRunsOutWhereTheProgramSays() throws {
    let c = Context(memoryLimit: 1 << 20)
    let x = try c.call("zeros", .integer(100_000))
    let y = try c.binary(.add, .tensor(x), .number(1))
    #expect(
      errorKind { try c.binary(.add, .tensor(y), .number(1)) }
        == .memory(bytes: 400_000, limit: 1 << 20))
    #expect(try c.call("sum", y).scalar() == 100_000)
  }

  @Test func stepsThatNobodyWantsGiveTheirMemoryBack() throws {
    let c = Context(memoryLimit: 1 << 20)
    let x = try c.call("zeros", .integer(100_000))
    for _ in 0..<20 {
      _ = try c.binary(.add, .tensor(x), .number(1))
      _ = try c.call("ones", .integer(100_000))
    }
  }

  @Test func oneElementRepeatedIsReadForEach() throws {
    // The cotangent of a sum's operand is one element seen as many, which `-` then takes alone.
    let c = makeContext()
    let x = try c.call("ones", .integer(3_000))
    let result = try c.gradient(
      of: { try c.call("sum", c.binary(.subtract, .number(1), .tensor($0[0]))) }, at: [x])
    #expect(result.gradients[0].elements().allSatisfy { $0 == -1 })
  }

  @Test func nothingStillHeldIsWrittenOver() throws {
    let c = makeContext()
    func sumAtOnce(_ x: Tensor, _ y: Tensor) throws -> [Double] {
      let sum = try c.binary(.add, .tensor(x), .tensor(y))
      c.materialize()
      return sum.elements()
    }
    var x: Tensor? = try c.vector([1, 2, 3, 4])
    let other = try c.vector([10, 20, 30, 40])
    // A view of what dies with the step, the tensor itself, and both factors of one product.
    let view = try c.index(x!, [.slice(nil, nil, -1)])
    var result = try c.binary(.multiply, .tensor(x!), .number(2))
    x = nil
    #expect(result.elements() == [2, 4, 6, 8])
    #expect(view.elements() == [4, 3, 2, 1])
    #expect(try sumAtOnce(other, other) == [20, 40, 60, 80])
    #expect(other.elements() == [10, 20, 30, 40])
    // What nobody holds: each step writes over the last, and reads it twice.
    for _ in 0..<3 {
      result = try c.binary(.multiply, .tensor(result), .tensor(result))
      c.materialize()
    }
    #expect(result.elements() == [256, 65_536, 1_679_616, 16_777_216])
  }

  @Test func tensorsOutliveTheirContext() throws {
    var c: Context? = makeContext()
    let x = try c!.binary(.add, .tensor(c!.vector([1, 2])), .number(1))
    c = nil
    #expect(x.elements() == [2, 3])
  }

  @Test func anotherContextReadsWhatWasMaterialized() throws {
    let c = makeContext()
    let x = try c.call("exp", c.vector([0, 1]))
    let y = try c.binary(.multiply, .tensor(x), .number(2))
    c.materialize()
    let other = Context(sharing: c)
    #expect(try other.binary(.add, .tensor(x), .tensor(y)).elements()[0] == 3)
  }

  @Test func anotherContextReadsWhatIsDeferred() throws {
    let (c, other) = (makeContext(), makeContext())
    let x = try c.binary(.add, .tensor(c.vector([1, 2])), .number(1))
    // A step of the same number there, of other elements.
    let y = try other.binary(.multiply, .tensor(other.vector([5, 6])), .number(10))
    let sum = try other.binary(.add, .tensor(x), .tensor(y))
    #expect(sum.elements() == [52, 63])
  }
}

/// A program of random elementwise steps over tensors of shapes that may or may not fit.
private struct RandomProgram {
  private var random: TestRandom

  init(_ seed: UInt64) { random = TestRandom(seed: seed) }

  /// What it leaves, and which of its steps failed.
  mutating func run(
    on c: Context, stepwise: Bool
  ) throws -> (values: [Tensor], errors: [Int]) {
    var values = try inputs(c)
    var errors: [Int] = []
    for step in 0..<120 {
      let operands = (0..<3).map { _ in values[Int(random.next() % UInt64(values.count))] }
      let (choice, forgotten) = (random.next() % 21, Int(random.next() % 100))
      do {
        values.append(try apply(choice, operands, c))
      } catch is TensorError { errors.append(step) }
      if stepwise { c.materialize() }
      if forgotten < values.count, values.count > 12 { values.remove(at: forgotten) }
    }
    return (values, errors)
  }

  private mutating func inputs(_ c: Context) throws -> [Tensor] {
    let shapes: [Shape] = [[3, 700], [700], [3, 1], [1], [], [2, 3, 700], [3, 4], [4], [0, 4]]
    let special = [0, -0.0, .infinity, -.infinity, .nan, 1e-41, 0x1p-1060, 3e38, -1]
    var result: [Tensor] = []
    for shape in shapes {
      for dtype in [DType.f32, .f64, .i32, .u8, .bool] {
        let elements = (0..<shape.elementCount).map { _ -> Double in
          let word = random.next()
          if dtype == .bool { return Double(word % 2) }
          if !dtype.isFloating { return Double(word % 100) }
          return word % 16 == 0
            ? special[Int(word >> 8) % special.count] : Double(word >> 11) * 0x1p-51 - 2
        }
        result.append(try c.make(shape, elements, dtype))
      }
    }
    let turned = try c.make([700, 3], (0..<2_100).map { Double($0 % 37) - 18 })
    return result + [c.transpose(turned), try c.index(turned, [.slice(nil, nil, -2)])]
  }

  private func apply(_ choice: UInt64, _ x: [Tensor], _ c: Context) throws -> Tensor {
    let (a, b) = (Operand.tensor(x[0]), Operand.tensor(x[1]))
    switch choice {
    case 0: return try c.binary(.add, a, b)
    case 1: return try c.binary(.subtract, a, .number(0.3))
    case 2: return try c.binary(.multiply, a, b)
    case 3: return try c.binary(.divide, .number(1), a)
    case 4: return try c.binary(.divide, a, b)
    case 5: return try c.binary(.power, a, .number(2))
    case 6: return try c.binary(.modulo, a, b)
    case 7: return try c.binary(.floorDivide, a, b)
    case 8: return try c.compare(.less, a, b)
    case 9: return try c.compare(.equal, a, .number(0))
    case 10:
      let condition = try c.compare(.greater, a, .number(0))
      return try c.call("where", condition.argument, x[1].argument, x[2].argument)
    case 11: return try c.call("maximum", x[0].argument, x[1].argument)
    case 12: return try c.convert(x[0], .f64)
    case 13: return try c.convert(x[0], .f32)
    case 14: return c.transpose(x[0])
    case 15: return try c.call("sum", x[0].argument, .integer(-1))
    case 16: return try c.negate(x[0])
    default:
      let names = ["exp", "relu", "sqrt", "tanh", "abs"]
      return try c.call(names[Int(choice) % names.count], x[0])
    }
  }
}
