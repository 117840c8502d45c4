import Diagnostics
import Interpreter

/// Points, a class or group a series.
struct Scatter: FigureKind {
  var series: [Figure.Series]

  var name: String { "scatter" }

  func extent(in figure: Figure) -> String { figure.pointCounts(series) }

  func digest(into writer: inout DigestWriter) { writer.series(series) }

  var stretches: Bool { true }

  func height(of figure: Figure, width: Double) -> Double { (width * 0.6).rounded() }

  func draw(_ figure: Figure, in rect: Rect, with painter: inout Painter) {
    painter.drawPoints(figure, series, in: rect)
  }

  func lines(
    of figure: Figure, width: Int, height: Int, with painter: TextPainter
  ) -> [TextLine] {
    painter.scatterLines(figure, series, width, height)
  }

  var noun: String { "scatter plot" }

  func summary(in figure: Figure) -> String {
    let places = series.map(figure.places)
    let total = series.reduce(0) { $0 + $1.y.count }
    var text = plural(total, "point") + (series.count > 1 ? " in \(series.count) groups" : "")
    text += figure.leftOut(series)
    if let x = span(places.joined().lazy.map(\.x)), let y = span(places.joined().lazy.map(\.y)) {
      text += ", x \(x) and y \(y)"
    }
    return text + (groups(series).map { ". The groups are \($0)" } ?? "")
  }

  static let builtins: [Builtin] = [
    Builtin(
      """
      scatter(data, y=nothing, color=nothing, names=(), title="", xlabel="", ylabel="", \
      logx=false, logy=false, xlim=nothing, ylim=nothing)
      """,
      effect: .inspects,
      doc: """
        Points. `scatter(x, y)` takes two tensors of rank 1, `scatter(points)` a matrix of two \
        columns, and `scatter({a: points, b: (x, y)})` several groups. `color=labels`, an integer \
        or a name for each point, makes a group of each class; `names` has their names for labels \
        0, 1, 2, …
        """,
      example: """
        scatter([1, 2, 3], [2, 4, 1], color=("a", "b", "a"))
        # scatter: 2 series × 1–2 points, digest f6a2ab20d09ae4e3
        """
    ) { call in Value(try scatter(call)) }
  ]
}

// MARK: Reading arguments

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
  return try call.checked(
    Figure(
      title: try call.string(4), xAxis: axes.x, yAxis: axes.y, content: Scatter(series: series)),
    series)
}

// MARK: SVG

extension Painter {
  fileprivate mutating func drawPoints(_ figure: Figure, _ series: [Figure.Series], in rect: Rect) {
    let places = series.map(figure.places)
    let (x, y) = scales(figure, places, margins: (0.04, 0.06))
    let legend = series.enumerated().map { i, one in
      LegendEntry(name: one.name, color: style(of: i).color, mark: .dot)
    }
    let area = draw(
      Frame(
        title: figure.title, legend: legend, x: .scale(x), y: .scale(y),
        xLabel: figure.xAxis.label, yLabel: figure.yAxis.label),
      in: rect)
    if places.allSatisfy(\.isEmpty) { drawNothing(in: area) }
    let total = places.reduce(0) { $0 + $1.count }
    clipped(figure, area) { painter in
      for (i, points) in places.enumerated() {
        let placed = points.map { point in
          (
            x: painter.bounded(area.x + x.position(point.x) * area.width),
            y: painter.bounded(area.bottom - y.position(point.y) * area.height)
          )
        }
        painter.drawDots(placed, color: style(of: i).color, total: total)
      }
    }
  }

  /// Dots: of many points smaller and fainter, so that their density shows.
  private mutating func drawDots(_ points: [(x: Double, y: Double)], color: Color, total: Int) {
    let (radius, opacity) = total <= 200 ? (3.6, 0.85) : (2.6, 0.65)
    guard total <= 2000 else { return drawCloud(points, color: color) }
    svg.begin("g", "fill=\"\(color.hex)\" fill-opacity=\"\(number(opacity))\"")
    for point in Decimation.cloud(points, step: 2) {
      svg.element(
        "circle", "cx=\"\(number(point.x))\" cy=\"\(number(point.y))\" r=\"\(number(radius))\"")
    }
    svg.end()
  }

  /// Thousands of dots in a quarter of the text: each is a stroke of no length with round ends. A path
  /// is painted once where its own dots overlap, so there are four, and density still shows.
  private mutating func drawCloud(_ points: [(x: Double, y: Double)], color: Color) {
    let tenths = Decimation.cloud(points, step: 2).map { point in
      (x: Int((point.x * 10).rounded()), y: Int((point.y * 10).rounded()))
    }
    svg.begin(
      "g",
      "fill=\"none\" stroke=\"\(color.hex)\" stroke-opacity=\"0.5\" stroke-width=\"3.2\" "
        + "stroke-linecap=\"round\"")
    for layer in 0..<min(4, tenths.count) {
      let own = stride(from: layer, to: tenths.count, by: 4).map { tenths[$0] }
      var path = ""
      var last = (x: 0, y: 0)
      // In order, most steps are short.
      for point in own.sorted(by: { ($0.x, $0.y) < ($1.x, $1.y) }) {
        let step = [point.x - last.x, point.y - last.y].map { number(Double($0) / 10) }
        path += "m\(step[0]) \(step[1])h0"
        last = point
      }
      svg.element("path", "d=\"\(path)\"")
    }
    svg.end()
  }
}

// MARK: Characters

extension TextPainter {
  fileprivate func scatterLines(
    _ figure: Figure, _ series: [Figure.Series], _ width: Int, _ height: Int
  ) -> [TextLine] {
    let isMarked = !isColored && series.count > 1
    let header =
      height < 6
      ? []
      : header(
        figure, series.map(\.name), mark: { isMarked ? glyph($0) : "●" }, width: width,
        lines: height >= 15 ? 3 : 1)
    let places = series.map(figure.places)
    var plane = plane(figure, places, width, rows: height - header.count - 2, margin: 0.02)
    for (i, points) in places.enumerated() {
      for point in points {
        let at = plane.place(self, point)
        guard at.x >= 0, at.y >= 0 else { continue }
        if isMarked {
          plane.canvas.put(glyph(i), at.x / 2, at.y / 4)
        } else {
          plane.canvas.dot(at.x, at.y, ink: ink(i))
        }
      }
    }
    return header + framed(plane)
  }
}
