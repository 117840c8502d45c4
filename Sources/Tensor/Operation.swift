/// One argument of an operation.
public enum Argument: Sendable {
  case operand(Operand)
  case operands([Operand])
  case integer(Int)
  case integers([Int])
  case flag(Bool)
  case number(Double)
  case dtype(DType)
  case absent
}

/// A parameter of an operation.
public struct Parameter: Sendable {
  /// Which case of `Argument` it takes; `integers` takes one integer or several.
  public enum Kind: Sendable {
    case operand, operands, integer, integers, flag, number, dtype
  }

  /// Its name in a call.
  public let name: String
  /// What it takes.
  public let kind: Kind
  /// What stands for it when it is left out; nil if it must be given.
  public let defaultValue: Argument?
  /// What it means.
  public let doc: String

  init(_ name: String, _ kind: Kind, default defaultValue: Argument? = nil, _ doc: String) {
    self.name = name
    self.kind = kind
    self.defaultValue = defaultValue
    self.doc = doc
  }
}

/// Code that can be run, and what it shows.
public struct Example: Sendable {
  /// The code.
  public let code: String
  /// What the session shows for it.
  public let result: String
}

/// An operation on tensors: what there is to know about it, and how it is computed.
public struct Operation: Sendable {
  /// What kind of operation it is; elementwise ones map over trees.
  public enum Group: Sendable {
    case make, random, elementwise, reduction, shape, linear
    /// Reached by an operator or a conversion, not by its name.
    case `operator`
  }

  /// How gradients flow through it.
  enum Gradient: Sendable {
    case rule(GradientRule)
    /// By those of the operations it is composed of.
    case composed
    /// Not at all: nothing flows, for the reason given.
    case none(String)
  }

  typealias Forward = @Sendable (Context, Arguments) throws(TensorError) -> Tensor

  /// Its name in the language.
  public let name: String
  /// What kind of operation it is.
  public let group: Group
  /// Its parameters in order.
  public let parameters: [Parameter]
  /// One paragraph of Markdown: shapes, dtypes and errors.
  public let doc: String
  /// An example that can be run.
  public let example: Example
  /// Inputs that the tests try it with.
  public let domain: Domain
  let gradient: Gradient
  let forward: Forward

  init(
    _ name: String, _ group: Group, _ parameters: [Parameter], doc: String,
    example: (code: String, result: String), domain: Domain, gradient: Gradient,
    forward: @escaping Forward
  ) {
    self.name = name
    self.group = group
    self.parameters = parameters
    self.doc = doc
    self.example = Example(code: example.code, result: example.result)
    self.domain = domain
    self.gradient = gradient
    self.forward = forward
  }

  /// Why no gradient flows through it; nil if one does.
  public var reasonForNoGradient: String? {
    if case .none(let reason) = gradient { reason } else { nil }
  }

  /// The gradient's rule, of an operation that has one of its own.
  var rule: GradientRule {
    guard case .rule(let rule) = gradient else { preconditionFailure("\(name) has no rule") }
    return rule
  }

  /// The operation of a name in the language.
  public static func named(_ name: String) -> Operation? { byName[name] }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  /// Every operation.
  public static let all: [Operation] =
    makers + randomDraws + arithmetic + comparisons + functions + selections + reductions
    + statistics + arrangements + rearrangements + windows + orders + products

  /// Computes the operation. Arguments stand in the parameters' order; missing ones and `.absent`
  /// take the defaults.
  public func callAsFunction(
    _ context: Context, _ arguments: [Argument]
  ) throws(TensorError) -> Tensor {
    var values = arguments
    for (i, parameter) in parameters.enumerated() {
      if i == values.count { values.append(.absent) }
      guard case .absent = values[i] else { continue }
      guard let value = parameter.defaultValue else {
        throw TensorError(.argumentKind(parameter.name), name)
      }
      values[i] = value
    }
    let all = Arguments(values, parameters)
    do throws(TensorError) {
      switch gradient {
      case .composed: return try forward(context, all)
      case .none:
        return try context.withoutRecording { () throws(TensorError) in
          try forward(context, all).detached
        }
      case .rule(let rule):
        if !context.isRecording { return try forward(context, all) }
        let result = try context.withoutRecording { () throws(TensorError) in
          try forward(context, all)
        }
        return context.record(result, all.operands, all.withoutOperands, rule)
      }
    } catch {
      throw error.named(name, all.operands)
    }
  }
}

/// The arguments of a call, taken out by kind.
struct Arguments {
  let values: [Argument]
  private let parameters: [Parameter]

  init(_ values: [Argument], _ parameters: [Parameter] = []) {
    self.values = values
    self.parameters = parameters
  }

  private func name(_ i: Int) -> String { i < parameters.count ? parameters[i].name : "" }

  func wrongKind(_ i: Int) -> TensorError { TensorError(.argumentKind(name(i))) }

