import Diagnostics

/// The names of functions and loops that may be meant at the end of a text that is still being
/// written: parameters, variables of the function, variables of loops. Empty where no expression may
/// stand.
///
/// - Parameter text: it ends where a name would begin.
public func localNames(atEndOf text: String) -> [String] {
  let source = SourceText(name: "open", text: text)
  var closers: [String] = []
  var hasFunction = false
  for token in tokens(of: source) {
    switch token.kind {
    case .fn, .arrow: hasFunction = true
    case .leftParenthesis: closers.append(")")
    case .leftBracket: closers.append("]")
    case .leftBrace: closers.append("}")
    case .rightParenthesis, .rightBracket, .rightBrace: _ = closers.popLast()
    default: break
    }
  }
  if closers.isEmpty, !hasFunction { return [] }
  let end = "\n" + closers.reversed().joined(separator: " ")
  // The heads of `if`, `for` and `while` need a block.
  for place in [" nothing", " nothing { }"] {
    let whole = SourceText(name: "open", text: text + place + end)
    guard case .program(let program) = parse(whole) else { continue }
    let offset = Int32(text.utf8.count + 1)
    return Resolution(of: program).visibleVariables(at: offset).map { $0.name }
  }
  return []
}
