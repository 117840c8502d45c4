import Tensor
import TestSupport
import Testing

/// Every entry of the operation table, by what the entry says.
@Suite struct OperationSuite {
  @Test func entriesAreComplete() {
    #expect(Set(Operation.all.map(\.name)).count == Operation.all.count)
    for operation in Operation.all {
      #expect(operation.doc.count > 10, "\(operation.name) has no doc")
      #expect(!operation.example.code.isEmpty, "\(operation.name) has no example")
      #expect(!operation.example.result.isEmpty, "\(operation.name) has no example's result")
      #expect(!operation.domain.cases.isEmpty, "\(operation.name) has no inputs to test with")
      #expect(
        operation.reasonForNoGradient != "", "\(operation.name) has no gradient and no reason")
      for parameter in operation.parameters {
        #expect(!parameter.doc.isEmpty, "\(operation.name) does not say what \(parameter.name) is")
      }
    }
  }

  @Test(arguments: Operation.all.map(\.name))
  func bitsAreThoseOfTheReference(_ name: String) throws {
    let operation = try #require(Operation.named(name))
    for (i, samples) in (operation.domain.cases + operation.domain.large).enumerated() {
      for dtype in [DType.f32, .f64] {
        let expected = try bits(operation, samples, dtype, makeContext(.reference))
        for level in levels where level != .reference {
          let threads = level == .best ? [1, 2, 3, 8] : [1, 3]
          for count in threads {
            let context = makeContext(level, threads: count)
            let found = try bits(operation, samples, dtype, context)
            #expect(
              found == expected, "case \(i), \(dtype.name), \(level.name), \(count) threads")
          }
        }
      }
    }
  }

  private func bits(
    _ operation: Operation, _ samples: [Domain.Sample], _ dtype: DType, _ context: Context
  ) throws -> [UInt64] {
    var random = TestRandom(seed: 5)
    let arguments = try samples.map { try context.sample($0, dtype, &random) }
    let result = try operation(context, arguments)
    return result.shape.map { UInt64($0) } + result.bits
  }

  @Test(arguments: Operation.all.filter { $0.reasonForNoGradient == nil }.map(\.name))
  func gradientsAgreeWithDifferences(_ name: String) throws {
    let operation = try #require(Operation.named(name))
    for (i, samples) in operation.domain.cases.enumerated() {
      let probe = try Probe(operation, samples)
      let gradients = try probe.gradients(at: probe.leaves)
      for (k, leaf) in probe.leaves.enumerated() {
        for (e, g) in gradients[k].elements().enumerated() {
          let d = try probe.difference(leaf: k, element: e, step: 1e-5) { try probe.value(at: $0) }
          #expect(
            abs(g - d) <= 1e-6 * max(1, abs(g)),
            "case \(i), operand \(k), element \(e): \(g), by differences \(d)")
        }
        #expect(gradients[k].shape == leaf.shape && gradients[k].dtype == leaf.dtype)
      }
    }
  }

  @Test(arguments: Operation.all.filter { $0.reasonForNoGradient == nil }.map(\.name))
  func secondDerivativesAgreeWithDifferences(_ name: String) throws {
    let operation = try #require(Operation.named(name))
    for (i, samples) in operation.domain.cases.enumerated() {
      let probe = try Probe(operation, samples)
      let seconds = try probe.secondGradients()
      for k in probe.leaves.indices {
        for (e, g) in seconds[k].elements().enumerated() {
          let d = try probe.difference(leaf: k, element: e, step: 1e-4) { leaves in
            try probe.weightedGradient(at: leaves).scalar()
          }
          #expect(
            abs(g - d) <= 1e-4 * max(1, abs(g)),
            "case \(i), operand \(k), element \(e): \(g), by differences \(d)")
        }
      }
    }
  }

  /// An entry without a gradient does not change with its floating inputs, so that none is missing.
  @Test func operationsWithoutGradientsAreConstant() throws {
    for operation in Operation.all where operation.reasonForNoGradient != nil {
      // That one is constant for gradients alone.
      if operation.name == "stop_gradient" { continue }
      for (i, samples) in operation.domain.cases.enumerated() {
        let probe = try Probe(operation, samples)
        for (k, leaf) in probe.leaves.enumerated() {
          for e in 0..<leaf.elements().count {
            let d = try probe.difference(leaf: k, element: e, step: 1e-5) {
              try probe.value(at: $0)
            }
            #expect(d == 0, "\(operation.name), case \(i), operand \(k): by differences \(d)")
          }
        }
      }
    }
  }

  /// Each operand of an entry with a gradient is sampled with floating elements in some case, so
  /// that its gradient is looked at.
  @Test func everyGradientHasADomain() {
    for operation in Operation.all where operation.reasonForNoGradient == nil {
      for (k, parameter) in operation.parameters.enumerated() {
        guard parameter.kind == .operand || parameter.kind == .operands else { continue }
        // A condition and labels are bool and whole.
        if ["condition", "labels"].contains(parameter.name) { continue }
        let isSampled = operation.domain.cases.contains { samples in
          guard k < samples.count else { return false }
          switch samples[k] {
          case .real(let shape, _, _): return shape.elementCount > 0
          case .reals(let shapes): return shapes.contains { $0.elementCount > 0 }
          default: return false
          }
        }
        #expect(isSampled, "no gradient in \(parameter.name) of \(operation.name) is tested")
      }
    }
  }

  /// What one operand gets does not depend on whether the others are asked for too.
  @Test(arguments: Operation.all.filter { $0.reasonForNoGradient == nil }.map(\.name))
  func gradientsAreTheSameAlone(_ name: String) throws {
    let operation = try #require(Operation.named(name))
    for (i, samples) in operation.domain.cases.enumerated() {
      let probe = try Probe(operation, samples)
      if probe.leaves.count < 2 { continue }
      let together = try probe.gradients(at: probe.leaves)
      for k in probe.leaves.indices {
        let alone = try probe.gradient(in: k)
        #expect(alone.bits == together[k].bits, "case \(i), operand \(k)")
      }
    }
  }

  /// A gradient in f32 is one of f32, whatever the other operands are.
  @Test(arguments: Operation.all.filter { $0.reasonForNoGradient == nil }.map(\.name))
  func gradientsHaveTheOperandsDType(_ name: String) throws {
    let operation = try #require(Operation.named(name))
    for samples in operation.domain.cases {
      let probe = try Probe(operation, samples, .f32)
      for (gradient, leaf) in zip(try probe.gradients(at: probe.leaves), probe.leaves) {
        #expect(gradient.dtype == .f32 && gradient.shape == leaf.shape)
      }
    }
  }
}

