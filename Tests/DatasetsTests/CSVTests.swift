import Datasets
import Interpreter
import SessionSupport
import TestSupport
import Testing

@Suite struct CSVTests {
  private func read(_ text: String, _ options: String = "") -> String {
    run("csv(\"a.csv\"\(options))", MemoryFiles(["a.csv": Array(text.utf8)]))
  }

  @Test(arguments: [
    ("x,y\n1,2\n3,4.5\n", "{x: f32[2] [1, 3], y: f32[2] [2, 4.5]}"),
    ("x,y\r\n1,2\r\n3,4", "{x: f32[2] [1, 3], y: f32[2] [2, 4]}"),
    ("\u{FEFF}x\n1\n", "{x: f32[1] [1]}"),
    ("이름,점수\n수지,9.5\n\"김, 철수\",-3\n", "{이름: (\"수지\", \"김, 철수\"), 점수: f32[2] [9.5, -3]}"),
    ("a b (cm),2nd,c.d\n1,2,3\n", "{a_b_cm: f32[1] [1], _2nd: f32[1] [2], c_d: f32[1] [3]}"),
    ("x\n\"a \"\"b\"\"\nc\"\n\nd\n", "{x: (\"a \\\"b\\\"\\nc\", \"d\")}"),
    ("x\n 1 \n+2\n-.5\n1e3\nnan\n-inf\n", "{x: f32[6] [1, 2, -0.5, 1000, nan, -inf]}"),
    ("x,y\n,\n,\n", "{x: (\"\", \"\"), y: (\"\", \"\")}"),
    ("x,y\n", "{x: (), y: ()}"),
    ("x\n0x10\n", "{x: (\"0x10\",)}"),
  ])
  func tables(_ text: String, _ shown: String) { #expect(read(text) == shown) }

  @Test func options() {
    #expect(read("1,2\n3,4\n", ", header=false") == "(f32[2] [1, 3], f32[2] [2, 4])")
    #expect(read("x;y\n1;2\n", ", separator=\";\"") == "{x: f32[1] [1], y: f32[1] [2]}")
    #expect(read("x\ty\n1\t2\n", ", separator=\"\\t\"") == "{x: f32[1] [1], y: f32[1] [2]}")
    #expect(read("x,y\n1,a\n,b\n", ", missing=nan") == "{x: f32[2] [1, nan], y: (\"a\", \"b\")}")
    #expect(read("x\n0.1\n", ", dtype=\"f64\"") == "{x: f64[1] [0.1]}")
    #expect(read("id\n007\n8a\n", ", text=(\"id\",)") == "{id: (\"007\", \"8a\")}")
    #expect(read("id\n007\n8a\n", ", text=\"id\"") == "{id: (\"007\", \"8a\")}")
  }

  @Test(arguments: [
    ("", "a.csv has no rows"),
    ("x,y\n1\n", "a.csv:2:1: this row has 1 field, and the first row 2 fields"),
    ("x,y\n1,2,3\n", "a.csv:2:3: this row has 3 fields, and the first row 2 fields"),
    ("x,y\n1,2\n3,abc\n", "a.csv:3:3: `y` holds numbers, and `abc` is none"),
    ("이름,x\n가,1\n나,\n", "a.csv:3:3: `x` has no value here"),
    ("x\n\"a\"b\n", "a.csv:2:4: only a separator can follow a closing quote"),
    ("x\na\"b\n", "a.csv:2:2: a quote stands in a field that does not start with one"),
    ("x\n1\n\"abc\n\n", "a.csv:3:1: the quote is never closed"),
    ("1,2\n3,4\n", "a.csv:1:1: the first row holds numbers, and a header holds names"),
    ("x,x\n1,2\n", "a.csv:1:3: two columns have the name `x`"),
    ("x,\n1,2\n", "a.csv:1:3: this column has no name"),
    ("x,y\n\"a\nb\",1\nc,d\n", "a.csv:4:3: `y` holds numbers, and `d` is none"),
    ("x\n1\r2\n", "a.csv:2:2: a carriage return stands alone"),
  ])
  func problemsHaveTheirPlace(_ text: String, _ message: String) {
    #expect(read(text) == "error[data]: \(message)")
  }

  @Test func otherEncodingsAreNamed() {
    let cp949: [UInt8] = [0x78, 0x0A, 0xB0, 0xA1, 0x0A]
    #expect(
      run("csv(\"a\")", MemoryFiles(["a": cp949])) == "error[data]: a:2:1: this field is not UTF-8")
    #expect(
      run("csv(\"a\")", MemoryFiles(["a": [0xFF, 0xFE, 0x78, 0]]))
        == "error[data]: a is UTF-16, and a CSV file must be UTF-8")
  }

  @Test func wrongOptionsAreErrors() {
    #expect(read("x\n1\n", ", separator=\"ab\"").hasPrefix("error[value]: `separator`"))
    #expect(read("x\n1\n", ", dtype=\"i32\"").hasPrefix("error[dtype]: `dtype`"))
    #expect(read("x\n1\n", ", text=(\"y\",)") == "error[data]: a.csv has no column `y`")
    #expect(read("x\n1\n", ", text=3").hasPrefix("error[type]: `text`"))
  }

  /// Whatever the bytes, a table or an error with its place.
  @Test func anyBytesAreATableOrAnError() {
    var random = TestRandom(seed: 6)
    let pieces: [[UInt8]] =
      [
        "\"", ",", "\n", "\r\n", "1", "a", "-", ".", "한", " ", "\r", "e5", "nan", "\"\"",
      ].map { Array($0.utf8) } + [[0xFF], [0], [0xE3]]
    var tables = 0
    for _ in 0..<3000 {
      let count = Int.random(in: 0...24, using: &random)
      let bytes = (0..<count).flatMap { _ in pieces.randomElement(using: &random) ?? [] }
      let result = run("csv(\"f\", header=false);", MemoryFiles(["f": bytes]))
      #expect(result.isEmpty || result.hasPrefix("error[data]: f"))
      if result.isEmpty { tables += 1 }
    }
    #expect(tables > 100)
  }
}
