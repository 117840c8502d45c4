/// Lines of equal value over a grid, by marching squares: each cell between four values gives up to
/// two straight pieces, their ends where the value lies on the cell's sides.
struct Contours {
  private let values: [Double]
  private let rows: Int
  private let columns: Int

  init(_ values: [Double], rows: Int, columns: Int) {
    (self.values, self.rows, self.columns) = (values, rows, columns)
  }

  typealias Point = (x: Double, y: Double)

  /// Pieces of the line at a level, in units of columns and rows.
  func segments(at level: Double) -> [(Point, Point)] {
    var found: [(Point, Point)] = []
    for row in 0..<rows - 1 {
      for column in 0..<columns - 1 {
        let crossings = self.crossings(row, column, level)
        // Four crossings are a saddle; its pieces are taken in order round the cell.
        for i in stride(from: 0, to: crossings.count - 1, by: 2) {
          found.append((crossings[i], crossings[i + 1]))
        }
      }
    }
    return found
  }

  /// Where the level crosses the sides of a cell, round it.
  private func crossings(_ row: Int, _ column: Int, _ level: Double) -> [Point] {
    let corners = [(0, 0), (1, 0), (1, 1), (0, 1)].map { x, y in
      (Point(Double(column + x), Double(row + y)), values[(row + y) * columns + column + x])
    }
    return corners.indices.compactMap { i in
      let (a, b) = (corners[i], corners[(i + 1) % 4])
      guard (a.1 < level) != (b.1 < level) else { return nil }
      let share = (level / 2 - a.1 / 2) / (b.1 / 2 - a.1 / 2)
      return (a.0.x + share * (b.0.x - a.0.x), a.0.y + share * (b.0.y - a.0.y))
    }
  }
}
