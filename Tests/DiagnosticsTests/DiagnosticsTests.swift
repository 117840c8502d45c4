import Diagnostics
import Testing

/// A source of lines, and the span of the n-th occurrence of a piece of it.
struct Sample {
  let source: SourceText

  init(_ text: String, name: String = "cell \"forward\"") {
    source = SourceText(name: name, text: text)
  }

  func span(_ piece: String, skipping: Int = 0) -> Span {
    let bytes = Array(piece.utf8)
    let starts = (0...source.utf8.count - bytes.count)
      .filter { source.utf8[$0..<$0 + bytes.count].elementsEqual(bytes) }
    return Span(starts[skipping], starts[skipping] + bytes.count)
  }
}

@Suite struct RenderTests {
  @Test func shapeErrorAsInTheLanguagePage() {
    let sample = Sample("n = 1\ny = n\nh = x @ w\n")
    let error = Diagnostic(
      .shape, "`@` needs the inner sizes to agree, but 784 ≠ 256", source: sample.source,
      labels: [
        .init(sample.span("@")), .init(sample.span("x"), "f32[64, 784]"),
        .init(sample.span("w"), "f32[256, 784]"),
      ], hint: "x @ w.T is f32[64, 256]")
    #expect(
      render(error) == """
        error[shape]: `@` needs the inner sizes to agree, but 784 ≠ 256
          cell "forward", line 3
          3 │ h = x @ w
            │     ─ ^ ─
            │     │   └ f32[256, 784]
            │     └ f32[64, 784]
          hint: x @ w.T is f32[64, 256]
        """)
    #expect(
      renderOnOneLine(error)
        == "cell \"forward\":3:7: error[shape]: `@` needs the inner sizes to agree, but 784 ≠ 256")
  }

  @Test func wideAndCombiningCharactersKeepTheCarets() {
    let sample = Sample("데이터 = e\u{301}🙂 + 학습률")
    let error = Diagnostic(
      .name, "no name", source: sample.source,
      labels: [.init(sample.span("학습률"), "여기"), .init(sample.span("🙂"), "emoji")])
    #expect(
      render(error) == """
        error[name]: no name
          cell "forward", line 1
          1 │ 데이터 = e\u{301}🙂 + 학습률
            │           ──   ^^^^^^
            │           │    └ 여기
            │           └ emoji
        """)
    #expect(renderOnOneLine(error).hasPrefix("cell \"forward\":1:13: "))
  }

  @Test func linesAreAlignedAndGapsMarked() {
    let sample = Sample((1...10).map { "x\($0) = \($0)" }.joined(separator: "\n"))
    let error = Diagnostic(
      .data, "both", severity: .warning, source: sample.source,
      labels: [
        .init(sample.span("x10"), "late"), .init(sample.span("x9")), .init(sample.span("x2")),
      ])
    #expect(
      render(error) == """
        warning[data]: both
          cell "forward", line 10
           2 │ x2 = 2
             │ ──
             ┆
           9 │ x9 = 9
             │ ──
          10 │ x10 = 10
             │ ^^^
             │ └ late
        """)
  }

  @Test func spanOverLinesAndAtTheEnd() {
    let sample = Sample("f(a,\n\tb,\n  c)", name: "lesson.et")
    let error = Diagnostic(
      .argument, "too many", source: sample.source,
      labels: [.init(sample.span("(a,\n\tb,\n  c)"), "three"), .init(Span(13, 13))])
    #expect(
      render(error) == """
        error[argument]: too many
          lesson.et, line 1
          1 │ f(a,
            │  ^^^
            │  └ three
            ┆
          3 │   c)
            │   ^^─
        """)
  }

  @Test func labelsOnOneColumn() {
    let sample = Sample("x + y")
    let error = Diagnostic(
      .type, "no", source: sample.source,
      labels: [.init(sample.span("x"), "one"), .init(sample.span("x + y"), "all")])
    #expect(
      render(error) == """
        error[type]: no
          cell "forward", line 1
          1 │ x + y
            │ ^────
            │ ├ all
            │ └ one
        """)
  }

  @Test func longLinesAreClipped() {
    let head = String(repeating: "가", count: 200)
    let sample = Sample("\(head)!\(head)")
    let error = Diagnostic(
      .syntax, "here", source: sample.source, labels: [.init(sample.span("!"))])
    let lines = render(error, style: RenderStyle(width: 60)).split(separator: "\n")
    #expect(lines[2].contains("… 가") && lines[2].hasSuffix("가…"))
    #expect(displayWidth(String(lines[2])) <= 60)
    // The caret stands under the mark.
    let before = lines[2].prefix { $0 != "!" }
    #expect(displayWidth(String(before)) == displayWidth(String(lines[3])) - 1)
  }

  @Test func controlCharactersDoNotReachTheTerminal() {
    let sample = Sample("x\u{1B}[31m = \u{202E}1\u{7F}")
    let error = Diagnostic(
      .syntax, "bad \u{1B}[2J", source: sample.source, labels: [.init(sample.span("="), "\u{8}")],
      hint: "\u{7}")
    let text = render(error)
    #expect(!text.unicodeScalars.contains { ($0.value < 0x20 && $0 != "\n") || $0.value == 0x202E })
  }

  @Test func traceCountsRecursion() {
    let sample = Sample("fn f(x) = f(x)\nf(1)\n")
    let inner = Diagnostic.Frame(
      function: "f", source: sample.source, span: sample.span("f(x)", skipping: 1))
    let outer = Diagnostic.Frame(function: "f", source: sample.source, span: sample.span("f(1)"))
    let error = Diagnostic(
      .recursion, "more than 10,000 calls", trace: Array(repeating: inner, count: 9_999) + [outer])
    #expect(
      render(error) == """
        error[recursion]: more than 10,000 calls
          in `f`, called at cell "forward", line 1, 9999 times
          1 │ fn f(x) = f(x)
          in `f`, called at cell "forward", line 2
          2 │ f(1)
        """)
  }

  @Test func longTraceShowsItsEnds() {
    let sample = Sample((1...20).map { "f\($0)()" }.joined(separator: "\n"))
    let frames = (1...20).map {
      Diagnostic.Frame(function: "f\($0)", source: sample.source, span: sample.span("f\($0)("))
    }
    let text = render(Diagnostic(.value, "no", trace: frames))
    #expect(text.contains("`f6`") && !text.contains("`f7`") && text.contains("… 12 more calls …"))
    #expect(!text.contains("`f18`") && text.contains("`f19`") && text.contains("`f20`"))
  }

  @Test func colour() {
    let sample = Sample("x")
    let error = Diagnostic(
      .name, "no `x`", source: sample.source, labels: [.init(sample.span("x"))], hint: "y")
    let text = render(error, style: .ansi)
    #expect(text.contains("\u{1B}[1;31merror[name]\u{1B}[0m: "))
    #expect(text.contains("\u{1B}[1;31m^\u{1B}[0m"))
    #expect(text.contains("\u{1B}[32mhint:\u{1B}[0m y"))
  }

  /// A diagnostic made by mistake must not bring the program down.
  @Test func spansOutsideTheText() {
    let sample = Sample("x")
    let error = Diagnostic(
      .value, "no", source: sample.source, labels: [.init(Span(5, 9)), .init(Span(-3, 0))])
    #expect(render(error).contains("1 │ x"))
    #expect(renderOnOneLine(Diagnostic(.file, "no file")) == "error[file]: no file")
  }
}

