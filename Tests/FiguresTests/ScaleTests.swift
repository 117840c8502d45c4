import Figures
import TestSupport
import Testing

@Suite("Scales and marks") struct ScaleTests {
  /// The number that a label says; nil for none.
  private func number(_ label: String) -> Double? {
    let plain = label.replacing("−", with: "-").replacing(",", with: "")
    guard let ten = plain.range(of: "10", options: .backwards),
      ten.upperBound < plain.endIndex, "⁻⁰¹²³⁴⁵⁶⁷⁸⁹".contains(plain[ten.upperBound])
    else { return Double(plain) }
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    let exponent = plain[ten.upperBound...].map { character in
      character == "⁻" ? "-" : digits.firstIndex(of: character).map(String.init) ?? "?"
    }.joined()
    let mantissa = plain[..<ten.lowerBound].replacing("×", with: "")
    return Double((mantissa.isEmpty ? "1" : mantissa) + "e" + exponent)
  }

  private func random(_ generator: inout TestRandom) -> Double {
    let size = Double.random(in: -12...12, using: &generator)
    return Double.random(in: -1...1, using: &generator) * tenTo(size)
  }

  @Test("Marks of a linear axis are round, ascend, and say where they stand")
  func linear() {
    var generator = TestRandom(seed: 1)
    for _ in 0..<2000 {
      let (a, b) = (random(&generator), random(&generator))
      let scale = Scale(min(a, b), max(a, b))
      let count = Int.random(in: 2...12, using: &generator)
      let marks = ticks(scale, count: count)
      #expect(marks.count >= 2 && marks.count <= max(count + 1, 5))
      #expect(Set(marks.map(\.label)).count == marks.count)
      #expect(zip(marks, marks.dropFirst()).allSatisfy { $0.position < $1.position })
      for mark in marks {
        #expect((0...1).contains(mark.position))
        let said = number(mark.label)
        let place = said.map(scale.position) ?? .nan
        #expect(abs(place - mark.position) < 1e-6, "\(mark) of \(scale)")
      }
    }
  }

  @Test("Marks of a logarithmic axis ascend and say where they stand")
  func logarithmic() {
    var generator = TestRandom(seed: 2)
    for _ in 0..<2000 {
      let low = tenTo(Double.random(in: -20...20, using: &generator))
      let scale = Scale(
        low, low * tenTo(Double.random(in: 0.05...25, using: &generator)), isLogarithmic: true)
      let marks = ticks(scale, count: Int.random(in: 3...9, using: &generator))
      let labelled = marks.filter { !$0.label.isEmpty }
      #expect(!labelled.isEmpty && labelled.count <= 12, "\(labelled) of \(scale)")
      #expect(zip(marks, marks.dropFirst()).allSatisfy { $0.position < $1.position })
      for mark in labelled {
        #expect((0...1).contains(mark.position))
        let place = number(mark.label).map(scale.position) ?? .nan
        #expect(abs(place - mark.position) < 1e-6, "\(mark) of \(scale)")
      }
    }
  }

  @Test("Decades at both ends of an axis have their marks")
  func decades() {
    for low in -12...8 {
      for high in low + 2...low + 4 {
        let scale = Scale(power(low), power(high), isLogarithmic: true)
        let labelled = ticks(scale, count: 8).filter { !$0.label.isEmpty }
        #expect(labelled.count == high - low + 1)
        #expect(labelled.first?.position == 0 && labelled.last?.position == 1)
      }
    }
  }

  @Test("Whole marks of what is counted")
  func whole() {
    #expect(ticks(Scale(0, 3), count: 10, isWhole: true).map(\.label) == ["0", "1", "2", "3"])
    #expect(ticks(Scale(0, 3), count: 6).map(\.label).contains("0.5"))
  }

  @Test("A constant, nothing and the ends of the numbers have an axis")
  func corners() {
    for (low, high) in [
      (0.0, 0.0), (5, 5), (-3, -3), (1e300, 1e300), (-1.7e308, 1.7e308),
      (0, .leastNonzeroMagnitude),
      (1, 1.0.nextUp),
    ] {
      let scale = Scale(low, high)
      #expect(scale.low < scale.high)
      let place = scale.position(low)
      #expect((0...1).contains(place))
      #expect(!ticks(scale, count: 5).isEmpty, "\(low)…\(high)")
    }
    #expect(!ticks(Scale(1e-300, 1e300, isLogarithmic: true), count: 6).isEmpty)
    #expect(!ticks(Scale(3, 3, isLogarithmic: true), count: 6).isEmpty)
  }

  @Test("Logarithms and powers by our own arithmetic")
  func logarithms() {
    for n in -300...300 {
      #expect(abs(logarithm(power(n)) - Double(n)) <= abs(Double(n)) * 1e-15)
      #expect(decade(power(n)) == n)
      #expect(decade(power(n).nextDown) == n - 1)
    }
    // log₁₀ 2 and 10^½ to all digits: OEIS A007524 and A010467.
    #expect(abs(logarithm(2) - 0.30102999566398120) < 1e-16)
    #expect(abs(tenTo(0.5) - 3.1622776601683793) < 1e-15)
  }

  @Test("Each bin holds its lower edge, the last one its upper too")
  func histogram() {
    let one = Figure.Series(name: "", x: [], y: [0, 1, 1.5, 2, 3, 4, .nan, .infinity])
    #expect(BinCounts([one], bins: 4).counts == [[1, 2, 1, 2]])
    let constant = Figure.Series(name: "", x: [], y: [7, 7, 7])
    #expect(BinCounts([constant], bins: 3).counts[0].reduce(0, +) == 3)
    #expect(BinCounts([], bins: 3).counts.isEmpty)
  }
}
