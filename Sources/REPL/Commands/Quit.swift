extension PromptCommand {
  static var quit: PromptCommand {
    PromptCommand("quit", "q", "exit", usage: ":quit", summary: "leave; Ctrl-D does too") {
      prompt, _ in
      prompt.isOver = true
      return true
    }
  }
}
