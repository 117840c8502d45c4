import Foundation
import Notebook
import Testing

@Suite struct FormattingTests {
  private func formatted(_ text: String) throws -> String {
    let document = try document(text)
    return String(decoding: document.applying(document.formatting().edits), as: UTF8.self)
  }

  @Test(arguments: ["\n", "\r\n"])
  func onlyCellCodeChanges(_ lineEnd: String) throws {
    let text = """
      ---
      title:   kept
      ---
      Prose  with   spaces <!--= 1+1 -->2<!--/-->

      ```etude label=a
      x=1+2

      f(x ,  y)
      ```
      ```output bits=00
      a=b
      ```

      - item

        ```etude
        for i in 0 .. 3{
        print(i) }
        ```

      ```etude from=other.nb#b
      x=1
      ```

      ~~~etude error
      x=[ 1]@[1,2]
      ~~~

      ```etude skip
      not a ( program
      ```
      """
    let expected =
      text.replacingOccurrences("x=1+2\n\nf(x ,  y)", "x = 1 + 2\n\nf(x, y)")
      .replacingOccurrences(
        "for i in 0 .. 3{\n  print(i) }", "for i in 0..3 {\n    print(i)\n  }")
    let lines = { (text: String) in
      text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: lineEnd)
    }
    #expect(try formatted(lines(text)) == lines(expected))
    #expect(try formatted(lines(expected)) == lines(expected))
  }

  @Test func whatIsNoProgramIsToldAndLeft() throws {
    let text = cells("x=1", "x = (", "y=2")
    let result = try document(text).formatting()
    #expect(result.problems.map(\.cell.number) == [2] && result.edits.count == 2)
  }

  /// Digests do not depend on layout, so a recorded notebook still verifies.
  @Test func recordedOutputsStayValid() throws {
    let text = try accepted(
      cells("fn f(x,k=2)=x*k", "g=x->f(x ,k = 3)", "g( 2 )", "{f,g}", "digest( g )"))
    let after = try formatted(text)
    #expect(after != text)
    #expect(try findings(after) == [])
  }
}

extension String {
  fileprivate func replacingOccurrences(_ old: String, _ new: String) -> String {
    guard let place = range(of: old) else { return self }
    return replacingCharacters(in: place, with: new)
  }
}
