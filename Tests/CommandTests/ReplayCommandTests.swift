import Foundation
import Testing

@Suite struct ReplayCommandTests {
  private let text = "# A\n\n```etude label=a\nx = 1.5\nx\n```\n\nIt is <!--= x -->?<!--/-->.\n"

  @Test func replaysAcceptsAndReplays() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file("a.nb", text)
    let first = try etude("replay", file)
    #expect(first.code == 1)
    #expect(
      first.errors.hasPrefix("\(file):3:1: cell \"a\": the output block is missing\n  + 1.5\n"))
    #expect(first.errors.contains("\(file):8:12: checked value: the value differs\n  - ?\n  + 1.5"))
    #expect(try folder.text("a.nb") == text)

    #expect(try etude("replay", "--accept", file).code == 0)
    let accepted = try folder.text("a.nb")
    #expect(accepted.contains("\n1.5\n```\n\nIt is <!--= x -->1.5<!--/-->.\n"))
    let second = try etude("replay", file)
    #expect(second.code == 0 && second.errors == "")
    #expect(
      second.output.hasPrefix(
        "\(file): 1 cell verified, 0 volatile, 0 skipped, 1 value verified, "))
    #expect(try etude("replay", "--accept", file).code == 0)
    #expect(try folder.text("a.nb") == accepted)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.nb"])
  }

  @Test func changedDigestsAreShownAndLeft() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file("a.nb", text)
    _ = try etude("replay", "--accept", file)
    let accepted = try folder.text("a.nb")
    let at = try #require(accepted.range(of: "bits=")).upperBound
    let old = accepted[at]
    let changed = accepted.replacingCharacters(in: at...at, with: old == "0" ? "1" : "0")
    _ = try folder.file("a.nb", changed)
    let run = try etude("replay", file)
    #expect(run.code == 1)
    #expect(run.errors.hasPrefix("\(file):7:1: cell \"a\": the text is the same, and the full-"))
    #expect(try folder.text("a.nb") == changed)
    #expect(try etude("replay", "--accept", file).code == 0)
    #expect(try folder.text("a.nb") == accepted)
  }

  @Test func foldersMeanAllNotebooksInThem() throws {
    let folder = try TemporaryFolder()
    for name in ["b.nb", "a.nb", "ko/c.nb", ".hidden/d.nb", "e.md"] {
      _ = try folder.file(name, "text\n")
    }
    let run = try etude("replay", folder.path)
    #expect(run.code == 0)
    let names = run.output.split(separator: "\n").map { line in
      line.split(separator: ":")[0].dropFirst(folder.path.count + 1)
    }
    #expect(names == ["a.nb", "b.nb", "ko/c.nb"])
  }

  @Test func theGravestCodeWins() throws {
    let folder = try TemporaryFolder()
    let good = try folder.file("a.nb", "text\n")
    let failing = try folder.file("b.nb", "```etude\nnope\n```\n")
    let malformed = try folder.file("c.nb", "```etude\n")
    #expect(try etude("replay", good).code == 0)
    #expect(try etude("replay", failing, good).code == 1)
    #expect(try etude("replay", malformed, failing, good).code == 2)
    let cell = try etude("replay", failing)
    #expect(cell.errors.hasPrefix("\(failing):2:1: cell 1: this cell fails\n  error[name]: "))
  }

  @Test func strictness() throws {
    let folder = try TemporaryFolder()
    let skip = try folder.file("a.nb", "```etude skip\n1\n```\n")
    #expect(try etude("replay", skip).code == 0)
    #expect(try etude("replay", skip, "--strict").code == 1)
    let volatile = try folder.file("b.nb", "```etude volatile\n1\n```\n```output\n2\n```\n")
    #expect(try etude("replay", volatile).code == 0)
    #expect(try etude("replay", volatile, "--strict").code == 1)
  }

  @Test func claimsAreListed() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file(
      "a.nb", "```etude label=c\nclaim(\"good\", 1 < 3)\nclaim(\"bad\", 2 < 1)\n```\n")
    let run = try etude("replay", "--accept", file)
    #expect(run.code == 1)
    #expect(run.output.hasPrefix("  ✓ good (margin 2.0), cell \"c\"\n  ✗ bad (margin -1.0)"))
    #expect(run.errors.contains("this claim does not hold: bad"))
    #expect(try etude("replay", file).code == 1)
  }

  @Test func limitsOfTime() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file(
      "a.nb", "```etude timeout=0.1\nwhile true { x = 1 }\n```\n\n```etude\n2\n```\n")
    let run = try etude("replay", file)
    #expect(run.code == 124)
    #expect(run.errors.contains(":2:7: cell 1: this cell takes too long"))
    #expect(run.errors.contains("cell 2: the output block is missing"))
    #expect(try etude("replay", file, "--timeout", "0.01").code == 124)
  }

  @Test func copiesStayInTheProject() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("outside.nb", "```etude label=a\n1\n```\n")
    _ = try folder.file("project/etude.project", "")
    _ = try folder.file("project/en/a.nb", "```etude label=a\n1\n```\n")
    let inside = try folder.file("project/ko/a.nb", "```etude from=../en/a.nb#a\n```\n")
    #expect(try etude("replay", "--accept", inside).code == 0)
    #expect(try folder.text("project/ko/a.nb").hasPrefix("```etude from=../en/a.nb#a\n1\n```\n"))
    let outside = try folder.file("project/ko/b.nb", "```etude from=../../outside.nb#a\n1\n```\n")
    let run = try etude("replay", outside)
    #expect(run.code == 1 && run.errors.contains("is outside the project"))
  }

  @Test func reportsForPrograms() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file("a.nb", text)
    let run = try etude("replay", "--json", file)
    #expect(run.code == 1)
    let report = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
    let notebook = try #require((report as? [[String: Any]])?.first)
    #expect(notebook["holds"] as? Bool == false)
    #expect((notebook["findings"] as? [Any])?.count == 2)
  }

  @Test func missingDataNamesBothWays() throws {
    guard !FileManager.default.fileExists(atPath: "/usr/share/datasets/fashion-mnist") else {
      print("note: Fashion-MNIST is on this machine, so its absence is not tested here")
      return
    }
    let folder = try TemporaryFolder()
    let file = try folder.file("a.nb", "```etude\nfashion_mnist()\n```\n")
    let run = try etude("replay", file)
    #expect(run.code == 1)
    #expect(run.errors.contains("apt install dataset-fashion-mnist"))
    #expect(run.errors.contains("etude data get fashion-mnist"))
  }
}
