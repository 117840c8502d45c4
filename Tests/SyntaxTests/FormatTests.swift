import Diagnostics
import Foundation
import Syntax
import TestSupport
import Testing

/// Checks what holds for every program: its layout is a fixed point that means the same, and keeps
/// every comment.
func checkFormat(_ text: String, width: Int = 100) throws {
  let source = SourceText(name: "test", text: text)
  guard case .program(let program) = parse(source) else { return }
  let once: String
  do throws(Diagnostic) {
    once = try formatted(source, width: width)
  } catch {
    throw Failure(text: text, messages: [render(error)])
  }
  let again = SourceText(name: "again", text: once)
  guard case .program(let second) = parse(again) else {
    throw Failure(text: "\(text)\n→\n\(once)", messages: messages(parse(again)))
  }
  try #require(normalised(second) == normalised(program) && second.isQuiet == program.isQuiet)
  try #require(
    documentation(second) == documentation(program), "documentation of \(text.debugDescription)")
  try #require(comments(again) == comments(source), "comments of \(text.debugDescription)")
  let twice = try formatted(again, width: width)
  try #require(twice == once, "\(text)\n→\n\(once)\n→\n\(twice)")
  try #require(once.isEmpty || once.hasSuffix("\n") && !once.hasSuffix("\n\n"))
  try #require(!once.contains("\n\n\n\n") && !once.contains(" \n") && !once.contains("\t\n"))
}

private func comments(_ source: SourceText) -> [String] {
  tokens(of: source).filter { $0.kind == .comment || $0.kind == .documentation }.map {
    source.text(in: $0.span).trimmingCharacters(in: .whitespaces)
  }
}

private func documentation(_ program: Program) -> [String] {
  program.statements.compactMap { statement in
    guard case .function(let definition) = statement.kind else { return nil }
    let lines = (definition.documentation ?? "").split(
      separator: "\n", omittingEmptySubsequences: false)
    return lines.map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: "\n")
  }
}

/// Programs and the cells of notebooks that stand in the repository.
func realPrograms() throws -> [String] {
  var all: [String] = []
  for folder in ["stdlib", "notebooks", "Tests/Fixtures", "docs"] {
    let files = FileManager.default.enumerator(
      at: repository.appendingPathComponent(folder), includingPropertiesForKeys: nil)
    for case let url as URL in files ?? FileManager.DirectoryEnumerator() {
      let isNotebook = ["nb", "md"].contains(url.pathExtension)
      guard isNotebook || url.pathExtension == "et" else { continue }
      let text = try String(contentsOf: url, encoding: .utf8)
      all += isNotebook ? cells(text) : [text]
    }
  }
  return all
}

/// The code of fenced blocks `etude`; enough for texts of ours.
private func cells(_ text: String) -> [String] {
  var found: [String] = []
  var lines: [Substring]?
  for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
    if let open = lines {
      if line.hasPrefix("```") {
        found.append(open.joined(separator: "\n") + "\n")
        lines = nil
      } else {
        lines = open + [line]
      }
    } else if line.hasPrefix("```etude") {
      lines = []
    }
  }
  return found
}

@Suite struct FormatTests {
  private func expect(
    _ text: String, _ expected: String, width: Int = 100,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let result = try formatted(SourceText(name: "test", text: text), width: width)
    #expect(result == expected, sourceLocation: sourceLocation)
    try checkFormat(text, width: width)
  }

  @Test func spaces() throws {
    try expect("x=1+2*-3^-2 // 4%5@6\n", "x = 1 + 2 * -3 ^ -2 // 4 % 5 @ 6\n")
    try expect("f ( x , k = 2 ) [ 1 : 2 , :: 3 ] . T", "f(x, k=2)[1:2, ::3].T\n")
    try expect("{ a : 1 , ...b , c }", "{a: 1, ...b, c}\n")
    try expect("fn f( x,y = 1 )={ y }", "fn f(x, y=1) = {y}\n")
    try expect("if(a){b}else{c}", "if (a) { b } else { c }\n")
    try expect("x->{y=x;y}", "x -> { y = x; y }\n")
    try expect("for (a,{b,c:d}) in 0 .. 10 by 2{}", "for (a, {b, c: d}) in 0..10 by 2 {}\n")
    try expect("not( a ) or b!=-1", "not (a) or b != -1\n")
    try expect("x [0]+=1;r . w=2;", "x[0] += 1; r.w = 2;\n")
    try expect("(  x , )", "(x,)\n")
  }

  /// What stands in quotes is nobody's business but the author's.
  @Test func stringsAreLeft() throws {
    try expect("x = \"a{ x+1 :.3f}  {f(\"b  c\")}\"\n", "x = \"a{ x+1 :.3f}  {f(\"b  c\")}\"\n")
  }

