import CStdlib
import Diagnostics
import Syntax

/// The standard library: builtins by name, and the texts of `stdlib/`, of which a definition is
/// parsed and compiled when it is first used.
final class Library {
  /// Where a definition stands in a file of the library.
  struct Place {
    let file: String
    /// Its lines, documentation included.
    let lines: Swift.Range<Int>
  }

  let builtins: [String: Builtin]
  /// Names of all builtins, then of the files' definitions, in order.
  let names: [String]
  private var files: [String: [Substring]] = [:]
  private var places: [String: Place] = [:]
  private var values: [String: Value] = [:]
  /// Definitions being evaluated, to tell one that needs itself.
  private var open: [String] = []

  init(_ builtins: [Builtin]) {
    for (name, value) in standardConstants { values[name] = value }
    var seen: Set<String> = []
    var names = (builtins.map(\.name) + standardConstants.map(\.name)).filter {
      !Library.isPrivate($0) && seen.insert($0).inserted
    }
    self.builtins = Dictionary(builtins.map { ($0.name, $0) }, uniquingKeysWith: { _, new in new })
    for i in 0..<etude_library_file_count {
      let (name, text) = Library.file(i)
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      files[name] = lines
      for (definition, range) in Library.definitions(lines) {
        places[definition] = Place(file: name, lines: range)
        if !Library.isPrivate(definition) { names.append(definition) }
      }
    }
    self.names = names
  }

  private static func file(_ i: Int) -> (name: String, text: String) {
    let file = unsafe etude_library_file_at(i)!.pointee
    let bytes = unsafe UnsafeBufferPointer(start: file.text, count: file.length)
    return unsafe ("stdlib/" + String(cString: file.name), String(decoding: bytes, as: UTF8.self))
  }

  /// Definitions stand at the start of a line; all that is indented, or closes one, belongs to the
  /// definition above it, and `##` lines to the one below.
  private static func definitions(
    _ lines: [Substring]
  ) -> [(name: String, lines: Swift.Range<Int>)] {
    var found: [(name: String, lines: Swift.Range<Int>)] = []
    var documentation: Int?
    for (i, line) in lines.enumerated() {
      guard let first = line.first else {
        documentation = nil
        continue
      }
      if line.hasPrefix("##") {
        documentation = documentation ?? i
      } else if first == "#" {
        documentation = nil
      } else if first.isLetter || first == "_" {
        let text = line.hasPrefix("fn ") ? line.dropFirst(3) : line
        let name = text.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        found.append((String(name), (documentation ?? i)..<i + 1))
        documentation = nil
      } else if let last = found.last {
        found[found.count - 1].lines = last.lines.lowerBound..<i + 1
      }
    }
    return found
  }

  /// Whether only the library itself sees a name of its own: one that begins with `_`.
  static func isPrivate(_ name: String) -> Bool { name.utf8.first == UInt8(ascii: "_") }

  /// Whether users find a name here.
  func contains(_ name: String) -> Bool { !Library.isPrivate(name) && defines(name) }

  private func defines(_ name: String) -> Bool {
    builtins[name] != nil || places[name] != nil || values[name] != nil
  }

  /// The text of a definition with its documentation, and its file.
  func text(of name: String) -> (file: String, text: String)? {
    guard let place = places[name], let lines = files[place.file] else { return nil }
    return (place.file, lines[place.lines].joined(separator: "\n"))
  }

  /// The definition as a source of its own, whose lines are numbered as in the file.
  private func source(_ place: Place) -> SourceText {
    let above = String(repeating: "\n", count: place.lines.lowerBound)
    let text = files[place.file]![place.lines].joined(separator: "\n")
    return SourceText(name: place.file, text: above + text + "\n", isLibrary: true)
  }

  /// The value of a library name; nil if there is none.
  func value(of name: String, on machine: Machine) throws -> Value? {
    if let value = values[name] { return value }
    if let builtin = builtins[name] {
      let value = Value.function(Function(builtin))
      values[name] = value
      return value
    }
    guard let place = places[name] else { return nil }
    guard !open.contains(name) else {
      throw Failure(.name, "the library's `\(name)` needs itself")
    }
    open.append(name)
    defer { open.removeLast() }
    let value = try define(name, source(place), on: machine)
    values[name] = value
    return value
  }

  /// Loads all that the compiled program can come to ask for, so that nothing is loaded while
  /// several threads run it.
  func load(on machine: Machine) throws {
    // What `help` looks up is named in no code.
    if machine.names.existing("help") != nil {
      for name in names { _ = machine.names.slot(of: name) }
    }
    var slot = 0
    while slot < machine.names.names.count {
      if defines(machine.names.names[slot]) {
        _ = try machine.libraryValue(Int32(slot), machine.depth, machine.top)
      }
      slot += 1
    }
  }

  private func define(
    _ name: String, _ source: SourceText, on machine: Machine
  ) throws -> Value {
    let parsed = parse(source)
    guard case .program(let program) = parsed else {
      throw parsed.error ?? Failure(.syntax, "`\(name)` of the library can't be read")
    }
    switch program.statements.first?.kind {
    case .function(let definition):
      let unit = CompilationUnit(
        program, names: machine.names, text: machine.program, libraryName: name)
      return .function(Function(code: try unit.libraryFunction(definition), captures: []))
    case .bind(_, let value):
      var program = program
      program.statements = [Statement(.expression(value), value.span)]
      let unit = CompilationUnit(
        program, names: machine.names, text: machine.program, libraryName: name)
      let cell = try unit.cell()
      return try machine.run(cell.entry, cell.registerCount)
    default: throw Failure(.syntax, "`\(name)` of the library is no definition")
    }
  }
}
