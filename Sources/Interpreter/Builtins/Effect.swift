import Syntax

extension Builtin {
  /// What a call of a builtin does besides giving its result; what it calls may do more.
  public enum Effect: Sendable {
    /// It computes its result of its arguments, with kernels or none.
    case pure
    /// It does, and looks at elements itself, as what draws a figure does.
    case inspects
    /// It draws random numbers of the current stream.
    case draws
    /// It changes the current stream, or the seed.
    case steers
    /// It brings something in from outside the program.
    case reads
    /// It writes a file.
    case writes
    /// It shows something, states a claim or ends the cell.
    case prints
    /// Its result, or what it shows, depends on the time.
    case looksAtClock

    /// Whether a trace of kernels that runs again does all that the call does.
    var isRepeatable: Bool { self == .pure || self == .draws }
  }
}

extension Session {
  /// Names of the library whose call has an effect, by itself or by what it calls in the library.
  public func libraryNames(with effect: Builtin.Effect) -> Set<String> {
    var found = Set(
      libraryNames.filter { machine.library.builtins[$0]?.effect == effect })
    var reads: [String: NameList] = [:]
    for name in libraryNames {
      guard let text = sourceText(of: name),
        case .program(let program) = parse(.init(name: name, text: text))
      else { continue }
      reads[name] = Resolution(of: program).effects.reads
    }
    var isGrowing = true
    while isGrowing {
      isGrowing = false
      for (name, names) in reads where !found.contains(name) {
        guard names.contains(where: { found.contains($0.name) }) else { continue }
        found.insert(name)
        isGrowing = true
      }
    }
    return found
  }
}
