import Tensor
import Testing

/// Rule 9 of the numerics contract, its rules 3 and 4, and empty tensors.
@Suite struct EdgeTests {
  let c = makeContext()

  @Test func nanWinsAndMinusZeroIsLess() throws {
    let a = try c.vector([.nan, 1, -0.0, 0.0])
    let b = try c.vector([1, .nan, 0.0, -0.0])
    let most = try c.call("maximum", a.argument, b.argument)
    let least = try c.call("minimum", a.argument, b.argument)
    #expect(most.bits == [Double.nan, .nan, 0, 0].map(\.bitPattern))
    #expect(least.bits == [Double.nan, .nan, -0.0, -0.0].map(\.bitPattern))
    #expect(try c.call("max", c.vector([-0.0, 0.0])).bits == [0])
    #expect(try c.call("min", c.vector([1, .nan, 0])).elements()[0].isNaN)
    #expect(try c.call("argmax", c.vector([1, 3, 3])).elements() == [1])
    #expect(try c.call("argmin", c.vector([1, .nan, .nan, 0])).elements() == [1])
  }

  private func gradient(
    _ elements: [Double], _ f: @escaping (Tensor) throws -> Tensor
  ) throws -> [Double] {
    let x = try c.vector(elements, .f64)
    return try c.gradient(of: { try c.call("sum", f($0[0])) }, at: [x]).gradients[0].elements()
  }

  @Test func kinks() throws {
    #expect(try c.call("relu", c.vector([-0.0])).bits == [0])
    #expect(try gradient([0, 1, -1]) { try c.call("relu", $0) } == [0, 1, 0])
    #expect(try gradient([0, 1, -1]) { try c.call("abs", $0) } == [0, 1, -1])
    let clipped = try gradient([-1, 0, 1, 2]) {
      try c.call("clip", $0.argument, .number(-1), .number(1))
    }
    #expect(clipped == [1, 1, 1, 0])
    #expect(try gradient([3, 1, 3, 3]) { try c.call("max", $0) } == [1, 0, 0, 0])
    #expect(try gradient([1, 3, 1]) { try c.call("min", $0) } == [1, 0, 0])
    let both = try c.gradient(
      of: { try c.call("sum", c.call("maximum", $0[0].argument, $0[1].argument)) },
      at: [c.vector([1, 2]), c.vector([1, 3])])
    #expect(both.gradients.map { $0.elements() } == [[1, 0], [0, 1]])
    let lesser = try c.gradient(
      of: { try c.call("sum", c.call("minimum", $0[0].argument, $0[1].argument)) },
      at: [c.vector([1, 2]), c.vector([1, 1])])
    #expect(lesser.gradients.map { $0.elements() } == [[1, 0], [0, 1]])
  }

  @Test func kinksOfReductionsAndOrders() throws {
    #expect(try gradient([0, 0]) { try c.call("norm", $0) } == [0, 0])
    #expect(try gradient([0, -4]) { try c.call("norm", $0) } == [0, -1])
    #expect(try gradient([5, 5, 5]) { try c.call("std", $0) } == [0, 0, 0])
    // Row by row: only the row of zeros has a kink.
    let rows = try c.gradient(
      of: { try c.call("sum", c.call("norm", $0[0].argument, .integer(1))) },
      at: [c.make([2, 2], [0, 0, 0, 2], .f64)])
    #expect(rows.gradients[0].elements() == [0, 0, 0, 1])
    #expect(try gradient([1, .nan, .nan]) { try c.call("max", $0) } == [0, 1, 0])
    #expect(try gradient([7, 7, 1]) { try c.call("median", $0) } == [1, 0, 0])
    // Equal elements keep their order, so each has the weight of its own place.
    let sorted = try gradient([2, 1, 1]) { x in
      try c.binary(
        .multiply, .tensor(c.call("sort", x)), .tensor(c.vector([10, 20, 30], .f64)))
    }
    #expect(sorted == [30, 10, 20])
    #expect(try gradient([2, 1, 2, 1]) { try c.call("unique", $0) } == [1, 1, 0, 0])
  }

  /// d²(sum of prod's gradient)/dx, at zeros too: of x·y·z it is the sum of the others, twice over.
  @Test(arguments: [[2.0, 3, 5], [0, 3, 5], [0, 0, 5], [0, 0, 0]])
  func productsDifferentiateTwiceAtZeros(_ x: [Double]) throws {
    let second = try gradient(x) { x in
      try c.gradient(of: { try c.call("prod", $0[0]) }, at: [x]).gradients[0]
    }
    #expect(second == [x[1] + x[2], x[0] + x[2], x[0] + x[1]])
  }

  @Test func gradientsOfPowersAtZero() throws {
    let square: (Tensor) throws -> Tensor = { try c.binary(.power, .tensor($0), .number(2)) }
    #expect(try gradient([0, 3], square) == [0, 6])
    let one: (Tensor) throws -> Tensor = { try c.binary(.power, .tensor($0), .number(0)) }
    #expect(try gradient([0, 3], one) == [0, 0])
    let product: (Tensor) throws -> Tensor = { try c.call("prod", $0) }
    #expect(try gradient([0, 2, 3], product) == [6, 0, 0])
    #expect(try gradient([0, 2, 0], product) == [0, 0, 0])
  }

