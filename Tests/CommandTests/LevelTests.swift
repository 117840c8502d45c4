import CKernels
import Foundation
import Notebook
import Syntax
import Tensor
import TestSupport
import Testing

/// One notebook that uses every operation and trains for twenty steps has the recorded bits at every
/// level of the kernels that this machine has, with any number of threads.
@Suite struct LevelTests {
  private static let notebook = fixtures.appendingPathComponent("notebooks/every-operation.nb")

  private static let levels = [ET_REFERENCE, ET_BASELINE, ET_AVX2, ET_AVX512]

  @Test func everyLevelAndThreadCountGivesTheRecordedBits() throws {
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
        let result = try etude(
          "replay", "--threads", "\(threads)", Self.notebook.path,
          environment: ["ETUDE_ISA": name])
        #expect(result.code == 0, "\(name), \(threads) threads: \(result.errors)")
      }
      print("level \(name): the same bits with 1, 2, 3 and 8 threads")
    }
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
