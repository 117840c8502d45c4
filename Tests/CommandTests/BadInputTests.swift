import Foundation
import TestSupport
import Testing

/// Programs and files that nobody should write, and somebody will: each is an error with its place,
/// and the process ends as it should.
@Suite struct BadInputTests {
  private func expectError(
    _ run: Run, _ code: String, _ place: String = "-c:", exit: Int32 = 1,
    _ location: SourceLocation = #_sourceLocation
  ) {
    #expect(run.code == exit, "\(run.errors.prefix(400))", sourceLocation: location)
    #expect(run.output == "", sourceLocation: location)
    #expect(run.errors.hasPrefix(place), "\(run.errors.prefix(400))", sourceLocation: location)
    #expect(
      run.errors.contains("error[\(code)]: "), "\(run.errors.prefix(400))",
      sourceLocation: location)
  }

  /// However a function comes to call itself, the limit is an error and not the end of the stack.
  @Test(arguments: [
    "fn f(x) = map((1,), f)\nf(1)",
    "fn f(x) = filter((1, 2), f)\nf(1)",
    "fn f(x) = fold((1,), 0, (a, b) -> f(b))\nf(1)",
    "fn f(x) = map_leaves({a: ones(2)}, f)\nf(1)",
    "fn f(x) = grad(f)(x)\nf(1.0)",
    "fn f(x) = value_and_grad(f)(x)\nf(f32(1))",
    "fn f(x) = check_grad(f, f32(x))\nf(1)",
    "fn f(x) = with_seed(1, () -> f(x))\nf(1)",
    "fn f(x) = fork(\"a\", () -> f(x))\nf(1)",
    "fn f(x) = \"{f(x)}\"\nf(1)",
    "fn f(x, y=f(x)) = y\nf(1)",
    "fn g(h, x) = h(h, x)\ng(g, 1)",
    "f = x -> f(x)\nf(2)",
    "h = {call: (self, x) -> self(x)}\nh(1)",
  ])
  func recursionWithoutEnd(_ code: String) throws {
    expectError(try etude("-c", code), "recursion")
  }

  /// Values that hold values without end; one level of `f = grad(f)` is a value too.
  @Test(arguments: [
    "x = ()\nfor i in 0..1000000 { x = (x,) }",
    "x = {}\nfor i in 0..1000000 { x = {a: x} }",
    "x = ()\nfor i in 0..1000000 { x = append((), x) }",
    "x = {}\nfor i in 0..1000000 { y = {a: 1}\n y.a = x\n x = y }",
    "fn g() {\n f = x -> x\n for i in 0..1000000 { f = grad(f) }\n}\ng()",
    "fn g() {\n f = x -> x\n for i in 0..1000000 { h = f\n f = x -> h(x) }\n}\ng()",
  ])
  func nestingWithoutEnd(_ code: String) throws {
    expectError(try etude("-c", code), "recursion")
  }

  @Test func deepValuesWork() throws {
    let code = """
      x = {a: ones(2)}
      for i in 0..9000 { x = {a: x} }
      y = x + x * 2
      z = map_leaves(y, t -> t / 3)
      print(z == x, len(leaves(z)), digest(z) == digest(x))
      x
      """
    let run = try etude("-c", code)
    #expect(run.code == 0)
    #expect(run.output.hasPrefix("true 1 true\n"))
  }

  @Test(arguments: [
    "zeros(1e18)", "ones(2^40) * 2", "zeros((2^32, 2^32))", "eye(1e9)", "tile([1, 2], 1e15)",
    "map(0..1e15, x -> x)", "zip(0..1e15)", "enumerate(0..1e15)", "(...0..1e15,)",
    "filter(0..1e15, x -> true)",
    "x = \"a\"\nwhile true { x = x + x }", "x = \"a\"\nwhile true { x = \"{x}{x}\" }",
    "x = \"a\"\nwhile true { x = join((x, x), \", \") }",
    "x = (1,)\nwhile true { x = x + x }", "x = (1,)\nwhile true { x = (...x, ...x) }",
    "x = ()\nwhile true { x = append(x, 1) }",
    "fn f(x) { while true { x = x * 1.5 } }\ngrad(f)(1.0)",
  ])
  func memoryWithoutEnd(_ code: String) throws {
    let run = try etude("--memory", "4M", "-c", code)
    expectError(run, "memory")
    #expect(run.errors.contains("hint: etude --memory raises the limit"))
  }

  /// What is too small to be counted one by one is noticed too, and other cells go on.
  @Test func manySmallValues() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file(
      "a.nb",
      """
      ```etude
      x = (1, 2)
      while true { x = (x, 1, append((x[0],), 2)) }
      ```
      ```etude
      y = map(0..60000000, i -> (i, i))
      ```
      ```etude
      3
      ```
      """)
    let run = try etude("replay", "--memory", "1000M", file)
    #expect(run.code == 1)
    #expect(run.errors.contains("\(file):3:"), "\(run.errors)")
    #expect(run.errors.contains("\(file):6:"), "\(run.errors)")
    #expect(run.errors.contains("the values of this program go beyond the limit of 1000 MiB"))
    #expect(run.errors.contains("cell 3: the output block is missing\n  + 3"))
  }

  @Test func manyParts() throws {
    let code = "x = 1\ny = (" + String(repeating: "1, ", count: 3_000_000) + ")"
    let run = try etude(input: code)
    expectError(run, "memory", "<stdin>:2:1: ")
  }

  @Test func longLines() throws {
    let text = String(repeating: "a", count: 10_000_000)
    let run = try etude(input: "x = \"\(text)\"\nlen(x)")
    #expect(run.code == 0 && run.output == "10000000\n")
    let bad = try etude(input: "x = \"\(text)\" + nope")
    expectError(bad, "name", "<stdin>:1:10000010: ")
    #expect(bad.errors.utf8.count < 1000)
  }

  /// A builtin that calls short functions many times, or makes many values, hears Ctrl-C.
  @Test(arguments: [
    "map(0..100000000, i -> i)", "map(0..100000000, abs)", "filter(0..100000000, i -> true)",
    "fold(0..100000000, 0, (a, b) -> a + b)", "enumerate(0..100000000)",
    "zip(0..100000000, 0..100000000)", "while true {}",
  ])
  func interrupts(_ code: String) throws {
    let run = try interrupted(["-c", "print(\"begun\")\n" + code], after: "begun\n")
    #expect(run.code == 130 && run.errors.hasPrefix("-c:2:"), "\(run.errors)")
  }

  @Test func limitsOfTime() throws {
    for limit in ["0", "-1", "nan", "inf", "1e30"] {
      #expect(try etude("--timeout=" + limit, "-c", "1").code == 2)
    }
    #expect(try etude("--timeout", "1e9", "-c", "1").output == "1\n")
    let folder = try TemporaryFolder()
    let file = try folder.file("a.nb", "```etude timeout=0.1\nwhile true {}\n```\n")
    expectError(try etude("run", file), "timeout", "\(file):2:7: ", exit: 124)
    expectError(
      try etude("run", file, "--timeout", "0.01"), "timeout", "\(file):2:7: ", exit: 124)
    let long = try folder.file("b.nb", "```etude timeout=1e300\n1\n```\n")
    #expect(try etude("run", long).output == "1\n")
  }

  /// A data set with one file cut is named, with what to do about it; nothing is written.
  @Test(.enabled(if: Machine.hasFashionMNIST, "Fashion-MNIST is not installed"))
  func cutDataFiles() throws {
    let system = Machine.fashionMNIST
    let names = try FileManager.default.contentsOfDirectory(atPath: system)
    let cut = try #require(names.first { $0.hasPrefix("t10k-images") })
    let folder = try TemporaryFolder()
    let whole = try Data(contentsOf: URL(fileURLWithPath: system + "/" + cut))
    for size in [0, 1, 10, whole.count / 2, whole.count - 1] {
      let set = "set\(size)/fashion-mnist/"
      let file = try folder.file(set + cut, whole.prefix(size))
      for name in names where name != cut {
        try FileManager.default.createSymbolicLink(
          atPath: folder.path + "/" + set + name, withDestinationPath: system + "/" + name)
      }
      let environment = ["ETUDE_DATA": folder.path + "/set\(size)"]
      let run = try etude("-c", "x = 1\nd = fashion_mnist()", environment: environment)
      expectError(run, "data", "-c:2:5: error[data]: \(file) is ")
      #expect(run.errors.contains("etude data get fashion-mnist"))
      let verify = try etude("data", "verify", environment: environment)
      #expect(verify.code == 1 && verify.errors.contains(file))
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder.path + "/" + set).count
          == names.count)
    }
  }
}
