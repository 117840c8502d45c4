import System
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

@Suite("Files")
struct FileTests {
  @Test("A file is written in one step: it keeps its mode, a link to it stays one, nothing is left")
  func writesInOneStep() throws {
    try withFolder { folder in
      let (path, link) = (folder + "/a.nb", folder + "/link.nb")
      try Disk.writeAtomically(path, [1, 2])
      let isMade = unsafe chmod(path, 0o640) == 0 && symlink(path, link) == 0
      try #require(isMade)
      let before = try number(path)
      try Disk.writeAtomically(link, [3])
      #expect(try Disk.read(path) == [3])
      #expect(try number(path) != before, "the old file was written over")
      #expect(Disk.resolved(link) == Disk.resolved(path))
      #expect(try status(path).st_mode & 0o7777 == 0o640)
      #expect(try Disk.names(in: folder) == ["a.nb", "link.nb"])
    }
  }

  @Test("A write that fails leaves the old file and nothing else")
  func failedWrite() throws {
    try withFolder { folder in
      let path = folder + "/a"
      try Disk.writeAtomically(path, [1])
      try Disk.makeFolder(folder + "/b")
      let found = problem { () throws(FileProblem) in
        try Disk.writeAtomically(folder + "/a/c", [2])
      }
      #expect(found == FileProblem(.write, folder + "/a/c", .notAFolder))
      #expect(try Disk.read(path) == [1])
      #expect(try Disk.names(in: folder) == ["a", "b"])
      Disk.removeFolder(folder + "/b")
    }
  }

  @Test("A name that a killed process left is passed by")
  func leftTemporary() throws {
    try withFolder { folder in
      try Disk.writeAtomically(folder + "/.etude-\(processID)-0.tmp", [9])
      try Disk.writeAtomically(folder + "/a", [1])
      #expect(try Disk.read(folder + "/a") == [1])
      #expect(try Disk.names(in: folder).count == 2)
    }
  }

  @Test("Devices are written through, and say that they are full")
  func devices() {
    #expect(Disk.kind("/dev/full") == .other)
    let full = problem { () throws(FileProblem) in try Disk.writeAtomically("/dev/full", [1]) }
    #expect(full == FileProblem(.write, "/dev/full", .noSpace))
    #expect(Disk.kind("/dev/full") == .other)
  }

  @Test("What stands in the way of reading is told apart")
  func causes() throws {
    try withFolder { folder in
      let file = folder + "/file"
      try Disk.writeAtomically(file, [])
      let isMade = unsafe symlink("loop", folder + "/loop") == 0
      try #require(isMade)
      let long = folder + "/" + String(repeating: "x", count: 300)
      let cases: [(String, FileProblem.Cause)] = [
        (folder + "/none", .missing), (folder, .isFolder), (file + "/a", .notAFolder),
        (folder + "/loop", .tooManyLinks), (long, .nameTooLong),
      ]
      for (path, cause) in cases {
        let found = problem { () throws(FileProblem) in _ = try Disk.read(path) }
        #expect(found == FileProblem(.read, path, cause))
      }
      let names = problem { () throws(FileProblem) in _ = try Disk.names(in: file) }
      #expect(names == FileProblem(.read, file, .notAFolder))
      let made = problem { () throws(FileProblem) in try Disk.makeFolder(file + "/a/b") }
      #expect(made == FileProblem(.make, file + "/a", .notAFolder))
      let run = problem { () throws(FileProblem) in _ = try runProgram("no-such-program", []) }
      #expect(run == FileProblem(.run, "no-such-program", .missing))
    }
  }

  @Test("Names come sorted by bytes, and files below a folder before those of folders within")
  func walking() throws {
    try withFolder { folder in
      for name in ["b.et", "ä.et", "Z.et", ".hidden.et", "other"] {
        try Disk.writeAtomically(folder + "/" + name, [])
      }
      try Disk.makeFolder(folder + "/a/c")
      try Disk.writeAtomically(folder + "/a/c/d.nb", [])
      defer {
        Disk.removeFolder(folder + "/a/c")
        Disk.removeFolder(folder + "/a")
      }
      #expect(
        try Disk.names(in: folder) == [".hidden.et", "Z.et", "a", "b.et", "other", "ä.et"])
      let found = try Disk.files(below: folder + "/", endings: [".et", ".nb"])
      #expect(found == ["Z.et", "b.et", "ä.et", "a/c/d.nb"].map { folder + "/" + $0 })
    }
  }

  @Test("What is appended stands at the end, in a file for its owner alone")
  func appending() throws {
    try withFolder { folder in
      let path = folder + "/history"
      let counts = (try Disk.append([1, 2], to: path), try Disk.append([3], to: path))
      #expect(counts == (2, 1))
      #expect(try Disk.read(path) == [1, 2, 3])
      #expect(try status(path).st_mode & 0o7777 == 0o600)
    }
  }

  @Test("Temporary files have names of their own")
  func temporaries() throws {
    try withFolder { folder in
      let make = { try Disk.makeTemporary([7], in: folder, prefix: "a-", suffix: ".et") }
      let (first, second) = (try make(), try make())
      #expect(first != second && first.hasPrefix(folder + "/a-") && first.hasSuffix(".et"))
      #expect(try Disk.read(second) == [7])
    }
    let nowhere = problem { () throws(FileProblem) in
      _ = try Disk.makeTemporary([], in: "/none", prefix: "a", suffix: "b")
    }
    #expect(nowhere == FileProblem(.make, "/none", .missing))
  }

  @Test("The part of a path above another")
  func parents() {
    #expect(Disk.parent(of: "/a/b") == "/a" && Disk.parent(of: "/a") == "/")
    #expect(Disk.parent(of: "a") == nil && Disk.parent(of: "/") == nil)
  }

  @Test("A program's exit code is told as a shell does")
  func programs() throws {
    #expect(try runProgram("true", []) == 0)
    #expect(try runProgram("sh", ["-c", "exit 7"]) == 7)
    #expect(try runProgram("sh", ["-c", "kill -TERM $$"]) == 128 + SIGTERM)
    #expect(runShell("exit 0") && !runShell("exit 1"))
  }

  private func status(_ path: String) throws -> stat {
    var status = stat()
    let isFound = unsafe stat(path, &status) == 0
    try #require(isFound)
    return status
  }

  private func number(_ path: String) throws -> ino_t { try status(path).st_ino }
}
