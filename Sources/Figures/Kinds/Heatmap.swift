import Diagnostics
import Interpreter
import Tensor

/// A matrix as colors, with names of its rows and columns.
struct Heatmap: FigureKind {
  /// Of rank 2.
  var values: Tensor
  /// Names of the rows; empty for 0, 1, 2, …
  var rows: [String]
  /// Names of the columns.
  var columns: [String]
  /// How the values are written in the cells; empty for a format by their size.
  var format: String

  var name: String { "heatmap" }

  func extent(in figure: Figure) -> String { "\(values.shape[0]) × \(values.shape[1]) cells" }

  func digest(into writer: inout DigestWriter) {
    writer.tensor(values)
    writer.texts(rows)
    writer.texts(columns)
    writer.text(format)
  }

  func height(of figure: Figure, width: Double) -> Double {
    let (rows, columns) = (values.shape[0], values.shape[1])
    let across = (width - 160) / Double(columns)
    let cell = min(max(across, 6), 34, max(420 / Double(rows), 4))
    let extras = (figure.title.isEmpty ? 8.0 : 32) + 46 + (figure.xAxis.label.isEmpty ? 0 : 18)
    return (max(cell * Double(rows), 60) + extras).rounded()
  }

  func draw(_ figure: Figure, in rect: Rect, with painter: inout Painter) {
    painter.drawHeatmap(figure, self, in: rect)
  }

  func lines(
    of figure: Figure, width: Int, height: Int, with painter: TextPainter
  ) -> [TextLine] {
    painter.heatmapLines(figure, self, width, height)
  }

  var noun: String { "heatmap" }

  func summary(in figure: Figure) -> String {
    let all = values.elements()
    let width = values.shape[1]
    func named(_ names: [String]) -> String {
      names.isEmpty ? "" : " (\(listed(names.map(oneLine))))"
    }
    func cell(_ i: Int) -> String {
      let (row, column) = (i / width, i % width)
      return "(row \(rows.isEmpty ? "\(row)" : oneLine(rows[row])), "
        + "column \(columns.isEmpty ? "\(column)" : oneLine(columns[column])))"
    }
    let size =
      "\(plural(values.shape[0], "row"))\(named(rows)) by "
      + "\(plural(width, "column"))\(named(columns))"
    guard let (least, largest) = extremes(all) else { return size + ". No value is finite" }
    let texts = cellTexts([all[least], all[largest]], format)
    if all[least] == all[largest] { return "\(size). Every finite value is \(texts[0])" }
    return "\(size). The values range from \(texts[0]) \(cell(least)) "
      + "to \(texts[1]) \(cell(largest))"
  }

  static let builtins: [Builtin] = [
    Builtin(
      """
      heatmap(matrix, rows=nothing, columns=nothing, title="", xlabel="", ylabel="", format="")
      """,
      effect: .inspects,
      doc: """
        A matrix as colours, its first row on top; values stand in the cells where there is room. \
        `rows` and `columns` are their names or numbers. Where the values have both signs, the \
        colours turn at 0. `format` is a format such as `.2f` or `.1%`.
        """,
      example: """
        heatmap([[1, 2], [3, 4]], rows=("a", "b"), columns=(10, 20))
        # heatmap: 2 × 2 cells, digest 3a94bb6d93bd2d0b
        """
    ) { call in Value(try heatmap(call)) }
  ]
}

// MARK: Reading arguments

private func heatmap(_ call: Call) throws -> Figure {
  let values = try call.matrix(0, "heatmap")
  let axes = try call.axes(labels: 4)
  let spec = try call.string(6)
  if !spec.isEmpty { _ = try Interpreter.format(.number(0), spec) }
  let content = Heatmap(
    values: values, rows: try call.texts(1, count: values.shape[0], of: "row"),
    columns: try call.texts(2, count: values.shape[1], of: "column"), format: spec)
  return Figure(
    title: try call.string(3), xAxis: axes.x, yAxis: axes.y, content: content)
}

// MARK: SVG

extension Painter {
  /// Cells of a matrix get their number where there are not too many.
  private static let mostNumbers = 400

  fileprivate mutating func drawHeatmap(_ figure: Figure, _ matrix: Heatmap, in rect: Rect) {
    let (rows, columns) = (matrix.values.shape[0], matrix.values.shape[1])
    let values = matrix.values.elements()
    let colors = ColorScale(values)
    let area = draw(
      Frame(
        title: figure.title,
        x: .names(matrix.columns.isEmpty ? (0..<columns).map(String.init) : matrix.columns),
        y: .names(matrix.rows.isEmpty ? (0..<rows).map(String.init) : matrix.rows),
        xLabel: figure.xAxis.label, yLabel: figure.yAxis.label, colors: colors, hasGridX: false,
        hasGridY: false),
      in: rect)
    svg.picture(
      PNG(values.map(colors.color), width: columns, height: rows), area, isSmooth: false)
    guard values.count <= Painter.mostNumbers else { return }
    let cell = (width: area.width / Double(columns), height: area.height / Double(rows))
    let texts = cellTexts(values, matrix.format)
    let widest = texts.map { textWidth($0, size: 1) }.max() ?? 1
    let size = min(11, (cell.width - 4) / widest, cell.height - 3)
    guard size >= 7 else { return }
    svg.begin("g", "font-size=\"\(number(size))\" text-anchor=\"middle\"")
    for (i, text) in texts.enumerated() {
      let isLight = colors.color(values[i]).lightness > 0.55
      svg.label(
        text, x: area.x + (Double(i % columns) + 0.5) * cell.width,
        y: area.y + (Double(i / columns) + 0.5) * cell.height + size * 0.36,
        "fill=\"\(isLight ? "#1b1f24" : "#ffffff")\"")
    }
    svg.end()
  }
}

// MARK: Characters

extension TextPainter {
  fileprivate func heatmapLines(
    _ figure: Figure, _ matrix: Heatmap, _ width: Int, _ height: Int
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

  /// A number on its color, or after its shade.
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
}

/// The numbers of a matrix in its cells: by its format, or in a few digits.
private func cellTexts(_ values: [Double], _ spec: String) -> [String] {
  if spec.isEmpty { return briefly(values) }
  return values.map { (try? Interpreter.format(.number($0), spec)) ?? briefly($0) }
}
