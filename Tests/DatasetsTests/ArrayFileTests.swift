import Datasets
import Foundation
import Interpreter
import SessionSupport
import System
import Tensor
import TestSupport
import Testing

/// A session with the builtins of this module over files.
func session(_ files: MemoryFiles) -> Session {
  var options = SessionOptions()
  options.builtins = DataLibrary { _ in nil }.access().builtins
  options.files = files
  return Session(options)
}

/// What a program shows, or its error as `error[code]: message`.
func run(_ code: String, _ files: MemoryFiles) -> String {
  let outcome = session(files).run(.init(name: "test", text: code))
  if let error = outcome.error { return "error[\(error.code.rawValue)]: \(error.message)" }
  return outcome.output.map { item in
    if case .value(let value, _) = item { return showInline(value) }
    return ""
  }.joined(separator: "\n")
}

/// Files that NumPy wrote, by `Fixtures/data/make_fixtures.py`.
func fixtureData() throws -> [String: [UInt8]] {
  let folder = fixtures.appendingPathComponent("data")
  var files: [String: [UInt8]] = [:]
  for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
    files[name] = Array(try Data(contentsOf: folder.appendingPathComponent(name)))
  }
  return files
}

@Suite struct ArrayFileTests {
  @Test func readsWhatNumPyWrites() throws {
    let files = try fixtureData()
    let json = try JSONSerialization.jsonObject(with: Data(files["expected.json"] ?? []))
    let expected = try #require(json as? [String: [String: Any]])
    #expect(expected.count >= 23)
    let context = Context(threads: 1, interrupt: InterruptFlag())
    for (name, entry) in expected {
      let array = try NPYArray(try #require(files[name])[...], name: name)
      #expect(array.dtype.name == entry["dtype"] as? String, "\(name)")
      #expect(array.shape == entry["shape"] as? [Int], "\(name)")
      let tensor = try unsafe context.makeTensor(
        shape: Shape(array.shape), dtype: array.dtype, littleEndian: array.bytes.span.bytes)
      let wanted = try #require(entry["elements"] as? [String]).compactMap(Double.init)
      #expect(tensor.elements().map(\.bitPattern) == wanted.map(\.bitPattern), "\(name)")
    }
  }

  @Test(arguments: [
    ("wide.npy", "wide.npy has the integer 2147483648 at place 1, which does not fit i32"),
    ("complex.npy", "complex.npy holds complex numbers (<c16)"),
    ("text.npy", "text.npy holds text (<U1)"),
    ("records.npy", "records.npy holds records, and a tensor has elements of one type"),
    ("objects.npy", "objects.npy holds Python objects (|O)"),
    ("stored.npz", "stored.npz is an archive, not an NPY file"),
    ("expected.json", "expected.json is no NPY file"),
  ])
  func saysWhatCanNotBeRead(_ name: String, _ message: String) throws {
    let files = MemoryFiles(try fixtureData())
    #expect(run("npy(\"\(name)\")", files) == "error[data]: \(message)")
  }

  @Test(arguments: [
    "[1.5, -0.0, inf]", "f64([[0.1], [0.2]])", "i32([1, -2147483648])", "u8([0, 255])",
    "[1, 2] < [2, 1]", "f32(3)", "zeros((0, 3))", "zeros((2, 0))", "transpose([[1, 2], [3, 4]])",
    "arange(24)[::2]",
  ])
  func arraysSurviveAFile(_ value: String) {
    let files = MemoryFiles()
    let code = "x = \(value)\nsave_npy(\"x.npy\", x)\ny = npy(\"x.npy\")\n"
    #expect(run(code + "digest(x) == digest(y)", files) == "true")
  }

  /// NumPy asks for elements that start at a multiple of 64 bytes.
  @Test func headersAreAligned() throws {
    let files = MemoryFiles()
    _ = run("save_npy(\"x.npy\", ones((3, 4, 5)))", files)
    let file = try #require(files["x.npy"])
    #expect(file.count == 128 + 240 && file[127] == 0x0A)
    let header = String(decoding: file[10..<128], as: UTF8.self)
    #expect(header.hasPrefix("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4, 5), }  "))
  }

  @Test func readsNumPysArchives() throws {
    let files = MemoryFiles(try fixtureData())
    #expect(
      run("r = load(\"stored.npz\"); (keys(r), r.labels)", files)
        == "((\"x\", \"labels\"), i32[3] [1, 0, 2])")
    #expect(run("load(\"deflated.npz\").conv.b", files) == "f64[3] [0, 1, 2]")
    #expect(run("sum(load(\"deflated.npz\").conv.w)", files) == "0")
    #expect(run("load(\"positional.npz\").arr_0.shape", files) == "(3, 4)")
    #expect(run("load(\"scalar.npy\")", files) == "error[data]: scalar.npy is no NPZ archive")
  }

