import Interpreter
import Tensor

/// A tree as named arrays and back. The name of a leaf is its path, `layers[0].w`; what NumPy has no
/// type for says what it is after a colon, `layers[0].rate:number`.
enum TreeArchive {
  /// One array of an archive.
  struct Leaf {
    var name: String
    var array: NPYArray
  }

  // MARK: To arrays

  /// The leaves of a tree in order. Functions are left out: `load(path, into=tree)` has them from
  /// the tree it is given.
  static func leaves(of tree: Value) throws(DataProblem) -> [Leaf] {
    var leaves: [Leaf] = []
    try add(tree, "", &leaves)
    return leaves
  }

  private static func add(
    _ value: Value, _ path: String, _ leaves: inout [Leaf]
  ) throws(DataProblem) {
    func leaf(_ kind: String, _ array: NPYArray) {
      leaves.append(Leaf(name: path + (kind.isEmpty ? "" : ":" + kind), array: array))
    }
    switch value {
    case .tensor(let tensor): leaf("", array(tensor))
    case .buffer(let tensor): leaf("buffer", array(tensor))
    case .number(let x): leaf("number", array(.f64, [], doubles: [x]))
    case .bool(let flag): leaf("bool", NPYArray(dtype: .bool, shape: [], bytes: [flag ? 1 : 0]))
    case .string(let text):
      let bytes = Array(text.string.utf8)
      leaf("string", NPYArray(dtype: .u8, shape: [bytes.count], bytes: bytes))
    case .nothing: leaf("nothing", NPYArray(dtype: .u8, shape: [0], bytes: []))
    case .range(let range):
      leaf("range", array(.f64, [3], doubles: [range.lower, range.upper, range.step]))
    case .tuple(let tuple):
      if tuple.count == 0 { leaf("tuple", NPYArray(dtype: .u8, shape: [0], bytes: [])) }
      for (i, element) in tuple.elements.enumerated() { try add(element, "\(path)[\(i)]", &leaves) }
    case .record(let record):
      if record.count == 0 { leaf("record", NPYArray(dtype: .u8, shape: [0], bytes: [])) }
      for (name, element) in zip(record.keys.names, record.values) {
        guard !name.isEmpty, !name.unicodeScalars.contains(where: isReserved) else {
          throw DataProblem("the field `\(name)` can't name an array in a file")
        }
        try add(element, path.isEmpty ? name : "\(path).\(name)", &leaves)
      }
    case .function: return
    default: throw DataProblem("`\(path)` is a \(value.typeName), which no array can hold")
    }
  }

  private static func isReserved(_ scalar: Unicode.Scalar) -> Bool {
    ".[]:/\\".unicodeScalars.contains(scalar) || scalar.value < 0x20
  }

  static func array(_ tensor: Tensor) -> NPYArray {
    let bytes = tensor.contiguousBytes { span in
      unsafe span.withUnsafeBytes { unsafe Array($0) }
    }
    return NPYArray(dtype: tensor.dtype, shape: Array(tensor.shape), bytes: bytes)
  }

  private static func array(_ dtype: DType, _ shape: [Int], doubles: [Double]) -> NPYArray {
    let bytes = doubles.flatMap { x in
      (0..<8).map { UInt8(truncatingIfNeeded: x.bitPattern >> (8 * UInt64($0))) }
    }
    return NPYArray(dtype: dtype, shape: shape, bytes: bytes)
  }

  // MARK: From arrays

  /// A step of a path.
  enum Step: Hashable {
    case field(String)
    case element(Int)
  }

  /// A tree being put together: steps in the order of their first use.
  private final class Node {
    var steps: [Step] = []
    var children: [Step: Node] = [:]
    var value: Value?
  }

  /// The tree of the arrays of an archive.
  static func tree(
    of leaves: [Leaf], name: String, _ context: Context
  ) throws -> Value {
    let root = Node()
    for leaf in leaves {
      let (steps, kind) = path(leaf.name)
      var node = root
      for step in steps {
        if node.value != nil { throw clash(leaf.name, name) }
        if node.children[step] == nil {
          node.steps.append(step)
          node.children[step] = Node()
        }
        node = node.children[step]!
      }
      guard node.value == nil, node.steps.isEmpty else { throw clash(leaf.name, name) }
      node.value = try value(leaf.array, kind, leaf.name, name, context)
    }
    return try assembled(root, "", name)
  }

  private static func clash(_ leaf: String, _ name: String) -> DataProblem {
    DataProblem("\(name): `\(leaf)` is both an array and a group of arrays")
  }

  private static func assembled(
    _ node: Node, _ path: String, _ name: String
  ) throws(DataProblem) -> Value {
    if let value = node.value { return value }
    var elements: [Value] = []
    var fields: [(String, Value)] = []
    for (i, step) in node.steps.enumerated() {
      switch step {
      case .element(let index):
        guard index == i, fields.isEmpty else {
          throw DataProblem("\(name): the elements of `\(path)` are not numbered from 0 in order")
        }
        elements.append(try assembled(node.children[step]!, "\(path)[\(index)]", name))
      case .field(let field):
        guard elements.isEmpty else { throw clash(path, name) }
        let inner = path.isEmpty ? field : "\(path).\(field)"
        fields.append((field, try assembled(node.children[step]!, inner, name)))
      }
    }
    return elements.isEmpty ? Value(fields: fields) : Value(elements)
  }

