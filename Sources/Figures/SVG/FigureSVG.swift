extension Figure {
  /// The figure as an SVG document: the same text everywhere. It has no background and its ink is a
  /// grey that can be read on white and on black; a page may set its `color`.
  public func svg() -> String {
    var painter = Painter()
    let width = content.naturalWidth
    let size = Rect(x: 0, y: 0, width: width, height: self.height(width: width))
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

  /// How wide a figure is drawn unless its kind needs more.
  static var naturalWidth: Double { 640 }

  /// How high it is drawn at a width.
  func height(width: Double) -> Double { content.height(of: self, width: width) }

  /// The room that its title takes.
  var titleHeight: Double { title.isEmpty ? 6 : 32 }
}

/// Draws figures as SVG.
struct Painter {
  var svg = SVGText()
  /// True within panels, whose titles are smaller.
  var isPanel = false

  /// Draws a figure within a rectangle.
  mutating func draw(_ figure: Figure, in rect: Rect) {
    figure.content.draw(figure, in: rect, with: &self)
  }
}
