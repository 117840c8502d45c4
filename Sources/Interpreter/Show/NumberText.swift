import Diagnostics
import Tensor

/// The shortest digits that read back as the same number.
func shortest(_ x: Double) -> String {
  if let special = specialText(x) { return special }
  return arranged("\(abs(x))", isNegative: x.sign == .minus)
}

/// The shortest digits that read back as the same f32.
func shortest(_ x: Float) -> String {
  if let special = specialText(Double(x)) { return special }
  return arranged("\(abs(x))", isNegative: x.sign == .minus)
}

private func specialText(_ x: Double) -> String? {
  if x.isNaN { return "nan" }
  if x.isInfinite { return x < 0 ? "-inf" : "inf" }
  return nil
}

/// Digits in our layout: plain from 1e-4 up to 1e16, scientific beyond.
private func arranged(_ text: String, isNegative: Bool) -> String {
  let parts = text.split(separator: "e")
  let exponent = parts.count > 1 ? Int(parts[1])! : 0
  let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
  let fraction = mantissa.count > 1 ? mantissa[1] : ""
  var digits = Array(mantissa[0].utf8) + Array(fraction.utf8)
  var point = mantissa[0].utf8.count + exponent
  while digits.first == 0x30 {
    digits.removeFirst()
    point -= 1
  }
  while digits.last == 0x30 { digits.removeLast() }
  let sign = isNegative ? "-" : ""
  if digits.isEmpty { return sign + "0" }
  let all = String(decoding: digits, as: UTF8.self)
  if point > 16 || point < -3 {
    let rest = all.dropFirst()
    return sign + all.prefix(1) + (rest.isEmpty ? "" : "." + rest) + "e\(point - 1)"
  }
  if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + all }
  if point >= digits.count {
    return sign + all + String(repeating: "0", count: point - digits.count)
  }
  return sign + all.prefix(point) + "." + all.dropFirst(point)
}

/// One element of a tensor in the fewest digits of its dtype.
func elementText(_ x: Double, _ dtype: DType) -> String {
  switch dtype {
  case .bool: x != 0 ? "true" : "false"
  case .u8, .i32: String(Int(x))
  case .f32: shortest(Float(x))
  case .f64: shortest(x)
  }
}

/// `x` with `count` digits after the point, the exact binary value rounded half to even.
public func fixed(_ x: Double, _ count: Int) -> String {
  if let special = specialText(x) { return special }
  var decimal = Decimal(x)
  decimal.round(fractionDigits: count)
  return (x.sign == .minus ? "-" : "") + decimal.fixed(fractionDigits: count)
}

/// `x` as `1.25e-3` with `count` digits after the point, rounded the same way.
func scientific(_ x: Double, _ count: Int) -> String {
  if let special = specialText(x) { return special }
  return (x.sign == .minus ? "-" : "") + Decimal(x).scientific(fractionDigits: count)
}

private func percent(_ x: Double, _ count: Int) -> String {
  if let special = specialText(x) { return special + "%" }
  var decimal = Decimal(x)
  if !decimal.digits.isEmpty { decimal.point += 2 }
  decimal.round(fractionDigits: count)
  return (x.sign == .minus ? "-" : "") + decimal.fixed(fractionDigits: count) + "%"
}

/// What follows the `:` of an interpolation: `[fill and align][+][0][width][,][.digits][f e % d]`.
struct FormatSpec {
  var fill: Character = " "
  var align: Character?
  var showsPlus = false
  var width = 0
  var groups = false
  var precision: Int?
  var type: Character?

  init?(_ text: String) {
    var rest = Array(text)[...]
    let aligns: Set<Character> = ["<", ">", "^"]
    if rest.count > 1, aligns.contains(rest[rest.startIndex + 1]) {
      fill = rest.removeFirst()
      align = rest.removeFirst()
    } else if let first = rest.first, aligns.contains(first) {
      align = rest.removeFirst()
    }
    if rest.first == "+" {
      showsPlus = true
      rest.removeFirst()
    }
    if rest.first == "0", align == nil {
      fill = "0"
      align = "="
      rest.removeFirst()
    }
    guard let digits = FormatSpec.number(&rest) else { return nil }
    width = digits.isEmpty ? 0 : Int(digits)!
    if rest.first == "," {
      groups = true
      rest.removeFirst()
    }
    if rest.first == "." {
      rest.removeFirst()
      guard let digits = FormatSpec.number(&rest), !digits.isEmpty else { return nil }
      precision = Int(digits)!
    }
    if let last = rest.popFirst() {
      guard "fe%d".contains(last), rest.isEmpty else { return nil }
      type = last
    } else if precision != nil {
      return nil
    }
  }

