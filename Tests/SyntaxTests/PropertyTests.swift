import Diagnostics
import Foundation
import Syntax
import TestSupport
import Testing

/// Checks what holds for every text: spans of errors, tokens and trees lie inside it on character
/// boundaries, errors come in order, and a tree survives its own spelling.
func check(_ text: String, isInteractive: Bool = false) throws {
  let source = SourceText(name: "test", text: text)
  func isInside(_ span: Span) -> Bool {
    let inside = 0 <= span.lower && span.lower <= span.upper && span.upper <= source.utf8.count
    return inside
      && [span.lower, span.upper].allSatisfy {
        $0 == source.utf8.count || source.utf8[Int($0)] & 0xC0 != 0x80
      }
  }
  var end: Int32 = 0
  for token in tokens(of: source) {
    try #require(
      isInside(token.span) && token.span.lower >= end, "token in \(text.debugDescription)")
    end = token.span.upper
  }
  let result = parse(source, isInteractive: isInteractive)
  switch result {
  case .program(let program):
    for statement in program.statements {
      try #require(isInside(statement.span), "statement in \(text.debugDescription)")
    }
    let spelling = normalised(program)
    let again = parse(SourceText(name: "again", text: spelling))
    guard case .program(let second) = again else {
      throw Failure(text: "\(text)\n\(spelling)", messages: messages(again))
    }
    try #require(normalised(second) == spelling, "spelling of \(text.debugDescription)")
  case .incomplete(let errors), .failed(let errors):
    try #require(!errors.isEmpty && errors.count <= 20)
    for error in errors {
      try #require(!error.message.isEmpty && !error.labels.isEmpty)
      try #require(
        error.labels.allSatisfy { isInside($0.span) }, "error in \(text.debugDescription)")
      try #require(!render(error).isEmpty && !renderOnOneLine(error).isEmpty)
    }
    let lowers = errors.map { $0.labels[0].span.lower }
    try #require(lowers == lowers.sorted(), "order in \(text.debugDescription)")
  }
}

/// The library's sources: real programs to start from.
func library() throws -> [String] {
  let folder = repository.appendingPathComponent("stdlib")
  let files = try FileManager.default.contentsOfDirectory(
    at: folder, includingPropertiesForKeys: nil)
  let programs = try files.filter { $0.pathExtension == "et" }.sorted { $0.path < $1.path }
    .map { try String(contentsOf: $0, encoding: .utf8) }
  try #require(programs.count > 5)
  return programs
}

@Suite struct PropertyTests {
  static let pieces = [
    "x", "학습률", "f", "by", "_", "1", "0.5", "1e-3", "\"a\"", "\"{x:.3f}\"", "\"{{", "\"", "{", "}",
    "(", ")", "[", "]", ",", ";", ":", ".", "..", "...", "->", "|>", "=", "+=", "==", "!=", "<",
    "in",
    "+", "-", "*", "/", "//", "%", "@", "^", "fn", "if", "else", "for", "while", "break",
    "continue",
    "return", "true", "nothing", "nan", "and", "or", "not", "# c\n", "## d\n", "\n", "\n", "\n",
    " ",
    "'", "\\", "?", "\u{A0}", "é", "e\u{301}", "²", "**", "&&", "\t", "\r\n", "\u{0}", "🙂",
    "{x: 1}",
    "(a, b) = ", "x -> ", "if x {", "for i in xs {", "fn f(x) = ", "elif", "lambda", "def", "True",
  ]

  @Test func tokenSoup() throws {
    var random = TestRandom(seed: 1)
    for _ in 0..<4_000 {
      let count = Int.random(in: 1...40, using: &random)
      let words = (0..<count).map { _ in Self.pieces.randomElement(using: &random) ?? "" }
      let separator = Bool.random(using: &random) ? " " : ""
      try check(words.joined(separator: separator), isInteractive: Bool.random(using: &random))
    }
  }

  @Test func bytes() throws {
    var random = TestRandom(seed: 2)
    for _ in 0..<2_000 {
      let count = Int.random(in: 0...60, using: &random)
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      try check(String(decoding: bytes, as: UTF8.self))
    }
  }

  @Test func truncatedPrograms() throws {
    for text in try library() {
      let scalars = Array(text.unicodeScalars)
      for end in stride(from: 0, to: scalars.count, by: 7) {
        try check(String(String.UnicodeScalarView(scalars[..<end])))
      }
    }
  }

  @Test func mutatedPrograms() throws {
    var random = TestRandom(seed: 3)
    for text in try library() {
      let scalars = Array(text.unicodeScalars)
      for _ in 0..<150 {
        var mutated = scalars
        for _ in 0..<Int.random(in: 1...4, using: &random) {
          let place = Int.random(in: 0..<mutated.count, using: &random)
          let piece = Array((Self.pieces.randomElement(using: &random) ?? "").unicodeScalars)
          let removed = min(mutated.count, place + Int.random(in: 0...3, using: &random))
          mutated.replaceSubrange(place..<removed, with: piece)
        }
        try check(String(String.UnicodeScalarView(mutated)))
      }
    }
  }

  @Test func libraryParses() throws {
    for text in try library() { _ = try program(text) }
  }
}

@Suite struct LimitTests {
  func failure(_ text: String) throws -> [Diagnostic] {
    guard case .failed(let errors) = parse(SourceText(name: "test", text: text)) else {
      throw Failure(text: String(text.prefix(40)), messages: ["parses"])
    }
    return errors
  }

  @Test(arguments: [
    "(", "[", "{", "f(", "x[", "-", "not ", "x -> ", "2 ^ ", "if a {", "\"{", "(a, ",
  ])
  func deepNesting(opener: String) throws {
    let errors = try failure(String(repeating: opener, count: 20_000))
    #expect(errors[0].message.contains("deeper than 250") || opener == "\"{")
  }

  @Test(arguments: [" + 1", "(1)", "[0]", ".a", " |> f", " and a", " ^ 1"])
  func longChains(link: String) throws {
    let errors = try failure("x" + String(repeating: link, count: 20_000))
    #expect(errors.count == 1)
    #expect(errors[0].hint != nil)
  }

  @Test func chainsBelowTheLimits() throws {
    try check("x" + String(repeating: " + 1", count: 900))
    try check(String(repeating: "(", count: 240) + "1" + String(repeating: ")", count: 240))
    try check("y = (" + (0..<50_000).map { "x\($0)" }.joined(separator: ", ") + ")")
  }

  @Test func tenMegabytesOnALine() throws {
    let text = String(repeating: "x = f(1) + 2; ", count: 10_000_000 / 14)
    #expect(try program(text).statements.count == 10_000_000 / 14)
  }

  /// Megabytes on one line, of several kinds: each must end, which a quadratic parser would not.
  @Test(arguments: [
    "(", ")", "([{", "}])", "\"", "\"{", "1 ", "1+", "a,", "x = 1;", "#", "!", "é", "9", "( ] ",
    "\"{[)]}\" ", "\u{301}", "{ ", "x\n(\n",
  ])
  func megabytes(piece: String) throws {
    let text = String(repeating: piece, count: 2_000_000 / piece.utf8.count)
    let source = SourceText(name: "test", text: text)
    if case .failed(let errors) = parse(source) {
      #expect(errors.allSatisfy { render($0).utf8.count < 10_000 })
    }
  }

  @Test func tooLarge() throws {
    #expect(try failure(String(repeating: " ", count: (64 << 20) + 1)).count == 1)
  }
}
