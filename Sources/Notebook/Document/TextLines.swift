/// Where the lines of a text begin and end, by the rules of CommonMark: a line ends in LF, CR LF or
/// a CR by itself.
struct TextLines: Sendable {
  /// The content of each line, its end left out; never empty.
  let contents: [Range<Int>]

  init(_ bytes: [UInt8]) {
    var lines: [Range<Int>] = []
    var start = 0
    var i = 0
    while i < bytes.count {
      switch bytes[i] {
      case UInt8(ascii: "\n"):
        lines.append(start..<i)
        start = i + 1
      case UInt8(ascii: "\r"):
        lines.append(start..<i)
        if i + 1 < bytes.count, bytes[i + 1] == UInt8(ascii: "\n") { i += 1 }
        start = i + 1
      default: break
      }
      i += 1
    }
    // What follows the last line end is a line only when there is something.
    if start < bytes.count || lines.isEmpty { lines.append(start..<bytes.count) }
    contents = lines
  }

  var count: Int { contents.count }

  /// The 0-based line of an offset.
  func line(of offset: Int) -> Int {
    var low = 0
    var high = contents.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if contents[middle].lowerBound <= offset { low = middle } else { high = middle }
    }
    return low
  }

  /// The bytes of lines with all line ends but the last one's.
  func extent(_ lines: ClosedRange<Int>) -> Range<Int> {
    contents[lines.lowerBound].lowerBound..<contents[lines.upperBound].upperBound
  }

  /// The line end that follows a line; LF where the text has none.
  func lineEnd(after line: Int, in bytes: [UInt8]) -> String {
    for i in [line, line - 1, 0] where i >= 0 && i + 1 < contents.count {
      let end = bytes[contents[i].upperBound..<contents[i + 1].lowerBound]
      return String(decoding: end, as: UTF8.self)
    }
    let last = contents[contents.count - 1].upperBound
    return last < bytes.count ? String(decoding: bytes[last...], as: UTF8.self) : "\n"
  }
}

extension String {
  /// The text with every line end as LF.
  var withPlainLineEnds: String {
    var result: [UInt8] = []
    result.reserveCapacity(utf8.count)
    var isAfterReturn = false
    for byte in utf8 {
      if byte == UInt8(ascii: "\r") {
        result.append(UInt8(ascii: "\n"))
      } else if byte != UInt8(ascii: "\n") || !isAfterReturn {
        result.append(byte)
      }
      isAfterReturn = byte == UInt8(ascii: "\r")
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// Lines split at LF; a last line end makes no further line.
  var plainLines: [String] {
    var text = utf8[...]
    if text.last == UInt8(ascii: "\n") { text = text.dropLast() } else if text.isEmpty { return [] }
    return text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { String(Substring($0)) }
  }
}
