import Syntax
import Tensor

extension Machine {
  // Literals

  /// What brackets build: f32 of numbers, bool of bools, a stack of tensors.
  func tensorLiteral(_ elements: [Value]) throws -> Value {
    var numbers: [Double] = []
    numbers.reserveCapacity(elements.count)
    for case .number(let x) in elements { numbers.append(x) }
    if numbers.count == elements.count {
      return .tensor(
        try context.makeTensor(shape: Shape([elements.count]), dtype: .f32, elements: numbers))
    }
    let flags = elements.compactMap {
      if case .bool(let flag) = $0 { flag ? 1.0 : 0.0 } else { nil }
    }
    if flags.count == elements.count {
      return .tensor(
        try context.makeTensor(shape: Shape([elements.count]), dtype: .bool, elements: flags))
    }
    let parts = try parts(of: elements)
    if let i = parts.firstIndex(where: { $0.shape != parts[0].shape }) {
      throw Failure.brackets(elements[0], elements[i])
    }
    return .tensor(try context.stack(parts))
  }

  /// Elements of a bracket literal as tensors of one kind; plain numbers among tensors become f32,
  /// or what the tensors are.
  private func parts(of elements: [Value]) throws -> [Tensor] {
    var dtype: DType?
    for element in elements {
      guard let t = element.asTensor, !t.isWeak else { continue }
      dtype = dtype.map { max($0, t.dtype) } ?? t.dtype
    }
    return try elements.map { element in
      switch element {
      case .tensor(let t), .buffer(let t):
        return t.isWeak ? try context.convert(t, dtype ?? .f32) : t
      case .number(let x):
        return try context.makeTensor(shape: Shape([]), dtype: dtype ?? .f32, elements: [x])
      case .bool(let flag):
        return try context.flag(flag)
      default: throw Failure.tensorElement(element)
      }
    }
  }

  func spreadTuple(_ r: Registers, _ first: Reg, _ layout: Int) throws -> Value {
    guard case .tuple(let spreads) = program.layouts[layout] else { return .nothing }
    var elements: [Value] = []
    for (isSpread, value) in zip(spreads, r.taking(first, spreads.count)) {
      if !isSpread {
        elements.append(value)
      } else if let more = try self.elements(of: value) {
        try checkRoom(elements: elements.count + more.count)
        elements += more
      } else {
        throw Failure.spread(value, into: "tuple")
      }
    }
    return Value(elements)
  }

  func record(_ r: Registers, _ first: Reg, _ layout: Int) throws -> Value {
    guard case .record(let names, let keys) = program.layouts[layout] else { return .nothing }
    let values = r.taking(first, names.count)
    if let keys { return .record(Record(keys: keys, values: values)) }
    var result = Record(keys: [], values: [])
    for (name, value) in zip(names, values) {
      if let name {
        result = result.replacing(name, with: value)
        continue
      }
      guard let record = value.asRecord else { throw Failure.spread(value, into: "record") }
      for (key, value) in zip(record.keys.names, record.values) {
        result = result.replacing(key, with: value)
      }
    }
    return .record(result)
  }

  func closure(_ r: Registers, _ first: Reg, _ layout: Int) -> Value {
    guard case .function(let code) = program.layouts[layout] else { return .nothing }
    return .function(Function(code: code, captures: r.values(first, code.captureNames.count)))
  }

  func range(_ first: Value, _ last: Value, _ by: Value) throws -> Value {
    if isTracked(first) || isTracked(last) || isTracked(by) {
      throw Failure(
        .gradient, "a range has no gradient in its bounds",
        hint: "stop_gradient(x) makes a number constant")
    }
    guard let lower = bound(first), let upper = bound(last) else {
      throw Failure.operands("..", first, last)
    }
    guard let step = bound(by), step != 0, step.isFinite else {
      throw Failure.step(bound(by))
    }
    guard lower.isFinite, upper.isFinite else { throw Failure.endlessRange }
    guard abs((upper - lower) / step) < 0x1p53 else {
      throw Failure(.value, "a range has fewer than 2^53 elements, so that each can be counted")
    }
    return .range(NumberRange(lower: lower, upper: upper, step: step))
  }

  /// A plain number, or that of a 0-d tensor of numbers.
  func bound(_ value: Value) -> Double? {
    if case .tensor(let t) = value, t.dtype == .bool { return nil }
    return scalar(value)
  }

