import CKernels
import Foundation
import Notebook
import Syntax
import Tensor
import TestSupport
import Testing

/// The recorded bits come out at every level of the kernels that this machine has, with any number
/// of threads: of a notebook that uses every operation, and of the digests under `Fixtures/golden`.
@Suite struct LevelTests {
  private static let notebook = fixtures.appendingPathComponent("notebooks/every-operation.nb")
  private static let golden = fixtures.appendingPathComponent("golden")
  private static let levels = [ET_REFERENCE, ET_BASELINE, ET_AVX2, ET_AVX512]

  /// Runs the command at each level with 1, 2, 3 and 8 threads; a level that the machine lacks is
  /// refused, and said to be missing.
  private func atEveryLevel(
    _ judge: (_ settings: String, Run) throws -> Void, _ arguments: String...
  )
    throws
  {
    for level in Self.levels {
      let name = unsafe String(cString: et_level_name(level))
      guard unsafe et_kernels_for(level) != nil else {
        print("level \(name): not on this machine")
        let refused = try etude("-c", "1", environment: ["ETUDE_ISA": name])
        #expect(refused.code == 2)
        #expect(refused.errors.contains(name))
        continue
      }
      for threads in [1, 2, 3, 8] {
        let all = arguments + ["--threads", "\(threads)"]
        try judge(
          "\(name), \(threads) threads", try etude(all, environment: ["ETUDE_ISA": name]))
      }
    }
  }

  @Test func aNotebookReplays() throws {
    try atEveryLevel(
      { settings, run in #expect(run.code == 0, "\(settings): \(run.errors)") },
      "replay", Self.notebook.path)
  }

  /// `ETUDE_PROMOTE=1` rewrites the recorded digests.
  @Test(arguments: ["names", "runs"]) func theGoldenDigests(of program: String) throws {
    let record = Self.golden.appendingPathComponent("\(program).txt")
    let path = Self.golden.appendingPathComponent("\(program).et").path
    if ProcessInfo.processInfo.environment["ETUDE_PROMOTE"] == "1" {
      let run = try etude("run", path)
      #expect(run.code == 0, "\(run.errors)")
      try Data(run.output.utf8).write(to: record)
    }
    let recorded = try String(contentsOf: record, encoding: .utf8).split(separator: "\n")
    try atEveryLevel(
      { settings, run in
        #expect(run.code == 0, "\(settings): \(run.errors)")
        let changes = run.output.split(separator: "\n").difference(from: recorded)
        #expect(changes.isEmpty, "\(settings): \(changes.map { "\($0)" })")
      }, "run", path)
  }

  @Test func everyPublicNameHasADigest() throws {
    let listed = try etude("doc").output.split(separator: "\n").filter { $0.hasPrefix("  ") }
      .flatMap { $0.split(separator: " ") }
    let rows = try String(
      contentsOf: Self.golden.appendingPathComponent("names.txt"), encoding: .utf8
    ).split(separator: "\n").map { $0.prefix { $0 != " " } }
    #expect(listed.count > 150)
    #expect(Set(listed).subtracting(rows).sorted() == [])
    #expect(Set(rows).count == rows.count)
  }

  @Test func theNotebookUsesEveryOperation() throws {
    let document = try Document(name: "notebook", bytes: Array(try Data(contentsOf: Self.notebook)))
    let calls = Set(
      document.cells.flatMap { cell in
        tokens(of: cell.source).map { cell.source.text(in: $0.span) }
      })
    let missing = Operation.all.filter { $0.group != .operator && !calls.contains($0.name) }
    #expect(missing.map(\.name) == [])
  }
}
