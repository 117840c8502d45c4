#if os(Linux)
import CSystem

/// An open file by the system's number, and what it is called in problems.
struct Descriptor {
  let number: Int32
  let path: String

  /// All bytes to its end; pipes and devices are read to theirs.
  func readAll() throws(FileProblem) -> [UInt8] {
    var status = stat()
    guard unsafe fstat(number, &status) == 0 else { throw .last(.read, path) }
    if unsafe et_file_type(&status) == S_IFDIR { throw FileProblem(.read, path, .isFolder) }
    var bytes: [UInt8] = []
    // One byte beyond the size shows the end without another allocation.
    var space = max(Int(status.st_size) + 1, 1 << 16)
    while true {
      var problem: FileProblem?
      let chunk = unsafe [UInt8](unsafeUninitializedCapacity: space) { buffer, count in
        let n = unsafe fill(buffer)
        if n < 0 { problem = .last(.read, path) }
        count = max(n, 0)
      }
      if let problem { throw problem }
      if bytes.isEmpty { bytes = chunk } else { bytes += chunk }
      if chunk.count < space { return bytes }
      space = max(1 << 16, bytes.count)
    }
  }

  /// Reads until the buffer is full or the file ends; the number of bytes, −1 on failure.
  private func fill(_ buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
    var done = 0
    while done < buffer.count {
      let n = unsafe read(number, buffer.baseAddress! + done, buffer.count - done)
      if n < 0, et_errno() == EINTR { continue }
      if n < 0 { return -1 }
      if n == 0 { break }
      done += n
    }
    return done
  }

  /// Writes all bytes.
  func writeAll(_ bytes: [UInt8]) throws(FileProblem) {
    var done = 0
    while done < bytes.count {
      let n = unsafe bytes.withUnsafeBytes { buffer in
        unsafe write(number, buffer.baseAddress! + done, buffer.count - done)
      }
      if n < 0, et_errno() == EINTR { continue }
      if n < 0 { throw .last(.write, path) }
      done += n
    }
  }
}
#endif
