import Datasets
import Diagnostics
import Figures
import Foundation
import Interpreter
import Notebook
import TestSupport
import Testing

/// The verifier finds nothing wrong in the code of notebooks, which need not run for it.
@Suite struct NotebookVerifierTests {
  static let paths: [URL] = {
    let root = fixtures.deletingLastPathComponent().deletingLastPathComponent()
    let notebooks = ["notebooks", "Tests/Fixtures/notebooks"].flatMap { folder -> [URL] in
      let files = try? FileManager.default.contentsOfDirectory(
        at: root.appendingPathComponent(folder), includingPropertiesForKeys: nil)
      return (files ?? []).filter { $0.pathExtension == "nb" }.sorted { $0.path < $1.path }
    }
    return notebooks + ["docs/tutorial.md", "docs/figures.md"].map(root.appendingPathComponent)
  }()

  @Test func thereAreNotebooks() { #expect(Self.paths.count > 8) }

  @Test(arguments: paths)
  func notebook(path: URL) throws {
    let document = try Document(name: path.path, bytes: Array(Data(contentsOf: path)))
    var options = SessionOptions()
    options.builtins = figureBuiltins + DataLibrary { _ in nil }.access().builtins
    let session = Session(options)
    for cell in document.cells {
      // One that is to show an error may not compile.
      do { try session.compile(cell.source) } catch { #expect(cell.options.isError, "\(error)") }
    }
    #expect(session.verifyProgram() == [])
  }
}