  /// The steps of a leaf's name and what stands after its colon. A name that is no path of ours is
  /// one field, since NumPy takes any text.
  static func path(_ name: String) -> (steps: [Step], kind: String?) {
    var rest = name[...]
    var kind: String?
    if let colon = rest.lastIndex(of: ":"),
      kinds.contains(String(rest[rest.index(after: colon)...]))
    {
      kind = String(rest[rest.index(after: colon)...])
      rest = rest[..<colon]
    }
    var steps: [Step] = []
    while let first = rest.first {
      if first == "[" {
        guard let end = rest.firstIndex(of: "]"),
          let index = Int(rest[rest.index(after: rest.startIndex)..<end]), index >= 0,
          rest[rest.index(after: rest.startIndex)] != "+"
        else { return ([.field(name)], nil) }
        steps.append(.element(index))
        rest = rest[rest.index(after: end)...]
        continue
      }
      if first == ".", !steps.isEmpty { rest.removeFirst() }
      let field = rest.prefix { !".[]".contains($0) }
      guard !field.isEmpty else { return ([.field(name)], nil) }
      steps.append(.field(String(field)))
      rest = rest.dropFirst(field.count)
      if rest.first == "]" { return ([.field(name)], nil) }
    }
    // The empty tree alone has no path.
    return steps.isEmpty && kind == nil ? ([.field(name)], nil) : (steps, kind)
  }

  private static let kinds: Set<String> = [
    "buffer", "number", "bool", "string", "nothing", "range", "tuple", "record",
  ]

  private static func value(
    _ array: NPYArray, _ kind: String?, _ leaf: String, _ name: String, _ context: Context
  ) throws -> Value {
    let tensor = try tensor(array, context)
    let numbers = tensor.elements()
    let isScalar = array.shape.isEmpty
    switch kind {
    case nil: return .tensor(tensor)
    case "buffer" where tensor.dtype.isFloating: return .buffer(tensor)
    case "number" where isScalar && array.dtype == .f64: return .number(numbers[0])
    case "bool" where isScalar && array.dtype == .bool: return .bool(numbers[0] != 0)
    case "string" where array.dtype == .u8 && array.shape.count == 1:
      let text = String(decoding: array.bytes, as: UTF8.self)
      if text.utf8.elementsEqual(array.bytes) { return Value(text) }
    case "range"
    where array.dtype == .f64 && array.shape == [3] && numbers[2] != 0
      && numbers.allSatisfy { $0.isFinite }:
      return .range(NumberRange(lower: numbers[0], upper: numbers[1], step: numbers[2]))
    case "nothing" where array.shape == [0]: return .nothing
    case "tuple" where array.shape == [0]: return Value([])
    case "record" where array.shape == [0]: return Value(fields: [])
    default: break
    }
    throw DataProblem("\(name): `\(leaf)` is not what its name says")
  }

  static func tensor(_ array: NPYArray, _ context: Context) throws -> Tensor {
    try unsafe context.makeTensor(
      shape: Shape(array.shape), dtype: array.dtype, littleEndian: array.bytes.span.bytes)
  }

  // MARK: Into a tree

  /// `tree` with its leaves taken from the arrays; functions stay. Every leaf must be there, alike
  /// in type and shape, and nothing may be left over.
  static func filled(
    _ tree: Value, from leaves: [Leaf], name: String, _ context: Context
  ) throws -> Value {
    var arrays = Dictionary(leaves.map { ($0.name, $0.array) }, uniquingKeysWith: { a, _ in a })
    let wanted = try TreeArchive.leaves(of: tree)
    for leaf in wanted {
      guard let array = arrays[leaf.name] else {
        throw DataProblem("\(name) has no `\(leaf.name)`, which the tree has")
      }
      let isText = leaf.name.hasSuffix(":string")
      guard array.dtype == leaf.array.dtype, isText || array.shape == leaf.array.shape else {
        throw DataProblem(
          "\(name) has `\(leaf.name)` as \(described(array)), and the tree as \(described(leaf.array))"
        )
      }
    }
    for leaf in wanted { arrays[leaf.name] = arrays[leaf.name] }
    let names = Set(wanted.map(\.name))
    if let extra = leaves.first(where: { !names.contains($0.name) }) {
      throw DataProblem("\(name) has `\(extra.name)`, which the tree has not")
    }
    return try refilled(tree, "", arrays, name, context)
  }

  private static func described(_ array: NPYArray) -> String {
    "\(array.dtype.name)[\(array.shape.map(String.init).joined(separator: ", "))]"
  }

  private static func refilled(
    _ value: Value, _ path: String, _ arrays: [String: NPYArray], _ name: String,
    _ context: Context
  ) throws -> Value {
    switch value {
    case .tuple(let tuple):
      return Value(
        try tuple.elements.enumerated().map {
          try refilled($1, "\(path)[\($0)]", arrays, name, context)
        })
    case .record(let record):
      let values = try zip(record.keys.names, record.values).map { field, value in
        try refilled(value, path.isEmpty ? field : "\(path).\(field)", arrays, name, context)
      }
      return .record(record.with(values: values))
    case .function: return value
    default:
      var leaves: [Leaf] = []
      try add(value, path, &leaves)
      let leaf = leaves[0]
      let kind = TreeArchive.path(leaf.name).kind
      return try self.value(arrays[leaf.name] ?? leaf.array, kind, leaf.name, name, context)
    }
  }
}
