import Tensor
import TestSupport
import Testing

/// Plain numbers take the reference whatever the level is, and elements of tensors take the level's
/// own kernels. A number and an element give the same bits, and those are known from elsewhere.
@Suite struct ScalarTests {
  /// Functions that have a form for numbers.
  private static let functions = Operation.all.map(\.name).filter { Scalars.apply($0, 0.5) != nil }

  @Test func thereAreFunctions() {
    #expect(Self.functions.count == 15)
    #expect(Scalars.apply("matmul", 1) == nil && Scalars.apply("nothing", 1) == nil)
  }

  private static let special: [Double] = [
    0, -0.0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, .infinity, -.infinity, .nan, .pi, -.pi, 1e-300,
    -1e-300,
    .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, 709.78, -745.13, 1e22,
    0x1p52 + 0.5, -0x1p53, 0x1.fffffffffffffp-1,
  ]

  /// Numbers of every size, and special ones.
  private static func numbers(_ seed: UInt64) -> [Double] {
    var random = TestRandom(seed: seed)
    let any = (0..<200).map { _ in Double(bitPattern: .random(in: 0...UInt64.max, using: &random)) }
    let small = (0..<200).map { _ in Double.random(in: -10...10, using: &random) }
    let whole = (0..<40).map { _ in Double(Int.random(in: -20...20, using: &random)) }
    return special + any + small + whole
  }

  private func same(_ a: Double, _ b: Double) -> Bool {
    a.bitPattern == b.bitPattern || (a.isNaN && b.isNaN)
  }

  @Test(arguments: functions, levels) func aNumberIsAnElement(_ name: String, _ level: Level) throws
  {
    let c = makeContext(level)
    let xs = Self.numbers(31)
    let elements = try c.call(name, c.vector(xs, .f64)).elements()
    #expect(elements.count == xs.count)
    for (x, y) in zip(xs, elements) {
      let number = try #require(Scalars.apply(name, x))
      #expect(same(number, y), "\(name)(\(x)) is \(number), and as an element \(y)")
    }
  }

  @Test(arguments: levels) func twoNumbersAreElements(_ level: Level) throws {
    let c = makeContext(level)
    let (xs, ys) = (Self.numbers(32), Self.numbers(33))
    let (x, y) = (try c.vector(xs, .f64), try c.vector(ys, .f64))
    let pairs: [(String, (Double, Double) -> Double, Tensor)] = [
      ("//", Scalars.floorDivide, try c.binary(.floorDivide, .tensor(x), .tensor(y))),
      ("%", Scalars.modulo, try c.binary(.modulo, .tensor(x), .tensor(y))),
      ("maximum", Scalars.maximum, try c.call("maximum", x.argument, y.argument)),
      ("minimum", Scalars.minimum, try c.call("minimum", x.argument, y.argument)),
    ]
    for (name, apply, result) in pairs {
      let elements = result.elements()
      #expect(elements.count == xs.count)
      for i in elements.indices {
        let number = apply(xs[i], ys[i])
        #expect(
          same(number, elements[i]), "\(name) of \(xs[i]) and \(ys[i]): \(number), \(elements[i])")
      }
    }
  }

  /// Whole exponents from 0 to 16 multiply, others go through logarithms.
  @Test(arguments: levels) func powersAreElements(_ level: Level) throws {
    let c = makeContext(level)
    let xs = Self.numbers(34)
    let x = Operand.tensor(try c.vector(xs, .f64))
    for exponent in [0, 1, 2, 3, 7, 16, 17, -1, -2, 0.5, 1.0 / 3, 1e300, .infinity, .nan] {
      let elements = try c.binary(.power, x, .number(exponent)).elements()
      for (x, y) in zip(xs, elements) {
        let number = Scalars.power(x, exponent)
        #expect(same(number, y), "\(x) ^ \(exponent) is \(number), and as an element \(y)")
      }
    }
  }

  /// Computed to 80 digits and rounded once; ours are within one unit in the last place.
  @Test(arguments: [
    ("exp", 1.0, 2.718281828459045), ("expm1", 1e-10, 1.00000000005e-10),
    ("log", 10, 2.302585092994046), ("log1p", 1e-10, 9.999999999500001e-11),
    ("sqrt", 2, 1.4142135623730951), ("sin", 1, 0.8414709848078965), ("cos", 1, 0.5403023058681398),
    ("tanh", 0.5, 0.46211715726000974), ("sigmoid", 1, 0.7310585786300049),
    ("erf", 0.5, 0.5204998778130465), ("sin", 1e22, -0.8522008497671888),
  ])
  func functionsHaveKnownValues(_ name: String, _ x: Double, _ value: Double) throws {
    let found = try #require(Scalars.apply(name, x))
    #expect(abs(found - value) <= value.ulp, "\(name)(\(x)) is \(found)")
  }

  @Test func exactFunctionsHaveKnownValues() {
    for (name, x, value) in [
      ("abs", -2.5, 2.5), ("abs", -0.0, 0.0), ("sign", -2.5, -1), ("sign", -0.0, 0.0),
      ("relu", -2, 0),
      ("relu", 2.5, 2.5), ("floor", -0.5, -1), ("floor", 2.9, 2), ("round", 0.5, 0),
      ("round", 1.5, 2),
      ("round", -2.5, -2), ("relu", -0.0, 0.0),
    ] {
      #expect(Scalars.apply(name, x)?.bitPattern == value.bitPattern, "\(name)(\(x))")
    }
    // Python's.
    for (x, y, quotient, rest) in [
      (7.0, 2.0, 3.0, 1.0), (-7, 2, -4, 1), (7, -2, -4, -1), (-7, -2, 3, -1),
      (1, 0.1, 9, 0x1.9999999999996p-4),
      (5.5, 2, 2, 1.5),
    ] {
      #expect(Scalars.floorDivide(x, y) == quotient, "\(x) // \(y)")
      #expect(Scalars.modulo(x, y) == rest, "\(x) % \(y): \(Scalars.modulo(x, y))")
    }
    #expect(Scalars.maximum(.nan, 1).isNaN && Scalars.minimum(1, .nan).isNaN)
    #expect(Scalars.maximum(-0.0, 0.0).sign == .plus && Scalars.minimum(0.0, -0.0).sign == .minus)
    #expect(Scalars.power(2, 10) == 1024 && Scalars.power(2, -1074) == 0x1p-1074)
    #expect(Scalars.power(-8, 1.0 / 3).isNaN && Scalars.power(.nan, 0) == 1)
  }
}
