/// Source lines with the labels of a diagnostic drawn under them.
struct Snippet {
  let source: SourceText
  let style: RenderStyle
  let ink: RenderStyle.Ink
  /// The pieces of the labels, by line.
  private var marks: [Int: [Mark]] = [:]
  private var gutter = 0

  /// The part of a label that stands on one line.
  private struct Mark {
    var lower: Int
    var upper: Int
    var text: String
    var isPrimary: Bool
  }

  init(
    _ source: SourceText, _ labels: [Diagnostic.Label], _ style: RenderStyle,
    _ ink: RenderStyle.Ink
  ) {
    self.source = source
    self.style = style
    self.ink = ink
    for (index, label) in labels.enumerated() { add(label, isPrimary: index == 0) }
    gutter = marks.keys.map { "\($0 + 1)".count }.max() ?? 1
  }

  /// A span over several lines is drawn at its first line, with the text, and at its last.
  private mutating func add(_ label: Diagnostic.Label, isPrimary: Bool) {
    let range = source.clamped(label.span)
    let first = source.line(of: range.lowerBound)
    let last = source.line(of: max(range.lowerBound, range.upperBound - 1))
    let firstEnd = source.bytes(ofLine: first).endIndex
    marks[first, default: []].append(
      Mark(
        lower: range.lowerBound, upper: min(range.upperBound, max(firstEnd, range.lowerBound)),
        text: visible(label.text), isPrimary: isPrimary))
    guard last > first else { return }
    let bytes = source.bytes(ofLine: last)
    let indent = bytes.firstIndex { $0 != 0x20 && $0 != 0x09 } ?? bytes.startIndex
    marks[last, default: []].append(
      Mark(
        lower: min(indent, range.upperBound), upper: min(range.upperBound, bytes.endIndex),
        text: "", isPrimary: isPrimary))
  }

  /// All lines that bear labels, in order, with a mark where lines are left out.
  func lines() -> [String] {
    var result: [String] = []
    var previous: Int?
    for line in marks.keys.sorted() {
      if let previous, line > previous + 1 { result.append(prefix("", "┆")) }
      result += drawn(line, marks[line] ?? [])
      previous = line
    }
    return result
  }

  /// The first line of a span, with its number and no marks.
  static func line(of span: Span, in source: SourceText, _ style: RenderStyle) -> String {
    let snippet = Snippet(source, [.init(span)], style, .error)
    let line = source.line(of: source.clamped(span).lowerBound)
    return snippet.drawn(line, snippet.marks[line] ?? [])[0]
  }

  private func prefix(_ number: String, _ bar: String = "│") -> String {
    let padding = String(repeating: " ", count: gutter - number.count)
    return "  " + style.paint("\(padding)\(number) \(bar)", .quiet)
  }

  // MARK: One line

  private func drawn(_ line: Int, _ marks: [Mark]) -> [String] {
    let layout = Layout(
      source.bytes(ofLine: line), around: marks.map { $0.lower..<$0.upper },
      width: style.width - gutter - 5)
    let number = prefix("\(line + 1)")
    let shown = layout.text.isEmpty ? number : "\(number) \(layout.text)"
    var placed = zip(marks, layout.columns).map { (mark: $0.0, columns: $0.1) }
    placed.sort {
      ($0.columns.lowerBound, $0.mark.isPrimary ? 0 : 1) < (
        $1.columns.lowerBound, $1.mark.isPrimary ? 0 : 1
      )
    }
    var rows = [underline(placed)]
    var open = placed.filter { !$0.mark.text.isEmpty }
    while let last = open.popLast() {
      rows.append(connector(last.columns.lowerBound, last.mark, open.map { $0.columns.lowerBound }))
    }
    return [shown] + rows.map { "\(prefix("")) \($0)" }
  }

  /// `^` under the primary label, `─` under the others.
  private func underline(_ placed: [(mark: Mark, columns: Range<Int>)]) -> String {
    let end = placed.map { $0.columns.upperBound }.max() ?? 0
    var cells: [Bool?] = Array(repeating: nil, count: end)
    for (mark, columns) in placed {
      for column in columns where cells[column] != true { cells[column] = mark.isPrimary }
    }
    return painted(cells)
  }

