import Diagnostics

// Lines, points, histograms and bars in characters.

extension TextPainter {
  /// A canvas for points over two scales, and what stands round it.
  private struct Plane {
    var canvas: TextCanvas
    let x: Scale
    let y: Scale
    let gutter: Int
    let left: [Int: String]

    /// The braille place of a point.
    func place(_ painter: TextPainter, _ point: (index: Int, x: Double, y: Double)) -> (
      x: Int, y: Int
    ) {
      (
        painter.dotColumn(x.position(point.x), canvas.columns),
        painter.dotRow(y.position(point.y), canvas.rows)
      )
    }
  }

  private func plane(
    _ figure: Figure, _ places: [[(index: Int, x: Double, y: Double)]], _ width: Int, rows: Int,
    margin: Double
  ) -> Plane {
    let x = Scale(of: places.joined().lazy.map(\.x), axis: figure.xAxis, margin: margin)
    let seen = places.joined().lazy.filter { figure.xAxis.limits?.contains($0.x) ?? true }
    let y = Scale(of: seen.map(\.y), axis: figure.yAxis, margin: margin)
    let rows = max(rows, 2)
    let marks = leftMarks(y, rows: rows)
    let gutter = min(marks.width, width / 3)
    return Plane(
      canvas: TextCanvas(columns: width - gutter - 2, rows: rows), x: x, y: y, gutter: gutter,
      left: marks.labels)
  }

  private func framed(_ plane: Plane, isWhole: Bool = false) -> [TextLine] {
    framed(
      plane.canvas, gutter: plane.gutter, left: plane.left,
      below: belowMarks(plane.x, columns: plane.canvas.columns, isWhole: isWhole))
  }

  // MARK: Lines

  func plotLines(
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

  // MARK: Points

  func scatterLines(
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

  // MARK: Histograms

  func histogramLines(
    _ figure: Figure, _ series: [Figure.Series], _ bins: Int, _ width: Int, _ height: Int
  ) -> [TextLine] {
    var height = height
    if !isStrict { height = max(height, series.count * 4 + 3) }
    let header =
      height < 6
      ? []
      : header(
        figure, [], mark: { _ in "█" }, width: width, lines: 1,
        yName: figure.yAxis.label.isEmpty ? "count" : nil)
    let rows = max(height - header.count - 2, 2)
    let shown = min(series.count, max(1, rows / 2))
    let gutter = 7
    // As many bins as there are columns for, each of whole columns.
    let bins = min(bins, width - gutter - 2)
    let share = (width - gutter - 2) / bins
    let histogram = Histogram(series, bins: bins)
    let strip = rows / max(shown, 1)
    var canvas = TextCanvas(columns: bins * share, rows: max(strip * shown, 1))
    var left: [Int: String] = [:]
    for i in 0..<shown {
      let levels = histogram.counts[i].map {
        level($0, most: histogram.most, rows: strip, isLogarithmic: figure.yAxis.isLogarithmic)
      }
      for (bin, level) in levels.enumerated() {
        for part in 0..<share {
          column(level, bin * share + part, bottom: (i + 1) * strip - 1, ink(i), on: &canvas)
        }
      }
      left[i * strip] = briefly(Double(histogram.most))
      write(series[i].name, row: i * strip, on: &canvas, ink: ink(i))
    }
    let scale = Scale(histogram.low, histogram.high)
    var lines =
      header
      + framed(
        canvas, gutter: gutter, left: left, below: belowMarks(scale, columns: canvas.columns))
    if shown < series.count { lines[lines.count - 1].append("   … \(series.count - shown) more") }
    return lines
  }

  /// Eighths of a row that a count takes.
  private func level(_ count: Int, most: Int, rows: Int, isLogarithmic: Bool) -> Int {
    guard count > 0, most > 0 else { return 0 }
    var share = Double(count) / Double(most)
    if isLogarithmic {
      share = (logarithm(Double(count)) + 0.3) / (logarithm(Double(most)) + 0.3)
    }
    return max(1, Int((share * Double(rows * 8)).rounded()))
  }

  private func column(
    _ level: Int, _ column: Int, bottom: Int, _ ink: Color?, on canvas: inout TextCanvas
  ) {
    let blocks = Array("▁▂▃▄▅▆▇█")
    for row in 0..<(level + 7) / 8 {
      canvas.put(blocks[min(level - row * 8, 8) - 1], column, bottom - row, ink: ink)
    }
  }

  /// Writes a name where the canvas is free: to the right, else to the left.
  private func write(_ name: String, row: Int, on canvas: inout TextCanvas, ink: Color?) {
    let text = shortened(oneLine(name), columns: canvas.columns / 2)
    let width = displayWidth(text)
    let places = [canvas.columns - width, 0]
    let start = places.first { start in
      (start..<start + width).allSatisfy { canvas.isFree($0, row) }
    }
    canvas.write(text, start ?? places[0], row, ink: ink)
  }

  // MARK: Bars

  func barLines(
    _ figure: Figure, _ names: [String], _ series: [Figure.Series], _ width: Int, _ height: Int
  ) -> [TextLine] {
    let isSeveral = series.count > 1
    let header =
      height < 6
      ? []
      : header(
        figure, series.map(\.name), mark: { isColored || !isSeveral ? "█" : letter($0) },
        width: width, lines: 1)
    let all = series.flatMap(\.y).filter(\.isFinite)
    let scale = Scale(min(all.min() ?? 0, 0), max(all.max() ?? 0, 0))
    let numbers = series.map { briefly($0.y) }
    let gutter = min(names.map { displayWidth(oneLine($0)) }.max() ?? 0, width / 3)
    let longest = numbers.joined().map(displayWidth).max() ?? 0
    let room = max(width - gutter - longest - (isSeveral && !isColored ? 5 : 3), 4)
    let zero = Int((scale.position(0) * Double(room)).rounded())
    var lines: [TextLine] = []
    for (j, name) in names.enumerated() {
      for (i, one) in series.enumerated() {
        var line = TextLine()
        let label = i == 0 ? shortened(oneLine(name), columns: gutter) : ""
        line.append(String(repeating: " ", count: gutter - displayWidth(label)) + label + " ")
        if isSeveral && !isColored { line.append(String(letter(i)) + " ") }
        line.append(bar(one.y[j], scale, room: room, zero: zero), ink: ink(i))
        line.append(" " + numbers[i][j])
        lines.append(line)
      }
    }
    let left = height - header.count
    if isStrict, lines.count > left {
      let shown = max(left - 1, 1)
      lines = lines.prefix(shown) + [TextLine("… \(lines.count - shown) more")]
    }
    return header + lines
  }

  /// A bar from zero: to the right in eighths of a column, to the left in halves.
  private func bar(_ value: Double, _ scale: Scale, room: Int, zero: Int) -> String {
    guard value.isFinite else { return String(repeating: " ", count: zero) }
    if value < 0 {
      let halves = Int((Double(zero) - scale.position(value) * Double(room)) * 2)
      let text = (halves % 2 == 1 ? "▐" : "") + String(repeating: "█", count: max(halves / 2, 0))
      return String(repeating: " ", count: max(zero - text.count, 0)) + text + "│"
    }
    let eighths = Int(
      ((scale.position(value) * Double(room) - Double(zero)) * 8).rounded())
    let parts = Array("▏▎▍▌▋▊▉")
    let whole = String(repeating: "█", count: max(eighths / 8, 0))
    let rest = eighths > 0 && eighths % 8 > 0 ? String(parts[eighths % 8 - 1]) : ""
    return String(repeating: " ", count: zero) + (zero > 0 ? "│" : "") + whole + rest
  }
}
