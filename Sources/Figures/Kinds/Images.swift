import Diagnostics
import Interpreter
import Tensor

/// Pictures of one size in rows.
struct Images: FigureKind {
  /// Picture by picture, row by row, the three colors of a pixel together.
  var pixels: Tensor
  /// Rows of a picture.
  var height: Int
  /// Columns of a picture.
  var width: Int
  /// True when a pixel has red, green and blue.
  var isColored: Bool
  /// Pictures in a row; nil to fit the width.
  var columns: Int?
  /// What stands above each; empty for nothing.
  var titles: [String]

  var name: String { "images" }

  func extent(in figure: Figure) -> String {
    "\(plural(pixels.shape[0], "image")) of \(height) × \(width)"
  }

  func digest(into writer: inout DigestWriter) {
    writer.tensor(pixels)
    writer.count(columns ?? 0)
    writer.texts(titles)
  }

  var hasParts: Bool { true }

  func height(of figure: Figure, width: Double) -> Double {
    let layout = ImageLayout(self, width: width)
    let rows = Double(layout.rows(pixels.shape[0]))
    return (figure.titleHeight + rows * (layout.height + layout.titleHeight + ImageLayout.gap) + 4)
      .rounded(.up)
  }

  func draw(_ figure: Figure, in rect: Rect, with painter: inout Painter) {
    painter.drawImages(figure, self, in: rect)
  }

  func lines(
    of figure: Figure, width: Int, height: Int, with painter: TextPainter
  ) -> [TextLine] {
    painter.imageLines(self, width, height)
  }

  var noun: String { "images" }

  func summary(in figure: Figure) -> String {
    let count = pixels.shape[0]
    let text =
      plural(count, isColored ? "color picture" : "gray picture")
      + " of \(height) by \(width) pixels"
    let range = span(pixels.elements()).map { ", values \($0)" } ?? ""
    return text + range
      + (titles.isEmpty ? "" : ". The titles are \(listed(titles.map(oneLine)))")
  }

  static let builtins: [Builtin] = [
    Builtin(
      "images(x, columns=nothing, titles=(), title=\"\")",
      effect: .inspects,
      doc: """
        Pictures in rows of `columns`. `x` is [n, height, width] or a matrix of one square picture \
        a row, as [n, 784], in grey, or [n, height, width, 3] in colour. u8 runs from 0 to 255; \
        floating numbers from 0 to 1, or from the least to the largest where they go beyond. \
        `titles` has a name or number for each.
        """,
      example: """
        images([[0, 1, 1, 0], [1, 0, 0, 1]], titles=("one", "other"))
        # images: 2 images of 2 × 2, digest 00a13c5da9a97134
        """
    ) { call in Value(try images(call)) }
  ]
}

// MARK: Reading arguments

private func images(_ call: Call) throws -> Figure {
  let x = try call.tensor(0).detached
  let count = x.shape.first ?? 0
  let size: (height: Int, width: Int)
  var isColored = false
  switch x.shape.count {
  case 2:
    let side = Int(Double(x.shape[1]).squareRoot())
    guard side * side == x.shape[1] else {
      throw call.error(
        .shape, "a row of \(x.shape[1]) numbers is no square picture", argument: 0,
        hint: "reshape(x, (n, height, width))")
    }
    size = (side, side)
  case 3: size = (x.shape[1], x.shape[2])
  case 4 where x.shape[3] == 1 || x.shape[3] == 3:
    size = (x.shape[1], x.shape[2])
    isColored = x.shape[3] == 3
  default:
    throw call.error(
      .shape,
      "`images` needs [n, height, width], [n, height, width, 3] or [n, pixels], and this is "
        + kind(x), argument: 0,
      hint: x.shape.count == 1 ? "x[0:1] keeps the first axis of a single picture" : nil)
  }
  let isDrawable = (1...1000).contains(size.height) && (1...1000).contains(size.width)
  guard (1...400).contains(count), isDrawable else {
    throw call.error(
      .shape, "`images` draws from 1 to 400 pictures of up to 1000 × 1000, and this is \(kind(x))",
      argument: 0, hint: count > 400 ? "images(x[:100])" : nil)
  }
  var columns: Int?
  if isGiven(call[1]) {
    columns = try call.integer(1)
    guard let columns, (1...100).contains(columns) else {
      throw call.error(.value, "`columns` is from 1 to 100", argument: 1)
    }
  }
  let titles = try call.texts(2, count: count, of: "image")
  return Figure(
    title: try call.string(3),
    content: Images(
      pixels: x, height: size.height, width: size.width, isColored: isColored,
      columns: columns, titles: titles))
}

// MARK: SVG

private struct ImageLayout {
  var columns: Int
  var width: Double
  var height: Double
  var titleHeight: Double
  static let gap = 8.0

  init(_ images: Images, width: Double) {
    let count = images.pixels.shape[0]
    let room = width - 8
    let natural = min(max(Double(images.width) * 2.5, 56), 120)
    let fitting = max(1, Int((room + ImageLayout.gap) / (natural + ImageLayout.gap)))
    columns = min(images.columns ?? min(fitting, 10), count)
    let share = (room - ImageLayout.gap * Double(columns - 1)) / Double(columns)
    self.width = max(min(share, images.columns == nil ? 120 : 160), 2)
    height = self.width * Double(images.height) / Double(images.width)
    titleHeight = images.titles.isEmpty ? 0 : 16
  }

  func rows(_ count: Int) -> Int { (count + columns - 1) / columns }
}

extension Painter {
  fileprivate mutating func drawImages(_ figure: Figure, _ images: Images, in rect: Rect) {
    drawTitle(figure.title, x: rect.x + 4, y: rect.y)
    let layout = ImageLayout(images, width: rect.width)
    let top = rect.y + figure.titleHeight
    let bytes = ImageBytes(images)
    for i in 0..<images.pixels.shape[0] {
      let x = rect.x + 4 + Double(i % layout.columns) * (layout.width + ImageLayout.gap)
      let y =
        top + Double(i / layout.columns) * (layout.height + layout.titleHeight + ImageLayout.gap)
      if !images.titles.isEmpty {
        let title = shortened(oneLine(images.titles[i]), size: 11, to: layout.width + 4)
        svg.label(
          title, x: x + layout.width / 2, y: y + 11, anchor: .middle, "font-size=\"11\"")
      }
      let place = Rect(x: x, y: y + layout.titleHeight, width: layout.width, height: layout.height)
      let own = bytes.picture(i)
      svg.picture(
        images.isColored
          ? PNG(rgb: own, width: images.width, height: images.height)
          : PNG(grey: own, width: images.width, height: images.height), place, isSmooth: false)
    }
  }
}

// MARK: Characters

/// How pictures stand in lines of characters.
private struct Contact {
  var rows: Int
  var columns: Int
  var perLine: Int
  var lineCount: Int
  static let gap = 2

  /// A character is about twice as high as wide: half a picture's rows make its lines.
  init(_ images: Images, rows: Int, width: Int) {
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

extension TextPainter {
  fileprivate func imageLines(_ images: Images, _ width: Int, _ height: Int) -> [TextLine] {
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

  /// A picture as lines: two pixels in a character where there is color, shades where not.
  private func picture(
    _ bytes: [UInt8], _ images: Images, _ columns: Int, _ rows: Int
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
