import CMarkdown
import Diagnostics

/// Takes a file apart: front matter, then blocks by libcmark-gfm, then the checked values in them.
struct DocumentReader {
  let name: String
  let bytes: [UInt8]
  let source: SourceText
  let lines: TextLines
  var frontMatter = FrontMatter()
  var parts: [Document.Part] = []
  var warnings: [Diagnostic] = []
  private var labels: [String: Cell] = [:]
  private var cellCount = 0
  private var unlabelledCount = 0

  init(name: String, bytes: [UInt8]) throws(Diagnostic) {
    self.name = name
    self.bytes = bytes
    source = try SourceText.decode(name: name, bytes: bytes)
    lines = TextLines(bytes)
    guard bytes.count < Int(Int32.max) else {
      throw Diagnostic(.file, "\(name) is too large to be a notebook", source: source)
    }
    if let zero = bytes.firstIndex(of: 0) {
      throw failure("a notebook is text, and this one has a NUL byte", zero..<zero + 1)
    }
  }

  mutating func read() throws(Diagnostic) {
    let bodyLine = try readFrontMatter()
    let start = bodyLine < lines.count ? lines.contents[bodyLine].lowerBound : bytes.count
    for block in markdownBlocks(bytes[start...], firstLine: bodyLine) {
      switch block.kind {
      case .fenced(let fenced): try add(fenced)
      case .prose(let prose): try add(prose)
      }
    }
  }

  func failure(_ message: String, _ place: Range<Int>, hint: String? = nil) -> Diagnostic {
    Diagnostic(
      .file, message, source: source,
      labels: [.init(Span(place.lowerBound, place.upperBound))], hint: hint)
  }

  // MARK: Front matter

  /// Reads the front matter; the line where the body begins.
  private mutating func readFrontMatter() throws(Diagnostic) -> Int {
    guard text(ofLine: 0, withoutMark: true) == "---" else { return 0 }
    let end = (1..<max(lines.count, 1)).first { ["---", "..."].contains(text(ofLine: $0)) }
    guard let end else {
      throw failure(
        "the front matter has no closing `---` line", lines.contents[0],
        hint: "write a rule at the start of a page as ***")
    }
    // The end of an empty front matter is the start of its closing line.
    let extent = lines.count > 1 ? lines.contents[1].lowerBound : bytes.count
    var reader = FrontMatterReader(source, extent..<lines.contents[end].lowerBound)
    try reader.read()
    frontMatter = reader.result
    warnings += reader.warnings
    return end + 1
  }

  /// A line without trailing blanks.
  private func text(ofLine line: Int, withoutMark: Bool = false) -> String {
    var content = bytes[lines.contents[line]]
    if withoutMark, content.starts(with: [0xEF, 0xBB, 0xBF]) { content = content.dropFirst(3) }
    while let last = content.last, last == 0x20 || last == 0x09 { content = content.dropLast() }
    return String(decoding: content, as: UTF8.self)
  }

  // MARK: Cells and outputs

  private mutating func add(_ fenced: MarkdownBlock.Fenced) throws(Diagnostic) {
    switch fenced.words.first {
    case "etude": try addCell(fenced)
    case "output": try addOutput(fenced)
    default: break
    }
  }

  private func block(_ fenced: MarkdownBlock.Fenced) throws(Diagnostic) -> FencedBlock {
    let opening = lines.contents[fenced.lines.lowerBound]
    if let problem = fenced.refusal {
      throw failure(
        "a cell can't stand in \(problem)", opening,
        hint: "move it out to a line of its own, or into a list item")
    }
    guard fenced.isClosed else {
      throw failure(
        "this block has no closing fence", opening,
        hint: String(repeating: fenced.fenceCharacter, count: fenced.fenceLength))
    }
    let before = bytes[opening].prefix(fenced.column)
    let isBlank = before.allSatisfy { $0 == 0x20 || $0 == 0x09 }
    // After the mark of a list item a tab goes on to the next stop, where the item's content is.
    let columns = before.reduce(0) { $1 == 0x09 ? ($0 / 4 + 1) * 4 : $0 + 1 }
    let indent =
      isBlank ? String(decoding: before, as: UTF8.self) : String(repeating: " ", count: columns)
    return FencedBlock(
      lines: fenced.lines, fenceCharacter: fenced.fenceCharacter,
      fenceLength: fenced.fenceLength, indent: indent)
  }

