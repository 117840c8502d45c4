import Diagnostics
import Interpreter
import Notebook
import Tensor
import Testing

/// What the runner tells, in words.
@Suite("Runs of notebooks")
struct RunTests {
  private func events(
    _ text: String, _ policy: RunPolicy = RunPolicy(), world: RunWorld = RunWorld()
  ) throws -> [String] {
    let document = try document(text)
    let session = Session(SessionOptions(for: document, SessionOptions()))
    var run = NotebookRun(document, in: session, policy, world: world)
    var all: [String] = []
    run.finish { all.append(words($0)) }
    return all
  }

  private func words(_ event: RunEvent) -> String {
    switch event {
    case .copyDiffers(let cell, _): "copy differs \(cell.title)"
    case .cellBegins(let cell): "begins \(cell.title)"
    case .output(let item, _):
      switch item {
      case .line(let text, _, _): "line \(text)"
      case .value(let value, let shown): "value \(value.typeName) \(shown)"
      case .claim(let claim): "claim \(claim.holds) \(claim.margin ?? .nan)"
      }
    case .cellEnds(let run): "ends \(words(run))"
    case .value(_, .success(let text)): "checked \(text)"
    case .value(_, .failure(let problem)): "checked fails \(problem.message)"
    case .valueNotRun: "checked not run"
    case .orphan: "orphan"
    }
  }

  private func words(_ run: CellRun) -> String {
    let bound = run.outcome?.bound.map(\.name) ?? []
    let how =
      switch run.end {
      case .finished: "finished"
      case .failedAsMarked: "failed as marked"
      case .didNotFail: "did not fail"
      case .failed(let error): "failed \(error.message)"
      case .timedOut(let error): "timed out: \(error.message)"
      case .interrupted: "interrupted"
      case .skipped: "skipped"
      case .notRun(let cause): "not run because of \(cause)"
      case .noSource(let problem): "no source: \(problem.message)"
      }
    return ([how] + bound).joined(separator: " ")
  }

  @Test("Each cell tells its beginning, its output with values, and its end with what it bound")
  func order() throws {
    let text =
      cells("x = 2", "print(x)\nclaim(\"c\", x < 5)\nx + 1") + "\nSo <!--= x * 2 -->?<!--/-->.\n"
    #expect(
      try events(text) == [
        "begins cell 1", "ends finished x", "begins cell 2", "line 2", "claim true 3.0",
        "value number 3", "ends finished", "checked 4",
      ])
  }

  @Test("A cell that may read what a failed cell may bind does not run")
  func stale() throws {
    let all = try events(
      cells("x = 5", "x = nope", "x + 1", "if false { x = 1 }\nx + 1", "y = 1", "x = 3", "x"))
    #expect(
      all.filter { $0.hasPrefix("ends") } == [
        "ends finished x", "ends failed `nope` is not known here",
        "ends not run because of cell 2", "ends not run because of cell 2", "ends finished y",
        "ends finished x", "ends finished",
      ])
  }

  @Test("A branch that was not taken gives a missing name no value")
  func untakenBranch() throws {
    let all = try events(
      cells("x = 5", "x = nope", "if 1 > 2 { x = 1 }", "x", "if 1 < 2 { x = 1 }", "x"))
    #expect(
      all.filter { $0.hasPrefix("ends") } == [
        "ends finished x", "ends failed `nope` is not known here", "ends finished",
        "ends not run because of cell 2", "ends finished x", "ends finished",
      ])
  }

  @Test("Under a policy the first failure ends the run")
  func stops() throws {
    var policy = RunPolicy()
    policy.stopsAtFailure = true
    let text = cells("a = 1", "nope", "b = 1")
    #expect(try events(text, policy).last == "ends failed `nope` is not known here")
    #expect(try events(text).last == "ends finished b")
  }

  @Test("A run can begin at a later part, and end with the cell of a label")
  func parts() throws {
    let text = "```etude label=a\nx = 1\n```\n\n```etude label=b\nx = x + 1\n```\n\n" + cells("x")
    let document = try document(text)
    let session = Session(SessionOptions(for: document, SessionOptions()))
    var first = RunPolicy()
    first.lastLabel = "a"
    var run = NotebookRun(document, in: session, first)
    run.finish { _ in }
    #expect(run.next == 1 && session["x"]?.asNumber == 1)
    var rest = NotebookRun(document, in: session, from: run.next)
    rest.finish { _ in }
    #expect(session["x"]?.asNumber == 2)
  }

  @Test("A cell that found no memory and showed nothing may begin again")
  func memory() throws {
    let document = try document(cells("zeros((1024, 1024))"))
    var options = SessionOptions(for: document, SessionOptions())
    options.memoryLimit = 1 << 20
    var run = NotebookRun(document, in: Session(options))
    var asked = 0
    var ends: [String] = []
    run.step(
      freeMemory: {
        asked += 1
        return asked < 3
      }
    ) { event in
      if case .cellEnds(let run) = event { ends.append(words(run)) }
    }
    #expect(asked == 3 && ends.count == 1 && ends[0].hasPrefix("failed"))
  }

  @Test("A damaged report of a trial is refused with its name")
  func damagedReports() throws {
    let good = Trial(try document(cells("claim(\"한 글\", 1 < nan)", "nope")), number: 2).run().json
    #expect(good["claims"]?.list?[0]["margin"] == .number(.nan) || good.line.contains("\"nan\""))
    let line = good.line
    for (old, new) in [
      ("\"version\": 1", "\"version\": 2"), ("\"trial\": 2", "\"trial\": -2"),
      ("\"holds\": false", "\"holds\": 0"), ("\"complete\": true", "\"complete\": null"),
      ("}", ""), ("\"trial\"", "\"seed\""),
    ] {
      let text = line.replacing(old, with: new)
      #expect(text != line)
      #expect(throws: Diagnostic.self) {
        let json = try JSONValue(name: "r.json", bytes: Array(text.utf8))
        _ = try TrialReport(name: "r.json", json: json)
      }
    }
  }

  @Test(
    "JSON is written so that it reads back the same",
    arguments: [
      .null, .flag(true), .number(-0.0), .number(0.1), .number(1e300), .number(3),
      .text("\u{0}\"\\한\n"),
      .list([]), .object([.init("a", .list([.count(1)])), .init("", .null)]),
    ] as [JSONValue])
  func json(value: JSONValue) throws {
    let read = try JSONValue(name: "j", bytes: Array(value.line.utf8))
    #expect(read == value && read.line == value.line)
  }
}
