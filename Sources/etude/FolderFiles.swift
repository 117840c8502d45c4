import Datasets
import Interpreter

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
    try bytes(of: try inside(Disk.resolved(full(path)), path))
  }

  func write(_ path: String, _ bytes: [UInt8]) throws(FileProblem) {
    guard allowsWriting else {
      throw FileProblem(
        "`\(path)` can't be written: a replay writes no files",
        hint: "use `etude run`, or --allow-write")
    }
    let target = full(path)
    // A new file has no links to follow; its folder has.
    let name = target.split(separator: "/").last.map(String.init) ?? ""
    let parent = Disk.resolved(Disk.parent(of: target) ?? folder)
    let exists = Disk.kind(target) != .missing
    let real = try inside(exists ? Disk.resolved(target) : parent + "/" + name, path)
    guard name != "..", name != "." else { throw FileProblem("`\(path)` is no file") }
    do throws(DataProblem) {
      try Disk.writeAtomically(real, bytes)
    } catch {
      throw FileProblem(error.message, hint: error.hint)
    }
  }

  private func full(_ path: String) -> String {
    path.hasPrefix("/") ? path : folder + "/" + path
  }

  private func inside(_ real: String, _ path: String) throws(FileProblem) -> String {
    let prefix = folder.hasSuffix("/") ? folder : folder + "/"
    guard real.hasPrefix(prefix), !real.split(separator: "/").contains("..") else {
      throw FileProblem(
        "`\(path)` is outside the folder that this program may use",
        hint: "put the file into \(folder)")
    }
    return real
  }
}

/// The bytes of a file for the prompt, which a pipe or a device could hold up for ever.
func regularBytes(of path: String) throws(FileProblem) -> [UInt8] {
  guard Disk.kind(path) != .other else {
    throw FileProblem("can't read \(path): it is no file", hint: "`:load` takes files")
  }
  return try bytes(of: path)
}

/// The bytes of a file as a session's problem.
func bytes(of path: String) throws(FileProblem) -> [UInt8] {
  do throws(DataProblem) {
    return try Disk.read(path)
  } catch {
    throw FileProblem(error.message, hint: error.hint)
  }
}
