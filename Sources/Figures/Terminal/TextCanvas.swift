import Diagnostics
import Interpreter

/// A piece of a line of one look.
struct Run {
  var text: String
  var ink: Color?
  var ground: Color?
  var isBold = false
}

/// A line of a drawing in characters.
struct TextLine {
  var runs: [Run] = []

  init(_ text: String = "", ink: Color? = nil, isBold: Bool = false) {
    if !text.isEmpty { runs = [Run(text: text, ink: ink, isBold: isBold)] }
  }

  var width: Int { runs.reduce(0) { $0 + displayWidth($1.text) } }

  mutating func append(_ text: String, ink: Color? = nil, ground: Color? = nil) {
    if let last = runs.last, last.ink == ink, last.ground == ground, !last.isBold {
      runs[runs.count - 1].text += text
    } else if !text.isEmpty {
      runs.append(Run(text: text, ink: ink, ground: ground))
    }
  }

  mutating func append(_ line: TextLine) { runs += line.runs }

  /// Spaces up to a column.
  mutating func pad(to column: Int) {
    let missing = column - width
    if missing > 0 { append(String(repeating: " ", count: missing)) }
  }

  /// As much of it as these columns hold.
  func clipped(to columns: Int) -> TextLine {
    guard width > columns else { return self }
    var line = TextLine()
    for run in runs where line.width < columns {
      var run = run
      run.text = shortened(run.text, columns: columns - line.width)
      line.runs.append(run)
    }
    return line
  }

  /// The characters, with colours or without; no spaces at the end.
  func text(_ colors: ColorDepth) -> String {
    var runs = runs
    while let last = runs.last, last.ground == nil || colors == .none {
      let kept = String(last.text.reversed().drop { $0 == " " }.reversed())
      runs[runs.count - 1].text = kept
      if !kept.isEmpty { break }
      runs.removeLast()
    }
    guard colors != .none else { return runs.map(\.text).joined() }
    return runs.map { run in
      var codes = run.isBold ? ["1"] : []
      codes += [run.ink?.ink(in: colors), run.ground?.ground(in: colors)].compactMap(\.self)
      return codes.isEmpty
        ? run.text : "\u{1B}[\(codes.joined(separator: ";"))m\(run.text)\u{1B}[0m"
    }.joined()
  }
}

/// A grid of characters, each of one column, with a finer grid of braille dots below them: two to
/// the right and four down for a character.
struct TextCanvas {
  let columns: Int
  let rows: Int
  private var characters: [Character?]
  private var dots: [UInt8]
  private var inks: [Color?]
  private var grounds: [Color?]

  init(columns: Int, rows: Int) {
    (self.columns, self.rows) = (max(columns, 1), max(rows, 1))
    let count = self.columns * self.rows
    characters = Array(repeating: nil, count: count)
    dots = Array(repeating: 0, count: count)
    inks = Array(repeating: nil, count: count)
    grounds = Array(repeating: nil, count: count)
  }

  private func index(_ column: Int, _ row: Int) -> Int? {
    (0..<columns).contains(column) && (0..<rows).contains(row) ? row * columns + column : nil
  }

  /// Puts a character.
  mutating func put(_ character: Character, _ column: Int, _ row: Int, ink: Color? = nil) {
    guard let i = index(column, row) else { return }
    characters[i] = character
    inks[i] = ink
  }

  /// Writes a text; a wide character takes two places.
  mutating func write(_ text: String, _ column: Int, _ row: Int, ink: Color? = nil) {
    var column = column
    for character in text {
      let width = displayWidth(String(character))
      guard width > 0, column + width <= columns else { continue }
      put(character, column, row, ink: ink)
      if width == 2 { put(TextCanvas.covered, column + 1, row, ink: ink) }
      column += width
    }
  }

  /// Stands in the places that a wide character covers besides its own.
  private static let covered: Character = "\u{0}"

  /// Colours what is behind a character.
  mutating func paint(_ ground: Color, _ column: Int, _ row: Int) {
    if let i = index(column, row) { grounds[i] = ground }
  }

  /// True where nothing was put.
  func isFree(_ column: Int, _ row: Int) -> Bool {
    index(column, row).map { characters[$0] == nil && dots[$0] == 0 } ?? false
  }

  /// Sets a braille dot, counted from the upper left.
  mutating func dot(_ x: Int, _ y: Int, ink: Color?) {
    guard x >= 0, y >= 0, let i = index(x / 2, y / 4) else { return }
    let bits: [[UInt8]] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]]
    dots[i] |= bits[x % 2][y % 4]
    inks[i] = ink
  }

  /// Sets the dots of a straight line (Bresenham, 1965).
  mutating func line(from a: (x: Int, y: Int), to b: (x: Int, y: Int), ink: Color?) {
    TextCanvas.steps(from: a, to: b) { dot($0, $1, ink: ink) }
  }

  /// The places of a straight line on a grid.
  static func steps(from a: (x: Int, y: Int), to b: (x: Int, y: Int), _ body: (Int, Int) -> Void) {
    let (dx, dy) = (abs(b.x - a.x), -abs(b.y - a.y))
    let (sx, sy) = (a.x < b.x ? 1 : -1, a.y < b.y ? 1 : -1)
    var (x, y, error) = (a.x, a.y, dx + dy)
    while true {
      body(x, y)
      if x == b.x && y == b.y { return }
      let twice = 2 * error
      if twice >= dy {
        error += dy
        x += sx
      }
      if twice <= dx {
        error += dx
        y += sy
      }
    }
  }

  /// A row as a line.
  func line(_ row: Int) -> TextLine {
    var line = TextLine()
    for column in 0..<columns {
      let i = row * columns + column
      var character = characters[i] ?? " "
      if characters[i] == nil, dots[i] != 0, let scalar = Unicode.Scalar(0x2800 + UInt32(dots[i])) {
        character = Character(scalar)
      }
      if character == TextCanvas.covered { continue }
      line.append(String(character), ink: inks[i], ground: grounds[i])
    }
    return line
  }
}
