import CKernels
import Notebook
import Syntax
import Tensor
import TestSupport
import Testing

/// The recorded bits come out at every level of the kernels that this machine has, with any number
/// of threads: of a notebook that uses every operation, and of the digests under `Fixtures/golden`.
@Suite struct LevelTests {
  private static let notebook = "Tests/Fixtures/notebooks/every-operation.nb"
  private static let levels = [ET_REFERENCE, ET_BASELINE, ET_AVX2, ET_AVX512].map { level in
    unsafe (String(cString: et_level_name(level)), isThere: et_kernels_for(level) != nil)
  }
  private static let present = levels.filter(\.isThere).map(\.0)
  private static let absent = levels.filter { !$0.isThere }.map(\.0)

  /// Runs the command at a level with 1, 2, 3 and 8 threads.
  private func withManyThreads(
    _ level: String, _ arguments: String..., judge: (_ settings: String, Run) throws -> Void
  ) throws {
    for threads in [1, 2, 3, 8] {
      let all = arguments + ["--threads", "\(threads)"]
      let run = try etude(all, environment: ["ETUDE_ISA": level], in: repository.path)
      try judge("\(level), \(threads) threads", run)
    }
  }

  @Test(
    .disabled(if: absent.isEmpty, "this machine has every level"), arguments: absent)
  func aLevelThatTheMachineLacksIsRefused(level: String) throws {
    let refused = try etude("-c", "1", environment: ["ETUDE_ISA": level])
    #expect(refused.code == 2)
    #expect(refused.errors.contains(level))
  }

  @Test(arguments: present) func aNotebookReplays(at level: String) throws {
    try withManyThreads(level, "replay", Self.notebook) { settings, run in
      #expect(run.code == 0, "\(settings): \(run.errors)")
    }
  }

  /// `ETUDE_PROMOTE=1` rewrites the recorded digests, by the reference.
  @Test(arguments: ["names", "runs"], present)
  func theGoldenDigests(of program: String, at level: String) throws {
    try withManyThreads(level, "run", "Tests/Fixtures/golden/\(program).et") { settings, run in
      #expect(run.code == 0, "\(settings): \(run.errors)")
      if isPromoting, !settings.hasPrefix("reference") { return }
      try checkGolden("golden/\(program).txt", run.output)
    }
  }

  @Test func everyPublicNameHasADigest() throws {
    let listed = try etude("doc").output.split(separator: "\n").filter { $0.hasPrefix("  ") }
      .flatMap { $0.split(separator: " ") }
    let rows = try fixtureText("golden/names.txt").split(separator: "\n").map { line in
      line.prefix { $0 != " " }
    }
    #expect(listed.count > 150)
    #expect(Set(listed).subtracting(rows).sorted() == [])
    #expect(Set(rows).count == rows.count)
  }

  @Test func theNotebookUsesEveryOperation() throws {
    let document = try Document(
      name: "notebook", bytes: Array(try projectText(Self.notebook).utf8))
    let calls = Set(
      document.cells.flatMap { cell in
        tokens(of: cell.source).map { cell.source.text(in: $0.span) }
      })
    let missing = Operation.all.filter { $0.group != .operator && !calls.contains($0.name) }
    #expect(missing.map(\.name) == [])
  }
}
