import Diagnostics
import Interpreter
import Tensor

/// Values or classes on a grid of two numeric axes, and what is drawn over it.
struct Field: FigureKind {
  /// One row for each y, one column for each x.
  var values: Tensor
  /// Positions of the columns, ascending.
  var x: [Double]
  /// Positions of the rows, ascending.
  var y: [Double]
  /// True when the values are classes, and not on a scale.
  var isClasses: Bool
  /// Points over it, or the path, a class or group a series.
  var overlay: [Figure.Series]

  var name: String { isClasses ? "regions" : "surface" }

  func extent(in figure: Figure) -> String {
    let over = overlay.reduce(0) { $0 + $1.y.count }
    return "\(values.shape[0]) × \(values.shape[1]) cells"
      + (over == 0 ? "" : ", \(plural(over, "point"))")
  }

  func digest(into writer: inout DigestWriter) {
    writer.tensor(values)
    writer.numbers(x)
    writer.numbers(y)
    writer.series(overlay)
  }

  var stretches: Bool { true }

  func height(of figure: Figure, width: Double) -> Double { (width * 0.78).rounded() }

  func draw(_ figure: Figure, in rect: Rect, with painter: inout Painter) {
    painter.drawField(figure, self, in: rect)
  }

  func lines(
    of figure: Figure, width: Int, height: Int, with painter: TextPainter
  ) -> [TextLine] {
    painter.fieldLines(figure, self, width, height)
  }

  var noun: String { isClasses ? "map of class regions" : "surface" }

  func summary(in figure: Figure) -> String {
    let all = values.elements()
    let size =
      "\(plural(y.count, "row")) by \(plural(x.count, "column"))"
      + ", x \(span(x) ?? "") and y \(span(y) ?? "")"
    let parts = isClasses ? regionParts(all) : surfaceParts(all, figure)
    return size + ". " + listed(parts, separator: "; ")
  }

  /// The share of each class, and how many points each group over them has.
  private func regionParts(_ all: [Double]) -> [String] {
    let cells = Dictionary(grouping: all) { Int($0) }
    let shares = cells.keys.sorted().map { name in
      let share = 100 * Double(cells[name]!.count) / Double(all.count)
      return "\(Int(share.rounded()))% class \(name)"
    }
    let text = "The shares are \(listed(shares))"
    if let groups = groups(overlay) { return [text, "the groups of points are \(groups)"] }
    let count = overlay.reduce(0) { $0 + $1.y.count }
    return count == 0 ? [text] : [text, "\(plural(count, "point")) drawn over them"]
  }

  /// The range of the values and the ends of each path.
  private func surfaceParts(_ all: [Double], _ figure: Figure) -> [String] {
    let range = span(all).map { "The values are \($0)" } ?? "No value is finite"
    return [range]
      + overlay.indices.map { i in
        let points = figure.places(overlay[i])
        let name = called(overlay, i, alone: "the path")
        guard let first = points.first, let last = points.last else { return "\(name) is empty" }
        let ends = [first, last].map { "(\(briefly($0.x)), \(briefly($0.y)))" }
        return "\(name) goes from \(ends[0]) to \(ends[1]) in \(plural(points.count, "point"))"
      }
  }

  static let builtins: [Builtin] = [
    Builtin(
      """
      surface(values, x, y, path=nothing, title="", xlabel="", ylabel="")
      """,
      effect: .inspects,
      doc: """
        Values over the plane as colours: `values` has a row for each of `y` and a column for each \
        of `x`, which ascend in equal steps. `path`, a matrix of two columns or a pair `(x, y)`, \
        is drawn over it as a line, or a record of several.
        """,
      example: """
        surface([[0, 1], [1, 2]], [0, 1], [0, 1], path=([0, 1], [1, 0]))
        # surface: 2 × 2 cells, 2 points, digest f51161d2e47047d7
        """
    ) { call in Value(try surface(call)) },
    Builtin(
      """
      regions(classes, x, y, points=nothing, labels=nothing, names=(), title="", xlabel="", \
      ylabel="")
      """,
      effect: .inspects,
      doc: """
        Classes over the plane as colours: `classes` has an integer for each of `y`, in rows, and \
        each of `x`, in columns, which ascend in equal steps. `points` are drawn over it in the \
        colours of their `labels`. `decision_boundary` is made of it.
        """,
      example: """
        regions(i32([[0, 1], [1, 1]]), [0, 1], [0, 1], points=[[0, 0]], labels=i32([0]))
        # regions: 2 × 2 cells, 1 point, digest 2af44abcbb92e73e
        """
    ) { call in Value(try regions(call)) },
  ]
}

