import Diagnostics
import Tensor

/// Columns with names, shown as aligned text.
public struct Table: Presentable {
  /// What stands above it; empty for nothing.
  public let title: String
  /// Names and values of the columns, all of one length.
  public let columns: [(name: String, values: [Value])]
  /// Formats of columns by name; that of all fractions has no name.
  let formats: [String: String]

  /// `table`
  public var typeName: String { "table" }

  /// Rows shown of a long table, at its start and its end.
  private static let head = 40
  private static let tail = 10
  /// A text in a cell is cut beyond this.
  private static let widestText = 48

  /// The table as aligned text. Columns that go beyond the width stand in a part of their own below,
  /// each part with the first column.
  public func show(width: Int) -> String {
    let columns = columns.map(column)
    var lines = title.isEmpty ? [] : [title, ""]
    guard let first = columns.first else { return title.isEmpty ? "(no columns)" : title }
    var rest = columns.dropFirst()
    repeat {
      var part = [first]
      var taken = first.width
      while let next = rest.first, part.count == 1 || taken + 2 + next.width <= width {
        part.append(next)
        taken += 2 + next.width
        rest.removeFirst()
      }
      lines += Table.lines(part) + (rest.isEmpty ? [] : [""])
    } while !rest.isEmpty
    return lines.joined(separator: "\n")
  }

  /// Names, rows that are shown, and the width of a column.
  private struct Column {
    var header: String
    var cells: [String]
    var isNumeric: Bool
    var width: Int
  }

  private func column(_ column: (name: String, values: [Value])) -> Column {
    let isNumeric =
      !column.values.isEmpty
      && column.values.allSatisfy { $0.asNumber != nil || ($0.asTensor?.shape.isEmpty ?? false) }
    var cells = texts(column.values, formats[column.name], isNumeric: isNumeric)
    if !isNumeric { cells = cells.map(Table.shortened) }
    let header = Table.shortened(column.name)
    let width = cells.reduce(displayWidth(header)) { max($0, displayWidth($1)) }
    let left = cells.count - Table.head - Table.tail
    if left > 1 {
      cells = cells.prefix(Table.head) + ["⋮"] + cells.suffix(Table.tail)
    }
    return Column(header: header, cells: cells, isNumeric: isNumeric, width: width)
  }

  /// Header, rule and rows; numbers to the right.
  private static func lines(_ columns: [Column]) -> [String] {
    func line(_ cell: (Column) -> String) -> String {
      var text = ""
      for (i, column) in columns.enumerated() {
        let own = cell(column)
        let padding = spaces(column.width - displayWidth(own))
        text += (i == 0 ? "" : "  ") + (column.isNumeric ? padding + own : own + padding)
      }
      while text.last == " " { text.removeLast() }
      return text
    }
    let rule = columns.map { String(repeating: "─", count: $0.width) }.joined(separator: "  ")
    return [line(\.header), rule] + columns[0].cells.indices.map { i in line { $0.cells[i] } }
  }

  /// One line, and not too long.
  private static func shortened(_ text: String) -> String {
    let line = text.split(omittingEmptySubsequences: false) { $0.isNewline }.joined(separator: " ")
    guard displayWidth(line) > widestText else { return line }
    var kept = ""
    for character in line {
      if displayWidth(kept) + displayWidth(String(character)) >= widestText { break }
      kept.append(character)
    }
    return kept + "…"
  }

  /// By the column's format, or all fractions of a column alike; numbers have their points in line.
  private func texts(_ values: [Value], _ own: String?, isNumeric: Bool) -> [String] {
    let isFraction = values.contains { value in
      if case .number(let x) = value { return x != x.rounded() }
      return value.asTensor?.dtype.isFloating ?? false
    }
    if let spec = own ?? (isNumeric && isFraction ? formats[""] : nil) {
      return values.map { (try? format($0, spec)) ?? display($0) }
    }
    let floats = values.compactMap { value -> Double? in
      guard case .tensor(let t) = value, t.shape.isEmpty, t.dtype.isFloating else { return nil }
      return t.scalar()
    }
    if floats.count == values.count, !values.isEmpty {
      let style = ElementStyle(floats, .f32)
      return floats.map(style.text)
    }
    let texts = values.map(display)
    guard isNumeric else { return texts }
    let fractions = texts.map { text in
      text.contains("e") ? 0 : text.count - text.prefix { $0 != "." }.count
    }
    let widest = fractions.max() ?? 0
    return zip(texts, fractions).map { text, fraction in
      text.contains("e") ? text : text + spaces(widest - fraction)
    }
  }

  /// Names and values, and the title if it has one.
  public func digest(into writer: inout DigestWriter) {
    writer.count(columns.count)
    for column in columns {
      writer.text(column.name)
      writer.value(Value(column.values))
    }
    if !title.isEmpty { writer.text(title) }
  }
}
