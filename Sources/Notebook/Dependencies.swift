import Diagnostics
import Syntax

/// The names that a text reads from outside itself and those it binds at its top level; an
/// approximation that errs towards reading more.
struct NameUse: Sendable {
  /// Free names, those of function bodies included.
  var reads: Set<String> = []
  /// Free names of function bodies, which are looked up when the function is called.
  var readsLate: Set<String> = []
  /// Names bound at the top level.
  var binds: Set<String> = []

  /// Stands for the seed: `seed(n)` binds it, and any cell may read it.
  static let seed = "seed()"

  init(_ source: SourceText) {
    switch parse(source) {
    case .program(let program):
      var walker = NameWalker()
      walker.visit(program.statements)
      reads = walker.reads
      readsLate = walker.readsLate
      binds = walker.topLevel
    case .incomplete, .failed: readTokens(source)
    }
    if reads.contains("seed") { binds.insert(Self.seed) }
    reads.insert(Self.seed)
  }

  /// Of a text that is no program: the names left of a `=` in a line, and those after `fn`.
  private mutating func readTokens(_ source: SourceText) {
    var line: [String] = []
    var isAfterFn = false
    for token in tokens(of: source) {
      if token.isFirstOnLine { line = [] }
      switch token.kind {
      case .name:
        let name = canonicallyComposed(source.text(in: token.span))
        line.append(name)
        reads.insert(name)
        if isAfterFn { binds.insert(name) }
      case .bind, .plusBind, .minusBind, .starBind, .slashBind, .doubleSlashBind, .percentBind,
        .atBind, .caretBind:
        binds.formUnion(line)
      default: break
      }
      isAfterFn = token.kind == .fn
    }
  }
}

/// Walks a syntax tree with the scopes of the language: functions and `for` variables.
private struct NameWalker {
  var reads: Set<String> = []
  var readsLate: Set<String> = []
  var topLevel: Set<String> = []
  private var scopes: [Set<String>] = []
  private var functionDepth = 0

  private mutating func read(_ name: String) {
    if scopes.contains(where: { $0.contains(name) }) { return }
    // A name that the cell has bound by now is its own, but a function may run later.
    if functionDepth > 0 {
      reads.insert(name)
      readsLate.insert(name)
    } else if !topLevel.contains(name) {
      reads.insert(name)
    }
  }

  private mutating func bind(_ name: String) {
    if name == "_" { return }
    if scopes.isEmpty {
      topLevel.insert(name)
    } else if functionDepth > 0 {
      scopes[scopes.count - 1].insert(name)
    } else if !scopes.contains(where: { $0.contains(name) }) {
      topLevel.insert(name)  // in a loop at the top level
    }
  }

  mutating func visit(_ statements: [Statement]) { for one in statements { visit(one) } }

  private mutating func visit(_ node: SyntaxNode) {
    switch node {
    case .statement(let statement): visit(statement)
    case .expression(let expression): visit(expression)
    case .block(let block): visit(block.statements)
    case .function(let function): visit(function)
    }
  }

  private mutating func visit(_ statement: Statement) {
    switch statement.kind {
    case .bind(let pattern, let value):
      visit(value)
      for name in pattern.boundNames { bind(name.name) }
    case .update(let place, let operation, _):
      if operation != nil || !place.path.isEmpty { read(place.variable.name) }
      for child in statement.children { visit(child) }
      bind(place.variable.name)
    case .function(let definition):
      bind(definition.name.name)
      visit(definition.function)
    case .forLoop(let pattern, let sequence, let body):
      visit(sequence)
      let own = Set(pattern.boundNames.map(\.name))
      scopes.append(own)
      visit(body.statements)
      let inner = scopes.removeLast()
      // Names assigned in a loop of a function belong to the function.
      if functionDepth > 0 { scopes[scopes.count - 1].formUnion(inner.subtracting(own)) }
    default: for child in statement.children { visit(child) }
    }
  }

  private mutating func visit(_ function: FunctionLiteral) {
    functionDepth += 1
    scopes.append([])
    for parameter in function.parameters {
      if let value = parameter.defaultValue { visit(value) }
      scopes[scopes.count - 1].formUnion(parameter.pattern.boundNames.map(\.name))
    }
    visit(function.body)
    scopes.removeLast()
    functionDepth -= 1
  }

  private mutating func visit(_ expression: Expression) {
    if case .name(let name) = expression.kind { read(name) }
    for child in expression.children { visit(child) }
  }
}

/// Which names have no true value because the cell that binds them failed or did not run.
struct MissingNames {
  /// Each name with the title of the cell that failed.
  private var missing: [String: String] = [:]
  /// For a bound name, those that functions reached from it look up when called.
  private var late: [String: Set<String>] = [:]

  /// The failed cell that a text depends on, directly or through functions; nil if none.
  func cause(of use: NameUse) -> String? {
    if missing.isEmpty { return nil }
    return reached(use).sorted().lazy.compactMap { missing[$0] }.first
  }

  private func reached(_ use: NameUse) -> Set<String> {
    var all = use.reads
    var pending = Array(all)
    while let name = pending.popLast() {
      for next in late[name] ?? [] where all.insert(next).inserted { pending.append(next) }
    }
    return all
  }

  /// A cell failed, or depends on one that did: what it binds is missing.
  mutating func failed(_ use: NameUse, because title: String) {
    for name in use.binds { missing[name] = title }
  }

  /// A cell ran.
  mutating func succeeded(_ use: NameUse) {
    let reach = use.readsLate.union(use.reads.flatMap { late[$0] ?? [] })
    for name in use.binds {
      missing[name] = nil
      late[name] = reach
    }
  }
}
