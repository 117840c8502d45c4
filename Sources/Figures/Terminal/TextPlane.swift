import Diagnostics

extension TextPainter {
  /// A canvas for points over two scales, and what stands round it.
  struct Plane {
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

  /// A plane with scales over these points.
  func plane(
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

  /// A plane with its axes.
  func framed(_ plane: Plane, isWhole: Bool = false) -> [TextLine] {
    framed(
      plane.canvas, gutter: plane.gutter, left: plane.left,
      below: belowMarks(plane.x, columns: plane.canvas.columns, isWhole: isWhole))
  }
}
