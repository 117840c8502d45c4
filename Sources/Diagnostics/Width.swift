/// The number of terminal columns a text takes: two for wide characters such as Hangul and emoji,
/// none for combining marks. By a table of our own, so that what is shown is the same everywhere.
public func displayWidth(_ text: String) -> Int {
  var columns = Columns()
  return text.unicodeScalars.reduce(0) { $0 + columns.width(of: $1) }
}

/// Counts columns scalar by scalar; sequences of emoji need what came before.
struct Columns {
  private var isJoined = false
  private var lastWidth = 0
  private var lastIsEmoji = false

  /// Columns that a scalar adds to those before it.
  mutating func width(of scalar: Unicode.Scalar) -> Int {
    let value = scalar.value
    if value >= 0x20, value < 0x300, value != 0x7F, !(0x80..<0xA0).contains(value) {
      isJoined = false
      (lastWidth, lastIsEmoji) = (1, false)
      return 1
    }
    if value == 0x200D {  // the joiner makes one picture of two emoji
      isJoined = lastIsEmoji
      return 0
    }
    if value == 0xFE0F, lastWidth == 1, isPictograph(value: lastValue) {
      (lastWidth, lastIsEmoji) = (2, true)  // asks for the emoji form, which is wide
      return 1
    }
    let isModifier = (0x1F3FB...0x1F3FF).contains(value)
    let width = isJoined || isModifier && lastIsEmoji ? 0 : tableWidth(value)
    isJoined = false
    if width > 0 {
      (lastWidth, lastIsEmoji) = (
        width, width == 2 && value >= 0x203C && isPictograph(value: value)
      )
      lastValue = value
    }
    return width
  }

  private var lastValue: UInt32 = 0

  /// Blocks whose characters have an emoji form.
  private func isPictograph(value: UInt32) -> Bool {
    switch value {
    case 0x203C...0x3299, 0x1F000...0x1FAFF: true
    default: false
    }
  }

  /// Width by the table; control characters take no column.
  private func tableWidth(_ value: UInt32) -> Int {
    if value < 0x20 || (0x7F..<0xA0).contains(value) { return 0 }
    var low = 0
    var high = columnWidths.count / 3
    while low < high {
      let middle = (low + high) / 2
      if columnWidths[3 * middle] <= value { low = middle + 1 } else { high = middle }
    }
    guard low > 0, case let row = 3 * (low - 1), value <= columnWidths[row + 1] else { return 1 }
    return Int(columnWidths[row + 2])
  }
}
