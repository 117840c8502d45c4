import Diagnostics
import Figures
import Interpreter
import Testing

@Suite("Figures") struct FigureTests {
  private func run(_ code: String) -> CellOutcome {
    var options = SessionOptions()
    options.builtins = figureBuiltins
    return Session(options).run(SourceText(name: "test", text: code))
  }

  private func shown(_ code: String) -> String {
    let outcome = run(code)
    if let error = outcome.error { return error.message }
    for case .value(_, let text) in outcome.output { return text }
    return ""
  }

  @Test func isOneLineWithItsCounts() {
    let line = shown("plot({a: [1, 2, 3], b: [3, 2, 1]}, title=\"Two\")")
    #expect(line.hasPrefix("plot \"Two\": 2 series × 3 points, digest "))
    #expect(!line.contains("\n"))
    #expect(shown("hist([[1, 2], [3, 4]], bins=2)").contains("1 series × 4 values in 2 bins"))
    #expect(shown("plot([])").contains("1 series × 0 points"))
  }

  @Test func pairsNameSeriesFreely() {
    #expect(shown("digest(plot(((\"a\", [1, 2]),)))") == shown("digest(plot({a: [1, 2]}))"))
  }

  @Test(arguments: [
    ("plot([1, 2])", "plot([1, 2.0000002])"),
    ("plot([1, 2])", "plot([1, 2], title=\"t\")"),
    ("plot([1, 2])", "plot([1, 2], xlabel=\"t\")"),
    ("plot([1, 2])", "plot([1, 2], x=[0, 2])"),
    ("plot({a: [1, 2]})", "plot({b: [1, 2]})"),
    ("plot([1, 2])", "hist([1, 2])"),
    ("hist([1, 2])", "hist([1, 2], bins=3)"),
  ])
  func digestSeesEveryPart(_ one: String, _ other: String) {
    #expect(shown("digest(\(one))").count == 66)
    #expect(shown("digest(\(one))") != shown("digest(\(other))"))
    #expect(shown("digest(\(one))") == shown("digest(\(one))"))
  }

  @Test func badDataIsAnError() {
    #expect(run("plot([[1, 2], [3, 4]])").error?.code == .shape)
    #expect(run("plot([1, 2], x=[1, 2, 3])").error?.code == .shape)
    #expect(run("plot(\"a\")").error?.code == .type)
    #expect(run("hist([1], bins=0)").error?.code == .value)
  }
}
