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

  private mutating func visit(_ statement: Statement) {
    switch statement.kind {
    case .expression(let value): visit(value)
    case .bind(let pattern, let value):
      visit(value)
      bind(pattern)
    case .update(let place, let operation, let value):
      if operation != nil || !place.path.isEmpty { read(place.variable.name) }
      for case .index(let subscripts, _) in place.path { visit(subscripts) }
      visit(value)
      bind(place.variable.name)
    case .function(let definition):
      bind(definition.name.name)
      visit(definition.function)
    case .forLoop(let pattern, let sequence, let body):
      visit(sequence)
      scopes.append(names(pattern))
      visit(body.statements)
      let inner = scopes.removeLast()
      // Names assigned in a loop of a function belong to the function.
      if functionDepth > 0 { scopes[scopes.count - 1].formUnion(inner.subtracting(names(pattern))) }
    case .whileLoop(let condition, let body):
      visit(condition)
      visit(body.statements)
    case .breakLoop, .continueLoop: break
    case .returnValue(let value): if let value { visit(value) }
    }
  }

  private mutating func bind(_ pattern: Pattern) {
    for name in names(pattern).sorted() { bind(name) }
  }

  private func names(_ pattern: Pattern) -> Set<String> {
    switch pattern.kind {
    case .name(let identifier): [identifier.name]
    case .tuple(let elements): elements.reduce(into: []) { $0.formUnion(names($1)) }
    case .record(let fields): fields.reduce(into: []) { $0.formUnion(names($1.pattern)) }
    }
  }

  private mutating func visit(_ function: FunctionLiteral) {
    functionDepth += 1
    scopes.append([])
    for parameter in function.parameters {
      if let value = parameter.defaultValue { visit(value) }
      scopes[scopes.count - 1].formUnion(names(parameter.pattern))
    }
    visit(function.body)
    scopes.removeLast()
    functionDepth -= 1
  }

  private mutating func visit(_ subscripts: [Subscript]) {
    for entry in subscripts {
      switch entry {
      case .expression(let value): visit(value)
      case .slice(let first, let second, let third, _):
        for part in [first, second, third] { if let part { visit(part) } }
      }
    }
  }

  private mutating func visit(_ expression: Expression) {
    switch expression.kind {
    case .nothing, .bool, .number: break
    case .name(let name): read(name)
    case .lambda(let function): visit(function)
    case .block(let block): visit(block.statements)
    case .conditional(let condition, let block, let otherwise):
      visit(condition)
      visit(block.statements)
      if let otherwise { visit(otherwise.statements) }
    case .index(let object, let subscripts, _):
      visit(object)
      visit(subscripts)
    default: for part in parts(expression) { visit(part) }
    }
  }

  /// The direct parts of an expression that is no scope.
  private func parts(_ expression: Expression) -> [Expression] {
    switch expression.kind {
    case .string(let parts):
      parts.compactMap { part in
        if case .interpolation(let value, _) = part { return value }
        return nil
      }
    case .tensor(let elements): elements
    case .tuple(let elements):
      elements.map { element in
        switch element {
        case .value(let value), .spread(let value): value
        }
      }
    case .record(let elements):
      elements.map { element in
        switch element {
        case .field(_, let value), .spread(let value): value
        }
      }
    case .range(let lower, let upper, let step): [lower, upper] + (step.map { [$0] } ?? [])
    case .unary(_, _, let operand): [operand]
    case .binary(_, _, let left, let right), .logical(_, _, let left, let right),
      .pipe(let left, _, let right):
      [left, right]
    case .comparison(let operands, _): operands
    case .call(let function, let arguments, _):
      [function]
        + arguments.map { argument in
          switch argument {
          case .positional(let value), .named(_, let value): value
          }
        }
    case .field(let object, _): [object]
    default: []
    }
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
