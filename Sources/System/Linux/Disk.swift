#if os(Linux)
import CSystem

/// Files and folders by their paths.
public enum Disk {
  /// What lies at a path.
  public enum Kind: Sendable { case missing, file, folder, other }

  /// What lies at a path, links followed.
  public static func kind(_ path: String) -> Kind {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return .missing }
    switch unsafe et_file_type(&status) {
    case S_IFREG: return .file
    case S_IFDIR: return .folder
    default: return .other
    }
  }

  /// The path without its last part; nil for a single name and for the root.
  public static func parent(of path: String) -> String? {
    guard let slash = path.lastIndex(of: "/"), path.count > 1 else { return nil }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The absolute path with links followed, or the path itself when there is none.
  public static func resolved(_ path: String) -> String {
    guard let real = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
  }

  /// All bytes of a file; pipes and devices are read to their end.
  public static func read(_ path: String) throws(FileProblem) -> [UInt8] {
    let file = unsafe et_open(path, O_RDONLY | O_CLOEXEC, 0)
    guard file >= 0 else { throw .last(.read, path) }
    defer { close(file) }
    return try Descriptor(number: file, path: path).readAll()
  }

  /// Gives a file or a folder another name.
  ///
  /// - Throws: a problem of making the new one.
  public static func rename(_ path: String, to new: String) throws(FileProblem) {
    if unsafe CSystem.rename(path, new) != 0 { throw .last(.make, new) }
  }

  /// Removes a file, if it is there.
  public static func remove(_ path: String) { unsafe unlink(path) }
}
#endif
