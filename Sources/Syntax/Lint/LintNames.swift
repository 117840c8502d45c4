import Diagnostics

// What the names of a program tell, by its resolution.

/// The parts of a program that a look at its names needs beside the resolution.
private struct NamedParts {
  /// Values of bindings of the top level, by the place of the name.
  var values: [Int32: Expression] = [:]
  /// Bodies of functions of the top level, by the place of the name.
  var bodies: [Int32: Expression] = [:]
  /// Conditions of claims, by the place of the name `claim`.
  var conditions: [Int32: Expression] = [:]

  init(_ statements: [Statement]) {
    for statement in statements { visit(.statement(statement)) }
  }

  private mutating func visit(_ node: SyntaxNode) {
    switch node {
    case .statement(let statement):
      switch statement.kind {
      case .bind(let pattern, let value):
        let names = pattern.boundNames
        if names.count == 1 { values[names[0].span.lower] = value }
      case .function(let definition):
        bodies[definition.name.span.lower] = definition.function.body
      default: break
      }
      for child in statement.children { visit(child) }
    case .expression(let expression):
      if case .call(let function, let arguments, _) = expression.kind,
        case .name("claim") = function.kind
      {
        conditions[function.span.lower] = Self.condition(arguments)
      }
      for child in expression.children { visit(child) }
    case .block(let block): for statement in block.statements { visit(.statement(statement)) }
    case .function(let function): for child in function.children { visit(child) }
    }
  }

  private static func condition(_ arguments: [Argument]) -> Expression? {
    var position = 0
    var condition: Expression?
    for argument in arguments {
      switch argument {
      case .positional(let value):
        position += 1
        if position == 2 { condition = value }
      case .named(let name, let value): if name.name == "condition" { condition = value }
      }
    }
    return condition
  }
}

extension Linter {
  mutating func checkNames(of program: Program) {
    let resolution = Resolution(of: program)
    let parts = NamedParts(program.statements)
    for variable in resolution.variables where variable.kind == .loop {
      warnOfLibrary(variable, inside: true)
    }
    for (number, function) in resolution.functions.enumerated().dropFirst() {
      for variable in function.variables.map({ resolution.variables[$0] }) {
        if variable.kind == .parameter, hides(variable, number, in: resolution) {
          find(
            .shadowed, "the parameter `\(variable.name)` hides that of the function around it",
            variable.span, hint: "give one of them another name")
        } else {
          warnOfLibrary(variable, inside: true)
        }
      }
      reportUnused(function, in: resolution)
    }
    for occurrence in resolution.occurrences { follow(occurrence, resolution, parts) }
  }

  /// Whether a parameter has the name of a variable of a function around. A default is looked at
  /// outside: a lambda there hides nothing that it could mean.
  private func hides(_ variable: Variable, _ number: Int, in resolution: Resolution) -> Bool {
    var inner = resolution.functions[number]
    while let around = inner.parent, around > 0 {
      let outer = resolution.functions[around]
      let isInDefault = inner.body!.lower < outer.body!.lower
      if !isInDefault,
        outer.variables.contains(where: { resolution.variables[$0].name == variable.name })
      {
        return true
      }
      inner = outer
    }
    return false
  }

  /// In a function or a loop a library name does no harm until it is called there, so a parameter
  /// may have the field's name, such as `std`; at the top level it is gone for all cells below.
  private mutating func warnOfLibrary(_ variable: Variable, inside: Bool) {
    guard library.contains(variable.name), !inside || variable.isCalled else { return }
    find(
      .shadowed,
      "`\(variable.name)` is a name of the library, which this hides from the lines below",
      variable.span, hint: "another name leaves the library's within reach")
  }

  private mutating func reportUnused(_ function: FunctionScope, in resolution: Resolution) {
    let own = function.variables.map { resolution.variables[$0] }
    for variable in own where variable.kind == .local && !variable.isRead {
      if variable.name.hasPrefix("_") { continue }
      let isExcused = own.contains {
        $0.isRead && variable.companions.contains($0.name)
      }
      if isExcused { continue }
      find(
        .unused,
        "the \(variable.isFunction ? "function" : "variable") `\(variable.name)` is never used",
        variable.span)
    }
  }

  // MARK: The top level

  /// Takes note of what a name of the top level is used for, in the order of evaluation.
  private mutating func follow(
    _ occurrence: Occurrence, _ resolution: Resolution, _ parts: NamedParts
  ) {
    guard occurrence.reference == .topLevel else { return }
    let name = occurrence.name
    switch occurrence.access {
    case .bind: bind(occurrence, resolution, parts)
    // Changing a variable does not use it; in a function an outer one can't be changed.
    case .update: topLevel[name]?.isLiteral = false
    case .read:
      if occurrence.isCallee, occurrence.function == 0 {
        if name == "seed" || name == "with_seed" { isSeeded = true }
        if drawing.contains(name) { drawsAt = drawsAt ?? occurrence.span }
      }
      if name == "claim", let condition = parts.conditions[occurrence.span.lower] {
        checkClaim(condition, resolution)
      }
      if topLevel[name] != nil { topLevel[name]?.isRead = true } else { pending.insert(name) }
    }
  }

  private mutating func bind(
    _ occurrence: Occurrence, _ resolution: Resolution, _ parts: NamedParts
  ) {
    let name = occurrence.name
    let value = parts.values[occurrence.span.lower]
    var function = parts.bodies[occurrence.span.lower]
    if case .lambda(let literal) = value?.kind { function = literal.body }
    let isDrawing = function.map { draws($0, resolution) } ?? false
    if topLevel[name] == nil {
      let variable = resolution.variables.first { $0.kind == .topLevel && $0.name == name }!
      warnOfLibrary(variable, inside: false)
      drawing.remove(name)
      order.append(name)
      topLevel[name] = TopLevelName(
        span: occurrence.span, source: source, isFunction: variable.isFunction,
        isReported: reports, companions: variable.companions, isLiteral: value?.isLiteral ?? false)
    } else {
      topLevel[name]?.isLiteral = false
    }
    if isDrawing { drawing.insert(name) }
  }

  /// Whether a body names what draws random numbers.
  private func draws(_ body: Expression, _ resolution: Resolution) -> Bool {
    resolution.occurrences(within: body.span).contains {
      $0.reference == .topLevel && drawing.contains($0.name)
    }
  }

  /// A claim whose condition reads no variable, or only names of literals, can't fail.
  private mutating func checkClaim(_ condition: Expression, _ resolution: Resolution) {
    if topLevel["claim"] != nil { return }
    for occurrence in resolution.occurrences(within: condition.span) {
      let name = occurrence.name
      if occurrence.reference != .topLevel { return }
      if let known = topLevel[name] {
        if !known.isLiteral { return }
        continue
      }
      // Names of the library that always mean the same stand for constants.
      let isFixed =
        library.contains(name) && !drawing.contains(name) && !reading.contains(name)
      if !isFixed { return }
    }
    find(
      .constant, "this claim compares constants, so no experiment could break it", condition.span)
  }
}
