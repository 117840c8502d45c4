import Diagnostics
import Interpreter
import Tensor

extension PromptCommand {
  static var vars: PromptCommand {
    PromptCommand("vars", usage: ":vars", summary: "the variables") { prompt, _ in
      prompt.showVariables()
      return true
    }
  }
}

extension Prompt {
  func showVariables() {
    let names = session.names
    let column = min(names.map(displayWidth).max() ?? 0, 30)
    for name in names {
      guard let value = session[name] else { continue }
      let space = String(repeating: " ", count: max(column - displayWidth(name), 0) + 2)
      environment.write(name + space + kind(of: value) + "\n")
    }
  }

  func kind(of value: Value) -> String {
    switch value {
    case .tensor(let tensor): "\(tensor.dtype.name)\(tensor.shape)"
    case .record(let record): "record {\(clipped(record.keys.names.joined(separator: ", ")))}"
    case .tuple(let tuple): "tuple of \(tuple.count)"
    case .number, .bool, .string, .range, .function: clipped(showInline(value))
    default: value.typeName
    }
  }

  private func clipped(_ text: String) -> String {
    text.count <= 60 ? text : text.prefix(59) + "…"
  }
}
