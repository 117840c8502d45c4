import Diagnostics

/// Puts pieces on lines. The indentation of a line depends only on what stands before it, so a
/// later break never moves an earlier line, and a second run finds nothing to do.
struct Layout {
  let pieces: [Piece]
  let anchors: [Int: Int]
  let heads: Set<Int>
  let prefixes: Set<Int>
  let width: Int
  /// Whether a line begins with the piece.
  var breaks: [Bool]
  /// Blank lines before it.
  private var blanks: [Int]
  /// Indentation of the line on which a piece stands.
  private var indents: [Int]
  /// Column where a piece starts.
  var columns: [Int]
  private var frames: [Frame] = []
  private var lines: [Line] = []

  /// An open bracket: where lines inside begin, and the line that closes it.
  struct Frame {
    var inside: Int
    var base: Int
  }

  private struct Line {
    var blanks: Int
    var code: String
    var width: Int
    var comment: String?
  }

  init(_ source: FormatPieces, width: Int) {
    pieces = source.pieces
    anchors = source.anchors
    heads = source.heads
    prefixes = source.prefixes
    self.width = width
    breaks = pieces.map { $0.lineEnds > 0 }
    blanks = Array(repeating: 0, count: pieces.count)
    indents = blanks
    columns = blanks
  }

  mutating func run() -> String {
    guard !pieces.isEmpty else { return "" }
    breaks[0] = true
    settleBlocks()
    countBlanks()
    var start = 0
    while start < pieces.count {
      var end = lineEnd(from: start)
      let indent = indentation(at: start)
      place(start..<end, at: indent)
      while overflows(start..<end), wrap(start..<end, indent) {
        end = lineEnd(from: start)
        place(start..<end, at: indent)
      }
      commit(start..<end, indent)
      start = end
    }
    alignComments()
    return lines.map { line in
      String(repeating: "\n", count: line.blanks) + line.code + (line.comment ?? "") + "\n"
    }.joined()
  }

  // MARK: Breaks of the author

  /// A block with a line end in it has its braces on lines of their own, and so has the closer of a
  /// bracket whose opener ends its line.
  private mutating func settleBlocks() {
    for (i, piece) in pieces.enumerated().reversed() where piece.isOpener {
      let inner = i + 1..<piece.partner
      if inner.isEmpty {
        breaks[piece.partner] = false
      } else if piece.role == .block {
        if breaks[i + 1...piece.partner].contains(true) { expand(i) }
      } else if breaks[i + 1] || pieces[i + 1].isComment {
        breaks[piece.partner] = true
      }
    }
  }

  /// Puts the content of a block on lines of its own.
  mutating func expand(_ opener: Int) {
    if !pieces[opener + 1].isComment { breaks[opener + 1] = true }
    breaks[pieces[opener].partner] = true
  }

  /// At most one blank line, two outside all brackets; none at the edges of a bracket or inside a
  /// statement.
  private mutating func countBlanks() {
    for i in pieces.indices.dropFirst() where breaks[i] {
      let isEdge = pieces[i - 1].isOpener || isCloser(i)
      let most = isEdge || !beginsElement(i) ? 0 : pieces[i].parent < 0 ? 2 : 1
      blanks[i] = min(most, max(0, pieces[i].lineEnds - 1))
    }
  }

  func isCloser(_ i: Int) -> Bool { pieces[i].partner >= 0 && pieces[i].role == .none }

  private func lineEnd(from start: Int) -> Int {
    var end = start + 1
    while end < pieces.count, !breaks[end] { end += 1 }
    return end
  }

  // MARK: Indentation

  private func role(of opener: Int) -> BracketRole { opener < 0 ? .block : pieces[opener].role }

  /// True where a statement, an element of a list or a comment between them begins.
  private func beginsElement(_ i: Int) -> Bool {
    var before = i - 1
    while before >= 0, pieces[before].isComment { before -= 1 }
    var next = i
    while next < pieces.count, pieces[next].isComment { next += 1 }
    let parent = pieces[i].parent
    if before < 0 || before == parent || next == pieces.count { return true }
    if isCloser(next), pieces[next].partner == parent { return true }
    switch pieces[before].kind {
    case .comma, .semicolon: return true
    default: break
    }
    guard role(of: parent) == .block else { return false }
    return !leavesLineOpen(before) && pieces[next].kind != .pipe
  }

