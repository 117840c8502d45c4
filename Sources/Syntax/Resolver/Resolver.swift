import Diagnostics

/// Walks a program in the order of its evaluation with the scope rules of the language:
///
/// - A function is a scope; the blocks of `if` and `while` are none. What a function binds anywhere is
///   its own everywhere in it.
/// - The variables of a `for` belong to its body; what else the body binds, to the function around.
/// - A function captures the variables of functions around it when it is made. Names of the top level
///   are looked up when they are read.
/// - A function that is bound to a variable of a function may call itself by that name.
struct Resolver {
  var resolution = Resolution()
  /// The functions around this place, the top level first.
  private var scopes: [Scope] = []
  /// For each variable whether it surely has a value at this place, by what the statement of the top
  /// level did so far, or by the statements before it.
  private var isBound: [Bool] = []
  private var wasBoundBefore: [Bool] = []
  /// The variables that got a value, in order: what a branch did is taken back by it.
  private var trail: [Int] = []

  private struct Scope {
    var function: Int
    var locals: [String: Int] = [:]
    var loops: [[String: Int]] = []
    var captures: [String: Int] = [:]
    var selfName: String?
  }

  // MARK: Statements

  mutating func resolve(_ statements: [Statement]) {
    resolution.functions.append(FunctionScope())
    scopes.append(Scope(function: 0))
    var bound = BoundNames()
    bound.visit(statements)
    let end = statements.last?.span.upper ?? 0
    declare(bound, kind: .topLevel, extent: Span(0, Int(end)))
    for statement in statements {
      resolution.statements.append(NameEffects())
      visit(statement)
      for variable in undo(to: 0) {
        wasBoundBefore[variable] = true
        let known = resolution.variables[variable]
        // What loops at the top level bind is theirs alone.
        guard known.kind == .topLevel else { continue }
        let last = resolution.statements.count - 1
        resolution.statements[last].surelyBind(Identifier(known.name, known.span))
      }
    }
    scopes.removeLast()
  }

  private mutating func visit(_ statements: [Statement]) {
    for statement in statements { visit(statement) }
  }

  private mutating func visit(_ statement: Statement) {
    switch statement.kind {
    case .bind(let pattern, let value):
      visit(value, boundTo: pattern)
      bind(pattern)
    case .update(let place, _, let value):
      note(place.variable.name, place.variable.span, .update)
      for case .index(let subscripts, _) in place.path {
        for node in subscripts.flatMap({ $0.children }) { visit(node) }
      }
      visit(value)
      gain(reference(to: place.variable.name))
    case .function(let definition):
      let reference = reference(to: definition.name.name)
      var selfName: String?
      if case .variable(let variable) = reference, !isTopLevel(variable) {
        selfName = definition.name.name
      }
      visit(definition.function, selfName: selfName)
      note(definition.name.name, definition.name.span, .bind)
      gain(reference)
    case .forLoop(let pattern, let sequence, let body):
      visit(sequence)
      let mark = trail.count
      enterLoop(pattern, body)
      visit(body.statements)
      scopes[scopes.count - 1].loops.removeLast()
      undo(to: mark)
    case .whileLoop(let condition, let body):
      // A `break` may stand in the condition too, so nothing is sure after it.
      let mark = trail.count
      visit(condition)
      visit(body.statements)
      undo(to: mark)
    default: for child in statement.children { visit(child) }
    }
  }

  private mutating func visit(_ node: SyntaxNode) {
    switch node {
    case .statement(let statement): visit(statement)
    case .expression(let expression): visit(expression)
    case .block(let block): visit(block.statements)
    case .function(let function): visit(function, selfName: nil)
    }
  }

  // MARK: Expressions

  private mutating func visit(_ expression: Expression) {
    switch expression.kind {
    case .name(let name): note(name, expression.span, .read)
    case .lambda(let function): visit(function, selfName: nil)
    case .conditional(let condition, let then, let otherwise):
      visit(condition)
      let mark = trail.count
      visit(then.statements)
      let first = undo(to: mark)
      visit(otherwise?.statements ?? [])
      let second = Set(undo(to: mark))
      for variable in first where second.contains(variable) { gain(variable) }
    case .logical(_, _, let left, let right):
      visit(left)
      perhaps { $0.visit(right) }
    case .comparison(let operands, _):
      for operand in operands.prefix(2) { visit(operand) }
      perhaps { resolver in for operand in operands.dropFirst(2) { resolver.visit(operand) } }
    case .record(let elements):
      for element in elements {
        switch element {
        case .spread(let value): visit(value)
        case .field(let field, let value):
          visit(value)
          if case .name = value.kind, field.span == value.span {
            resolution.occurrences[resolution.occurrences.count - 1].isShorthand = true
          }
        }
      }
    case .call(let function, let arguments, _):
      visit(callee: function)
      for argument in arguments { visit(argument.value) }
    case .pipe(let left, _, let right):
      visit(left)
      visit(callee: right)
    default: for child in expression.children { visit(child) }
    }
  }