  /// A plain number, or that of a 0-d tensor.
  func scalar(_ value: Value) -> Double? {
    if case .tensor(let t) = value, t.shape.isEmpty { return t.scalar() }
    return value.asNumber
  }

  func interpolated(_ r: Registers, _ first: Reg, _ layout: Int) throws -> Value {
    guard case .string(let parts, let end) = program.layouts[layout] else { return .nothing }
    var text = ""
    for (part, value) in zip(parts, r.taking(first, parts.count)) {
      let shown = try part.format.map { try format(value, $0.text) } ?? display(value)
      try checkRoom(bytes: text.utf8.count + part.text.utf8.count + shown.utf8.count)
      text += part.text
      text += shown
    }
    return Value(text + end)
  }

  /// Appends to the tuple in a register where it is; false where that is left to `append`, which also
  /// knows the errors.
  @inline(__always)
  func append(_ r: Registers, _ value: Reg, to x: Reg) -> Bool {
    r.changeTuple(x) { tuple in
      guard tuple.count < mostElements else { return false }
      if let number = r.number(value), Tuple.extend(&tuple, by: number, for: owner) { return true }
      return extend(&tuple, by: r[value])
    }
  }

  @inline(never)
  private func extend(_ tuple: inout Tuple, by value: Value) -> Bool {
    guard value.depth < Machine.depthLimit else { return false }
    Tuple.append(value, to: &tuple, for: owner)
    return true
  }

  // Taking apart

  func unpack(_ r: Registers, _ d: Reg, _ value: Value, _ count: Int) throws {
    guard let values = try elements(of: value) else {
      throw Failure.pattern("a tuple of \(count)", value)
    }
    guard values.count == count else {
      throw Failure.pattern(
        count == 1 ? "1 element" : "\(count) elements", value, found: values.count)
    }
    for i in 0..<count { r[d + Reg(i)] = values[i] }
  }

  func taken(_ name: String, of value: Value) throws -> Value {
    guard let record = value.asRecord else { throw Failure.pattern("a record", value) }
    guard record[name] != nil else { throw Failure.field(name, value) }
    return try field(name, of: value)
  }

  func field(_ name: String, of value: Value) throws -> Value {
    switch value {
    case .record(let record):
      guard let found = record[name] else { throw Failure.field(name, value) }
      if case .buffer(let t) = found { return .tensor(t) }
      return found
    case .tensor(let t), .buffer(let t):
      switch name {
      case "shape": return Value(t.shape.map { Value.number(Double($0)) })
      case "dtype": return Value(t.dtype.name)
      case "T": return Value(context.transpose(t))
      default: throw Failure.field(name, value)
      }
    default: throw Failure.field(name, value)
    }
  }

  func replaced(_ name: String, of value: Value, with new: Value) throws -> Value {
    guard let record = value.asRecord else {
      if value.asTensor != nil, ["shape", "dtype", "T"].contains(name) {
        throw Failure.fixedField(name, value)
      }
      throw Failure.field(name, value)
    }
    // A buffer's mark belongs to the leaf, so a changed buffer is one still.
    if case .buffer = record[name], case .tensor(let t) = new {
      return .record(record.replacing(name, with: .buffer(t)))
    }
    return .record(record.replacing(name, with: new))
  }

  // Sequences

  func iterationCount(of value: Value) throws -> Int {
    switch value {
    case .range(let range): return range.count
    case .tuple(let tuple): return tuple.count
    case .tensor(let t), .buffer(let t):
      guard let n = t.shape.first else { throw Failure.iterate(value) }
      return n
    default: throw Failure.iterate(value)
    }
  }

  func element(_ i: Int, of value: Value) throws -> Value {
    switch value {
    case .range(let range): return .number(range[i])
    case .tuple(let tuple): return tuple[i]
    case .tensor(let t), .buffer(let t): return Value(try context.index(t, [.at(i)]))
    default: throw Failure.iterate(value)
    }
  }

  /// The elements of a tuple, a range or a tensor along its first axis; nil for anything else.
  func elements(of value: Value) throws -> [Value]? {
    switch value {
    case .tuple(let tuple): return tuple.elements
    case .range, .tensor, .buffer:
      let count = try iterationCount(of: value)
      try checkRoom(elements: count)
      return try (0..<count).map { i in
        try checkInterrupt(atStep: i)
        return try element(i, of: value)
      }
    default: return nil
    }
  }
}
