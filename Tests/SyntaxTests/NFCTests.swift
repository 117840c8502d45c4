@_spi(_Unicode) import Swift
import Syntax
import TestSupport
import Testing

@Suite struct NFCTests {
  /// The standard library's own, whose tables are made apart from ours.
  func expected(_ text: String) -> [Unicode.Scalar] { Array(text._nfc) }

  @Test func everyScalar() {
    var wrong = 0
    for value in 0...0x10FFFF as ClosedRange<UInt32> {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let text = String(scalar)
      if Array(canonicallyComposed(text).unicodeScalars) != expected(text) { wrong += 1 }
    }
    #expect(wrong == 0)
  }

  /// Every decomposition recomposes, with its marks in any order.
  @Test func decompositions() {
    var wrong = 0
    for value in 0...0x2FFFF as ClosedRange<UInt32> {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let parts = Array(String(scalar)._nfd)
      guard parts.count > 1 else { continue }
      for order in [parts, [parts[0]] + parts.dropFirst().reversed()] {
        let text = String(String.UnicodeScalarView(order))
        if Array(canonicallyComposed(text).unicodeScalars) != expected(text) { wrong += 1 }
      }
    }
    #expect(wrong == 0)
  }

  @Test func randomSequences() {
    var random = TestRandom(seed: 4)
    let ranges: [ClosedRange<UInt32>] = [
      0x61...0x7A, 0x300...0x345, 0x1100...0x1112, 0x1161...0x1175, 0x11A7...0x11C2,
      0xAC00...0xD7A3, 0x590...0x5C7, 0x900...0x9FF, 0x1E00...0x1EFF,
    ]
    var wrong = 0
    for _ in 0..<20_000 {
      var view = String.UnicodeScalarView()
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let range = ranges.randomElement(using: &random) ?? 0x61...0x7A
        Unicode.Scalar(UInt32.random(in: range, using: &random)).map { view.append($0) }
      }
      let text = String(view)
      if Array(canonicallyComposed(text).unicodeScalars) != expected(text) { wrong += 1 }
    }
    #expect(wrong == 0)
  }

  /// A name's composed form is a name too, so that what is spelt can be read again.
  @Test func composedNamesAreNames() {
    var names = 0
    var wrong: [String] = []
    for value in 0x80...0x10FFFF as ClosedRange<UInt32> {
      guard let scalar = Unicode.Scalar(value), scalar.properties.isAlphabetic else { continue }
      for text in ["\(scalar)", "a\(scalar)"] {
        guard let once = try? program(text) else { continue }
        names += 1
        let spelling = normalised(once)
        if (try? program(spelling)).map(normalised) != spelling { wrong.append(scalar.description) }
      }
    }
    #expect(names > 200_000)
    #expect(wrong == [])
  }

  @Test func namesAreComposed() throws {
    let composed = try program("학습률 = é")
    let decomposed = try program(String(String.UnicodeScalarView(Array("학습률 = é"._nfd))))
    #expect(
      normalised(composed).unicodeScalars.elementsEqual(normalised(decomposed).unicodeScalars))
    // Strings keep their bytes.
    let string = try program("\"e\u{301}\"")
    #expect(normalised(string).unicodeScalars.count == 4)
  }
}