  private mutating func visit(callee: Expression) {
    guard case .name(let name) = callee.kind else { return visit(callee) }
    note(name, callee.span, .read, isCallee: true)
  }

  /// A lambda that is bound to a variable of a function may call itself by that name.
  private mutating func visit(_ value: Expression, boundTo pattern: Pattern) {
    if case .lambda(let function) = value.kind, case .name(let name) = pattern.kind,
      name.name != "_"
    {
      return visit(function, selfName: scopes.count > 1 ? name.name : nil)
    }
    visit(value)
  }

  /// Visits what may be left out, so that nothing it binds is sure.
  private mutating func perhaps(_ body: (inout Resolver) -> Void) {
    let mark = trail.count
    body(&self)
    undo(to: mark)
  }

  // MARK: Functions and loops

  private mutating func visit(_ function: FunctionLiteral, selfName: String?) {
    let number = resolution.functions.count
    var scope = FunctionScope(body: function.body.span)
    scope.selfName = selfName
    scope.parent = scopes[scopes.count - 1].function
    resolution.functions.append(scope)
    scopes.append(Scope(function: number, selfName: selfName))
    let lower = function.parameters.first?.pattern.span.lower ?? function.body.span.lower
    let extent = Span(Int(lower), Int(function.body.span.upper))
    for parameter in function.parameters {
      for name in parameter.pattern.boundNames where name.name != "_" {
        if scopes[scopes.count - 1].locals[name.name] == nil {
          declare(name, kind: .parameter, extent: extent)
        }
      }
    }
    var bound = BoundNames()
    for parameter in function.parameters {
      if let value = parameter.defaultValue { bound.visit(value) }
    }
    bound.visit(function.body)
    declare(bound, kind: .local, extent: extent)
    let mark = trail.count
    for parameter in function.parameters {
      if case .name(let name) = parameter.pattern.kind, parameter.defaultValue == nil {
        gain(reference(to: name.name))
      }
    }
    for parameter in function.parameters {
      if let value = parameter.defaultValue { perhaps { $0.visit(value) } }
      bind(parameter.pattern)
    }
    visit(function.body)
    undo(to: mark)
    scopes.removeLast()
  }

  private mutating func enterLoop(_ pattern: Pattern, _ body: Block) {
    var loop: [String: Int] = [:]
    for name in pattern.boundNames where name.name != "_" && loop[name.name] == nil {
      let extent = Span(Int(name.span.lower), Int(body.span.upper))
      loop[name.name] = variable(name, kind: .loop, extent: extent)
    }
    scopes[scopes.count - 1].loops.append(loop)
    bind(pattern)
  }

  private mutating func declare(_ bound: BoundNames, kind: Variable.Kind, extent: Span) {
    for entry in bound.all where scopes[scopes.count - 1].locals[entry.name.name] == nil {
      // An update makes no variable of a function.
      if entry.isOnlyUpdated && kind != .topLevel { continue }
      let variable = declare(entry.name, kind: kind, extent: extent)
      resolution.variables[variable].isFunction = entry.isFunction
      resolution.variables[variable].isOnlyUpdated = entry.isOnlyUpdated
      resolution.variables[variable].companions = entry.companions
    }
  }

  @discardableResult
  private mutating func declare(
    _ name: Identifier, kind: Variable.Kind, extent: Span
  ) -> Int {
    let number = variable(name, kind: kind, extent: extent)
    scopes[scopes.count - 1].locals[name.name] = number
    resolution.functions[scopes[scopes.count - 1].function].variables.append(number)
    return number
  }

