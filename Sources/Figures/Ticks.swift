import Interpreter

/// A mark on an axis.
package struct Tick {
  /// Where: 0…1 along the axis.
  package var position: Double
  /// What stands there; empty for a minor mark.
  package var label: String
}

/// Marks at round numbers, about `count` of them with a label; of what is counted, at whole numbers.
package func ticks(_ scale: Scale, count: Int, isWhole: Bool = false) -> [Tick] {
  if scale.isLogarithmic { return logarithmicTicks(scale, max(count, 2)) }
  return linearTicks(scale, max(count, 2), isWhole: isWhole)
}

/// A distance of round numbers: 1, 2 or 5 times a power of ten.
private struct Step {
  var mantissa: Double
  var exponent: Int

  /// The smallest that is at least `x`.
  init(atLeast x: Double) {
    let n = decade(x)
    let rest = x / power(n)
    for m in [1.0, 2, 5] where rest <= m * (1 + 1e-9) {
      (mantissa, exponent) = (m, n)
      return
    }
    (mantissa, exponent) = (1, n + 1)
  }

  /// The multiple `i`, correctly rounded where the digits allow it.
  func multiple(_ i: Double) -> Double {
    exponent < 0 && exponent > -300
      ? i * mantissa / power(-exponent) : i * mantissa * power(exponent)
  }
}

private func linearTicks(_ scale: Scale, _ count: Int, isWhole: Bool = false) -> [Tick] {
  let half = scale.high / 2 - scale.low / 2
  let shortest = isWhole ? 1 : Double.leastNormalMagnitude
  let step = Step(atLeast: max(2 * (half / Double(count)), shortest))
  let size = step.multiple(1)
  let slack = 1e-9
  let first = (scale.low / size - slack).rounded(.up)
  let last = (scale.high / size + slack).rounded(.down)
  guard last - first < 1000 else { return [] }
  // One mark alone does not say how far apart numbers stand.
  if last - first < 1, count < 64 { return linearTicks(scale, 2 * count, isWhole: isWhole) }
  guard first <= last else { return [] }
  let values = stride(from: first, through: last, by: 1).map(step.multiple)
  let labels = numberLabels(values, exponent: step.exponent)
  return zip(values, labels).map {
    Tick(position: min(max(scale.position($0), 0), 1), label: $1)
  }
}

/// Numbers that are multiples of a power of ten, all written alike.
func numberLabels(_ values: [Double], exponent: Int) -> [String] {
  let largest = values.map(abs).max() ?? 0
  if largest >= 1e7 || (largest > 0 && largest < 1e-3) {
    let common = decade(largest)
    let digits = min(max(common - exponent, 0), 15)
    return values.map { value in
      if value == 0 { return "0" }
      let mantissa = value / 2 / (power(common) / 2)
      return withMinus(fixed(mantissa, digits)) + "×10" + superscript(common)
    }
  }
  return values.map { withMinus(grouped(fixed($0 == 0 ? 0 : $0, min(max(-exponent, 0), 15)))) }
}

private func logarithmicTicks(_ scale: Scale, _ count: Int) -> [Tick] {
  let lowest = decade(scale.low)
  let highest = decade(scale.high)
  let decades = (lowest...highest + 1).filter {
    power($0) >= scale.low * (1 - 1e-12) && power($0) <= scale.high * (1 + 1e-12)
  }
  if decades.count < 2 {
    let few = [1.0, 2, 5].flatMap { m in (lowest...highest + 1).map { m * power($0) } }.sorted()
      .filter { $0 >= scale.low && $0 <= scale.high }
    if few.count < 3 { return plainTicks(scale, count) }
    return few.map { Tick(position: scale.position($0), label: powerLabel($0)) }
  }
  let stride = (decades.count + count - 1) / count
  let isPlain = decades.allSatisfy { (-3...4).contains($0) }
  var found: [Tick] = []
  for n in lowest...highest + 1 {
    let isLabelled = n - decades[0] >= 0 && (n - decades[0]) % stride == 0
    if decades.contains(n) {
      let label = isPlain ? powerLabel(power(n)) : "10" + superscript(n)
      found.append(Tick(position: scale.position(power(n)), label: isLabelled ? label : ""))
    }
    guard stride == 1, decades.count < 7 else { continue }
    for m in 2...9 {
      let value = Double(m) * power(n)
      if value >= scale.low && value <= scale.high {
        found.append(Tick(position: scale.position(value), label: ""))
      }
    }
  }
  return found
}

/// Round numbers on a logarithmic axis that is shorter than a decade.
private func plainTicks(_ scale: Scale, _ count: Int) -> [Tick] {
  let linear = Scale(scale.low, scale.high)
  return linearTicks(linear, count).compactMap { tick in
    let value = linear.low + tick.position * (linear.high - linear.low)
    return value > 0
      ? Tick(position: min(max(scale.position(value), 0), 1), label: tick.label) : nil
  }
}

/// A number of one digit: `0.02`, `2,000`, `2×10⁷`.
private func powerLabel(_ x: Double) -> String {
  let n = decade(x * (1 + 1e-12))
  if (-4...5).contains(n) { return grouped(fixed(x, max(0, -n))) }
  let mantissa = fixed(x / power(n), 0)
  return (mantissa == "1" ? "" : mantissa + "×") + "10" + superscript(n)
}

private func superscript(_ n: Int) -> String {
  let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
  return String("\(n)".map { $0 == "-" ? "⁻" : digits[$0.wholeNumberValue ?? 0] })
}

private func withMinus(_ text: String) -> String {
  text.hasPrefix("-") ? "−" + text.dropFirst() : text
}

/// Commas in numbers of five digits and more.
private func grouped(_ text: String) -> String {
  let sign = text.hasPrefix("-") ? "-" : ""
  let body = text.dropFirst(sign.count)
  let whole = body.prefix { $0 != "." }
  guard whole.count > 4 else { return text }
  var digits = ""
  for (i, digit) in whole.enumerated() {
    if i > 0, (whole.count - i) % 3 == 0 { digits += "," }
    digits.append(digit)
  }
  return sign + digits + body.dropFirst(whole.count)
}

/// A number in a few digits: three that count.
func briefly(_ x: Double) -> String {
  guard x.isFinite else { return x.isNaN ? "nan" : x < 0 ? "−∞" : "∞" }
  if x == 0 { return "0" }
  let n = decade(abs(x))
  if n >= 6 || n < -4 {
    var text = fixed(x / 2 / (power(n) / 2), 1)
    if text.hasSuffix(".0") { text.removeLast(2) }
    return withMinus(text) + "×10" + superscript(n)
  }
  if x == x.rounded() { return withMinus(grouped(fixed(x, 0))) }
  return withMinus(grouped(fixed(x, max(0, 2 - n))))
}

/// Numbers in a few digits, all with as many after the point, unless they are of very different size.
func briefly(_ values: [Double]) -> [String] {
  let sizes = values.filter { $0.isFinite && $0 != 0 }.map(abs)
  guard let largest = sizes.max(), let smallest = sizes.min() else { return values.map(briefly) }
  let n = decade(largest)
  guard n < 6, n >= -4, smallest > largest / 1000 else { return values.map(briefly) }
  var texts: [String] = []
  for digits in 0...max(0, 2 - n) {
    texts = values.map { $0.isFinite ? withMinus(grouped(fixed($0, digits))) : briefly($0) }
    // Fewer digits will do if they say the same.
    let unit = power(-digits)
    let isExact = values.allSatisfy { x in
      !x.isFinite || abs(x / unit - (x / unit).rounded()) < 1e-4
    }
    if isExact { break }
  }
  return texts
}
