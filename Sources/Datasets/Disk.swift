#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// A file or data set that can't be used: what is wrong and what to do about it.
public struct DataProblem: Error, Equatable {
  /// One sentence, no full stop.
  public var message: String
  /// What to do.
  public var hint: String?

  /// Makes a problem.
  public init(_ message: String, hint: String? = nil) {
    self.message = message
    self.hint = hint
  }
}

/// Whole files in and out, by the C library.
package enum Disk {
  /// What lies at a path.
  package enum Kind { case missing, file, folder, other }

  /// What lies at a path, links followed.
  package static func kind(_ path: String) -> Kind {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return .missing }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: return .folder
    default: return .other
    }
  }

  /// All bytes of a file; pipes and devices are read to their end.
  package static func read(_ path: String) throws(DataProblem) -> [UInt8] {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw failure("can't read \(path)") }
    defer { close(file) }
    return try read(file: file, name: path)
  }

  /// All bytes from a file descriptor to its end.
  package static func read(file: Int32, name: String) throws(DataProblem) -> [UInt8] {
    var status = stat()
    guard unsafe fstat(file, &status) == 0 else { throw failure("can't read \(name)") }
    if status.st_mode & S_IFMT == S_IFDIR {
      throw DataProblem("can't read \(name): it is a folder")
    }
    var bytes: [UInt8] = []
    // One byte beyond the size shows the end without another allocation.
    var room = max(Int(status.st_size) + 1, 1 << 16)
    while true {
      var problem: DataProblem?
      let chunk = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
        let n = unsafe Self.fill(file, buffer)
        if n < 0 { problem = failure("can't read \(name)") }
        count = max(n, 0)
      }
      if let problem { throw problem }
      if bytes.isEmpty { bytes = chunk } else { bytes += chunk }
      if chunk.count < room { return bytes }
      room = max(1 << 16, bytes.count)
    }
  }

  /// Reads until the buffer is full or the file ends; the number of bytes, −1 on failure.
  private static func fill(_ file: Int32, _ buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
    var done = 0
    while done < buffer.count {
      let n = unsafe systemRead(file, buffer.baseAddress! + done, buffer.count - done)
      if n < 0, errno == EINTR { continue }
      if n < 0 { return -1 }
      if n == 0 { break }
      done += n
    }
    return done
  }

  /// Writes a file in one step: whoever looks sees the old bytes or the new ones, also after a
  /// crash. Keeps the mode of a file that is there, and follows a link to it.
  package static func writeAtomically(_ path: String, _ bytes: [UInt8]) throws(DataProblem) {
    let target = resolved(path)
    var status = stat()
    let exists = unsafe stat(target, &status) == 0
    if exists, unsafe access(target, W_OK) != 0 { throw failure("can't write \(path)") }
    if exists, status.st_mode & S_IFMT != S_IFREG { return try writeThrough(path, bytes) }
    guard let (file, temporary) = openTemporary(beside: target) else {
      throw failure("can't write \(path)")
    }
    var isDone = exists ? fchmod(file, status.st_mode & 0o7777) == 0 : true
    isDone = isDone && write(file: file, bytes) && fsync(file) == 0
    let problem = errno
    isDone = close(file) == 0 && isDone
    if isDone, unsafe rename(temporary, target) == 0 { return syncFolder(of: target) }
    let cause = isDone ? errno : problem
    unsafe unlink(temporary)
    throw failure("can't write \(path)", cause)
  }

  /// Writes to a device or a pipe, which no file may take the place of.
  private static func writeThrough(_ path: String, _ bytes: [UInt8]) throws(DataProblem) {
    let file = unsafe open(path, O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { throw failure("can't write \(path)") }
    let isWritten = write(file: file, bytes)
    let cause = errno
    close(file)
    if !isWritten { throw failure("can't write \(path)", cause) }
  }

  /// A new file in the folder of another; nil on failure, with `errno` set. Its name is short, as
  /// the other's may be as long as names can be. One of that name may be left from a process that
  /// was killed, as process numbers come again, in containers at once; then it takes the next.
  private static func openTemporary(beside target: String) -> (file: Int32, path: String)? {
    let folder = parent(of: target).map { $0 == "/" ? "/" : $0 + "/" } ?? ""
    for number in 0..<1000 {
      let path = "\(folder).etude-\(getpid())-\(number).tmp"
      let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if file >= 0 { return (file, path) }
      if errno != EEXIST { return nil }
    }
    return nil
  }

  /// Writes all bytes to a file descriptor; false on failure, with `errno` set.
  package static func write(file: Int32, _ bytes: [UInt8]) -> Bool {
    var done = 0
    while done < bytes.count {
      let n = unsafe bytes.withUnsafeBytes { buffer in
        unsafe systemWrite(file, buffer.baseAddress! + done, buffer.count - done)
      }
      if n < 0, errno == EINTR { continue }
      if n < 0 { return false }
      done += n
    }
    return true
  }

  /// Names in a folder, sorted by their bytes.
  package static func names(in folder: String) throws(DataProblem) -> [String] {
    guard let directory = unsafe opendir(folder) else { throw failure("can't read \(folder)") }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(cString: $0)
        }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
  }

  /// Makes a folder and those above it.
  package static func makeFolder(_ path: String) throws(DataProblem) {
    if kind(path) == .folder || path.isEmpty { return }
    if let above = parent(of: path) { try makeFolder(above) }
    if unsafe mkdir(path, 0o777) != 0, errno != EEXIST { throw failure("can't make \(path)") }
  }

  /// The path without its last part; nil for a single name and for the root.
  package static func parent(of path: String) -> String? {
    guard let slash = path.lastIndex(of: "/"), path.count > 1 else { return nil }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The absolute path with links followed, or the path itself when there is none.
  package static func resolved(_ path: String) -> String {
    guard let real = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
  }

  private static func syncFolder(of path: String) {
    let folder = unsafe open(parent(of: path) ?? ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
  }

  /// A problem with the system's own words for it.
  package static func failure(_ what: String, _ code: Int32 = errno) -> DataProblem {
    DataProblem("\(what): \(words(for: code))")
  }

  /// The commonest errors in English whatever the locale.
  private static func words(for code: Int32) -> String {
    switch code {
    case ENOENT: "there is no such file"
    case EACCES, EPERM: "permission denied"
    case EISDIR: "it is a folder"
    case ENOTDIR: "a part of the path is no folder"
    case ENOSPC: "the disk is full"
    case EDQUOT: "the disk quota is used up"
    case EFBIG: "the file would be larger than allowed"
    case EROFS: "the file system is read-only"
    case EIO: "input/output error"
    case ENAMETOOLONG: "the name is too long"
    case EEXIST: "a temporary file is in the way"
    case ELOOP: "too many links"
    case EMFILE, ENFILE: "too many open files"
    default: "system error \(code)"
    }
  }
}

// `Disk.read` and `Disk.write` would shadow the C library's.
private func systemRead(_ file: Int32, _ bytes: UnsafeMutableRawPointer, _ count: Int) -> Int {
  unsafe read(file, bytes, count)
}
private func systemWrite(_ file: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  unsafe write(file, bytes, count)
}
