import Diagnostics
import Syntax
import Tensor

/// SHA-256 over the full-precision form of a value, as 64 hexadecimal digits (numerics rule 10).
public func digest(of value: Value) -> String {
  var writer = DigestWriter()
  writer.value(value)
  return writer.finish()
}

/// Collects the tagged, length-prefixed form that a digest is taken of.
public struct DigestWriter {
  private var bytes: [UInt8] = []

  /// Makes an empty one.
  public init() {}

  /// A tag that says what kind of thing follows.
  public mutating func tag(_ letter: UInt8) { bytes.append(letter) }

  /// A count.
  public mutating func count(_ n: Int) {
    for i in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: UInt64(n) >> (8 * UInt64(i)))) }
  }

  /// A text with its length.
  public mutating func text(_ text: String) {
    count(text.utf8.count)
    bytes += text.utf8
  }

  /// A number, every NaN as the one canonical quiet NaN.
  public mutating func number(_ x: Double) {
    let bits = x.isNaN ? 0x7FF8_0000_0000_0000 : x.bitPattern
    for i in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: bits >> (8 * UInt64(i)))) }
  }

  /// Dtype, shape and elements of a tensor.
  public mutating func tensor(_ t: Tensor) {
    text(t.dtype.name)
    count(t.shape.count)
    for n in t.shape { count(n) }
    let start = bytes.count
    t.contiguousBytes { span in
      unsafe span.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }
    if t.dtype.isFloating { canonicaliseNaNs(from: start, size: t.dtype.size) }
  }

  /// Makes every NaN among little-endian elements the quiet one without sign or payload.
  private mutating func canonicaliseNaNs(from start: Int, size: Int) {
    let isSingle = size == 4
    for top in stride(from: start + size - 1, to: bytes.count, by: size)
    where bytes[top] & 0x7F == 0x7F {
      // All bits of the exponent set, and one of the significand.
      let high: UInt8 = isSingle ? 0x80 : 0xF0
      guard bytes[top - 1] & high == high else { continue }
      let low = top - size + 1
      guard bytes[top - 1] & ~high != 0 || bytes[low..<top - 1].contains(where: { $0 != 0 })
      else { continue }
      for i in low..<top { bytes[i] = 0 }
      bytes[top] = 0x7F
      bytes[top - 1] = isSingle ? 0xC0 : 0xF8
    }
  }

  /// Any value.
  public mutating func value(_ value: Value) {
    switch value {
    case .nothing: tag(UInt8(ascii: "0"))
    case .bool(let flag):
      tag(UInt8(ascii: "b"))
      bytes.append(flag ? 1 : 0)
    case .number(let x):
      tag(UInt8(ascii: "n"))
      number(x)
    case .string(let string):
      tag(UInt8(ascii: "s"))
      text(string.string)
    case .tensor(let t) where t.isWeak:
      tag(UInt8(ascii: "n"))
      number(t.scalar())
    case .tensor(let t):
      tag(UInt8(ascii: "t"))
      tensor(t)
    case .buffer(let t):
      tag(UInt8(ascii: "u"))
      tensor(t)
    case .tuple(let tuple):
      tag(UInt8(ascii: "("))
      count(tuple.count)
      for element in tuple.elements { self.value(element) }
    case .record(let record):
      tag(UInt8(ascii: "{"))
      count(record.count)
      for (name, part) in zip(record.keys.names, record.values) {
        text(name)
        self.value(part)
      }
    case .range(let range):
      tag(UInt8(ascii: "r"))
      number(range.lower)
      number(range.upper)
      number(range.step)
    case .function(let f): function(f)
    case .opaque(let box):
      tag(UInt8(ascii: "o"))
      text(box.content.typeName)
      box.content.digest(into: &self)
    }
  }

  /// A library function is its public name; one made inside it, that name, its index and what it
  /// captured; a user's, its normalised tree, its own name and what it captured.
  private mutating func function(_ f: Function) {
    tag(UInt8(ascii: "f"))
    switch f.kind {
    case .builtin(let builtin): libraryName(builtin.name, 0)
    case .derived(let derived):
      tag(UInt8(ascii: "d"))
      text(derived.name)
      value(derived.function)
      count(derived.attributes.count)
      for attribute in derived.attributes { value(attribute) }
    case .closure:
      if let library = f.code.library {
        libraryName(library.name, library.index)
      } else {
        tag(UInt8(ascii: "u"))
        text(f.code.selfName ?? "")
        text(normalised(f.code.literal))
        for name in f.code.captureNames { text(name) }
      }
      count(f.captures.count)
      for capture in f.captures { value(capture) }
    }
  }

  private mutating func libraryName(_ name: String, _ index: Int) {
    tag(UInt8(ascii: "l"))
    text(name)
    count(index)
  }

  /// SHA-256 of what was written, in hexadecimal.
  public func finish() -> String {
    sha256(bytes).map { byte in
      let digits = String(byte, radix: 16)
      return byte < 16 ? "0" + digits : digits
    }.joined()
  }
}
