/// Places numbers of an axis in 0…1.
package struct Scale {
  package let isLogarithmic: Bool
  /// The number at 0.
  package let low: Double
  /// The number at 1.
  package let high: Double

  /// An axis from `low` to `high`, widened where there is nothing between them.
  package init(_ low: Double, _ high: Double, isLogarithmic: Bool = false) {
    self.isLogarithmic = isLogarithmic
    // Below this, halves and distances lose their digits.
    let least = max(1e-12 * abs(high), 1e-300)
    let isWide = isLogarithmic ? high / low > 1 + 1e-9 : high / 2 - low / 2 > least
    if isWide {
      (self.low, self.high) = (low, high)
    } else if isLogarithmic {
      (self.low, self.high) = (max(low / 2, .leastNormalMagnitude), min(high * 2, .greatestFinite))
    } else {
      let margin = abs(high) < 1e-299 ? 1 : abs(high) / 2
      self.low = max(low - margin, -.greatestFinite)
      self.high = min(high + margin, .greatestFinite)
    }
  }

  /// An axis for data, with `margin` of its length on either side. Data that does not go below 0 gets
  /// no axis that does.
  init(
    of data: some Sequence<Double>, axis: Figure.Axis, margin: Double, includingZero: Bool = false
  ) {
    var range: (low: Double, high: Double)?
    for x in data where axis.holds(x) {
      range = (min(range?.low ?? x, x), max(range?.high ?? x, x))
    }
    let isLogarithmic = axis.isLogarithmic
    if let limits = axis.limits {
      self.init(limits.lowerBound, limits.upperBound, isLogarithmic: isLogarithmic)
      return
    }
    var (low, high) = range ?? (isLogarithmic ? (1, 10) : (0, 1))
    if includingZero { (low, high) = (min(low, 0), max(high, 0)) }
    let tight = Scale(low, high, isLogarithmic: isLogarithmic)
    // A constant is widened already.
    if tight.low != low || tight.high != high || margin == 0 {
      self = tight
      return
    }
    let isPositive = low >= 0
    let isNegative = high <= 0
    low = tight.number(at: -margin)
    high = tight.number(at: 1 + margin)
    if isPositive && !isLogarithmic { low = max(low, 0) }
    if isNegative && !isLogarithmic { high = min(high, 0) }
    self.init(low, high, isLogarithmic: isLogarithmic)
  }

  /// Where a number stands: 0 at the low end, 1 at the high one.
  package func position(_ x: Double) -> Double {
    if isLogarithmic {
      let start = logarithm(low)
      return (logarithm(x) - start) / (logarithm(high) - start)
    }
    // Halves, so that the whole range of numbers has a length.
    return (x / 2 - low / 2) / (high / 2 - low / 2)
  }

  /// The number at a position.
  func number(at position: Double) -> Double {
    if isLogarithmic {
      let exponent = logarithm(low) + position * (logarithm(high) - logarithm(low))
      return min(max(tenTo(exponent), .leastNormalMagnitude), .greatestFinite)
    }
    let x = low + position * 2 * (high / 2 - low / 2)
    return min(max(x, -.greatestFinite), .greatestFinite)
  }
}

extension Double {
  static var greatestFinite: Double { greatestFiniteMagnitude }
}

/// Ten to the `n`, correctly rounded.
package func power(_ n: Int) -> Double { Double("1e\(n)") ?? (n > 0 ? .infinity : 0) }

/// The logarithm to base 10 of a number above 0, by additions and multiplications alone, so that a
/// drawing does not depend on the machine's mathematics library.
package func logarithm(_ x: Double) -> Double {
  var exponent = Double(x.exponent)
  var m = x.significand
  if m > 2.0.squareRoot() {
    m /= 2
    exponent += 1
  }
  // ln m = 2 artanh z, and z² < 0.03.
  let z = (m - 1) / (m + 1)
  var sum = 0.0
  for k in stride(from: 25, through: 1, by: -2) { sum = sum * z * z + 1 / Double(k) }
  let ln2 = 0.693147180559945309
  let ln10 = 2.302585092994045684
  return (exponent * ln2 + 2 * z * sum) / ln10
}

/// Ten to the `x`, by additions and multiplications alone.
package func tenTo(_ x: Double) -> Double {
  let whole = x.rounded(.down)
  guard whole < 309 else { return .infinity }
  guard whole > -320 else { return 0 }
  // The series of exp, from its smallest term on.
  let y = (x - whole) * 2.302585092994045684
  var sum = 1.0
  for k in stride(from: 30.0, through: 1, by: -1) { sum = 1 + sum * y / k }
  return power(Int(whole)) * sum
}

/// The largest n with 10ⁿ ≤ x.
package func decade(_ x: Double) -> Int {
  var n = Int(logarithm(x).rounded(.down))
  if power(n + 1) <= x { n += 1 }
  if power(n) > x { n -= 1 }
  return n
}