@Suite struct WidthTests {
  @Test(arguments: [
    ("", 0), ("abc", 3), ("학습률", 6), ("e\u{301}", 1), ("α", 1), ("─", 1), ("🙂", 2), ("日本", 4),
    ("ｆ", 2), ("👍🏽", 2), ("👩\u{200D}💻", 2), ("❤", 1), ("❤\u{FE0F}", 2), ("🇰🇷", 2),
    ("\u{1112}\u{1161}\u{11AB}", 2), ("a\u{200B}b", 2), ("½", 1), ("√", 1),
    // A joiner and a skin tone count as nothing only behind an emoji.
    ("a\u{200D}b", 2), ("가\u{200D}나", 4), ("👩\u{200D}나", 2), ("🏽", 2), ("a🏽", 3), ("가🏽", 4),
    ("👍🏽🏽", 2), ("a\u{FE0F}", 1), ("가\u{FE0F}", 2), ("❤\u{FE0F}🏽", 2),
    // Where East Asian Width changes in the Unicode data, and where marks and controls begin and end.
    ("\u{10FF}", 1), ("\u{1100}", 2), ("\u{115F}", 2), ("\u{1160}", 0), ("\u{2E80}", 2),
    ("\u{303E}", 2), ("\u{303F}", 1), ("\u{3041}", 2), ("\u{4E00}", 2),
    ("\u{D7A3}", 2), ("\u{F900}", 2), ("\u{FF01}", 2), ("\u{FF60}", 2), ("\u{FF61}", 1),
    ("\u{231A}", 2), ("\u{231C}", 1), ("\u{2329}", 2), ("\u{232B}", 1), ("\u{1F300}", 2),
    ("\u{20000}", 2), ("\u{3FFFD}", 2), ("\u{2FF}", 1), ("\u{300}", 0), ("\u{36F}", 0),
    ("\u{370}", 1), ("\u{1F}", 0), (" ", 1), ("~", 1), ("\u{7F}", 0), ("\u{9F}", 0), ("\u{A0}", 1),
  ])
  func width(text: String, columns: Int) { #expect(displayWidth(text) == columns) }
}

@Suite struct NearestTests {
  @Test(arguments: [
    ("rellu", "relu"), ("crossentropy", "cross_entropy"), ("Mean", "mean"), ("smu", "sum"),
    ("xaiver", "xavier"), ("lenght", nil), ("q", nil), ("zzzz", nil), ("학습율", "학습률"),
    ("bump", nil), ("i", nil),
    // One edit in two letters, two in five, three in eight, and no more.
    ("su", "sum"), ("xvair", "xavier"), ("xvairs", nil), ("xvaz", nil),
    ("crossntrpy", "cross_entropy"),
    ("", nil), ("sum", nil), ("SUM", "sum"),
  ])
  func nearest(name: String, found: String?) {
    let names = ["sum", "mean", "relu", "cross_entropy", "xavier", "len", "학습률", "x"]
    #expect(Diagnostics.nearest(to: name, among: names) == found)
  }

