import Diagnostics
import Interpreter

extension PromptCommand {
  static var help: PromptCommand {
    PromptCommand("help", "h", "?", usage: ":help", summary: "this text") { prompt, _ in
      prompt.environment.write(promptHelp)
      return true
    }
  }
}

extension Prompt {
  /// What a name stands for.
  func help(_ name: String) -> Bool {
    if name.isEmpty { return missing("?", "a name", "?train") }
    if let documentation = session.documentation(of: name) {
      environment.write(documentation.rendered(width: environment.screen().width) + "\n")
      return true
    }
    if let value = session[name] {
      environment.write("\(name): \(kind(of: value))\n")
      return true
    }
    let near = nearest(to: name, among: session.libraryNames + session.names)
    complain(
      Diagnostic(
        .name, "there is no documentation for `\(name)`",
        hint: near.map { "did you mean `?\($0)`?" } ?? "`?` takes the name of a function"))
    return false
  }
}

/// What `:help` shows; the commands tell their own lines.
private var promptHelp: String {
  let rows = [("?name", "what a function does")] + PromptCommand.all.map { ($0.usage, $0.summary) }
  let column = (rows.map { displayWidth($0.0) }.max() ?? 0) + 2
  let lines = rows.map { usage, summary in
    "  " + usage + String(repeating: " ", count: column - displayWidth(usage)) + summary
  }
  return """
    Type an expression to see its value, or name = value to keep it. A line with an
    open bracket goes on. ; at the end shows nothing. `ans` is the last value, and
    a line may begin with |> to pass it on.

    \(lines.joined(separator: "\n"))

    Tab completes names, fields, arguments and files; a second Tab lists them. What
    is pasted runs once Enter is pressed. Ctrl-C gives up the line or stops what
    runs, and keeps the variables. Ctrl-R searches the history.

    """
}
