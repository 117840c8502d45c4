import Tensor

/// An array in NumPy's NPY format, versions 1 to 3: a magic number, a header that is a Python
/// dictionary, then the elements ("A Simple File Format for NumPy Arrays", NEP 1).
public struct NPYArray: Equatable, Sendable {
  /// The type of the elements as a tensor holds them.
  public var dtype: DType
  /// Sizes of the axes.
  public var shape: [Int]
  /// The elements in row-major order, little-endian.
  public var bytes: [UInt8]

  /// Makes an array of its parts.
  public init(dtype: DType, shape: [Int], bytes: [UInt8]) {
    self.dtype = dtype
    self.shape = shape
    self.bytes = bytes
  }

  /// Reads a whole file. 8- to 64-bit integers become i32 and must fit; half floats become f32.
  public init(_ file: ArraySlice<UInt8>, name: String) throws(DataProblem) {
    let (text, start) = try Self.header(file, name)
    var parser = HeaderParser(text, name: name)
    let header = try parser.read()
    let type = try ElementType(header.type, name: name)
    guard header.shape.count <= Shape.maximumRank else {
      throw DataProblem(
        "\(name) has \(header.shape.count) axes, and a tensor has at most \(Shape.maximumRank)")
    }
    let body = file[start...]
    let sizes = "(" + header.shape.map(String.init).joined(separator: ", ") + ")"
    var count = 1
    var isTooLarge = false
    for size in header.shape where !header.shape.contains(0) {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      count = product
      isTooLarge = isTooLarge || overflow || product > Int(Int32.max) * 64
    }
    if header.shape.contains(0) { count = 0 }
    guard !isTooLarge, count * type.size <= body.count else {
      throw DataProblem(
        "\(name) is cut short: its header says \(sizes) of \(header.type), and \(body.count) bytes follow"
      )
    }
    guard count * type.size == body.count else {
      throw DataProblem("\(name) has \(body.count - count * type.size) bytes after its elements")
    }
    dtype = type.dtype
    shape = header.shape
    var elements = try type.converted(body, name)
    if header.isFortranOrder, shape.count > 1 {
      elements = Self.rowMajor(elements, shape, dtype.size)
    }
    bytes = elements
  }

  /// The header's text and where the elements start.
  private static func header(
    _ file: ArraySlice<UInt8>, _ name: String
  ) throws(DataProblem) -> (ArraySlice<UInt8>, Int) {
    let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    let start = file.startIndex
    guard file.count >= 10, file.starts(with: magic) else {
      if file.starts(with: [0x50, 0x4B]) {
        throw DataProblem("\(name) is an archive, not an NPY file", hint: "load(\"\(name)\")")
      }
      throw DataProblem(file.isEmpty ? "\(name) is empty" : "\(name) is no NPY file")
    }
    let version = file[start + 6]
    guard (1...3).contains(version) else {
      throw DataProblem("\(name) has version \(version) of the NPY format, and 1 to 3 are known")
    }
    let width = version == 1 ? 2 : 4
    guard file.count >= 8 + width else { throw DataProblem("\(name) is cut short in its header") }
    let length = (0..<width).reduce(0) { $0 | Int(file[start + 8 + $1]) << (8 * $1) }
    let text = start + 8 + width
    guard length <= file.endIndex - text else {
      throw DataProblem("\(name) is cut short in its header")
    }
    return (file[text..<text + length], text + length)
  }

  /// Elements stored with the first index fastest, in row-major order.
  private static func rowMajor(_ elements: [UInt8], _ shape: [Int], _ size: Int) -> [UInt8] {
    var strides = Array(repeating: size, count: shape.count)
    for axis in shape.indices.dropFirst() { strides[axis] = strides[axis - 1] * shape[axis - 1] }
    var result: [UInt8] = []
    result.reserveCapacity(elements.count)
    var index = Array(repeating: 0, count: shape.count)
    var place = 0
    for _ in 0..<elements.count / size {
      result += elements[place..<place + size]
      var axis = shape.count - 1
      while axis >= 0 {
        index[axis] += 1
        place += strides[axis]
        if index[axis] < shape[axis] { break }
        place -= strides[axis] * shape[axis]
        index[axis] = 0
        axis -= 1
      }
    }
    return result
  }

  /// The file: version 1, the elements aligned to 64 bytes as NumPy writes them.
  public var file: [UInt8] {
    let types: [DType: String] = [
      .bool: "|b1", .u8: "|u1", .i32: "<i4", .f32: "<f4", .f64: "<f8",
    ]
    let sizes = shape.map(String.init).joined(separator: ", ")
    let tuple = shape.count == 1 ? "(\(sizes),)" : "(\(sizes))"
    var header =
      "{'descr': '\(types[dtype] ?? "")', 'fortran_order': False, 'shape': \(tuple), }"
    header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
    let length = header.utf8.count
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 255), UInt8(length >> 8)]
      + Array(header.utf8) + bytes
  }
}

/// The type of stored elements, as `<f4` names it.
private struct ElementType {
  let size: Int
  let dtype: DType
  private let kind: Character
  private let isBig: Bool

  init(_ text: String, name: String) throws(DataProblem) {
    let order = text.first ?? " "
    let rest = "<>|=".contains(order) ? text.dropFirst() : text[...]
    kind = rest.first ?? " "
    size = Int(rest.dropFirst()) ?? 0
    isBig = order == ">"
    switch (kind, size) {
    case ("b", 1): dtype = .bool
    case ("u", 1): dtype = .u8
    case ("i", 1), ("i", 2), ("u", 2), ("i", 4), ("u", 4), ("i", 8), ("u", 8): dtype = .i32
    case ("f", 2), ("f", 4): dtype = .f32
    case ("f", 8): dtype = .f64
    default:
      let what: [Character: String] = [
        "O": "Python objects", "U": "text", "S": "text", "a": "text", "c": "complex numbers",
        "M": "dates", "m": "durations", "V": "records", "f": "floats of \(size * 8) bits",
      ]
      throw DataProblem(
        "\(name) holds \(what[kind] ?? "elements of a type that is not known") (\(text))",
        hint: "bool, integers, float16, float32 and float64 can be read")
    }
  }

