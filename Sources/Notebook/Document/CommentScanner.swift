/// Finds `<!--= … -->` and `<!--/-->` in the bytes of a block of prose, passing over code spans and
/// other comments as Markdown does.
struct CommentScanner {
  struct Comment {
    /// The bytes from `<` to `>`.
    var whole: Range<Int>
    /// The bytes of the expression.
    var place: Range<Int>
    var isClosing: Bool
    /// The expression with its format.
    var expression: String
    /// The comment with every run of blanks as one space, to compare with what Markdown found.
    var squeezed: String
  }

  private let bytes: [UInt8]
  private let extent: Range<Int>
  private let isHTML: Bool
  private let isInTable: Bool
  private(set) var comments: [Comment] = []
  // What was looked for in vain is not looked for again, so that the time is linear.
  private var hasNoFurtherEnd = false
  private var unclosedRuns: Set<Int> = []

  init(_ bytes: [UInt8], _ extent: Range<Int>, isHTML: Bool, isInTable: Bool) {
    self.bytes = bytes
    self.extent = extent
    self.isHTML = isHTML
    self.isInTable = isInTable
  }

  mutating func scan() {
    var i = extent.lowerBound
    while i < extent.upperBound {
      switch bytes[i] {
      case UInt8(ascii: "\\") where !isHTML: i += 2
      case UInt8(ascii: "`") where !isHTML: i = afterCode(i)
      case UInt8(ascii: "<"): i = afterTag(i)
      default: i += 1
      }
    }
  }

  /// The end of the code span that starts here, or of the backticks when nothing closes it.
  private mutating func afterCode(_ start: Int) -> Int {
    let length = run(start)
    var i = start + length
    if unclosedRuns.contains(length) { return i }
    while i < extent.upperBound {
      guard bytes[i] == UInt8(ascii: "`") else {
        i += 1
        continue
      }
      let other = run(i)
      i += other
      if other == length { return i }
    }
    unclosedRuns.insert(length)
    return start + length
  }

  private func run(_ start: Int) -> Int {
    bytes[start..<extent.upperBound].prefix { $0 == UInt8(ascii: "`") }.count
  }

  private mutating func afterTag(_ start: Int) -> Int {
    guard !hasNoFurtherEnd, matches("<!--", start) else { return start + 1 }
    var end = start + 4
    while end < extent.upperBound, !matches("-->", end) { end += 1 }
    guard end < extent.upperBound else {
      hasNoFurtherEnd = true
      return start + 1
    }
    let inner = start + 4..<end
    let whole = start..<end + 3
    let isClosing = bytes[inner].elementsEqual([UInt8(ascii: "/")])
    if isClosing || bytes[inner].first == UInt8(ascii: "=") {
      let place = inner.isEmpty || isClosing ? inner : inner.lowerBound + 1..<inner.upperBound
      comments.append(
        Comment(
          whole: whole, place: place, isClosing: isClosing,
          expression: squeezed(String(decoding: bytes[place], as: UTF8.self)),
          squeezed: squeezed(String(decoding: bytes[whole], as: UTF8.self))))
    }
    return whole.upperBound
  }

  private func matches(_ text: StaticString, _ start: Int) -> Bool {
    let count = text.utf8CodeUnitCount
    guard start + count <= extent.upperBound else { return false }
    return unsafe bytes[start..<start + count].elementsEqual(
      UnsafeBufferPointer(start: text.utf8Start, count: count))
  }
}

/// The text with each run of blanks and line ends as one space, none at the ends.
func squeezed(_ text: String) -> String {
  text.utf8.split { $0 == 0x20 || (0x09...0x0D).contains($0) }
    .map { String(Substring($0)) }.joined(separator: " ")
}
