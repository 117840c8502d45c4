import Datasets
import Diagnostics
import System
import Testing

/// A gzip file of stored blocks, written by hand from RFC 1951 and RFC 1952.
func stored(_ bytes: [UInt8]) -> [UInt8] {
  var file: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
  let blocks = stride(from: 0, to: max(bytes.count, 1), by: 0xFFFF)
  for start in blocks {
    let block = bytes[start..<min(start + 0xFFFF, bytes.count)]
    let isLast = start + 0xFFFF >= bytes.count
    file.append(isLast ? 1 : 0)
    for length in [UInt16(block.count), ~UInt16(block.count)] {
      file += [UInt8(length & 255), UInt8(length >> 8)]
    }
    file += block
  }
  for word in [crc32(bytes), UInt32(bytes.count)] {
    file += (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
  }
  return file
}

private func crc32(_ bytes: [UInt8]) -> UInt32 {
  var crc: UInt32 = ~0
  for byte in bytes {
    crc ^= UInt32(byte)
    for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
  }
  return ~crc
}

/// An IDX file of bytes.
func idx(_ shape: [Int], _ elements: [UInt8]) -> [UInt8] {
  [0, 0, 8, UInt8(shape.count)]
    + shape.flatMap { size in (0..<4).reversed().map { UInt8(size >> (8 * $0) & 255) } } + elements
}

@Suite struct FormatTests {
  private func problem<R>(_ body: () throws(DataProblem) -> R) -> String? {
    do throws(DataProblem) {
      _ = try body()
      return nil
    } catch {
      return error.message
    }
  }

  @Test(arguments: [0, 1, 1000, 65535, 65536, 300_000])
  func decompresses(_ count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    #expect(try gunzip(stored(bytes), name: "a.gz") == bytes)
    // Members follow one another, and an archive may be padded with zeros.
    #expect(try gunzip(stored(bytes) + stored([7]), name: "a.gz") == bytes + [7])
    #expect(try gunzip(stored(bytes) + [0, 0, 0], name: "a.gz") == bytes)
  }

  /// `printf 'aaaaaaaaaa' | gzip -9n`: a compressed block.
  @Test func decompressesWhatGzipMade() throws {
    let file: [UInt8] = [
      0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x4B, 0x4C, 0x84, 0x01, 0x00,
      0xF0, 0xCD, 0x11, 0x4C, 0x0A, 0x00, 0x00, 0x00,
    ]
    #expect(try gunzip(file, name: "a.gz") == Array("aaaaaaaaaa".utf8))
  }

  @Test func everyTruncationIsAnError() {
    let file = stored(Array("some bytes to lose".utf8))
    for count in 2..<file.count {
      #expect(
        problem { () throws(DataProblem) in try gunzip(Array(file[..<count]), name: "a.gz") }
          == "a.gz is cut short: the compressed data has no end")
    }
  }

  @Test func damageIsAnError() {
    let file = stored(Array("some bytes to lose".utf8))
    for at in 15..<file.count {
      var bytes = file
      bytes[at] ^= 0x10
      #expect(
        problem { () throws(DataProblem) in try gunzip(bytes, name: "a.gz") }
          == "a.gz is damaged: the compressed data is wrong")
    }
    #expect(
      problem { () throws(DataProblem) in try gunzip(file + [1, 2], name: "a.gz") }
        == "a.gz has bytes after its end")
    #expect(
      problem { () throws(DataProblem) in try gunzip([1, 2, 3], name: "a") } == "a is no gzip file")
    #expect(problem { () throws(DataProblem) in try gunzip([], name: "a") } == "a is empty")
  }

  @Test func refusesToFillTheMemory() {
    let file = stored([UInt8](repeating: 0, count: 600_000))
    #expect(
      problem { () throws(DataProblem) in try gunzip(file, name: "a", limit: 100_000) }
        == "a holds more than 100000 bytes")
  }

  @Test func readsIDX() throws {
    let array = try IDXArray(idx([2, 3], [1, 2, 3, 4, 5, 6]), name: "a")
    #expect(array.shape == [2, 3])
    #expect(Array(array.elements) == [1, 2, 3, 4, 5, 6])
    #expect(try IDXArray(idx([0], []), name: "a").elements.isEmpty)
  }

  @Test(
    arguments: [
      ([], "a is cut short: it has no IDX header"),
      ([0, 0, 8], "a is cut short: it has no IDX header"),
      ([1, 0, 8, 1, 0, 0, 0, 0], "a is no IDX file: it starts with 01 00 08 01"),
      ([0, 0, 13, 1, 0, 0, 0, 0], "a has elements of type f32, and unsigned bytes are expected"),
      (
        [0, 0, 1, 1, 0, 0, 0, 0],
        "a has elements of type unknown (01), and unsigned bytes are expected"
      ),
      ([0, 0, 8, 0], "a is no IDX file: its rank is 0"),
      ([0, 0, 8, 2, 0, 0, 0, 1], "a is cut short: it has no IDX header of rank 2"),
      (idx([2, 3], [1, 2]), "a is cut short: its header says 2 × 3, and 2 bytes follow"),
      (idx([2], [1, 2, 3]), "a has 1 bytes after its 2 elements"),
      (
        idx([0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF], []),
        "a is cut short: its header says 4294967295 × 4294967295 × 4294967295, and 0 bytes follow"
      ),
    ] as [([UInt8], String)])
  func saysWhatIsWrongWithIDX(_ bytes: [UInt8], _ message: String) {
    #expect(problem { () throws(DataProblem) in try IDXArray(bytes, name: "a") } == message)
  }

  @Test func aFileThatCanNotBeReadIsTold() {
    let file = FileProblem(.write, "a", .readingOnly)
    let problem = DataProblem(file)
    #expect(problem.message == file.message && problem.hint == file.hint && problem.hint != nil)
    #expect(problem.file == file && DataProblem("a is empty").file == nil)
  }
}
