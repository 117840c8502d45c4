import Diagnostics

/// Breaking lines that are too long: at the outermost place that helps.
extension Layout {
  /// A place where a line may end.
  private struct Candidate {
    /// The piece that would begin the next line.
    var piece: Int
    /// Brackets of this line that are open there.
    var depth: Int
    /// Columns of the line up to there.
    var end: Int
    var kind: Kind

    enum Kind: Equatable {
      case pipe, comma, definition, binding, arrow, block
      case infix(Precedence)
    }
  }

  /// Breaks an overlong line somewhere; false when nothing helps.
  mutating func wrap(_ line: Range<Int>, _ indent: Int) -> Bool {
    let all = candidates(line)
    // A break near the start of a line gains nothing.
    let useful = all.filter {
      $0.kind == .pipe || $0.kind == .block || columns[$0.piece] >= indent + 8
    }
    let depths = Set(useful.map { $0.depth }).sorted()
    for depth in depths {
      let here = useful.filter { $0.depth == depth }
      let pipes = here.filter { $0.kind == .pipe }
      if !pipes.isEmpty {
        for pipe in pipes { breaks[pipe.piece] = true }
        return true
      }
      if let best = best(of: here, line, indent) {
        split(at: best, all)
        return true
      }
    }
    // Nothing ends within the width: the first end of an element leaves the least behind.
    let late = useful.filter { $0.kind == .comma || $0.kind == .binding }
    guard let first = late.min(by: { ($0.depth, $0.piece) < ($1.depth, $1.piece) }) else {
      return false
    }
    split(at: first, all)
    return true
  }

  private func best(
    of all: [Candidate], _ line: Range<Int>, _ indent: Int
  ) -> Candidate? {
    let fitting = all.filter { $0.end <= width }
    if let definition = fitting.first(where: { $0.kind == .definition }) { return definition }
    if let comma = fitting.last(where: { $0.kind == .comma }) { return comma }
    if let arrow = fitting.last(where: { $0.kind == .arrow && restFits($0, line, indent + 4) }) {
      return arrow
    }
    if let block = all.first(where: { $0.kind == .block }) {
      // `x = if …` stays whole under its name when it can.
      let binding = fitting.first { $0.kind == .binding && restFits($0, line, indent + 2) }
      return binding ?? block
    }
    let infixes = fitting.compactMap { candidate -> (Precedence, Candidate)? in
      if case .infix(let precedence) = candidate.kind { return (precedence, candidate) }
      return nil
    }
    guard let loosest = infixes.map { $0.0 }.min() else { return nil }
    return infixes.last { $0.0 == loosest }?.1
  }

  private func restFits(_ candidate: Candidate, _ line: Range<Int>, _ indent: Int) -> Bool {
    guard let last = line.last(where: { !pieces[$0].isComment }) else { return true }
    return indent + columns[last] + pieces[last].width - columns[candidate.piece] <= width
  }

  private mutating func split(at candidate: Candidate, _ all: [Candidate]) {
    guard candidate.kind == .block else {
      breaks[candidate.piece] = true
      return
    }
    // The branches of one `if` are alike.
    for block in all where block.kind == .block && block.depth == candidate.depth {
      let opener = block.piece
      expand(opener)
      for i in opener + 1..<pieces[opener].partner
      where pieces[i].kind == .semicolon && pieces[i].parent == opener
        && i + 1 < pieces[opener].partner && !pieces[i + 1].isComment
      {
        breaks[i + 1] = true
      }
    }
  }

  private func candidates(_ line: Range<Int>) -> [Candidate] {
    var found: [Candidate] = []
    var depth = 0
    var i = line.lowerBound
    while i < line.upperBound {
      let piece = pieces[i]
      if isCloser(i) { depth -= 1 }
      if i > line.lowerBound, !piece.isComment, let kind = kind(ofBreakBefore: i, line) {
        let end = columns[i - 1] + pieces[i - 1].width
        found.append(Candidate(piece: i, depth: depth, end: end, kind: kind))
      }
      if piece.isOpener, piece.role == .block, piece.partner < line.upperBound,
        piece.partner > i + 1
      {
        // A block on one line is broken as a whole or not at all.
        found.append(Candidate(piece: i, depth: depth, end: columns[i] + 1, kind: .block))
        i = piece.partner + 1
        continue
      }
      if piece.isOpener { depth += 1 }
      i += 1
    }
    return found
  }

  private func kind(ofBreakBefore i: Int, _ line: Range<Int>) -> Candidate.Kind? {
    let (left, right) = (pieces[i - 1], pieces[i])
    if right.kind == .pipe { return .pipe }
    if isCloser(i) || left.isOpener { return nil }
    let isInBlock = right.parent < 0 || pieces[right.parent].role == .block
    switch left.kind {
    case .comma: return isInBlock ? nil : .comma
    case .bind where isInBlock:
      if pieces[line.lowerBound].kind == .fn, !right.isOpener { return .definition }
      return right.isOpener ? nil : .binding
    case .arrow: return right.isOpener ? nil : .arrow
    case .range: return nil
    default:
      guard !prefixes.contains(i - 1), let operation = infixes[left.kind] else { return nil }
      return .infix(operation.precedence)
    }
  }
}
