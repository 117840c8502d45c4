import Diagnostics
import Notebook
import TestSupport
import Testing

@Suite struct DocumentTests {
  @Test func readsFrontMatter() throws {
    let read = try document("---\ntitle: \"가 나\" # note\nseed: 42\nnumerics: 1\netude: 1\n---\n")
    #expect(read.frontMatter.title == "가 나")
    #expect(read.frontMatter.seed == 42)
    #expect(read.warnings.isEmpty)
  }

  @Test func scalarsAreTakenAsWritten() throws {
    #expect(try document("---\ntitle: no\n---\n").frontMatter.title == "no")
    #expect(try document("---\ntitle: 1e3\n---\n").frontMatter.title == "1e3")
    #expect(malformation("---\nseed: 1e3\n---\n") != nil)
    #expect(malformation("---\nseed: 0x10\n---\n") != nil)
    #expect(try document("---\nseed: 9007199254740991\n---\n").frontMatter.seed == 1 << 53 - 1)
    #expect(malformation("---\nseed: 9007199254740992\n---\n") != nil)
  }

  @Test func unknownKeysWarn() throws {
    let read = try document("---\nsed: 1\nauthor: {name: [a, b]}\n---\n")
    #expect(
      read.warnings.map { renderOnOneLine($0) } == [
        "test.nb:2:1: warning[file]: the front matter has an unknown key `sed`",
        "test.nb:3:1: warning[file]: the front matter has an unknown key `author`",
      ])
    #expect(read.warnings[0].hint == "did you mean `seed`?")
  }

  @Test(arguments: [
    ("---\nseed: -1\n---\n", "test.nb:2:7"),
    ("---\ntitle: a\nseed: 가\n---\n", "test.nb:3:7"),
    ("---\nseed: 1\nseed: 2\n---\n", "test.nb:3:1"),
    ("---\netude: 2\n---\n", "test.nb:2:8"),
    ("---\nnumerics: 2\n---\n", "test.nb:2:11"),
    ("---\n- a\n---\n", "test.nb:2:1"),
    ("---\na: [\n---\n", "test.nb:3:1"),
    ("---\ndata: 3\n---\n", "test.nb:2:7"),
    ("---\ndata:\n  fashion-mnist: 3\n---\n", "test.nb:3:18"),
    ("---\nseed: 1\n", "test.nb:1:1"),
    ("text\n\n```etude\n1\n", "test.nb:3:1"),
    ("- a\n  ```etude\n  1\n\nb\n", "test.nb:2:1"),
    ("> ```etude\n> 1\n> ```\n", "test.nb:1:1"),
    ("```etude label=a\n```\n```etude label=a\n```\n", "test.nb:3:1"),
    ("```etude lable=a\n```\n", "test.nb:1:1"),
    ("```etude label=a#b\n```\n", "test.nb:1:1"),
    ("```etude timeout=-1\n```\n", "test.nb:1:1"),
    ("a <!--= x --> b\n", "test.nb:1:3"),
    ("a <!--/--> b\n", "test.nb:1:3"),
    ("a <!--= x -->1<!--= y -->2<!--/-->\n", "test.nb:1:15"),
    ("| a |\n| - |\n| <!--= x | y -->1<!--/--> |\n", "test.nb:3:3"),
    ("a\n\u{0}\n", "test.nb:2:1"),
  ])
  func saysWhereItIsMalformed(_ text: String, _ place: String) throws {
    let problem = try #require(malformation(text))
    #expect(renderOnOneLine(problem).hasPrefix(place + ":"), "\(renderOnOneLine(problem))")
  }

  /// The options of a cell, with what is said of them.
  @Test(arguments: [
    ("hide hide", "`hide` is given twice", nil),
    ("label=a label=b", "`label` is given twice", nil), ("hide=1", "`hide` takes no value", "hide"),
    ("label", "`label` needs a value", "label=…"), ("label=", "`` is no label", "a label has "),
    ("label=a,b", "`a,b` is no label", "a label has "),
    ("timeout=0", "`timeout` needs ", "timeout=30"),
    ("timeout=-0.5", "`timeout` needs ", "timeout=30"),
    ("timeout=inf", "`timeout` needs ", "timeout=30"),
    ("timeout=nan", "`timeout` needs ", "timeout=30"),
    ("timeout=2s", "`timeout` needs ", "timeout=30"),
    ("from=a.nb", "`from` needs a file and a label", "from="),
    ("from=#b", "`from` needs ", "from="),
    ("from=a.nb#", "`` is no label", "a label has "),
    ("label=a from=a.nb#b", "a copied cell has the label of its source", "leave `label=` out"),
    ("from=a.nb#b label=a", "a copied cell has the label of its source", "leave `label=` out"),
    ("skp", "a cell has no option `skp`", "did you mean `skip`?"),
    ("zzzz", "a cell has no option `zzzz`", "the options are hide, error, "),
  ])
  func optionsAreJudged(_ words: String, _ message: String, _ hint: String?) throws {
    let problem = try #require(malformation("```etude \(words)\n1\n```\n"))
    #expect(problem.message.hasPrefix(message), "\(problem.message)")
    #expect(problem.hint?.hasPrefix(hint ?? "?") ?? (hint == nil), "\(problem.hint ?? "")")
  }

  @Test func optionsAreRead() throws {
    let options = try document("```etude hide error volatile drawing timeout=0.5 label=a\n1\n```\n")
      .cells[0].options
    #expect(options.isHidden && options.isError && options.isVolatile && options.isDrawing)
    #expect(options.timeout == 0.5 && options.label == "a" && !options.isSkipped)
    // The label stands behind the last mark.
    let copied = try document("```etude skip from=a#1/b.nb#다\n```\n").cells[0].options
    #expect(copied.isSkipped && copied.from?.file == "a#1/b.nb" && copied.from?.label == "다")
  }

  @Test func mustBeUTF8() throws {
    let problem = try #require(malformation([0x61, 0x0A, 0x62, 0xFF]))
    #expect(renderOnOneLine(problem).hasPrefix("test.nb:2:2:"))
  }

  @Test func findsCellsAndTheirOutputs() throws {
    let read = try document(
      """
      # A
      ```python
      1
      ```
      ~~~~ etude label=가.1-a_b hide
      ```
      ~~~~

      ```output bits=00
      x
      ```
      ```output
      ```
      1. item

         ```etude error timeout=2.5
         if a {
           b
         }

         ```
      """)
    #expect(read.cells.count == 2)
    let first = read.cells[0]
    #expect(first.label == "가.1-a_b")
    #expect(first.options.isHidden)
    #expect(first.line == 5)
    #expect(String(decoding: first.source.utf8, as: UTF8.self) == "```\n")
    #expect(first.output?.text == "x")
    #expect(first.output?.bits == "00")
    #expect(first.extraOutputs.count == 1)
    let second = read.cells[1]
    #expect(String(decoding: second.source.utf8, as: UTF8.self) == "if a {\n  b\n}\n\n")
    #expect(second.ordinal == 0 && second.number == 2)
    #expect(second.options.isError && second.options.timeout == 2.5)
    #expect(second.output == nil)
  }

  @Test func findsCheckedValues() throws {
    let read = try document(
      """
      A <!--= a:.0% -->10%<!--/-->, `<!--= code -->`, `` ` <!--= code -->1<!--/--> ``,
      \\`<!--= b -->2<!--/-->`.

      <!--= c -->3<!--/--> starts a block of HTML. <!-- a note <!--= d -->

      | x |
      | - |
      | <!--= e -->4<!--/--> |

      > # <!--= f -->5<!--/-->

          <!--= indented code -->6<!--/-->
      """)
    let values = read.parts.compactMap { part in
      if case .value(let value) = part { return value }
      return nil
    }
    #expect(values.map(\.expression) == ["a:.0%", "b", "c", "e", "f"])
    #expect(
      values.map { String(decoding: read.bytes[$0.text], as: UTF8.self) }
        == ["10%", "2", "3", "4", "5"])
    #expect(values.map(\.line) == [1, 2, 4, 8, 10])
  }

  /// Whatever bytes come, reading gives a document or an error, and no edits give the same bytes.
  @Test func mutationsNeverCrash() throws {
    let seeds = [
      "---\ntitle: a\ndata:\n  b: sha256:0\nseed: 1\n---\n# A\n\n```etude label=a\n1\n```\n",
      "- a\n\n  ~~~etude error\n  x\n  ~~~\n  ~~~output bits=1\n  y\n  ~~~\n> q <!--= x -->1<!--/-->\n",
      "| a | b |\n|---|---|\n| `x` | <!--= t:.1f -->2<!--/--> |\n\n<!--= a\n -->b<!--/-->\r\n\tcode\n",
    ]
    let pieces = [
      "\r", "\n", "\r\n", "```", "~~~", "> ", "- ", "\t", " ", "<!--=", "-->", "<!--/-->", "`",
      "---\n", "etude", "output", "\u{FEFF}", "가", "|", "\\", "label=a", "bits=", ":", "{", "&#0;",
    ]
    var random = TestRandom(seed: 3)
    var read = 0
    for round in 0..<3000 {
      var bytes = Array(seeds[round % seeds.count].utf8)
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        let at = Int.random(in: 0...bytes.count, using: &random)
        let end = min(bytes.count, at + Int.random(in: 0...4, using: &random))
        let piece = pieces.randomElement(using: &random)!
        bytes.replaceSubrange(at..<end, with: Array(piece.utf8))
      }
      guard let document = try? Document(name: "fuzz.nb", bytes: bytes) else { continue }
      read += 1
      #expect(document.applying([]) == bytes)
      for cell in document.cells {
        #expect(cell.block.lines.lowerBound < cell.block.lines.upperBound)
      }
    }
    #expect(read > 300)
  }

  @Test func nestsWithoutEnd() throws {
    let deep = String(repeating: "> ", count: 20_000) + "a\n"
    #expect(try document(deep).parts.isEmpty)
    let lists = String(repeating: "- ", count: 5_000) + "<!--= a -->1<!--/-->\n"
    #expect(try document(lists).parts.count == 1)
  }
}
