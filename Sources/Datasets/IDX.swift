/// An array of bytes in the IDX format: a magic number that names element type and rank, the sizes
/// as 32-bit big-endian numbers, then the elements, the last index fastest
/// (LeCun, Cortes and Burges, "The MNIST database").
public struct IDXArray: Equatable, Sendable {
  /// Sizes of the axes.
  public var shape: [Int]
  /// The file, header included.
  public var file: [UInt8]
  /// Where the elements start in `file`.
  public var start: Int

  /// The elements.
  public var elements: ArraySlice<UInt8> { file[start...] }

  /// Reads a whole decompressed file; its elements must be unsigned bytes.
  public init(_ file: [UInt8], name: String) throws(DataProblem) {
    guard file.count >= 4 else { throw DataProblem("\(name) is cut short: it has no IDX header") }
    guard file[0] == 0, file[1] == 0 else {
      let magic = file[..<4].map { hexadecimal($0) }.joined(separator: " ")
      throw DataProblem("\(name) is no IDX file: it starts with \(magic)")
    }
    guard file[2] == 0x08 else {
      let type = Self.types[file[2]] ?? "unknown (\(hexadecimal(file[2])))"
      throw DataProblem("\(name) has elements of type \(type), and unsigned bytes are expected")
    }
    let rank = Int(file[3])
    guard rank > 0 else { throw DataProblem("\(name) is no IDX file: its rank is 0") }
    start = 4 + 4 * rank
    guard file.count >= start else {
      throw DataProblem("\(name) is cut short: it has no IDX header of rank \(rank)")
    }
    shape = (0..<rank).map { axis in
      file[(4 + 4 * axis)..<(8 + 4 * axis)].reduce(0) { $0 << 8 | Int($1) }
    }
    let count = shape.reduce((value: 1, overflow: false)) { total, size in
      let product = total.value.multipliedReportingOverflow(by: size)
      return (product.partialValue, total.overflow || product.overflow)
    }
    let sizes = shape.map(String.init).joined(separator: " × ")
    guard !count.overflow, count.value <= file.count - start else {
      let found = file.count - start
      throw DataProblem("\(name) is cut short: its header says \(sizes), and \(found) bytes follow")
    }
    guard count.value == file.count - start else {
      let extra = file.count - start - count.value
      throw DataProblem("\(name) has \(extra) bytes after its \(sizes) elements")
    }
    self.file = file
  }

  private static let types: [UInt8: String] = [
    0x09: "i8", 0x0B: "i16", 0x0C: "i32", 0x0D: "f32", 0x0E: "f64",
  ]
}

/// Two hexadecimal digits.
func hexadecimal(_ byte: UInt8) -> String {
  let digits = Array("0123456789abcdef")
  return String([digits[Int(byte >> 4)], digits[Int(byte & 15)]])
}