  func leavesLineOpen(_ i: Int) -> Bool { pieces[i].kind.leavesLineOpen }

  private func indentation(at i: Int) -> Int {
    guard let frame = frames.last else { return beginsElement(i) ? 0 : continuation(i) }
    if isCloser(i) { return frame.base }
    return frame.inside + (beginsElement(i) ? 0 : continuation(i))
  }

  /// Deeper in a head, so that it does not look like the block.
  private func continuation(_ i: Int) -> Int { heads.contains(i) ? 4 : 2 }

  private mutating func place(_ line: Range<Int>, at indent: Int) {
    var column = indent
    for i in line {
      if i > line.lowerBound { column += gap(before: i) }
      columns[i] = column
      column += pieces[i].width
    }
  }

  /// Whether the code of a line, its comment aside, is too long.
  private func overflows(_ line: Range<Int>) -> Bool {
    guard let last = line.last(where: { !pieces[$0].isComment }) else { return false }
    return columns[last] + pieces[last].width > width
  }

  private mutating func commit(_ line: Range<Int>, _ indent: Int) {
    for i in line { indents[i] = indent }
    for i in line {
      if pieces[i].isOpener { frames.append(frame(of: i, in: line, indent)) }
      if isCloser(i) { frames.removeLast() }
    }
    let last = line.upperBound - 1
    let hasComment = pieces[last].isComment && line.count > 1
    var code = String(repeating: " ", count: indent)
    for i in hasComment ? line.dropLast() : line {
      if i > line.lowerBound { code += String(repeating: " ", count: gap(before: i)) }
      code += pieces[i].text
    }
    let end = hasComment ? last - 1 : last
    lines.append(
      Line(
        blanks: blanks[line.lowerBound], code: code, width: columns[end] + pieces[end].width,
        comment: hasComment ? pieces[last].text : nil))
  }

  private func frame(of i: Int, in line: Range<Int>, _ indent: Int) -> Frame {
    let base = anchors[i].map { indents[$0] } ?? indent
    let isLast = line[(i + 1)...].allSatisfy { pieces[$0].isComment }
    if isLast { return Frame(inside: base + 2, base: base) }
    // Rows of a matrix stand under each other, parameters apart from the body.
    let aligns = pieces[i].role == .tensor || pieces[i].role == .parameters
    if aligns, columns[i] < 60 { return Frame(inside: columns[i] + 1, base: base) }
    let isNested = pieces[i].parent >= line.lowerBound
    let outer = isNested ? max(indent, frames.last?.inside ?? indent) : indent
    return Frame(inside: pieces[i].role == .group ? outer : outer + 2, base: base)
  }

  // MARK: Spaces

  /// Spaces between a piece and the one before it on its line.
  func gap(before i: Int) -> Int {
    let (left, right) = (pieces[i - 1], pieces[i])
    if right.isComment { return 2 }
    switch right.kind {
    case .comma, .semicolon, .dot, .range, .rightParenthesis, .rightBracket: return 0
    case .colon: return left.kind == .comma ? 1 : 0
    case .rightBrace:
      return role(of: right.partner) == .block && right.partner != i - 1 ? 1 : 0
    case .leftParenthesis, .leftBracket:
      if right.role == .call || right.role == .index || right.role == .parameters { return 0 }
    case .bind where role(of: right.parent) != .block: return 0
    default: break
    }
    switch left.kind {
    case .leftParenthesis, .leftBracket, .dot, .range, .spread: return 0
    case .leftBrace: return left.role == .block ? 1 : 0
    case .colon: return role(of: left.parent) == .index ? 0 : 1
    case .bind where role(of: left.parent) != .block: return 0
    case .minus where prefixes.contains(i - 1): return 0
    default: return 1
    }
  }

  // MARK: Comments

  /// Comments at the ends of neighbouring lines stand under each other.
  private mutating func alignComments() {
    var start = 0
    while start < lines.count {
      var end = start
      while end < lines.count, lines[end].comment != nil, end == start || lines[end].blanks == 0 {
        end += 1
      }
      if end > start {
        let widest = lines[start..<end].map { $0.width }.max() ?? 0
        for i in start..<end {
          let space = widest <= 60 ? widest - lines[i].width + 2 : 2
          lines[i].comment = String(repeating: " ", count: space) + (lines[i].comment ?? "")
        }
      }
      start = max(end, start + 1)
    }
  }
}
