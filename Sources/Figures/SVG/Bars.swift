/// Bars stand where their names fit below them, and lie where they do not.
struct BarLayout {
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
  mutating func drawBars(
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
