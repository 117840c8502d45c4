#if os(Linux)
import CSystem

extension Disk {
  /// Adds bytes to a file's end by a single write, so that what several processes add never mixes; a
  /// new file is for its owner alone. Gives how many bytes the disk took.
  public static func append(_ bytes: [UInt8], to path: String) throws(FileProblem) -> Int {
    let file = unsafe et_open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw .last(.write, path) }
    defer { close(file) }
    let count = unsafe bytes.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
    if count < 0 { throw .last(.write, path) }
    return count
  }

  /// Makes a file with a name of its own for an editor; its path.
  ///
  /// - Throws: a problem of making a file in the folder, or of writing it.
  public static func makeTemporary(
    _ bytes: [UInt8], in folder: String, prefix: String, suffix: String
  ) throws(FileProblem) -> String {
    var name = Array("\(folder)/\(prefix)XXXXXX\(suffix)".utf8CString)
    let file = unsafe mkstemps(&name, Int32(suffix.utf8.count))
    guard file >= 0 else { throw .last(.make, folder) }
    defer { close(file) }
    let path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    do throws(FileProblem) {
      try Descriptor(number: file, path: path).writeAll(bytes)
    } catch {
      remove(path)
      throw error
    }
    return path
  }
}
#endif
