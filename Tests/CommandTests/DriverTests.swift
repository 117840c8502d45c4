import Diagnostics
import Foundation
import Interpreter
import Notebook
import REPL
import System
import TestSupport
import Testing

/// What runs a notebook: `etude replay`, `etude run`, and `:load` at the prompt.
private enum Driver: String, CaseIterable {
  case replay, run, load

  /// What it says of a notebook in a folder: whether all holds, all that it shows, and complaints.
  func judge(_ path: String) throws -> (holds: Bool, output: String, errors: String) {
    switch self {
    case .replay:
      // What is recorded is not at issue here, but what happens.
      let run = try etude("replay", "--accept", path)
      let text = try String(contentsOfFile: path, encoding: .utf8)
      return (run.code == 0, text, run.errors)
    case .run:
      let run = try etude("run", path)
      return (run.code == 0, run.output, run.errors)
    case .load: return try load(path)
    }
  }

  private func load(_ path: String) throws -> (Bool, String, String) {
    let shown = Shown()
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    var environment = PromptEnvironment(
      write: { shown.output += $0 }, complain: { shown.errors += $0 },
      readFile: { path throws(FileProblem) in try Disk.read(path) })
    environment.world = { _ in
      var world = RunWorld()
      world.readNotebook = { name throws(FileProblem) in try Disk.read(folder + "/" + name) }
      world.startTimer = Timer.starting
      return world
    }
    var prompt = Prompt(Session(), OneLine(":load \(path)"), environment)
    prompt.run()
    return (shown.errors.isEmpty, shown.output, shown.errors)
  }
}

private final class Shown {
  var output = ""
  var errors = ""
}

/// Reads one line, then the end.
private struct OneLine: LineReader {
  var line: String?
  let isEcho = false
  let erasing = ""

  init(_ line: String) { self.line = line }

  mutating func read(_ request: LineRequest) -> LineInput {
    defer { line = nil }
    return line.map { .line($0) } ?? .end
  }

  mutating func remember(_ entry: String) {}
}

/// Each option of a cell means the same whatever runs the notebook.
@Suite struct DriverTests {
  /// The text of a notebook, and what all say of it: part of a complaint, or nil where all holds.
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var text: String
    var complaint: String?
    /// What all show.
    var shows: [String] = []
    var testDescription: String { name }
  }

  static let cases = [
    Case(name: "plain", text: "```etude\n40 + 2\n```\n", shows: ["42"]),
    Case(name: "failing", text: "```etude\nnope\n```\n", complaint: "`nope` is not known here"),
    Case(
      name: "error that fails", text: "```etude error\nnope\n```\n",
      shows: []),
    Case(
      name: "error that does not fail", text: "```etude error\n40 + 2\n```\n",
      complaint: "this cell is marked `error` and does not fail", shows: []),
    Case(
      name: "timeout", text: "```etude timeout=0.05\nwhile true { }\n```\n",
      complaint: "the cell ran longer than 0.05 seconds"),
    Case(
      name: "timeout that is kept", text: "```etude timeout=100\n40 + 2\n```\n", shows: ["42"]),
    Case(name: "skip", text: "```etude skip\nnope\n```\n"),
    Case(name: "hide", text: "```etude hide\n40 + 2\n```\n", shows: ["42"]),
    Case(name: "volatile", text: "```etude volatile\n40 + 2\n```\n", shows: ["42"]),
    Case(
      name: "a copy without its label", text: "```etude from=other.nb#gone\n1\n```\n",
      complaint: "other.nb has no cell `gone`"),
    Case(
      name: "a copy without its source", text: "```etude from=gone.nb#z\n1\n```\n",
      complaint: "the source of this cell can't be read"),
    Case(
      name: "a copy of another seed", text: "---\nseed: 8\n---\n```etude from=other.nb#z\n1\n```\n",
      complaint: "other.nb has the seed 7, and this notebook 8"),
    Case(
      name: "a true copy", text: "---\nseed: 7\n---\n```etude from=other.nb#z\nrand(1)[0]\n```\n",
      shows: ["0.57093555"]),
    Case(
      name: "a checked value that fails", text: "```etude\nx = 1\n```\n\n<!--= nope -->1<!--/-->\n",
      complaint: "`nope` is not known here"),
    Case(
      name: "numbering after skip and error",
      text: "---\nseed: 7\n---\n```etude skip\n1\n```\n\n```etude error\nnope\n```\n\n"
        + "```etude\nrand(1)[0]\n```\n",
      shows: ["0.05586368"]),
    Case(
      name: "a failed cell and what follows",
      text: "```etude\nx = nope\n```\n\n```etude\ny = 1\n```\n",
      complaint: "`nope` is not known here"),
  ]

  static let other = "---\nseed: 7\n---\n```etude label=z\nrand(1)[0]\n```\n"

  @Test(arguments: cases) func allAgree(on notebook: Case) throws {
    for driver in Driver.allCases {
      let folder = try TemporaryFolder()
      _ = try folder.file("other.nb", Self.other)
      let path = try folder.file("it.nb", notebook.text)
      let (holds, output, errors) = try driver.judge(path)
      let place = Comment(rawValue: "\(driver): \(output)\n\(errors)")
      // At the prompt the error of an error cell is shown among the complaints.
      let isShownError = driver == .load && notebook.text.contains("etude error\nnope")
      #expect(holds == (notebook.complaint == nil) || isShownError, place)
      if let complaint = notebook.complaint { #expect(errors.contains(complaint), place) }
      for text in notebook.shows { #expect(output.contains(text), place) }
    }
  }

  @Test("A copied cell that was edited is told by all")
  func driftedCopy() throws {
    for driver in Driver.allCases where driver != .replay {
      let folder = try TemporaryFolder()
      _ = try folder.file("other.nb", Self.other)
      let path = try folder.file(
        "it.nb", "---\nseed: 7\n---\n```etude from=other.nb#z\nrand(1)[0] + 0\n```\n")
      let (holds, _, errors) = try driver.judge(path)
      #expect(!holds && errors.contains("the cell is no longer a copy of its source"), "\(driver)")
    }
    let folder = try TemporaryFolder()
    _ = try folder.file("other.nb", Self.other)
    let path = try folder.file(
      "it.nb", "---\nseed: 7\n---\n```etude from=other.nb#z\nrand(1)[0] + 0\n```\n")
    let run = try etude("replay", path)
    #expect(run.code == 1 && run.errors.contains("the cell is no longer a copy of its source"))
  }
}
