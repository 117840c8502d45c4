/// Inputs that an operation is tested with: argument lists to sample, in the parameters' order.
public struct Domain: Sendable {
  /// How one argument is sampled.
  public enum Sample: Sendable {
    /// Floating elements in a range, all distinct and none at its middle or its ends.
    case real(Shape, Double, Double)
    /// i32 elements from `low` up to and without `high`.
    case integer(Shape, Int, Int)
    /// bool elements.
    case bool(Shape)
    /// Several floating tensors of the given shapes.
    case reals([Shape])
    /// An argument as it is.
    case fixed(Argument)
  }

  /// Small ones, whose gradients are checked too.
  public let cases: [[Sample]]
  /// Large ones, compared bit for bit across levels and threads alone.
  public let large: [[Sample]]

  init(_ cases: [[Sample]], large: [[Sample]] = []) {
    self.cases = cases
    self.large = large
  }

  /// One floating operand, then fixed arguments.
  static func one(_ low: Double, _ high: Double, _ rest: Argument...) -> Domain {
    let fixed = rest.map(Sample.fixed)
    let shapes: [Shape] = [[3, 4], [], [2, 1, 3], [0, 2]]
    return Domain(
      shapes.map { [.real($0, low, high)] + fixed }, large: [[.real([35_001], low, high)] + fixed])
  }

  /// Two floating operands of shapes that broadcast.
  static func two(_ low: Double, _ high: Double, _ low2: Double, _ high2: Double) -> Domain {
    let shapes: [(Shape, Shape)] = [
      ([2, 3], [2, 3]), ([2, 3], [3]), ([2, 1], [1, 3]), ([], [2]), ([2, 3, 2], [3, 1]),
    ]
    let large: [(Shape, Shape)] = [
      ([70_001], [70_001]), ([300, 257], [257]), ([300, 257], [300, 1]),
    ]
    func cases(_ shapes: [(Shape, Shape)]) -> [[Sample]] {
      shapes.map { [.real($0.0, low, high), .real($0.1, low2, high2)] }
    }
    return Domain(cases(shapes), large: cases(large))
  }

  /// A reduction of a floating operand along no, one or several axes.
  static func reduction(_ rest: Argument...) -> Domain {
    let fixed = rest.map(Sample.fixed)
    let cases: [(Shape, Argument)] = [
      ([2, 3], .absent), ([2, 3], .integer(0)), ([2, 3], .integer(-1)), ([], .absent),
      ([2, 3, 2], .integers([0, 2])), ([2, 3, 2], .integer(1)),
    ]
    let large: [(Shape, Argument)] = [
      ([70_001], .absent), ([300, 259], .integer(0)), ([300, 259], .integer(1)),
      ([7, 300, 33], .integer(1)), ([7, 300, 33], .integers([0, 2])),
    ]
    func samples(_ cases: [(Shape, Argument)]) -> [[Sample]] {
      cases.map { [.real($0.0, -2, 2), .fixed($0.1)] + fixed }
    }
    return Domain(
      samples(cases) + [[.real([3, 2], -2, 2), .fixed(.integer(1)), .fixed(.flag(true))]],
      large: samples(large))
  }
}
