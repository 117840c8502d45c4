/// A named piece of program text: a file, a notebook cell, an entry at the prompt, a library file.
public final class SourceText: Sendable {
  /// How messages name it: `cell "forward"`, `lesson.et`, `entry 3`, `stdlib/train.et`.
  public let name: String
  /// The text as UTF-8.
  public let utf8: [UInt8]
  /// UTF-8 offset of the first byte of each line; never empty.
  public let lineStarts: [Int]

  /// Makes a source of a name and its text.
  public init(name: String, text: String) {
    self.name = name
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
