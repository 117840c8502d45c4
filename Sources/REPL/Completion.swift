import Diagnostics
import Interpreter
import Syntax

/// What may stand at the end of a text.
public struct Completion: Equatable, Sendable {
  /// Something that may stand there.
  public struct Candidate: Equatable, Sendable {
    /// The whole word.
    public var text: String
    /// What a list shows of it.
    public var shown: String

    init(_ text: String, shown: String? = nil) {
      self.text = text
      self.shown = shown ?? text
    }
  }

  /// How many characters at the end of the text are the start of each candidate.
  public var typed: Int
  /// In the order of a list.
  public var candidates: [Candidate]

  /// The longest text that all candidates begin with.
  public var common: String {
    guard var common = candidates.first.map({ Array($0.text) }) else { return "" }
    for candidate in candidates.dropFirst() {
      var count = 0
      for (a, b) in zip(common, candidate.text) {
        guard a == b else { break }
        count += 1
      }
      common.removeSubrange(count...)
    }
    return String(common)
  }
}

/// What Tab offers in a session.
///
/// - Parameters:
///   - listFolder: the names in a folder, with `/` at the end of folders.
///   - listLabels: the labels of a notebook's cells.
public func completing(
  _ session: Session, listFolder: @escaping (String) -> [String],
  listLabels: @escaping (String) -> [String]
) -> LineEditor.Completing {
  let completer = Completer(
    session: session, listFolder: listFolder, listLabels: listLabels)
  return { completer.complete($0, before: $1) }
}

