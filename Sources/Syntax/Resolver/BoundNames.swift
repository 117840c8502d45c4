import Diagnostics

/// The names that statements bind in the function they stand in, in the order of their first
/// binding: those of nested functions and the variables of loops aside.
struct BoundNames {
  struct Entry {
    var name: Identifier
    /// Bound by `fn`.
    var isFunction = false
    /// Only changed, which makes no variable of a function.
    var isOnlyUpdated = false
    /// Names bound with it by one pattern.
    var companions: [String] = []
  }

  private var bound: [Entry] = []
  private var updated: [Entry] = []
  private var updatedNames: Set<String> = []
  private var numbers: [String: Int] = [:]
  private var loops: [Set<String>] = []

  /// Names that are bound, then those that are only updated.
  var all: [Entry] { bound + updated.filter { numbers[$0.name.name] == nil } }

  private mutating func add(_ name: Identifier, isFunction: Bool, companions: [String]) {
    if isLoopVariable(name) { return }
    if let known = numbers[name.name] {
      return bound[known].companions += companions
    }
    numbers[name.name] = bound.count
    bound.append(Entry(name: name, isFunction: isFunction, companions: companions))
  }

  private mutating func update(_ name: Identifier) {
    if isLoopVariable(name) || !updatedNames.insert(name.name).inserted { return }
    updated.append(Entry(name: name, isOnlyUpdated: true))
  }

  private func isLoopVariable(_ name: Identifier) -> Bool {
    name.name == "_" || loops.contains { $0.contains(name.name) }
  }

  mutating func visit(_ statements: [Statement]) {
    for statement in statements { visit(statement) }
  }

  mutating func visit(_ expression: Expression) {
    for child in expression.children { visit(child) }
  }

  private mutating func visit(_ node: SyntaxNode) {
    switch node {
    case .statement(let statement): visit(statement)
    case .expression(let expression): visit(expression)
    case .block(let block): visit(block.statements)
    case .function: break
    }
  }

  private mutating func visit(_ statement: Statement) {
    switch statement.kind {
    case .bind(let pattern, let value):
      visit(value)
      let names = pattern.boundNames
      let companions = names.count > 1 ? names.map { $0.name } : []
      for name in names { add(name, isFunction: false, companions: companions) }
    case .update(let place, _, _):
      for child in statement.children { visit(child) }
      update(place.variable)
    case .function(let definition): add(definition.name, isFunction: true, companions: [])
    case .forLoop(let pattern, let sequence, let body):
      visit(sequence)
      loops.append(Set(pattern.boundNames.map { $0.name }))
      visit(body.statements)
      loops.removeLast()
    default: for child in statement.children { visit(child) }
    }
  }
}
