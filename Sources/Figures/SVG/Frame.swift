/// An entry of a legend.
struct LegendEntry {
  /// How its mark looks.
  enum Mark {
    case line(dash: String), dot, square
  }

  var name: String
  var color: Color
  var mark: Mark
}

/// What stands round the plotting area: title, legend, axes.
struct Frame {
  /// The marks of an axis, given how many there is room for.
  enum Marks {
    case scale(Scale)
    /// Names, each in the middle of its share of the axis.
    case names([String])
  }

  var title: String
  var legend: [LegendEntry] = []
  var x: Marks
  var y: Marks
  var xLabel: String
  var yLabel: String
  var colors: ColorScale?
  /// True where an axis counts.
  var isWholeX = false
  var isWholeY = false
  var hasGridX = true
  var hasGridY = true

  static let tickSize = 11.0
  static let legendSize = 12.0
}

extension Painter {
  mutating func drawTitle(_ title: String, x: Double, y: Double) {
    svg.label(
      oneLine(title), x: x, y: y + 19,
      "font-size=\"\(isPanel ? 13 : 15)\" font-weight=\"600\"")
  }

  /// Draws a frame in a rectangle; gives the plotting area.
  mutating func draw(_ frame: Frame, in rect: Rect) -> Rect {
    var top = rect.y + (frame.title.isEmpty ? 8 : 32)
    let rows = legendRows(frame.legend, width: rect.width - 60)
    top += Double(rows.count) * 19 + (rows.isEmpty ? 0 : 4)
    let right = rect.right - 16 - (frame.colors == nil ? 0 : 64)
    // The marks below need the width, that beside them the height.
    let guess = Rect(
      x: rect.x + 56, y: top, width: right - rect.x - 56, height: rect.bottom - top - 44)
    let yMarks = marks(
      frame.y, length: guess.height, spacing: 40, isAcross: false, isWhole: frame.isWholeY)
    let widest = min(
      (yMarks.map { textWidth($0.label, size: Frame.tickSize) }.max() ?? 0) * 1.06,
      rect.width * 0.34)
    let left = rect.x + (frame.yLabel.isEmpty ? 6 : 24) + widest + 9
    let xMarks = marks(
      frame.x, length: right - left, spacing: 74, isAcross: true, isWhole: frame.isWholeX)
    let slot = (right - left) / Double(max(xMarks.count, 1))
    var isTurned = false
    if case .names = frame.x {
      isTurned = xMarks.contains { textWidth($0.label, size: Frame.tickSize) > slot - 4 }
    }
    let deepest =
      isTurned
      ? min(xMarks.map { textWidth($0.label, size: Frame.tickSize) }.max() ?? 0, 110) * 0.64 + 14
      : 22
    let bottom = rect.bottom - deepest - (frame.xLabel.isEmpty ? 2 : 20)
    let area = Rect(
      x: left, y: top, width: max(right - left, 20), height: max(bottom - top, 20))
    drawTitle(frame.title, x: left > rect.x + 90 ? rect.x + 4 : left, y: rect.y)
    drawLegend(
      rows, x: left > rect.x + 90 ? rect.x + 4 : left, y: rect.y + (frame.title.isEmpty ? 8 : 32))
    drawAxes(frame, area, xMarks, yMarks, widest: widest, isTurned: isTurned)
    drawAxisLabels(frame, area, rect)
    if let colors = frame.colors { drawColors(colors, beside: area) }
    return area
  }

  private func marks(
    _ marks: Frame.Marks, length: Double, spacing: Double, isAcross: Bool, isWhole: Bool
  ) -> [Tick] {
    switch marks {
    case .scale(let scale):
      return ticks(scale, count: max(2, Int(length / spacing)), isWhole: isWhole)
    case .names(let names):
      let texts = names.map { shortened(oneLine($0), size: Frame.tickSize, to: 170) }
      // Numbers are left out where they would touch; other names are turned first.
      let isNumeric = names.allSatisfy { Double($0) != nil }
      let widest = texts.map { textWidth($0, size: Frame.tickSize) }.max() ?? 0
      let needed = isAcross && isNumeric ? widest + 8 : 14
      let every = max(1, Int((Double(names.count) * needed / max(length, 1)).rounded(.up)))
      return names.indices.filter { $0 % every == 0 }.map {
        Tick(position: (Double($0) + 0.5) / Double(names.count), label: texts[$0])
      }
    }
  }

  // MARK: Axes

  private mutating func drawAxes(
    _ frame: Frame, _ area: Rect, _ xMarks: [Tick], _ yMarks: [Tick], widest: Double,
    isTurned: Bool
  ) {
    let grid = "stroke=\"currentColor\" stroke-opacity=\"0.16\""
    for mark in yMarks where frame.hasGridY && !mark.label.isEmpty {
      let y = area.bottom - mark.position * area.height
      svg.stroke(area.x, y, area.right, y, grid)
    }
    for mark in xMarks where frame.hasGridX && !mark.label.isEmpty {
      let x = area.x + mark.position * area.width
      svg.stroke(x, area.y, x, area.bottom, grid)
    }
    svg.begin("g", "font-size=\"\(number(Frame.tickSize))\"")
    for mark in yMarks {
      let y = flipped(frame.y, mark.position, area)
      if mark.label.isEmpty {
        svg.stroke(area.x - 3, y, area.x, y, "stroke=\"currentColor\" stroke-opacity=\"0.5\"")
      }
      let label = shortened(mark.label, size: Frame.tickSize, to: widest + 1)
      svg.label(label, x: area.x - 7, y: y + 4, anchor: .end)
    }
    for mark in xMarks {
      let x = area.x + mark.position * area.width
      if mark.label.isEmpty {
        svg.stroke(
          x, area.bottom, x, area.bottom + 3, "stroke=\"currentColor\" stroke-opacity=\"0.5\"")
      }
      if isTurned {
        let label = shortened(mark.label, size: Frame.tickSize, to: 110)
        svg.label(
          label, x: x + 4, y: area.bottom + 12, anchor: .end,
          "transform=\"rotate(-40 \(number(x + 4)) \(number(area.bottom + 12)))\"")
      } else {
        svg.label(mark.label, x: x, y: area.bottom + 16, anchor: .middle)
      }
    }
    svg.end()
  }