  private mutating func addCell(_ fenced: MarkdownBlock.Fenced) throws(Diagnostic) {
    let block = try block(fenced)
    let opening = lines.contents[block.lines.lowerBound]
    let options: CellOptions
    do throws(OptionProblem) {
      options = try CellOptions(Array(fenced.words.dropFirst()))
    } catch {
      throw failure(error.message, opening, hint: error.hint)
    }
    cellCount += 1
    let label = options.label ?? options.from?.label
    let cell = Cell(
      options: options,
      source: SourceText(
        name: label.map { "cell \"\($0)\"" } ?? "cell", text: fenced.literal.withPlainLineEnds),
      number: cellCount, ordinal: unlabelledCount, output: nil, extraOutputs: [], block: block)
    if let label {
      if let other = labels[label] {
        throw failure(
          "two cells have the label `\(label)`: here and in line \(other.line)", opening,
          hint: "a label pins the random numbers of one cell; give this one another")
      }
      labels[label] = cell
    } else {
      unlabelledCount += 1
    }
    parts.append(.cell(cell))
  }

  private mutating func addOutput(_ fenced: MarkdownBlock.Fenced) throws(Diagnostic) {
    // An output block of somebody's own text, where no cell can be, is none of ours.
    if !fenced.followsCell, fenced.refusal != nil { return }
    let words = fenced.words.dropFirst()
    let digests = words.filter { $0.hasPrefix("bits=") }
    if digests.count > 1 {
      throw failure(
        "an output block has one `bits=`, and this has \(digests.count)",
        lines.contents[fenced.lines.lowerBound])
    }
    let bits = digests.first.map { String($0.dropFirst(5)) }
    var text = fenced.literal.withPlainLineEnds
    if text.last == "\n" { text.removeLast() }
    let output = OutputBlock(
      text: text, bits: bits, words: words.filter { !$0.hasPrefix("bits=") },
      block: try block(fenced))
    guard fenced.followsCell, case .cell(var cell)? = parts.last else {
      return parts.append(.orphan(output))
    }
    if cell.output == nil { cell.output = output } else { cell.extraOutputs.append(output) }
    parts[parts.count - 1] = .cell(cell)
  }

  /// A block of HTML goes on to the next blank line, and a fence in it is none. One that is meant as
  /// a cell would never run, unnoticed; a comment may hold what it likes.
  private func refuseCells(inHTML block: ClosedRange<Int>) throws(Diagnostic) {
    func content(_ line: Int) -> Substring { text(ofLine: line).drop { $0 == " " || $0 == "\t" } }
    if content(block.lowerBound).hasPrefix("<!--") { return }
    for line in block where ["```", "~~~"].contains(content(line).prefix(3)) {
      let info = content(line).drop { $0 == "`" || $0 == "~" }
      guard ["etude", "output"].contains(info.split(separator: " ").first) else { continue }
      throw failure(
        "a cell can't stand in a block of HTML", lines.contents[line],
        hint: "put an empty line before it, which ends the HTML")
    }
  }

  // MARK: Checked values

  private mutating func add(_ prose: MarkdownBlock.Prose) throws(Diagnostic) {
    let extent = lines.extent(prose.lines)
    if prose.isHTML { try refuseCells(inHTML: prose.lines) }
    var scanner = CommentScanner(
      bytes, extent, isHTML: prose.isHTML, isInTable: prose.isInTable)
    scanner.scan()
    let found = scanner.comments
    if found.isEmpty, prose.marks.isEmpty { return }
    // What Markdown takes for comments and what the bytes say must agree, or code could be
    // mistaken for a checked value.
    guard found.map(\.squeezed) == prose.marks || prose.isHTML else {
      throw failure(
        "it is not clear where the checked values of this paragraph begin and end",
        found.first?.whole ?? extent,
        hint: prose.isInTable
          ? "in a table, a checked value may not contain `|`"
          : "keep each on one line, away from code and other tags")
    }
    var open: CommentScanner.Comment?
    for comment in found {
      switch (comment.isClosing, open) {
      case (false, nil): open = comment
      case (true, let start?):
        open = nil
        parts.append(
          .value(
            CheckedValue(
              expression: start.expression, text: start.whole.upperBound..<comment.whole.lowerBound,
              place: start.place, line: lines.line(of: start.whole.lowerBound) + 1,
              isInTable: prose.isInTable)))
      case (false, _):
        throw failure("the checked value before this one has no `<!--/-->`", comment.whole)
      case (true, nil): throw failure("this closes no checked value", comment.whole)
      }
    }
    if let open {
      throw failure(
        "this checked value has no `<!--/-->` in its paragraph", open.whole,
        hint: "<!--= expression -->text<!--/-->")
    }
  }
}