  @Test func powersMultiply() throws {
    let x = 1.1
    let third = try c.binary(.power, .tensor(c.vector([x], .f64)), .number(3)).elements()[0]
    #expect(third == (x * x) * x && Scalars.power(x, 3) == third)
    #expect(Scalars.power(x, 2) == x * x)
    #expect(Scalars.floorDivide(-7, 2) == -4 && Scalars.modulo(-7, 2) == 1)
    #expect(Scalars.apply("relu", -3) == 0 && Scalars.apply("matmul", 1) == nil)
  }

  /// Sums as rule 4 writes them down, in plain loops.
  private func laneSum(_ x: [Float]) -> Float {
    if x.count > 4_096 {
      return laneSum(
        stride(from: 0, to: x.count, by: 4_096).map {
          laneSum(Array(x[$0..<min($0 + 4_096, x.count)]))
        })
    }
    var lanes = [Float](repeating: 0, count: 16)
    for (i, value) in x.enumerated() { lanes[i % 16] += value }
    for width in [8, 4, 2, 1] { for l in 0..<width { lanes[l] += lanes[l + width] } }
    return lanes[0]
  }

  @Test(arguments: [1, 15, 16, 17, 4_096, 4_097, 300_001])
  func trailingSumsFollowTheLanes(_ n: Int) throws {
    let x = (0..<n).map { Float(($0 * 7_919) % 1_001) / 37 - 13 }
    let expected = laneSum(x)
    for threads in [1, 3] {
      let c = makeContext(threads: threads)
      let sum = try c.call("sum", c.vector(x.map(Double.init)))
      #expect(sum.elements() == [Double(expected)])
    }
  }

  @Test func sumsAreOfTheLogicalShape() throws {
    let elements = (0..<600 * 7).map { Double(Float(($0 * 7_919) % 1_001) / 37 - 13) }
    let x = try c.make([600, 7], elements)
    let turned = c.transpose(x)
    let copy = try c.make([7, 600], turned.elements())
    for axis in [0, 1] {
      let a = try c.call("sum", turned.argument, .integer(axis))
      let b = try c.call("sum", copy.argument, .integer(axis))
      #expect(a.bits == b.bits)
    }
    // Not trailing: ascending, in blocks of 256 whose results are added in order.
    var total: Float = 0
    for (k, start) in [0, 256, 512].enumerated() {
      var block: Float = 0
      for row in start..<min(start + 256, 600) { block += Float(elements[row * 7]) }
      total = k == 0 ? block : total + block
    }
    #expect(try c.call("sum", x.argument, .integer(0)).elements()[0] == Double(total))
  }

  @Test func productsOfMatricesAddByFusedSteps() throws {
    let n = 600
    let a = (0..<n).map { Float(($0 * 31) % 97) / 13 - 3 }
    let b = (0..<n).map { Float(($0 * 57) % 89) / 17 - 2 }
    var total: Float = 0
    for start in stride(from: 0, to: n, by: 256) {
      var block: Float = 0
      for i in start..<min(start + 256, n) { block.addProduct(a[i], b[i]) }
      total = start == 0 ? block : total + block
    }
    let dot = try c.matmul(c.vector(a.map(Double.init)), c.vector(b.map(Double.init)))
    #expect(dot.elements() == [Double(total)])
  }

  /// The exact sum is a hair below the middle between two subnormals: so close that an emulated step
  /// which rounds to f64 on the way sees the middle itself, and goes to the even one.
  @Test(arguments: levels)
  func fusedStepsRoundOnceAmongSubnormals(_ level: Level) throws {
    let c = makeContext(level)
    let odd = 0x1p20 + 1
    // odd · 2^-149, then 2^-150 (1 - 2^-46).
    let a = try c.vector([odd, 0x1p-75 * (1 + 0x1p-23)])
    let b = try c.vector([0x1p-149, 0x1p-75 * (1 - 0x1p-23)])
    #expect(try c.matmul(a, b).elements() == [odd * 0x1p-149])
    #expect(try c.matmul(c.call("negate", a), b).elements() == [-odd * 0x1p-149])
  }

  @Test func nothingAtAll() throws {
    let none = try c.make([0, 3], [])
    #expect(try c.call("sum", none.argument, .integer(0)).elements() == [0, 0, 0])
    #expect(try c.call("all", c.vector([])).elements() == [1])
    #expect(try c.call("any", c.vector([])).elements() == [0])
    #expect(try c.call("mean", c.vector([])).elements()[0].isNaN)
    #expect(try c.matmul(none, c.make([3, 2], [1, 2, 3, 4, 5, 6])).shape == [0, 2])
    for name in ["max", "argmin", "median"] {
      #expect(errorKind { try c.call(name, c.vector([])) } == .emptyReduction, "\(name)")
    }
    #expect(errorKind { try c.call("max", none.argument, .integer(0)) } == .emptyReduction)
    #expect(try c.call("max", none.argument, .integer(1)).shape == [0])
  }

  @Test func nanStandsLast() throws {
    let x = try c.vector([.nan, 2, -1, .nan, 0])
    #expect(try c.call("argsort", x).elements() == [2, 4, 1, 0, 3])
    #expect(try c.call("median", x).elements()[0].isNaN)
    #expect(try c.call("unique", x).elements().count == 4)
  }
}