  private mutating func variable(_ name: Identifier, kind: Variable.Kind, extent: Span) -> Int {
    resolution.variables.append(
      Variable(name: name.name, kind: kind, span: name.span, extent: extent))
    isBound.append(false)
    wasBoundBefore.append(false)
    return resolution.variables.count - 1
  }

  // MARK: Names

  /// What a name means in the innermost function.
  private mutating func reference(to name: String) -> Reference {
    reference(to: name, in: scopes.count - 1)
  }

  private mutating func reference(to name: String, in level: Int) -> Reference {
    for loop in scopes[level].loops.reversed() {
      if let variable = loop[name] { return .variable(variable) }
    }
    if let variable = scopes[level].locals[name] { return .variable(variable) }
    if level == 0 { return .topLevel }
    if name == scopes[level].selfName { return .selfReference }
    if let capture = scopes[level].captures[name] { return .capture(capture) }
    let outer = reference(to: name, in: level - 1)
    if case .variable(let variable) = outer, isTopLevel(variable) { return .topLevel }
    if outer == .topLevel { return .topLevel }
    let function = scopes[level].function
    let capture = resolution.functions[function].captures.count
    resolution.functions[function].captures.append(
      .init(name: name, outer: outer, isBound: isBound(outer, in: level - 1)))
    scopes[level].captures[name] = capture
    return .capture(capture)
  }

  private func isTopLevel(_ variable: Int) -> Bool {
    resolution.variables[variable].kind == .topLevel
  }

  private func isBound(_ reference: Reference, in level: Int) -> Bool {
    switch reference {
    case .variable(let variable): isBound[variable] || wasBoundBefore[variable]
    case .capture(let capture):
      resolution.functions[scopes[level].function].captures[capture].isBound
    case .selfReference: true
    case .topLevel: false
    }
  }

  /// The variable that a reference comes down to; nil for a function itself and for names of the top
  /// level that the program does not bind.
  private func variable(of name: String, _ reference: Reference) -> Int? {
    var level = scopes.count - 1
    var reference = reference
    while case .capture(let capture) = reference {
      reference = resolution.functions[scopes[level].function].captures[capture].outer
      level -= 1
    }
    switch reference {
    case .variable(let variable): return variable
    case .topLevel: return scopes[0].locals[name]
    default: return nil
    }
  }

  /// A name stands at a place.
  private mutating func note(
    _ name: String, _ span: Span, _ access: Occurrence.Access, isCallee: Bool = false
  ) {
    let level = scopes.count - 1
    let reference = reference(to: name, in: level)
    let variable = variable(of: name, reference)
    let isTopLevelName = reference == .topLevel || variable.map { isTopLevel($0) } ?? false
    var isBound = isBound(reference, in: level)
    if isTopLevelName {
      isBound = variable.map { self.isBound[$0] || wasBoundBefore[$0] } ?? false
      let identifier = Identifier(name, span)
      let last = resolution.statements.count - 1
      if access != .bind {
        resolution.statements[last].read(
          identifier, isLate: level > 0, isBound: variable.map { self.isBound[$0] } ?? false)
      }
      if access != .read, level == 0 { resolution.statements[last].bind(identifier) }
    }
    if let variable {
      resolution.variables[variable].mentions.append(span)
      if access == .read { resolution.variables[variable].isRead = true }
      if isCallee { resolution.variables[variable].isCalled = true }
      if access != .read { resolution.variables[variable].changes.append(span) }
    }
    resolution.occurrences.append(
      Occurrence(
        name: name, span: span, access: access,
        reference: isTopLevelName ? .topLevel : reference, function: scopes[level].function,
        isBound: isBound, isCallee: isCallee))
  }

  /// Binds the names of a pattern.
  private mutating func bind(_ pattern: Pattern) {
    for name in pattern.boundNames where name.name != "_" {
      note(name.name, name.span, .bind)
      gain(reference(to: name.name))
    }
  }

  // MARK: Flow

  private mutating func gain(_ reference: Reference) {
    if case .variable(let variable) = reference { gain(variable) }
  }

  private mutating func gain(_ variable: Int) {
    if isBound[variable] { return }
    isBound[variable] = true
    trail.append(variable)
  }

  /// Takes back what was bound since a mark; gives it.
  @discardableResult
  private mutating func undo(to mark: Int) -> [Int] {
    let undone = Array(trail[mark...])
    for variable in undone { isBound[variable] = false }
    trail.removeSubrange(mark...)
    return undone
  }
}