  private func painted(_ cells: [Bool?]) -> String {
    var result = ""
    var at = 0
    while at < cells.count {
      let end = cells[at...].firstIndex { $0 != cells[at] } ?? cells.count
      let isPrimary = cells[at]
      let run = String(
        repeating: isPrimary == nil ? " " : isPrimary == true ? "^" : "─", count: end - at)
      result += isPrimary == nil ? run : style.paint(run, isPrimary == true ? ink : .label)
      at = end
    }
    return result
  }

  /// `│   └ text`: the bars of the labels further left, then this label's text.
  private func connector(_ column: Int, _ mark: Mark, _ bars: [Int]) -> String {
    var result = ""
    var at = 0
    for bar in bars where bar >= at && bar < column {
      result += String(repeating: " ", count: bar - at) + style.paint("│", .label)
      at = bar + 1
    }
    result += String(repeating: " ", count: column - at)
    let corner = bars.contains(column) ? "├" : "└"
    return result + style.paint("\(corner) \(mark.text)", mark.isPrimary ? ink : .label)
  }
}

/// A source line as shown: tabs widened, control characters made visible, and clipped to a window
/// round the marks when it is too long.
struct Layout {
  private(set) var text = ""
  /// Columns of each mark in `text`; at least one wide.
  private(set) var columns: [Range<Int>] = []

  init(_ bytes: ArraySlice<UInt8>, around marks: [Range<Int>], width: Int) {
    var starts = marks.map { _ in 0 }
    var ends = starts
    var total = 0
    Self.walk(bytes) { offset, _, column, width in
      for (index, mark) in marks.enumerated() {
        if offset <= mark.lowerBound {
          starts[index] = column + (offset < mark.lowerBound ? width : 0)
        }
        if offset < mark.upperBound { ends[index] = column + width }
      }
      total = column + width
    }
    let window = Self.window(total, width, starts, ends)
    if window.lowerBound > 0 { text = "…" }
    let left = window.lowerBound
    var shown: [Unicode.Scalar] = []
    let limit = 4 * width
    Self.walk(bytes) { _, scalar, column, width in
      let first = left + (left > 0 ? 1 : 0)
      // Marks take no column, so they are counted besides.
      guard column >= first, column + width <= window.upperBound, shown.count < limit else {
        return
      }
      // A wide character cut at the edge leaves a hole.
      if shown.isEmpty { shown = Array(repeating: " ", count: column - first) }
      if scalar == "\t" {
        shown.append(contentsOf: repeatElement(" ", count: width))
      } else {
        shown.append(visible(scalar))
      }
    }
    text += String(String.UnicodeScalarView(shown))
    if window.upperBound < total { text += "…" }
    columns = zip(starts, ends).map { start, end in
      let lower = min(max(start - left, 0), window.count)
      return lower..<max(lower + 1, min(end - left, window.count))
    }
  }

  /// The columns to show: all, or as many as fit, with the first mark a third from the left.
  private static func window(
    _ total: Int, _ width: Int, _ starts: [Int], _ ends: [Int]
  ) -> Range<Int> {
    guard total > width, let start = starts.first, let end = ends.first else { return 0..<total }
    let room = width - 1
    let wanted = end - start < room * 2 / 3 ? (start + end) / 2 - room / 2 : start - 4
    let left = max(0, min(wanted, total - room))
    return left..<min(total, left + room)
  }

  /// Calls `body` with offset, scalar, column and width of each scalar of a line.
  private static func walk(
    _ bytes: ArraySlice<UInt8>, _ body: (Int, Unicode.Scalar, Int, Int) -> Void
  ) {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var offset = bytes.startIndex
    var column = 0
    var counter = Columns()
    while case .scalarValue(let scalar) = decoder.decode(&iterator) {
      let width = scalar == "\t" ? 4 - column % 4 : counter.width(of: visible(scalar))
      body(offset, scalar, column, width)
      offset += UTF8.width(scalar)
      column += width
    }
  }
}
