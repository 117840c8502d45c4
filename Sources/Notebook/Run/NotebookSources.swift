import Diagnostics
import Interpreter
import System

/// The notebooks that copied cells come from, each read once.
struct NotebookSources {
  private let read: (String) throws(FileProblem) -> [UInt8]
  /// The seed of the notebook at hand, and that of notebooks that state none.
  private let seed: UInt64
  private let defaultSeed: UInt64
  private var documents: [String: Result<Document, Diagnostic>] = [:]

  init(
    seed: UInt64, defaultSeed: UInt64,
    _ read: @escaping (String) throws(FileProblem) -> [UInt8]
  ) {
    self.seed = seed
    self.defaultSeed = defaultSeed
    self.read = read
  }

  /// The code that a cell is a copy of; its notebook must have the seed of this one.
  mutating func source(_ origin: CellOptions.Origin) -> Result<SourceText, Diagnostic> {
    document(origin.file).flatMap { other in
      guard let found = other.cell(labelled: origin.label) else {
        let near = nearest(to: origin.label, among: other.cells.compactMap(\.label))
        return .failure(
          Diagnostic(
            .file, "\(origin.file) has no cell `\(origin.label)`",
            hint: near.map { "did you mean `\($0)`?" }))
      }
      let sourceSeed = other.frontMatter.seed ?? defaultSeed
      guard sourceSeed == seed else {
        return .failure(
          Diagnostic(
            .file, "\(origin.file) has the seed \(sourceSeed), and this notebook \(seed)",
            hint: "a notebook of copied cells has the seed of their source"))
      }
      return .success(found.source)
    }
  }

  private mutating func document(_ path: String) -> Result<Document, Diagnostic> {
    if let known = documents[path] { return known }
    let result = Self.document(path, read).mapError { reason in
      var problem = Diagnostic(.file, "the source of this cell can't be read")
      problem.others = [reason]
      return problem
    }
    documents[path] = result
    return result
  }

  private static func document(
    _ path: String, _ read: (String) throws(FileProblem) -> [UInt8]
  ) -> Result<Document, Diagnostic> {
    let bytes: [UInt8]
    do throws(FileProblem) {
      bytes = try read(path)
    } catch {
      return .failure(Diagnostic(error))
    }
    return Result { () throws(Diagnostic) in try Document(name: path, bytes: bytes) }
  }
}
