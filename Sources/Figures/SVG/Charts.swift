// Lines, points and histograms.

extension Painter {
  /// The axes of lines and points.
  private func scales(
    _ figure: Figure, _ places: [[(index: Int, x: Double, y: Double)]], margins: (Double, Double)
  ) -> (x: Scale, y: Scale) {
    let x = Scale(of: places.joined().lazy.map(\.x), axis: figure.xAxis, margin: margins.0)
    // Only what is seen decides how high the axis goes.
    let seen = places.joined().lazy.filter { point in
      figure.xAxis.limits?.contains(point.x) ?? true
    }
    return (x, Scale(of: seen.map(\.y), axis: figure.yAxis, margin: margins.1))
  }

  /// A nested document cuts off what goes beyond the plotting area; without limits nothing does.
  private mutating func clipped(
    _ figure: Figure, _ area: Rect, _ body: (inout Painter) -> Void
  ) {
    guard figure.xAxis.limits != nil || figure.yAxis.limits != nil else {
      body(&self)
      return
    }
    let view = [area.x, area.y, area.width, area.height].map(number).joined(separator: " ")
    svg.begin("svg", place(area) + " viewBox=\"\(view)\" overflow=\"hidden\"")
    body(&self)
    svg.end()
  }

  // MARK: Lines

  mutating func drawLines(_ figure: Figure, _ series: [Figure.Series], in rect: Rect) {
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

  /// A line through points; it breaks where one has no place, and few points get marks.
  mutating func drawLine(
    _ points: [(index: Int, x: Double, y: Double)], look: (color: Color, dash: String),
    count: Int, place: ((x: Double, y: Double)) -> (Double, Double)
  ) {
    var path = ""
    var dots: [(Double, Double)] = []
    for run in runs(points) {
      let placed = run.map { point in
        let at = place((point.x, point.y))
        return (x: bounded(at.0), y: bounded(at.1))
      }
      let kept = Decimation.line(placed, step: 0.5)
      for (i, point) in kept.enumerated() {
        path += (i == 0 ? "M" : "L") + number(point.x) + " " + number(point.y)
      }
      if placed.count == 1 || count <= 24 { dots += placed.map { ($0.x, $0.y) } }
    }
    guard !path.isEmpty else { return }
    svg.element(
      "path",
      "d=\"\(path)\" fill=\"none\" stroke=\"\(look.color.hex)\" stroke-width=\"1.8\" "
        + "stroke-linejoin=\"round\" stroke-linecap=\"round\"" + look.dash)
    for dot in dots.prefix(2000) {
      svg.element(
        "circle",
        "cx=\"\(number(dot.0))\" cy=\"\(number(dot.1))\" r=\"2.6\" fill=\"\(look.color.hex)\"")
    }
  }

  /// Stretches of points that follow each other in the series.
  private func runs(
    _ points: [(index: Int, x: Double, y: Double)]
  ) -> [ArraySlice<(index: Int, x: Double, y: Double)>] {
    var found: [ArraySlice<(index: Int, x: Double, y: Double)>] = []
    var start = 0
    for i in points.indices
    where i + 1 == points.count || points[i + 1].index != points[i].index + 1 {
      found.append(points[start...i])
      start = i + 1
    }
    return found
  }

  // MARK: Points

  mutating func drawPoints(_ figure: Figure, _ series: [Figure.Series], in rect: Rect) {
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
  mutating func drawDots(_ points: [(x: Double, y: Double)], color: Color, total: Int) {
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

  /// Says that there is nothing to see.
  mutating func drawNothing(in area: Rect) {
    svg.label(
      "no data", x: area.x + area.width / 2, y: area.y + area.height / 2, anchor: .middle)
  }

  /// Far outside is far enough, and never more than a drawing can say.
  func bounded(_ x: Double) -> Double { min(max(x, -1e6), 1e6) }

  // MARK: Histogram

  mutating func drawHistogram(
    _ figure: Figure, _ series: [Figure.Series], _ bins: Int, in rect: Rect
  ) {
    let histogram = Histogram(series, bins: bins)
    let isLogarithmic = figure.yAxis.isLogarithmic
    let most = Double(max(histogram.most, 1))
    let y =
      isLogarithmic ? Scale(0.7, max(most * 1.3, 10), isLogarithmic: true) : Scale(0, most * 1.06)
    let x = Scale(histogram.low, histogram.high)
    let legend = series.enumerated().map { i, one in
      LegendEntry(name: one.name, color: style(of: i).color, mark: .square)
    }
    let area = draw(
      Frame(
        title: figure.title, legend: legend, x: .scale(x), y: .scale(y),
        xLabel: figure.xAxis.label,
        yLabel: figure.yAxis.label.isEmpty ? "count" : figure.yAxis.label, isWholeY: true,
        hasGridX: false),
      in: rect)
    if histogram.most == 0 { drawNothing(in: area) }
    let width = area.width / Double(bins)
    for (i, counts) in histogram.counts.enumerated() {
      let heights = counts.map { count in
        count == 0 ? 0 : max(y.position(Double(count)), 0) * area.height
      }
      if series.count == 1 {
        drawSolid(heights, width: width, area, color: style(of: i).color)
      } else {
        drawSteps(heights, width: width, area, look: style(of: i))
      }
    }
  }

  private mutating func drawSolid(
    _ heights: [Double], width: Double, _ area: Rect, color: Color
  ) {
    let gap = width > 6 ? 1.0 : 0
    svg.begin("g", "fill=\"\(color.hex)\" fill-opacity=\"0.85\"")
    for (i, height) in heights.enumerated() where height > 0 {
      svg.element(
        "rect",
        place(
          Rect(
            x: area.x + Double(i) * width + gap / 2, y: area.bottom - height, width: width - gap,
            height: height)))
    }
    svg.end()
  }

  private mutating func drawSteps(
    _ heights: [Double], width: Double, _ area: Rect, look: (color: Color, dash: String)
  ) {
    var path = "M\(number(area.x)) \(number(area.bottom))"
    for (i, height) in heights.enumerated() {
      path += "V\(number(area.bottom - height))H\(number(area.x + Double(i + 1) * width))"
    }
    path += "V\(number(area.bottom))"
    svg.element(
      "path",
      "d=\"\(path)\" fill=\"\(look.color.hex)\" fill-opacity=\"0.18\" stroke=\"\(look.color.hex)\" "
        + "stroke-width=\"1.6\" stroke-linejoin=\"round\"" + look.dash)
  }
}
