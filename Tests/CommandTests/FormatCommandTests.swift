import Foundation
import TestSupport
import Testing

@Suite struct FormatCommandTests {
  @Test func filesAndFolders() throws {
    let folder = try TemporaryFolder()
    let program = try folder.file("a.et", "x=1")
    let notebook = try folder.file("sub/b.nb", "a  b\n\n```etude\nx=1\n```\n")
    _ = try folder.file("c.txt", "x=1")
    _ = try folder.file("good.et", "x = 1\n")

    let check = try etude("fmt", "--check", folder.path)
    #expect(check.code == 1 && check.output == "\(program)\n\(notebook)\n" && check.errors == "")
    #expect(try folder.text("a.et") == "x=1")

    let run = try etude("fmt", folder.path)
    #expect(run.code == 0 && run.output == "\(program)\n\(notebook)\n" && run.errors == "")
    #expect(try folder.text("a.et") == "x = 1\n")
    #expect(try folder.text("sub/b.nb") == "a  b\n\n```etude\nx = 1\n```\n")
    #expect(try folder.text("c.txt") == "x=1")

    let again = try etude("fmt", folder.path)
    #expect(again.code == 0 && again.output == "")
    #expect(try etude("fmt", "--check", program, notebook).code == 0)
  }

  @Test func standardInput() throws {
    let run = try etude("fmt", "-", input: "x=1\n")
    #expect(run.code == 0 && run.output == "x = 1\n" && run.errors == "")
    let notebook = try etude("fmt", "-", input: "a=b\n\n```etude\nx=1\n```\n")
    #expect(notebook.output == "a=b\n\n```etude\nx = 1\n```\n")
    #expect(try etude("fmt", "--check", "-", input: "x=1\n").code == 1)
    #expect(try etude("fmt", "--check", "-", input: "x = 1\n").code == 0)
    #expect(try etude("fmt", "-", "other.et", input: "").code == 2)
  }

  @Test func whatIsNoProgramIsLeft() throws {
    let folder = try TemporaryFolder()
    let bad = try folder.file("a.et", "x=(1\n")
    let run = try etude("fmt", bad)
    #expect(run.code == 1 && run.output == "")
    #expect(run.errors.hasPrefix("\(bad):1:3: error[syntax]: "))
    #expect(try folder.text("a.et") == "x=(1\n")
    let notebook = try folder.file("b.nb", "```etude\nx=(1\n```\n\n```etude\ny=2\n```\n")
    let cells = try etude("fmt", notebook)
    #expect(cells.code == 1 && cells.output == "\(notebook)\n")
    #expect(cells.errors.hasPrefix("\(notebook):2:3: error[syntax]: "))
    #expect(try folder.text("b.nb") == "```etude\nx=(1\n```\n\n```etude\ny = 2\n```\n")
  }

  @Test func unusableFiles() throws {
    let folder = try TemporaryFolder()
    #expect(try etude("fmt", folder.path + "/none.et").code == 2)
    #expect(try etude("fmt", folder.path).code == 2)
    let malformed = try folder.file("a.nb", "```etude\nx=1\n")
    #expect(try etude("fmt", malformed).code == 2)
    let binary = try folder.file("b.et", Data([0x78, 0xFF, 0xFE]))
    #expect(try etude("fmt", binary).code != 0)
    #expect(try etude("fmt").code == 2)
  }

  @Test func lineEndsStay() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file("a.et", "x=1\r\ny=2\r\n")
    #expect(try etude("fmt", file).code == 0)
    #expect(try folder.text("a.et") == "x = 1\r\ny = 2\r\n")
  }
}
