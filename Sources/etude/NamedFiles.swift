import ArgumentParser
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
    let found = try usable { () throws(FileProblem) in
      try Disk.files(below: path, endings: endings)
    }
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