  /// The elements little-endian in the tensor's type.
  func converted(_ body: ArraySlice<UInt8>, _ name: String) throws(DataProblem) -> [UInt8] {
    switch (kind, size) {
    case ("b", _): return body.map { $0 == 0 ? 0 : 1 }
    case ("u", 1): return Array(body)
    case ("f", 2):
      return words(body).flatMap { word in
        ElementType.bytes(Float(Float16(bitPattern: UInt16(word))).bitPattern)
      }
    case ("f", _), ("i", 4): if !isBig { return Array(body) }
    default: break
    }
    if kind == "f" || kind == "i" && size == 4 { return swapped(body) }
    var result: [UInt8] = []
    result.reserveCapacity(body.count / size * 4)
    for (i, word) in words(body).enumerated() {
      guard let value = integer(word) else {
        throw DataProblem(
          "\(name) has the integer \(spelled(word)) at place \(i), which does not fit i32",
          hint: "in NumPy, x.astype(\"float64\") keeps integers up to 2^53")
      }
      result += ElementType.bytes(UInt32(bitPattern: value))
    }
    return result
  }

  private func swapped(_ body: ArraySlice<UInt8>) -> [UInt8] {
    var result = Array(body)
    for start in stride(from: 0, to: result.count, by: size) {
      result[start..<start + size].reverse()
    }
    return result
  }

  private func words(_ body: ArraySlice<UInt8>) -> [UInt64] {
    stride(from: body.startIndex, to: body.endIndex, by: size).map { start in
      let bytes = body[start..<start + size]
      return (isBig ? Array(bytes) : bytes.reversed()).reduce(0) { $0 << 8 | UInt64($1) }
    }
  }

  private func signed(_ word: UInt64) -> Int64 {
    let shift = UInt64(64 - 8 * size)
    return Int64(bitPattern: word << shift) >> Int64(shift)
  }

  private func integer(_ word: UInt64) -> Int32? {
    kind == "u" ? Int32(exactly: word) : Int32(exactly: signed(word))
  }

  private func spelled(_ word: UInt64) -> String {
    kind == "u" ? "\(word)" : "\(signed(word))"
  }

  private static func bytes(_ word: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * UInt32($0))) }
  }
}

/// Reads the dictionary of an NPY header: strings, bools, integers and a tuple of these.
private struct HeaderParser {
  private let text: [UInt8]
  private let name: String
  private var at = 0

  struct Header {
    var type = ""
    var isFortranOrder = false
    var shape: [Int] = []
  }

  init(_ text: ArraySlice<UInt8>, name: String) {
    self.text = Array(text)
    self.name = name
  }

  mutating func read() throws(DataProblem) -> Header {
    var header = Header()
    var seen: Set<String> = []
    try take("{")
    while !has("}") {
      let key = try string()
      try take(":")
      switch key {
      case "descr":
        if has("[", keeping: true) {
          throw DataProblem(
            "\(name) holds records, and a tensor has elements of one type",
            hint: "save each field as an array of its own")
        }
        header.type = try string()
      case "fortran_order": header.isFortranOrder = try flag()
      case "shape": header.shape = try tuple()
      default: throw damage()
      }
      guard seen.insert(key).inserted else { throw damage() }
      if !has(",") {
        try take("}")
        break
      }
    }
    skipSpace()
    guard at == text.count, seen.count == 3 else { throw damage() }
    return header
  }

  private func damage() -> DataProblem { DataProblem("\(name) has a damaged NPY header") }

  private mutating func skipSpace() {
    while at < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[at]) { at += 1 }
  }

  private mutating func has(_ mark: Unicode.Scalar, keeping: Bool = false) -> Bool {
    skipSpace()
    guard at < text.count, text[at] == UInt8(ascii: mark) else { return false }
    if !keeping { at += 1 }
    return true
  }

  private mutating func take(_ mark: Unicode.Scalar) throws(DataProblem) {
    guard has(mark) else { throw damage() }
  }

  private mutating func string() throws(DataProblem) -> String {
    skipSpace()
    guard at < text.count, text[at] == UInt8(ascii: "'") || text[at] == UInt8(ascii: "\"") else {
      throw damage()
    }
    let quote = text[at]
    let start = at + 1
    guard let end = text[start...].firstIndex(of: quote) else { throw damage() }
    at = end + 1
    return String(decoding: text[start..<end], as: UTF8.self)
  }

  private mutating func flag() throws(DataProblem) -> Bool {
    skipSpace()
    for (word, value) in [("True", true), ("False", false)]
    where text[at...].starts(with: word.utf8) {
      at += word.utf8.count
      return value
    }
    throw damage()
  }

  private mutating func tuple() throws(DataProblem) -> [Int] {
    try take("(")
    var sizes: [Int] = []
    while !has(")") {
      skipSpace()
      let start = at
      while at < text.count, (0x30...0x39).contains(text[at]) { at += 1 }
      guard let size = Int(String(decoding: text[start..<at], as: UTF8.self)) else {
        throw damage()
      }
      // Python 2 wrote long integers so.
      if at < text.count, text[at] == UInt8(ascii: "L") { at += 1 }
      sizes.append(size)
      if !has(",") {
        try take(")")
        break
      }
    }
    return sizes
  }
}
