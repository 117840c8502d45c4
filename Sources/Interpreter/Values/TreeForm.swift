import Tensor

/// What a tree is without its leaves: its fields or places, and whatever else it holds. Trees that
/// arithmetic makes share the form of the one they were made from, so that they need not be compared.
final class TreeForm: @unchecked Sendable {
  enum Part {
    case leaf
    /// A value without leaves.
    case fixed(Value)
    case tree(TreeForm)
  }

  /// The names of a record's fields; nil for a tuple.
  let keys: RecordKeys?
  let parts: [Part]
  let leafCount: Int
  /// How deep values nest in it, itself included.
  let depth: Int

  /// The form of a record or tuple, whose leaves it appends.
  init(of value: Value, _ leaves: inout [Tensor]) {
    keys = value.asRecord?.keys
    depth = value.depth
    let first = leaves.count
    var parts: [Part] = []
    for child in children(value) ?? [] {
      if let t = leaf(child) {
        leaves.append(t)
        parts.append(.leaf)
      } else if let known = child.knownTree {
        leaves += known.leaves
        parts.append(.tree(known.form))
      } else if isTreeShaped(child) {
        let inner = TreeForm(of: child, &leaves)
        parts.append(inner.leafCount == 0 ? .fixed(child) : .tree(inner))
      } else {
        parts.append(.fixed(child))
      }
    }
    self.parts = parts
    leafCount = leaves.count - first
  }

  /// Whether leaves of two trees stand in the same places, below the same fields.
  func hasSameLeaves(as other: TreeForm) -> Bool {
    if self === other { return true }
    guard parts.count == other.parts.count, keys?.names == other.keys?.names else { return false }
    return zip(parts, other.parts).allSatisfy { pair in
      switch pair {
      case (.leaf, .leaf), (.fixed, .fixed): true
      case (.tree(let a), .tree(let b)): a.hasSameLeaves(as: b)
      default: false
      }
    }
  }

  /// Where two trees part: the path there, and what stands there in each; nil if leaves of both
  /// stand in the same places, below the same fields.
  func difference(
    _ other: TreeForm, _ left: Value, _ right: Value, _ path: String = ""
  ) -> (left: Value, right: Value, path: String)? {
    if self === other { return nil }
    guard parts.count == other.parts.count, keys?.names == other.keys?.names,
      let a = children(left), let b = children(right)
    else { return (left, right, path) }
    for (i, pair) in zip(parts, other.parts).enumerated() {
      switch pair {
      case (.leaf, .leaf), (.fixed, .fixed): continue
      case (.tree(let first), .tree(let second)):
        if let found = first.difference(second, a[i], b[i], path + step(i)) { return found }
      default: return (a[i], b[i], path + step(i))
      }
    }
    return nil
  }

  /// How a path goes on to a part: `.w`, `[0]`.
  private func step(_ i: Int) -> String { keys.map { ".\($0.names[i])" } ?? "[\(i)]" }

  /// The fields or elements with values in place of the leaves from `next` on.
  fileprivate func filled(_ leaves: [Value], _ next: inout Int) -> [Value] {
    parts.map { part in
      switch part {
      case .fixed(let value): return value
      case .tree(let inner): return inner.value(inner.filled(leaves, &next))
      case .leaf:
        next += 1
        return leaves[next - 1]
      }
    }
  }

  private func value(_ parts: [Value]) -> Value {
    if let keys { return .record(Record(keys: keys, values: parts)) }
    return Value(parts)
  }

  /// A tree of this form.
  func tree(of leaves: [Value]) -> Value {
    let tensors = leaves.compactMap(leaf)
    if tensors.count == leaves.count { return tree(of: tensors) }
    var next = 0
    return value(filled(leaves, &next))
  }

  /// A tree of this form.
  func tree(of leaves: [Tensor]) -> Value { tree(of: .apart(leaves)) }

  /// A tree of this form.
  func tree(of leaves: TensorList) -> Value {
    let flat = FlatTree(self, leaves)
    return keys == nil ? .tuple(Tuple(flat)) : .record(Record(flat))
  }

  /// Where leaf `i` stands: `.layers[0].w`.
  func path(to i: Int) -> String {
    var rest = i
    for (place, part) in parts.enumerated() {
      let step = step(place)
      switch part {
      case .fixed: continue
      case .leaf:
        if rest == 0 { return step }
        rest -= 1
      case .tree(let inner):
        if rest < inner.leafCount { return step + inner.path(to: rest) }
        rest -= inner.leafCount
      }
    }
    return ""
  }
}

/// A tree as its form and its leaves in order. A record that arithmetic makes stays in this form
/// until someone asks for a field; the elements of a tuple are made at once.
final class FlatTree: @unchecked Sendable {
  private final class Parts: Sendable {
    let values: [Value]
    init(_ values: [Value]) { self.values = values }
  }

  let form: TreeForm
  let list: TensorList
  private let parts = OnceReference<Parts>()

  /// The leaves; of a packed tree they are views, for a short time.
  var leaves: [Tensor] { list.tensors }

  init(_ form: TreeForm, _ list: TensorList) {
    self.form = form
    self.list = list
  }

  /// A record or tuple taken apart; nil if it has no leaves.
  convenience init?(of value: Value) {
    var leaves: [Tensor] = []
    let form = TreeForm(of: value, &leaves)
    if leaves.isEmpty { return nil }
    self.init(form, .apart(leaves))
  }

  /// The fields or elements.
  var values: [Value] {
    if let parts = parts.load() { return parts.values }
    var next = 0
    let leaves =
      switch list {
      case .apart(let leaves): leaves
      case .packed(let packed, let layout): layout.parts(of: packed).map(\.compact)
      }
    return parts.storeIfNil(Parts(form.filled(leaves.map { .tensor($0) }, &next))).values
  }
}

extension Value {
  /// The form and leaves of a record or tuple that is known as a tree already.
  fileprivate var knownTree: FlatTree? {
    switch self {
    case .record(let record): record.knownTree
    case .tuple(let tuple): tuple.knownTree
    default: nil
    }
  }

  /// The form and leaves of a record or tuple; nil if it has none.
  var flatTree: FlatTree? {
    switch self {
    case .record(let record): record.flatTree
    case .tuple(let tuple): tuple.flatTree
    default: nil
    }
  }
}
