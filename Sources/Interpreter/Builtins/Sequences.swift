import Diagnostics
import Tensor

let sequenceBuiltins: [Builtin] = [
  Builtin(
    "len(x)",
    effect: .pure,
    doc:
      "How many elements a tuple, range, string or record has, or a tensor along its first axis.",
    example: "len((1, 2, 3))  # 3"
  ) { call in
    switch call[0] {
    case .tuple(let tuple): return .number(Double(tuple.count))
    case .record(let record): return .number(Double(record.count))
    case .range(let range): return .number(Double(range.count))
    case .string(let text): return .number(Double(text.string.count))
    case .tensor(let t), .buffer(let t):
      if let n = t.shape.first { return .number(Double(n)) }
      throw call.mismatch(0, "a sequence")
    default: throw call.mismatch(0, "a sequence")
    }
  },
  Builtin(
    "append(xs, value)",
    effect: .pure,
    doc: "The tuple `xs` with `value` after its last element.",
    example: "append((1, 2), 3)  # (1, 2, 3)"
  ) { call in
    guard case .tuple(var tuple) = call[0] else {
      throw call.mismatch(0, "a tuple", hint: "concat((x, y)) joins tensors")
    }
    try call.machine.checkRoom(elements: tuple.count + 1)
    Tuple.append(call[1], to: &tuple, for: call.machine.owner)
    return .tuple(tuple)
  },
  Builtin(
    "map(xs, f, parallel=false)",
    effect: .pure,
    doc: """
      The tuple of `f(x)` for each element of a tuple, range or tensor. Item i draws from a stream \
      of its own, so `parallel`, which uses all cores, changes no result; what items print comes \
      in their order.
      """,
    example: "map(0..3, i -> i ^ 2)  # (0, 1, 4)"
  ) { call in
    let items = try call.elements(0)
    let (f, inParallel) = (try call.function(1), try call.flag(2))
    return Value(try call.machine.map(items, f, inParallel: inParallel))
  },
  Builtin(
    "filter(xs, f)",
    effect: .pure,
    doc: "The tuple of those elements of a sequence for which `f` gives true.",
    example: "filter(0..6, i -> i % 2 == 0)  # (0, 2, 4)"
  ) { call in
    var results: [Value] = []
    let f = try call.function(1)
    for item in try call.elements(0) {
      let answer = try call.apply(f, [item])
      guard let keeps = asFlag(answer) else {
        throw call.error(
          .type, "`filter` needs true or false from its function, not \(describe(answer))",
          argument: 1)
      }
      if keeps { results.append(item) }
    }
    return Value(results)
  },
  Builtin(
    "zip(...xs)",
    effect: .pure,
    doc: "A tuple of tuples: the first elements of all sequences, the second ones, and so on.",
    example: "zip((1, 2), (\"a\", \"b\"))  # ((1, \"a\"), (2, \"b\"))"
  ) { call in
    var columns: [[Value]] = []
    for argument in call[0].asElements ?? [] {
      guard let column = try call.machine.elements(of: argument) else {
        throw call.error(
          .type, "`zip` needs tuples, ranges or tensors, not \(describe(argument))")
      }
      columns.append(column)
    }
    guard let count = columns.first?.count else { return Value([]) }
    for column in columns where column.count != count {
      throw call.error(
        .value, "`zip` needs sequences of one length, but \(count) ≠ \(column.count)")
    }
    return Value(
      try (0..<count).map { i in
        try call.machine.checkInterrupt(atStep: i)
        return Value(columns.map { $0[i] })
      })
  },
  Builtin(
    "enumerate(xs)",
    effect: .pure,
    doc: "A tuple of pairs `(i, x)` of a sequence's elements with their positions.",
    example: "enumerate((\"a\", \"b\"))  # ((0, \"a\"), (1, \"b\"))"
  ) { call in
    Value(
      try call.elements(0).enumerated().map { i, x in
        try call.machine.checkInterrupt(atStep: i)
        return Value([.number(Double(i)), x])
      })
  },
  Builtin(
    "keys(r)", effect: .pure, doc: "The names of a record's fields, in order.",
    example: "keys({w: 1, b: 2})  # (\"w\", \"b\")"
  ) { call in Value(try call.record(0).keys.names.map { Value($0) }) },
  Builtin(
    "values(r)", effect: .pure, doc: "The values of a record's fields, in order.",
    example: "values({w: 1, b: 2})  # (1, 2)"
  ) { call in Value(try call.record(0).values) },
  Builtin(
    "items(r)", effect: .pure, doc: "Pairs `(name, value)` of a record's fields, in order.",
    example: "items({w: 1, b: 2})  # ((\"w\", 1), (\"b\", 2))"
  ) { call in
    let record = try call.record(0)
    return Value(zip(record.keys.names, record.values).map { Value([Value($0), $1]) })
  },
  Builtin(
    "record(pairs)",
    effect: .pure,
    doc: "The record of pairs `(name, value)`, as `items` gives them; of one name the last stays.",
    example: "record(((\"w\", 1), (\"b\", 2)))  # {w: 1, b: 2}"
  ) { call in
    var record = Record(keys: [], values: [])
    for pair in try call.elements(0) {
      guard let parts = pair.asElements, parts.count == 2, let name = parts[0].asString else {
        throw call.error(
          .type, "`record` needs pairs (name, value) with a string first, not \(describe(pair))",
          argument: 0)
      }
      record = record.replacing(name, with: parts[1])
    }
    return .record(record)
  },
  Builtin(
    "split_string(text, separator=\" \")",
    effect: .pure,
    doc: "The parts of a string between the separators, as a tuple.",
    example: "split_string(\"a b c\")  # (\"a\", \"b\", \"c\")"
  ) { call in
    let separator = try call.string(1)
    guard !separator.isEmpty else {
      throw call.error(.value, "`split_string` needs a separator that is not empty", argument: 1)
    }
    return Value(parts(of: try call.string(0), separator: separator).map { Value($0) })
  },
  Builtin(
    "join(xs, separator=\"\")",
    effect: .pure,
    doc: "One string of the elements of a sequence, with the separator between them.",
    example: "join((\"a\", \"b\"), \", \")  # \"a, b\""
  ) { call in
    let separator = try call.string(1)
    let parts = try call.elements(0).map(display)
    let total = parts.reduce(parts.count * separator.utf8.count) { $0 + $1.utf8.count }
    try call.machine.checkRoom(bytes: total)
    return Value(parts.joined(separator: separator))
  },
]

private func parts(of text: String, separator: String) -> [String] {
  let bytes = Array(text.utf8)
  let mark = Array(separator.utf8)
  var found: [String] = []
  var start = 0
  var i = 0
  while i + mark.count <= bytes.count {
    if bytes[i..<i + mark.count].elementsEqual(mark) {
      found.append(String(decoding: bytes[start..<i], as: UTF8.self))
      i += mark.count
      start = i
    } else {
      i += 1
    }
  }
  found.append(String(decoding: bytes[start...], as: UTF8.self))
  return found
}
