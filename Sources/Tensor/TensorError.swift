/// What an operation was given: enough to say so, nothing of its elements.
public struct OperandSummary: Sendable, Equatable {
  /// The dtype; nil for a plain number.
  public let dtype: DType?
  /// The shape; empty for a plain number.
  public let shape: Shape

  /// The summary of an operand.
  public init(_ operand: Operand) {
    switch operand {
    case .number: (dtype, shape) = (nil, Shape())
    case .tensor(let t): (dtype, shape) = (t.isWeak ? nil : t.dtype, t.shape)
    }
  }
}

/// Why an operation can't give a result: data only, words are made elsewhere.
public struct TensorError: Error, Sendable {
  /// What went wrong.
  public enum Kind: Sendable, Equatable {
    /// Shapes that do not broadcast; the last axis, counted from the end of both, that differs.
    case broadcast(fromEnd: Int, left: Int, right: Int)
    /// Inner sizes of a matrix product that differ.
    case innerSizes(left: Int, right: Int)
    /// Sizes that must agree along an axis, of operand `operand` and the first.
    case sizes(axis: Int, first: Int, other: Int, operand: Int)
    /// A rank that an operation does not take.
    case rank(found: Int, least: Int, most: Int)
    /// An axis outside -rank ..< rank.
    case axis(Int, rank: Int)
    /// An axis named twice.
    case repeatedAxis(Int)
    /// A shape with other than the wanted number of elements.
    case reshape(from: Shape, to: [Int])
    /// A negative size, or more than `Shape.maximumRank` sizes.
    case sizeList([Int])
    /// An axis that can't be dropped as its size is not 1.
    case squeeze(axis: Int, size: Int)
    /// An index outside -size ..< size of an axis.
    case index(Int, axis: Int, size: Int)
    /// More indices than axes.
    case indexCount(Int, rank: Int)
    /// A mask whose size differs from that of the axis it stands at.
    case mask(axis: Int, mask: Int, size: Int)
    /// Index tensors whose shapes do not broadcast.
    case indexShapes(Shape, Shape)
    /// A part of one shape where another is needed.
    case replacement(found: Shape, wanted: Shape)
    /// A dtype that an operation does not take.
    case dtype(DType, wanted: [DType])
    /// A number or a part of a dtype that a tensor's dtype can't hold.
    case cannotHold(DType, number: Double?)
    /// A plain number where a tensor is needed; the parameter.
    case needsTensor(String)
    /// An argument of another kind than its parameter's.
    case argumentKind(String)
    /// An argument outside what is allowed: the parameter, its value, the least and most.
    case argument(String, Double, least: Double, most: Double)
    /// max, min and their like of no elements.
    case emptyReduction
    /// No tensors to join.
    case noOperands
    /// An exact integer result that i32 can't hold.
    case integerOverflow
    /// `//` or `%` of integers by zero.
    case divisionByZero
    /// An element that the dtype it is converted to can't hold.
    case conversion(DType)
    /// More live bytes than the limit allows.
    case memory(bytes: Int, limit: Int)
    /// More draws from one stream than it has.
    case streamExhausted
    /// A gradient of a result that is not a floating 0-d tensor.
    case gradientOfNonScalar
    /// A number that a gradient follows, as a parameter that no gradient flows through.
    case constant(String)
    /// The user asked to stop.
    case interrupted
  }

  /// A change that would make it work, and what it would give.
  public enum Fix: Sendable, Equatable {
    /// `x @ w.T`.
    case transposeRight(Shape)
    /// `x.T @ w`.
    case transposeLeft(Shape)
    /// `w @ x`.
    case exchange(Shape)
    /// `expand_dims(x, axis)` of operand `operand`.
    case expand(operand: Int, axis: Int, Shape)
  }

  /// What went wrong.
  public var kind: Kind
  /// The operation's name in the language: `+`, `sum`.
  public var operation: String
  /// Its operands.
  public var operands: [OperandSummary]
  /// What would work, where that can be computed.
  public var fix: Fix?

  init(_ kind: Kind, _ operation: String = "", _ operands: [Operand] = [], fix: Fix? = nil) {
    self.kind = kind
    self.operation = operation
    self.operands = operands.map(OperandSummary.init)
    self.fix = fix
  }

  /// The same with the operation's name and operands where they are not known yet.
  func named(_ name: String, _ operands: [Operand]) -> TensorError {
    var error = self
    if error.operation.isEmpty { error.operation = name }
    if error.operands.isEmpty { error.operands = operands.map(OperandSummary.init) }
    return error
  }
}
