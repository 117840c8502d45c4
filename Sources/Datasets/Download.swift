#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

extension DataSet {
  /// Downloads the set with the user's curl into a folder; what is there afterwards is whole and
  /// verified, whatever happens on the way.
  public func download(
    into folder: String, showsProgress: Bool, report: (String) -> Void
  ) throws(DataProblem) {
    guard let parent = Disk.parent(of: folder) else {
      throw DataProblem("\(folder) is no folder for data")
    }
    try Disk.makeFolder(parent)
    let temporary = "\(folder).\(getpid()).tmp"
    try Disk.makeFolder(temporary)
    defer { Self.removeFolder(temporary) }
    for file in files {
      report("\(address)\(file.name).gz")
      try download(file, into: temporary, showsProgress: showsProgress)
    }
    // A folder can't take the place of one that has files, so the old one steps aside first.
    let old = "\(folder).\(getpid()).old"
    let hasOld = unsafe rename(folder, old) == 0
    guard unsafe rename(temporary, folder) == 0 else {
      let problem = Disk.failure("can't make \(folder)")
      if hasOld { unsafe rename(old, folder) }
      throw problem
    }
    if hasOld { Self.removeFolder(old) }
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
    let bytes = try Disk.read(path)
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

  private static func removeFolder(_ folder: String) {
    for name in (try? Disk.names(in: folder)) ?? [] { unsafe unlink("\(folder)/\(name)") }
    unsafe rmdir(folder)
  }
}

/// Runs the user's curl as a child process and waits; its exit code.
private func runCurl(_ arguments: [String]) throws(DataProblem) -> Int32 {
  var list: [UnsafeMutablePointer<CChar>?] = unsafe (["curl"] + arguments).map { unsafe strdup($0) }
  unsafe list.append(nil)
  defer { unsafe list.forEach { unsafe free($0) } }
  var child = pid_t()
  // It gets Ctrl-C as any program does, though this thread leaves signals to the main one.
  var (attributes, none) = (posix_spawnattr_t(), sigset_t())
  unsafe posix_spawnattr_init(&attributes)
  defer { unsafe posix_spawnattr_destroy(&attributes) }
  unsafe sigemptyset(&none)
  unsafe posix_spawnattr_setsigmask(&attributes, &none)
  unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
  let status = unsafe posix_spawnp(&child, "curl", nil, &attributes, list, environ)
  guard status == 0 else {
    if status == ENOENT {
      throw DataProblem("there is no curl on this machine", hint: "apt install curl")
    }
    throw Disk.failure("can't run curl", status)
  }
  var result: Int32 = 0
  while unsafe waitpid(child, &result, 0) < 0, errno == EINTR {}
  // The exit code, or 128 and the signal, as a shell says it.
  return result & 0x7F == 0 ? result >> 8 & 0xFF : 128 + result & 0x7F
}