// MARK: Reading arguments

private func surface(_ call: Call) throws -> Figure {
  let values = try call.matrix(0, "surface")
  let axes = try call.axes(labels: 5)
  var paths: [Figure.Series] = []
  if isGiven(call[3]) {
    paths = try (namedValues(call[3]) ?? [("", call[3])]).map { name, value in
      try call.series("surface", 3, name, value, x: [])
    }
  }
  for path in paths where path.x.count != path.y.count {
    throw call.error(
      .shape, "a path needs an x and a y for each point", argument: 3,
      hint: "path=(xs, ys), or path=points with f32[n, 2]")
  }
  let field = Field(
    values: values,
    x: try call.positions(1, "surface", count: values.shape[1], of: "column"),
    y: try call.positions(2, "surface", count: values.shape[0], of: "row"),
    isClasses: false, overlay: paths)
  return Figure(
    title: try call.string(4), xAxis: axes.x, yAxis: axes.y, content: field)
}

private func regions(_ call: Call) throws -> Figure {
  let values = try call.matrix(0, "regions")
  let classes = values.elements()
  guard classes.allSatisfy({ $0 == $0.rounded() && (0..<50).contains($0) }) else {
    throw call.error(
      .value, "the classes of `regions` are integers from 0 to 49", argument: 0,
      hint: "argmax(logits, axis=-1)")
  }
  let axes = try call.axes(labels: 7)
  var points: [Figure.Series] = []
  if isGiven(call[3]) {
    let all = try call.series("regions", 3, "", call[3], x: [])
    guard all.x.count == all.y.count else {
      throw call.error(
        .shape, "the points of `regions` need an x and a y each", argument: 3,
        hint: "points=x with f32[n, 2]")
    }
    points = try call.classes(4, names: 5, of: all)
  }
  let field = Field(
    values: values,
    x: try call.positions(1, "regions", count: values.shape[1], of: "column"),
    y: try call.positions(2, "regions", count: values.shape[0], of: "row"),
    isClasses: true, overlay: points)
  return Figure(
    title: try call.string(6), xAxis: axes.x, yAxis: axes.y, content: field)
}

// MARK: SVG

extension Painter {
  fileprivate mutating func drawField(_ figure: Figure, _ field: Field, in rect: Rect) {
    let values = field.values.elements()
    let colors = field.isClasses ? nil : ColorScale(values)
    let (x, y) = (edges(field.x), edges(field.y))
    let overlay = field.overlay
    var legend: [LegendEntry] = []
    for (i, one) in overlay.enumerated() {
      let look = overlayStyle(field, i)
      legend.append(
        LegendEntry(
          name: one.name, color: look.color, mark: field.isClasses ? .dot : .line(dash: look.dash)))
    }
    let area = draw(
      Frame(
        title: figure.title, legend: legend, x: .scale(x), y: .scale(y),
        xLabel: figure.xAxis.label, yLabel: figure.yAxis.label, colors: colors, hasGridX: false,
        hasGridY: false),
      in: rect)
    if let colors {
      drawSurface(values, field, colors, in: area)
    } else {
      drawRegions(values, field, in: area)
    }
    // Points outside the plane are not drawn over the axes.
    let view = [area.x, area.y, area.width, area.height].map(number).joined(separator: " ")
    svg.begin("svg", place(area) + " viewBox=\"\(view)\" overflow=\"hidden\"")
    for (i, one) in overlay.enumerated() {
      let points = figure.places(one)
      let look = overlayStyle(field, i)
      let place: ((x: Double, y: Double)) -> (Double, Double) = {
        (area.x + x.position($0.x) * area.width, area.bottom - y.position($0.y) * area.height)
      }
      if field.isClasses {
        drawRinged(points.map { place(($0.x, $0.y)) }, color: look.color)
      } else {
        drawPath(points, look: look, place: place)
      }
    }
    svg.end()
  }

