import Tensor

// Trees: records and tuples that hold floating tensors. Every other leaf is static: carried along
// from the left, or only, tree.

/// An error at one leaf of two trees, with the path to it.
struct LeafError: Error {
  var error: TensorError
  var path: String
}

/// Whether a value is a leaf that arithmetic and gradients reach. A plain number is none, and so
/// neither is one that a gradient follows: a program means the same under `grad`.
func isLeaf(_ value: Value) -> Bool { leaf(value) != nil }

/// The tensor, if a value is a leaf.
func leaf(_ value: Value) -> Tensor? {
  guard case .tensor(let t) = value, t.dtype.isFloating, !t.isWeak else { return nil }
  return t
}

/// Whether a value is a record or tuple, with or without leaves.
func isTreeShaped(_ value: Value) -> Bool {
  switch value {
  case .tuple, .record: true
  default: false
  }
}

/// The values inside a record or tuple.
func children(_ value: Value) -> [Value]? {
  switch value {
  case .tuple(let tuple): tuple.elements
  case .record(let record): record.values
  default: nil
  }
}

/// Whether a value is a tree or a leaf.
func hasLeaves(_ value: Value) -> Bool {
  isLeaf(value) || (children(value)?.contains(where: hasLeaves) ?? false)
}

/// The leaves in order.
func leaves(_ value: Value) -> [Tensor] {
  if let t = leaf(value) { return [t] }
  return value.flatTree?.leaves ?? []
}

/// A tree with other leaves in their places.
func replacingLeaves(_ tree: Value, _ leaves: TensorList) -> Value {
  if isLeaf(tree) { return .tensor(leaves.tensors[0]) }
  return tree.flatTree?.form.tree(of: leaves) ?? tree
}

extension Machine {
  /// Maps the leaves of one tree.
  func mapTree(
    _ operation: String, _ tree: Value, _ f: (Tensor) throws -> Value
  ) throws -> Value {
    if let t = leaf(tree) { return try f(t) }
    guard let flat = tree.flatTree else { throw Failure.noLeaves(operation, tree) }
    return flat.form.tree(of: try flat.leaves.map(f))
  }

  /// Maps two operands of which at least one is a record or tuple. Numbers and 0-d tensors spread
  /// into every leaf.
  func mapTrees(
    _ operation: String, _ left: Value, _ right: Value, _ f: (Value, Value) throws -> Value
  ) throws -> Value {
    for side in [left, right] {
      if isTreeShaped(side) {
        if side.flatTree == nil { throw Failure.noLeaves(operation, side) }
      } else if !spreads(side) {
        throw Failure.operands(operation, left, right)
      }
    }
    guard let a = left.flatTree else {
      return try mapTree(operation, right) { try f(left, .tensor($0)) }
    }
    guard let b = right.flatTree else {
      return try mapTree(operation, left) { try f(.tensor($0), right) }
    }
    if let (x, y, path) = a.form.difference(b.form, left, right) {
      throw Failure.structure(operation, x, y, path: path)
    }
    let (x, y) = (a.leaves, b.leaves)
    var results: [Value] = []
    results.reserveCapacity(x.count)
    for i in x.indices {
      do { results.append(try f(.tensor(x[i]), .tensor(y[i]))) } catch let error as TensorError {
        throw LeafError(error: error, path: a.form.path(to: i))
      }
    }
    return a.form.tree(of: results)
  }

  /// Whether a value goes into every leaf of a tree.
  func spreads(_ value: Value) -> Bool {
    switch value {
    // A bound left out is `nothing`.
    case .number, .nothing: true
    case .tensor(let t), .buffer(let t): t.shape.isEmpty
    default: false
    }
  }
}