  @Test func tiesGoToTheFirstOfTheAlphabet() {
    for names in [["bar", "car"], ["car", "bar"]] {
      #expect(Diagnostics.nearest(to: "dar", among: names) == "bar")
    }
    #expect(Diagnostics.nearest(to: "cart", among: ["carts", "bart", "card"]) == "bart")
    // The nearer one wins, wherever it stands.
    #expect(Diagnostics.nearest(to: "weight", among: ["wight_", "weights"]) == "weights")
  }
}

@Suite struct SourceTests {
  @Test func linesAndPositions() {
    let source = SourceText(name: "a", text: "가나\r\nb\n")
    #expect(source.lineStarts == [0, 8, 10])
    #expect(source.bytes(ofLine: 0).count == 6)
    #expect(source.position(of: 3) == (1, 2))
    #expect(source.position(of: 8) == (2, 1))
    #expect(source.position(of: 10) == (3, 1))
  }

  @Test(arguments: [([0x61, 0xFF, 0x62], 1), ([0x0A, 0xEA, 0xB0], 1), ([0xED, 0xA0, 0x80], 0)])
  func badUTF8(bytes: [UInt8], place: Int) throws {
    #expect {
      _ = try SourceText.decode(name: "a.et", bytes: bytes)
    } throws: { error in
      guard let error = error as? Diagnostic else { return false }
      return error.code == .syntax && error.labels[0].span.lower == place
    }
    #expect(try SourceText.decode(name: "a.et", bytes: Array("한글".utf8)).utf8.count == 6)
  }
}
