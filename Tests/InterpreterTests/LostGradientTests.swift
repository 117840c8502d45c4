import Diagnostics
import Figures
import Interpreter
import Syntax
import Tensor
import TestSupport
import Testing

/// No number's gradient is lost without a word: in the documented examples each number becomes a
/// variable, and its gradient must be what the result's change says, or an error.
@Suite struct LostGradientTests {
  static let options = {
    var options = SessionOptions()
    options.builtins = figureBuiltins
    return options
  }()

  /// Names whose examples say nothing here, and the one whose gradient is to be lost.
  static let skipped: Set<String> = [
    "pi", "time", "claim", "help", "source", "print", "stop_gradient",
  ]

  @Test func numbersOfExamplesKeepTheirGradients() throws {
    var compared = 0
    let all = Session(Self.options)
    for name in all.libraryNames where !Self.skipped.contains(name) {
      let documentation = try #require(all.documentation(of: name))
      let example = documentation.example.isEmpty ? documentation.text : documentation.example
      for program in Self.programs(example) {
        for number in Self.numbers(program) {
          if check(program, number, name) { compared += 1 }
        }
      }
    }
    #expect(compared > 150, "too few numbers could be compared")
  }

  /// The example's statements up to each expression that shows something.
  private static func programs(_ text: String) -> [String] {
    let lines = code(text)
    return lines.indices.compactMap { i in
      guard lines[i].isShown else { return nil }
      let before = lines[..<i].filter { !$0.isShown }.map(\.code)
      let source = (before + ["total(\(lines[i].code))"]).joined(separator: "\n")
      guard case .program = parse(SourceText(name: "example", text: source)) else { return nil }
      return source
    }
  }

  /// Lines of an example, or of a documentation text's fences; those with `  # ` show something.
  private static func code(_ text: String) -> [(code: String, isShown: Bool)] {
    let isFenced = text.contains("```")
    var inside = !isFenced
    var lines: [(code: String, isShown: Bool)] = []
    for line in text.split(separator: "\n") {
      if line.hasPrefix("```") { inside.toggle() }
      if !inside || line.hasPrefix("```") || line.hasPrefix("#") { continue }
      let parts = line.split(separator: "  # ", maxSplits: 1)
      lines.append((String(parts[0]), parts.count == 2))
    }
    return lines
  }

  private static func numbers(_ program: String) -> [Span] {
    tokens(of: SourceText(name: "example", text: program)).compactMap { token in
      token.kind == .number ? token.span : nil
    }
  }

  /// Compares the gradient in one number with differences; false where the result is not smooth there.
  private func check(_ program: String, _ number: Span, _ name: String) -> Bool {
    let bytes = Array(program.utf8)
    let (lower, upper) = (Int(number.lower), Int(number.upper))
    let text = String(decoding: bytes[lower..<upper], as: UTF8.self)
    guard let x = Double(text) else { return false }
    let varied =
      String(decoding: bytes[..<lower], as: UTF8.self) + "hh"
      + String(decoding: bytes[upper...], as: UTF8.self)
    let session = Session(Self.options)
    let setUp = """
      fn total(v) = if type(v) == "number" { v * v + v } else { sum(v * v + v) }
      f = hh -> {
      \(varied)
      }
      g = h -> with_seed(3, () -> f(h))
      """
    guard session.run(SourceText(name: "example", text: setUp)).error == nil else { return false }
    func value(_ code: String) -> Double? {
      let outcome = session.run(SourceText(name: "example", text: code))
      guard outcome.error == nil, case .value(.number(let y), _)? = outcome.output.last else {
        return nil
      }
      return y
    }
    let step = 1e-3 * max(1, abs(x))
    guard let here = value("number(g(\(x)))"), let above = value("number(g(\(x + step)))"),
      let below = value("number(g(\(x - step)))")
    else { return false }
    let (right, left) = ((above - here) / step, (here - below) / step)
    let scale = max(abs(right), abs(left), 1)
    // A kink, a step or too coarse an element says nothing.
    guard abs(right - left) < 0.05 * scale, abs(right) < 1e4 else { return false }
    let outcome = session.run(SourceText(name: "example", text: "number(grad(g)(\(x)))"))
    guard case .value(.number(let slope), _)? = outcome.output.last else { return false }
    #expect(
      abs(slope - (left + right) / 2) < 0.06 * scale,
      "\(name): \(varied) with hh = \(x): gradient \(slope), differences \(left) and \(right)")
    return true
  }
}
