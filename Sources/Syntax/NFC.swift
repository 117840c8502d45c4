import Diagnostics

// Unicode's normal form C (UAX 15), by tables of our own: which spellings are one name must not
// depend on the release of a library.

/// The text in Unicode's normal form C.
public func canonicallyComposed(_ text: String) -> String {
  // Nothing below U+0300 decomposes and composes to another scalar or reorders.
  if text.unicodeScalars.allSatisfy({ $0.value < 0x300 }) { return text }
  var scalars: [UInt32] = []
  for scalar in text.unicodeScalars { decompose(scalar.value, into: &scalars) }
  reorder(&scalars)
  compose(&scalars)
  var result = String.UnicodeScalarView()
  for value in scalars { Unicode.Scalar(value).map { result.append($0) } }
  return String(result)
}

private enum Hangul {
  static let syllables: Range<UInt32> = 0xAC00..<0xD7A4
  static let leads: Range<UInt32> = 0x1100..<0x1113
  static let vowels: Range<UInt32> = 0x1161..<0x1176
  /// The first is no final but stands for none.
  static let finals: Range<UInt32> = 0x11A7..<0x11C3
}

private func decompose(_ value: UInt32, into scalars: inout [UInt32]) {
  if Hangul.syllables.contains(value) {
    let index = value - 0xAC00
    scalars.append(0x1100 + index / 588)
    scalars.append(0x1161 + index % 588 / 28)
    if index % 28 != 0 { scalars.append(0x11A7 + index % 28) }
    return
  }
  guard let row = row(of: value, in: canonicalDecompositions, ranged: false) else {
    return scalars.append(value)
  }
  decompose(canonicalDecompositions[row + 1] & 0x7FFF_FFFF, into: &scalars)
  let second = canonicalDecompositions[row + 2]
  if second != 0 { decompose(second, into: &scalars) }
}

/// The index of the row of three that holds a value: as its first, or between its first two.
private func row(of value: UInt32, in table: [UInt32], ranged: Bool) -> Int? {
  var low = 0
  var high = table.count / 3
  while low < high {
    let middle = (low + high) / 2
    if table[3 * middle] <= value { low = middle + 1 } else { high = middle }
  }
  guard low > 0, case let row = 3 * (low - 1) else { return nil }
  return (ranged ? value <= table[row + 1] : value == table[row]) ? row : nil
}

private func combiningClass(_ value: UInt32) -> UInt32 {
  row(of: value, in: combiningClasses, ranged: true).map { combiningClasses[$0 + 2] } ?? 0
}

/// Sorts each run of marks by class, stably.
private func reorder(_ scalars: inout [UInt32]) {
  let classes = scalars.map(combiningClass)
  var start = 0
  while start < scalars.count {
    guard classes[start] != 0 else {
      start += 1
      continue
    }
    let end = classes[start...].firstIndex(of: 0) ?? scalars.count
    let sorted = (start..<end).sorted { (classes[$0], $0) < (classes[$1], $1) }
    scalars.replaceSubrange(start..<end, with: sorted.map { scalars[$0] })
    start = end
  }
}

private let compositions: [UInt64: UInt32] = {
  var result: [UInt64: UInt32] = [:]
  for row in stride(from: 0, to: canonicalDecompositions.count, by: 3)
  where canonicalDecompositions[row + 1] >> 31 == 1 {
    let first = UInt64(canonicalDecompositions[row + 1] & 0x7FFF_FFFF)
    result[first << 32 | UInt64(canonicalDecompositions[row + 2])] = canonicalDecompositions[row]
  }
  return result
}()

private func composite(_ first: UInt32, _ second: UInt32) -> UInt32? {
  if Hangul.leads.contains(first), Hangul.vowels.contains(second) {
    return 0xAC00 + ((first - 0x1100) * 21 + second - 0x1161) * 28
  }
  if Hangul.syllables.contains(first), (first - 0xAC00) % 28 == 0,
    Hangul.finals.dropFirst().contains(second)
  {
    return first + second - 0x11A7
  }
  return compositions[UInt64(first) << 32 | UInt64(second)]
}

/// Joins each starter with the marks after it that nothing of their class or higher blocks.
private func compose(_ scalars: inout [UInt32]) {
  var result: [UInt32] = []
  var starter: Int?
  var lastClass: UInt32 = 0
  for value in scalars {
    let ownClass = combiningClass(value)
    if let starter, starter == result.count - 1 || lastClass != 0 && lastClass < ownClass,
      let whole = composite(result[starter], value)
    {
      result[starter] = whole
      continue
    }
    if ownClass == 0 { starter = result.count }
    lastClass = ownClass
    result.append(value)
  }
  scalars = result
}
