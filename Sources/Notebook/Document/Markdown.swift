import CMarkdown

/// A block of a Markdown text that a notebook looks into.
struct MarkdownBlock {
  enum Kind {
    case fenced(Fenced)
    case prose(Prose)
  }

  /// A fenced code block.
  struct Fenced {
    /// The info string, split at blanks.
    var words: [String]
    /// The content, the indentation of its container removed.
    var literal: String
    /// 0-based lines of the file, fences included.
    var lines: ClosedRange<Int>
    /// Bytes before the opening fence in its line.
    var column: Int
    var fenceCharacter: Character
    var fenceLength: Int
    var isClosed: Bool
    /// The container that can hold no cell, in words.
    var refusal: String?
    /// True when the block before it is a cell, or an output that follows one.
    var followsCell: Bool
  }

  /// A paragraph, heading, table or block of HTML.
  struct Prose {
    var lines: ClosedRange<Int>
    var isHTML: Bool
    var isInTable: Bool
    /// The checked values' comments that Markdown found in it, blanks squeezed.
    var marks: [String]
  }

  var kind: Kind
}

/// The fenced blocks and prose of a Markdown text, in order.
///
/// - Parameter firstLine: the 0-based line of the file in which `text` begins.
func markdownBlocks(_ text: ArraySlice<UInt8>, firstLine: Int) -> [MarkdownBlock] {
  _ = extensionsAreRegistered
  guard let parser = unsafe cmark_parser_new(CMARK_OPT_DEFAULT) else { return [] }
  defer { unsafe cmark_parser_free(parser) }
  for name in ["table", "strikethrough", "autolink"] {
    if let found = unsafe cmark_find_syntax_extension(name) {
      unsafe cmark_parser_attach_syntax_extension(parser, found)
    }
  }
  unsafe text.withUnsafeBytes { buffer in
    unsafe cmark_parser_feed(
      parser, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count)
  }
  guard let root = unsafe cmark_parser_finish(parser) else { return [] }
  defer { unsafe cmark_node_free(root) }
  var walker = MarkdownWalker(bytes: text, lines: TextLines(Array(text)), firstLine: firstLine)
  unsafe walker.walk(root)
  return walker.blocks
}

/// Registering is not safe from two threads, so it is done once, by the lock of a lazy constant.
private let extensionsAreRegistered: Bool = {
  cmark_gfm_core_extensions_ensure_registered()
  return true
}()

private struct MarkdownWalker {
  let bytes: ArraySlice<UInt8>
  let lines: TextLines
  let firstLine: Int
  var blocks: [MarkdownBlock] = []

  mutating func walk(_ root: OpaquePointer) {
    guard let iterator = unsafe cmark_iter_new(root) else { return }
    defer { unsafe cmark_iter_free(iterator) }
    while true {
      let event = unsafe cmark_iter_next(iterator)
      if event == CMARK_EVENT_DONE { return }
      guard event == CMARK_EVENT_ENTER, let node = unsafe cmark_iter_get_node(iterator) else {
        continue
      }
      unsafe enter(node)
    }
  }

  private mutating func enter(_ node: OpaquePointer) {
    let type = unsafe cmark_node_get_type(node)
    switch type {
    case CMARK_NODE_CODE_BLOCK:
      if let fenced = unsafe fenced(node) { blocks.append(.init(kind: .fenced(fenced))) }
    case CMARK_NODE_PARAGRAPH, CMARK_NODE_HEADING, CMARK_NODE_HTML_BLOCK: unsafe addProse(node)
    case CMARK_NODE_HTML_INLINE:
      let text = unsafe squeezed(literal(node))
      guard text.hasPrefix("<!--=") || text == "<!--/-->" else { return }
      guard case .prose(var prose)? = blocks.last?.kind else { return }
      prose.marks.append(text)
      blocks[blocks.count - 1].kind = .prose(prose)
    default: if unsafe typeName(node) == "table" { unsafe addProse(node) }
    }
  }

  private mutating func addProse(_ node: OpaquePointer) {
    guard let lines = unsafe fileLines(node) else { return }
    let isHTML = unsafe cmark_node_get_type(node) == CMARK_NODE_HTML_BLOCK
    blocks.append(
      .init(
        kind: .prose(
          .init(
            lines: lines, isHTML: isHTML, isInTable: unsafe typeName(node) == "table", marks: []))))
  }