extension Context {
  /// Sampled arguments; `dtype` is that of floating ones.
  func sample(
    _ sample: Domain.Sample, _ dtype: DType, _ random: inout TestRandom
  ) throws -> Argument {
    switch sample {
    case .real(let shape, let low, let high):
      return try real(shape, low, high, dtype, &random).argument
    case .reals(let shapes):
      return .operands(try shapes.map { .tensor(try real($0, -2, 2, dtype, &random)) })
    case .integer(let shape, let low, let high):
      let elements = (0..<shape.elementCount).map { _ in
        Double(Int.random(in: low..<high, using: &random))
      }
      return try make(shape, elements, .i32).argument
    case .bool(let shape):
      let elements = (0..<shape.elementCount).map { _ in Bool.random(using: &random) ? 1.0 : 0 }
      return try make(shape, elements, .bool).argument
    case .fixed(let argument): return argument
    }
  }

  /// Distinct elements in random order, a little off an even grid, none at its middle.
  private func real(
    _ shape: Shape, _ low: Double, _ high: Double, _ dtype: DType, _ random: inout TestRandom
  ) throws -> Tensor {
    let n = shape.elementCount
    let grid = n % 2 == 1 ? n + 1 : n
    let places = (0..<grid).shuffled(using: &random).prefix(n)
    let elements = places.map { place in
      let offset = Double.random(in: 0.3..<0.7, using: &random)
      return low + (Double(place) + offset) / Double(grid) * (high - low)
    }
    return try make(shape, elements, dtype)
  }
}