  @Test func blankLinesAndComments() throws {
    try expect(
      "\n\n# a  \nx = 1\n\n\n\n\n## d\nfn f() {\n\n  # b\n\n\n  1   # c\n\n}\n\n",
      "# a\nx = 1\n\n\n## d\nfn f() {\n  # b\n\n  1  # c\n}\n")
    try expect("x = 1 # a\nlong = 2 # b\n\ny # c\n", "x = 1     # a\nlong = 2  # b\n\ny  # c\n")
    try expect("f(a, # one\nb\n# last\n)", "f(a,  # one\n  b\n  # last\n)\n")
    try expect("# only\n", "# only\n")
    try expect("\n \n", "")
  }

  /// Lines end where the author ended them; only their indentation is ours.
  @Test func linesOfTheAuthorStay() throws {
    try expect("m = [[1,2],\n[3,4]]", "m = [[1, 2],\n     [3, 4]]\n")
    try expect("f(a,\nb,\n    c)", "f(a,\n  b,\n  c)\n")
    try expect("r = {\na: 1,\nb: 2}", "r = {\n  a: 1,\n  b: 2\n}\n")
    try expect("y = x\n|> f\n|> g(1)", "y = x\n  |> f\n  |> g(1)\n")
    try expect("fn f(a,\nb) {\na }", "fn f(a,\n     b) {\n  a\n}\n")
    try expect("y = a +\nb", "y = a +\n  b\n")
    try expect("if a and\nb {\nc }", "if a and\n    b {\n  c\n}\n")
    try expect("f(x, {\na: 1 })\n", "f(x, {\n  a: 1\n})\n")
    try expect("f(a, x -> {\ny = x\ny })", "f(a, x -> {\n  y = x\n  y\n})\n")
  }

  @Test func longLinesAreBroken() throws {
    let cases = [
      ("call(first, second, third, fourth)", "call(first, second,\n  third, fourth)\n"),
      ("x = aaaaa * bbbbb + ccccc * ddddd", "x = aaaaa * bbbbb +\n  ccccc * ddddd\n"),
      ("xs |> aaaaaaaa |> bbbbbbbb(1)", "xs\n  |> aaaaaaaa\n  |> bbbbbbbb(1)\n"),
      ("fn f(x) = aaaaaaaa(x, bbbbbbb)", "fn f(x) =\n  aaaaaaaa(x, bbbbbbb)\n"),
      ("if aaaa { bbbb } else { ccccccc }", "if aaaa {\n  bbbb\n} else {\n  ccccccc\n}\n"),
      ("y = \"nothing to be done about this\"", "y = \"nothing to be done about this\"\n"),
      ("if a { f(1, 2, 3, 4, 5, 6, 7) }", "if a {\n  f(1, 2, 3, 4, 5, 6, 7)\n}\n"),
    ]
    for (text, expected) in cases { try expect(text, expected, width: 25) }
  }

  @Test func errorsAreThrown() {
    #expect(throws: Diagnostic.self) { try formatted(SourceText(name: "t", text: "x = (1")) }
  }

  @Test(arguments: [20, 40, 60, 100])
  func realProgramsKeepTheirMeaning(_ width: Int) throws {
    let all = try realPrograms()
    #expect(all.count > 40)
    for text in all { try checkFormat(text, width: width) }
  }

  /// Programs with words, line ends and comments put in and taken out at random; those that still
  /// are programs are formatted.
  @Test func mutatedProgramsKeepTheirMeaning() throws {
    var random = TestRandom(seed: 11)
    let breaks = ["\n", "\n", " # c\n", "\n\n\n# d\n", " ", ";", "(", ")", "{", "}", ",", "## e\n"]
    var formattedPrograms = 0
    for text in try library() + languageFixtures().map(\.text) {
      let places = tokens(of: SourceText(name: "t", text: text)).map { Int($0.span.lower) }
      let bytes = Array(text.utf8)
      for _ in 0..<60 {
        var mutated = bytes
        let chosen = (0..<Int.random(in: 1...3, using: &random))
          .map { _ in places.randomElement(using: &random) ?? 0 }
        for place in Set(chosen).sorted().reversed() {
          mutated.insert(
            contentsOf: Array((breaks.randomElement(using: &random) ?? "").utf8), at: place)
        }
        let result = String(decoding: mutated, as: UTF8.self)
        if case .program = parse(SourceText(name: "t", text: result)) { formattedPrograms += 1 }
        try checkFormat(result, width: [30, 60, 100].randomElement(using: &random) ?? 100)
      }
    }
    #expect(formattedPrograms > 200)
  }

  @Test func tokenSoupKeepsItsMeaning() throws {
    var random = TestRandom(seed: 12)
    var programs = 0
    for _ in 0..<6_000 {
      let count = Int.random(in: 1...12, using: &random)
      let words = (0..<count).map { _ in PropertyTests.pieces.randomElement(using: &random) ?? "" }
      let text = words.joined(separator: " ")
      if case .program = parse(SourceText(name: "t", text: text)) { programs += 1 }
      try checkFormat(text, width: 20)
    }
    #expect(programs > 200)
  }
}
