import Diagnostics
import Foundation
import Syntax
import TestSupport
import Testing

/// The programs of `Fixtures/language`, by name, without the lines that are to fail in the parser.
func languageFixtures() throws -> [(name: String, text: String)] {
  try fixtureNames(in: "language", ending: ".et").map { name in
    let lines = try fixtureText("language/" + name).components(separatedBy: "\n")
    return (name, lines.filter { !$0.contains("# !> error[syntax]") }.joined(separator: "\n"))
  }
}

@Suite struct FixtureTests {
  @Test func fixturesKeepTheirSpelling() throws {
    let all = try languageFixtures()
    #expect(all.count >= 14)
    for (_, text) in all { try check(text) }
  }

  /// Every case of the tree stands in a program whose outcome is tested.
  @Test func everyNodeIsExercised() throws {
    var found: Set<String> = []
    for (name, text) in try languageFixtures() {
      guard case .program(let program) = parse(SourceText(name: name, text: text)) else {
        throw Failure(text: name, messages: messages(parse(SourceText(name: name, text: text))))
      }
      program.statements.forEach { visit($0, &found) }
    }
    let declared = try declaredCases()
    #expect(declared.count >= 60)
    #expect(declared.subtracting(found).sorted() == [])
  }

  /// The cases of enums inside a value, as `Kind.bind`.
  private func visit(_ value: Any, _ found: inout Set<String>) {
    let mirror = Mirror(reflecting: value)
    if mirror.displayStyle == .enum {
      let name = mirror.children.first?.label ?? "\(value)"
      found.insert("\(mirror.subjectType).\(name)")
    }
    mirror.children.forEach { visit($0.value, &found) }
  }

  /// The cases that the source of the tree declares, so that a new one is asked for at once.
  private func declaredCases() throws -> Set<String> {
    var cases: Set<String> = [], name = ""
    for line in try projectText("Sources/Syntax/Tree.swift").split(separator: "\n") {
      let words = line.split { $0 == " " || $0 == ":" || $0 == "(" || $0 == "," }.map(String.init)
      if let at = words.firstIndex(of: "enum"), words.first != "///" { name = words[at + 1] }
      guard words.first == "case" else { continue }
      let names = line.contains("(") || line.contains("=") ? [words[1]] : Array(words.dropFirst())
      cases.formUnion(names.map { "\(name).\($0)" })
    }
    return cases
  }
}
