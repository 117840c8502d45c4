import Tensor

extension Machine {
  func indexed(_ r: Registers, _ object: Value, _ layout: Int) throws -> Value {
    guard case .subscripts(let first, let kinds) = program.layouts[layout] else {
      return .nothing
    }
    if kinds.count == 1, kinds[0] != .slice, case .tuple(let tuple) = object,
      let x = r.number(first),
      let i = Int(exactly: x)
    {
      guard let i = wrapped(i, tuple.count) else {
        throw Failure.outOfRange(i, count: tuple.count)
      }
      return tuple[i]
    }
    return try indexed(object, r.values(first, width(kinds)), kinds)
  }

  func replacingIndex(
    _ r: Registers, _ object: Value, _ layout: Int, with new: Value
  ) throws -> Value {
    guard case .subscripts(let first, let kinds) = program.layouts[layout] else {
      return .nothing
    }
    return try replacing(object, r.values(first, width(kinds)), kinds, with: new)
  }

  /// How many registers subscripts take.
  private func width(_ kinds: [SubscriptKind]) -> Int {
    kinds.reduce(0) { $0 + ($1 == .slice ? 3 : 1) }
  }

  /// `i` counted from the end if negative; nil if there is no such element.
  private func wrapped(_ i: Int, _ count: Int) -> Int? {
    let i = i < 0 ? i + count : i
    return i >= 0 && i < count ? i : nil
  }

  private func indexed(
    _ object: Value, _ values: [Value], _ kinds: [SubscriptKind]
  ) throws -> Value {
    switch object {
    case .tensor(let t), .buffer(let t):
      return Value(try context.index(t, try tensorIndices(values, kinds)))
    case .tuple(let tuple):
      let positions = try self.positions(values, kinds, count: tuple.count, object)
      switch positions {
      case .one(let i): return tuple[i]
      case .many(let list): return Value(list.map { tuple[$0] })
      }
    case .range(let range):
      switch try positions(values, kinds, count: range.count, object) {
      case .one(let i): return .number(range[i])
      case .many(let list): return Value(list.map { .number(range[$0]) })
      }
    case .string(let text):
      let characters = Array(text.string)
      switch try positions(values, kinds, count: characters.count, object) {
      case .one(let i): return Value(String(characters[i]))
      case .many(let list): return Value(String(list.map { characters[$0] }))
      }
    case .record(let record):
      guard values.count == 1, let name = values[0].asString else {
        throw Failure.subscriptKind(values[0], object)
      }
      guard record[name] != nil else { throw Failure.field(name, object) }
      return try field(name, of: object)
    default: throw Failure.notIndexable(object)
    }
  }

  enum Positions {
    case one(Int)
    case many([Int])
  }

  /// Positions in a sequence of one dimension.
  private func positions(
    _ values: [Value], _ kinds: [SubscriptKind], count: Int, _ object: Value
  ) throws -> Positions {
    guard kinds.count == 1 else { throw Failure.tooManySubscripts(object, kinds.count) }
    if kinds[0] == .slice {
      let bounds = try sliceBounds(values[0], values[1], values[2])
      return .many(resolved(bounds, count: count))
    }
    if let i = asInteger(values[0]) {
      guard let at = wrapped(i, count) else {
        throw Failure.outOfRange(i, count: count)
      }
      return .one(at)
    }
    if case .range(let range) = values[0], let bounds = rangeBounds(range) {
      return .many(resolved(bounds, count: count))
    }
    if let t = try indexTensor(values[0], kinds[0]) {
      if t.dtype == .bool {
        guard t.shape.count == 1, t.shape[0] == count else {
          throw Failure.subscriptKind(values[0], object)
        }
        return .many(t.elements().enumerated().filter { $1 != 0 }.map(\.offset))
      }
      return .many(
        try t.elements().map { x in
          guard let at = wrapped(Int(x), count) else {
            throw Failure.outOfRange(Int(x), count: count)
          }
          return at
        })
    }
    throw Failure.subscriptKind(values[0], object)
  }

  private struct Bounds {
    var start: Int?
    var stop: Int?
    var step: Int
  }

