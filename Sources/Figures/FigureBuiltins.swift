import Diagnostics
import Interpreter
import Tensor

/// The builtins that make figures.
public let figureBuiltins: [Builtin] = chartBuiltins + gridBuiltins

private let chartBuiltins: [Builtin] = [
  Builtin(
    """
    plot(data, y=nothing, x=nothing, title="", xlabel="", ylabel="", logx=false, logy=false, \
    xlim=nothing, ylim=nothing)
    """,
    effect: .inspects,
    doc: """
      Lines through points. `plot(y)` draws one line over 0, 1, 2, …; `plot(x, y)` gives the \
      positions; `plot({loss: a, dev: b})`, or a tuple of pairs `(name, y)`, draws one line each, \
      over `x` if it is given. Each y, and x, is a tensor of rank 1, a range or a tuple of \
      numbers; a series with positions of its own is a pair `(x, y)`. `logx` and `logy` make an \
      axis logarithmic, and points at or below 0 are left out; `xlim=(low, high)` and `ylim` show \
      a part.
      """,
    example: """
      plot([3, 1, 2], title="Three points")
      # plot "Three points": 1 series × 3 points, digest b576070a30890d66
      """
  ) { call in Value(try plot(call)) },
  Builtin(
    """
    scatter(data, y=nothing, color=nothing, names=(), title="", xlabel="", ylabel="", \
    logx=false, logy=false, xlim=nothing, ylim=nothing)
    """,
    effect: .inspects,
    doc: """
      Points. `scatter(x, y)` takes two tensors of rank 1, `scatter(points)` a matrix of two \
      columns, and `scatter({a: points, b: (x, y)})` several groups. `color=labels`, an integer or \
      a name for each point, makes a group of each class; `names` has their names for labels 0, 1, \
      2, …
      """,
    example: """
      scatter([1, 2, 3], [2, 4, 1], color=("a", "b", "a"))
      # scatter: 2 series × 1–2 points, digest f6a2ab20d09ae4e3
      """
  ) { call in Value(try scatter(call)) },
  Builtin(
    "hist(data, bins=30, title=\"\", xlabel=\"\", ylabel=\"\", logy=false)",
    effect: .inspects,
    doc: """
      A histogram of `bins` bins of equal width. `hist(values)` takes a tensor of any rank, or a \
      tuple of numbers; `hist({before: a, after: b})`, or a tuple of pairs `(name, values)`, draws \
      several over the same bins. Each bin holds its lower edge, and the last one its upper too.
      """,
    example: """
      hist([1, 1, 2, 3], bins=3)
      # hist: 1 series × 4 values in 3 bins, digest fc658be6ad63e0bd
      """
  ) { call in Value(try hist(call)) },
  Builtin(
    "bar(data, values=nothing, title=\"\", xlabel=\"\", ylabel=\"\")",
    effect: .inspects,
    doc: """
      A bar for each name, from 0 to its value. `bar({He: 0.87, Xavier: 0.86})`, or a tuple of \
      pairs `(name, value)`, or `bar(names, values)`; `bar(names, {train: a, dev: b})` puts bars \
      of several series side by side.
      """,
    example: """
      bar({zeros: 0.1, He: 0.87}, title="Accuracy")
      # bar "Accuracy": 1 series × 2 bars, digest ff861929a044389e
      """
  ) { call in Value(try bar(call)) },
]

private func plot(_ call: Call) throws -> Figure {
  let series: [Figure.Series]
  let x = isGiven(call[2]) ? try call.points("plot", 2, call[2]) : []
  if let named = namedValues(call[0]) {
    if isGiven(call[1]) {
      throw call.error(
        .argument, "`plot` takes one set of y values, and the series bring theirs", argument: 1,
        hint: "give the positions as x=…")
    }
    series = try named.map { try call.series("plot", 0, $0.name, $0.value, x: x) }
  } else if isGiven(call[1]) {
    series = [
      try call.series("plot", 1, "", call[1], x: try call.points("plot", 0, call[0]))
    ]
    if series[0].x.count != series[0].y.count {
      throw call.error(
        .shape,
        "`plot` needs as many x as y, but x has \(series[0].x.count) and y \(series[0].y.count)")
    }
  } else {
    let y = try call.points("plot", 0, call[0])
    series = [try call.series("plot", 0, "", .tuple(Tuple(y.map(Value.number))), x: x)]
  }
  let axes = try call.axes(labels: 4, logs: 6, limits: 8)
  return try checked(
    Figure(
      title: try call.string(3), xAxis: axes.x, yAxis: axes.y, content: .plot(series)), call)
}

