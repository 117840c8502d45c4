#if os(Linux)
import CSystem

extension Disk {
  /// Writes a file in one step: whoever looks sees the old bytes or the new ones, also after a
  /// crash. Keeps the mode of a file that is there, and follows a link to it.
  public static func writeAtomically(_ path: String, _ bytes: [UInt8]) throws(FileProblem) {
    let target = resolved(path)
    var status = stat()
    let exists = unsafe stat(target, &status) == 0
    if exists, unsafe access(target, W_OK) != 0 { throw .last(.write, path) }
    if exists, unsafe et_file_type(&status) != S_IFREG { return try writeThrough(path, bytes) }
    guard let temporary = openTemporary(beside: target) else { throw .last(.write, path) }
    do throws(FileProblem) {
      let mode = exists ? status.st_mode & 0o7777 : nil
      try fill(temporary.number, bytes, mode: mode, path)
      if unsafe CSystem.rename(temporary.path, target) != 0 { throw .last(.write, path) }
    } catch {
      remove(temporary.path)
      throw error
    }
    syncFolder(of: target)
  }

  /// Writes a file that is to take another's place down to the disk, and closes it.
  private static func fill(
    _ file: Int32, _ bytes: [UInt8], mode: mode_t?, _ path: String
  ) throws(FileProblem) {
    var isOpen = true
    defer { if isOpen { close(file) } }
    if let mode, fchmod(file, mode) != 0 { throw .last(.write, path) }
    try Descriptor(number: file, path: path).writeAll(bytes)
    if fsync(file) != 0 { throw .last(.write, path) }
    isOpen = false
    if close(file) != 0 { throw .last(.write, path) }
  }

  /// Writes to a device or a pipe, which no file may take the place of.
  private static func writeThrough(_ path: String, _ bytes: [UInt8]) throws(FileProblem) {
    let file = unsafe et_open(path, O_WRONLY | O_CLOEXEC, 0)
    guard file >= 0 else { throw .last(.write, path) }
    defer { close(file) }
    try Descriptor(number: file, path: path).writeAll(bytes)
  }

  /// A new file in the folder of another; nil on failure, with `errno` set. Its name is short, as
  /// the other's may be as long as names can be. One of that name may be left from a process that
  /// was killed, as process numbers come again, in containers at once; then it takes the next.
  private static func openTemporary(beside target: String) -> Descriptor? {
    let folder = parent(of: target).map { $0 == "/" ? "/" : $0 + "/" } ?? ""
    for number in 0..<1000 {
      let path = "\(folder).etude-\(getpid())-\(number).tmp"
      let file = unsafe et_open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if file >= 0 { return Descriptor(number: file, path: path) }
      if et_errno() != EEXIST { return nil }
    }
    return nil
  }

  private static func syncFolder(of path: String) {
    let folder = unsafe et_open(parent(of: path) ?? ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
  }
}
#endif
