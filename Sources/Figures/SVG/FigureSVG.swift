extension Figure {
  /// The figure as an SVG document: the same text everywhere. It has no background and its ink is a
  /// grey that can be read on white and on black; a page may set its `color`.
  public func svg() -> String {
    var painter = Painter()
    var width = 640.0
    if case .panels(_, let columns) = content { width = max(width, 250 * Double(columns)) }
    let size = Rect(x: 0, y: 0, width: width, height: painter.height(of: self, width: width))
    let name = title.isEmpty ? kind : kind + ": " + title
    painter.svg.begin(
      "svg",
      "xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(number(size.width)) "
        + "\(number(size.height))\" width=\"\(number(size.width))\" "
        + "height=\"\(number(size.height))\" role=\"img\" aria-label=\"\(escaped(name))\" "
        + "font-family=\"system-ui, sans-serif\" font-size=\"12\" color=\"#737a85\" "
        + "fill=\"currentColor\"")
    painter.draw(self, in: size)
    painter.svg.end()
    return painter.svg.text
  }
}

/// Draws figures as SVG.
struct Painter {
  var svg = SVGText()
  /// True within panels, whose titles are smaller.
  var isPanel = false

  /// How high a figure is drawn at a width.
  func height(of figure: Figure, width: Double) -> Double {
    switch figure.content {
    case .plot, .scatter, .hist: (width * 0.6).rounded()
    case .bar(let names, let series):
      BarLayout(names, series, width: width).height(of: figure)
    case .heatmap(let matrix): heatmapHeight(of: figure, matrix, width: width)
    case .field: (width * 0.78).rounded()
    case .images(let images): imagesHeight(of: figure, images, width: width)
    case .panels(let figures, let columns):
      panelRows(figures, columns, width: width).reduce(titleHeight(figure)) { $0 + $1 }
    }
  }

  func titleHeight(_ figure: Figure) -> Double { figure.title.isEmpty ? 6 : 32 }

  /// Draws a figure within a rectangle.
  mutating func draw(_ figure: Figure, in rect: Rect) {
    switch figure.content {
    case .plot(let series): drawLines(figure, series, in: rect)
    case .scatter(let series): drawPoints(figure, series, in: rect)
    case .hist(let series, let bins): drawHistogram(figure, series, bins, in: rect)
    case .bar(let names, let series): drawBars(figure, names, series, in: rect)
    case .heatmap(let matrix): drawHeatmap(figure, matrix, in: rect)
    case .field(let field): drawField(figure, field, in: rect)
    case .images(let images): drawImages(figure, images, in: rect)
    case .panels(let figures, let columns): drawPanels(figure, figures, columns, in: rect)
    }
  }

  // MARK: Panels

  private func panelWidth(_ columns: Int, _ width: Double) -> Double {
    let gap = 16.0
    return (width - gap * Double(columns - 1)) / Double(columns)
  }

  /// Heights of the rows: each that of its highest figure.
  private func panelRows(_ figures: [Figure], _ columns: Int, width: Double) -> [Double] {
    let own = panelWidth(columns, width)
    return stride(from: 0, to: figures.count, by: columns).map { start in
      let row = figures[start..<min(start + columns, figures.count)]
      return (row.map { max(height(of: $0, width: own), min(own * 0.75, 240)) }.max() ?? 0) + 8
    }
  }

  private mutating func drawPanels(
    _ figure: Figure, _ figures: [Figure], _ columns: Int, in rect: Rect
  ) {
    drawTitle(figure.title, x: rect.x + 4, y: rect.y)
    isPanel = true
    defer { isPanel = false }
    let width = panelWidth(columns, rect.width)
    var top = rect.y + titleHeight(figure)
    for (row, height) in panelRows(figures, columns, width: rect.width).enumerated() {
      for column in 0..<columns where row * columns + column < figures.count {
        let panel = figures[row * columns + column]
        let natural = self.height(of: panel, width: width)
        let isChart =
          switch panel.content {
          case .plot, .scatter, .hist, .field: true
          default: false
          }
        draw(
          panel,
          in: Rect(
            x: rect.x + Double(column) * (width + 16), y: top, width: width,
            height: isChart ? height - 8 : min(natural, height - 8)))
      }
      top += height
    }
  }
}
