/// The exact decimal expansion of a binary number: `0.d₁d₂… × 10^point`.
///
/// A double is a ratio of integers whose denominator is a power of two, so its expansion ends;
/// rounding it in decimal is then exact too, which going through another double would not be.
struct Decimal {
  var digits: [UInt8]
  var point: Int

  /// The expansion of the magnitude of a finite number.
  init(_ x: Double) {
    let magnitude = abs(x)
    guard magnitude != 0 else {
      digits = []
      point = 0
      return
    }
    let exponent = magnitude.exponentBitPattern == 0 ? -1074 : Int(magnitude.exponent) - 52
    let hidden: UInt64 = magnitude.exponentBitPattern == 0 ? 0 : 1 << 52
    var integer = Natural(magnitude.significandBitPattern | hidden)
    // m · 2^e is m · 5^-e / 10^-e when e is negative.
    if exponent >= 0 { integer.multiply(by: 2, power: exponent) }
    if exponent < 0 { integer.multiply(by: 5, power: -exponent) }
    digits = integer.decimalDigits()
    point = digits.count - max(0, -exponent)
  }

  /// Rounds to `count` digits after the point, half to even.
  mutating func round(fractionDigits count: Int) {
    let keep = point + count
    if keep >= digits.count { return }
    if keep < 0 {
      digits = []
      return
    }
    let rest = digits[keep...]
    let half = rest.first == 5 && rest.dropFirst().allSatisfy { $0 == 0 }
    let isOdd = keep > 0 && digits[keep - 1] % 2 == 1
    let up = rest.first! > 5 || (rest.first! == 5 && (!half || isOdd))
    digits.removeSubrange(keep...)
    if up { increment() }
  }

  private mutating func increment() {
    for i in digits.indices.reversed() {
      if digits[i] < 9 {
        digits[i] += 1
        return
      }
      digits[i] = 0
    }
    digits.insert(1, at: 0)
    point += 1
  }

  /// As `12.50`, after rounding.
  func fixed(fractionDigits count: Int) -> String {
    func digit(_ i: Int) -> Character {
      i >= 0 && i < digits.count ? Character(UnicodeScalar(48 + digits[i])) : "0"
    }
    var text = ""
    if point <= 0 { text = "0" } else { for i in 0..<point { text.append(digit(i)) } }
    guard count > 0 else { return text }
    text += "."
    for i in 0..<count { text.append(digit(point + i)) }
    return text
  }

  /// As `1.25e-3`, rounded to `count` digits after the point.
  func scientific(fractionDigits count: Int) -> String {
    var value = self
    guard !value.digits.isEmpty else {
      return (count > 0 ? "0." + String(repeating: "0", count: count) : "0") + "e0"
    }
    var exponent = point - 1
    value.point = 1
    value.round(fractionDigits: count)
    if value.point == 2 {
      value.point = 1
      exponent += 1
    }
    return value.fixed(fractionDigits: count) + "e\(exponent)"
  }
}

/// A natural number of any size.
private struct Natural {
  /// Base 2³², lowest first.
  var limbs: [UInt32]

  init(_ value: UInt64) { limbs = [UInt32(truncatingIfNeeded: value), UInt32(value >> 32)] }

  mutating func multiply(by factor: UInt32, power: Int) {
    var left = power
    // As many factors at a time as fit a limb.
    let most = factor == 2 ? 31 : 13
    while left > 0 {
      let n = min(left, most)
      var chunk: UInt32 = 1
      for _ in 0..<n { chunk *= factor }
      multiply(by: chunk)
      left -= n
    }
  }

  private mutating func multiply(by factor: UInt32) {
    var carry: UInt64 = 0
    for i in limbs.indices {
      let product = UInt64(limbs[i]) * UInt64(factor) + carry
      limbs[i] = UInt32(truncatingIfNeeded: product)
      carry = product >> 32
    }
    if carry != 0 { limbs.append(UInt32(carry)) }
  }

  /// Decimal digits, highest first, without zeros in front.
  func decimalDigits() -> [UInt8] {
    var rest = limbs
    var digits: [UInt8] = []
    while !rest.isEmpty {
      var remainder: UInt64 = 0
      for i in rest.indices.reversed() {
        let part = remainder << 32 | UInt64(rest[i])
        rest[i] = UInt32(part / 1_000_000_000)
        remainder = part % 1_000_000_000
      }
      while rest.last == 0 { rest.removeLast() }
      for _ in 0..<9 {
        digits.append(UInt8(remainder % 10))
        remainder /= 10
      }
    }
    while digits.last == 0 { digits.removeLast() }
    return digits.reversed()
  }
}
