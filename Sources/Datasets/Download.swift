import System

extension DataSet {
  /// Downloads the set with the user's curl into a folder; what is there afterwards is whole and
  /// verified, whatever happens on the way.
  public func download(
    into folder: String, showsProgress: Bool, report: (String) -> Void
  ) throws(DataProblem) {
    guard let parent = Disk.parent(of: folder) else {
      throw DataProblem("\(folder) is no folder for data")
    }
    let temporary = "\(folder).\(processID).tmp"
    try dataFile { () throws(FileProblem) in
      try Disk.makeFolder(parent)
      try Disk.makeFolder(temporary)
    }
    defer { Disk.removeFolder(temporary) }
    for file in files {
      report("\(address)\(file.name).gz")
      try download(file, into: temporary, showsProgress: showsProgress)
    }
    // A folder can't take the place of one that has files, so the old one steps aside first.
    let old = "\(folder).\(processID).old"
    let hasOld = (try? Disk.rename(folder, to: old)) != nil
    do throws(FileProblem) {
      try Disk.rename(temporary, to: folder)
    } catch {
      if hasOld { try? Disk.rename(old, to: folder) }
      throw DataProblem(error)
    }
    if hasOld { Disk.removeFolder(old) }
  }

  private func download(
    _ file: File, into folder: String, showsProgress: Bool
  ) throws(DataProblem) {
    let url = "\(address)\(file.name).gz"
    let path = "\(folder)/\(file.name).gz"
    let quiet = showsProgress ? ["--progress-bar"] : ["--silent", "--show-error"]
    let status = try runCurl(
      quiet + [
        "--fail", "--location", "--proto", "=http,https", "--retry", "2", "--output", path, "--",
        url,
      ])
    guard status == 0 else {
      throw DataProblem(
        "curl could not get \(url) (its exit code is \(status))",
        hint: "try again later, or: apt install \(package)")
    }
    let bytes = try dataFile { () throws(FileProblem) in try Disk.read(path) }
    guard sha256(bytes) == file.archiveDigest else {
      throw DataProblem(
        "what \(url) gave is not the file of \(name): its SHA-256 is another",
        hint: "try again later, or: apt install \(package)")
    }
    let plain = try gunzip(bytes, name: url)
    guard sha256(plain) == file.digest else {
      throw DataProblem("what \(url) gave decompresses to another file than it should")
    }
  }
}

/// Runs the user's curl and waits; its exit code.
private func runCurl(_ arguments: [String]) throws(DataProblem) -> Int32 {
  do throws(FileProblem) {
    return try runProgram("curl", arguments)
  } catch {
    if error.cause == .missing {
      throw DataProblem("there is no curl on this machine", hint: "apt install curl")
    }
    throw DataProblem(error)
  }
}
