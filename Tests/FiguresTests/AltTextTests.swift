import Figures
import TestSupport
import Testing

@Suite("Figures in words") struct AltTextTests {
  @Test("The alternative text says what the data is")
  func cases() throws {
    try checkGoldenCases("figures/alt_text.golden") { try figure($0).altText }
  }

  @Test("Every figure has words, on one line and with one last period", arguments: programs)
  func oneLine(_ name: String) throws {
    let text = try figure(try program(name)).altText
    #expect(text.hasSuffix(".") && !text.hasSuffix(".."))
    let lines = text.split(whereSeparator: \.isNewline)
    #expect(lines.count == 1)
  }

  @Test("A title of several lines stays on one")
  func title() throws {
    let text = try figure("plot([1, 2], title=\"a\\nb\")").altText
    #expect(text.hasPrefix("Line plot \"a b\": 2 points"))
  }
}
