import Tensor
import TestSupport

/// A scalar made of an operation's result, to be differentiated: the sum of the result's elements
/// and their squares, each with a weight of its own.
struct Probe {
  let operation: Operation
  let leaves: [Tensor]
  private let arguments: [Argument]
  private let context = makeContext()

  init(_ operation: Operation, _ samples: [Domain.Sample], _ dtype: DType = .f64) throws {
    self.operation = operation
    var random = TestRandom(seed: 11)
    let context = self.context
    arguments = try samples.map { try context.sample($0, dtype, &random) }
    leaves = arguments.flatMap { argument -> [Tensor] in
      switch argument {
      case .operand(.tensor(let t)): t.dtype.isFloating ? [t] : []
      case .operands(let operands): operands.compactMap(\.tensor)
      default: []
      }
    }
  }

  /// The arguments with other tensors for the leaves.
  private func replaced(_ leaves: [Tensor]) -> [Argument] {
    var next = leaves[...]
    return arguments.map { argument in
      switch argument {
      case .operand(.tensor(let t)) where t.dtype.isFloating: .operand(.tensor(next.removeFirst()))
      case .operands(let operands): .operands(operands.map { _ in .tensor(next.removeFirst()) })
      default: argument
      }
    }
  }

  private func weights(_ shape: Shape, _ phase: Double) throws -> Tensor {
    let elements = (0..<shape.elementCount).map { i -> Double in
      let step = Double((i * 7 + 3) % 11)
      return 0.6 + phase + 0.8 * step / 11
    }
    return try context.make(shape, elements, .f64)
  }

  func scalar(of leaves: [Tensor]) throws -> Tensor {
    // A draw must be the same one each time.
    context.stream = .root(seed: 7)
    let y = try operation(context, replaced(leaves))
    guard y.dtype.isFloating else { return try context.call("sum", context.make([0], [], .f64)) }
    let square = try context.binary(.multiply, .tensor(y), .tensor(y))
    let a = try context.binary(.multiply, .tensor(y), .tensor(weights(y.shape, 0)))
    let b = try context.binary(.multiply, .tensor(square), .tensor(weights(y.shape, -0.3)))
    return try context.call("sum", context.binary(.add, .tensor(a), .tensor(b)))
  }

  func value(at leaves: [Tensor]) throws -> Double { try scalar(of: leaves).scalar() }

  func gradients(at leaves: [Tensor]) throws -> [Tensor] {
    try context.gradient(of: scalar, at: leaves).gradients
  }

  /// The gradient in one leaf, the others being constants.
  func gradient(in k: Int) throws -> Tensor {
    let f: ([Tensor]) throws -> Tensor = { leaf in
      var all = leaves
      all[k] = leaf[0]
      return try scalar(of: all)
    }
    return try context.gradient(of: f, at: [leaves[k]]).gradients[0]
  }

  /// The sum of the gradient's elements, weighted.
  func weightedGradient(at leaves: [Tensor]) throws -> Tensor {
    var total = try context.make([], [0], .f64)
    for gradient in try gradients(at: leaves) {
      let part = try context.binary(
        .multiply, .tensor(gradient), .tensor(weights(gradient.shape, 0.2)))
      total = try context.binary(.add, .tensor(total), .tensor(context.call("sum", part)))
    }
    return total
  }

  func secondGradients() throws -> [Tensor] {
    try context.gradient(of: weightedGradient, at: leaves).gradients
  }

  /// The central difference of a function in one element of one leaf.
  func difference(
    leaf: Int, element: Int, step: Double, _ f: ([Tensor]) throws -> Double
  ) throws -> Double {
    func value(_ offset: Double) throws -> Double {
      var elements = leaves[leaf].elements()
      elements[element] += offset
      var moved = leaves
      moved[leaf] = try context.make(leaves[leaf].shape, elements, .f64)
      return try f(moved)
    }
    return (try value(step) - value(-step)) / (2 * step)
  }
}