/// Completes names, fields of the value at hand, named arguments, commands and file names. It runs no
/// code.
package struct Completer {
  let session: Session
  let listFolder: (String) -> [String]
  let listLabels: (String) -> [String]

  /// - Parameters:
  ///   - listFolder: the names in a folder, with `/` at the end of folders.
  ///   - listLabels: the labels of a notebook's cells.
  package init(
    session: Session, listFolder: @escaping (String) -> [String],
    listLabels: @escaping (String) -> [String]
  ) {
    self.session = session
    self.listFolder = listFolder
    self.listLabels = listLabels
  }

  /// - Parameters:
  ///   - line: the line up to the cursor.
  ///   - before: the lines of the entry before it.
  package func complete(_ line: String, before: [String] = []) -> Completion {
    if before.isEmpty, let completion = command(line) { return completion }
    if let start = openString(line) { return file(String(line[start...])) }
    let word = Self.word(at: line)
    let rest = line.dropLast(word.count)
    if before.isEmpty, rest.allSatisfy({ $0 == " " || $0 == "?" }), rest.contains("?") {
      return names(word)
    }
    if rest.last == ".", !rest.hasSuffix("..") {
      return completion(word, fields(of: Self.chain(at: rest.dropLast())))
    }
    let text = (before + [String(rest)]).joined(separator: "\n")
    var completion = names(word, locals: localNames(atEndOf: text))
    if let function = Self.openCall(in: text) {
      let own = arguments(of: function).filter { $0.text.hasPrefix(word) }
      // Before the first letter anything may stand, and what only this function has is worth a list.
      if word.isEmpty, !own.isEmpty { return Completion(typed: 0, candidates: own) }
      completion.candidates = own + completion.candidates
    }
    return completion
  }

  private func completion(
    _ word: String, _ candidates: [Completion.Candidate]
  ) -> Completion {
    Completion(typed: word.count, candidates: candidates.filter { $0.text.hasPrefix(word) })
  }

  private func names(_ word: String, locals: [String] = []) -> Completion {
    let variables = (session.names + locals).filter { !$0.hasPrefix("_") || word.hasPrefix("_") }
    let library = session.libraryNames.filter { !$0.hasPrefix("_") }
    let keywords = Token.Kind.allCases.filter(\.isKeyword).map(\.rawValue)
    let all = Set((variables + library + keywords).filter { $0.hasPrefix(word) })
    return Completion(typed: word.count, candidates: all.sorted().map { .init($0) })
  }

  // MARK: Commands and files

  private func command(_ line: String) -> Completion? {
    let start = line.drop { $0 == " " }
    guard start.hasPrefix(":") else { return nil }
    guard let space = start.firstIndex(of: " ") else {
      let word = String(start.dropFirst())
      return completion(word, PromptCommand.all.map { $0.names[0] }.sorted().map { .init($0) })
    }
    let argument = String(start[space...].drop { $0 == " " })
    switch PromptCommand.named(String(start[..<space].dropFirst()))?.argument {
    case .file:
      if case (let path, let label?) = NotebookPath.parts(of: argument) {
        return completion(label, listLabels(path).map { .init($0) })
      }
      return file(argument)
    default:
      let word = Self.word(at: argument)
      return names(word)
    }
  }

  private func file(_ path: String) -> Completion {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let name = String(path.dropFirst(folder.count))
    let found = listFolder(folder.isEmpty ? "." : folder)
      .filter { !$0.hasPrefix(".") || name.hasPrefix(".") }.sorted()
    return completion(name, found.map { .init($0) })
  }

  /// Where the text of a string that is open at the end begins.
  private func openString(_ line: String) -> String.Index? {
    var start: String.Index?
    var isEscaped = false
    for i in line.indices {
      if isEscaped {
        isEscaped = false
      } else if line[i] == "\\", start != nil {
        isEscaped = true
      } else if line[i] == "\"" {
        start = start == nil ? line.index(after: i) : nil
      } else if line[i] == "#", start == nil {
        return nil
      }
    }
    return start
  }

  // MARK: Values

  /// The fields of the value that a chain of names stands for, such as `r.history`; none where the
  /// value is not known.
  private func fields(of chain: [String]) -> [Completion.Candidate] {
    guard let first = chain.first, var value = session[first] else { return [] }
    for name in chain.dropFirst() {
      guard case .record(let record) = value, let field = record[name] else { return [] }
      value = field
    }
    switch value {
    case .record(let record): return record.keys.names.map { .init($0) }
    case .tensor: return ["T", "dtype", "shape"].map { .init($0) }
    default: return []
    }
  }

  /// The named arguments of a function with their defaults.
  private func arguments(of function: String) -> [Completion.Candidate] {
    guard let signature = session.documentation(of: function)?.signature,
      let open = signature.firstIndex(of: "(")
    else { return [] }
    return Self.parameters(String(signature[signature.index(after: open)...].dropLast()))
      .compactMap { parameter in
        guard let end = parameter.firstIndex(of: "=") else { return nil }
        return .init(String(parameter[...end]), shown: parameter)
      }
  }

  /// Parameters with their defaults, which may hold brackets and strings.
  package static func parameters(_ list: String) -> [String] {
    var parameters = [""]
    var depth = 0
    var isString = false
    for character in list {
      if character == "\"" { isString.toggle() }
      if !isString {
        if "([{".contains(character) { depth += 1 }
        if ")]}".contains(character) { depth -= 1 }
        if character == ",", depth == 0 {
          parameters.append("")
          continue
        }
      }
      if !(parameters[parameters.count - 1].isEmpty && character == " ") {
        parameters[parameters.count - 1].append(character)
      }
    }
    return parameters
  }

  // MARK: Text

  private static func isWord(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_"
  }

  /// The letters, digits and underscores at the end.
  static func word(at text: some StringProtocol) -> String {
    String(text.reversed().prefix(while: isWord).reversed())
  }

  /// The names joined by points at the end; empty when there is something else.
  static func chain(at text: some StringProtocol) -> [String] {
    let name = word(at: text)
    guard let first = name.first, !first.isNumber else { return [] }
    let rest = text.dropLast(name.count)
    guard rest.last == "." else {
      // What stands before could be a call or an index, whose value is not known.
      return rest.last == ")" || rest.last == "]" ? [] : [name]
    }
    let before = chain(at: rest.dropLast())
    return before.isEmpty ? [] : before + [name]
  }

  /// The function whose call is open at the end of a text.
  static func openCall(in text: String) -> String? {
    let source = SourceText(name: "entry", text: text)
    let all = tokens(of: source).filter { $0.kind != .comment && $0.kind != .documentation }
    var open: [String?] = []
    var last: Token?
    for token in all {
      switch token.kind {
      case .leftParenthesis:
        let isCall = last?.kind == .name && last?.span.upper == token.span.lower
        open.append(isCall ? last.map { source.text(in: $0.span) } : nil)
      case .leftBracket, .leftBrace: open.append(nil)
      case .rightParenthesis, .rightBracket, .rightBrace: _ = open.popLast()
      default: break
      }
      last = token
    }
    return open.last ?? nil
  }
}
