/// A picture in a file format that pages can show, written here in full so that its bytes are the
/// same everywhere: the pixels are stored, not compressed (PNG, ISO/IEC 15948; zlib, RFC 1950;
/// deflate, RFC 1951, stored blocks).
struct PNG {
  let width: Int
  let height: Int
  /// Red, green and blue, or one grey, of each pixel, row by row from the top.
  let bytes: [UInt8]
  let isColored: Bool

  /// A picture in grey.
  init(grey bytes: [UInt8], width: Int, height: Int) {
    (self.bytes, self.width, self.height, isColored) = (bytes, width, height, false)
  }

  /// A picture in colour.
  init(_ colors: [Color], width: Int, height: Int) {
    self.init(rgb: colors.flatMap { [$0.red, $0.green, $0.blue] }, width: width, height: height)
  }

  /// A picture of red, green and blue bytes.
  init(rgb bytes: [UInt8], width: Int, height: Int) {
    (self.bytes, self.width, self.height, isColored) = (bytes, width, height, true)
  }

  /// The file within an attribute.
  var dataURI: String { "data:image/png;base64," + base64(file) }

  /// The bytes of the file.
  var file: [UInt8] {
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    let header = big(width) + big(height) + [8, isColored ? 2 : 0, 0, 0, 0]
    file += PNG.chunk("IHDR", header)
    file += PNG.chunk("IDAT", PNG.stored(rows))
    return file + PNG.chunk("IEND", [])
  }

  /// Each row after a byte that says it is not filtered.
  private var rows: [UInt8] {
    let length = width * (isColored ? 3 : 1)
    var rows: [UInt8] = []
    rows.reserveCapacity(height * (length + 1))
    for row in 0..<height {
      rows.append(0)
      rows += bytes[row * length..<(row + 1) * length]
    }
    return rows
  }

  private static func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + data
    return big(data.count) + body + big(Int(checksum(body)))
  }

  private static func stored(_ data: [UInt8]) -> [UInt8] {
    var result: [UInt8] = [0x78, 0x01]
    var start = 0
    repeat {
      let end = min(start + 65_535, data.count)
      let length = end - start
      result.append(end == data.count ? 1 : 0)
      for part in [length, ~length] {
        result += [UInt8(truncatingIfNeeded: part), UInt8(truncatingIfNeeded: part >> 8)]
      }
      result += data[start..<end]
      start = end
    } while start < data.count
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in data {
      a = (a + UInt32(byte)) % 65_521
      b = (b + a) % 65_521
    }
    return result + big(Int(b << 16 | a))
  }

  /// CRC-32 of the polynomial that PNG names.
  private static func checksum(_ data: [UInt8]) -> UInt32 {
    var crc: UInt32 = ~0
    for byte in data {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return ~crc
  }
}

private func big(_ n: Int) -> [UInt8] {
  [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: n >> $0) }
}

/// RFC 4648.
private func base64(_ bytes: [UInt8]) -> String {
  let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var text: [UInt8] = []
  text.reserveCapacity((bytes.count + 2) / 3 * 4)
  for start in stride(from: 0, to: bytes.count, by: 3) {
    let group = bytes[start..<min(start + 3, bytes.count)]
    let bits = group.enumerated().reduce(0) { $0 | Int($1.element) << (16 - 8 * $1.offset) }
    for i in 0..<4 {
      text.append(
        i <= group.count ? digits[bits >> (18 - 6 * i) & 63] : UInt8(ascii: "="))
    }
  }
  return String(decoding: text, as: UTF8.self)
}
