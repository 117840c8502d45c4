#if os(Linux)
import CSystem

extension Disk {
  /// Names in a folder, sorted by their bytes.
  public static func names(in folder: String) throws(FileProblem) -> [String] {
    guard let directory = unsafe opendir(folder) else { throw .last(.read, folder) }
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

  /// The files below a folder whose names end so, but for hidden ones: a folder's own before those in
  /// the folders within it.
  public static func files(
    below folder: String, endings: [String]
  ) throws(FileProblem) -> [String] {
    var files: [String] = []
    var folders: [String] = []
    let prefix = folder.hasSuffix("/") ? folder : folder + "/"
    for name in try names(in: folder) where !name.hasPrefix(".") {
      switch kind(prefix + name) {
      case .folder: folders.append(prefix + name)
      case .file where endings.contains(where: name.hasSuffix): files.append(prefix + name)
      default: break
      }
    }
    for folder in folders { files += try Disk.files(below: folder, endings: endings) }
    return files
  }

  /// Makes a folder and those above it.
  public static func makeFolder(_ path: String, isPrivate: Bool = false) throws(FileProblem) {
    if kind(path) == .folder || path.isEmpty { return }
    if let above = parent(of: path) { try makeFolder(above, isPrivate: isPrivate) }
    if unsafe mkdir(path, isPrivate ? 0o700 : 0o777) != 0, et_errno() != EEXIST {
      throw .last(.make, path)
    }
  }

  /// Removes a folder that has files alone, and these.
  public static func removeFolder(_ folder: String) {
    for name in (try? names(in: folder)) ?? [] { remove("\(folder)/\(name)") }
    unsafe rmdir(folder)
  }
}
#endif
