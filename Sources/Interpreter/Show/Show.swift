import Diagnostics
import Tensor

/// A value as it stands under a cell: several lines, no last newline.
///
/// With a space for drawings, a figure is its drawing, and so is each of a tuple of figures.
public func show(_ value: Value, width: Int = 100, drawing space: DrawingSpace? = nil) -> String {
  if let space, let drawn = drawing(of: value, in: space) { return drawn }
  return show(value, width, depth: 0)
}

/// The pictures of a value that is one, or a tuple of them; nil for others.
public func drawing(of value: Value, in space: DrawingSpace) -> String? {
  switch value {
  case .opaque(let box): return box.content.drawing(in: space)
  case .tuple(let tuple) where tuple.count > 0 && tuple.count <= 16:
    var drawings: [String] = []
    for element in tuple.elements {
      guard case .opaque(let box) = element, let one = box.content.drawing(in: space) else {
        return nil
      }
      drawings.append(one)
    }
    return drawings.joined(separator: "\n\n")
  default: return nil
  }
}

/// Parts nested deeper than this are an ellipsis.
private let deepest = 16

private func show(_ value: Value, _ width: Int, depth: Int) -> String {
  switch value {
  case .tensor(let t) where !t.shape.isEmpty: return tensorLines(t)
  case .buffer(let t):
    return t.shape.isEmpty ? showInline(value) : "buffer " + tensorLines(t)
  case .opaque(let box): return box.content.show(width: width)
  case .record(let record):
    if record["call"] != nil { return modelSummary(value) }
    return fieldLines(value, record.keys.names.map { $0 + ": " }, record.values, width, depth)
  case .tuple(let tuple):
    return fieldLines(
      value, (0..<tuple.count).map { "[\($0)] " }, tuple.elements, width, depth)
  default: return inline(value, depth: depth)
  }
}

/// A value on one line: elements of tuples and records, text of an interpolation.
public func showInline(_ value: Value) -> String { inline(value, depth: 0) }

private func inline(_ value: Value, depth: Int) -> String {
  if depth > deepest { return "…" }
  switch value {
  case .nothing: return "nothing"
  case .bool(let flag): return flag ? "true" : "false"
  case .number(let x): return shortest(x)
  case .string(let text): return quoted(text.string)
  case .tensor(let t):
    if t.shape.isEmpty { return elementText(t.scalar(), t.dtype) }
    return summary(t.dtype, t.shape) + " " + inlineElements(t)
  case .buffer(let t): return "buffer(\(showInline(.tensor(t))))"
  case .tuple(let tuple):
    let parts = cut(tuple.elements) {
      inline($0, depth: depth + 1)
    } ellipsis: {
      "…"
    }
    return "(" + parts.joined(separator: ", ") + (tuple.count == 1 ? ",)" : ")")
  case .record(let record):
    let fields = Array(zip(record.keys.names, record.values))
    let parts = fields.map { "\($0): \(inline($1, depth: depth + 1))" }
    return "{" + parts.joined(separator: ", ") + "}"
  case .range(let range):
    let by = range.step == 1 ? "" : " by \(shortest(range.step))"
    return "\(shortest(range.lower))..\(shortest(range.upper))\(by)"
  case .function(let f): return "fn \(f.name)(\(f.parameterNames.joined(separator: ", ")))"
  case .opaque(let box): return box.content.typeName
  }
}

/// A value in running text: a string as it is, anything else on one line.
public func display(_ value: Value) -> String {
  if case .string(let text) = value { return text.string }
  return showInline(value)
}

private func quoted(_ text: String) -> String {
  var result = "\""
  for c in text.unicodeScalars {
    switch c {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case "\n": result += "\\n"
    case "\t": result += "\\t"
    case "{": result += "{{"
    case "}": result += "}}"
    default:
      if c.value < 0x20 || c.value == 0x7F {
        result += "\\u{\(String(c.value, radix: 16))}"
      } else {
        result.unicodeScalars.append(c)
      }
    }
  }
  return result + "\""
}

/// The first and the last eight of more than sixteen parts, and an ellipsis between.
private func cut<T>(
  _ parts: [T], _ text: (T) -> String, ellipsis: () -> String
) -> [String] {
  if parts.count <= 16 { return parts.map(text) }
  return parts.prefix(8).map(text) + [ellipsis()] + parts.suffix(8).map(text)
}

/// A record or tuple: on one line if all its parts are short, else part by part.
private func fieldLines(
  _ value: Value, _ names: [String], _ values: [Value], _ width: Int, _ depth: Int
) -> String {
  if values.allSatisfy({ isShort($0, depth: depth) }) {
    let line = inline(value, depth: depth)
    if displayWidth(line) <= width { return line }
  }
  if depth > deepest { return "…" }
  return cut(Array(zip(names, values))) { name, value in
    let lines = show(value, width - 2, depth: depth + 1).split(
      separator: "\n", omittingEmptySubsequences: false)
    return name + lines[0] + lines.dropFirst().map { "\n  " + $0 }.joined()
  } ellipsis: {
    "…"
  }.joined(separator: "\n")
}

private func isShort(_ value: Value, depth: Int) -> Bool {
  switch value {
  case .tensor(let t), .buffer(let t): t.shape.count < 2 && t.shape.elementCount <= 8
  case .tuple, .record:
    depth > deepest
      || children(value)!.allSatisfy { isShort($0, depth: depth + 1) } && !isModel(value)
  case .opaque: false
  default: true
  }
}

private func isModel(_ value: Value) -> Bool { value.asRecord?["call"] != nil }

/// The leaves of a model with their sizes, and how many parameters there are.
private func modelSummary(_ model: Value) -> String {
  var rows: [(path: String, kind: String, count: Int, isBuffer: Bool)] = []
  func visit(_ value: Value, _ path: String) {
    switch value {
    case .tensor(let t) where t.dtype.isFloating:
      rows.append((path, summary(t.dtype, t.shape), t.shape.elementCount, false))
    case .buffer(let t):
      rows.append((path, "buffer " + summary(t.dtype, t.shape), t.shape.elementCount, true))
    case .tuple(let tuple):
      for i in 0..<tuple.count { visit(tuple[i], path + "[\(i)]") }
    case .record(let record):
      for (name, part) in zip(record.keys.names, record.values) {
        visit(part, path.isEmpty ? name : path + "." + name)
      }
    default: break
    }
  }
  visit(model, "")
  let total = rows.reduce(0) { $0 + ($1.isBuffer ? 0 : $1.count) }
  let title = "model with \(total.grouped) parameter\(total == 1 ? "" : "s")"
  let shown = rows.count > 40 ? rows.prefix(20) + rows.suffix(20) : rows[...]
  let first = shown.map { displayWidth($0.path) }.max() ?? 0
  let second = shown.map(\.kind.count).max() ?? 0
  let third = shown.map(\.count.grouped.count).max() ?? 0
  var lines = shown.map { row in
    let count = row.count.grouped
    return "  " + row.path + spaces(first - displayWidth(row.path) + 2) + row.kind
      + spaces(second - row.kind.count + 2 + third - count.count) + count
  }
  if rows.count > 40 { lines.insert("  …", at: 20) }
  return ([title] + lines).joined(separator: "\n")
}

func spaces(_ n: Int) -> String { String(repeating: " ", count: max(0, n)) }
