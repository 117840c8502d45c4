import Diagnostics

/// From nothing to full.
let shades = Array(" ░▒▓█")

extension TextPainter {
  /// The character of a share of the scale.
  func shade(_ position: Double) -> Character {
    position.isNaN ? "?" : shades[min(max(Int(position * 5), 0), 4)]
  }

  /// A block of the color or shade of a value.
  func append(
    block value: Double, _ colors: ColorScale, count: Int, to line: inout TextLine
  ) {
    if isPainted {
      line.append(String(repeating: " ", count: count), ground: colors.color(value))
    } else {
      line.append(
        String(repeating: shade(colors.scale.position(value)), count: count))
    }
  }

  /// What the shades mean.
  func scaleLine(_ colors: ColorScale, gutter: Int) -> TextLine {
    var line = TextLine(String(repeating: " ", count: gutter + 1))
    let ends = briefly([colors.scale.low, colors.scale.high])
    line.append(ends[0] + " ")
    for i in 0..<5 {
      append(block: colors.scale.number(at: (Double(i) + 0.5) / 5), colors, count: 2, to: &line)
    }
    line.append(" " + ends[1])
    return line
  }
}

/// A matrix made smaller, each cell the mean of those it stands for.
struct Reduced {
  let rows: Int
  let columns: Int
  private var values: [Double] = []

  init(_ all: [Double], rows: Int, columns: Int, to size: (rows: Int, columns: Int)) {
    (self.rows, self.columns) = (max(size.rows, 1), max(size.columns, 1))
    for row in 0..<self.rows {
      let top = row * rows / self.rows
      let bottom = max((row + 1) * rows / self.rows, top + 1)
      for column in 0..<self.columns {
        let left = column * columns / self.columns
        let right = max((column + 1) * columns / self.columns, left + 1)
        var sum = 0.0
        for i in top..<bottom {
          for j in left..<right { sum += all[i * columns + j] }
        }
        values.append(sum / Double((bottom - top) * (right - left)))
      }
    }
  }

  subscript(row: Int, column: Int) -> Double { values[row * columns + column] }
}
