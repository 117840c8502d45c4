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

private func leaf(_ value: Value) -> Tensor? {
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

/// A record or tuple of the same form with other values.
func rebuilt(_ value: Value, _ values: [Value]) -> Value {
  if case .record(let record) = value { return .record(record.with(values: values)) }
  return Value(values)
}

/// Whether a value is a tree or a leaf.
func hasLeaves(_ value: Value) -> Bool {
  if isLeaf(value) { return true }
  return children(value)?.contains(where: hasLeaves) ?? false
}

/// The leaves in order, with the path to each.
func leaves(_ value: Value) -> [Tensor] {
  if let t = leaf(value) { return [t] }
  return children(value)?.flatMap(leaves) ?? []
}

/// A tree with a function of each leaf in its place.
func mappingLeaves(_ tree: Value, _ f: (Tensor) throws -> Value) rethrows -> Value {
  try changingLeaves(tree, f) ?? tree
}

/// The same, or nil for what has no leaves and stays as it is.
private func changingLeaves(_ tree: Value, _ f: (Tensor) throws -> Value) rethrows -> Value? {
  if let t = leaf(tree) { return try f(t) }
  guard let parts = children(tree) else { return nil }
  let changed = try parts.map { try changingLeaves($0, f) }
  if changed.allSatisfy({ $0 == nil }) { return nil }
  return rebuilt(tree, zip(changed, parts).map { $0 ?? $1 })
}

extension Machine {
  /// Maps the leaves of one tree.
  func mapTree(
    _ operation: String, _ tree: Value, _ f: (Tensor) throws -> Value
  ) throws -> Value {
    guard hasLeaves(tree) else { throw Failure.noLeaves(operation, tree) }
    return try mappingLeaves(tree, f)
  }

  /// Maps two operands of which at least one is a record or tuple. Numbers and 0-d tensors spread
  /// into every leaf.
  func mapTrees(
    _ operation: String, _ left: Value, _ right: Value, _ f: (Value, Value) throws -> Value
  ) throws -> Value {
    for side in [left, right] {
      if isTreeShaped(side) {
        if !hasLeaves(side) { throw Failure.noLeaves(operation, side) }
      } else if !spreads(side) {
        throw Failure.operands(operation, left, right)
      }
    }
    if !isTreeShaped(left) { return try mappingLeaves(right) { try f(left, .tensor($0)) } }
    if !isTreeShaped(right) { return try mappingLeaves(left) { try f(.tensor($0), right) } }
    return try mapPair(operation, left, right, path: "", f)
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

  private func mapPair(
    _ operation: String, _ left: Value, _ right: Value, path: String,
    _ f: (Value, Value) throws -> Value
  ) throws -> Value {
    if isLeaf(left) && isLeaf(right) {
      do { return try f(left, right) } catch let error as TensorError {
        throw LeafError(error: error, path: path)
      }
    }
    if !hasLeaves(left) && !hasLeaves(right) { return left }
    guard haveOneForm(left, right), let a = children(left), let b = children(right) else {
      throw Failure.structure(operation, left, right, path: path)
    }
    var values: [Value] = []
    values.reserveCapacity(a.count)
    for i in a.indices {
      values.append(try mapPair(operation, a[i], b[i], path: path + step(left, i), f))
    }
    return rebuilt(left, values)
  }

  private func haveOneForm(_ left: Value, _ right: Value) -> Bool {
    switch (left, right) {
    case (.tuple(let a), .tuple(let b)): a.count == b.count
    case (.record(let a), .record(let b)): a.keys === b.keys || a.keys.names == b.keys.names
    default: false
    }
  }

  /// How a path goes on to part `i`: `.w`, `[0]`.
  private func step(_ value: Value, _ i: Int) -> String {
    if case .record(let record) = value { return ".\(record.keys.names[i])" }
    return "[\(i)]"
  }
}
