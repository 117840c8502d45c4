import Diagnostics
import Interpreter
import TestSupport
import Testing

/// A parallel `map` shows nothing of its schedule, whatever the number of threads.
@Suite struct ParallelTests {
  private static let counts = [1, 2, 3, 8]

  private func session(_ threads: Int, memoryLimit: Int = 4 << 30) -> Session {
    var options = SessionOptions()
    options.threads = threads
    options.memoryLimit = memoryLimit
    return Session(options)
  }

  /// What cells put out and bind, with digests, under some number of threads.
  private func transcript(_ cells: [String], threads: Int, memoryLimit: Int = 4 << 30) -> [String] {
    let session = session(threads, memoryLimit: memoryLimit)
    var lines: [String] = []
    for (i, cell) in cells.enumerated() {
      let outcome = session.run(
        SourceText(name: "cell \(i + 1)", text: cell), as: CellIdentity(ordinal: i))
      for item in outcome.output {
        switch item {
        case .line(let text, let digestText, let isVolatile):
          lines.append(isVolatile ? "volatile" : "\(text) / \(digestText)")
        case .value(let value, let shown): lines.append("\(shown) / \(digest(of: value))")
        case .claim(let claim): lines.append("claim \(claim.text) \(claim.margin ?? .nan)")
        }
      }
      for (name, value) in outcome.bound { lines.append("\(name) = \(digest(of: value))") }
      if let error = outcome.error { lines.append(render(error)) }
    }
    return lines
  }

  /// Programs that would show a schedule if there were one to see.
  static let programs: [[String]] = [
    // Streams, of the items and of what comes after; sums that threads of kernels share.
    [
      "xs = map(0..20, i -> rand(100 + i) |> sum, parallel=wide)", "rand(3)",
      "map(0..3, i -> rand(2), parallel=wide); rand(2)",
      "ys = map(0..6, i -> sum(randn((300, 300)) @ randn((300, 300))), parallel=wide)",
    ],
    // Order of lines and claims; nested maps; figures and tables as values.
    [
      """
      map(0..30, i -> {
        total = 0
        for k in 0..(30 - i) * 200 { total += k }
        print("item {i}", total)
        claim("item {i}", total >= i)
        table({i: (i, i + 1)})
      }, parallel=wide)
      """,
      "map(0..4, i -> map(0..3, k -> { print(i, k); rand(1) }, parallel=wide), parallel=wide)",
    ],
    // Tuples that all items start from, and library values that no cell used before.
    [
      "base = append(append((), 1), 2)",
      "map(0..50, i -> { t = base; for k in 0..i { t = append(t, k * i) }; t }, parallel=wide)",
      "append(base, 3)",
      "map((adam(), sgd()), o -> keys(o.init({w: [1, 2]})), parallel=wide)",
    ],
    // Seeds, gradients inside of items, and items inside of a gradient.
    [
      "map(0..9, i -> { seed(i); rand(1) }, parallel=wide)", "rand(1)",
      "map(0..8, i -> grad(w -> sum(w ^ i))([1, 2, 3]), parallel=wide)",
      "grad(x -> sum(stack(map(0..4, i -> x * i, parallel=wide))))(f32(2))",
      "map((1, 2, 3), k -> time(() -> k); parallel=wide)",
    ],
    // Failures: the lowest index, with what it and those before it printed.
    [
      "x = 1",
      "map(0..20, i -> { print(i); if i % 7 == 5 { [1, 2] + [1, 2, 3] }; rand(1) }, parallel=wide)",
      "map((3, 2, 1, 0), n -> { for k in 0..n * 3000 { k }; fail(\"{n}\") }, parallel=wide)",
      "map(0..4, i -> if i == 1 { missing } else { while i > 1 { } }, parallel=wide)",
      "map(0..4, (a, b) -> a, parallel=wide)", "map(0..4, number, parallel=wide)",
      "map((1, \"a\", 2), f32, parallel=wide)", "x; rand(2)",
      "fn down(n) = if n == 0 { 0 } else { 1 + down(n - 1) }",
      "fn at(n) = map((1, 2), i -> down(n), parallel=wide)", "at(9990)", "at(9998)",
    ],
  ]

  @Test(arguments: programs.indices)
  func scheduleIsNotSeen(index: Int) {
    let program = Self.programs[index]
    let inOrder = transcript(["wide = false"] + program, threads: 1).dropFirst()
    #expect(inOrder.count >= program.count)
    for threads in Self.counts {
      let shown = transcript(["wide = true"] + program, threads: threads).dropFirst()
      #expect(shown.count == inOrder.count, "\(threads) threads")
      for (a, b) in zip(shown, inOrder) where a != b {
        Issue.record("with \(threads) threads\n\(a)\ninstead of\n\(b)")
      }
    }
  }

  @Test func linesComeAsItemsEnd() {
    let session = session(4)
    var lines: [String] = []
    let cell = SourceText(
      name: "cell", text: "map(0..6, i -> { print(i); i }, parallel=true); print(\"end\")")
    let outcome = session.run(cell) { item in
      if case .line(let text, _, _) = item { lines.append(text) }
    }
    #expect(outcome.error == nil)
    #expect(lines == ["0", "1", "2", "3", "4", "5", "end"])
  }

  /// Items that fit one by one but not beside each other run one by one.
  @Test func memoryIsOneForAll() {
    let program = [
      "map(0..8, i -> { print(i); sum(zeros((3000, 3000)) + i) }, parallel=true)", "rand(2)",
    ]
    let limit = 100 << 20
    let inOrder = transcript(program, threads: 1, memoryLimit: limit)
    #expect(transcript(program, threads: 8, memoryLimit: limit) == inOrder)
    let tooMuch = [
      "map(0..8, i -> { print(i); zeros((3000, 3000)) }, parallel=true)", "x = 1",
    ]
    let error = transcript(tooMuch, threads: 1, memoryLimit: limit)
    #expect(error.contains { $0.hasPrefix("error[memory]") })
    #expect(transcript(tooMuch, threads: 8, memoryLimit: limit) == error)
  }

  @Test func interruptDropsAll() {
    let session = session(4)
    _ = session.run(SourceText(name: "a", text: "x = 1"))
    let cell = SourceText(
      name: "b",
      text: """
        x = 2
        map(0..8, i -> { print(i); if i > 2 { while true { i } }; i }, parallel=true)
        """)
    var lines: [String] = []
    let outcome = session.run(cell) { item in
      if case .line(let text, _, _) = item { lines.append(text) }
      if lines.count == 3 { session.interrupt.set() }
    }
    session.interrupt.clear()
    #expect(outcome.error?.code == .interrupt)
    #expect(Array(lines.prefix(3)) == ["0", "1", "2"])
    #expect(session["x"]?.asNumber == 1)
    let after = SourceText(name: "c", text: "map(0..4, i -> i, parallel=true)")
    #expect(session.run(after).error == nil)
  }
}