  private func sliceBounds(_ start: Value, _ stop: Value, _ step: Value) throws -> Bounds {
    func part(_ value: Value) throws -> Int? {
      if case .nothing = value { return nil }
      guard let n = asInteger(value) else { throw Failure.sliceBound(value) }
      return n
    }
    let by = try part(step) ?? 1
    guard by != 0 else { throw Failure.step(0) }
    return Bounds(start: try part(start), stop: try part(stop), step: by)
  }

  /// A range of integers as a slice: `0..3` is `0:3`.
  private func rangeBounds(_ range: NumberRange) -> Bounds? {
    guard let lower = Int(exactly: range.lower), let upper = Int(exactly: range.upper),
      let step = Int(exactly: range.step), lower >= 0, upper >= 0, step > 0
    else { return nil }
    return Bounds(start: lower, stop: upper, step: step)
  }

  /// Positions of a slice, clipped.
  private func resolved(_ bounds: Bounds, count: Int) -> [Int] {
    func clipped(_ i: Int, _ low: Int, _ high: Int) -> Int {
      min(max(i < 0 ? i + count : i, low), high)
    }
    if bounds.step > 0 {
      let start = bounds.start.map { clipped($0, 0, count) } ?? 0
      let stop = bounds.stop.map { clipped($0, 0, count) } ?? count
      return Array(stride(from: start, to: stop, by: bounds.step))
    }
    let start = bounds.start.map { clipped($0, -1, count - 1) } ?? count - 1
    let stop = bounds.stop.map { clipped($0, -1, count - 1) } ?? -1
    return Array(stride(from: start, to: stop, by: bounds.step))
  }

  /// A value as an index tensor: integer or bool; an f32 bracket literal of integers.
  private func indexTensor(_ value: Value, _ kind: SubscriptKind) throws -> Tensor? {
    guard case .tensor(let t) = value, t.dtype != .bool || !t.shape.isEmpty else { return nil }
    if !t.dtype.isFloating {
      return t.dtype == .u8 ? try context.convert(t, .i32) : t
    }
    guard kind == .literal, t.elements().allSatisfy({ $0 == $0.rounded() }) else { return nil }
    return try context.convert(t, .i32)
  }

  private func tensorIndices(_ values: [Value], _ kinds: [SubscriptKind]) throws -> [Index] {
    var indices: [Index] = []
    var at = 0
    for kind in kinds {
      let value = values[at]
      if kind == .slice {
        let bounds = try sliceBounds(value, values[at + 1], values[at + 2])
        indices.append(.slice(bounds.start, bounds.stop, bounds.step))
        at += 3
        continue
      }
      at += 1
      if let i = asInteger(value) {
        indices.append(.at(i))
      } else if case .range(let range) = value {
        if let bounds = rangeBounds(range) {
          indices.append(.slice(bounds.start, bounds.stop, bounds.step))
        } else {
          indices.append(.tensor(try i32(range)))
        }
      } else if let t = try indexTensor(value, kind) {
        indices.append(.tensor(t))
      } else {
        throw Failure.subscriptKind(value, nil)
      }
    }
    return indices
  }

  /// The integers of a range as a tensor.
  private func i32(_ range: NumberRange) throws -> Tensor {
    try context.makeTensor(
      shape: Shape([range.count]), dtype: .i32, elements: (0..<range.count).map { range[$0] })
  }

  private func replacing(
    _ object: Value, _ values: [Value], _ kinds: [SubscriptKind], with new: Value
  ) throws -> Value {
    switch object {
    case .tensor(let t), .buffer(let t):
      let part: Operand
      switch new {
      case .bool(let flag):
        part = .tensor(
          try context.flag(flag))
      default:
        guard let operand = operand(new) else { throw Failure.elementKind(new, object) }
        part = operand
      }
      return Value(try context.replacing(t, try tensorIndices(values, kinds), with: part))
    case .tuple(let tuple):
      guard
        case .one(let i) = try positions(values, kinds, count: tuple.count, object)
      else {
        throw Failure(
          .index, "the elements of a tuple are replaced one at a time",
          hint: "t[0] = …, or a new tuple: (...t[:2], x)")
      }
      var elements = tuple.elements
      elements[i] = new
      return Value(elements)
    case .record:
      guard values.count == 1, let name = values[0].asString else {
        throw Failure.subscriptKind(values[0], object)
      }
      return try replaced(name, of: object, with: new)
    case .string, .range: throw Failure.fixedElements(object)
    default: throw Failure.notIndexable(object)
    }
  }
}
