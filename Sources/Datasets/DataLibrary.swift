import Diagnostics
import Interpreter
import System
import Tensor

/// The data sets of a process, each read once.
public final class DataLibrary: Sendable {
  private let environment: @Sendable (String) -> String?
  private let loaded = Lock<[String: [IDXArray]]>([:])

  /// Makes a library that finds folders by environment variables.
  public init(environment: @escaping @Sendable (String) -> String?) {
    self.environment = environment
  }

  /// The files of a data set, read and verified on first use.
  func files(of set: DataSet) throws(DataProblem) -> [IDXArray] {
    let result: Result<[IDXArray], DataProblem> = loaded.withLock { loaded in
      if let known = loaded[set.name] { return .success(known) }
      return Result { () throws(DataProblem) in
        guard let folder = set.folder(environment) else { throw set.absence }
        let files = try set.load(from: folder)
        loaded[set.name] = files
        return files
      }
    }
    return try result.get()
  }

  /// Data sets as one session sees them.
  public func access() -> DataAccess { DataAccess(self) }
}

/// What one session read of the data sets: its builtins, and what front matter is to record.
public final class DataAccess: Sendable {
  private let library: DataLibrary
  private let values = Lock<[(name: String, digest: String, value: Value)]>([])

  init(_ library: DataLibrary) { self.library = library }

  /// The data sets read so far with their digests, in order of first use.
  public var used: [(name: String, digest: String)] {
    values.withLock { $0.map { ($0.name, "sha256:" + $0.digest) } }
  }

  /// The builtins to hand to the session.
  public var builtins: [Builtin] {
    [
      Builtin(
        "fashion_mnist()",
        effect: .reads,
        doc: """
          Fashion-MNIST as `{train, dev, test}`, each a pair `(x, y)`: images u8[n, 784] and classes \
          i32[n]. dev is the last 5,000 of the 60,000 training images; the test set has 10,000.
          """,
        example: "fashion_mnist().dev[0].shape  # (5000, 784)"
      ) { [self] call in try fashionMNIST(call) }
    ].map { $0.grouped("data") } + fileBuiltins.map { $0.grouped("files") }
  }

  private func fashionMNIST(_ call: Call) throws -> Value {
    let set = DataSet.fashionMNIST
    return try values.withLock { values in
      if let known = values.first(where: { $0.name == set.name }) { return known.value }
      let files: [IDXArray]
      do throws(DataProblem) {
        files = try library.files(of: set)
      } catch {
        throw call.error(.data, error.message, hint: error.hint)
      }
      let (images, labels) = (files[0], files[1])
      let value = Value(fields: [
        ("train", try pair(images, labels, 0..<55000, call)),
        ("dev", try pair(images, labels, 55000..<60000, call)),
        ("test", try pair(files[2], files[3], 0..<10000, call)),
      ])
      values.append((set.name, set.digest, value))
      return value
    }
  }

  /// Examples in a range as a pair of images and classes.
  private func pair(
    _ images: IDXArray, _ labels: IDXArray, _ range: Range<Int>, _ call: Call
  ) throws -> Value {
    let size = images.shape.dropFirst().reduce(1, *)
    let start = images.start + range.lowerBound * size
    let pixels = images.file[start..<start + range.count * size]
    let classes = labels.elements.dropFirst(range.lowerBound).prefix(range.count)
    let x = try call.context.makeTensor(shape: [range.count, size], bytes: pixels)
    let y = try call.context.makeTensor(
      shape: [range.count], dtype: .i32, elements: classes.map(Double.init))
    return Value([Value(x), Value(y)])
  }
}
