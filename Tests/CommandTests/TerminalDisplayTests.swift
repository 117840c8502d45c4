import Foundation
import Testing

/// What terminals of different kinds and widths are shown.
@Suite(.serialized, .needsTmux) struct TerminalDisplayTests {
  private static let picture = "images(reshape(linspace(0, 1, 256), (1, 16, 16)))"

  /// The terminal, an option, what must and what must not stand in a picture and the plot below it.
  struct Kind: CustomTestStringConvertible, Sendable {
    var environment: [String: String]
    var option = ""
    var shown: [String]
    var absent: [String] = []
    var testDescription: String { "\(environment) \(option)" }
  }

  private static let (half, paletteInk, basicInk) = ("▀", "38;5;", "\u{1B}[94m")
  private static let kinds = [
    Kind(
      environment: ["TERM": "xterm-256color", "NO_COLOR": ""], shown: [half, paletteInk],
      absent: ["38;2;"]),
    Kind(
      environment: ["TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": ""],
      shown: [half, "38;2;"], absent: [paletteInk]),
    Kind(
      environment: ["TERM": "xterm", "NO_COLOR": ""], shown: ["▒", basicInk],
      absent: [half, "38;5", "48;5"]),
    Kind(
      environment: ["TERM": "dumb", "NO_COLOR": ""], shown: ["▒"], absent: [half, "\u{1B}["]),
    Kind(environment: ["TERM": "", "NO_COLOR": ""], shown: ["▒"], absent: [half, "\u{1B}["]),
    Kind(
      environment: ["TERM": "xterm-256color", "NO_COLOR": "1"], shown: ["▒"],
      absent: [half, "\u{1B}["]),
    Kind(
      environment: ["TERM": "xterm-256color", "NO_COLOR": "1"], option: "--color=always",
      shown: [half, paletteInk]),
    Kind(
      environment: ["TERM": "xterm-256color", "NO_COLOR": ""], option: "--color=never",
      shown: ["▒"], absent: [half, "\u{1B}["]),
    Kind(environment: ["TERM": "dumb"], option: "--color=always", shown: ["▒", basicInk]),
  ]

  @Test(arguments: kinds) func coloursAreThoseOfTheTerminal(kind: Kind) throws {
    let screen = try TerminalScreen(rows: 60, environment: kind.environment, kind.option)
    try screen.start()
    try screen.enter(Self.picture)
    try screen.enter("plot(1..9)")
    try screen.wait("plot") { $0.last == ">" && $0.contains { $0.contains("└") } }
    let text = try screen.lines(hasColors: true).joined(separator: "\n")
    for part in kind.shown { #expect(text.contains(part), "\(part.debugDescription)") }
    for part in kind.absent { #expect(!text.contains(part), "\(part.debugDescription)") }
  }

  @Test func aPictureIsHalfBlocks() throws {
    let screen = try TerminalScreen(
      environment: ["TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": ""])
    try screen.start()
    try screen.enter("images([[[0, 1], [1, 0]]])")
    try screen.wait("picture") { $0.contains("▀▀") }
    // Two rows of pixels in a line: the upper is ink, the lower ground.
    let lines = try screen.lines(hasColors: true).filter { $0.contains("▀") }
    let pixels = lines.first?.split(separator: "▀").map(String.init) ?? []
    let (black, white) = ("2;0;0;0m", "2;255;255;255m")
    #expect(lines.count == 1 && pixels.count >= 2)
    #expect(pixels[0].contains("38;\(black)") && pixels[0].contains("48;\(white)"))
    #expect(pixels[1].contains("38;\(white)") && pixels[1].contains("48;\(black)"))
  }

  @Test(arguments: [80, 200]) func picturesUseTheWidth(columns: Int) throws {
    let screen = try TerminalScreen(
      columns: columns, rows: 60, environment: ["TERM": "xterm-256color", "NO_COLOR": ""])
    try screen.start()
    try screen.enter("images(rand((40, 28, 28)))")
    let lines = try screen.wait("pictures") { $0.last == ">" && $0.contains { $0.contains("▀") } }
    let widths = lines.filter { $0.contains("▀") }.map(\.count)
    #expect(widths.allSatisfy { $0 <= columns } && (widths.max() ?? 0) > columns * 2 / 3)
  }

  @Test(arguments: [80, 200]) func tablesAndTensorsFitTheWidth(columns: Int) throws {
    let screen = try TerminalScreen(columns: columns, rows: 60)
    try screen.start()
    let record = (0..<30).map { "column\($0): \($0 * 1001)" }.joined(separator: ", ")
    _ = try screen.folder.file("wide.et", "row = {\(record)}\nx = randn((3, 90))\n")
    try screen.enter(":load wide.et")
    try screen.enter("table((row, row))")
    try screen.enter("x")
    // A line that is too long would go on in the next one's first column.
    let lines = try screen.wait("tensor") { $0.last == ">" && $0.contains("f32[3, 90]") }
    let shown = lines.filter { !$0.hasPrefix(">") && !$0.hasPrefix("Étude") }
    #expect(shown.contains { $0.contains("column0") && $0.contains("column2") })
    #expect(lines.suffix(4).dropLast().allSatisfy { $0.hasPrefix("  ") && $0.contains("…") })
    #expect(shown.map(\.count).max() ?? 0 > columns / 2)
  }

  @Test func afterAResizeFiguresAndErrorsFit() throws {
    let screen = try TerminalScreen(columns: 100, rows: 40)
    try screen.start()
    try screen.enter("x = 1")
    try screen.resize(columns: 50, rows: 40)
    try screen.enter("plot(1..9)")
    let lines = try screen.wait("plot") { $0.last == ">" && $0.contains { $0.contains("└") } }
    // Sixteen rows, the axis and its marks: a wider drawing would be broken into more.
    let start = lines.firstIndex(of: "> plot(1..9)") ?? 0
    #expect(lines.count - start == 1 + 18 + 1)
    #expect(lines.filter { $0.contains("└") }.map(\.count) == [50])
  }

  @Test func aDumbTerminalGetsNoControlSequences() throws {
    let screen = try TerminalScreen(environment: ["TERM": "dumb", "NO_COLOR": ""])
    try screen.start()
    try screen.record(in: "written")
    try screen.enter("fails = 1 +")
    try screen.press("C-c")
    try screen.enter("nothing_here")
    try screen.enter("r = train(mlp((2, 8, 2)), blobs(n=90, classes=2), epochs=300)")
    try screen.enter("20 + 22")
    try screen.expect("42")
    try screen.press("Up")
    try screen.wait("recalled entry") { $0.last == "> 20 + 22" }
    let written = try screen.folder.text("written")
    #expect(written.contains("42") && !written.contains("\u{1B}"))
  }

  @Test func aPipeGetsNoProgress() throws {
    let run = try etude(
      [], input: "r = train(mlp((2, 64, 2)), blobs(n=900, classes=2), epochs=200)\nprint(1)\n",
      environment: [:])
    #expect(run.code == 0 && run.output == "1\n" && run.errors == "")
  }
}
