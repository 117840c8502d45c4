// What figures over two scales share: their axes, clipping and lines.

extension Painter {
  /// The axes of lines and points.
  func scales(
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
  mutating func clipped(
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

  /// Says that there is nothing to see.
  mutating func drawNothing(in area: Rect) {
    svg.label(
      "no data", x: area.x + area.width / 2, y: area.y + area.height / 2, anchor: .middle)
  }

  /// Far outside is far enough, and never more than a drawing can say.
  func bounded(_ x: Double) -> Double { min(max(x, -1e6), 1e6) }
}