  /// Names run down, numbers up.
  private func flipped(_ marks: Frame.Marks, _ position: Double, _ area: Rect) -> Double {
    if case .names = marks { return area.y + position * area.height }
    return area.bottom - position * area.height
  }

  private mutating func drawAxisLabels(_ frame: Frame, _ area: Rect, _ rect: Rect) {
    svg.label(
      oneLine(frame.xLabel), x: area.x + area.width / 2, y: rect.bottom - 6, anchor: .middle)
    let y = area.y + area.height / 2
    svg.label(
      oneLine(frame.yLabel), x: rect.x + 15, y: y, anchor: .middle,
      "transform=\"rotate(-90 \(number(rect.x + 15)) \(number(y)))\"")
  }

  // MARK: Colours

  private mutating func drawColors(_ colors: ColorScale, beside area: Rect) {
    let steps = 128
    let pixels = (0..<steps).map { i in
      colors.map.color(at: 1 - (Double(i) + 0.5) / Double(steps))
    }
    let bar = Rect(x: area.right + 14, y: area.y, width: 10, height: area.height)
    svg.picture(PNG(pixels, width: 1, height: steps), bar, isSmooth: true)
    svg.begin("g", "font-size=\"\(number(Frame.tickSize))\"")
    for mark in ticks(colors.scale, count: max(4, Int(area.height / 46))) {
      svg.label(mark.label, x: bar.right + 5, y: bar.bottom - mark.position * bar.height + 4)
    }
    svg.end()
  }

  // MARK: Legend

  private static let mostLegendRows = 3
  private static let legendMark = 26.0

  /// Entries in rows that fit the width; what goes beyond three rows is counted.
  func legendRows(_ entries: [LegendEntry], width: Double) -> [[(
    entry: LegendEntry?, text: String
  )]] {
    guard entries.contains(where: { !$0.name.isEmpty }) else { return [] }
    var rows: [[(entry: LegendEntry?, text: String)]] = [[]]
    var used = 0.0
    for (i, entry) in entries.enumerated() {
      let text = shortened(oneLine(entry.name), size: Frame.legendSize, to: width * 0.6)
      let own = legendWidth(text)
      let isLast = rows.count == Painter.mostLegendRows
      if used + own + (isLast && i < entries.count - 1 ? 80 : 0) > width, used > 0 {
        if isLast {
          rows[rows.count - 1].append((nil, "and \(entries.count - i) more"))
          return rows
        }
        rows.append([])
        used = 0
      }
      rows[rows.count - 1].append((entry, text))
      used += own
    }
    return rows
  }

  private func legendWidth(_ text: String) -> Double {
    Painter.legendMark + textWidth(text, size: Frame.legendSize) * 1.06 + 16
  }

  private mutating func drawLegend(
    _ rows: [[(entry: LegendEntry?, text: String)]], x: Double, y: Double
  ) {
    for (i, row) in rows.enumerated() {
      var left = x
      let middle = y + Double(i) * 19 + 8
      for (entry, text) in row {
        if let entry { drawMark(entry, x: left, y: middle) }
        svg.label(text, x: left + (entry == nil ? 0 : Painter.legendMark), y: middle + 4)
        left += legendWidth(text)
      }
    }
  }

  private mutating func drawMark(_ entry: LegendEntry, x: Double, y: Double) {
    let color = entry.color.hex
    switch entry.mark {
    case .line(let dash):
      // A bright path is seen on its surface, and on a white page only with a ground of its own.
      if entry.color.lightness > 0.9 {
        svg.fill(Rect(x: x - 2, y: y - 6, width: 24, height: 12), "rx=\"2\" fill=\"#57606a\"")
      }
      svg.stroke(
        x, y, x + 20, y, "stroke=\"\(color)\" stroke-width=\"2.5\"" + dash)
    case .dot:
      svg.element(
        "circle", "cx=\"\(number(x + 12))\" cy=\"\(number(y))\" r=\"4.5\" fill=\"\(color)\"")
    case .square:
      svg.fill(Rect(x: x + 6, y: y - 6, width: 12, height: 12), "rx=\"2\" fill=\"\(color)\"")
    }
  }
}

/// The colour of a series, and how its line is broken once the colours are used up.
func style(of index: Int) -> (color: Color, dash: String) {
  let dashes = ["", " stroke-dasharray=\"6 3\"", " stroke-dasharray=\"2 3\""]
  let round = index / seriesColors.count
  return (seriesColors[index % seriesColors.count], dashes[round % dashes.count])
}
