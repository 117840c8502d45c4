import Diagnostics
import Syntax

/// What a cell, or a checked value, reads and binds of the names that cells share.
struct CellNames: Sendable {
  /// Names that it may read, directly or by its functions; the seed is one of them.
  var reads: Set<String>
  /// Names that functions made here read when they are called.
  var readsLate: Set<String>
  /// Names that it may bind, and the seed if it may set it.
  var mayBind: Set<String>

  /// Stands for the seed: `seed(n)` binds it, and every cell reads it.
  static let seed = "seed()"

  init(_ source: SourceText) {
    let effects: NameEffects
    switch parse(source) {
    case .program(let program): effects = Resolution(of: program).effects
    case .incomplete, .failed: effects = NameEffects(estimatedFrom: source)
    }
    reads = Set(effects.reads.names)
    readsLate = Set(effects.readsLate.names)
    mayBind = Set(effects.mayBind.names)
    reads.insert(Self.seed)
  }
}

/// Which names have no true value, because the cell that may bind them failed or did not run.
struct MissingNames {
  /// Each name with the title of the cell that failed.
  private var missing: [String: String] = [:]
  /// For a bound name, those that functions reached from it read when they are called.
  private var late: [String: Set<String>] = [:]

  /// The failed cell that a text depends on, directly or through functions; nil if none.
  func cause(of names: CellNames) -> String? {
    if missing.isEmpty { return nil }
    return reached(from: names.reads).sorted().lazy.compactMap { missing[$0] }.first
  }

  /// Names and what functions found by them read, and so on.
  private func reached(from names: Set<String>) -> Set<String> {
    var all = names
    var pending = Array(all)
    while let name = pending.popLast() {
      for next in late[name] ?? [] where all.insert(next).inserted { pending.append(next) }
    }
    return all
  }

  private func mayBind(_ names: CellNames) -> Set<String> {
    let reach = reached(from: names.reads.union(names.readsLate))
    return reach.contains("seed") ? names.mayBind.union([CellNames.seed]) : names.mayBind
  }

  /// A cell failed, or depends on one that did: what it may bind is missing.
  mutating func failed(_ names: CellNames, because title: String) {
    for name in mayBind(names) { missing[name] = title }
  }

  /// A cell ran.
  ///
  /// - Parameter bound: the names that it bound in fact.
  mutating func succeeded(_ names: CellNames, bound: [String]) {
    let reach = names.readsLate.union(names.reads.flatMap { late[$0] ?? [] })
    for name in bound {
      missing[name] = nil
      late[name] = reach
    }
    // It read the seed that a failed cell may have set, or it would not have run.
  }
}
