import Diagnostics
import Figures
import Foundation
import Interpreter
import Notebook
import SessionSupport
import TestSupport
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite("Figures as they are drawn") struct DrawingTests {
  @Test("There are programs to draw")
  func hasPrograms() { #expect(programs.count >= 20) }

  @Test("SVG is what it was", arguments: programs)
  func svg(_ name: String) throws {
    try checkGolden("figures/\(name).svg", try figure(try program(name)).svg())
  }

  @Test(
    "The line, the drawing in a notebook and that on a terminal are what they were",
    arguments: programs)
  func text(_ name: String) throws {
    let figure = try figure(try program(name))
    let small = try #require(figure.drawing(in: .notebook))
    let large = try #require(
      figure.drawing(in: DrawingSpace(width: 72, height: 18, isStrict: false, colors: .palette)))
    let visible = large.replacing("\u{1B}", with: "␛")
    try checkGolden(
      "figures/\(name).txt", "\(figure.show(width: 100))\n\n\(small)\n\n\(visible)\n")
  }

  @Test("A drawing keeps to its room and has colour only when it may", arguments: programs)
  func room(_ name: String) throws {
    let figure = try figure(try program(name))
    for (width, height) in [(80, 12), (40, 12), (24, 8), (100, 30), (132, 9)] {
      let space = DrawingSpace(width: width, height: height, isStrict: true, colors: .none)
      let lines = try #require(figure.drawing(in: space)).split(
        separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.count <= height, "\(name) in \(width) × \(height)")
      for line in lines {
        #expect(displayWidth(String(line)) <= width, "\(name) in \(width) × \(height): \(line)")
        #expect(!line.contains("\u{1B}") && line.last != " ")
      }
    }
  }

  @Test(
    "SVG is well formed, names no number that is none, and is the same each time",
    arguments: programs)
  func wellFormed(_ name: String) throws {
    let code = try program(name)
    let text = try figure(code).svg()
    let parser = XMLParser(data: Data(text.utf8))
    #expect(parser.parse(), "\(name): \(String(describing: parser.parserError))")
    let attribute = /\b(?:d|x|y|r|cx|cy|width|height|viewBox)="([^"]*)"/
    #expect(!text.matches(of: attribute).contains { $0.1.contains(/[a-z]/) })
    #expect(!text.contains(" id=") && !text.contains("url("))
    #expect(try figure(code).svg() == text)
  }

  @Test("A million points make a small drawing")
  func million() throws {
    let line = try figure("plot(sin(arange(1000000) / 1000))")
    #expect(line.svg().utf8.count < 200_000)
    let cloud = try figure("scatter(randn(1000000), randn(1000000))")
    #expect(cloud.svg().utf8.count < 4_000_000)
    let path = try figure("x = arange(1000000) / 1000\nplot(sin(x), cos(1.7 * x))")
    #expect(path.svg().utf8.count < 200_000)
    #expect(try #require(path.drawing(in: .notebook)).contains("⣿"))
  }

  @Test("A thinned line keeps its highest and its lowest point")
  func extremes() throws {
    let spike = "x = zeros(100000)\nx[77777] = 5\nx[33333] = -5\nplot(x, ylim=(-5, 5))"
    let text = try figure(spike).svg()
    let path = try #require(text.firstMatch(of: /d="(M[^"]*L[^"]*L[^"]*)" fill="none"/)).1
    let heights = path.matches(of: /[ML]-?[0-9.]+ (-?[0-9.]+)/).compactMap { Double($0.1) }
    let area = try #require(
      text.firstMatch(of: /<svg x="[^"]*" y="([^"]*)" width="[^"]*" height="([^"]*)"/))
    let (top, height) = (Double(area.1)!, Double(area.2)!)
    #expect(abs(heights.min()! - top) < 0.02)
    #expect(abs(heights.max()! - top - height) < 0.02)
  }

  @Test("A terminal shows the drawing, a pipe the line")
  func session() throws {
    let space = DrawingSpace(width: 40, height: 10, isStrict: false, colors: .none)
    for code in ["plot([1, 2, 3])", "print(plot([1, 2, 3]))"] {
      let drawn = try #require(run(code, drawing: space).shown().first)
      let line = try #require(run(code).shown().first)
      #expect(drawn.contains("┤") && drawn.contains("\n"))
      #expect(line.hasPrefix("plot: 1 series × 3 points, digest "))
    }
  }

  @Test("A cell with `drawing` records the line and a drawing of at most 12 lines")
  func drawingOption() throws {
    let cell = "```etude label=a\nplot([3, 1, 2])\n```\n"
    let plain = try accepted(cell)
    let drawn = try accepted(cell.replacing("label=a", with: "label=a drawing"))
    let (short, long) = (plain.split(separator: "\n"), drawn.split(separator: "\n"))
    #expect(short.count == 6)
    #expect(long.count > 10 && long.count <= 6 + 12)
    // The same value has the same digest, however it is shown.
    #expect(short[3] == long[3] && short[4] == long[4])
    #expect(long.contains { $0.contains("┤") })
  }

  @Test("The guide to figures replays")
  func guide() throws {
    let text = try projectText("docs/figures.md")
    let document = try Document(name: "docs/figures.md", bytes: Array(text.utf8))
    var environment = ReplayEnvironment()
    environment.options.builtins = figureBuiltins
    let report = replay(document, in: environment)
    #expect(report.cells.count >= 12)
    #expect(report.findings.map { "\($0.line): \($0.title): \($0.details)" } == [])
  }

  /// The text after accepting what a replay computes.
  private func accepted(_ text: String) throws -> String {
    let document = try Document(name: "test.nb", bytes: Array(text.utf8))
    var environment = ReplayEnvironment()
    environment.options.builtins = figureBuiltins
    environment.isAccepting = true
    let report = replay(document, in: environment)
    return String(decoding: document.applying(report.edits), as: UTF8.self)
  }

  @Test("Tables are what they were")
  func tables() throws {
    try checkGoldenCases("figures/tables.golden") { shown($0) }
  }
}
