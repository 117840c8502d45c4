import Diagnostics
import Interpreter

/// A bar for each name, of each series.
struct Bar: FigureKind {
  var names: [String]
  var series: [Figure.Series]

  var name: String { "bar" }

  func extent(in figure: Figure) -> String {
    "\(series.count) series × \(plural(names.count, "bar"))"
  }

  func digest(into writer: inout DigestWriter) {
    writer.texts(names)
    writer.series(series)
  }

  func height(of figure: Figure, width: Double) -> Double {
    BarLayout(names, series, width: width).height(of: figure)
  }

  func draw(_ figure: Figure, in rect: Rect, with painter: inout Painter) {
    painter.drawBars(figure, names, series, in: rect)
  }

  func lines(
    of figure: Figure, width: Int, height: Int, with painter: TextPainter
  ) -> [TextLine] {
    painter.barLines(figure, names, series, width, height)
  }

  var noun: String { "bar chart" }

  func summary(in figure: Figure) -> String {
    let amount = series.count == 1 ? "" : "\(series.count) series of "
    let names = names.map(oneLine)
    let parts = series.indices.map { i in
      let texts = briefly(series[i].y)
      let start =
        series.count == 1 && series[i].name.isEmpty ? "" : called(series, i, alone: "") + ": "
      guard names.count > 6 else {
        return start + zip(names, texts).map { "\($0) is \($1)" }.joined(separator: ", ")
      }
      let bar = { (j: Int) in "\(names[j]) (\(texts[j]))" }
      let ends =
        (start.isEmpty ? "From " : start + "from ") + "\(bar(0)) to \(bar(names.count - 1))"
      guard let (least, largest) = extremes(series[i].y) else { return ends }
      return ends + ", the lowest is \(bar(least)) and the highest \(bar(largest))"
    }
    return amount + plural(names.count, "bar")
      + (names.isEmpty || parts.isEmpty ? "" : ". " + listed(parts, separator: "; "))
  }

  static let builtins: [Builtin] = [
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
    ) { call in Value(try bar(call)) }
  ]
}

// MARK: Reading arguments

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
    content: Bar(names: names, series: series))
}

// MARK: SVG

/// Bars stand where their names fit below them, and lie where they do not.
private struct BarLayout {
  let isLying: Bool
  private let names: [String]
  private let series: [Figure.Series]
  private let width: Double

  init(_ names: [String], _ series: [Figure.Series], width: Double) {
    (self.names, self.series, self.width) = (names, series, width)
    let slot = (width - 80) / Double(max(names.count, 1))
    let widest = names.map { textWidth($0, size: Frame.tickSize) }.max() ?? 0
    isLying = widest > slot - 8
  }

  func height(of figure: Figure) -> Double {
    guard isLying else { return min(max(width * 0.7, 200), 340).rounded() }
    let bars = Double(names.count * series.count) * (series.count > 1 ? 13 : 20)
    let extras =
      (figure.title.isEmpty ? 8.0 : 32) + (series.count > 1 ? 23 : 0) + 44
      + Double(names.count) * (series.count > 1 ? 10 : 4)
    return min(max(bars + extras, 120), 2000)
  }
}

extension Painter {
  fileprivate mutating func drawBars(
    _ figure: Figure, _ names: [String], _ series: [Figure.Series], in rect: Rect
  ) {
    let layout = BarLayout(names, series, width: rect.width)
    let hasNumbers = series.count == 1 && names.count <= 30
    let scale = barScale(series, room: hasNumbers ? (layout.isLying ? 0.1 : 0.08) : 0.04)
    let legend = series.enumerated().map { i, one in
      LegendEntry(name: one.name, color: style(of: i).color, mark: .square)
    }
    var frame = Frame(
      title: figure.title, legend: legend, x: .names(names), y: .scale(scale),
      xLabel: figure.xAxis.label, yLabel: figure.yAxis.label, hasGridX: false)
    if layout.isLying {
      (frame.x, frame.y) = (frame.y, frame.x)
      (frame.xLabel, frame.yLabel) = (frame.yLabel, frame.xLabel)
      (frame.hasGridX, frame.hasGridY) = (true, false)
    }
    let area = draw(frame, in: rect)
    if names.isEmpty { drawNothing(in: area) }
    let length = layout.isLying ? area.height : area.width
    let slot = length / Double(max(names.count, 1))
    let thickness = min(slot * 0.76 / Double(max(series.count, 1)), 64)
    for (i, one) in series.enumerated() {
      let color = style(of: i).color
      svg.begin("g", "fill=\"\(color.hex)\" fill-opacity=\"0.95\"")
      for (j, value) in one.y.enumerated() where value.isFinite {
        let middle = (Double(j) + 0.5) * slot
        let start = middle + thickness * (Double(i) - Double(series.count) / 2)
        let bar = barRect(
          value, start, thickness - (series.count > 1 ? 1 : 0), scale, area, layout.isLying)
        svg.fill(bar, "rx=\"1.5\"")
      }
      svg.end()
      if hasNumbers { drawBarNumbers(one.y, slot, scale, area, isLying: layout.isLying) }
    }
    drawZero(scale, area, isLying: layout.isLying)
  }

  private func barScale(_ series: [Figure.Series], room: Double) -> Scale {
    let all = series.flatMap(\.y).filter(\.isFinite)
    let (low, high) = (min(all.min() ?? 0, 0), max(all.max() ?? 0, 0))
    if low == 0 && high == 0 { return Scale(0, 1) }
    let whole = Scale(low, high)
    return Scale(
      low < 0 ? whole.number(at: -room) : 0, high > 0 ? whole.number(at: 1 + room) : 0)
  }

  private func barRect(
    _ value: Double, _ start: Double, _ thickness: Double, _ scale: Scale, _ area: Rect,
    _ isLying: Bool
  ) -> Rect {
    let (a, b) = (scale.position(min(value, 0)), scale.position(max(value, 0)))
    return isLying
      ? Rect(
        x: area.x + a * area.width, y: area.y + start, width: (b - a) * area.width,
        height: thickness)
      : Rect(
        x: area.x + start, y: area.bottom - b * area.height, width: thickness,
        height: (b - a) * area.height)
  }

  private mutating func drawBarNumbers(
    _ values: [Double], _ slot: Double, _ scale: Scale, _ area: Rect, isLying: Bool
  ) {
    svg.begin("g", "font-size=\"11\"")
    for (j, (value, text)) in zip(values, briefly(values)).enumerated() {
      let middle = (Double(j) + 0.5) * slot
      let end = scale.position(value.isFinite ? value : 0)
      let isBelow = value < 0
      if isLying {
        svg.label(
          text, x: area.x + end * area.width + (isBelow ? -5 : 5), y: area.y + middle + 4,
          anchor: isBelow ? .end : .start)
      } else {
        let y = area.bottom - end * area.height
        svg.label(
          text, x: area.x + middle, y: y + (isBelow ? 13 : -5), anchor: .middle)
      }
    }
    svg.end()
  }

  /// The line that bars start from.
  private mutating func drawZero(_ scale: Scale, _ area: Rect, isLying: Bool) {
    let zero = scale.position(0)
    let ink = "stroke=\"currentColor\" stroke-opacity=\"0.7\""
    if isLying {
      let x = area.x + zero * area.width
      svg.stroke(x, area.y, x, area.bottom, ink)
    } else {
      let y = area.bottom - zero * area.height
      svg.stroke(area.x, y, area.right, y, ink)
    }
  }
}

// MARK: Characters

extension TextPainter {
  fileprivate func barLines(
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
