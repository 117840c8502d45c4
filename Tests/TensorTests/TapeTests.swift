import Tensor
import Testing

@Suite struct TapeTests {
  let c = makeContext()

  @Test func numbersStayNumbers() throws {
    // d/dx x³ at 2, with a tensor in between, and again.
    let x = try c.weakTensor(2)
    let cube: ([Tensor]) throws -> Tensor = { leaves in
      try c.binary(.power, .tensor(leaves[0]), .number(3))
    }
    let first = try c.gradient(of: cube, at: [x])
    #expect(first.value.scalar() == 8 && first.value.isWeak && !first.value.isTracked)
    #expect(first.gradients[0].scalar() == 12 && first.gradients[0].isWeak)
    let second = try c.gradient(of: { try c.gradient(of: cube, at: $0).gradients[0] }, at: [x])
    #expect(second.gradients[0].scalar() == 12)
    let vector = try c.vector([1, 2, 3])
    let scaled = try c.gradient(
      of: { try c.call("sum", c.binary(.multiply, .tensor(vector), .tensor($0[0]))) }, at: [x])
    #expect(scaled.value.dtype == .f32 && scaled.gradients[0].isWeak)
    #expect(scaled.gradients[0].scalar() == 6)
  }

  @Test func weakNumbersMeetIntegersExactlyOrNot() throws {
    let counts = try c.vector([1, 2], .i32)
    let half = try c.weakTensor(0.5)
    let result = try c.gradient(
      of: { try c.call("sum", c.binary(.multiply, .tensor(counts), .tensor($0[0]))) }, at: [half])
    #expect(result.value.dtype == .f32 && result.gradients[0].scalar() == 3)
  }

  @Test func stopGradientIsConstant() throws {
    let x = try c.weakTensor(3)
    let result = try c.gradient(
      of: { leaves in
        try c.binary(.multiply, .tensor(leaves[0]), .tensor(c.call("stop_gradient", leaves[0])))
      }, at: [x])
    #expect(result.value.scalar() == 9 && result.gradients[0].scalar() == 3)
  }

  @Test func leavesThatDoNotMatterGetZeros() throws {
    let (x, y) = (try c.vector([1, 2]), try c.vector([5, 6, 7], .f64))
    let result = try c.gradient(of: { try c.call("sum", $0[0]) }, at: [x, y])
    #expect(result.gradients[1].elements() == [0, 0, 0] && result.gradients[1].dtype == .f64)
    let constant = try c.gradient(of: { _ in try c.make([], [4]) }, at: [x])
    #expect(constant.gradients[0].elements() == [0, 0])
  }

