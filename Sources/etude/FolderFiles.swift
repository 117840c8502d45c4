import Interpreter
import System

/// The files below a folder: all that a notebook or script may touch.
struct FolderFiles: Files {
  /// The folder, absolute, links followed.
  let folder: String
  let allowsWriting: Bool

  init(_ folder: String, allowsWriting: Bool) {
    self.folder = Disk.resolved(folder)
    self.allowsWriting = allowsWriting
  }

  func read(_ path: String) throws(FileProblem) -> [UInt8] {
    try Disk.read(try inside(Disk.resolved(full(path)), path, .read))
  }

  func write(_ path: String, _ bytes: [UInt8]) throws(FileProblem) {
    guard allowsWriting else { throw FileProblem(.write, path, .readingOnly) }
    let target = full(path)
    // A new file has no links to follow; its folder has.
    let name = target.split(separator: "/").last.map(String.init) ?? ""
    let parent = Disk.resolved(Disk.parent(of: target) ?? folder)
    let exists = Disk.kind(target) != .missing
    let real = try inside(exists ? Disk.resolved(target) : parent + "/" + name, path, .write)
    guard name != "..", name != "." else { throw FileProblem(.write, path, .noFileName) }
    try Disk.writeAtomically(real, bytes)
  }

  private func full(_ path: String) -> String {
    path.hasPrefix("/") ? path : folder + "/" + path
  }

  private func inside(
    _ real: String, _ path: String, _ operation: FileProblem.Operation
  ) throws(FileProblem) -> String {
    let prefix = folder.hasSuffix("/") ? folder : folder + "/"
    guard real.hasPrefix(prefix), !real.split(separator: "/").contains("..") else {
      throw FileProblem(operation, path, .outsideFolder(folder))
    }
    return real
  }
}

/// The bytes of a file for the prompt, which a pipe or a device could hold up for ever.
func regularBytes(of path: String) throws(FileProblem) -> [UInt8] {
  guard Disk.kind(path) != .other else { throw FileProblem(.read, path, .notRegular) }
  return try Disk.read(path)
}
