/// What an operation's gradient gets: its operands, its result, and the result's cotangent.
struct Backward {
  let context: Context
  let output: Tensor
  let cotangent: Tensor
  private let node: Node
  private let walk: Int

  init(_ context: Context, _ output: Tensor, _ node: Node, _ cotangent: Tensor, walk: Int) {
    self.context = context
    self.output = output
    self.node = node
    self.cotangent = cotangent
    self.walk = walk
  }

  var arguments: Arguments { Arguments(node.arguments) }

  /// Operand `i` as it was given, before broadcasting and conversion.
  func operand(_ i: Int) -> Operand { node.inputs[i] }

  /// Operand `i` of an operation that takes tensors only.
  func tensor(_ i: Int) -> Tensor {
    guard case .tensor(let t) = node.inputs[i] else { preconditionFailure("operand is no tensor") }
    return t
  }

  /// Whether anyone asks for the gradient in operand `i`.
  func needs(_ i: Int) -> Bool {
    guard let target = node.inputs[i].node else { return false }
    return target.walk == walk && target.isNeeded
  }

  /// Adds to the cotangent of operand `i`: summed over the axes it was repeated along, and in its
  /// dtype.
  func give(_ i: Int, _ contribution: Tensor) throws(TensorError) {
    guard needs(i), let operand = node.inputs[i].tensor, let target = operand.node else { return }
    var part = try context.sum(contribution, downTo: operand.shape)
    part = try context.convert(part, operand.dtype)
    if operand.isWeak && !part.isWeak { part = part.alias(isWeak: true, node: part.node) }
    guard let sum = target.cotangent else {
      target.cotangent = part
      return
    }
    target.cotangent = try context.add(sum, part)
  }
}

/// How a gradient flows through an operation, written in differentiable operations.
typealias GradientRule = @Sendable (borrowing Backward) throws(TensorError) -> Void

/// A step of the forward program that gradients flow through.
final class Node {
  /// Grows along the program, so its reverse is the order of the backward walk.
  let sequence: Int
  let rule: GradientRule
  fileprivate(set) var inputs: [Operand]
  let arguments: [Argument]
  /// State of the walk of this number.
  fileprivate(set) var walk = 0
  fileprivate(set) var isNeeded = false
  /// The last walk that it was a leaf of.
  fileprivate(set) var leafWalk = 0
  fileprivate(set) var cotangent: Tensor?

  init(
    _ sequence: Int, _ inputs: [Operand], _ arguments: [Argument], _ rule: @escaping GradientRule
  ) {
    self.sequence = sequence
    self.inputs = inputs
    self.arguments = arguments
    self.rule = rule
  }

  /// Takes a chain of nodes apart in a loop: as nested deinits a long one would end the stack.
  deinit {
    var pending: [Tensor] = []
    moveInputs(to: &pending)
    while var tensor = pending.popLast() {
      guard isKnownUniquelyReferenced(&tensor), var node = tensor.node else { continue }
      tensor.node = nil
      if isKnownUniquelyReferenced(&node) { node.moveInputs(to: &pending) }
    }
  }

  private func moveInputs(to pending: inout [Tensor]) {
    for case .tensor(let t) in inputs where t.node != nil { pending.append(t) }
    inputs = []
  }
}

extension Context {
  /// The result as computed by a step that gradients flow through, if one is being recorded.
  func record(
    _ result: Tensor, _ inputs: [Operand], _ arguments: [Argument] = [],
    _ rule: @escaping GradientRule
  ) -> Tensor {
    guard isRecording, result.dtype.isFloating, inputs.contains(where: { $0.node != nil }) else {
      return result
    }
    return attach(result, inputs, arguments, rule)
  }

  private func attach(
    _ result: Tensor, _ inputs: [Operand], _ arguments: [Argument], _ rule: @escaping GradientRule
  ) -> Tensor {
    lastSequence += 1
    let node = Node(lastSequence, inputs, arguments, rule)
    // A result that is an operand itself, or a view made before, keeps its own node.
    let isShared = result.node != nil || inputs.contains { $0.tensor === result }
    if isShared { return result.alias(node: node) }
    result.node = node
    return result
  }

  /// Runs code whose steps are not recorded one by one.
  func withoutRecording<R>(_ body: () throws(TensorError) -> R) throws(TensorError) -> R {
    let wasRecording = isRecording
    isRecording = false
    defer { isRecording = wasRecording }
    return try body()
  }

  /// A plain number that a gradient can follow.
  public func weakTensor(_ x: Double) throws(TensorError) -> Tensor {
    let result = try allocate(.f64, Shape(), isWeak: true)
    try fill(result, x)
    return result
  }

