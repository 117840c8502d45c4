extension PromptCommand {
  static var undo: PromptCommand {
    PromptCommand("undo", usage: ":undo", summary: "take the last entry back") { prompt, _ in
      prompt.undo()
    }
  }

  static var redo: PromptCommand {
    PromptCommand("redo", usage: ":redo", summary: "do it again") { prompt, _ in prompt.redo() }
  }

  static var reset: PromptCommand {
    PromptCommand(
      "reset", usage: ":reset", summary: "forget all variables and start the seed again"
    ) { prompt, _ in
      prompt.reset()
      return true
    }
  }
}