  private func fenced(_ node: OpaquePointer) -> MarkdownBlock.Fenced? {
    var length: Int32 = 0
    var offset: Int32 = 0
    var character: CChar = 0
    guard unsafe cmark_node_get_fenced(node, &length, &offset, &character) != 0,
      let words = unsafe words(node), let lines = unsafe fileLines(node)
    else { return nil }
    let column = unsafe max(Int(cmark_node_get_start_column(node)) - 1, 0)
    let fence = UInt8(bitPattern: character)
    let isClosed =
      lines.count > 1
      && isClosingFence(
        lines.upperBound - firstLine, fence, Int(length),
        columns(before: column, ofLine: lines.lowerBound - firstLine) - Int(offset) + 3)
    return .init(
      words: words, literal: unsafe literal(node), lines: lines, column: column,
      fenceCharacter: Character(UnicodeScalar(fence)), fenceLength: Int(length),
      isClosed: isClosed, refusal: unsafe refusal(node), followsCell: unsafe followsCell(node))
  }

  /// The columns of the first bytes of a line; a tab goes on to the next stop of four.
  private func columns(before byte: Int, ofLine line: Int) -> Int {
    bytes[bytes.startIndex...].dropFirst(lines.contents[line].lowerBound).prefix(byte)
      .reduce(0) { $1 == 0x09 ? ($0 / 4 + 1) * 4 : $0 + 1 }
  }

  /// Whether a line closes a fence. At the end of a container or file the block ends without one.
  private func isClosingFence(_ line: Int, _ fence: UInt8, _ length: Int, _ limit: Int) -> Bool {
    var rest = bytes[bytes.startIndex...].dropFirst(lines.contents[line].lowerBound)
      .prefix(lines.contents[line].count)
    var columns = 0
    while let first = rest.first, first == 0x20 || first == 0x09 {
      columns += first == 0x20 ? 1 : 4 - columns % 4
      rest = rest.dropFirst()
    }
    while let last = rest.last, last == 0x20 || last == 0x09 { rest = rest.dropLast() }
    return rest.count >= length && columns <= limit && rest.allSatisfy { $0 == fence }
  }

  /// The 0-based lines of the file that a node takes.
  private func fileLines(_ node: OpaquePointer) -> ClosedRange<Int>? {
    let first = unsafe Int(cmark_node_get_start_line(node)) - 1
    let last = unsafe Int(cmark_node_get_end_line(node)) - 1
    guard first >= 0, first < lines.count else { return nil }
    return first + firstLine...max(first, min(last, lines.count - 1)) + firstLine
  }

  private func refusal(_ node: OpaquePointer) -> String? {
    var above = unsafe cmark_node_parent(node)
    while let container = unsafe above {
      switch unsafe cmark_node_get_type(container) {
      case CMARK_NODE_DOCUMENT, CMARK_NODE_LIST, CMARK_NODE_ITEM: break
      case CMARK_NODE_BLOCK_QUOTE: return "a block quote"
      default: return "a block of type \(unsafe typeName(container))"
      }
      unsafe above = unsafe cmark_node_parent(container)
    }
    return nil
  }

  private func followsCell(_ node: OpaquePointer) -> Bool {
    var previous = unsafe cmark_node_previous(node)
    while let block = unsafe previous {
      guard unsafe cmark_node_get_type(block) == CMARK_NODE_CODE_BLOCK else { return false }
      switch unsafe words(block)?.first {
      case "etude": return true
      case "output": unsafe previous = unsafe cmark_node_previous(block)
      default: return false
      }
    }
    return false
  }

  private func words(_ node: OpaquePointer) -> [String]? {
    guard let info = unsafe cmark_node_get_fence_info(node) else { return nil }
    return unsafe String(cString: info).split { $0 == " " || $0 == "\t" }.map(String.init)
  }

  private func literal(_ node: OpaquePointer) -> String {
    unsafe cmark_node_get_literal(node).map { unsafe String(cString: $0) } ?? ""
  }

  private func typeName(_ node: OpaquePointer) -> String {
    unsafe cmark_node_get_type_string(node).map { unsafe String(cString: $0) } ?? ""
  }
}
