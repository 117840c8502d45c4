import Diagnostics

// Matrices, fields and pictures in characters.

/// From nothing to full.
private let shades = Array(" ░▒▓█")

extension TextPainter {
  /// The character of a share of the scale.
  private func shade(_ position: Double) -> Character {
    position.isNaN ? "?" : shades[min(max(Int(position * 5), 0), 4)]
  }

  // MARK: Matrices

  func heatmapLines(
    _ figure: Figure, _ matrix: Figure.Matrix, _ width: Int, _ height: Int
  ) -> [TextLine] {
    let (rows, columns) = (matrix.values.shape[0], matrix.values.shape[1])
    let values = matrix.values.elements()
    let colors = ColorScale(values)
    var lines = header(figure, [], mark: { _ in " " }, width: width, lines: 1)
    let rowNames = matrix.rows.isEmpty ? (0..<rows).map(String.init) : matrix.rows
    let columnNames = matrix.columns.isEmpty ? (0..<columns).map(String.init) : matrix.columns
    let gutter = min(rowNames.map { displayWidth(oneLine($0)) }.max() ?? 0, width / 4)
    let texts = cellTexts(values, matrix.format)
    let widest = max(texts.map(displayWidth).max() ?? 1, 1) + (isPainted ? 2 : 4)
    let room = width - gutter - 1
    let left = height - lines.count - 1
    let hasNumbers = columns * widest <= room && (rows <= left || !isStrict) && rows <= 60
    if hasNumbers {
      let names = columnNames.map { shortened(oneLine($0), columns: room / columns - 1) }
      let cell = max(widest, min((names.map(displayWidth).max() ?? 0) + 1, room / columns))
      for row in 0..<rows {
        var line = rowName(rowNames[row], gutter)
        for i in row * columns..<(row + 1) * columns {
          append(texts[i], values[i], colors, cell: cell, to: &line)
        }
        lines.append(line)
      }
      lines.append(columnLine(names, gutter: gutter, cell: cell))
      return lines
    }
    let most = isStrict ? left : max(left, min(rows, 28))
    let across = columns * 2 <= room ? 2 : 1
    let reduced = Reduced(
      values, rows: rows, columns: columns, to: (min(rows, most), min(columns, room)))
    for row in 0..<reduced.rows {
      let first = row * rows / reduced.rows
      var line = rowName(reduced.rows < rows && row % 2 == 1 ? "" : rowNames[first], gutter)
      for column in 0..<reduced.columns {
        append(block: reduced[row, column], colors, count: across, to: &line)
      }
      lines.append(line)
    }
    lines.append(scaleLine(colors, gutter: gutter))
    return lines
  }

  private func rowName(_ name: String, _ gutter: Int) -> TextLine {
    let text = shortened(oneLine(name), columns: gutter)
    return TextLine(String(repeating: " ", count: gutter - displayWidth(text)) + text + " ")
  }

  private func columnLine(_ names: [String], gutter: Int, cell: Int) -> TextLine {
    var line = TextLine()
    for (i, name) in names.enumerated() {
      let end = gutter + 1 + (i + 1) * cell - (isPainted ? 1 : 0)
      let start = end - displayWidth(name)
      if start > line.width || i == 0 {
        line.pad(to: max(start, 0))
        line.append(name)
      }
    }
    return line
  }

  /// A number on its colour, or after its shade.
  private func append(
    _ text: String, _ value: Double, _ colors: ColorScale, cell: Int, to line: inout TextLine
  ) {
    if isPainted {
      let ground = colors.color(value)
      let ink = Color(ground.lightness > 0.55 ? 0x000000 : 0xFFFFFF)
      let padding = String(repeating: " ", count: max(cell - displayWidth(text) - 1, 0))
      line.append(padding + text + " ", ink: ink, ground: ground)
    } else {
      let mark = String(shade(colors.scale.position(value)))
      let padding = String(repeating: " ", count: max(cell - displayWidth(text) - 2, 0))
      line.append(padding + mark + " " + text)
    }
  }

