import Foundation
import TestSupport
import Testing

@Suite struct FileCommandTests {
  /// A notebook reads below its own folder, and writes only when it may.
  @Test func notebooksReadAndWriteWhereTheyMay() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("secret.csv", "x\n1\n")
    _ = try folder.file("lesson/data/a.csv", "x,y\n1,2\n3,4\n")
    let reading = "```etude\nt = csv(\"data/a.csv\")\nt.x + t.y\n```\n"
    let file = try folder.file("lesson/a.nb", reading)
    #expect(try etude("replay", "--accept", file, in: "/").code == 0)
    #expect(try etude("replay", file, in: "/").code == 0)
    #expect(try folder.text("lesson/a.nb").contains("f32[2]\n  3  7\n"))

    let outside = try folder.file("lesson/b.nb", "```etude\ncsv(\"../secret.csv\")\n```\n")
    let refused = try etude("replay", outside)
    #expect(refused.code == 1 && refused.errors.contains("outside the folder"))

    let writing = try folder.file(
      "lesson/c.nb", "```etude\nsave(\"m.npz\", {w: [1, 2]})\nload(\"m.npz\").w;\n```\n")
    let replayed = try etude("replay", writing)
    #expect(replayed.code == 1 && replayed.errors.contains("a replay writes no files"))
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/lesson/m.npz"))
    #expect(try etude("replay", writing, "--allow-write").code == 0)
    #expect(FileManager.default.fileExists(atPath: folder.path + "/lesson/m.npz"))
    #expect(try etude("run", writing).code == 0)
  }

  @Test func aDamagedFileNamesItsPlace() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("a.csv", "x,y\n1,2\n3,four\n")
    let run = try etude("-c", "csv(\"a.csv\")", in: folder.path)
    #expect(run.code == 1)
    #expect(run.errors.contains("error[data]: a.csv:3:3: `y` holds numbers, and `four` is none"))
    #expect(run.errors.contains("hint: csv(\"a.csv\", text=(\"y\",)) reads the column as strings"))
  }
}
