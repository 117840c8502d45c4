import Diagnostics
import Interpreter
import System

extension PromptCommand {
  static var time: PromptCommand {
    PromptCommand(
      "time", argument: .code(what: "code", example: ":time train(model, data)"),
      usage: ":time code", summary: "run it and say how long it took"
    ) { prompt, code in prompt.time(code) }
  }
}

extension Prompt {
  /// Runs an entry and says how long it took.
  fileprivate mutating func time(_ code: String) -> Bool {
    let start = MonotonicClock.now
    guard execute(code) else { return false }
    environment.write(durationText(MonotonicClock.seconds(since: start)) + "\n")
    return true
  }
}
