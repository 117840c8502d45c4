import Diagnostics
import Foundation
import TestSupport
import Testing

/// `docs/errors.md` has a page for each code, whose program shows it, and a cure that shows none.
@Suite struct ErrorPageTests {
  struct Example {
    var code: String
    /// `cure`, `interrupt`, options of the command.
    var words: [String]
    var program: String
  }

  static let text = (try? projectText("docs/errors.md")) ?? ""

  static let examples: [Example] = {
    var found: [Example] = []
    var code = ""
    var open: Example?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("## ") { code = String(line.dropFirst(3)) }
      if let example = open, line == "```" {
        found.append(example)
        open = nil
      } else if line.hasPrefix("```etude") {
        let words = line.split(separator: " ").dropFirst().map(String.init)
        open = Example(code: code, words: words, program: "")
      } else if open != nil {
        open!.program += line + "\n"
      }
    }
    return found
  }()

  @Test func everyCodeHasItsPage() {
    let shown = Self.examples.filter { !$0.words.contains("cure") }.map(\.code)
    #expect(Set(shown) == Set(Diagnostic.Code.allCases.map(\.rawValue)))
    #expect(shown.count == Set(shown).count)
    for page in Self.text.components(separatedBy: "\n## ").dropFirst() {
      #expect(page.contains("Cause: "), "\(page.prefix(40))")
      #expect(page.contains("Cure:") || page.hasPrefix("interrupt"), "\(page.prefix(40))")
    }
  }

  /// Where a data set is installed for all users, that none is found can't be shown.
  private static let absentData = examples.indices.filter {
    examples[$0].code == "data" && !examples[$0].words.contains("cure")
  }

  @Test(arguments: examples.indices.filter { !absentData.contains($0) })
  func example(index: Int) throws { try check(Self.examples[index]) }

  @Test(.disabled(if: Machine.hasFashionMNIST, "Fashion-MNIST is installed"), arguments: absentData)
  func dataThatIsAbsent(index: Int) throws { try check(Self.examples[index]) }

  private func check(_ example: Example) throws {
    let folder = try TemporaryFolder()
    let words = example.words.filter { $0 != "cure" && $0 != "interrupt" }
    // An option with a value is that of a cell, and so this is one of a notebook.
    let isCell = words.contains { $0.contains("=") }
    let file =
      try isCell
      ? folder.file(
        "example.nb", "```etude \(words.joined(separator: " "))\n\(example.program)```\n")
      : folder.file("example.et", example.program)
    let options = isCell ? [] : words
    if example.words.contains("interrupt") {
      let run = try interrupted(["run", file], after: "working\n")
      #expect(run.errors.contains("error[interrupt]: "))
      return
    }
    // What the user has downloaded is not found here.
    let run = try etude(["run", file] + options, environment: ["ETUDE_DATA": folder.path])
    if example.words.contains("cure") {
      #expect(run.code == 0 && run.errors == "", "\(example.code): \(run.errors)")
    } else {
      #expect(run.code != 0)
      #expect(run.errors.contains("error[\(example.code)]: "), "\(run.errors)")
    }
  }
}
