import CZlib

/// The files of a ZIP archive, stored or deflated (PKWARE, "APPNOTE.TXT", 6.3).
struct ZipArchive {
  /// Names and contents in the order of the directory.
  private(set) var entries: [(name: String, bytes: [UInt8])] = []
  private let file: [UInt8]
  private let name: String

  /// What the directory says of a file.
  private struct Entry {
    var name: String
    var method: Int
    var flags: Int
    var checksum: Int
    var packed: Int
    var size: Int
    var start: Int
  }

  /// More bytes than this are refused, so a small file can't fill the memory.
  private static let limit = 4 << 30

  init(_ file: [UInt8], name: String) throws(DataProblem) {
    self.file = file
    self.name = name
    guard file.count >= 2, file[0] == 0x50, file[1] == 0x4B else {
      throw DataProblem(file.isEmpty ? "\(name) is empty" : "\(name) is no NPZ archive")
    }
    var names: Set<String> = []
    var total = 0
    for entry in try directory() {
      guard names.insert(entry.name).inserted else {
        throw DataProblem("\(name) has two entries `\(entry.name)`")
      }
      total += entry.size
      guard total <= Self.limit else {
        throw DataProblem("\(name) holds more than \(Self.limit) bytes")
      }
      entries.append((entry.name, try content(of: entry)))
    }
  }

  private func number(_ place: Int, _ width: Int) throws(DataProblem) -> Int {
    guard place >= 0, place <= file.count - width else { throw cutShort() }
    let value = (0..<width).reduce(UInt64(0)) { $0 | UInt64(file[place + $1]) << (8 * UInt64($1)) }
    guard let result = Int(exactly: value) else { throw damage() }
    return result
  }

  private func cutShort() -> DataProblem { DataProblem("\(name) is cut short") }
  private func damage() -> DataProblem { DataProblem("\(name) is damaged: its directory is wrong") }

  /// The end record stands last, before a comment of at most 65,535 bytes.
  private func directory() throws(DataProblem) -> [Entry] {
    var end = file.count - 22
    let first = max(0, end - 0xFFFF)
    while end >= first, try number(end, 4) != 0x0605_4B50 { end -= 1 }
    guard end >= first else { throw cutShort() }
    var count = try number(end + 10, 2)
    var place = try number(end + 16, 4)
    if count == 0xFFFF || place == 0xFFFF_FFFF, end >= 20, try number(end - 20, 4) == 0x0706_4B50 {
      let wide = try number(end - 12, 8)
      guard try number(wide, 4) == 0x0606_4B50 else { throw damage() }
      count = try number(wide + 32, 8)
      place = try number(wide + 48, 8)
    }
    var entries: [Entry] = []
    // Each takes 46 bytes at least, so a wrong count ends soon.
    while entries.count < count { entries.append(try entry(&place)) }
    return entries
  }

  private func entry(_ place: inout Int) throws(DataProblem) -> Entry {
    guard try number(place, 4) == 0x0201_4B50 else { throw damage() }
    let lengths = (
      name: try number(place + 28, 2), extra: try number(place + 30, 2),
      comment: try number(place + 32, 2)
    )
    let start = place + 46
    guard start + lengths.name + lengths.extra <= file.count else { throw cutShort() }
    let bytes = file[start..<start + lengths.name]
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.utf8.elementsEqual(bytes) else {
      throw DataProblem("\(name) has an entry whose name is not UTF-8")
    }
    var entry = Entry(
      name: text, method: try number(place + 10, 2), flags: try number(place + 8, 2),
      checksum: try number(place + 16, 4), packed: try number(place + 20, 4),
      size: try number(place + 24, 4), start: try number(place + 42, 4))
    try widen(&entry, start + lengths.name..<start + lengths.name + lengths.extra)
    place = start + lengths.name + lengths.extra + lengths.comment
    return entry
  }

  /// Sizes that do not fit 32 bits stand in an extra field of kind 1.
  private func widen(_ entry: inout Entry, _ extra: Range<Int>) throws(DataProblem) {
    var at = extra.lowerBound
    while at + 4 <= extra.upperBound {
      let (kind, length) = (try number(at, 2), try number(at + 2, 2))
      var field = at + 4
      if kind == 1 {
        if entry.size == 0xFFFF_FFFF {
          entry.size = try number(field, 8)
          field += 8
        }
        if entry.packed == 0xFFFF_FFFF {
          entry.packed = try number(field, 8)
          field += 8
        }
        if entry.start == 0xFFFF_FFFF { entry.start = try number(field, 8) }
      }
      at += 4 + length
    }
  }

