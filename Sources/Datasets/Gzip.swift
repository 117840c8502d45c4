import CZlib

/// Decompresses a gzip file, all members of it.
///
/// - Parameter limit: more bytes than this are refused, so a small file can't fill the memory.
public func gunzip(
  _ bytes: [UInt8], name: String, limit: Int = 1 << 30
) throws(DataProblem) -> [UInt8] {
  guard bytes.count >= 2, bytes[0] == 0x1F, bytes[1] == 0x8B else {
    throw DataProblem(bytes.isEmpty ? "\(name) is empty" : "\(name) is no gzip file")
  }
  var result: [UInt8] = []
  // The last four bytes of a file of one member are its size; a wrong guess costs time alone.
  let size = bytes.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
  result.reserveCapacity(min(max(size, 64), bytes.count * 64, limit))
  var input = 0
  while input < bytes.count {
    if input > 0, bytes[input...].allSatisfy({ $0 == 0 }) { break }  // padding of tape archives
    input += try inflateMember(bytes, from: input, name: name, limit: limit, into: &result)
  }
  return result
}

/// Decompresses the member that starts at an offset; the number of bytes it takes.
private func inflateMember(
  _ bytes: [UInt8], from start: Int, name: String, limit: Int, into result: inout [UInt8]
) throws(DataProblem) -> Int {
  var stream = unsafe z_stream()
  guard unsafe et_inflate_start(&stream) == Z_OK else {
    throw DataProblem("there is no memory to decompress \(name)")
  }
  defer { unsafe inflateEnd(&stream) }
  var status = Z_OK
  let block = 1 << 18
  var buffer = [UInt8](repeating: 0, count: block)
  var used = 0
  while status == Z_OK {
    let (made, taken) = unsafe bytes.withUnsafeBytes { input in
      unsafe buffer.withUnsafeMutableBufferPointer { output in
        let left = bytes.count - start - used
        let base = unsafe input.baseAddress!.assumingMemoryBound(to: UInt8.self)
        unsafe stream.next_in = UnsafeMutablePointer(mutating: base + start + used)
        unsafe stream.avail_in = UInt32(min(left, Int(UInt32.max)))
        unsafe stream.next_out = output.baseAddress
        unsafe stream.avail_out = UInt32(block)
        let before = unsafe stream.avail_in
        status = unsafe inflate(&stream, Z_NO_FLUSH)
        return unsafe (block - Int(stream.avail_out), Int(before - stream.avail_in))
      }
    }
    used += taken
    result += buffer[..<made]
    if result.count > limit { throw DataProblem("\(name) holds more than \(limit) bytes") }
  }
  guard status == Z_STREAM_END else { throw problem(status, name, isFirst: start == 0) }
  return used
}

private func problem(_ status: Int32, _ name: String, isFirst: Bool) -> DataProblem {
  switch status {
  case Z_BUF_ERROR: DataProblem("\(name) is cut short: the compressed data has no end")
  case Z_MEM_ERROR: DataProblem("there is no memory to decompress \(name)")
  case _ where !isFirst: DataProblem("\(name) has bytes after its end")
  default: DataProblem("\(name) is damaged: the compressed data is wrong")
  }
}