  @Test func onlyScalarsHaveGradients() throws {
    let x = try c.vector([1, 2])
    #expect(errorKind { try c.gradient(of: { $0[0] }, at: [x]) } == .gradientOfNonScalar)
    let whole = try c.vector([1], .i32)
    #expect(
      errorKind { try c.gradient(of: { $0[0] }, at: [whole]) }
        == .dtype(.i32, wanted: [.f32, .f64]))
    // A failure leaves no recording behind.
    #expect(try !c.call("exp", x).isTracked)
  }

  @Test func nestedCallsDoNotMixTheirLeaves() throws {
    // d/dx (x · d/dy (x + y)) at y = 1 is d/dx x = 1: the classic confusion gives 2.
    let result = try c.gradient(
      of: { outer in
        let inner = try c.gradient(
          of: { try c.binary(.add, .tensor(outer[0]), .tensor($0[0])) }, at: [c.weakTensor(1)])
        return try c.binary(.multiply, .tensor(outer[0]), .tensor(inner.gradients[0]))
      }, at: [c.weakTensor(3)])
    #expect(result.gradients[0].scalar() == 1)
  }

  @Test func contributionsAddInReverse() throws {
    // Last use first: (-1e16 + 1e16) + 1 is 1, in the order of the program it would be 0.
    let x = try c.make([], [1], .f64)
    let result = try c.gradient(
      of: { leaves in
        let x = Operand.tensor(leaves[0])
        let a = try c.binary(.multiply, x, .number(1))
        let b = try c.binary(.multiply, x, .number(1e16))
        let e = try c.binary(.multiply, x, .number(-1e16))
        let sum = try c.binary(.add, .tensor(a), .tensor(b))
        return try c.binary(.add, .tensor(sum), .tensor(e))
      }, at: [x])
    #expect(result.gradients[0].scalar() == 1)
  }

  @Test func indexingFlowsBack() throws {
    let x = try c.vector([1, 2, 3, 4], .f64)
    let at = try c.vector([2, 0, 2], .i32)
    let picked = try c.gradient(
      of: { try c.call("sum", c.index($0[0], [.tensor(at)])) }, at: [x])
    #expect(picked.gradients[0].elements() == [1, 0, 2, 0])
    let sliced = try c.gradient(
      of: { try c.call("sum", c.index($0[0], [.slice(nil, nil, -2)])) }, at: [x])
    #expect(sliced.gradients[0].elements() == [0, 1, 0, 1])
    let one = try c.gradient(of: { try c.index($0[0], [.at(-1)]) }, at: [x])
    #expect(one.gradients[0].elements() == [0, 0, 0, 1])
  }

  @Test func updatesFlowBack() throws {
    let x = try c.vector([1, 2, 3], .f64)
    let weights = try c.vector([10, 20, 30], .f64)
    let twice = try c.vector([1, 1], .i32)
    let result = try c.gradient(
      of: { leaves in
        let new = try c.replacing(leaves[0], [.tensor(twice)], with: .tensor(leaves[1]))
        let more = try c.replacing(new, [.slice(0, 1, 1)], with: .tensor(leaves[2]))
        return try c.call("sum", c.binary(.multiply, .tensor(more), .tensor(weights)))
      }, at: [x, c.vector([7, 8], .f64), c.make([], [9], .f64)])
    // 10 · 9 + 20 · 8 + 30 · 3: the last of the two updates of element 1 wins.
    #expect(result.value.scalar() == 340)
    #expect(result.gradients.map { $0.elements() } == [[0, 0, 30], [0, 20], [10]])
  }

  @Test func secondDerivativesThroughIndices() throws {
    let x = try c.vector([1, 2, 3], .f64)
    let at = try c.vector([2, 0, 2], .i32)
    let gradient: ([Tensor]) throws -> Tensor = { leaves in
      let inner = try c.gradient(
        of: { leaves in
          let picked = try c.index(leaves[0], [.tensor(at)])
          return try c.call("sum", c.binary(.power, .tensor(picked), .number(3)))
        }, at: leaves)
      return try c.call("sum", inner.gradients[0])
    }
    #expect(try c.gradient(of: gradient, at: [x]).gradients[0].elements() == [6, 0, 36])
  }

  @Test func aLongProgramEndsWithoutRecursion() throws {
    let result = try c.gradient(
      of: { leaves in
        var x = leaves[0]
        for _ in 0..<200_000 { x = try c.binary(.add, .tensor(x), .number(1)) }
        return x
      }, at: [c.weakTensor(0)])
    #expect(result.value.scalar() == 200_000 && result.gradients[0].scalar() == 1)
    #expect(c.liveBytes < 1 << 16)
  }

  @Test func droppedProgramsEndWithoutRecursion() throws {
    _ = errorKind {
      try c.gradient(
        of: { leaves in
          var x = leaves[0]
          for _ in 0..<200_000 { x = try c.call("sin", x) }
          return try c.vector([1])
        }, at: [c.weakTensor(0)])
    }
    #expect(c.liveBytes == 0)
  }

  @Test func aTwoLayerNetworkLearns() throws {
    // x @ w1 → tanh → @ w2, by hand-written gradient descent, against closed-form gradients of w2.
    let x = try c.call("randn", .integers([8, 3]), .dtype(.f64))
    let y = try c.call("randn", .integers([8, 1]), .dtype(.f64))
    let w1 = try c.call("randn", .integers([3, 4]), .dtype(.f64))
    let w2 = try c.call("randn", .integers([4, 1]), .dtype(.f64))
    func hidden(_ w: Tensor) throws -> Tensor { try c.call("tanh", c.matmul(x, w)) }
    let loss: ([Tensor]) throws -> Tensor = { w in
      let e = try c.binary(
        .subtract, .tensor(c.matmul(hidden(w[0]), w[1])), .tensor(y))
      return try c.call("sum", c.binary(.power, .tensor(e), .number(2)))
    }
    let g = try c.gradient(of: loss, at: [w1, w2]).gradients
    let h = try hidden(w1)
    let e = try c.binary(.subtract, .tensor(c.matmul(h, w2)), .tensor(y))
    let twice = try c.binary(.multiply, .tensor(e), .number(2))
    let expected = try c.matmul(c.transpose(h), twice).elements()
    for (a, b) in zip(g[1].elements(), expected) { #expect(abs(a - b) < 1e-12 * max(1, abs(b))) }
    #expect(g[0].shape == [3, 4])
  }
}
