import Diagnostics
import Interpreter
import Syntax
import TestSupport
import Testing

/// Writes random cells that bind, update, branch, loop, and make and call functions.
private struct CellWriter {
  var random: TestRandom
  /// Whether the code being written stands in a function, in a loop, and how deep it nests.
  private var isInFunction = false
  private var isInLoop = false
  private var depth = 0
  private var counter = 0

  static let names = ["a", "b", "c", "d", "e"]
  static let functions = ["f", "g", "h"]

  init(seed: UInt64) { random = TestRandom(seed: seed) }

  private mutating func chance(_ percent: Int) -> Bool {
    Int.random(in: 0..<100, using: &random) < percent
  }

  private mutating func name() -> String { Self.names.randomElement(using: &random)! }

  private mutating func function() -> String { Self.functions.randomElement(using: &random)! }

  private mutating func nested<R>(_ body: (inout CellWriter) -> R) -> R {
    depth += 1
    defer { depth -= 1 }
    return body(&self)
  }

  mutating func cell() -> String {
    (0..<Int.random(in: 1...4, using: &random)).map { _ in statement() }.joined(separator: "\n")
  }

  private mutating func block() -> String {
    nested { writer in
      let count = Int.random(in: 1...2, using: &writer.random)
      return "{ " + (0..<count).map { _ in writer.statement() }.joined(separator: "; ") + " }"
    }
  }

  private mutating func statement() -> String {
    let kind = depth > 3 ? 0 : Int.random(in: 0..<12, using: &random)
    switch kind {
    case 0, 1, 2: return "\(name()) = \(number())"
    case 3:
      let two = Self.names.shuffled(using: &random).prefix(2).joined(separator: ", ")
      return "(\(two)) = (\(number()), \(number()))"
    // An update in a function needs a variable of the function.
    case 4: return isInFunction ? "\(name()) = 1" : "\(name()) += \(number())"
    case 5: return "if \(condition()) \(block())" + (chance(50) ? " else \(block())" : "")
    case 6: return loop()
    case 7:
      counter += 1
      let count = "n\(counter)"
      return "\(count) = 0; while \(count) < 2 { \(count) = \(count) + 1; \(loopBody()) }"
    case 8: return definition()
    case 9: return "\(function()) = x -> \(inFunction { $0.number() })"
    case 10: return isInLoop && chance(50) ? (chance(50) ? "break" : "continue") : number()
    default: return "\(name()) = \(function())(\(number()))"
    }
  }

  private mutating func loopBody() -> String {
    let outer = isInLoop
    isInLoop = true
    defer { isInLoop = outer }
    return nested { writer in
      (0..<2).map { _ in writer.statement() }.joined(separator: "; ")
    }
  }

  private mutating func loop() -> String {
    let variable = chance(70) ? "i" : name()
    return "for \(variable) in 0..\(Int.random(in: 0...2, using: &random)) { \(loopBody()) }"
  }

  private mutating func inFunction<R>(_ body: (inout CellWriter) -> R) -> R {
    let outer = (isInFunction, isInLoop)
    (isInFunction, isInLoop) = (true, false)
    defer { (isInFunction, isInLoop) = outer }
    return nested(body)
  }

  private mutating func definition() -> String {
    inFunction { writer in
      let parameter = writer.chance(50) ? "x" : writer.name()
      let defaults = writer.chance(40) ? ", y=\(writer.number())" : ""
      let name = writer.function()
      let body = "{ \(writer.statement()); \(writer.number()) }"
      return "fn \(name)(\(parameter)\(defaults)) \(body)"
    }
  }

  private mutating func condition() -> String {
    let plain = "\(number()) > \(Int.random(in: 0...3, using: &random))"
    guard chance(30), depth < 4 else { return plain }
    let other = nested { writer in "({ \(writer.statement()); \(writer.chance(50)) })" }
    return chance(50) ? "\(plain) and \(other)" : "\(plain) or \(other)"
  }

