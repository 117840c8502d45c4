import Datasets
import Diagnostics
import Foundation
import Interpreter
import TestSupport
import Testing

@Suite struct FashionTests {
  private let set = DataSet.fashionMNIST

  /// Where the real data is; nil when the machine has none.
  private static let folder = DataSet.fashionMNIST.folder {
    ProcessInfo.processInfo.environment[$0]
  }

  private func message(_ code: String, _ environment: [String: String]) -> Diagnostic? {
    var options = SessionOptions()
    options.builtins = DataLibrary { environment[$0] }.access().builtins
    return Session(options).run(SourceText(name: "test", text: code)).error
  }

  @Test func looksInOrder() {
    let folders = set.folders {
      ["ETUDE_DATA": "/a", "XDG_DATA_HOME": "/b", "HOME": "/c"][$0]
    }
    #expect(folders == ["/a/fashion-mnist", "/b/etude/fashion-mnist", Machine.fashionMNIST])
    #expect(
      set.folders { $0 == "HOME" ? "/c" : nil }
        == ["/c/.local/share/etude/fashion-mnist", Machine.fashionMNIST])
  }

  @Test func absenceNamesBothWays() {
    #expect(set.absence.hint?.contains("apt install dataset-fashion-mnist") ?? false)
    #expect(set.absence.hint?.contains("etude data get fashion-mnist") ?? false)
  }

  @Test(.enabled(if: folder != nil, "Fashion-MNIST is not on this machine"))
  func readsTheRealImages() throws {
    var options = SessionOptions()
    let access = DataLibrary { ProcessInfo.processInfo.environment[$0] }.access()
    options.builtins = access.builtins
    let session = Session(options)
    let code = """
      d = fashion_mnist()
      (d.train[0].shape, d.dev[0].shape, d.test[0].shape, d.train[0].dtype, d.train[1].dtype,
        d.train[1][0], d.train[1][54999], d.dev[1][0], d.test[1][0], sum(d.train[0][0]),
        sum(d.test[0][9999]))
      """
    let outcome = session.run(SourceText(name: "test", text: code))
    #expect(outcome.error.map { render($0) } == nil)
    guard case .value(let value, _)? = outcome.output.last else { throw Absent() }
    // Read from the decompressed files by a Python script.
    #expect(
      showInline(value)
        == "((55000, 784), (5000, 784), (10000, 784), \"u8\", \"i32\", 9, 2, 0, 9, 76247, 24390)")
    #expect(access.used.map(\.name) == ["fashion-mnist"])
    #expect(access.used.map(\.digest) == ["sha256:" + set.digest])
  }

  private struct Absent: Error {}

  /// What front matter records is the digest of the four files one after another.
  @Test(.enabled(if: folder != nil, "Fashion-MNIST is not on this machine"))
  func digestIsOfAllFiles() throws {
    let folder = try #require(Self.folder)
    let files = try set.load(from: folder)
    #expect(sha256(files.flatMap(\.file)) == set.digest)
  }

  @Test(.enabled(if: Machine.hasFashionMNIST, "Debian's Fashion-MNIST is not installed"))
  func brokenFilesAreErrors() throws {
    let temporary = try TemporaryFolder()
    let own = temporary.path + "/fashion-mnist"
    try FileManager.default.copyItem(atPath: Machine.fashionMNIST, toPath: own)
    let labels = own + "/train-labels-idx1-ubyte.gz"
    let bytes = try Data(contentsOf: URL(fileURLWithPath: labels))
    let environment = ["ETUDE_DATA": temporary.path]

    try bytes.dropLast(100).write(to: URL(fileURLWithPath: labels))
    let short = try #require(message("fashion_mnist()", environment))
    #expect(short.code == .data)
    #expect(short.message == "\(labels) is cut short: the compressed data has no end")
    #expect(short.labels.count == 1)

    try Data(stored(idx([60000], [UInt8](repeating: 0, count: 60000))))
      .write(to: URL(fileURLWithPath: labels))
    let other = try #require(message("fashion_mnist()", environment))
    #expect(other.message.hasSuffix("is not the file of fashion-mnist: its SHA-256 is another"))

    try FileManager.default.removeItem(atPath: labels)
    let missing = try #require(message("fashion_mnist()", environment))
    #expect(missing.message == "\(own) has no train-labels-idx1-ubyte.gz")
    #expect(missing.hint == "rm -r \(own) && etude data get fashion-mnist")
  }
}
