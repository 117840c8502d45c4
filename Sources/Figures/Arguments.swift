import Diagnostics
import Interpreter
import Tensor

// How the arguments of figures are read: numbers, names, series.

func isGiven(_ value: Value) -> Bool {
  if case .nothing = value { return false }
  return true
}

/// The series of a record, or of a tuple of pairs of a name and values.
func namedValues(_ value: Value) -> [(name: String, value: Value)]? {
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

/// The numbers of a 0-d tensor or a number.
func oneNumber(_ value: Value) -> Double? {
  if let number = value.asNumber { return number }
  if let tensor = value.asTensor, tensor.shape.isEmpty { return tensor.scalar() }
  return nil
}

/// What a tensor is in an error: `f32[2, 3]`.
func kind(_ tensor: Tensor) -> String { "\(tensor.dtype.name)\(tensor.shape)" }

extension Call {
  /// All numbers of a tensor, range or tuple.
  func numbers(_ argument: Int, _ value: Value) throws -> [Double] {
    switch value {
    case .tensor(let tensor), .buffer(let tensor): return tensor.elements()
    case .range(let range): return (0..<range.count).map { range[$0] }
    case .tuple(let tuple):
      return try tuple.elements.map { element in
        if let number = oneNumber(element) { return number }
        throw error(
          .type, "a figure needs numbers, and one of these is a \(element.typeName)",
          argument: argument)
      }
    default:
      throw error(
        .type, "a figure needs a tensor or a tuple of numbers, not a \(value.typeName)",
        argument: argument)
    }
  }

  /// Numbers along one axis.
  func points(_ name: String, _ argument: Int, _ value: Value) throws -> [Double] {
    if let tensor = value.asTensor, tensor.shape.count != 1 {
      throw error(
        .shape,
        "`\(name)` needs points along one axis, and this is \(kind(tensor))",
        argument: argument, hint: "take a row, x[0], or name the rows: \(name)({a: x[0], b: x[1]})")
    }
    return try numbers(argument, value)
  }

  /// A series: y values over `x`, or a pair of x and y, or the two columns of a matrix.
  func series(
    _ name: String, _ argument: Int, _ seriesName: String, _ value: Value, x: [Double]
  ) throws -> Figure.Series {
    var series = Figure.Series(name: seriesName, x: x, y: [])
    if let pair = value.asElements, pair.count == 2, pair.allSatisfy({ oneNumber($0) == nil }) {
      series.x = try points(name, argument, pair[0])
      series.y = try points(name, argument, pair[1])
    } else if let matrix = value.asTensor, matrix.shape.count == 2, matrix.shape[1] == 2 {
      let all = matrix.elements()
      series.x = stride(from: 0, to: all.count, by: 2).map { all[$0] }
      series.y = stride(from: 1, to: all.count, by: 2).map { all[$0] }
      return series
    } else {
      series.y = try points(name, argument, value)
    }
    if !series.x.isEmpty || !x.isEmpty, series.x.count != series.y.count {
      let label = seriesName.isEmpty ? "y" : "`\(seriesName)`"
      throw error(
        .shape,
        "`\(name)` needs as many x as y, but x has \(series.x.count) and \(label) "
          + "\(series.y.count)")
    }
    return series
  }

  /// Names: strings, numbers or integers; nil for `nothing`.
  func texts(_ argument: Int) throws -> [String] {
    guard isGiven(self[argument]) else { return [] }
    let values: [Value]
    switch self[argument] {
    case .tensor(let tensor) where tensor.shape.count == 1:
      values = try elements(argument)
    case .tensor(let tensor):
      throw error(
        .shape, "these names need one axis, and this is \(kind(tensor))", argument: argument)
    default: values = try elements(argument)
    }
    return values.map { display($0) }
  }

  /// Names, as many as there must be.
  func texts(_ argument: Int, count: Int, of what: String) throws -> [String] {
    let texts = try texts(argument)
    guard texts.isEmpty || texts.count == count else {
      throw error(
        .shape, "there are \(texts.count) names for \(plural(count, what))", argument: argument)
    }
    return texts
  }

  /// A pair of limits, the lower first; nil for `nothing`.
  func limits(_ argument: Int, isLogarithmic: Bool) throws -> ClosedRange<Double>? {
    guard isGiven(self[argument]) else { return nil }
    let pair = try numbers(argument, self[argument])
    guard pair.count == 2, pair[0] < pair[1], pair.allSatisfy(\.isFinite) else {
      throw error(
        .value, "the limits of an axis are two numbers, the lower first", argument: argument,
        hint: "ylim=(0, 1)")
    }
    if isLogarithmic && pair[0] <= 0 {
      throw error(
        .value, "a logarithmic axis starts above 0, not at \(display(.number(pair[0])))",
        argument: argument)
    }
    return pair[0]...pair[1]
  }

  /// The axes of a figure with labels, logarithms and limits at these arguments.
  func axes(
    labels: Int, logs: Int? = nil, limits first: Int? = nil
  ) throws -> (x: Figure.Axis, y: Figure.Axis) {
    var axes = (Figure.Axis(), Figure.Axis())
    axes.0.label = try string(labels)
    axes.1.label = try string(labels + 1)
    if let logs {
      axes.0.isLogarithmic = try flag(logs)
      axes.1.isLogarithmic = try flag(logs + 1)
    }
    if let first {
      axes.0.limits = try limits(first, isLogarithmic: axes.0.isLogarithmic)
      axes.1.limits = try limits(first + 1, isLogarithmic: axes.1.isLogarithmic)
    }
    return axes
  }

  /// Splits points into a series for each class: integers ascending, other names as they come.
  func classes(
    _ argument: Int, names: Int, of all: Figure.Series
  ) throws -> [Figure.Series] {
    guard isGiven(self[argument]) else { return [all] }
    let labels: [Value] = try elements(argument)
    guard labels.count == all.y.count else {
      throw error(
        .shape, "there are \(labels.count) labels for \(plural(all.y.count, "point"))",
        argument: argument)
    }
    let names = try texts(names)
    let whole = labels.compactMap(oneNumber)
    var groups: [(name: String, members: [Int])] = []
    if whole.count == labels.count {
      let members = Dictionary(grouping: whole.indices) { whole[$0] }
      let values = members.keys.sorted()
      guard values.allSatisfy({ $0 == $0.rounded() }), values.count <= 50 else {
        throw error(
          .value, "the labels of points are up to 50 classes: integers or names",
          argument: argument, hint: "i32(floor(x)) makes classes of numbers")
      }
      for value in values {
        let i = Int(value)
        groups.append((names.indices.contains(i) ? names[i] : "\(i)", members[value]!))
      }
    } else {
      for (i, label) in labels.enumerated() {
        let name = display(label)
        if let known = groups.firstIndex(where: { $0.name == name }) {
          groups[known].members.append(i)
        } else {
          groups.append((name, [i]))
        }
      }
    }
    return groups.map { group in
      Figure.Series(
        name: group.name, x: group.members.map { all.x[$0] }, y: group.members.map { all.y[$0] })
    }
  }

  /// A matrix of a size that can be drawn.
  func matrix(_ argument: Int, _ name: String) throws -> Tensor {
    let matrix = try tensor(argument)
    guard matrix.shape.count == 2 else {
      throw error(
        .shape, "`\(name)` needs a matrix, and this is \(kind(matrix))", argument: argument,
        hint: matrix.shape.count == 1 ? "reshape(x, (1, -1))" : nil)
    }
    guard matrix.shape.allSatisfy({ (1...1000).contains($0) }) else {
      throw error(
        .shape, "`\(name)` draws from 1 to 1000 rows and columns, and this is \(kind(matrix))",
        argument: argument, hint: matrix.shape.elementCount == 0 ? nil : "x[::10, ::10]")
    }
    return matrix.detached
  }

  /// The positions of rows or columns of a field.
  func positions(
    _ argument: Int, _ name: String, count: Int, of what: String
  ) throws -> [Double] {
    let values = try points(name, argument, self[argument])
    guard values.count == count else {
      throw error(
        .shape, "there are \(values.count) positions for \(plural(count, what))", argument: argument
      )
    }
    guard zip(values, values.dropFirst()).allSatisfy({ $0 < $1 }), values.allSatisfy(\.isFinite)
    else {
      throw error(
        .value, "the positions of a `\(name)` ascend", argument: argument,
        hint: "linspace(-1, 1, \(count))")
    }
    return values
  }

  /// Refuses figures whose logarithmic axis has no point to show.
  func checked(_ figure: Figure, _ series: [Figure.Series]) throws -> Figure {
    guard figure.xAxis.isLogarithmic || figure.yAxis.isLogarithmic else { return figure }
    let hasFinite = series.contains { one in
      one.y.indices.contains { one.y[$0].isFinite && (one.x.isEmpty || one.x[$0].isFinite) }
    }
    if hasFinite, series.allSatisfy({ figure.places($0).isEmpty }) {
      throw error(
        .value, "a logarithmic axis shows numbers above 0, and there is none here",
        hint: figure.yAxis.isLogarithmic ? "logy=false" : "logx=false")
    }
    return figure
  }
}
