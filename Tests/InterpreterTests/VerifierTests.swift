import Diagnostics
import Figures
import Foundation
import Interpreter
import TestSupport
import Testing

/// The verifier finds nothing wrong in the code of programs.
@Suite struct VerifierTests {
  @Test(arguments: ConformanceTests.files)
  func languagePrograms(file: String) throws {
    let path = fixtures.appendingPathComponent("language").appendingPathComponent(file)
    let session = Session()
    _ = Programs.problems(in: try String(contentsOf: path, encoding: .utf8), file, session: session)
    #expect(session.verifyProgram() == [])
  }

  @Test func library() throws {
    var options = SessionOptions()
    options.builtins = figureBuiltins
    let session = Session(options)
    let names = session.libraryNames
    #expect(names.count > 150)
    try session.compile(SourceText(name: "library", text: names.joined(separator: "\n")))
    #expect(session.verifyProgram() == [])
  }

  /// What is bound where code may not come by is looked at before it is read.
  @Test(arguments: [
    "fn f(c) { c and { z = 1\n true }\n z }; f(false)",
    "fn f(c) { c or { z = 1\n true }\n z }; f(true)",
    "fn f(c) { if c and ({ z = 1\n true }) { z } else { z } }; f(false)",
    "fn f(c) { while c and ({ z = 1\n false }) { }; z }; f(false)",
    "fn f(x={ z = 1\n z }) { z }; f(3)",
    "fn f(a) { a < 2 < ({ z = 1\n 3 })\n z }; f(5)",
    "fn f(a) { claim(\"less\", a < 2 < ({ z = 1\n 3 }))\n z }; f(5)",
    "fn f(c) { claim(\"both\", c < 1 and ({ z = 1\n 0 }) < 1)\n z }; f(2)",
  ])
  func variablesOfPartsThatAreNotEvaluated(text: String) {
    let session = Session()
    let outcome = session.run(SourceText(name: "part", text: text))
    #expect(outcome.error?.code == .name, "\(outcome.output)")
    #expect(session.verifyProgram() == [])
  }

  /// A function may unbind no variable and still read a captured one that is unbound.
  @Test func capturesOfUnboundVariables() {
    let session = Session()
    let text = "fn f() { g = () -> z; h = () -> g(); z = 1; h() }; f()"
    #expect(session.run(SourceText(name: "capture", text: text)).error?.code == .name)
    #expect(session.verifyProgram() == [])
  }
}
