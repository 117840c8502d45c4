import Foundation
import TestSupport
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
    #expect(try folder.names() == ["a.nb"])
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

  @Test func claimsAreJudgedUnderManySeeds() throws {
    let folder = try TemporaryFolder()
    let cell = "```etude label=c\nclaim(\"good\", rand(1)[0] < 2)\nclaim(\"fixed\", 1 < 3)\n"
    let good = try folder.file("a.nb", cell + "```\n")
    let run = try etude("replay", good, "--seeds", "4")
    #expect(run.code == 0 && run.errors == "")
    let rows = run.output.split(separator: "\n").map { $0.split(separator: " ") }
    #expect(rows[0].dropFirst().joined(separator: " ") == "under 4 seeds, of which 0 is its own:")
    #expect(rows[2].prefix(6).joined(separator: " ") == "✓ 4 of 4 90 %")
    #expect(rows[2].last == "good")
    #expect(rows[3].joined(separator: " ") == "✓ seed-independent – 2.0 fixed")
    #expect(
      run.output.contains("a.nb: 2 claims reach their bar under 4 seeds, 1 seed-independent, "))

    let bad = try folder.file("b.nb", cell + "claim(\"bad\", rand(1)[0] < 0.5)\n```\n")
    let missed = try etude("replay", bad, "--seeds", "10")
    #expect(missed.code == 1 && missed.output.contains("\n  ✗  "))
    #expect(missed.errors.hasPrefix("\(bad):1:1: cell \"c\": this claim holds under "))
    #expect(missed.errors.hasSuffix(" of 10 seeds, and its bar is 90 %: bad\n"))

    let json = try etude("replay", bad, "--seeds", "10", "--json")
    #expect(json.code == 1)
    let report = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
    let notebook = try #require((report as? [[String: Any]])?.first)
    #expect((notebook["seeds"] as? [Any])?.count == 10 && notebook["seeds"] as? [Int] != nil)
    let claims = try #require(notebook["claims"] as? [[String: Any]])
    #expect(claims.map { $0["reachesBar"] as? Bool } == [true, true, false])
    #expect(claims.map { $0["seedIndependent"] as? Bool } == [false, true, false])
    #expect((claims[2]["margins"] as? [Any])?.count == 10)
  }

  @Test func seedsGoWithNoComparison() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file("a.nb", "text\n")
    for arguments in [
      ["--seeds", "1"], ["--seeds", "3", "--accept"], ["--seeds", "3", "--strict"],
    ] {
      #expect(try etude(["replay", file] + arguments).code == 2)
    }
    let quiet = try etude("replay", file, "--seeds", "3")
    #expect(quiet.code == 0 && quiet.output.contains("no claims under 3 seeds"))
  }

  @Test func anInterruptOfManySeedsIsNoResult() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file(
      "a.nb", "```etude\nclaim(\"c\", 1 < 2)\nwhile true { x = 1 }\n```\n")
    let run = try etude("replay", file, "--seeds", "3", "--timeout", "0.2")
    #expect(run.code == 124 && run.output.contains("no claims under 0 seeds of 3"))
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

  @Test(.disabled(if: Machine.hasFashionMNIST, "Fashion-MNIST is installed"))
  func missingDataNamesBothWays() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file("a.nb", "```etude\nfashion_mnist()\n```\n")
    let run = try etude("replay", file)
    #expect(run.code == 1)
    #expect(run.errors.contains("apt install dataset-fashion-mnist"))
    #expect(run.errors.contains("etude data get fashion-mnist"))
  }

  /// `run` and `replay` judge an error cell alike, and a notebook's own seed wins in both.
  @Test func runAndReplayAgree() throws {
    let folder = try TemporaryFolder()
    let fine = try folder.file("a.nb", "```etude error\n1\n```\n```etude\n2\n```\n")
    for command in ["run", "replay"] {
      let run = try etude(command, fine)
      #expect(run.code == 1)
      #expect(run.errors.contains(":1:1: cell 1: this cell is marked `error` and does not fail"))
    }
    let seeded = try folder.file("b.nb", "---\nseed: 4\n---\n```etude\nrand(2)\n```\n")
    #expect(try etude("replay", "--accept", seeded).code == 0)
    let plain = try etude("run", seeded)
    let other = try etude("run", "--seed", "9", seeded)
    #expect(plain.output == other.output && plain.errors == "")
    let warning = "warning: the notebook states its seed, 4, so --seed 9 has no effect"
    #expect(other.errors == "\(seeded):1:1: \(warning)\n")
    #expect(try etude("replay", "--seed", "9", seeded).errors == other.errors)
    let free = try folder.file("c.nb", "```etude\nrand(2)\n```\n")
    #expect(try etude("run", free).output != etude("run", "--seed", "9", free).output)
  }

  @Test func filesWithoutCells() throws {
    let folder = try TemporaryFolder()
    for text in ["", "# Title\n"] {
      let file = try folder.file("a.nb", text)
      let run = try etude("replay", file)
      #expect(run.code == 0)
      #expect(run.errors == "\(file):1:1: warning: there are no cells in this file\n")
      #expect(try etude("replay", "--strict", file).code == 1)
    }
  }

  @Test func codeMayBeginWithAMinus() throws {
    #expect(try etude("-c", "-5 % 3").output == "1\n")
  }
}