  /// Digits at the front; nil if there are too many to be meant.
  private static func number(_ rest: inout ArraySlice<Character>) -> String? {
    var digits = ""
    while let c = rest.first, ("0"..."9").contains(c) {
      digits.append(rest.removeFirst())
    }
    return digits.count <= 3 ? digits : nil
  }

  /// A number's text, before padding.
  func text(_ x: Double, shortest plain: String) throws -> String {
    var text: String
    switch type {
    case "f": text = fixed(x, precision ?? 6)
    case "e": text = scientific(x, precision ?? 6)
    case "%": text = percent(x, precision ?? 0)
    case "d":
      guard x.isFinite, x == x.rounded() else {
        throw Failure(
          .value, "the format `d` is for integers, not \(plain)", hint: "{x:.0f} rounds")
      }
      text = fixed(x, 0)
    default: text = plain
    }
    if groups { text = grouped(text) }
    if showsPlus && !text.hasPrefix("-") { text = "+" + text }
    return text
  }

  private func grouped(_ text: String) -> String {
    let isNegative = text.hasPrefix("-")
    let body = isNegative ? text.dropFirst() : text[...]
    let digits = body.prefix { $0 >= "0" && $0 <= "9" }
    guard let value = Int(digits) else { return text }
    return (isNegative ? "-" : "") + value.grouped + body.dropFirst(digits.count)
  }

  /// Text padded to the width; numbers to the right unless it says so.
  func padded(_ text: String, isNumber: Bool) -> String {
    let missing = width - displayWidth(text)
    guard missing > 0 else { return text }
    let space = String(repeating: fill, count: missing)
    switch align ?? (isNumber ? ">" : "<") {
    case "<": return text + space
    case "^":
      let left = missing / 2
      return String(repeating: fill, count: left) + text
        + String(repeating: fill, count: missing - left)
    case "=":
      let signed = text.hasPrefix("-") || text.hasPrefix("+")
      return signed ? text.prefix(1) + space + text.dropFirst() : space + text
    default: return space + text
    }
  }
}

/// A value's text by the format after `:` in an interpolation.
public func format(_ value: Value, _ specification: String) throws -> String {
  guard let spec = FormatSpec(specification) else {
    throw Failure(
      .value, "`\(specification)` is not a format",
      hint: "{x:.3f} {x:.2e} {x:.1%} {x:,d} {x:>8}")
  }
  switch value {
  case .number(let x): return spec.padded(try spec.text(x, shortest: shortest(x)), isNumber: true)
  case .tensor(let t), .buffer(let t):
    let texts = try t.elements().map { x in
      t.dtype == .bool
        ? elementText(x, .bool) : try spec.text(x, shortest: elementText(x, t.dtype))
    }
    if t.shape.isEmpty { return spec.padded(texts[0], isNumber: true) }
    return nested(texts.map { spec.padded($0, isNumber: true) }[...], Array(t.shape)[...])
  default:
    guard spec.type == nil && spec.precision == nil && !spec.groups else {
      throw Failure(
        .type, "the format `\(specification)` is for numbers, not \(describe(value))")
    }
    return spec.padded(display(value), isNumber: false)
  }
}

/// Element texts in nested brackets.
func nested(_ texts: ArraySlice<String>, _ shape: ArraySlice<Int>) -> String {
  guard let n = shape.first else { return texts.first ?? "" }
  let inner = shape.dropFirst()
  let size = inner.reduce(1, *)
  let parts = (0..<n).map { i in
    nested(texts[(texts.startIndex + i * size)..<(texts.startIndex + (i + 1) * size)], inner)
  }
  return "[" + parts.joined(separator: ", ") + "]"
}
