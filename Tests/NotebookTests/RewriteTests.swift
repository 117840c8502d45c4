import Interpreter
import Notebook
import System
import Testing

@Suite struct RewriteTests {
  private let digest = "sha256:" + String(repeating: "ab", count: 32)
  private let other = "sha256:" + String(repeating: "cd", count: 32)

  private func environment(_ used: (String, String)...) -> ReplayEnvironment {
    var environment = ReplayEnvironment()
    environment.usedData = { used.map { (name: $0.0, digest: $0.1) } }
    return environment
  }

  @Test func recordsDigestsOfData() throws {
    let used = environment(("set", digest))
    for (before, after) in [
      ("# A\n", "---\ndata:\n  set: \(digest)\n---\n\n# A\n"),
      ("---\nseed: 1\n---\n# A\n", "---\nseed: 1\ndata:\n  set: \(digest)\n---\n# A\n"),
      ("---\n---\n# A\n", "---\ndata:\n  set: \(digest)\n---\n# A\n"),
      ("---\ndata:\nseed: 1\n---\n", "---\ndata:\n  set: \(digest)\nseed: 1\n---\n"),
      (
        "---\r\ndata:\r\n    set:  \(other) # old\r\nseed: 1\r\n---\r\n",
        "---\r\ndata:\r\n    set:  \(digest) # old\r\nseed: 1\r\n---\r\n"
      ),
      (
        "---\ndata:\n    b: \(other)\n---\n",
        "---\ndata:\n    set: \(digest)\n---\n"
      ),
      ("---\ndata: {set: \(other)}\n---\n", "---\ndata: {set: \(digest)}\n---\n"),
    ] {
      let result = try accepted(before, in: used)
      #expect(result == after)
      #expect(try findings(result, in: used) == [])
      #expect(try findings(before, in: used).count == 1)
    }
  }

  /// A block's fence is longer than what is in it, and no shorter than it was.
  @Test(arguments: [
    ("``", 3), ("```", 4), ("a``` ````b", 5), ("~~~~", 3), ("a", 3),
  ])
  func fencesAreLongerThanTheirContent(_ text: String, _ length: Int) throws {
    let cell = "```etude\nprint(\"\(text)\")\n```\n"
    let fence = String(repeating: "`", count: length)
    let done = try accepted(cell)
    #expect(done.contains("\n\(fence)output bits=") && done.hasSuffix("\n\(text)\n\(fence)\n"))
    #expect(try findings(done) == [])
    let long = String(repeating: "`", count: 6)
    let kept = try accepted("\(cell)\(long)output\nold\n\(long)\n")
    #expect(kept.contains("\n\(long)output bits=") && kept.hasSuffix("\n\(text)\n\(long)\n"))
  }

  @Test func dataOfCellsThatDidNotRunStays() throws {
    let text = "---\ndata:\n  set: \(digest)\n---\n```etude skip\n1\n```\n"
    #expect(try findings(text) == [])
    let unused = text.replacing(" skip", with: "")
    #expect(try findings(unused).contains("3: front matter: the digests of the data sets differ"))
    #expect(try accepted(unused).hasPrefix("---\n---\n```etude\n"))
  }

  @Test func verifiesCopiedCells() throws {
    let source = "---\nseed: 3\n---\n```etude label=draw\nx = rand(2)\nx\n```\n"
    var environment = ReplayEnvironment()
    environment.world.readNotebook = { path throws(FileProblem) in
      guard path == "../a.nb" else { throw FileProblem(.read, path, .missing) }
      return Array(source.utf8)
    }
    let text = "---\nseed: 3\n---\n- ```etude from=../a.nb#draw\n  y\n  ```\n"
    let done = try accepted(text, in: environment)
    #expect(done.contains("- ```etude from=../a.nb#draw\n  x = rand(2)\n  x\n  ```\n  ```output"))
    #expect(try findings(done, in: environment) == [])
    let original = try accepted(source)
    let bits = try #require(try document(original).cells[0].output?.bits)
    #expect(done.contains("bits=\(bits)"))
    #expect(
      try findings(done.replacing("rand(2)", with: "rand(3)"), in: environment).first
        == "4: cell \"draw\": the cell is no longer a copy of its source")
    #expect(
      try findings(text.replacing("a.nb", with: "b.nb"), in: environment)
        == ["4: cell \"draw\": the source of this cell can't be read"])
    #expect(
      try findings(text.replacing("#draw", with: "#drew"), in: environment)
        == ["4: cell \"drew\": ../a.nb has no cell `drew`"])
  }

  @Test func timeLimitsOfCells() throws {
    var environment = ReplayEnvironment()
    environment.world.startTimer = { _, flag in
      flag.set()
      return { true }
    }
    let text = "```etude timeout=1\nwhile true { x = 1 }\n```\n\n" + cells("x = 2", "x")
    let report = replay(try document(text), in: environment)
    #expect(report.findings.first?.kind == .timeout)
    #expect(report.cells.map(\.status) == [.failed, .differs, .differs])
    #expect(!report.isInterrupted)
  }

  @Test func interruptsEndTheReplay() throws {
    var environment = ReplayEnvironment()
    var session: Session?
    environment.willStart = { session = $0 }
    environment.follow = { event in
      if case .cellBegins(let cell) = event, cell.number == 2 { session?.interrupt.set() }
    }
    let report = replay(
      try document(cells("1", "while true { x = 1 }", "3")), in: environment)
    #expect(report.isInterrupted && !report.holds)
    #expect(report.cells.map(\.status) == [.differs, .notRun])
  }
}
