import Diagnostics
import Interpreter
import System

/// A command of the prompt: a line that starts with a colon.
struct PromptCommand {
  /// What may follow the command's name.
  enum Argument {
    case none
    /// A file, whose completion offers files and labels; an example of the call.
    case file(example: String)
    /// Code or a name, whose completion offers names; what is missing without it, and an example.
    case code(what: String, example: String)
  }

  /// How it is called, without the colon; the first is its name.
  let names: [String]
  let argument: Argument
  /// How the help shows the call, and what it does.
  let usage: String
  let summary: String
  /// Runs it; false if it failed.
  let run: (inout Prompt, String) -> Bool

  init(
    _ names: String..., argument: Argument = .none, usage: String, summary: String,
    run: @escaping (inout Prompt, String) -> Bool
  ) {
    self.names = names
    self.argument = argument
    self.usage = usage
    self.summary = summary
    self.run = run
  }

  /// All commands, in the order of the help.
  static var all: [PromptCommand] {
    [
      .source, .vars, .time, .undo, .redo, .reset, .edit, .save, .replace, .load, .run, .help,
      .quit,
    ]
  }

  /// The command of a name.
  static func named(_ name: String) -> PromptCommand? {
    all.first { $0.names.contains(name) }
  }

  /// What it needs and is not there.
  fileprivate var missing: (what: String, example: String)? {
    switch argument {
    case .none: nil
    case .file(let example): ("a file", example)
    case .code(let what, let example): (what, example)
    }
  }
}

extension Prompt {
  /// Runs a line that starts with a colon; false if it failed.
  mutating func command(_ text: String) -> Bool {
    let words = text.split(maxSplits: 1) { $0.isWhitespace }
    let argument = words.count > 1 ? trimmed(String(words[1])) : ""
    let name = String(words[0].dropFirst())
    guard let command = PromptCommand.named(name) else {
      let near = nearest(to: name, among: PromptCommand.all.map { $0.names[0] })
      let hint = near.map { "did you mean `:\($0)`?" } ?? ":help lists the commands"
      complain(Diagnostic(.name, "there is no command `:\(name)`", hint: hint))
      return false
    }
    if argument.isEmpty, let (what, example) = command.missing {
      return missing(":" + name, what, example)
    }
    return command.run(&self, argument)
  }

  /// Says what a command needs, and how it looks.
  func missing(_ command: String, _ what: String, _ example: String) -> Bool {
    complain(Diagnostic(.argument, "`\(command)` needs \(what)", hint: example))
    return false
  }

  /// What could not be done, as the errors of programs are shown.
  func complain(_ problem: any Error) {
    switch problem {
    case let problem as FileProblem: complain(Diagnostic(problem))
    case let problem as Diagnostic: complain(problem)
    default: complain(Diagnostic(.file, "\(problem)"))
    }
  }
}
