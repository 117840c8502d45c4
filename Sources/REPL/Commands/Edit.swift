import Diagnostics

extension PromptCommand {
  static var edit: PromptCommand {
    PromptCommand("edit", usage: ":edit", summary: "the last entry in $EDITOR") { prompt, _ in
      prompt.edit()
      return true
    }
  }
}

extension Prompt {
  fileprivate mutating func edit() {
    guard let text = environment.edit(lastEntry), !trimmed(text).isEmpty else { return }
    run(Paste.statements(of: trimmed(text)))
  }
}
