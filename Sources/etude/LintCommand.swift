import ArgumentParser
import Diagnostics
import Interpreter
import Notebook
import Syntax
import System

/// `etude lint`
struct Lint: WritingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Look for what is allowed and probably not meant.",
    discussion: """
      unused: a variable or function that nothing reads. shadowed: a library name bound again at the \
      top level or where it is called, or a parameter that hides one around. constant: a claim or checked value with no computation behind it. \
      unlabelled: a cell that draws random numbers and has no label. discarded: a value that goes \
      nowhere. unreachable: a statement after a return.

      A comment `# lint: CODE, reason` on the line or the one above lets a finding be; so does a \
      name that starts with `_`.
      """)

  @ArgumentParser.Argument(
    help: "Programs (.et), notebooks (.nb, .md), or folders: all .et and .nb below.",
    completion: .file(extensions: ["et", "nb", "md"]))
  var paths: [String]

  func run(on terminal: Terminal) throws {
    try forEachProgram(paths, Linting(terminal).lint)
  }
}

/// One run of `etude lint`.
private struct Linting {
  private let library: Set<String>
  private let drawing: Set<String>
  private let reading: Set<String>
  private let terminal: Terminal

  init(_ terminal: Terminal) {
    self.terminal = terminal
    let session = referenceSession()
    library = Set(session.libraryNames)
    drawing = session.libraryNames(with: .draws)
    reading = session.libraryNames(with: .reads)
  }

  /// Looks through a file; the exit code of what is wrong with it.
  func lint(_ path: String) -> ExitCode? {
    let style = RenderStyle(width: Terminal.width ?? 100)
    do {
      let bytes = try Disk.read(path)
      if path.hasSuffix(".et") { return tell(try script(path, bytes), path) }
      let document = try Document(name: path, bytes: bytes)
      let (findings, problems) = document.linting(
        by: Linter(library: library, drawing: drawing, reading: reading))
      for (cell, problem) in problems {
        terminal.complain(cell.message(of: problem, in: path, style: style))
      }
      let code = tell(findings, path)
      return problems.isEmpty ? code : .difference
    } catch let problem as FileProblem {
      terminal.complain("etude: \(problem.message)\n")
      return .unusable
    } catch let problem as Diagnostic {
      terminal.complain(message(problem, style: style))
      return path.hasSuffix(".et") ? .difference : .unusable
    } catch {
      return .unusable
    }
  }

  private func script(_ path: String, _ bytes: [UInt8]) throws(Diagnostic) -> [PlacedFinding] {
    let source = try SourceText.decode(name: path, bytes: bytes)
    let result = parse(source)
    guard case .program(let program) = result else {
      throw result.error ?? Diagnostic(.syntax, "this is not a program", source: source)
    }
    // A file of the library itself may define the library's names.
    var linter = Linter(
      library: library.subtracting(defined(program)), drawing: drawing, reading: reading)
    linter.check(program)
    linter.finish()
    return linter.findings.map { finding in
      let place = source.position(of: Int(finding.span.lower))
      return PlacedFinding(line: place.line, column: place.column, finding: finding)
    }.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
  }

  /// Names that a file defines for others: functions with documentation.
  private func defined(_ program: Program) -> Set<String> {
    Set(
      program.statements.compactMap { statement in
        guard case .function(let definition) = statement.kind, definition.documentation != nil
        else {
          return nil
        }
        return definition.name.name
      })
  }

  private func tell(_ findings: [PlacedFinding], _ path: String) -> ExitCode? {
    for placed in findings {
      let finding = placed.finding
      terminal.write(
        "\(path):\(placed.line):\(placed.column): warning[\(finding.code.rawValue)]: "
          + finding.message + "\n" + (finding.hint.map { "  hint: \($0)\n" } ?? ""))
    }
    return findings.isEmpty ? nil : .difference
  }
}