private func scatter(_ call: Call) throws -> Figure {
  var series: [Figure.Series]
  if isGiven(call[1]) {
    let pair = Value([call[0], call[1]])
    series = [try call.series("scatter", 0, "", pair, x: [])]
  } else if let named = namedValues(call[0]) {
    series = try named.map { try call.series("scatter", 0, $0.name, $0.value, x: []) }
  } else {
    series = [try call.series("scatter", 0, "", call[0], x: [])]
  }
  for one in series where one.x.count != one.y.count {
    throw call.error(
      .shape, "`scatter` needs an x and a y for each point", argument: 0,
      hint: "scatter(x, y), or scatter(points) with f32[n, 2]")
  }
  if isGiven(call[2]) {
    guard series.count == 1 else {
      throw call.error(
        .argument, "named groups have their colours already", argument: 2,
        hint: "scatter(x, y, color=labels)")
    }
    series = try call.classes(2, names: 3, of: series[0])
  }
  let axes = try call.axes(labels: 5, logs: 7, limits: 9)
  return try checked(
    Figure(
      title: try call.string(4), xAxis: axes.x, yAxis: axes.y, content: .scatter(series)), call)
}

/// Refuses figures whose logarithmic axis has no point to show.
private func checked(_ figure: Figure, _ call: Call) throws -> Figure {
  guard figure.xAxis.isLogarithmic || figure.yAxis.isLogarithmic else { return figure }
  let series: [Figure.Series]
  switch figure.content {
  case .plot(let all), .scatter(let all): series = all
  default: return figure
  }
  let hasFinite = series.contains { one in
    one.y.indices.contains { one.y[$0].isFinite && (one.x.isEmpty || one.x[$0].isFinite) }
  }
  if hasFinite, series.allSatisfy({ figure.places($0).isEmpty }) {
    throw call.error(
      .value, "a logarithmic axis shows numbers above 0, and there is none here",
      hint: figure.yAxis.isLogarithmic ? "logy=false" : "logx=false")
  }
  return figure
}

private func hist(_ call: Call) throws -> Figure {
  let bins = try call.integer(1)
  guard (1...10_000).contains(bins) else {
    throw call.error(.value, "`hist` needs from 1 to 10,000 bins, not \(bins)", argument: 1)
  }
  let named = namedValues(call[0]) ?? [("", call[0])]
  var axes = try call.axes(labels: 3)
  axes.y.isLogarithmic = try call.flag(5)
  let series = try named.map { name, value in
    Figure.Series(name: name, x: [], y: try call.numbers(0, value))
  }
  return Figure(
    title: try call.string(2), xAxis: axes.x, yAxis: axes.y, content: .hist(series, bins: bins))
}

private func bar(_ call: Call) throws -> Figure {
  let names: [String]
  let series: [Figure.Series]
  if isGiven(call[1]) {
    names = try call.texts(0)
    series = try (namedValues(call[1]) ?? [("", call[1])]).map { name, value in
      Figure.Series(name: name, x: [], y: try call.points("bar", 1, value))
    }
    for one in series where one.y.count != names.count {
      throw call.error(
        .shape,
        "`bar` needs a value for each name, but there are \(plural(names.count, "name")) and "
          + plural(one.y.count, "value"))
    }
  } else {
    guard let named = namedValues(call[0]) else {
      throw call.error(
        .argument, "`bar` needs names and values", argument: 0,
        hint: "bar({a: 1, b: 2}), or bar((\"a\", \"b\"), [1, 2])")
    }
    names = named.map(\.name)
    let values = try named.map { name, value in
      if let number = oneNumber(value) { return number }
      throw call.error(
        .type, "`bar` needs a number for each name, and `\(name)` is a \(value.typeName)",
        argument: 0, hint: "bar(names, {a: values, b: values}) draws several series")
    }
    series = [Figure.Series(name: "", x: [], y: values)]
  }
  let axes = try call.axes(labels: 3)
  return Figure(
    title: try call.string(2), xAxis: axes.x, yAxis: axes.y,
    content: .bar(names: names, series))
}