  private mutating func number() -> String {
    if depth > 4 { return "1" }
    return nested { writer in
      switch Int.random(in: 0..<12, using: &writer.random) {
      case 0, 1: return "\(Int.random(in: 0...4, using: &writer.random))"
      case 2...6: return writer.name()
      case 7: return "(\(writer.number()) + \(writer.number()))"
      case 8: return "({ \(writer.statement()); \(writer.number()) })"
      case 9: return "(if \(writer.condition()) { \(writer.number()) } else { \(writer.number()) })"
      case 10: return "\(writer.function())(\(writer.number()))"
      default:
        let body = writer.inFunction { $0.number() }
        return "sum(map((1, 2), x -> \(body), parallel=true))"
      }
    }
  }
}

@Suite("What the machine reads and binds is what the resolver says")
struct ResolverPropertyTests {
  /// What functions that a variable holds may read when they are called.
  private struct Late {
    var names: [String: Set<String>] = [:]

    func reached(from start: Set<String>) -> Set<String> {
      var all = start
      var pending = Array(start)
      while let name = pending.popLast() {
        for next in names[name] ?? [] where all.insert(next).inserted { pending.append(next) }
      }
      return all
    }
  }

  @Test func randomPrograms() throws {
    var writer = CellWriter(seed: 2026)
    var options = SessionOptions()
    options.notesReads = true
    options.threads = 2
    let session = Session(options)
    var counts = (cells: 0, successes: 0, lateReads: 0, unsure: 0)
    let start = session.snapshot()
    for _ in 0..<10_000 {
      session.restore(start)
      var late = Late()
      let cells = ["a = 1; b = 2; c = 3\nfn f(x) = x + b"] + (0..<3).map { _ in writer.cell() }
      for text in cells {
        let source = SourceText(name: "cell", text: text)
        guard case .program(let program) = parse(source) else {
          Issue.record("no program: \(text)")
          continue
        }
        let effects = Resolution(of: program).effects
        let direct = Set(effects.reads.names)
        let outcome = session.run(source)
        let context = Comment(rawValue: cells.joined(separator: "\n---\n"))
        let reads = Set(outcome.outsideReads)
        let allowed = late.reached(from: direct.union(effects.readsLate.names))
        try #require(reads.isSubset(of: allowed), context)
        counts.cells += 1
        counts.lateReads += reads.subtracting(direct).count
        if outcome.error != nil { continue }
        let bound = Set(outcome.bound.map(\.name))
        try #require(bound.isSubset(of: effects.mayBind.names), context)
        try #require(bound.isSuperset(of: effects.mustBind.names), context)
        counts.successes += 1
        counts.unsure += effects.mayBind.names.count - effects.mustBind.names.count
        let reach = Set(effects.readsLate.names).union(direct.flatMap { late.names[$0] ?? [] })
        for name in bound { late.names[name] = reach }
      }
    }
    // The programs must reach what is to be shown.
    #expect(counts.successes * 10 > counts.cells * 3, "\(counts)")
    #expect(counts.lateReads > 500 && counts.unsure > 5_000, "\(counts)")
  }

  @Test("Reads of variables are noted whether the text or a function reads them")
  func notedReads() {
    var options = SessionOptions()
    options.notesReads = true
    let session = Session(options)
    _ = session.run(SourceText(name: "1", text: "k = 2; w = [1, 2]\nfn f(x) = sum(x * w * k)"))
    let outcome = session.run(
      SourceText(name: "2", text: "k = 3\nfor i in 0..9 { g = grad(f)(w) }\ng"))
    #expect(outcome.error == nil)
    // `k` was bound by the cell itself; `sum` and `grad` are looked for among the variables first.
    #expect(outcome.outsideReads.filter { ["w", "f", "k", "g"].contains($0) } == ["f", "w"])
  }
}
