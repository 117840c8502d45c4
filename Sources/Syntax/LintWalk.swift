import Diagnostics

/// The names of one function, or the variables of one `for`.
struct LintScope {
  /// A name and whether it is read.
  struct Local {
    var span: Span
    var isParameter: Bool
    var isFunction: Bool
    var isRead = false
    var companions: [String] = []
  }

  var names: [String: Local] = [:]
  var order: [String] = []
  /// False for the variables of a `for`: what is assigned in it belongs to the function.
  var isFunction = true
}

extension Linter {
  // MARK: Statements

  mutating func visit(_ statements: [Statement], isBody: Bool) {
    for (i, statement) in statements.enumerated() {
      visit(statement)
      let isLast = i == statements.count - 1
      switch statement.kind {
      case .expression(let value) where !isLast || !isBody:
        // Of a loop's body no statement has a value that goes anywhere.
        if isDiscarded(value) {
          find(
            .discarded, "this value is computed and goes nowhere", statement.span,
            hint: "print(…) shows it, and the last line of a cell is shown by itself")
        }
      case .returnValue, .breakLoop, .continueLoop:
        if !isLast {
          find(.unreachable, "no run comes to this statement", statements[i + 1].span)
          return
        }
      default: break
      }
    }
  }

  /// True for an expression that can only have a value: a call may print or claim.
  private func isDiscarded(_ value: Expression) -> Bool {
    switch value.kind {
    case .call, .pipe, .conditional, .block, .logical, .nothing: false
    default: true
    }
  }

  private mutating func visit(_ statement: Statement) {
    switch statement.kind {
    case .bind(let pattern, let value):
      visit(value)
      let names = pattern.boundNames
      let draws = scopes.isEmpty && value.isFunction && !reads(value).isDisjoint(with: drawing)
      for name in names {
        bind(
          name, isFunction: false, companions: names.map(\.name),
          isLiteral: names.count == 1 && value.isLiteral)
        if draws { drawing.insert(name.name) }
      }
    case .update(let place, _, let value):
      for child in statement.children.dropLast() { visit(child) }
      visit(value)
      // Changing a variable does not use it; in a function an outer one can't be changed.
      if !isLocal(place.variable.name) { topLevel[place.variable.name]?.isLiteral = false }
    case .function(let definition):
      bind(definition.name, isFunction: true, companions: [], isLiteral: false)
      if scopes.isEmpty, !reads(definition.function.body).isDisjoint(with: drawing) {
        drawing.insert(definition.name.name)
      }
      visit(definition.function)
    case .forLoop(let pattern, let sequence, let body):
      visit(sequence)
      var scope = LintScope(isFunction: false)
      for name in pattern.boundNames {
        scope.names[name.name] = .init(span: name.span, isParameter: true, isFunction: false)
        warnOfLibrary(name, calledIn: .block(body))
      }
      scopes.append(scope)
      visit(body.statements, isBody: false)
      scopes.removeLast()
    case .whileLoop(let condition, let body):
      visit(condition)
      visit(body.statements, isBody: false)
    default: for child in statement.children { visit(child) }
    }
  }

  private mutating func visit(_ node: SyntaxNode) {
    switch node {
    case .statement(let statement): visit(statement)
    case .expression(let expression): visit(expression)
    case .block(let block): visit(block.statements, isBody: true)
    case .function(let function): visit(function)
    }
  }

  // MARK: Names

  private func isLocal(_ name: String) -> Bool { scopes.contains { $0.names[name] != nil } }

  private mutating func bind(
    _ name: Identifier, isFunction: Bool, companions: [String], isLiteral: Bool
  ) {
    if name.name == "_" { return }
    if let function = scopes.lastIndex(where: \.isFunction) {
      // Bound beforehand, when the function was entered.
      scopes[function].names[name.name]?.companions = companions
      return
    }
    if scopes.contains(where: { $0.names[name.name] != nil }) { return }
    if topLevel[name.name] == nil {
      warnOfLibrary(name)
      drawing.remove(name.name)
      order.append(name.name)
      topLevel[name.name] = TopLevelName(
        span: name.span, source: source, isFunction: isFunction, isReported: reports,
        companions: companions, isLiteral: isLiteral)
    } else {
      topLevel[name.name]?.isLiteral = false
    }
  }