  private func content(of entry: Entry) throws(DataProblem) -> [UInt8] {
    let title = "\(name): \(entry.name)"
    guard entry.flags & 1 == 0 else { throw DataProblem("\(title) is encrypted") }
    guard try number(entry.start, 4) == 0x0403_4B50 else { throw damage() }
    let start =
      try entry.start + 30 + number(entry.start + 26, 2) + number(entry.start + 28, 2)
    guard entry.packed >= 0, start <= file.count - entry.packed else { throw cutShort() }
    let packed = file[start..<start + entry.packed]
    let bytes: [UInt8]
    switch entry.method {
    case 0: bytes = Array(packed)
    case 8: bytes = try inflated(packed, size: entry.size, title)
    default:
      throw DataProblem(
        "\(title) is compressed by method \(entry.method), and stored and deflated files can be read"
      )
    }
    guard bytes.count == entry.size, checksum(bytes) == entry.checksum else {
      throw DataProblem("\(title) is damaged: its checksum is another")
    }
    return bytes
  }

  private func inflated(
    _ packed: ArraySlice<UInt8>, size: Int, _ title: String
  ) throws(DataProblem) -> [UInt8] {
    // Deflate makes at most 1,032 bytes of one, so a wrong size asks for no memory.
    guard size <= packed.count * 1032 + 64 else { throw damage() }
    var stream = unsafe z_stream()
    guard unsafe et_inflate_start_bare(&stream) == Z_OK else {
      throw DataProblem("there is no memory to decompress \(title)")
    }
    defer { unsafe inflateEnd(&stream) }
    var result = [UInt8](repeating: 0, count: size + 1)
    var input = Array(packed)
    let (status, made) = unsafe input.withUnsafeMutableBufferPointer { input in
      unsafe result.withUnsafeMutableBufferPointer { output in
        unsafe stream.next_in = input.baseAddress
        unsafe stream.avail_in = UInt32(clamping: input.count)
        unsafe stream.next_out = output.baseAddress
        unsafe stream.avail_out = UInt32(clamping: output.count)
        let status = unsafe inflate(&stream, Z_FINISH)
        return unsafe (status, output.count - Int(stream.avail_out))
      }
    }
    guard status == Z_STREAM_END, made == size else {
      throw DataProblem("\(title) is damaged: the compressed data is wrong")
    }
    result.removeLast()
    return result
  }

  // MARK: Writing

  /// An archive of stored files: the same bytes for the same content, so no times.
  static func file(
    of entries: [(name: String, bytes: [UInt8])], name: String
  ) throws(DataProblem) -> [UInt8] {
    var result: [UInt8] = []
    var directory: [UInt8] = []
    for (title, bytes) in entries {
      guard result.count + bytes.count < Int(Int32.max) * 2 - 1_000_000, title.utf8.count < 0xFFFF
      else { throw DataProblem("\(name) would be larger than 4 GiB") }
      let flags = title.utf8.allSatisfy { $0 < 0x80 } ? 0 : 0x800
      // Version 2.0, flags, no compression, midnight on the first day of 1980.
      let common =
        words(2, 20, flags, 0, 0, 0x21) + words(4, checksum(bytes), bytes.count, bytes.count)
        + words(2, title.utf8.count, 0)
      directory += words(4, 0x0201_4B50) + words(2, 20) + common
      directory += words(2, 0, 0, 0) + words(4, 0, result.count) + Array(title.utf8)
      result += words(4, 0x0403_4B50) + common + Array(title.utf8) + bytes
    }
    let start = result.count
    guard entries.count < 0xFFFF else { throw DataProblem("\(name) would have too many arrays") }
    result += directory + words(4, 0x0605_4B50) + words(2, 0, 0, entries.count, entries.count)
    return result + words(4, directory.count, start) + words(2, 0)
  }

  private static func words(_ width: Int, _ values: Int...) -> [UInt8] {
    values.flatMap { value in (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
  }
}

/// CRC-32 as ZIP uses it.
private func checksum(_ bytes: [UInt8]) -> Int {
  var result = UInt(0)
  for start in stride(from: 0, to: bytes.count, by: 1 << 30) {
    let block = bytes[start..<min(start + (1 << 30), bytes.count)]
    result = unsafe block.withUnsafeBufferPointer { buffer in
      unsafe crc32(result, buffer.baseAddress, UInt32(buffer.count))
    }
  }
  return Int(result)
}
