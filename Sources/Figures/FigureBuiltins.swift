import Diagnostics
import Interpreter
import Tensor

/// The builtins that make figures.
public let figureBuiltins: [Builtin] = [
  Builtin(
    "plot(data, y=nothing, x=nothing, title=\"\", xlabel=\"\", ylabel=\"\")",
    doc: """
      Lines through points. `plot(y)` draws one line over 0, 1, 2, …; `plot(x, y)` gives the \
      positions; `plot({loss: a, dev: b})`, or a tuple of pairs `(name, y)`, draws one line each, \
      over `x` if it is given. Each y, and x, is a tensor of rank 1, a range or a tuple of numbers.
      """,
    example: """
      plot([3, 1, 2], title="Three points")
      # plot "Three points": 1 series × 3 points, digest b576070a30890d66
      """
  ) { call in Value(try plot(call)) },
  Builtin(
    "hist(data, bins=30, title=\"\", xlabel=\"\", ylabel=\"\")",
    doc: """
      A histogram of `bins` bins of equal width. `hist(values)` takes a tensor of any rank, or a \
      tuple of numbers; `hist({before: a, after: b})`, or a tuple of pairs `(name, values)`, draws \
      several.
      """,
    example: """
      hist([1, 1, 2, 3], bins=3)
      # hist: 1 series × 4 values in 3 bins, digest fc658be6ad63e0bd
      """
  ) { call in Value(try hist(call)) },
]

private func plot(_ call: Call) throws -> Figure {
  var series: [Figure.Series]
  if let named = namedValues(call[0]) {
    if isGiven(call[1]) {
      throw call.error(
        .argument, "`plot` takes one set of y values, and the series bring theirs", argument: 1,
        hint: "give the positions as x=…")
    }
    let x = isGiven(call[2]) ? try points(call, 2, call[2]) : []
    series = try named.map { name, value in
      Figure.Series(name: name, x: x, y: try points(call, 0, value))
    }
  } else if isGiven(call[1]) {
    let x = try points(call, 0, call[0])
    series = [.init(name: "", x: x, y: try points(call, 1, call[1]))]
  } else {
    let x = isGiven(call[2]) ? try points(call, 2, call[2]) : []
    series = [.init(name: "", x: x, y: try points(call, 0, call[0]))]
  }
  for one in series where !one.x.isEmpty && one.x.count != one.y.count {
    let name = one.name.isEmpty ? "y" : "`\(one.name)`"
    throw call.error(
      .shape, "`plot` needs as many x as y, but x has \(one.x.count) and \(name) \(one.y.count)")
  }
  return Figure(
    kind: .plot, title: try call.string(3), xLabel: try call.string(4),
    yLabel: try call.string(5), bins: 0, series: series)
}

private func hist(_ call: Call) throws -> Figure {
  let bins = try call.integer(1)
  guard (1...10_000).contains(bins) else {
    throw call.error(.value, "`hist` needs from 1 to 10,000 bins, not \(bins)", argument: 1)
  }
  let named = namedValues(call[0]) ?? [("", call[0])]
  return Figure(
    kind: .hist, title: try call.string(2), xLabel: try call.string(3),
    yLabel: try call.string(4), bins: bins,
    series: try named.map { name, value in
      Figure.Series(name: name, x: [], y: try numbers(call, 0, value))
    })
}

private func isGiven(_ value: Value) -> Bool {
  if case .nothing = value { return false }
  return true
}

/// The series of a record, or of a tuple of pairs of a name and values.
private func namedValues(_ value: Value) -> [(name: String, value: Value)]? {
  if let record = value.asRecord { return Array(zip(record.keys.names, record.values)) }
  guard let elements = value.asElements, !elements.isEmpty else { return nil }
  var result: [(name: String, value: Value)] = []
  for element in elements {
    guard let pair = element.asElements, pair.count == 2, let name = pair[0].asString else {
      return nil
    }
    result.append((name, pair[1]))
  }
  return result
}

/// Numbers along one axis.
private func points(_ call: Call, _ argument: Int, _ value: Value) throws -> [Double] {
  if let tensor = value.asTensor, tensor.shape.count != 1 {
    throw call.error(
      .shape,
      "`plot` needs points along one axis, and this is \(tensor.dtype.name)\(tensor.shape)",
      argument: argument, hint: "take a row, x[0], or name the rows: plot({a: x[0], b: x[1]})")
  }
  return try numbers(call, argument, value)
}

/// All numbers of a tensor, range or tuple.
private func numbers(_ call: Call, _ argument: Int, _ value: Value) throws -> [Double] {
  switch value {
  case .tensor(let tensor), .buffer(let tensor): return tensor.elements()
  case .range(let range): return (0..<range.count).map { range[$0] }
  case .tuple(let tuple):
    return try tuple.elements.map { element in
      if let number = element.asNumber { return number }
      if let tensor = element.asTensor, tensor.shape.isEmpty { return tensor.scalar() }
      throw call.error(
        .type, "a figure needs numbers, and one of these is a \(element.typeName)",
        argument: argument)
    }
  default:
    throw call.error(
      .type, "a figure needs a tensor or a tuple of numbers, not a \(value.typeName)",
      argument: argument)
  }
}
