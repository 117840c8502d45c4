extension PromptCommand {
  static var run: PromptCommand {
    PromptCommand(
      "run", argument: .file(example: ":run lesson.nb"), usage: ":run FILE",
      summary: "run a program or a notebook by itself"
    ) { prompt, path in
      prompt.environment.runFile(path)
      return true
    }
  }
}
