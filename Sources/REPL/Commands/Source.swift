extension PromptCommand {
  static var source: PromptCommand {
    PromptCommand(
      "source", argument: .code(what: "a function", example: ":source train"),
      usage: ":source name", summary: "its text"
    ) { prompt, name in prompt.execute("source(\(name))", isEntry: false) }
  }
}