  /// Classes have the colors of their numbers; paths start with those seen best on a surface.
  private func overlayStyle(_ field: Field, _ i: Int) -> (color: Color, dash: String) {
    if field.isClasses { return style(of: i) }
    let order = [Color(0xE8590C), Color(0xFFFFFF), Color(0xF06595), Color(0x22B8CF)]
    return (order[i % order.count], style(of: i / order.count * seriesColors.count).dash)
  }

  /// An axis over the cells round these positions.
  private func edges(_ positions: [Double]) -> Scale {
    guard positions.count > 1 else { return Scale(positions[0], positions[0]) }
    let half = (positions[1] - positions[0]) / 2
    return Scale(positions[0] - half, positions[positions.count - 1] + half)
  }

  private mutating func drawSurface(
    _ values: [Double], _ field: Field, _ colors: ColorScale, in area: Rect
  ) {
    let (rows, columns) = (field.y.count, field.x.count)
    let pixels = (0..<rows).reversed().flatMap { row in
      values[row * columns..<(row + 1) * columns].map(colors.color)
    }
    svg.picture(PNG(pixels, width: columns, height: rows), area, isSmooth: true)
    guard rows > 2, columns > 2, values.allSatisfy(\.isFinite) else { return }
    let contours = Contours(values, rows: rows, columns: columns)
    for mark in ticks(colors.scale, count: 9) where !mark.label.isEmpty {
      let level = colors.scale.number(at: mark.position)
      var path = ""
      for (a, b) in contours.segments(at: level) {
        for (letter, point) in [("M", a), ("L", b)] {
          path +=
            letter + number(area.x + (point.x + 0.5) / Double(columns) * area.width) + " "
            + number(area.bottom - (point.y + 0.5) / Double(rows) * area.height)
        }
      }
      guard !path.isEmpty else { continue }
      svg.element(
        "path", "d=\"\(path)\" fill=\"none\" stroke=\"#ffffff\" stroke-opacity=\"0.45\"")
    }
  }

  /// Stretches of one class in a row, as one path a class.
  private mutating func drawRegions(_ values: [Double], _ field: Field, in area: Rect) {
    let (rows, columns) = (field.y.count, field.x.count)
    var paths: [Int: String] = [:]
    let (width, height) = (area.width / Double(columns), area.height / Double(rows))
    for row in 0..<rows {
      let y = area.bottom - Double(row + 1) * height
      var start = 0
      for column in 0..<columns {
        let own = values[row * columns + start]
        guard column + 1 == columns || values[row * columns + column + 1] != own else { continue }
        let left = area.x + Double(start) * width
        let right = area.x + Double(column + 1) * width
        paths[Int(own), default: ""] +=
          "M\(number(left)) \(number(y))H\(number(right))V\(number(y + height))H\(number(left))Z"
        start = column + 1
      }
    }
    svg.begin("g", "fill-opacity=\"0.28\" shape-rendering=\"crispEdges\"")
    for name in paths.keys.sorted() {
      svg.element("path", "d=\"\(paths[name]!)\" fill=\"\(style(of: name).color.hex)\"")
    }
    svg.end()
  }

  /// Points with a rim that sets them off their region.
  private mutating func drawRinged(_ points: [(Double, Double)], color: Color) {
    let placed = points.map { (x: bounded($0.0), y: bounded($0.1)) }
    let radius = points.count <= 400 ? 3.4 : 2.2
    svg.begin("g", "fill=\"\(color.hex)\" stroke=\"#ffffff\" stroke-width=\"0.8\"")
    for point in Decimation.cloud(placed, step: 2) {
      svg.element(
        "circle", "cx=\"\(number(point.x))\" cy=\"\(number(point.y))\" r=\"\(number(radius))\"")
    }
    svg.end()
  }

