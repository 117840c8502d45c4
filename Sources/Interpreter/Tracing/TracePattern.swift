import Tensor

/// What a value must have in common with the one that a trace was made for: everything but the
/// elements of tensors that it holds, which are the trace's inputs.
indirect enum TracePattern {
  /// An input of the trace, which looks at its shape and dtype itself.
  case input
  case buffer
  /// This value.
  case same(Value)
  /// Elements of a tuple, fields of a record, or what a function captured.
  case tuple([TracePattern])
  case record(RecordKeys, [TracePattern])
  case closure(FunctionCode, [TracePattern])
  /// A tree of this form, whose leaves are inputs.
  case tree(TreeForm)

  /// Inputs and levels of nested values beyond which no one looks.
  static let mostInputs = 512
  private static let mostLevels = 16

  /// The pattern of a value, whose inputs it appends; nil if there are too many.
  init?(_ value: Value, _ inputs: inout [Tensor], level: Int = 0) {
    guard level <= TracePattern.mostLevels, inputs.count <= TracePattern.mostInputs else {
      return nil
    }
    func parts(_ values: [Value]) -> [TracePattern]? {
      var result: [TracePattern] = []
      for value in values {
        guard let part = TracePattern(value, &inputs, level: level + 1) else { return nil }
        result.append(part)
      }
      return result
    }
    switch value {
    case .tensor(let t):
      if t.isWeak || t.isTracked { return nil }
      inputs.append(t)
      self = .input
    case .buffer(let t):
      inputs.append(t)
      self = .buffer
    case .tuple(let tuple):
      if let tree = tuple.knownTree {
        inputs += tree.leaves
        self = .tree(tree.form)
      } else {
        guard let parts = parts(tuple.elements) else { return nil }
        self = .tuple(parts)
      }
    case .record(let record):
      if let tree = record.knownTree {
        inputs += tree.leaves
        self = .tree(tree.form)
      } else {
        guard let parts = parts(record.values) else { return nil }
        self = .record(record.keys, parts)
      }
    case .function(let f):
      if case .closure = f.kind, !f.captures.isEmpty {
        guard let parts = parts(f.captures) else { return nil }
        self = .closure(f.code, parts)
      } else {
        self = .same(value)
      }
    default: self = .same(value)
    }
  }

  /// Whether a value has the pattern; appends its inputs.
  func matches(_ value: Value, _ inputs: inout [Tensor]) -> Bool {
    switch (self, value) {
    case (.input, .tensor(let t)), (.buffer, .buffer(let t)):
      inputs.append(t)
      return true
    case (.same(let known), _): return known.isSame(as: value)
    case (.tree(let form), _):
      guard let tree = value.flatTree, form.isSame(as: tree.form) else { return false }
      inputs += tree.leaves
      return true
    case (.tuple(let parts), .tuple(let tuple)):
      return TracePattern.match(parts, tuple.elements, &inputs)
    case (.record(let keys, let parts), .record(let record)):
      return keys.isSame(as: record.keys) && TracePattern.match(parts, record.values, &inputs)
    case (.closure(let code, let parts), .function(let f)):
      return f.code === code && TracePattern.match(parts, f.captures, &inputs)
    default: return false
    }
  }

  private static func match(
    _ parts: [TracePattern], _ values: [Value], _ inputs: inout [Tensor]
  ) -> Bool {
    guard parts.count == values.count else { return false }
    for i in parts.indices where !parts[i].matches(values[i], &inputs) { return false }
    return true
  }

  /// A value of the pattern with other inputs, of which it takes the first.
  func value(_ inputs: inout ArraySlice<Tensor>) -> Value {
    switch self {
    case .input: return .tensor(inputs.removeFirst())
    case .buffer: return .buffer(inputs.removeFirst())
    case .same(let value): return value
    case .tuple(let parts): return Value(parts.map { $0.value(&inputs) })
    case .record(let keys, let parts):
      return .record(Record(keys: keys, values: parts.map { $0.value(&inputs) }))
    case .closure(let code, let parts):
      return .function(Function(code: code, captures: parts.map { $0.value(&inputs) }))
    case .tree(let form):
      defer { inputs.removeFirst(form.leafCount) }
      return form.tree(of: Array(inputs.prefix(form.leafCount)))
    }
  }
}

extension Value {
  /// Whether a program can't tell two values apart and needs no time to find out: the same object,
  /// or the same number, text or tuple of a few such.
  func isSame(as other: Value) -> Bool {
    switch (self, other) {
    case (.nothing, .nothing): true
    case (.bool(let a), .bool(let b)): a == b
    case (.number(let a), .number(let b)): a.bitPattern == b.bitPattern
    case (.string(let a), .string(let b)):
      a === b || a.string.utf8.elementsEqual(b.string.utf8)
    case (.tensor(let a), .tensor(let b)), (.buffer(let a), .buffer(let b)): a === b
    case (.tuple(let a), .tuple(let b)): a === b
    case (.record(let a), .record(let b)): a === b
    case (.range(let a), .range(let b)):
      a.lower.bitPattern == b.lower.bitPattern && a.upper.bitPattern == b.upper.bitPattern
        && a.step.bitPattern == b.step.bitPattern
    case (.function(let a), .function(let b)): a === b
    case (.opaque(let a), .opaque(let b)): a === b
    default: false
    }
  }
}

extension RecordKeys {
  fileprivate func isSame(as other: RecordKeys) -> Bool { self === other || names == other.names }
}

extension TreeForm {
  /// Whether trees of two forms differ in their leaves alone.
  func isSame(as other: TreeForm) -> Bool {
    if self === other { return true }
    guard parts.count == other.parts.count else { return false }
    switch (keys, other.keys) {
    case (let a?, let b?): if !a.isSame(as: b) { return false }
    case (nil, nil): break
    default: return false
    }
    for (a, b) in zip(parts, other.parts) {
      switch (a, b) {
      case (.leaf, .leaf): continue
      case (.fixed(let x), .fixed(let y)): if !x.isSame(as: y) { return false }
      case (.tree(let x), .tree(let y)): if !x.isSame(as: y) { return false }
      default: return false
      }
    }
    return true
  }
}
