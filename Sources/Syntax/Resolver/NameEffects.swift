import Diagnostics

/// Names of the top level that a piece of a program reads and binds; a name of the library counts as
/// one that is read.
public struct NameEffects: Sendable {
  /// What may be read before the piece surely binds it, by its functions too.
  public private(set) var reads = NameList()
  /// What functions made here read when they are called, perhaps much later.
  public private(set) var readsLate = NameList()
  /// What may be bound or updated.
  public private(set) var mayBind = NameList()
  /// What is bound whenever the piece runs to its end.
  public private(set) var mustBind = NameList()

  /// Effects of nothing.
  public init() {}

  /// The effects of this piece and then another.
  mutating func append(_ next: NameEffects) {
    for name in next.reads where !mustBind.contains(name.name) { reads.insert(name) }
    for name in next.readsLate { readsLate.insert(name) }
    for name in next.mayBind { mayBind.insert(name) }
    for name in next.mustBind { mustBind.insert(name) }
  }

  mutating func read(_ name: Identifier, isLate: Bool, isBound: Bool) {
    if isLate { readsLate.insert(name) }
    if !isBound { reads.insert(name) }
  }

  mutating func bind(_ name: Identifier) { mayBind.insert(name) }

  mutating func surelyBind(_ name: Identifier) { mustBind.insert(name) }

  /// An estimate for a text that can't be parsed: the names left of a `=` in a line and those after
  /// `fn` may be bound, and all names are read.
  public init(estimatedFrom source: SourceText) {
    var line: [Identifier] = []
    var isAfterFn = false
    for token in tokens(of: source) {
      if token.isFirstOnLine { line = [] }
      switch token.kind {
      case .name:
        let name = Identifier(canonicallyComposed(source.text(in: token.span)), token.span)
        line.append(name)
        reads.insert(name)
        if isAfterFn { mayBind.insert(name) }
      case .bind, .plusBind, .minusBind, .starBind, .slashBind, .doubleSlashBind, .percentBind,
        .atBind, .caretBind:
        for name in line { mayBind.insert(name) }
      default: break
      }
      isAfterFn = token.kind == .fn
    }
  }
}

/// Names in the order of their first place, each once.
public struct NameList: Sequence, Sendable {
  private var identifiers: [Identifier] = []
  private var seen: Set<String> = []

  /// The names.
  public var names: [String] { identifiers.map { $0.name } }

  /// Whether a name is among them.
  public func contains(_ name: String) -> Bool { seen.contains(name) }

  /// Whether there are none.
  public var isEmpty: Bool { identifiers.isEmpty }

  mutating func insert(_ name: Identifier) {
    if seen.insert(name.name).inserted { identifiers.append(name) }
  }

  /// The names with their first places.
  public func makeIterator() -> IndexingIterator<[Identifier]> { identifiers.makeIterator() }
}
