import Diagnostics
import System
import Testing

@Suite("Problems with files in words")
struct FileProblemTests {
  @Test(
    "What was to be done, with what, and why not",
    arguments: [
      (.read, .missing, "can't read a.nb: there is no such file"),
      (.read, .isFolder, "can't read a.nb: it is a folder"),
      (.read, .notRegular, "can't read a.nb: it is no file"),
      (.write, .denied, "can't write a.nb: permission denied"),
      (.write, .noSpace, "can't write a.nb: the disk is full"),
      (.write, .temporaryExists, "can't write a.nb: a temporary file is in the way"),
      (.make, .notAFolder, "can't make a.nb: a part of the path is no folder"),
      (.run, .other(8), "can't run a.nb: system error 8"),
      (.write, .noFileName, "`a.nb` is no file"),
      (.write, .exists, "a.nb exists"),
      (.read, .noFiles, "`a.nb` can't be read: this session has no files"),
      (.write, .noFiles, "`a.nb` can't be written: this session has no files"),
      (.write, .readingOnly, "`a.nb` can't be written: a replay writes no files"),
      (.write, .outsideFolder("/b"), "`a.nb` is outside the folder that this program may use"),
      (.read, .outsideProject(root: "/b"), "`a.nb` is outside the project"),
      (
        .write, .changedMeanwhile,
        "a.nb was changed during the replay, and is left as it is"
      ),
    ] as [(FileProblem.Operation, FileProblem.Cause, String)])
  func messages(_ operation: FileProblem.Operation, _ cause: FileProblem.Cause, _ text: String) {
    #expect(FileProblem(operation, "a.nb", cause).message == text)
  }

  @Test("Where there is something to do, the hint says it")
  func hints() {
    let hint = { (cause: FileProblem.Cause) in FileProblem(.write, "a.nb", cause).hint }
    #expect(hint(.exists) == "`:save! a.nb` replaces it")
    #expect(hint(.outsideFolder("/b")) == "put the file into /b")
    #expect(hint(.outsideProject(root: "/b")) == "the project's root is /b")
    #expect(hint(.readingOnly) == "use `etude run`, or --allow-write")
    #expect(hint(.notRegular) == "`:load` takes files")
    #expect(hint(.missing) == nil)
    let diagnostic = Diagnostic(FileProblem(.write, "a.nb", .exists))
    #expect(diagnostic.code == .file && diagnostic.message == "a.nb exists")
    #expect(diagnostic.hint == "`:save! a.nb` replaces it")
  }
}