  /// The arguments with nothing for operands: a node holds those once, as its inputs.
  var withoutOperands: [Argument] {
    values.map { value in
      switch value {
      case .operand, .operands: .absent
      default: value
      }
    }
  }

  /// All tensors and numbers among them.
  var operands: [Operand] {
    var result: [Operand] = []
    for value in values {
      switch value {
      case .operand(let operand): result.append(operand)
      case .operands(let operands): result += operands
      default: continue
      }
    }
    return result
  }

  func operand(_ i: Int) throws(TensorError) -> Operand {
    switch values[i] {
    case .operand(let operand): return operand
    case .number(let x): return .number(x)
    case .integer(let n): return .number(Double(n))
    default: throw wrongKind(i)
    }
  }

  func tensor(_ i: Int) throws(TensorError) -> Tensor {
    guard case .tensor(let t) = try operand(i), !t.isWeak else {
      throw TensorError(.needsTensor(name(i)))
    }
    return t
  }

  /// A number or a 0-d tensor, for gradients to flow through.
  func scalar(_ i: Int) throws(TensorError) -> Operand {
    let operand = try operand(i)
    guard operand.shape.isEmpty else {
      throw TensorError(.rank(found: operand.shape.count, least: 0, most: 0))
    }
    return operand
  }

  func operands(_ i: Int) throws(TensorError) -> [Operand] {
    guard case .operands(let operands) = values[i] else { throw wrongKind(i) }
    guard !operands.isEmpty else { throw TensorError(.noOperands) }
    return operands
  }

  func integer(_ i: Int) throws(TensorError) -> Int {
    switch values[i] {
    case .integer(let n): return n
    case .integers(let list) where list.count == 1: return list[0]
    case .number(let x):
      guard let n = Int(exactly: x) else { throw wrongKind(i) }
      return n
    default: throw wrongKind(i)
    }
  }

  /// An integer within bounds.
  func integer(_ i: Int, _ bounds: ClosedRange<Int>) throws(TensorError) -> Int {
    let n = try integer(i)
    try check(i, n, bounds)
    return n
  }

  /// Throws unless a number given as argument `i` is within bounds.
  func check(_ i: Int, _ n: Int, _ bounds: ClosedRange<Int>) throws(TensorError) {
    guard bounds.contains(n) else {
      throw TensorError(
        .argument(
          name(i), Double(n), least: Double(bounds.lowerBound), most: Double(bounds.upperBound)))
    }
  }

  func integers(_ i: Int) throws(TensorError) -> [Int] {
    if case .integers(let list) = values[i] { return list }
    return [try integer(i)]
  }

  func flag(_ i: Int) throws(TensorError) -> Bool {
    guard case .flag(let flag) = values[i] else { throw wrongKind(i) }
    return flag
  }

  /// A number that no gradient follows: where one does it is an error, not a gradient of 0.
  func number(_ i: Int) throws(TensorError) -> Double {
    switch values[i] {
    case .operand(.tensor(let t)) where t.isTracked: throw TensorError(.constant(name(i)))
    case .number(let x): return x
    case .integer(let n): return Double(n)
    case .operand(.number(let x)): return x
    case .operand(.tensor(let t)) where t.shape.isEmpty: return t.scalar()
    default: throw wrongKind(i)
    }
  }

  func dtype(_ i: Int) throws(TensorError) -> DType {
    guard case .dtype(let dtype) = values[i] else { throw wrongKind(i) }
    return dtype
  }

  /// A dtype that is floating.
  func floatingDType(_ i: Int) throws(TensorError) -> DType {
    let dtype = try dtype(i)
    guard dtype.isFloating else { throw TensorError(.dtype(dtype, wanted: [.f32, .f64])) }
    return dtype
  }

  func isAbsent(_ i: Int) -> Bool {
    if case .absent = values[i] { true } else { false }
  }

  func shape(_ i: Int) throws(TensorError) -> Shape {
    let sizes = try integers(i)
    guard let shape = Shape(checking: sizes) else { throw TensorError(.sizeList(sizes)) }
    return shape
  }

  /// An axis, counted from the end if negative.
  func axis(_ i: Int, rank: Int) throws(TensorError) -> Int {
    try Arguments.axis(try integer(i), rank: rank)
  }

  static func axis(_ axis: Int, rank: Int) throws(TensorError) -> Int {
    let found = axis < 0 ? axis + rank : axis
    guard found >= 0, found < rank else { throw TensorError(.axis(axis, rank: rank)) }
    return found
  }

  /// One axis or several; all of them if left out.
  func axes(_ i: Int, rank: Int) throws(TensorError) -> AxisSet {
    if isAbsent(i) { return .all(rank) }
    var result = AxisSet()
    for axis in try integers(i) {
      let axis = try Arguments.axis(axis, rank: rank)
      if result.contains(axis) { throw TensorError(.repeatedAxis(axis)) }
      result.insert(axis)
    }
    return result
  }
}
