import Foundation
import TestSupport
import Testing

@Suite struct LintCommandTests {
  @Test func findingsHaveTheirPlace() throws {
    let folder = try TemporaryFolder()
    let text = """
      It is <!--= 2 -->2<!--/--> and <!--= x -->1<!--/-->.

      ```etude
      x = 1
      rand(3)
      ```

      - item

        ```etude label=b
        sum = 3
        claim("c", 1 < 2)
        ```
      """
    let file = try folder.file("a.nb", text)
    let run = try etude("lint", file)
    #expect(run.code == 1 && run.errors == "")
    let lines = run.output.split(separator: "\n").filter { !$0.hasPrefix("  hint: ") }
    let places = lines.map { $0.dropFirst(file.count).prefix { $0 != "]" } }
    #expect(
      places == [
        ":1:12: warning[constant", ":5:1: warning[unlabelled", ":11:3: warning[shadowed",
        ":11:3: warning[unused", ":12:14: warning[constant",
      ])
  }

  @Test func cleanFilesPass() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("a.et", "x = 1\nprint(x)\n")
    _ = try folder.file(
      "b.nb", "```etude error\nsum = [1] @ nope\n```\n\n```etude skip\nx = (\n```\n")
    let run = try etude("lint", folder.path)
    #expect(run.code == 0 && run.output == "" && run.errors == "")
  }

  @Test func whatIsNoProgramIsAnError() throws {
    let folder = try TemporaryFolder()
    let bad = try folder.file("a.et", "x = (1\n")
    #expect(try etude("lint", bad).code == 1)
    let cell = try folder.file("b.nb", "```etude\nx = (1\n```\n")
    let run = try etude("lint", cell)
    #expect(run.code == 1 && run.errors.hasPrefix("\(cell):2:5: error[syntax]: "))
    #expect(try etude("lint", folder.path + "/none.nb").code == 2)
    #expect(try etude("lint", try folder.file("c.nb", "```etude\n")).code == 2)
  }
}

@Suite struct DocCommandTests {
  @Test func oneNameOrMore() throws {
    let run = try etude("doc", "softmax", "sum")
    #expect(run.code == 0 && run.errors == "")
    #expect(run.output.hasPrefix("softmax(x, axis=-1)\n\n"))
    #expect(run.output.contains("Defined in stdlib/losses.et; source(softmax) shows it.\n\nsum("))
    #expect(run.output.hasSuffix("Written in Swift.\n"))
    // What help prints stands in it.
    let help = try etude("-c", "help(\"softmax\")")
    #expect(help.code == 0 && run.output.hasPrefix(help.output.trimmingCharacters(in: .newlines)))
    #expect(try etude("doc", "pi").output.hasPrefix("pi\n"))
  }

  @Test func unknownNamesHaveANeighbour() throws {
    let run = try etude("doc", "sofmax")
    #expect(run.code == 2 && run.output == "")
    #expect(run.errors == "etude: the library has no `sofmax`\n  hint: did you mean `softmax`?\n")
    #expect(try etude("doc", "--markdown", "sum").code == 2)
  }

  /// The index has every name once.
  @Test func theIndexIsWhole() throws {
    let run = try etude("doc")
    #expect(run.code == 0)
    let names = run.output.split(separator: "\n").filter { $0.hasPrefix("  ") }
      .flatMap { $0.split(separator: " ") }
    #expect(names.count > 100 && Set(names).count == names.count)
    for name in ["sum", "train", "plot", "csv", "fashion_mnist", "claim", "pi"] {
      #expect(names.contains { $0 == name }, "\(name)")
    }
    #expect(run.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  /// `ETUDE_PROMOTE=1` rewrites the file.
  @Test func theReferenceIsFresh() throws {
    let run = try etude("doc", "--markdown")
    #expect(run.code == 0)
    try checkProjectFile("docs/reference.md", run.output)
  }

  @Test func aClosedPipeIsNoError() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = [
      "-c", "\"$0\" doc --markdown | head -1 > /dev/null; \"$0\" fmt - < /dev/null | true", binary,
    ]
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    let text = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0 && text.isEmpty)
  }
}