  /// A tensor as it is, a number as a weak one.
  func weakened(_ operand: Operand) throws(TensorError) -> Tensor {
    switch operand {
    case .tensor(let t): t
    case .number(let x): try weakTensor(x)
    }
  }

  /// The value of a 0-d floating function at `leaves` and its gradient in each of them.
  ///
  /// Calls nest: the gradients of a call inside another's function are followed like anything else.
  public func gradient(
    of f: ([Tensor]) throws -> Tensor, at leaves: [Tensor]
  ) throws -> (value: Tensor, gradients: [Tensor]) {
    let before = (recordingDepth, isRecording)
    defer { (recordingDepth, isRecording) = before }
    recordingDepth += 1
    isRecording = true
    let first = lastSequence + 1
    let tracked = try leaves.map { leaf in
      guard leaf.dtype.isFloating else {
        throw TensorError(.dtype(leaf.dtype, wanted: [.f32, .f64]), "grad", [.tensor(leaf)])
      }
      let alias = leaf.alias()
      return attach(alias, [.tensor(leaf)], []) { b throws(TensorError) in
        try b.give(0, b.cotangent)
      }
    }
    let value = try f(tracked)
    guard value.dtype.isFloating, value.shape.isEmpty else {
      throw TensorError(.gradientOfNonScalar, "grad", [.tensor(value)])
    }
    recordingDepth -= 1
    isRecording = recordingDepth > 0
    let gradients = try backward(from: value, to: tracked, after: first)
    if recordingDepth > 0 { return (value, gradients) }
    return (value.detached, gradients.map(\.detached))
  }

  private func backward(
    from value: Tensor, to leaves: [Tensor], after first: Int
  ) throws(TensorError) -> [Tensor] {
    lastWalk += 1
    let walk = lastWalk
    for leaf in leaves {
      leaf.node?.isNeeded = true
      leaf.node?.leafWalk = walk
    }
    let steps = program(of: value, after: first, walk)
    markNeeded(steps, walk)
    defer { withExtendedLifetime(value) { for step in steps { step.node.cotangent = nil } } }
    if let node = value.node, node.walk == walk {
      node.cotangent = try ones(value.shape, value.dtype, isWeak: value.isWeak)
    }
    for step in steps.reversed() {
      let node = step.node
      guard node.isNeeded, node.leafWalk != walk, let cotangent = node.cotangent else { continue }
      try checkInterrupt()
      node.cotangent = nil
      try node.rule(Backward(self, step.output, node, cotangent, walk: walk))
    }
    var gradients: [Tensor] = []
    for leaf in leaves {
      if let cotangent = leaf.node?.cotangent {
        // A number's gradient is a number, also where the last step saw it as a tensor.
        let isNumber = leaf.isWeak && !cotangent.isWeak
        gradients.append(
          isNumber ? cotangent.alias(isWeak: true, node: cotangent.node) : cotangent)
      } else {
        gradients.append(try zeros(leaf.shape, leaf.dtype, isWeak: leaf.isWeak))
      }
    }
    return gradients
  }

  /// A step of the forward program with its result, which the value that is walked from holds: a
  /// walk that counted references to all of them would take a tenth longer.
  @safe private struct Step {
    let sequence: Int
    @unsafe private let heldNode: Unmanaged<Node>
    @unsafe private let heldOutput: Unmanaged<Tensor>

    init(_ node: Node, _ output: Tensor) {
      sequence = node.sequence
      unsafe heldNode = Unmanaged.passUnretained(node)
      unsafe heldOutput = Unmanaged.passUnretained(output)
    }

    var node: Node { unsafe heldNode.takeUnretainedValue() }
    var output: Tensor { unsafe heldOutput.takeUnretainedValue() }
  }

  /// The steps that `value` was computed by since `first`, in the order of the program.
  private func program(of value: Tensor, after first: Int, _ walk: Int) -> [Step] {
    var steps: [Step] = []
    func visit(_ tensor: Tensor) {
      guard let node = tensor.node, node.sequence >= first, node.walk != walk else { return }
      node.walk = walk
      steps.append(Step(node, tensor))
    }
    visit(value)
    // Steps are appended while they are gone through: each is visited once.
    var next = 0
    while next < steps.count {
      for case .tensor(let t) in steps[next].node.inputs { visit(t) }
      next += 1
    }
    return steps.sorted { $0.sequence < $1.sequence }
  }

  /// Marks the steps that depend on a leaf.
  private func markNeeded(_ steps: [Step], _ walk: Int) {
    for step in steps {
      let node = step.node
      if node.leafWalk == walk { continue }
      node.isNeeded = node.inputs.contains { input in
        guard let source = input.node else { return false }
        return source.walk == walk && source.isNeeded
      }
    }
  }
}
