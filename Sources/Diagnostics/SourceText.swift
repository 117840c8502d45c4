/// A named piece of program text: a file, a notebook cell, an entry at the prompt, a library file.
public final class SourceText: Sendable {
  /// How messages name it: `cell "forward"`, `lesson.et`, `entry 3`, `stdlib/train.et`.
  public let name: String
  /// The text as UTF-8.
  public let utf8: [UInt8]
  /// UTF-8 offset of the first byte of each line; never empty.
  public let lineStarts: [Int]
  /// True for a file of the library: its errors are shown at the call of it.
  public let isLibrary: Bool

  /// Makes a source of a name and its text.
  public init(name: String, text: String, isLibrary: Bool = false) {
    self.name = name
    self.isLibrary = isLibrary
    utf8 = Array(text.utf8)
    var starts = [0]
    for (i, byte) in utf8.enumerated() where byte == 0x0A { starts.append(i + 1) }
    lineStarts = starts
  }

  /// The text in a span.
  public func text(in span: Span) -> String {
    String(decoding: utf8[Int(span.lower)..<Int(span.upper)], as: UTF8.self)
  }
}

/// A half-open range of UTF-8 offsets in a `SourceText`.
public struct Span: Hashable, Sendable {
  /// Offset of the first byte.
  public var lower: Int32
  /// Offset past the last byte.
  public var upper: Int32

  /// Makes a span of two UTF-8 offsets.
  public init(_ lower: Int, _ upper: Int) {
    self.lower = Int32(lower)
    self.upper = Int32(upper)
  }

  /// The smallest span that holds both.
  public func union(_ other: Span) -> Span {
    Span(Int(min(lower, other.lower)), Int(max(upper, other.upper)))
  }
}

extension SourceText {
  /// The 0-based line of an offset.
  public func line(of offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }

  /// The bytes of a 0-based line, without its end.
  public func bytes(ofLine line: Int) -> ArraySlice<UInt8> {
    let start = lineStarts[line]
    var end = line + 1 < lineStarts.count ? lineStarts[line + 1] - 1 : utf8.count
    if end > start, utf8[end - 1] == 0x0D { end -= 1 }
    return utf8[start..<end]
  }

  /// Reads bytes as a program text, or says where they are no UTF-8.
  public static func decode(name: String, bytes: [UInt8]) throws(Diagnostic) -> SourceText {
    let source = SourceText(name: name, text: String(decoding: bytes, as: UTF8.self))
    if source.utf8 == bytes { return source }
    // Repair puts U+FFFD for each bad byte, so the first difference is the first bad place.
    var at = 0
    while at < bytes.count, at < source.utf8.count, bytes[at] == source.utf8[at] { at += 1 }
    var start = min(at, source.utf8.count)
    while start > 0, start < source.utf8.count, source.utf8[start] & 0xC0 == 0x80 { start -= 1 }
    throw Diagnostic(
      .syntax, "the text is not valid UTF-8", source: source,
      labels: [.init(Span(start, min(start + 3, source.utf8.count)))],
      hint: "save it as UTF-8, for instance with iconv -t UTF-8")
  }
}
