import Diagnostics
import Interpreter

extension Figure {
  /// The figure in characters: braille for lines and points, blocks for the rest.
  public func drawing(in space: DrawingSpace) -> String? {
    let painter = TextPainter(colors: space.colors, isStrict: space.isStrict)
    let width = max(space.width, 24)
    return painter.lines(of: self, width: width, height: max(space.height, 8))
      .map { $0.text(space.colors) }.joined(separator: "\n")
  }
}

/// Draws figures in characters.
struct TextPainter {
  let colors: ColorDepth
  /// True when colors tell series apart.
  var isColored: Bool { colors != .none }
  /// True when colors can stand for values, and two pixels for a character.
  var isPainted: Bool { colors >= .palette }
  /// True when a figure of many parts must keep to the height too.
  let isStrict: Bool

  /// Columns beyond which a curve only gets flatter.
  private static let widest = 100

  /// At most `height` lines, unless the figure has many parts and may take more.
  func lines(of figure: Figure, width: Int, height: Int) -> [TextLine] {
    let width = figure.content.hasParts ? width : min(width, Self.widest)
    let title = figure.title.isEmpty ? [] : [titleLine(figure.title, width)]
    let left = height - title.count
    let body = figure.content.lines(of: figure, width: width, height: left, with: self)
    return title + body.map { $0.clipped(to: width) }
  }

  private func titleLine(_ title: String, _ width: Int) -> TextLine {
    TextLine(shortened(oneLine(title), columns: width), isBold: true)
  }

  // MARK: Looks

  /// The color of a series; none where there are no colors.
  func ink(_ i: Int) -> Color? { isColored ? terminalColors[i % terminalColors.count] : nil }

  /// What tells series apart without color.
  func letter(_ i: Int) -> Character {
    let letters = Array("abcdefghijklmnopqrstuvwxyz")
    return letters[i % letters.count]
  }

  /// What tells points of classes apart without color.
  func glyph(_ i: Int) -> Character {
    let glyphs = Array("ox+*#@%&")
    return glyphs[i % glyphs.count]
  }

  /// What the axes measure, and the marks and names of the series, on a line or two.
  func header(
    _ figure: Figure, _ names: [String], mark: (Int) -> Character, width: Int, lines most: Int,
    yName: String? = nil
  ) -> [TextLine] {
    var parts: [TextLine] = []
    let yName = yName ?? figure.yAxis.label
    if !yName.isEmpty { parts.append(TextLine("↑ " + oneLine(yName))) }
    if !figure.xAxis.label.isEmpty { parts.append(TextLine("→ " + oneLine(figure.xAxis.label))) }
    if names.contains(where: { !$0.isEmpty }) {
      for (i, name) in names.enumerated() {
        var part = TextLine()
        if names.count > 1 || isColored { part.append(String(mark(i)) + " ", ink: ink(i)) }
        part.append(shortened(oneLine(name), columns: 28))
        parts.append(part)
      }
    }
    var lines: [TextLine] = []
    var line = TextLine()
    for (i, part) in parts.enumerated() {
      let gap = line.runs.isEmpty ? 0 : 3
      let isLastLine = lines.count == most - 1
      let needed = line.width + gap + part.width + (isLastLine && i < parts.count - 1 ? 10 : 0)
      if needed > width, gap > 0 {
        if isLastLine {
          line.append("   … \(parts.count - i) more")
          return lines + [line]
        }
        lines.append(line)
        line = TextLine()
      } else if gap > 0 {
        line.append("   ")
      }
      line.append(part)
    }
    return line.runs.isEmpty ? lines : lines + [line]
  }

  // MARK: Axes

  /// A canvas with its axes: marks to the left, and below it a line and its marks.
  func framed(
    _ canvas: TextCanvas, gutter: Int, left: [Int: String], below: [(column: Int, label: String)]
  ) -> [TextLine] {
    var lines = (0..<canvas.rows).map { row in
      var line = TextLine()
      let label = left[row] ?? ""
      line.append(String(repeating: " ", count: max(0, gutter - displayWidth(label))) + label)
      line.append(label.isEmpty ? " │" : " ┤")
      line.append(canvas.line(row))
      return line
    }
    var axis = Array(repeating: Character("─"), count: canvas.columns)
    var labels = TextLine()
    for mark in below where (0..<canvas.columns).contains(mark.column) {
      let start = min(
        gutter + 2 + mark.column - displayWidth(mark.label) / 2,
        gutter + 2 + canvas.columns - displayWidth(mark.label))
      guard start >= 0, labels.runs.isEmpty || start >= labels.width + 2 else { continue }
      axis[mark.column] = "┬"
      labels.pad(to: start)
      labels.append(mark.label)
    }
    lines.append(TextLine(String(repeating: " ", count: gutter + 1) + "└" + String(axis)))
    lines.append(labels)
    return lines
  }

  /// The labels of a scale by row, and how wide they are.
  func leftMarks(_ scale: Scale, rows: Int, isWhole: Bool = false) -> (
    labels: [Int: String], width: Int
  ) {
    var labels: [Int: String] = [:]
    for tick in ticks(scale, count: max(2, rows / 2), isWhole: isWhole) where !tick.label.isEmpty {
      let row = dotRow(tick.position, rows) / 4
      if labels[row] == nil { labels[row] = tick.label }
    }
    return (labels, labels.values.map(displayWidth).max() ?? 0)
  }

  /// The labels of a scale by column.
  func belowMarks(_ scale: Scale, columns: Int, isWhole: Bool = false) -> [(
    column: Int, label: String
  )] {
    ticks(scale, count: max(2, columns / 12), isWhole: isWhole).filter { !$0.label.isEmpty }.map {
      (dotColumn($0.position, columns) / 2, $0.label)
    }.sorted { $0.column < $1.column }
  }

  /// The braille row of a position from below.
  func dotRow(_ position: Double, _ rows: Int) -> Int {
    let last = Double(rows * 4 - 1)
    return Int(min(max(((1 - position) * last).rounded(), -1e6), 1e6))
  }

  /// The braille column of a position.
  func dotColumn(_ position: Double, _ columns: Int) -> Int {
    let last = Double(columns * 2 - 1)
    return Int(min(max((position * last).rounded(), -1e6), 1e6))
  }
}