  private func append(
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
  private func scaleLine(_ colors: ColorScale, gutter: Int) -> TextLine {
    var line = TextLine(String(repeating: " ", count: gutter + 1))
    let ends = briefly([colors.scale.low, colors.scale.high])
    line.append(ends[0] + " ")
    for i in 0..<5 {
      append(block: colors.scale.number(at: (Double(i) + 0.5) / 5), colors, count: 2, to: &line)
    }
    line.append(" " + ends[1])
    return line
  }

  // MARK: Fields

  func fieldLines(
    _ figure: Figure, _ field: Figure.Field, _ width: Int, _ height: Int
  ) -> [TextLine] {
    let names = field.overlay.map(\.name)
    let header =
      height < 6
      ? []
      : header(
        figure, names, mark: { isPainted ? "●" : glyph($0) }, width: width,
        lines: height >= 15 ? 3 : 1)
    let rows = max(height - header.count - (field.isClasses ? 2 : 3), 2)
    let step = { (x: [Double]) in x.count > 1 ? (x[1] - x[0]) / 2 : 0.5 }
    let x = Scale(field.x[0] - step(field.x), field.x[field.x.count - 1] + step(field.x))
    let y = Scale(field.y[0] - step(field.y), field.y[field.y.count - 1] + step(field.y))
    let marks = leftMarks(y, rows: rows)
    let columns = min(width - marks.width - 2, rows * 5)
    var canvas = TextCanvas(columns: columns, rows: rows)
    let values = field.values.elements()
    let colors = ColorScale(values)
    for row in 0..<rows {
      let at = field.y.count - 1 - (2 * row + 1) * field.y.count / (2 * rows)
      for column in 0..<columns {
        let value = values[at * field.x.count + (2 * column + 1) * field.x.count / (2 * columns)]
        fill(value, field, colors, column, row, on: &canvas)
      }
    }
    for (i, one) in field.overlay.enumerated() {
      overlay(figure.places(one), i, isPath: !field.isClasses, x, y, on: &canvas)
    }
    let body = framed(
      canvas, gutter: marks.width, left: marks.labels, below: belowMarks(x, columns: columns))
    return header + body + (field.isClasses ? [] : [scaleLine(colors, gutter: marks.width)])
  }

  private func fill(
    _ value: Double, _ field: Figure.Field, _ colors: ColorScale, _ column: Int, _ row: Int,
    on canvas: inout TextCanvas
  ) {
    if field.isClasses, isPainted {
      let own = seriesColors[Int(value) % seriesColors.count]
      canvas.paint(own.mixed(with: Color(0xFFFFFF), 0.72), column, row)
    } else if field.isClasses {
      canvas.put(shades[Int(value) % 5], column, row)
    } else if isPainted {
      canvas.paint(colors.color(value), column, row)
    } else {
      canvas.put(shade(colors.scale.position(value)), column, row)
    }
  }

  private func overlay(
    _ points: [(index: Int, x: Double, y: Double)], _ number: Int, isPath: Bool, _ x: Scale,
    _ y: Scale, on canvas: inout TextCanvas
  ) {
    var last: (x: Int, y: Int)?
    let ink = ink(number)?.mixed(with: Color(0), isPath ? 0 : 0.3)
    for point in points {
      let at = (
        x: dotColumn(x.position(point.x), canvas.columns) / 2,
        y: dotRow(y.position(point.y), canvas.rows) / 4
      )
      guard abs(at.x) < 10_000, abs(at.y) < 10_000 else {
        last = nil
        continue
      }
      if isPath, let last {
        TextCanvas.steps(from: last, to: at) { canvas.put("·", $0, $1, ink: Color(0xFFFFFF)) }
      }
      last = at
    }
    for point in points {
      let at = (
        x: dotColumn(x.position(point.x), canvas.columns) / 2,
        y: dotRow(y.position(point.y), canvas.rows) / 4
      )
      let mark: Character = isPainted ? "●" : glyph(number)
      canvas.put(mark, at.x, at.y, ink: isPath && isPainted ? Color(0xFF8700) : ink)
    }
  }

  // MARK: Pictures

  /// How pictures stand in lines of characters.
  private struct Contact {
    var rows: Int
    var columns: Int
    var perLine: Int
    var lineCount: Int
    static let gap = 2

    /// A character is about twice as high as wide: half a picture's rows make its lines.
    init(_ images: Figure.Images, rows: Int, width: Int) {
      let count = images.pixels.shape[0]
      let fitting = (width * images.height + images.width) / (2 * images.width)
      self.rows = max(1, min(rows, fitting))
      let natural = (self.rows * 2 * images.width + images.height / 2) / images.height
      columns = max(1, min(width, natural, images.width))
      let room = (width + Contact.gap) / (columns + Contact.gap)
      perLine = max(1, min(images.columns ?? 100, room, count))
      lineCount = (count + perLine - 1) / perLine
    }
  }

  func imageLines(_ images: Figure.Images, _ width: Int, _ height: Int) -> [TextLine] {
    let count = images.pixels.shape[0]
    let hasTitles = !images.titles.isEmpty
    let extra = hasTitles ? 1 : 0
    let room = isStrict ? height : height * 5 / 2
    // As large as all fit, but not so small that there is nothing to see.
    let natural = (images.height + 1) / 2
    let least = min(natural, 8)
    var layout = Contact(images, rows: natural, width: width)
    for rows in stride(from: natural, through: least, by: -1) {
      layout = Contact(images, rows: rows, width: width)
      if layout.lineCount * (layout.rows + extra) <= room { break }
    }
    if layout.rows + extra > room { layout = Contact(images, rows: room - extra, width: width) }
    var shown = layout.lineCount
    if shown * (layout.rows + extra) > room {
      shown = max(1, (room - 1) / (layout.rows + extra))
    }
    if shown < layout.lineCount, layout.rows + extra == room {
      layout = Contact(images, rows: layout.rows - 1, width: width)
    }
    let (rows, columns, perLine, gap) = (layout.rows, layout.columns, layout.perLine, Contact.gap)
    let bytes = ImageBytes(images)
    var lines: [TextLine] = []
    for start in stride(from: 0, to: min(shown * perLine, count), by: perLine) {
      let members = start..<min(start + perLine, count)
      if hasTitles {
        var line = TextLine()
        for (k, i) in members.enumerated() {
          line.pad(to: k * (columns + gap))
          line.append(shortened(oneLine(images.titles[i]), columns: columns))
        }
        lines.append(line)
      }
      let pictures = members.map { picture(bytes.picture($0), images, columns, rows) }
      for row in 0..<rows {
        var line = TextLine()
        for (k, one) in pictures.enumerated() {
          line.pad(to: k * (columns + gap))
          line.append(one[row])
        }
        lines.append(line)
      }
    }
    let left = count - shown * perLine
    return left > 0 ? lines + [TextLine("… \(left) more")] : lines
  }

  /// A picture as lines: two pixels in a character where there is colour, shades where not.
  private func picture(
    _ bytes: [UInt8], _ images: Figure.Images, _ columns: Int, _ rows: Int
  ) -> [TextLine] {
    let channels = images.isColored ? 3 : 1
    let parts = (0..<channels).map { channel in
      Reduced(
        stride(from: channel, to: bytes.count, by: channels).map { Double(bytes[$0]) },
        rows: images.height, columns: images.width, to: (isPainted ? rows * 2 : rows, columns))
    }
    func color(_ row: Int, _ column: Int) -> Color {
      var color = Color(0)
      color.red = UInt8(parts[0][row, column].rounded())
      color.green = channels == 3 ? UInt8(parts[1][row, column].rounded()) : color.red
      color.blue = channels == 3 ? UInt8(parts[2][row, column].rounded()) : color.red
      return color
    }
    return (0..<rows).map { row in
      var line = TextLine()
      for column in 0..<columns {
        if isPainted {
          line.append(
            "▀", ink: color(row * 2, column), ground: color(row * 2 + 1, column))
        } else {
          line.append(String(shade(color(row, column).lightness)))
        }
      }
      return line
    }
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
