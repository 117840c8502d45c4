import Diagnostics
import Syntax

/// An entry that ran.
package struct SessionEntry {
  /// Its code.
  var text: String
  /// Its label, if it was a cell of a notebook.
  var label: String?
  /// Whether it gave a value, which is `ans` from then on.
  var givesValue: Bool
  /// Further options of that cell, as `error` or `skip`.
  var options: [String]

  package init(text: String, label: String?, givesValue: Bool, options: [String] = []) {
    self.text = text
    self.label = label
    self.givesValue = givesValue
    self.options = options
  }
}

/// A notebook whose cells are the entries of a session, without outputs. The value that a later entry
/// knows as `ans` gets a name, as notebooks have none for it.
package func notebook(of entries: [SessionEntry], title: String, seed: UInt64) -> String {
  var text = """
    ---
    title: \(title.allSatisfy { $0.isLetter || $0.isNumber || $0 == " " } ? title : "Session")
    etude: 1
    numerics: 1
    seed: \(seed)
    ---

    """
  for (i, (label, code)) in zip(labels(of: entries), withoutAns(entries)).enumerated() {
    var fence = "```"
    while code.contains(fence) { fence += "`" }
    let words = ["etude"] + (label.map { ["label=\($0)"] } ?? []) + entries[i].options
    text += "\n\(fence)\(words.joined(separator: " "))\n\(code)\n\(fence)\n"
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

/// The codes of entries with a name of its own for each `ans` that is used. From the first entry that
/// binds `ans`, or has a function that reads it, `ans` is a variable that each value is bound to: a
/// branch may have changed it, and a function reads what it is when called.
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
  var isVariable = false
  for (i, program) in programs.enumerated() {
    guard let program else { continue }
    let uses = AnsUses(in: program)
    let becomesVariable = !isVariable && uses.needVariable
    isVariable = isVariable || becomesVariable
    if !uses.places.isEmpty {
      let new = isVariable ? "ans" : origin.map(name) ?? "ans"
      codes[i] = replacing(uses.places, in: program.source, by: new)
    }
    if becomesVariable, let origin { codes[i] = "ans = \(name(of: origin))\n" + codes[i] }
    if entries[i].givesValue {
      origin = i
      if isVariable { names[i] = "ans" }
    }
  }
  for (i, name) in names {
    codes[i] = naming(codes[i], name)
  }
  return codes
}

/// Where an entry reads the last value, and whether it needs `ans` to be a variable.
private struct AnsUses {
  /// Places in the order of the text; one is empty before a leading `|>`.
  var places: [Occurrence]
  /// Whether the entry binds or changes `ans`, or has a function that reads it.
  var needVariable: Bool

  init(in program: Program) {
    let uses = Resolution(of: program).occurrences.filter {
      $0.name == "ans" && $0.reference == .topLevel
    }
    places = uses.filter { $0.access == .read }.sorted { $0.span.lower < $1.span.lower }
    needVariable = uses.contains { $0.access != .read || $0.function > 0 }
  }
}

private func replacing(
  _ places: [Occurrence], in source: SourceText, by name: String
) -> String {
  var bytes = Array(source.utf8)
  for place in places.reversed() where !place.isShorthand || name != "ans" {
    let (lower, upper) = (Int(place.span.lower), Int(place.span.upper))
    let new = lower == upper ? name + " " : place.isShorthand ? "ans: " + name : name
    bytes.replaceSubrange(lower..<upper, with: Array(new.utf8))
  }
  return String(decoding: bytes, as: UTF8.self)
}

/// The code with its last value bound to a name, and shown if it was.
private func naming(_ code: String, _ name: String) -> String {
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
