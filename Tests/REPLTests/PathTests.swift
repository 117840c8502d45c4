import Diagnostics
import Notebook
import REPL
import Testing

@Suite struct NotebookPathTests {
  @Test(arguments: [
    ("a.nb", true), ("a.md", true), ("dir.nb/a.markdown", true), ("a.et", false),
    ("a.nb.et", false),
    ("nb", false), (".nb", true), ("a.NB", false), ("", false), ("a.nb#x", false),
  ])
  func notebooksAreToldByTheirName(path: String, isNotebook: Bool) {
    #expect(NotebookPath.isNotebook(path) == isNotebook)
  }

  @Test(arguments: [
    ("a.nb", "a.nb", nil), ("a.nb#model", "a.nb", "model"), ("a.nb#", "a.nb", ""),
    ("a.nb#모델", "a.nb", "모델"), ("dir#1/a.md#b", "dir#1/a.md", "b"), ("a.nb#b#c", "a.nb#b#c", nil),
    ("a.et#b", "a.et#b", nil), ("#b", "#b", nil), ("", "", nil), ("dir#1/a.nb", "dir#1/a.nb", nil),
  ])
  func aLabelStandsBehindTheName(argument: String, path: String, label: String?) {
    let parts = NotebookPath.parts(of: argument)
    #expect(parts.path == path && parts.label == label)
  }

  private func missing(_ label: String, in text: String) throws -> Diagnostic {
    let document = try Document(name: "lesson.nb", bytes: Array(text.utf8))
    return NotebookPath.missing(label, in: document)
  }

  @Test func aMissingLabelNamesAnother() throws {
    let text = "```etude label=first\n1\n```\n```etude\n2\n```\n```etude label=last\n3\n```\n"
    let near = try missing("lst", in: text)
    #expect(near.message == "lesson.nb has no cell labelled `lst`")
    #expect(near.hint == "did you mean `last`?")
    #expect(try missing("zzzzzz", in: text).hint == "it has first, last")
    #expect(try missing("a", in: "```etude\n1\n```\n").hint == "it has no labels")
  }
}
