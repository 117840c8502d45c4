import Interpreter

// Matrices as colours, fields over the plane, pictures.

extension Painter {
  /// Cells of a matrix get their number where there are not too many.
  private static let mostNumbers = 400

  func heatmapHeight(of figure: Figure, _ matrix: Figure.Matrix, width: Double) -> Double {
    let (rows, columns) = (matrix.values.shape[0], matrix.values.shape[1])
    let across = (width - 160) / Double(columns)
    let cell = min(max(across, 6), 34, max(420 / Double(rows), 4))
    let extras = (figure.title.isEmpty ? 8.0 : 32) + 46 + (figure.xAxis.label.isEmpty ? 0 : 18)
    return (max(cell * Double(rows), 60) + extras).rounded()
  }

  mutating func drawHeatmap(_ figure: Figure, _ matrix: Figure.Matrix, in rect: Rect) {
    let (rows, columns) = (matrix.values.shape[0], matrix.values.shape[1])
    let values = matrix.values.elements()
    let colors = ColorScale(values)
    let area = draw(
      Frame(
        title: figure.title,
        x: .names(matrix.columns.isEmpty ? (0..<columns).map(String.init) : matrix.columns),
        y: .names(matrix.rows.isEmpty ? (0..<rows).map(String.init) : matrix.rows),
        xLabel: figure.xAxis.label, yLabel: figure.yAxis.label, colors: colors, hasGridX: false,
        hasGridY: false),
      in: rect)
    svg.picture(
      PNG(values.map(colors.color), width: columns, height: rows), area, isSmooth: false)
    guard values.count <= Painter.mostNumbers else { return }
    let cell = (width: area.width / Double(columns), height: area.height / Double(rows))
    let texts = cellTexts(values, matrix.format)
    let widest = texts.map { textWidth($0, size: 1) }.max() ?? 1
    let size = min(11, (cell.width - 4) / widest, cell.height - 3)
    guard size >= 7 else { return }
    svg.begin("g", "font-size=\"\(number(size))\" text-anchor=\"middle\"")
    for (i, text) in texts.enumerated() {
      let isLight = colors.color(values[i]).lightness > 0.55
      svg.label(
        text, x: area.x + (Double(i % columns) + 0.5) * cell.width,
        y: area.y + (Double(i / columns) + 0.5) * cell.height + size * 0.36,
        "fill=\"\(isLight ? "#1b1f24" : "#ffffff")\"")
    }
    svg.end()
  }

  // MARK: Fields

  mutating func drawField(_ figure: Figure, _ field: Figure.Field, in rect: Rect) {
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

  /// Classes have the colours of their numbers; paths start with those seen best on a surface.
  private func overlayStyle(_ field: Figure.Field, _ i: Int) -> (color: Color, dash: String) {
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
    _ values: [Double], _ field: Figure.Field, _ colors: ColorScale, in area: Rect
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
  private mutating func drawRegions(_ values: [Double], _ field: Figure.Field, in area: Rect) {
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

  // MARK: Pictures

  private struct ImageLayout {
    var columns: Int
    var width: Double
    var height: Double
    var titleHeight: Double
    static let gap = 8.0

    init(_ images: Figure.Images, width: Double) {
      let count = images.pixels.shape[0]
      let room = width - 8
      let natural = min(max(Double(images.width) * 2.5, 56), 120)
      let fitting = max(1, Int((room + ImageLayout.gap) / (natural + ImageLayout.gap)))
      columns = min(images.columns ?? min(fitting, 10), count)
      let share = (room - ImageLayout.gap * Double(columns - 1)) / Double(columns)
      self.width = max(min(share, images.columns == nil ? 120 : 160), 2)
      height = self.width * Double(images.height) / Double(images.width)
      titleHeight = images.titles.isEmpty ? 0 : 16
    }

    func rows(_ count: Int) -> Int { (count + columns - 1) / columns }
  }

  func imagesHeight(of figure: Figure, _ images: Figure.Images, width: Double) -> Double {
    let layout = ImageLayout(images, width: width)
    let rows = Double(layout.rows(images.pixels.shape[0]))
    return (titleHeight(figure) + rows * (layout.height + layout.titleHeight + ImageLayout.gap) + 4)
      .rounded(.up)
  }

  mutating func drawImages(_ figure: Figure, _ images: Figure.Images, in rect: Rect) {
    drawTitle(figure.title, x: rect.x + 4, y: rect.y)
    let layout = ImageLayout(images, width: rect.width)
    let top = rect.y + titleHeight(figure)
    let bytes = ImageBytes(images)
    for i in 0..<images.pixels.shape[0] {
      let x = rect.x + 4 + Double(i % layout.columns) * (layout.width + ImageLayout.gap)
      let y =
        top + Double(i / layout.columns) * (layout.height + layout.titleHeight + ImageLayout.gap)
      if !images.titles.isEmpty {
        let title = shortened(oneLine(images.titles[i]), size: 11, to: layout.width + 4)
        svg.label(
          title, x: x + layout.width / 2, y: y + 11, anchor: .middle, "font-size=\"11\"")
      }
      let place = Rect(x: x, y: y + layout.titleHeight, width: layout.width, height: layout.height)
      let own = bytes.picture(i)
      svg.picture(
        images.isColored
          ? PNG(rgb: own, width: images.width, height: images.height)
          : PNG(grey: own, width: images.width, height: images.height), place, isSmooth: false)
    }
  }
}

/// The numbers of a matrix in its cells: by its format, or in a few digits.
func cellTexts(_ values: [Double], _ spec: String) -> [String] {
  if spec.isEmpty { return briefly(values) }
  return values.map { (try? Interpreter.format(.number($0), spec)) ?? briefly($0) }
}
