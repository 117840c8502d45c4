import Diagnostics
import Tensor

let gradientBuiltins: [Builtin] = [
  Builtin(
    "grad(f, wrt=0)",
    effect: .pure,
    doc: """
      The function that gives the gradient of a scalar function `f` in its argument `wrt`, counted \
      from 0: a number, tensor or tree in, the same out. It nests: `grad(grad(f))`.
      """,
    example: "grad(x -> x ^ 3)(2)  # 12"
  ) { call in
    try derivative(call, "grad") { _, gradient in gradient }
  },
  Builtin(
    "value_and_grad(f, wrt=0)",
    effect: .pure,
    doc: "Like `grad(f)`, but its function gives the pair of the value and the gradient.",
    example: "value_and_grad(x -> x ^ 2)(3)  # (9, 6)"
  ) { call in
    try derivative(call, "value_and_grad") { value, gradient in Value([value, gradient]) }
  },
  Builtin(
    "check_grad(f, x)",
    effect: .pure,
    doc: """
      Compares `grad(f)(x)` with central differences, both in f64; gives the largest difference \
      relative to max(1, |gradient|). Below 1e-6 the gradient is right, away from kinks.
      """,
    example: "check_grad(x -> sum(sin(x)), [1, 2, 3]) < 1e-6  # true"
  ) { call in
    let machine = call.machine
    let x = try machine.widened(call[1])
    let f = call[0]
    let (_, gradient) = try machine.gradient(of: f, [x], [], wrt: 0)
    return .number(try machine.largestDifference(f, x, gradient))
  },
]

private func derivative(
  _ call: Call, _ name: String, _ result: @escaping (Value, Value) -> Value
) throws -> Value {
  let f = try call.function(0)
  let wrt = try call.integer(1)
  guard wrt >= 0 else {
    throw call.error(.value, "`wrt` counts arguments from 0, so \(wrt) is none", argument: 1)
  }
  let own = if case .function(let g) = f { g.name } else { "f" }
  let inner = own.utf8.count > 100 ? "…" : own
  return .function(
    Function(
      Derived(
        name: "\(name)(\(inner))", function: f, attributes: [.number(Double(wrt))]
      ) { machine, arguments, named in
        let (value, gradient) = try machine.gradient(of: f, arguments, named, wrt: wrt)
        return result(value, gradient)
      }))
}

extension Machine {
  /// Value and gradient of `f` at its arguments, in the argument at position `wrt`.
  func gradient(
    of f: Value, _ arguments: [Value], _ named: [(String, Value)], wrt: Int
  ) throws -> (value: Value, gradient: Value) {
    guard wrt < arguments.count else {
      throw Failure(
        .argument,
        "the gradient in argument \(wrt), counted from 0, needs \(wrt + 1) by position, but "
          + "\(arguments.count) \(arguments.count == 1 ? "is" : "are") given")
    }
    let results: (value: Tensor, gradients: TensorList)
    if case .function(let g) = f, case .closure = g.kind, named.isEmpty, !context.isTaping {
      results = try gradientTraces.results(
        of: f, at: g.entry, arguments, wrt: wrt, on: self
      ) {
        try self.valueAndGradients(of: $0, $1, [], wrt: wrt)
      }
    } else {
      results = GradientTraces.apart(
        try valueAndGradients(of: f, arguments, named, wrt: wrt))
    }
    return (Value(results.value), arguments[wrt].rebuilt(of: results.gradients))
  }

  /// The value, and the gradient in each leaf of the argument.
  private func valueAndGradients(
    of f: Value, _ arguments: [Value], _ named: [(String, Value)], wrt: Int
  ) throws -> [Tensor] {
    let x = arguments[wrt]
    let (value, gradients) = try context.gradient(
      of: { tracked in
        var arguments = arguments
        arguments[wrt] = x.rebuilt(of: .apart(tracked))
        return try self.scalarResult(self.apply(f, arguments, named: named))
      }, at: try parameters(x))
    return [value] + gradients
  }

  /// What a gradient in an argument is taken of: its floating leaves.
  private func parameters(_ x: Value) throws -> [Tensor] {
    switch x {
    case .number(let number): return [try context.weakTensor(number)]
    case .tensor(let t):
      guard t.dtype.isFloating else {
        throw Failure(
          .gradient, "a gradient needs a floating argument, not \(describe(x))", hint: "f32(x)")
      }
      return [t]
    case .tuple, .record:
      let found = Interpreter.leaves(x)
      guard !found.isEmpty else { throw Failure.noLeaves("grad", x) }
      return found
    default:
      throw Failure(
        .gradient, "a gradient needs a number, a tensor or a tree, not \(describe(x))")
    }
  }

  private func scalarResult(_ value: Value) throws -> Tensor {
    switch value {
    case .number(let x): return try context.weakTensor(x)
    case .tensor(let t): return t
    default:
      throw Failure(
        .gradient,
        "a gradient needs a function that gives one floating number, not \(describe(value))")
    }
  }

  /// Numbers and leaves as f64.
  func widened(_ x: Value) throws -> Value {
    switch x {
    case .number: return x
    case .tensor(let t): return .tensor(try context.convert(t, .f64))
    default: return try mapTree("check_grad", x) { .tensor(try self.context.convert($0, .f64)) }
    }
  }

  /// The largest relative difference between a gradient and central differences.
  func largestDifference(_ f: Value, _ x: Value, _ gradient: Value) throws -> Double {
    if case .number(let at) = x {
      return try difference(f, gradient.asNumber ?? .nan, at) { .number($0) }
    }
    let points = Interpreter.leaves(x)
    let slopes = Interpreter.leaves(gradient)
    var worst = 0.0
    for (k, leaf) in points.enumerated() {
      let elements = leaf.elements()
      let expected = slopes[k].elements()
      for i in elements.indices {
        let changed: (Double) throws -> Value = { value in
          var moved = elements
          moved[i] = value
          let tensor = try self.context.makeTensor(
            shape: leaf.shape, dtype: .f64, elements: moved)
          var replaced = points
          replaced[k] = tensor
          return replacingLeaves(x, .apart(replaced))
        }
        let found = try difference(f, expected[i], elements[i], changed)
        // A comparison with NaN is false, so this keeps one.
        if !(found <= worst) { worst = found }
        if worst.isNaN { return worst }
      }
    }
    return worst
  }

  private func difference(
    _ f: Value, _ slope: Double, _ at: Double, _ place: (Double) throws -> Value
  ) throws -> Double {
    // The cube root of f64's precision balances rounding against curvature.
    let step = 6e-6 * max(1, abs(at))
    let above = try scalarResult(apply(f, [place(at + step)])).scalar()
    let below = try scalarResult(apply(f, [place(at - step)])).scalar()
    let central = (above - below) / (2 * step)
    return abs(slope - central) / max(1, abs(slope))
  }
}

extension Value {
  /// The number, tensor or tree that other tensors make in place of its own.
  fileprivate func rebuilt(of tensors: TensorList) -> Value {
    isTreeShaped(self) ? replacingLeaves(self, tensors) : Value(tensors.tensors[0])
  }
}
