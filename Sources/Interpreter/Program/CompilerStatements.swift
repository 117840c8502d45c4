import Diagnostics
import Syntax

extension FunctionBuilder {
  /// Statements; the value of the last one, if it is an expression, goes to `d`.
  func body(_ statements: [Statement], to d: Reg) throws {
    guard let last = statements.last else {
      emit(.constant(d, constant(.nothing)), Site(Span(0, 0)))
      return
    }
    for statement in statements.dropLast() { try self.statement(statement) }
    if case .expression(let value) = last.kind {
      try expression(value, to: d)
    } else {
      try statement(last)
      emit(.constant(d, constant(.nothing)), Site(last.span))
    }
  }

  func statement(_ statement: Statement) throws {
    try scoped {
      switch statement.kind {
      case .expression(let value): try effect(value)
      case .bind(let pattern, let value): try bind(pattern, value)
      case .update(let place, let op, let value): try update(place, op, value, statement.span)
      case .function(let definition): try define(definition)
      case .forLoop(let pattern, let sequence, let block):
        try forLoop(pattern, sequence, block)
      case .whileLoop(let condition, let block): try whileLoop(condition, block)
      case .breakLoop:
        guard !loops.isEmpty else {
          throw error(.syntax, "`break` stands outside of a loop", statement.span)
        }
        loops[loops.count - 1].breaks.append(emitJump(.jump(0), statement.span))
      case .continueLoop:
        guard !loops.isEmpty else {
          throw error(.syntax, "`continue` stands outside of a loop", statement.span)
        }
        loops[loops.count - 1].continues.append(emitJump(.jump(0), statement.span))
      case .returnValue(let value): try leave(value, statement.span)
      }
    }
  }

  private func leave(_ value: Expression?, _ span: Span) throws {
    guard !isTopLevel else {
      throw error(.syntax, "`return` stands outside of a function", span)
    }
    let d = allocate()
    if let value {
      try expression(value, to: d)
    } else {
      emit(.constant(d, constant(.nothing)), Site(span))
    }
    emit(.leave(d, 0), Site(span))
  }

  /// An expression for its effect.
  func effect(_ value: Expression) throws {
    switch value.kind {
    case .conditional(let condition, let block, let otherwise):
      try conditional(condition, block, otherwise, value.span, to: nil)
    case .block(let block): for statement in block.statements { try self.statement(statement) }
    default:
      // Nothing stays in a register that no one reads.
      let d = allocate()
      try expression(value, to: d)
      emit(.constant(d, constant(.nothing)), Site(value.span))
    }
  }

  // Binding

  private func bind(_ pattern: Pattern, _ value: Expression) throws {
    if value.isCall {
      let variables = pattern.boundNames.filter { $0.name != "_" }
        .compactMap { variable($0.span) }
      rebound = Set(
        variables.filter {
          unit.resolution.mentions(of: $0, within: value.span) == 1
            && !unit.resolution.changes($0, within: value.span)
        })
    }
    defer { rebound = [] }
    guard case .name(let identifier) = pattern.kind else {
      let d = allocate()
      try expression(value, to: d)
      return try destructure(pattern, from: d)
    }
    let name = identifier.name
    if name == "_" { return try effect(value) }
    let occurrence = occurrence(identifier.span)
    if case .variable(let variable) = occurrence.reference, let register = registers[variable] {
      if occurrence.isBound, let parts = appended(value, to: variable) {
        return try append(parts, to: register, value.span)
      }
      try named(value, name, to: register)
    } else {
      let d = allocate()
      try named(value, name, to: d)
      emit(.storeName(nameIndex(name), d), Site(identifier.span))
    }
  }

  /// A value that is about to be bound to a name, which a lambda takes as its own.
  private func named(_ value: Expression, _ name: String, to d: Reg) throws {
    if case .lambda(let literal) = value.kind {
      try function(literal, name: name, span: value.span, to: d)
    } else {
      try expression(value, to: d)
    }
  }

  /// Binds a pattern to the value in a register.
  func destructure(_ pattern: Pattern, from source: Reg) throws {
    switch pattern.kind {
    case .name(let identifier):
      if identifier.name == "_" { return }
      if case .register(let register) = home(identifier.span) {
        emit(.move(register, source), Site(pattern.span))
      } else {
        emit(.storeName(nameIndex(identifier.name), source), Site(pattern.span))
      }
    case .tuple(let elements):
      let first = allocate(elements.count)
      emit(.unpack(first, source, Int32(elements.count)), Site(pattern.span))
      for (i, element) in elements.enumerated() {
        try scoped { try destructure(element, from: first + Reg(i)) }
      }
    case .record(let fields):
      for (field, inner) in fields {
        try scoped {
          let d = allocate()
          emit(.take(d, source, nameIndex(field.name)), Site(field.span))
          try destructure(inner, from: d)
        }
      }
    }
  }

