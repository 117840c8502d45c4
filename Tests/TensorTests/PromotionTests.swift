import Tensor
import Testing

/// The table of LANGUAGE.md, "Dtypes".
@Suite struct PromotionTests {
  let c = makeContext()

  private func dtype(
    _ op: Arithmetic, _ a: DType, _ b: DType
  ) throws -> DType {
    let x = Operand.tensor(try c.vector([1, 1], a))
    let y = Operand.tensor(try c.vector([1, 1], b))
    return try c.binary(op, x, y).dtype
  }

  @Test func arithmeticTakesTheWiderDType() throws {
    for a in DType.allCases {
      for b in DType.allCases {
        let wider = max(a, b, .i32)
        for op in [Arithmetic.add, .subtract, .multiply, .floorDivide, .modulo] {
          #expect(try dtype(op, a, b) == wider, "\(a) \(op) \(b)")
        }
        #expect(try dtype(.divide, a, b) == max(wider, .f32), "\(a) / \(b)")
      }
    }
  }

  @Test(arguments: [
    (DType.bool, 2.0, DType.i32, DType.f32), (.u8, 300, .i32, .f32), (.i32, 7, .i32, .f32),
    (.i32, 0.5, .f32, .f32), (.i32, 3e9, .f32, .f32), (.u8, -0.5, .f32, .f32),
    (.f32, 0.1, .f32, .f32), (.f64, 0.1, .f64, .f64), (.bool, 0.5, .f32, .f32),
  ])
  func numbersAreWeak(_ tensor: DType, _ number: Double, _ sum: DType, _ quotient: DType) throws {
    let x = Operand.tensor(try c.vector([1], tensor))
    #expect(try c.binary(.add, x, .number(number)).dtype == sum)
    #expect(try c.binary(.multiply, .number(number), x).dtype == sum)
    #expect(try c.binary(.divide, x, .number(number)).dtype == quotient)
  }

  @Test func aNumberIsConvertedOnce() throws {
    let x = try c.vector([Double(Float(0.1))])
    #expect(try c.compare(.equal, .tensor(x), .number(0.1)).elements() == [1])
    let big = try c.vector([16_777_217], .i32)
    // f32 could not tell 16777217 from 16777216.
    #expect(try c.compare(.greater, .tensor(big), .number(16_777_216.5)).elements() == [1])
  }

  @Test func powersOfIntegers() throws {
    let x = Operand.tensor(try c.vector([-2, 3], .i32))
    #expect(try c.binary(.power, x, .number(3)).dtype == .i32)
    #expect(try c.binary(.power, x, .number(19)).elements() == [-524_288, 1_162_261_467])
    #expect(try c.binary(.power, x, .number(-1)).dtype == .f32)
    #expect(try c.binary(.power, x, .number(0.5)).dtype == .f32)
    #expect(errorKind { try c.binary(.power, x, .number(31)) } == .integerOverflow)
  }

  @Test func functionsOfIntegersGiveF32() throws {
    let x = try c.vector([1, 2], .i32)
    for name in ["exp", "sqrt", "mean", "sigmoid", "var", "std", "norm", "median"] {
      #expect(try c.call(name, x).dtype == .f32, "\(name)")
    }
    for name in ["abs", "sign", "relu", "negate", "sum", "prod", "cumsum", "floor", "round"] {
      #expect(try c.call(name, x).dtype == .i32, "\(name)")
    }
    let bytes = try c.makeTensor(shape: [3], bytes: [200, 200, 1])
    #expect(try c.call("sum", bytes).elements() == [401])
    #expect(try c.call("max", bytes).dtype == .u8)
    #expect(try c.binary(.add, .tensor(bytes), .tensor(bytes)).elements() == [400, 400, 2])
  }

  @Test func choicesKeepSmallDTypes() throws {
    let mask = try c.vector([1, 0], .bool)
    let bytes = try c.vector([1, 2], .u8)
    #expect(try c.call("where", mask.argument, bytes.argument, .operand(.number(9))).dtype == .u8)
    #expect(
      try c.call("where", mask.argument, bytes.argument, .operand(.number(300))).dtype == .i32)
    #expect(
      try c.call("where", mask.argument, bytes.argument, .operand(.number(0.5))).dtype == .f32)
    #expect(try c.call("concat", .operands([.tensor(mask), .tensor(mask)])).dtype == .bool)
  }

  @Test func integersAreChecked() throws {
    let most = Operand.tensor(try c.vector([2_147_483_647], .i32))
    #expect(errorKind { try c.binary(.add, most, .number(1)) } == .integerOverflow)
    #expect(errorKind { try c.binary(.multiply, most, most) } == .integerOverflow)
    #expect(errorKind { try c.binary(.floorDivide, most, .number(0)) } == .divisionByZero)
    #expect(errorKind { try c.binary(.modulo, most, .number(0)) } == .divisionByZero)
    let pair = try c.vector([2_147_483_647, 1], .i32)
    #expect(errorKind { try c.call("sum", pair) } == .integerOverflow)
    // The sum leaves i32 on the way and comes back.
    let back = try c.vector([2_147_483_647, 1, -2], .i32)
    #expect(try c.call("sum", back).elements() == [2_147_483_646])
    #expect(try c.call("mean", pair).elements() == [1_073_741_824])
  }

  @Test func conversionsAreChecked() throws {
    let x = try c.vector([1.9, -1.9])
    #expect(try c.convert(x, .i32).elements() == [1, -1])
    #expect(errorKind { try c.convert(x, .u8) } == .conversion(.u8))
    #expect(errorKind { try c.convert(c.vector([3e9]), .i32) } == .conversion(.i32))
    #expect(errorKind { try c.convert(c.vector([.nan]), .i32) } == .conversion(.i32))
    #expect(try c.convert(c.vector([0, -0.5, .nan]), .bool).elements() == [0, 1, 1])
    #expect(try c.convert(c.vector([16_777_217], .i32), .f32).elements() == [16_777_216])
  }
}
