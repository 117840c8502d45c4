import Diagnostics
import Interpreter

/// Figures in rows.
struct Panels: FigureKind {
  var figures: [Figure]
  var columns: Int

  var name: String { "panels" }

  func extent(in figure: Figure) -> String {
    let kinds = figures.map(\.kind).joined(separator: ", ")
    return "\(plural(figures.count, "figure")) in \(plural(columns, "column")) (\(kinds))"
  }

  func digest(into writer: inout DigestWriter) {
    writer.count(columns)
    writer.count(figures.count)
    for figure in figures { figure.digest(into: &writer) }
  }

  var hasParts: Bool { true }

  var naturalWidth: Double { max(Figure.naturalWidth, 250 * Double(columns)) }

  func height(of figure: Figure, width: Double) -> Double {
    rowHeights(width: width).reduce(figure.titleHeight) { $0 + $1 }
  }

  func draw(_ figure: Figure, in rect: Rect, with painter: inout Painter) {
    painter.drawPanels(figure, self, in: rect)
  }

  func lines(
    of figure: Figure, width: Int, height: Int, with painter: TextPainter
  ) -> [TextLine] {
    painter.panelLines(figures, columns, width, height)
  }

  var noun: String { "panels" }

  func summary(in figure: Figure) -> String {
    "\(plural(figures.count, "figure")) in \(plural(columns, "column")). "
      + "In order: \(listed(figures.map(\.subject), separator: "; "))"
  }

  static let builtins: [Builtin] = [
    Builtin(
      "panels(figures, columns=2, title=\"\")",
      effect: .inspects,
      doc: "Several figures as one, in rows of `columns`.",
      example: """
        panels((plot([1, 2]), hist([1, 2], bins=2)), title="Both")
        # panels "Both": 2 figures in 2 columns (plot, hist), digest 00d07f4e7bd4473c
        """
    ) { call in Value(try panels(call)) }
  ]
}

// MARK: Reading arguments

private func panels(_ call: Call) throws -> Figure {
  let figures = try call.elements(0).map { value in
    if let figure = value.asOpaque(Figure.self) { return figure }
    throw call.error(
      .type, "`panels` needs a tuple of figures, and one of these is a \(value.typeName)",
      argument: 0, hint: "panels((plot(a), hist(b)))")
  }
  let columns = try call.integer(1)
  guard !figures.isEmpty, figures.count <= 100, (1...10).contains(columns) else {
    throw call.error(
      .value,
      "`panels` needs from 1 to 100 figures in up to 10 columns, not "
        + "\(figures.count) in \(columns)")
  }
  let isNested = figures.contains { $0.content is Panels }
  guard !isNested else {
    throw call.error(.type, "panels can't hold panels", argument: 0)
  }
  return Figure(
    title: try call.string(2),
    content: Panels(figures: figures, columns: min(columns, figures.count)))
}

// MARK: SVG

extension Panels {
  /// The width of one panel.
  fileprivate func panelWidth(_ width: Double) -> Double {
    let gap = 16.0
    return (width - gap * Double(columns - 1)) / Double(columns)
  }

  /// Heights of the rows: each that of its highest figure.
  fileprivate func rowHeights(width: Double) -> [Double] {
    let own = panelWidth(width)
    return stride(from: 0, to: figures.count, by: columns).map { start in
      let row = figures[start..<min(start + columns, figures.count)]
      return (row.map { max($0.height(width: own), min(own * 0.75, 240)) }.max() ?? 0) + 8
    }
  }
}

extension Painter {
  fileprivate mutating func drawPanels(_ figure: Figure, _ panels: Panels, in rect: Rect) {
    drawTitle(figure.title, x: rect.x + 4, y: rect.y)
    isPanel = true
    defer { isPanel = false }
    let (figures, columns) = (panels.figures, panels.columns)
    let width = panels.panelWidth(rect.width)
    var top = rect.y + figure.titleHeight
    for (row, height) in panels.rowHeights(width: rect.width).enumerated() {
      for column in 0..<columns where row * columns + column < figures.count {
        let panel = figures[row * columns + column]
        let natural = panel.height(width: width)
        draw(
          panel,
          in: Rect(
            x: rect.x + Double(column) * (width + 16), y: top, width: width,
            height: panel.content.stretches ? height - 8 : min(natural, height - 8)))
      }
      top += height
    }
  }
}

// MARK: Characters

extension TextPainter {
  fileprivate func panelLines(
    _ figures: [Figure], _ columns: Int, _ width: Int, _ height: Int
  ) -> [TextLine] {
    let gap = 3
    var columns = columns
    while columns > 1, (width - gap * (columns - 1)) / columns < 34 { columns -= 1 }
    let own = (width - gap * (columns - 1)) / columns
    let rows = (figures.count + columns - 1) / columns
    var shown = rows
    var each = 14
    if isStrict {
      shown = max(1, min(rows, (height + 1) / 9))
      each = (height - (shown - 1) - (shown < rows ? 1 : 0)) / shown
    }
    var lines: [TextLine] = []
    for row in 0..<shown {
      if row > 0 { lines.append(TextLine()) }
      let blocks = figures[row * columns..<min((row + 1) * columns, figures.count)].map {
        self.lines(of: $0, width: own, height: each)
      }
      for i in 0..<(blocks.map(\.count).max() ?? 0) {
        var line = TextLine()
        for (column, block) in blocks.enumerated() {
          line.pad(to: column * (own + gap))
          if i < block.count { line.append(block[i]) }
        }
        lines.append(line)
      }
    }
    if shown < rows {
      lines.append(TextLine("… \(figures.count - shown * columns) more"))
    }
    return lines
  }
}