  /// A path with its steps, its start an open ring and its end a full one.
  private mutating func drawPath(
    _ points: [(index: Int, x: Double, y: Double)], look: (color: Color, dash: String),
    place: ((x: Double, y: Double)) -> (Double, Double)
  ) {
    drawLine(points, look: look, count: points.count <= 60 ? 0 : points.count, place: place)
    guard let first = points.first, let last = points.last else { return }
    for (point, isEnd) in [(first, false), (last, true)] {
      let at = place((point.x, point.y))
      svg.element(
        "circle",
        "cx=\"\(number(bounded(at.0)))\" cy=\"\(number(bounded(at.1)))\" r=\"4.5\" "
          + "fill=\"\(isEnd ? look.color.hex : "none")\" stroke=\"\(isEnd ? "#ffffff" : look.color.hex)\" "
          + "stroke-width=\"1.5\"")
    }
  }
}

// MARK: Characters

extension TextPainter {
  fileprivate func fieldLines(
    _ figure: Figure, _ field: Field, _ width: Int, _ height: Int
  ) -> [TextLine] {
    let names = field.overlay.map(\.name)
    let header =
      height < 6
      ? []
      : header(
        figure, names, mark: { isPainted ? "●" : glyph($0) }, width: width,
        lines: height >= 15 ? 3 : 1)
    let rows = max(height - header.count - (field.isClasses ? 2 : 3), 2)
    let step = { (x: [Double]) in x.count > 1 ? (x[1] - x[0]) / 2 : 0.5 }
    let x = Scale(field.x[0] - step(field.x), field.x[field.x.count - 1] + step(field.x))
    let y = Scale(field.y[0] - step(field.y), field.y[field.y.count - 1] + step(field.y))
    let marks = leftMarks(y, rows: rows)
    let columns = min(width - marks.width - 2, rows * 5)
    var canvas = TextCanvas(columns: columns, rows: rows)
    let values = field.values.elements()
    let colors = ColorScale(values)
    for row in 0..<rows {
      let at = field.y.count - 1 - (2 * row + 1) * field.y.count / (2 * rows)
      for column in 0..<columns {
        let value = values[at * field.x.count + (2 * column + 1) * field.x.count / (2 * columns)]
        fill(value, field, colors, column, row, on: &canvas)
      }
    }
    for (i, one) in field.overlay.enumerated() {
      overlay(figure.places(one), i, isPath: !field.isClasses, x, y, on: &canvas)
    }
    let body = framed(
      canvas, gutter: marks.width, left: marks.labels, below: belowMarks(x, columns: columns))
    return header + body + (field.isClasses ? [] : [scaleLine(colors, gutter: marks.width)])
  }

  private func fill(
    _ value: Double, _ field: Field, _ colors: ColorScale, _ column: Int, _ row: Int,
    on canvas: inout TextCanvas
  ) {
    if field.isClasses, isPainted {
      let own = seriesColors[Int(value) % seriesColors.count]
      canvas.paint(own.mixed(with: Color(0xFFFFFF), 0.72), column, row)
    } else if field.isClasses {
      canvas.put(shades[Int(value) % 5], column, row)
    } else if isPainted {
      canvas.paint(colors.color(value), column, row)
    } else {
      canvas.put(shade(colors.scale.position(value)), column, row)
    }
  }

  private func overlay(
    _ points: [(index: Int, x: Double, y: Double)], _ number: Int, isPath: Bool, _ x: Scale,
    _ y: Scale, on canvas: inout TextCanvas
  ) {
    var last: (x: Int, y: Int)?
    let ink = ink(number)?.mixed(with: Color(0), isPath ? 0 : 0.3)
    for point in points {
      let at = (
        x: dotColumn(x.position(point.x), canvas.columns) / 2,
        y: dotRow(y.position(point.y), canvas.rows) / 4
      )
      guard abs(at.x) < 10_000, abs(at.y) < 10_000 else {
        last = nil
        continue
      }
      if isPath, let last {
        TextCanvas.steps(from: last, to: at) { canvas.put("·", $0, $1, ink: Color(0xFFFFFF)) }
      }
      last = at
    }
    for point in points {
      let at = (
        x: dotColumn(x.position(point.x), canvas.columns) / 2,
        y: dotRow(y.position(point.y), canvas.rows) / 4
      )
      let mark: Character = isPainted ? "●" : glyph(number)
      canvas.put(mark, at.x, at.y, ink: isPath && isPainted ? Color(0xFF8700) : ink)
    }
  }
}