  /// In a function or a loop a library name does no harm until it is called there, so a parameter
  /// may have the field's name, such as `std`; at the top level it is gone for all cells below.
  private mutating func warnOfLibrary(_ name: Identifier, calledIn body: SyntaxNode? = nil) {
    guard library.contains(name.name) else { return }
    if let body, !body.calls(name.name) { return }
    find(
      .shadowed, "`\(name.name)` is a name of the library, which this hides from the lines below",
      name.span, hint: "another name leaves the library's within reach")
  }

  /// A call at the top level of what draws random numbers.
  private mutating func noteDraw(_ function: Expression) {
    guard case .name(let name) = function.kind, !scopes.contains(where: \.isFunction) else {
      return
    }
    if name == "seed" || name == "with_seed" { isSeeded = true }
    if drawing.contains(name) { drawsAt = drawsAt ?? function.span }
  }

  private mutating func read(_ name: String) {
    for i in scopes.indices.reversed() where scopes[i].names[name] != nil {
      scopes[i].names[name]?.isRead = true
      return
    }
    if topLevel[name] != nil { topLevel[name]?.isRead = true } else { pending.insert(name) }
  }

  // MARK: Functions and expressions

  private mutating func visit(_ function: FunctionLiteral) {
    var scope = LintScope()
    for name in function.parameters.flatMap(\.pattern.boundNames) where name.name != "_" {
      if scopes.contains(where: { $0.isFunction && $0.names[name.name] != nil }) {
        find(
          .shadowed, "the parameter `\(name.name)` hides that of the function around it", name.span,
          hint: "give one of them another name")
      } else {
        warnOfLibrary(name, calledIn: .expression(function.body))
      }
      scope.names[name.name] = .init(span: name.span, isParameter: true, isFunction: false)
    }
    var bound = BoundIdentifiers()
    bound.visit(function.body)
    for (name, isFunction) in bound.all where scope.names[name.name] == nil {
      warnOfLibrary(name, calledIn: .expression(function.body))
      scope.order.append(name.name)
      scope.names[name.name] = .init(span: name.span, isParameter: false, isFunction: isFunction)
    }
    // A default is looked at outside: what a lambda there binds hides nothing that it could mean.
    scopes.append(LintScope())
    for parameter in function.parameters { if let value = parameter.defaultValue { visit(value) } }
    scopes.removeLast()
    scopes.append(scope)
    visit(function.body)
    let finished = scopes.removeLast()
    for name in finished.order {
      guard let local = finished.names[name], !local.isRead, !name.hasPrefix("_") else { continue }
      if local.companions.contains(where: { finished.names[$0]?.isRead ?? false }) { continue }
      find(
        .unused, "the \(local.isFunction ? "function" : "variable") `\(name)` is never used",
        local.span)
    }
  }

  private mutating func visit(_ expression: Expression) {
    switch expression.kind {
    case .name(let name): read(name)
    case .pipe(_, _, let right):
      noteDraw(right)
      for child in expression.children { visit(child) }
    case .call(let function, let arguments, _):
      noteDraw(function)
      checkClaim(function, arguments, expression.span)
      for child in expression.children { visit(child) }
    case .conditional(let condition, let then, let otherwise):
      visit(condition)
      for block in [then, otherwise].compactMap({ $0 }) { visit(block.statements, isBody: true) }
    default: for child in expression.children { visit(child) }
    }
  }