  private func define(_ definition: FunctionDefinition) throws {
    let name = definition.name.name
    let span = definition.name.span
    if case .register(let register) = home(span) {
      try function(
        definition.function, name: name, span: span, documentation: definition.documentation,
        to: register)
    } else {
      let d = allocate()
      try function(
        definition.function, name: name, span: span, documentation: definition.documentation,
        to: d)
      emit(.storeName(nameIndex(name), d), Site(span))
    }
  }

  // Updates

  private func update(
    _ place: Place, _ op: BinaryOperator?, _ value: Expression, _ span: Span
  ) throws {
    let name = place.variable.name
    let occurrence = occurrence(place.variable.span)
    let home = home(occurrence.reference)
    var object: Reg
    switch home {
    case .register(let register):
      object = register
      if !occurrence.isBound {
        needsUnbind = true
        emit(.checkBound(register, nameIndex(name)), Site(place.variable.span))
      }
    case .topLevel where isTopLevel && unit.libraryName == nil:
      object = allocate()
      load(name, to: object, place.variable.span)
    default:
      throw error(
        .name, "`\(name)` is not a variable of this function, so it can't be changed here",
        place.variable.span, hint: "pass `\(name)` in and return the changed value")
    }
    let result = try changed(place, op, value, object: object, span)
    if case .register(let register) = home {
      if result != register { emit(.move(register, result), Site(span)) }
    } else {
      emit(.storeName(nameIndex(name), result), Site(span))
    }
  }

  /// Computes the changed copy of a variable in `object`; gives its register.
  private func changed(
    _ place: Place, _ op: BinaryOperator?, _ value: Expression, object: Reg, _ span: Span
  ) throws -> Reg {
    if place.path.isEmpty {
      let right = try operand(value)
      let d = isVariable(object) ? object : allocate()
      emitBinary(op!, d, object, right, value, Site(span, place.span, value.span))
      return d
    }
    var objects = [object]
    var layouts: [Int32] = []
    for (i, step) in place.path.enumerated() {
      switch step {
      case .index(let subscripts, _): layouts.append(try self.subscripts(subscripts))
      case .field(let identifier): layouts.append(nameIndex(identifier.name))
      }
      if i < place.path.count - 1 || op != nil {
        let d = allocate()
        read(step, d, objects[i], layouts[i])
        objects.append(d)
      }
    }
    let result = allocate()
    if let op {
      let right = try operand(value)
      emitBinary(
        op, result, objects[place.path.count], right, value,
        Site(span, place.span, value.span))
    } else {
      try expression(value, to: result)
    }
    for (i, step) in place.path.enumerated().reversed() {
      switch step {
      case .index(_, let span):
        emit(.replaceIndex(result, objects[i], layouts[i]), Site(span, place.span, value.span))
      case .field(let identifier):
        emit(
          .replaceField(result, objects[i], layouts[i]),
          Site(identifier.span, place.span, value.span))
      }
    }
    return result
  }

  private func read(_ step: Place.Step, _ d: Reg, _ object: Reg, _ layout: Int32) {
    switch step {
    case .index(_, let span): emit(.index(d, object, layout), Site(span))
    case .field(let identifier): emit(.field(d, object, layout), Site(identifier.span))
    }
  }

  // Loops

  private func forLoop(_ pattern: Pattern, _ sequence: Expression, _ block: Block) throws {
    let iterator = allocate(3)
    try expression(sequence, to: iterator)
    emit(.iterate(iterator), Site(sequence.span))
    let names = pattern.boundNames.filter { $0.name != "_" }
    let variables = names.map { allocate(variable: variable($0.span)!) }
    variableRegisters.insert(iterator)
    loops.append(Loop())
    let entry = emitJump(.jump(0), sequence.span)
    let start = here
    let item: Reg
    if case .name = pattern.kind {
      item = variables.first ?? allocate()
    } else {
      item = allocate()
      try scoped { try destructure(pattern, from: item) }
    }
    for statement in block.statements { try self.statement(statement) }
    let loop = loops.removeLast()
    aim(loop.continues + [entry])
    emit(.next(item, iterator, start), Site(sequence.span))
    aim(loop.breaks)
    emit(.constant(iterator, constant(.nothing)), Site(sequence.span))
    variableRegisters.subtract(variables)
    variableRegisters.remove(iterator)
  }

  private func whileLoop(_ condition: Expression, _ block: Block) throws {
    loops.append(Loop())
    let start = here
    let exits = try scoped { try jumpsUnless(condition) }
    for statement in block.statements { try self.statement(statement) }
    let loop = loops.removeLast()
    aim(loop.continues, at: start)
    emit(.loop(start), Site(condition.span))
    aim(exits + loop.breaks)
  }
}
