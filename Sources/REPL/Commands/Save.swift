import Diagnostics
import Interpreter
import Notebook
import System

extension PromptCommand {
  static var save: PromptCommand {
    PromptCommand(
      "save", argument: .file(example: ":save lesson.nb"), usage: ":save FILE.nb",
      summary: "the session as a notebook that replays to the same bits"
    ) { prompt, path in prompt.save(path, replaces: false) }
  }

  static var replace: PromptCommand {
    PromptCommand(
      "save!", argument: .file(example: ":save! lesson.nb"), usage: ":save! FILE.nb",
      summary: "the same in place of a file that exists"
    ) { prompt, path in prompt.save(path, replaces: true) }
  }
}

extension Prompt {
  /// Writes the session as a notebook: first its code, so that nothing is lost, then what a replay of
  /// it gives, which must be what the session has.
  fileprivate func save(_ path: String, replaces: Bool) -> Bool {
    let title = path.split(separator: "/").last?.split(separator: ".").first ?? "Session"
    let text = notebook(of: state.entries, title: String(title), seed: state.seed)
    do {
      let bytes = Array(text.utf8)
      guard try environment.writeFile(path, bytes, replaces) else {
        throw FileProblem(.write, path, .exists)
      }
      let document = try Document(name: path, bytes: bytes)
      let (report, fresh) = environment.replay(document, path)
      guard !report.isInterrupted else {
        environment.complain("interrupted: \(path) has the code without its outputs\n")
        return false
      }
      do {
        _ = try environment.writeFile(path, document.applying(report.edits), true)
      } catch {
        complain(error)
        environment.complain("\(path) has the code without its outputs\n")
        return false
      }
      let failures = report.findings.filter { $0.kind != .difference }
      for failure in failures {
        let details = failure.details.map { "\n  \($0)" }.joined()
        environment.complain(
          "\(path):\(failure.line): \(failure.title): \(failure.message)\(details)\n")
      }
      let others = fresh.map(differences) ?? []
      if !others.isEmpty {
        complain(
          Diagnostic(
            .value, "a replay gives other values for \(others.joined(separator: ", "))",
            hint: "what is read from outside, such as a file or a clock, is not part of a notebook")
        )
      }
      let count = document.cells.count
      environment.write("\(path): \(count) \(count == 1 ? "cell" : "cells") saved\n")
      return failures.isEmpty && others.isEmpty
    } catch {
      complain(error)
      return false
    }
  }

  /// The variables that another session has not, or with another value.
  private func differences(from other: Session) -> [String] {
    session.names.filter { name in
      guard name != "ans", let own = session[name] else { return false }
      guard let value = other[name] else { return true }
      return digest(of: own) != digest(of: value)
    }
  }
}
