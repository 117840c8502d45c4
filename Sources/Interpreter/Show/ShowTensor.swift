import Tensor

/// Rows or columns shown before an ellipsis stands for the middle ones.
private let shownLimit = 8

/// Which positions of an axis are shown; nil stands for the ellipsis.
private func shownPositions(_ n: Int) -> [Int?] {
  if n <= shownLimit { return (0..<n).map(\.self) }
  let half = shownLimit / 2
  return (0..<half).map(\.self) + [nil] + (n - half..<n).map(\.self)
}

/// A tensor of rank 1 or more: dtype and shape, then its rows with the points aligned.
func tensorLines(_ t: Tensor) -> String {
  let shape = Array(t.shape)
  let header = summary(t.dtype, t.shape)
  if t.shape.elementCount == 0 { return header }
  let columns = shownPositions(shape.last!)
  let rowCount = shape.count > 1 ? shape[shape.count - 2] : 1
  let rows = shownPositions(rowCount)
  let blocks = shownPositions(shape.dropLast(2).reduce(1, *))
  let all = t.elements()
  let n = shape.last!
  func at(_ block: Int, _ row: Int, _ column: Int) -> Double {
    all[(block * rowCount + row) * n + column]
  }
  var shown: [Double] = []
  for case let block? in blocks {
    for case let row? in rows {
      for case let column? in columns { shown.append(at(block, row, column)) }
    }
  }
  let style = ElementStyle(shown, t.dtype)
  let texts = shown.map(style.text)
  let columnCount = columns.count { $0 != nil }
  let widths = (0..<columnCount).map { c in
    alignment(stride(from: c, to: texts.count, by: columnCount).map { texts[$0] })
  }
  var lines = [header]
  var next = 0
  for block in blocks {
    guard let block else {
      lines.append("…")
      continue
    }
    if shape.count > 2 { lines.append(blockTitle(block, Array(shape.dropLast(2)))) }
    for row in rows {
      guard row != nil else {
        lines.append("  ⋮")
        continue
      }
      var line = ""
      var c = 0
      for column in columns {
        if column == nil {
          line += "  …"
        } else {
          line += "  " + aligned(texts[next], widths[c])
          next += 1
          c += 1
        }
      }
      while line.last == " " { line.removeLast() }
      lines.append(line)
    }
  }
  return lines.joined(separator: "\n")
}

/// `[0, 1]` for the block at a flat position of the leading axes.
private func blockTitle(_ block: Int, _ leading: [Int]) -> String {
  var rest = block
  var indices: [Int] = []
  for n in leading.reversed() {
    indices.insert(rest % n, at: 0)
    rest /= n
  }
  return "[" + indices.map(String.init).joined(separator: ", ") + "]"
}

/// Characters before and from the point on.
private func alignment(_ texts: [String]) -> (whole: Int, fraction: Int) {
  var whole = 0
  var fraction = 0
  for text in texts {
    let split = halves(text)
    whole = max(whole, split.whole)
    fraction = max(fraction, split.fraction)
  }
  return (whole, fraction)
}

private func halves(_ text: String) -> (whole: Int, fraction: Int) {
  let whole = text.prefix { $0 != "." }.count
  return (whole, text.count - whole)
}

private func aligned(_ text: String, _ width: (whole: Int, fraction: Int)) -> String {
  let own = halves(text)
  return spaces(width.whole - own.whole) + text + spaces(width.fraction - own.fraction)
}

/// How the elements of one tensor are written: all the same way.
struct ElementStyle {
  enum Kind { case plain, whole, fixed, scientific }
  let kind: Kind
  let dtype: DType

  /// Whole numbers without a point; four digits after it; scientific when the largest magnitude is
  /// 10⁶ or more, or below 10⁻³, where four digits would show nothing of it.
  init(_ shown: [Double], _ dtype: DType) {
    self.dtype = dtype
    guard dtype.isFloating else {
      kind = .plain
      return
    }
    let finite = shown.filter(\.isFinite)
    let largest = finite.map(abs).max() ?? 0
    if largest < 1e6 && finite.allSatisfy({ $0 == $0.rounded() }) {
      kind = .whole
    } else {
      kind = largest >= 1e6 || largest < 1e-3 ? .scientific : .fixed
    }
  }

  func text(_ x: Double) -> String {
    switch kind {
    case .plain: elementText(x, dtype)
    case .whole: fixed(x, 0)
    case .fixed: Interpreter.fixed(x, 4)
    case .scientific: Interpreter.scientific(x, 4)
    }
  }
}

/// Elements in nested brackets in the fewest digits, the middle of a long axis left out.
func inlineElements(_ t: Tensor) -> String {
  let all = t.elements()
  func text(_ shape: ArraySlice<Int>, _ start: Int) -> String {
    guard let n = shape.first else { return elementText(all[start], t.dtype) }
    let inner = shape.dropFirst()
    let size = inner.reduce(1, *)
    let parts = shownPositions(n).map { i in i.map { text(inner, start + $0 * size) } ?? "…" }
    return "[" + parts.joined(separator: ", ") + "]"
  }
  return text(Array(t.shape)[...], 0)
}
