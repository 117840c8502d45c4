import Foundation
import TestSupport
import Testing

/// Notebooks that were changed by hand, and what replay and accept make of them.
@Suite struct BadNotebookTests {
  private let text = """
    # 제목 🎉

    ```etude label=하나
    학습률 = 0.5
    print("값 {학습률} 🎉")
    rand(2)
    ```

    ```etude
    나 = 학습률 * 2
    ```

    It is <!--= 나:.2f -->?<!--/-->.

    - item

      ```etude label=three
      나 + 1
      ```

    -\t```etude
    \t"tab"
    \t```

    ````etude
    "```"
    ````

    """

  private func accepted(_ folder: TemporaryFolder) throws -> (file: String, text: String) {
    let file = try folder.file("a.nb", text)
    #expect(try etude("replay", "--accept", file).code == 0)
    let accepted = try folder.text("a.nb")
    let run = try etude("replay", file)
    #expect(run.code == 0 && run.errors == "", "\(run.errors)")
    return (file, accepted)
  }

  /// Each change is shown with its cell and line, the file is left, and accept brings it back.
  @Test func changesAreShownAndUndone() throws {
    let folder = try TemporaryFolder()
    let (file, good) = try accepted(folder)
    let block = "```output\nhi\n```\n"
    for (name, changed, line) in [
      ("a word", good.replacing("값 0.5", with: "값 0.6"), 8),
      ("value in prose", good.replacing("1.00<!--", with: "1.01<!--"), 20),
      ("empty prose", good.replacing("1.00<!--", with: "<!--"), 20),
      (
        "block after a block",
        good.replacing("\n```\n\n```etude", with: "\n```\n\(block)\n```etude"), 13
      ),
      (
        "block after a blank line",
        good.replacing("\n```\n\n```etude", with: "\n```\n\n\(block)\n```etude"), 14
      ),
      ("block at the start", block + "\n" + good, 1),
      ("block after prose", good.replacing("🎉\n\n", with: "🎉\n\n\(block)\n"), 3),
      ("block at the end", good + "\n" + block, 45),
      ("in a list", good.replacing("  2\n", with: "  3\n"), 27),
    ] {
      #expect(changed != good, "\(name)")
      _ = try folder.file("a.nb", changed)
      let run = try etude("replay", file)
      #expect(run.code == 1, "\(name)")
      #expect(run.errors.hasPrefix("\(file):\(line):"), "\(name): \(run.errors)")
      #expect(try folder.text("a.nb") == changed)
      #expect(try etude("replay", "--accept", file).code == 0, "\(name)")
      #expect(try folder.text("a.nb") == good, "\(name)")
    }
  }

  @Test func lineEndsStay() throws {
    let folder = try TemporaryFolder()
    let (file, good) = try accepted(folder)
    for end in ["\r\n", "\r"] {
      let other = good.replacing("\n", with: end)
      let changed = other.replacing("값 0.5", with: "값 0.6").replacing("1.00<!--", with: "2<!--")
      _ = try folder.file("a.nb", changed)
      #expect(try etude("replay", file).code == 1)
      #expect(try etude("replay", "--accept", file).code == 0)
      #expect(try folder.text("a.nb").utf8.elementsEqual(other.utf8))
    }
    let unended = String(good.dropLast())
    _ = try folder.file("a.nb", unended.replacing("값 0.5", with: "값 0.6"))
    #expect(try etude("replay", "--accept", file).code == 0)
    #expect(try folder.text("a.nb") == unended)
  }

  /// A cell that fails stops those that depend on it, through functions too, and no others.
  @Test func dependentsOfAFailure() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file(
      "a.nb",
      """
      ```etude label=a
      x = nope
      ```
      ```etude label=b
      fn f() = x
      ```
      ```etude label=c
      f()
      ```
      ```etude label=d
      5
      ```
      Here <!--= x -->1<!--/--> and <!--= 2 -->2<!--/-->.
      """)
    let run = try etude("replay", file)
    #expect(run.code == 1)
    #expect(run.errors.contains("\(file):2:5: cell \"a\": this cell fails\n  error[name]: `nope`"))
    #expect(run.errors.contains("\(file):10:1: cell \"d\": the output block is missing\n  + 5"))
    #expect(run.output.contains("1 differ, 1 failed, 2 not run, 1 value verified"))
  }

  /// Names as long as a file system takes; each Hangul syllable is three bytes of 255.
  @Test func longNames() throws {
    let folder = try TemporaryFolder()
    let name = String(repeating: "값", count: 84) + ".nb"
    let file = try folder.file(name, text)
    #expect(try etude("replay", "--accept", file).code == 0)
    #expect(try etude("replay", file).code == 0)
    #expect(try folder.names() == [name])
  }

  /// Two at once, and one killed half way, leave the old file or the new one and nothing else.
  @Test func acceptIsWholeOrNothing() throws {
    let folder = try TemporaryFolder()
    let old = text.replacing("rand(2)", with: "fold(0..200000, 0, (a, b) -> a + b)")
    let file = try folder.file("a.nb", old)
    #expect(try etude("replay", "--accept", file).code == 0)
    let new = try folder.text("a.nb")
    for _ in 0..<4 {
      _ = try folder.file("a.nb", old)
      let both = [process(["replay", "--accept", file]), process(["replay", "--accept", file])]
      for one in both {
        one.standardOutput = FileHandle.nullDevice
        one.standardError = FileHandle.nullDevice
        one.standardInput = FileHandle.nullDevice
        try one.run()
      }
      kill(both[0].processIdentifier, SIGKILL)
      for one in both { one.waitUntilExit() }
      #expect(both[1].terminationReason == .exit)
      let left = try folder.text("a.nb")
      #expect(left == old || left == new)
      #expect(try etude("replay", "--accept", file).code == 0)
      #expect(try folder.text("a.nb") == new)
    }
  }
}
