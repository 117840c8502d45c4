import ArgumentParser
import Diagnostics
import Interpreter
import Notebook
import Syntax
import System

/// `etude fmt`
struct Format: WritingCommand {
  static let configuration = CommandConfiguration(
    commandName: "fmt", abstract: "Give programs and the cells of notebooks the house's layout.",
    discussion: """
      Two spaces a level, spaces round operators, lines of at most 100 columns. What the text means \
      does not change, so recorded outputs stay valid. In a notebook only the code of cells changes; \
      copied cells (from=) and cells that must fail (error) are left as they are.
      """)

  @ArgumentParser.Argument(
    help:
      "Programs (.et), notebooks (.nb, .md), folders: all .et and .nb below, or - for a filter.",
    completion: .file(extensions: ["et", "nb", "md"]))
  var paths: [String]

  @Flag(help: "Write nothing; name the files that would change, and exit with 1 if there are any.")
  var check = false

  func run(on terminal: Terminal) throws {
    if paths.contains("-") {
      guard paths == ["-"] else { throw UsageProblem("- stands alone") }
    }
    try forEachProgram(paths, Formatting(isChecking: check, terminal: terminal).format)
  }
}

/// One run of `etude fmt`.
private struct Formatting {
  let isChecking: Bool
  let terminal: Terminal

  /// Formats a file; the exit code of what is wrong with it.
  func format(_ path: String) -> ExitCode? {
    let name = path == "-" ? "<stdin>" : path
    let style = RenderStyle(width: Terminal.width ?? 100)
    let bytes: [UInt8]
    let result: Formatted
    do {
      bytes =
        path == "-"
        ? try StandardStream.input.readAll() : try Disk.read(path)
      result = try Formatted(name, bytes)
    } catch let problem as FileProblem {
      terminal.complain("etude: \(problem.message)\n")
      return .unusable
    } catch let problem as Diagnostic {
      terminal.complain(message(problem, style: style))
      return Formatted.isNotebook(name, []) ? .unusable : .difference
    } catch {
      return .unusable
    }
    for (cell, problem) in result.problems {
      terminal.complain(cell.message(of: problem, in: name, style: style))
    }
    return finish(path, bytes, result)
  }

  private func finish(_ path: String, _ bytes: [UInt8], _ result: Formatted) -> ExitCode? {
    var code: ExitCode? = result.problems.isEmpty ? nil : .difference
    let isChanged = result.bytes != bytes
    if isChecking {
      if isChanged {
        terminal.write(path == "-" ? "<stdin>\n" : path + "\n")
        code = .difference
      }
    } else if path == "-" {
      terminal.write(String(decoding: result.bytes, as: UTF8.self))
    } else if isChanged {
      do throws(FileProblem) {
        try Disk.writeAtomically(path, result.bytes)
        terminal.write("\(path)\n")
      } catch {
        terminal.complain("etude: \(error.message)\n")
        code = .unusable
      }
    }
    return code
  }
}

/// A file in the house's layout.
private struct Formatted {
  var bytes: [UInt8]
  var problems: [(cell: Cell, problem: Diagnostic)] = []

  init(_ name: String, _ bytes: [UInt8]) throws(Diagnostic) {
    if Formatted.isNotebook(name, bytes) {
      let document = try Document(name: name, bytes: bytes)
      let (edits, problems) = document.formatting()
      self.bytes = document.applying(edits)
      self.problems = problems
      return
    }
    let source = try SourceText.decode(name: name, bytes: bytes)
    var text = try formatted(source)
    // A file keeps its kind of line end.
    let end = bytes.firstIndex(of: 0x0A) ?? 0
    if end > 0, bytes[end - 1] == 0x0D {
      text = text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
    }
    self.bytes = Array(text.utf8)
  }
  /// Told by its name; standard input by a fence, which no line of a program begins with.
  static func isNotebook(_ name: String, _ bytes: [UInt8]) -> Bool {
    guard name == "<stdin>" else { return !name.hasSuffix(".et") }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").contains { line in
      ["```", "~~~", "---"].contains(where: line.drop { $0 == " " }.hasPrefix)
    }
  }
}
