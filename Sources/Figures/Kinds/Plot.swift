import Diagnostics
import Interpreter

/// Lines through points.
struct Plot: FigureKind {
  var series: [Figure.Series]

  var name: String { "plot" }

  func extent(in figure: Figure) -> String { figure.pointCounts(series) }

  func digest(into writer: inout DigestWriter) { writer.series(series) }

  var stretches: Bool { true }

  func height(of figure: Figure, width: Double) -> Double { (width * 0.6).rounded() }

  func draw(_ figure: Figure, in rect: Rect, with painter: inout Painter) {
    painter.drawLines(figure, series, in: rect)
  }

  func lines(
    of figure: Figure, width: Int, height: Int, with painter: TextPainter
  ) -> [TextLine] {
    painter.plotLines(figure, series, width, height)
  }

  var noun: String { "line plot" }

  func summary(in figure: Figure) -> String {
    let places = series.map(figure.places)
    let amount = series.count == 1 ? "" : "\(series.count) series of "
    let across = span(places.joined().lazy.map(\.x)).map { ", x \($0)" } ?? ""
    let courses = series.indices.map { i in
      let name = called(series, i, alone: "The line")
      guard let first = places[i].first, let last = places[i].last else {
        return "\(name) has nothing to show"
      }
      let values = places[i].map(\.y)
      let texts = briefly([first.y, last.y, values.min() ?? 0, values.max() ?? 0])
      if values.count == 1 { return "\(name) is at \(texts[0])" }
      return
        "\(name) goes from \(texts[0]) to \(texts[1]) (lowest \(texts[2]), highest \(texts[3]))"
    }
    return "\(amount)\(counts(series, "point"))\(figure.leftOut(series))\(across)"
      + (courses.isEmpty ? "" : ". " + listed(courses, separator: "; "))
  }

  static let builtins: [Builtin] = [
    Builtin(
      """
      plot(data, y=nothing, x=nothing, title="", xlabel="", ylabel="", logx=false, logy=false, \
      xlim=nothing, ylim=nothing)
      """,
      effect: .inspects,
      doc: """
        Lines through points. `plot(y)` draws one line over 0, 1, 2, …; `plot(x, y)` gives the \
        positions; `plot({loss: a, dev: b})`, or a tuple of pairs `(name, y)`, draws one line \
        each, over `x` if it is given. Each y, and x, is a tensor of rank 1, a range or a tuple of \
        numbers; a series with positions of its own is a pair `(x, y)`. `logx` and `logy` make an \
        axis logarithmic, and points at or below 0 are left out; `xlim=(low, high)` and `ylim` \
        show a part.
        """,
      example: """
        plot([3, 1, 2], title="Three points")
        # plot "Three points": 1 series × 3 points, digest b576070a30890d66
        """
    ) { call in Value(try plot(call)) }
  ]
}

// MARK: Reading arguments

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
  return try call.checked(
    Figure(
      title: try call.string(3), xAxis: axes.x, yAxis: axes.y, content: Plot(series: series)),
    series)
}

// MARK: SVG

extension Painter {
  fileprivate mutating func drawLines(_ figure: Figure, _ series: [Figure.Series], in rect: Rect) {
    let places = series.map(figure.places)
    let (x, y) = scales(figure, places, margins: (0.015, 0.05))
    let legend = series.enumerated().map { i, one in
      let look = style(of: i)
      return LegendEntry(name: one.name, color: look.color, mark: .line(dash: look.dash))
    }
    let area = draw(
      Frame(
        title: figure.title, legend: legend, x: .scale(x), y: .scale(y),
        xLabel: figure.xAxis.label, yLabel: figure.yAxis.label,
        isWholeX: series.allSatisfy(\.x.isEmpty)),
      in: rect)
    if places.allSatisfy(\.isEmpty) { drawNothing(in: area) }
    clipped(figure, area) { painter in
      for (i, points) in places.enumerated() {
        painter.drawLine(points, look: style(of: i), count: series[i].y.count) { point in
          (
            area.x + x.position(point.x) * area.width,
            area.bottom - y.position(point.y) * area.height
          )
        }
      }
    }
  }
}

// MARK: Characters

extension TextPainter {
  fileprivate func plotLines(
    _ figure: Figure, _ series: [Figure.Series], _ width: Int, _ height: Int
  ) -> [TextLine] {
    let isLettered = !isColored && series.count > 1
    let header =
      height < 6
      ? []
      : header(
        figure, series.map(\.name), mark: { isLettered ? letter($0) : "━" }, width: width,
        lines: height >= 15 ? 3 : 1)
    let places = series.map(figure.places)
    var plane = plane(figure, places, width, rows: height - header.count - 2, margin: 0)
    for (i, points) in places.enumerated() {
      draw(points, on: &plane, ink: ink(i))
    }
    if isLettered {
      for (i, points) in places.enumerated() { mark(points, letter(i), i, on: &plane) }
    }
    return header + framed(plane, isWhole: series.allSatisfy(\.x.isEmpty))
  }

  private func draw(
    _ points: [(index: Int, x: Double, y: Double)], on plane: inout Plane, ink: Color?
  ) {
    var last: (index: Int, at: (x: Int, y: Int))?
    for point in points {
      let at = plane.place(self, point)
      // A line from far outside would take for ever to draw and show nothing.
      let isNear = abs(at.x) < 10_000 && abs(at.y) < 10_000
      if let last, last.index + 1 == point.index, isNear {
        if last.at != at { plane.canvas.line(from: last.at, to: at, ink: ink) }
      } else if isNear {
        plane.canvas.dot(at.x, at.y, ink: ink)
      }
      last = isNear ? (point.index, at) : nil
    }
  }

  /// Puts the letter of a series on its line in a few places of its own.
  private func mark(
    _ points: [(index: Int, x: Double, y: Double)], _ letter: Character, _ number: Int,
    on plane: inout Plane
  ) {
    let columns = plane.canvas.columns
    let wanted = [1, 3, 5].map { (columns * $0 / 6 + number * 3) % columns }
    var cells: [Int: Int] = [:]
    var last: (index: Int, at: (x: Int, y: Int))?
    for point in points {
      let at = plane.place(self, point)
      if abs(at.x) < 10_000, abs(at.y) < 10_000 {
        let start = last.map { $0.index + 1 == point.index ? $0.at : at } ?? at
        TextCanvas.steps(from: start, to: at) { x, y in
          if x >= 0, y >= 0, y / 4 < plane.canvas.rows, cells[x / 2] == nil { cells[x / 2] = y / 4 }
        }
        last = (point.index, at)
      } else {
        last = nil
      }
    }
    for column in wanted {
      let nearest = cells.keys.min { (abs($0 - column), $0) < (abs($1 - column), $1) }
      if let nearest, let row = cells[nearest] { plane.canvas.put(letter, nearest, row) }
    }
  }
}