  @Test(arguments: [
    "{w: [1, 2], b: 0.5}", "(1, \"a\\n한글\", true, nothing, ())", "{a: {b: ({c: i32([1])}, {})}}",
    "{r: 0..10 by 2, x: buffer([1])}", "{}", "()", "(f64(0.1), 0.1)", "{학습률: 0.1}",
    "zip(map(0..12, i -> i), map(0..12, i -> [i]))",
  ])
  func treesSurviveAnArchive(_ value: String) {
    let files = MemoryFiles()
    let code = "x = \(value)\nsave(\"x.npz\", x)\ny = load(\"x.npz\")\n"
    #expect(run(code + "digest(x) == digest(y)", files) == "true", "\(run(code + "(x, y)", files))")
    #expect(
      run(code + "digest(load(\"x.npz\", into=x)) == digest(x)", files) == "true")
  }

  @Test func modelsComeBackIntoATree() {
    let files = MemoryFiles()
    let code = "m = mlp((4, 3, 2))\nsave(\"m.npz\", m)\n"
    #expect(
      run(code + "n = load(\"m.npz\", into=mlp((4, 3, 2)))\ndigest(m) == digest(n)", files)
        == "true")
    #expect(
      run("load(\"m.npz\", into=mlp((4, 5, 2)))", files)
        == "error[data]: m.npz has `layers[0].w` as f32[4, 3], and the tree as f32[4, 5]")
    #expect(
      run("load(\"m.npz\", into=mlp((4, 3)))", files)
        == "error[data]: m.npz has `layers[2].kind:string`, which the tree has not")
    #expect(
      run("load(\"m.npz\", into={z: [1]})", files)
        == "error[data]: m.npz has no `z`, which the tree has")
  }

  @Test func theSameTreeGivesTheSameBytes() throws {
    let (a, b) = (MemoryFiles(), MemoryFiles())
    for files in [a, b] { _ = run("save(\"x.npz\", {w: [1, 2], n: \"a\"})", files) }
    #expect(a["x.npz"] != nil && a["x.npz"] == b["x.npz"])
  }

  @Test(arguments: [
    (
      "save(\"x.npz\", [1])",
      "error[type]: `save` needs a record or a tuple as `tree`, not a tensor"
    ),
    ("save_npy(\"/x.npy\", [1])", "error[file]: `/x.npy` can't be written"),
    ("npy(\"none.npy\")", "error[file]: can't read none.npy: there is no such file"),
    ("load(\"none.npz\")", "error[file]: can't read none.npz: there is no such file"),
    ("save_npy(\"x.npy\", \"a\")", "error[type]: `save_npy` needs a tensor as `x`, not the string"),
  ])
  func errorsSayWhatIsWrong(_ code: String, _ message: String) {
    #expect(run(code, MemoryFiles()).hasPrefix(message), "\(run(code, MemoryFiles()))")
  }

  /// A damaged file is an error or an array, never a crash and never a lot of memory.
  @Test func damagedFilesAreErrors() throws {
    let files = try fixtureData()
    var random = TestRandom(seed: 5)
    let names = files.keys.filter { $0.hasSuffix(".npy") || $0.hasSuffix(".npz") }.sorted()
    let shared = session(MemoryFiles(files))
    var (errors, values) = (0, 0)
    for round in 0..<6000 {
      let name = names[round % names.count]
      var file = try #require(files[name])
      switch Int.random(in: 0..<4, using: &random) {
      case 0: file.removeLast(Int.random(in: 1...file.count, using: &random))
      case 1:
        file.insert(
          UInt8.random(in: 0...255, using: &random),
          at: Int.random(in: 0...file.count, using: &random))
      default:
        for _ in 0..<Int.random(in: 1...4, using: &random) {
          // Most of what can go wrong stands in the first and last hundred bytes.
          let near = Int.random(in: 0..<min(file.count, 130), using: &random)
          let place = Bool.random(using: &random) ? near : file.count - 1 - near
          file[place] = UInt8.random(in: 0...255, using: &random)
        }
      }
      var options = SessionOptions()
      options.builtins = shared.options.builtins
      options.memoryLimit = 1 << 28
      options.files = MemoryFiles(["f": file])
      let read = name.hasSuffix(".npy") ? "npy" : "load"
      let outcome = Session(options).run(.init(name: "t", text: "\(read)(\"f\");"))
      if let error = outcome.error {
        #expect([.data, .memory].contains(error.code), "\(error.message)")
        errors += 1
      } else {
        values += 1
      }
    }
    #expect(errors > 3000 && values > 100)
  }

  @Test func theExamplesShowWhatTheySay() throws {
    let houses = "area,rooms,town\n84.5,3,Suwon\n59,2,Busan\n120,4,\"Jeju, Jeju\"\n"
    let builtins = DataLibrary { _ in nil }.access().builtins.filter { $0.group == "files" }
    #expect(builtins.count == 5)
    for builtin in builtins {
      let shared = session(MemoryFiles(["houses.csv": Array(houses.utf8)]))
      var shown = ""
      for line in builtin.example.split(separator: "\n") {
        if line.hasPrefix("# ") {
          #expect(shown == line.dropFirst(2), "\(builtin.name)")
          continue
        }
        let parts = line.split(separator: "  # ", maxSplits: 1)
        let outcome = shared.run(.init(name: "example", text: String(parts[0])))
        #expect(outcome.error == nil, "\(builtin.name): \(outcome.error?.message ?? "")")
        shown = outcome.output.map { item in
          if case .value(let value, _) = item { return showInline(value) }
          return ""
        }.joined()
        #expect(parts.count == 1 || shown == parts[1], "\(builtin.name)")
      }
    }
  }
}
