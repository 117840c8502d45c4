import Diagnostics
import Interpreter

/// Counts of values in bins of equal width.
struct Histogram: FigureKind {
  var series: [Figure.Series]
  var bins: Int

  var name: String { "hist" }

  func extent(in figure: Figure) -> String {
    "\(series.count) series × \(counts(series, "value")) in \(bins) bins"
  }

  func digest(into writer: inout DigestWriter) { writer.series(series, count: bins) }

  var stretches: Bool { true }

  func height(of figure: Figure, width: Double) -> Double { (width * 0.6).rounded() }

  func draw(_ figure: Figure, in rect: Rect, with painter: inout Painter) {
    painter.drawHistogram(figure, series, bins, in: rect)
  }

  func lines(
    of figure: Figure, width: Int, height: Int, with painter: TextPainter
  ) -> [TextLine] {
    painter.histogramLines(figure, series, bins, width, height)
  }

  var noun: String { "histogram" }

  func summary(in figure: Figure) -> String {
    let counted = BinCounts(series, bins: bins)
    let scale = Scale(counted.low, counted.high)
    let parts = series.indices.map { i in
      let name = called(series, i, alone: "It")
      let values = series[i].y.filter(\.isFinite)
      guard let range = span(values) else { return "\(name) has nothing to show" }
      let counts = counted.counts[i]
      let fullest = counts.indices.reduce(0) { counts[$1] > counts[$0] ? $1 : $0 }
      let ends = briefly([
        scale.number(at: Double(fullest) / Double(bins)),
        scale.number(at: Double(fullest + 1) / Double(bins)),
      ])
      return "\(name) has \(plural(values.count, "value")), \(range), and the fullest bin, "
        + "from \(ends[0]) to \(ends[1]), holds \(counts[fullest])"
    }
    return "\(series.count) series in \(plural(bins, "bin"))"
      + (parts.isEmpty ? "" : ". " + listed(parts, separator: "; "))
  }

  static let builtins: [Builtin] = [
    Builtin(
      "hist(data, bins=30, title=\"\", xlabel=\"\", ylabel=\"\", logy=false)",
      effect: .inspects,
      doc: """
        A histogram of `bins` bins of equal width. `hist(values)` takes a tensor of any rank, or a \
        tuple of numbers; `hist({before: a, after: b})`, or a tuple of pairs `(name, values)`, \
        draws several over the same bins. Each bin holds its lower edge, and the last one its \
        upper too.
        """,
      example: """
        hist([1, 1, 2, 3], bins=3)
        # hist: 1 series × 4 values in 3 bins, digest fc658be6ad63e0bd
        """
    ) { call in Value(try hist(call)) }
  ]
}

// MARK: Reading arguments

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
    title: try call.string(2), xAxis: axes.x, yAxis: axes.y,
    content: Histogram(series: series, bins: bins))
}

/// The counts of a histogram: one list a series, over the same bins.
package struct BinCounts {
  package let low: Double
  package let high: Double
  package let counts: [[Int]]

  package init(_ series: [Figure.Series], bins: Int) {
    var range: (low: Double, high: Double)?
    for one in series {
      for x in one.y where x.isFinite {
        range = (min(range?.low ?? x, x), max(range?.high ?? x, x))
      }
    }
    let scale = Scale(range?.low ?? 0, range?.high ?? 1)
    (low, high) = (scale.low, scale.high)
    counts = series.map { one in
      var counts = [Int](repeating: 0, count: bins)
      for x in one.y where x.isFinite {
        let place = scale.position(x) * Double(bins)
        counts[min(max(Int(place), 0), bins - 1)] += 1
      }
      return counts
    }
  }

  /// The largest count of all.
  var most: Int { counts.joined().max() ?? 0 }
}

// MARK: SVG

extension Painter {
  fileprivate mutating func drawHistogram(
    _ figure: Figure, _ series: [Figure.Series], _ bins: Int, in rect: Rect
  ) {
    let histogram = BinCounts(series, bins: bins)
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

// MARK: Characters

extension TextPainter {
  fileprivate func histogramLines(
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
    let histogram = BinCounts(series, bins: bins)
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
}
