import Diagnostics
import Syntax

/// An entry that ran.
struct SessionEntry {
  /// Its code.
  var text: String
  /// Its label, if it was a cell of a notebook.
  var label: String?
  /// Whether it gave a value, which is `ans` from then on.
  var givesValue: Bool
}

/// A notebook whose cells are the entries of a session, without outputs. The value that a later entry
/// knows as `ans` gets a name, as notebooks have none for it.
func notebook(of entries: [SessionEntry], title: String, seed: UInt64) -> String {
  var text = """
    ---
    title: \(title.allSatisfy { $0.isLetter || $0.isNumber || $0 == " " } ? title : "Session")
    etude: 1
    numerics: 1
    seed: \(seed)
    ---

    """
  for (label, code) in zip(labels(of: entries), withoutAns(entries)) {
    var fence = "```"
    while code.contains(fence) { fence += "`" }
    let option = label.map { " label=\($0)" } ?? ""
    text += "\n\(fence)etude\(option)\n\(code)\n\(fence)\n"
  }
  return text
}

/// The labels of entries; of those that share one, as a notebook was loaded twice, the last has it, as
/// its values are those that stayed.
private func labels(of entries: [SessionEntry]) -> [String?] {
  var labels = entries.map(\.label)
  let own = Set(labels.compactMap(\.self))
  var taken = Set<String>()
  for i in labels.indices.reversed() {
    guard let label = labels[i], !taken.insert(label).inserted else { continue }
    var number = 1
    while own.contains("\(label)-\(number)") || !taken.insert("\(label)-\(number)").inserted {
      number += 1
    }
    labels[i] = "\(label)-\(number)"
  }
  return labels
}

/// The codes of entries with a name of its own for each `ans` that is used.
private func withoutAns(_ entries: [SessionEntry]) -> [String] {
  var codes = entries.map(\.text)
  let programs = entries.map { entry -> Program? in
    let source = SourceText(name: "entry", text: entry.text)
    guard case .program(let program) = parse(source, isInteractive: true) else { return nil }
    return program
  }
  var taken = Set<String>()
  for program in programs.compactMap(\.self) {
    for token in tokens(of: program.source) where token.kind == .name {
      taken.insert(program.source.text(in: token.span))
    }
  }
  /// The entry whose value `ans` is, and its name once it has one.
  var origin: Int?
  var names: [Int: String] = [:]
  var number = 0
  func name(of entry: Int) -> String {
    if let known = names[entry] { return known }
    repeat { number += 1 } while taken.contains("ans\(number)")
    names[entry] = "ans\(number)"
    return "ans\(number)"
  }
  for (i, program) in programs.enumerated() {
    guard let program else { continue }
    let places = uses(in: program)
    if let origin, !places.isEmpty {
      let new = name(of: origin)
      codes[i] = replacing(places, in: program.source, by: new)
    }
    if entries[i].givesValue { origin = i }
    if bindsAns(program) { origin = nil }
  }
  for (i, name) in names {
    codes[i] = naming(codes[i], name, original: programs[i])
  }
  return codes
}

/// Where an entry uses `ans`; an empty place at its start for a leading `|>`.
private func uses(in program: Program) -> [Span] {
  let all = tokens(of: program.source).filter { $0.kind != .comment && $0.kind != .documentation }
  var places: [Span] = []
  if all.first?.kind == .pipe, let first = all.first {
    places.append(Span(Int(first.span.lower), Int(first.span.lower)))
  }
  var last: Token.Kind = .end
  for token in all {
    let isUse =
      token.kind == .name && last != .dot
      && program.source.text(in: token.span) == "ans"
    if isUse { places.append(token.span) }
    last = token.kind
  }
  return places
}

private func replacing(_ places: [Span], in source: SourceText, by name: String) -> String {
  var bytes = Array(source.utf8)
  for place in places.reversed() {
    let new = place.lower == place.upper ? name + " " : name
    bytes.replaceSubrange(Int(place.lower)..<Int(place.upper), with: Array(new.utf8))
  }
  return String(decoding: bytes, as: UTF8.self)
}

/// The code with its last value bound to a name, and shown if it was.
private func naming(_ code: String, _ name: String, original: Program?) -> String {
  let source = SourceText(name: "entry", text: code)
  guard case .program(let program) = parse(source, isInteractive: true),
    let last = program.statements.last, case .expression = last.kind
  else { return code }
  var bytes = Array(source.utf8)
  if !program.isQuiet { bytes += Array("\n\(name)".utf8) }
  let start = Int(last.span.lower)
  bytes.insert(contentsOf: Array("\(name) = ".utf8), at: start)
  return String(decoding: bytes, as: UTF8.self)
}

/// Whether a program binds `ans` itself.
private func bindsAns(_ program: Program) -> Bool {
  program.statements.contains { statement in
    guard case .bind(let pattern, _) = statement.kind else { return false }
    return program.source.text(in: pattern.span) == "ans"
  }
}
