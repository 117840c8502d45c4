import ArgumentParser
import Datasets
import Diagnostics
import Figures
import Interpreter
import System

/// A session that knows every name of the library.
func referenceSession() -> Session {
  var options = SessionOptions()
  let data = DataLibrary(environment: environmentVariable).access()
  options.builtins = figureBuiltins.map { $0.grouped("figures") } + data.builtins
  return Session(options)
}

/// `etude doc`
struct Doc: WritingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what names of the library do; without a name, list all of them.",
    discussion: "The text is that of help(name), with the file of stdlib/ that defines the name.")

  @ArgumentParser.Argument(help: "Names of the library, as train.")
  var names: [String] = []

  @Flag(help: "The whole reference as Markdown: docs/reference.md.")
  var markdown = false

  func run(on terminal: Terminal) throws {
    let session = referenceSession()
    if markdown {
      guard names.isEmpty else { throw UsageProblem("--markdown prints all names, so give none") }
      terminal.write(Reference.markdown(session.reference))
    } else if names.isEmpty {
      terminal.write(Reference.index(session.reference))
    }
    for (i, name) in names.enumerated() {
      guard let entry = session.referenceEntry(of: name) else {
        let near = nearest(to: name, among: session.libraryNames)
        let hint = near.map { "did you mean `\($0)`?" } ?? "etude doc lists all names"
        throw UsageProblem("the library has no `\(name)`\n  hint: \(hint)")
      }
      terminal.write((i > 0 ? "\n" : "") + Reference.text(entry))
    }
  }
}

/// The reference as text.
private enum Reference {
  /// What `etude doc NAME` prints.
  static func text(_ entry: ReferenceEntry) -> String {
    let body =
      entry.documentation?.rendered(width: Terminal.width ?? 100) ?? entry.name + "\n\nA number."
    return body + "\n\n" + place(entry) + "\n"
  }

  private static func place(_ entry: ReferenceEntry) -> String {
    entry.file.map { "Defined in \($0); source(\(entry.name)) shows it." } ?? "Written in Swift."
  }

  /// All names by group, in lines of at most 80 columns.
  static func index(_ groups: [ReferenceGroup]) -> String {
    groups.map { group in
      var lines = [""]
      for entry in group.entries {
        if lines[lines.count - 1].count + entry.name.count > 76 { lines.append("") }
        lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "  " : " ") + entry.name
      }
      return group.title + "\n" + lines.joined(separator: "\n") + "\n"
    }.joined(separator: "\n")
  }

  static func markdown(_ groups: [ReferenceGroup]) -> String {
    let head = """
      # Reference

      Every name of the library. This file is made from the entries themselves by \
      `etude doc --markdown`; a test fails when it is stale. `help(name)` at the prompt and \
      `etude doc NAME` say the same.


      """
    let contents = groups.map { "- [\($0.title)](#\(anchor($0.title)))" }.joined(separator: "\n")
    return head + contents + "\n" + groups.map(section).joined()
  }

  private static func anchor(_ title: String) -> String {
    title.lowercased().split(separator: " ").joined(separator: "-")
  }

  private static func section(_ group: ReferenceGroup) -> String {
    "\n## \(group.title.prefix(1).uppercased() + group.title.dropFirst())\n"
      + group.entries.map(item).joined()
  }

  private static func item(_ entry: ReferenceEntry) -> String {
    var text = "\n### `\(entry.name)`\n\n"
    if let documentation = entry.documentation {
      // Cells would ask for recorded outputs; the tests run these examples themselves.
      let body = documentation.text.split(separator: "\n", omittingEmptySubsequences: false)
        .map { $0.hasPrefix("```etude") ? "```" : $0 }.joined(separator: "\n")
      text += "`\(documentation.signature)`\n\n\(body)\n"
      if !documentation.example.isEmpty { text += "\n```\n\(documentation.example)\n```\n" }
    } else {
      text += "A number.\n"
    }
    let file = entry.file.map { "[\($0)](../\($0))" }
    return text + (file.map { "\nIn \($0).\n" } ?? "")
  }
}
