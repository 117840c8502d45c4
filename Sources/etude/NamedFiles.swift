import ArgumentParser
import Datasets
import Interpreter
import System

/// The files a command works on: those named, and in place of a folder those below it whose names
/// end so, in order of their paths. `kind` names them in the error for a folder that has none.
func filesNamed(_ paths: [String], endings: [String], kind: String) throws -> [String] {
  var all: [String] = []
  for path in paths {
    guard path != "-", Disk.kind(path) == .folder else {
      all.append(path)
      continue
    }
    let found = try usable { () throws(DataProblem) in try files(below: path, endings) }
    if found.isEmpty { throw UsageProblem("\(path) has no \(kind)") }
    all += found
  }
  return all
}

/// Does something with each program and notebook that a command names; leaves with the exit code of
/// the worst that was wrong with one.
func forEachProgram(_ paths: [String], _ body: (String) -> ExitCode?) throws {
  let files = try filesNamed(
    paths, endings: [".et", ".nb"], kind: "programs or notebooks (.et, .nb)")
  var worst: ExitCode?
  for file in files {
    let code = onLargeStack { body(file) }
    if let code, worst == nil || code == .unusable { worst = code }
  }
  if let worst { throw worst }
}

private func files(below folder: String, _ endings: [String]) throws(DataProblem) -> [String] {
  var files: [String] = []
  var folders: [String] = []
  let prefix = folder.hasSuffix("/") ? folder : folder + "/"
  for name in try Disk.names(in: folder) where !name.hasPrefix(".") {
    switch Disk.kind(prefix + name) {
    case .folder: folders.append(prefix + name)
    case .file where endings.contains(where: name.hasSuffix): files.append(prefix + name)
    default: break
    }
  }
  for folder in folders { files += try etude.files(below: folder, endings) }
  return files
}