  /// A claim whose condition reads no variable, or only names of literals, can't fail.
  private mutating func checkClaim(_ function: Expression, _ arguments: [Argument], _ span: Span) {
    guard case .name("claim") = function.kind, !isLocal("claim"), topLevel["claim"] == nil else {
      return
    }
    var condition: Expression?
    var position = 0
    for argument in arguments {
      switch argument {
      case .positional(let value):
        position += 1
        if position == 2 { condition = value }
      case .named(let name, let value): if name.name == "condition" { condition = value }
      }
    }
    guard let condition else { return }
    let names = reads(condition)
    let isConstant = names.allSatisfy { !isLocal($0) && topLevel[$0]?.isLiteral ?? false }
    if isConstant {
      find(
        .constant, "this claim compares constants, so no experiment could break it",
        condition.span)
    }
  }

  /// Names of variables, or of what draws random numbers, that an expression reads: those of the
  /// library that always mean the same stand for constants.
  func reads(_ expression: Expression) -> Set<String> {
    var names: Set<String> = []
    SyntaxNode.expression(expression).forEachExpression { value in
      if case .name(let name) = value.kind { names.insert(name) }
    }
    return names.filter { name in
      isLocal(name) || topLevel[name] != nil || !library.contains(name) || drawing.contains(name)
        || Self.sources.contains(name)
    }
  }

  /// Library names that bring something in from outside the program.
  private static let sources: Set<String> = ["fashion_mnist", "csv", "npy", "load"]
}

/// The names that the statements of a function bind, those of nested functions and of `for` aside.
private struct BoundIdentifiers {
  var all: [(name: Identifier, isFunction: Bool)] = []
  private var seen: Set<String> = []
  private var loops: [Set<String>] = []

  private mutating func add(_ name: Identifier, isFunction: Bool = false) {
    if name.name == "_" || loops.contains(where: { $0.contains(name.name) }) { return }
    if seen.insert(name.name).inserted { all.append((name, isFunction)) }
  }

  mutating func visit(_ expression: Expression) {
    for child in expression.children { visit(child) }
  }

  private mutating func visit(_ node: SyntaxNode) {
    switch node {
    case .statement(let statement): visit(statement)
    case .expression(let expression): visit(expression)
    case .block(let block): for statement in block.statements { visit(statement) }
    case .function: break
    }
  }

  private mutating func visit(_ statement: Statement) {
    var loop: Set<String>?
    switch statement.kind {
    case .bind(let pattern, _): for name in pattern.boundNames { add(name) }
    case .function(let definition): add(definition.name, isFunction: true)
    case .forLoop(let pattern, _, _): loop = Set(pattern.boundNames.map(\.name))
    default: break
    }
    if let loop { loops.append(loop) }
    for child in statement.children { visit(child) }
    if loop != nil { loops.removeLast() }
  }
}

extension SyntaxNode {
  /// Every expression in it, in no order.
  fileprivate func forEachExpression(_ body: (Expression) -> Void) {
    var pending = [self]
    while let node = pending.popLast() {
      switch node {
      case .expression(let value):
        body(value)
        pending += value.children
      case .statement(let statement): pending += statement.children
      case .block(let block): pending += block.statements.map(SyntaxNode.statement)
      case .function(let function): pending += function.children
      }
    }
  }

  /// Whether some call in it, or a pipe, names this function.
  fileprivate func calls(_ name: String) -> Bool {
    var found = false
    forEachExpression { value in
      switch value.kind {
      case .call(let function, _, _), .pipe(_, _, let function):
        if case .name(name) = function.kind { found = true }
      default: break
      }
    }
    return found
  }
}

extension Expression {
  fileprivate var isFunction: Bool {
    if case .lambda = kind { return true }
    return false
  }

  /// A number, text or truth as it is written.
  var isLiteral: Bool {
    switch kind {
    case .nothing, .bool, .number: true
    case .string(let parts):
      parts.allSatisfy { part in
        if case .text = part { return true }
        return false
      }
    case .unary(_, _, let operand): operand.isLiteral
    default: false
    }
  }
}
