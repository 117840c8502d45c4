import Diagnostics
import Syntax

extension FunctionBuilder {
  /// Compiles an expression into register `d`.
  func expression(_ e: Expression, to d: Reg) throws {
    switch e.kind {
    case .nothing: emit(.constant(d, constant(.nothing)), Site(e.span))
    case .bool(let flag): emit(.constant(d, constant(.bool(flag))), Site(e.span))
    case .number(let x): emit(.constant(d, constant(.number(x))), Site(e.span))
    case .string(let parts): try scoped { try string(parts, e.span, to: d) }
    case .name(let name): load(name, to: d, e.span)
    case .tensor(let elements):
      try scoped {
        let first = try consecutive(elements)
        emit(.makeTensor(d, first, Int32(elements.count)), Site(e.span))
      }
    case .tuple(let elements): try scoped { try tuple(elements, e.span, to: d) }
    case .record(let elements): try scoped { try record(elements, e.span, to: d) }
    case .range(let lower, let upper, let step):
      try scoped {
        let first = try consecutive([lower, upper] + (step.map { [$0] } ?? []))
        emit(.makeRange(d, first, step != nil), Site(e.span, lower.span, upper.span))
      }
    case .unary(let op, let span, let operand):
      try scoped {
        let a = try self.operand(operand)
        let site = Site(span, operand.span)
        emit(op == .minus ? .negate(d, a) : .not(d, a), site)
      }
    case .binary(let op, let span, let left, let right):
      try scoped { try binary(op, span, left, right, to: d) }
    case .comparison(let operands, let operators):
      try scoped { try comparison(operands, operators, to: d) }
    case .logical(let op, let span, let left, let right):
      try scoped { try logical(op, span, left, right, to: d) }
    case .pipe(let left, _, let right): try pipe(left, right, e.span, to: d)
    case .call(let function, let arguments, _):
      try call(function, first: nil, arguments, e.span, to: d)
    case .index(let object, let subscripts, let span):
      try scoped {
        let a = try operand(object, before: subscripts.expressions)
        let index = try self.subscripts(subscripts)
        emit(.index(d, a, index), Site(span, object.span))
      }
    case .field(let object, let identifier):
      try scoped {
        let a = try operand(object)
        emit(
          .field(d, a, nameIndex(identifier.name)), Site(identifier.span, object.span, e.span))
      }
    case .lambda(let literal):
      try function(literal, name: FunctionCode.lambdaName, span: e.span, to: d)
    case .conditional(let condition, let block, let otherwise):
      try conditional(condition, block, otherwise, e.span, to: d)
    case .block(let block): try body(block.statements, to: d)
    }
  }

  /// The register an expression's value is in: the variable's own if it is one, unless code that
  /// runs before it is used could rebind it.
  func operand(_ e: Expression, before later: [Expression] = []) throws -> Reg {
    if let register = boundRegister(of: e, before: later) { return register }
    let d = allocate()
    try expression(e, to: d)
    return d
  }

  func consecutive(_ expressions: [Expression]) throws -> Reg {
    let first = allocate(expressions.count)
    for (i, e) in expressions.enumerated() { try scoped { try expression(e, to: first + Reg(i)) } }
    return first
  }

  // Operators

  private func binary(
    _ op: BinaryOperator, _ span: Span, _ left: Expression, _ right: Expression, to d: Reg
  ) throws {
    let a = try operand(left, before: [right])
    let site = Site(span, left.span, right.span)
    if case .number = right.kind, op == .add || op == .subtract || op == .multiply {
      return emitBinary(op, d, a, a, right, site)
    }
    let b = try operand(right)
    emitBinary(op, d, a, b, right, site)
  }

  /// Emits an operator. A number literal on the right of `+ - *` becomes a constant operand.
  func emitBinary(
    _ op: BinaryOperator, _ d: Reg, _ a: Reg, _ b: Reg, _ right: Expression, _ site: Site
  ) {
    let frees: UInt8 = (isVariable(a) || a == d ? 0 : 1) | (isVariable(b) || b == d ? 0 : 2)
    if case .number(let x) = right.kind, op == .add || op == .subtract || op == .multiply {
      let k = constant(.number(x))
      switch op {
      case .add: emit(.addConstant(d, a, k, frees), site)
      case .subtract: emit(.subtractConstant(d, a, k, frees), site)
      default: emit(.multiplyConstant(d, a, k, frees), site)
      }
      return
    }
    switch op {
    case .add: emit(.add(d, a, b, frees), site)
    case .subtract: emit(.subtract(d, a, b, frees), site)
    case .multiply: emit(.multiply(d, a, b, frees), site)
    case .divide: emit(.divide(d, a, b, frees), site)
    default: emit(.arithmetic(d, a, b, op, frees), site)
    }
  }

  private func comparison(
    _ operands: [Expression], _ operators: [(symbol: ComparisonOperator, span: Span)], to d: Reg
  ) throws {
    if operators.count == 1 {
      let a = try operand(operands[0], before: [operands[1]])
      let b = try operand(operands[1])
      let site = Site(operators[0].span, operands[0].span, operands[1].span)
      return emit(.compare(d, a, b, operators[0].symbol), site)
    }
    // `a < b < c` is `a < b and b < c` with `b` evaluated once; `c` only if it can matter.
    let result = scratch(d)
    var left = allocate()
    try expression(operands[0], to: left)
    var decided: [Int] = []
    for (i, op) in operators.enumerated() {
      let right = allocate()
      let part = i == 0 ? result : allocate()
      try expression(operands[i + 1], to: right)
      let site = Site(op.span, operands[i].span, operands[i + 1].span)
      emit(.compare(part, left, right, op.symbol), site)
      if i > 0 { emit(.join(result, result, part, .and), site) }
      if i < operators.count - 1 {
        decided.append(emitJump(.jumpIfDecided(result, 0, .and), op.span))
      }
      left = right
    }
    aim(decided)
    if result != d { emit(.move(d, result), Site(operators[0].span)) }
  }

  private func logical(
    _ op: LogicalOperator, _ span: Span, _ left: Expression, _ right: Expression, to d: Reg
  ) throws {
    let result = scratch(d)
    try expression(left, to: result)
    let site = Site(span, left.span, right.span)
    emit(.jumpIfDecided(result, 0, op), site)
    let decided = instructions.count - 1
    let b = try operand(right)
    emit(.join(result, result, b, op), site)
    aim([decided])
    if result != d { emit(.move(d, result), site) }
  }

  // Conditions

  /// Jumps to be aimed at where to go when a condition does not hold.
  func jumpsUnless(_ condition: Expression) throws -> [Int] {
    if case .logical(.and, _, let left, let right) = condition.kind {
      let first = try scoped { try jumpsUnless(left) }
      return try first + scoped { try jumpsUnless(right) }
    }
    if case .comparison(let operands, let operators) = condition.kind, operators.count == 1,
      operators[0].symbol != .isIn
    {
      let op = operators[0]
      let a = try operand(operands[0], before: [operands[1]])
      let site = Site(op.span, operands[0].span, operands[1].span)
      if case .number(let x) = operands[1].kind {
        emit(.jumpUnlessConstant(a, constant(.number(x)), 0, op.symbol), site)
      } else {
        emit(.jumpUnless(a, try operand(operands[1]), 0, op.symbol), site)
      }
      return [instructions.count - 1]
    }
    return [emitJump(.jumpIfFalse(try operand(condition), 0), condition.span)]
  }

  func conditional(
    _ condition: Expression, _ block: Block, _ otherwise: Block?, _ span: Span, to d: Reg?
  ) throws {
    let skip = try scoped { try jumpsUnless(condition) }
    try branch(block, to: d)
    if otherwise == nil && d == nil { return aim(skip) }
    let end = emitJump(.jump(0), span)
    aim(skip)
    if let otherwise {
      try branch(otherwise, to: d)
    } else if let d {
      emit(.constant(d, constant(.nothing)), Site(span))
    }
    aim([end])
  }

  private func branch(_ block: Block, to d: Reg?) throws {
    if let d { return try body(block.statements, to: d) }
    for statement in block.statements { try self.statement(statement) }
  }

  // Literals

  private func string(_ parts: [StringPart], _ span: Span, to d: Reg) throws {
    var text = ""
    var pieces: [(text: String, format: FormatSpecification?)] = []
    var values: [Expression] = []
    for part in parts {
      switch part {
      case .text(let piece): text += piece
      case .interpolation(let value, let format):
        pieces.append((text, format))
        values.append(value)
        text = ""
      }
    }
    if values.isEmpty { return emit(.constant(d, constant(Value(text))), Site(span)) }
    let first = try consecutive(values)
    emit(.makeString(d, first, layout(.string(parts: pieces, end: text))), Site(span))
  }

  private func tuple(_ elements: [TupleElement], _ span: Span, to d: Reg) throws {
    var spreads: [Bool] = []
    let values = elements.map { element in
      switch element {
      case .value(let value):
        spreads.append(false)
        return value
      case .spread(let value):
        spreads.append(true)
        return value
      }
    }
    let first = try consecutive(values)
    if spreads.contains(true) {
      emit(.makeSpread(d, first, layout(.tuple(spreads))), Site(span))
    } else {
      emit(.makeTuple(d, first, Int32(values.count)), Site(span))
    }
  }

  private func record(_ elements: [RecordElement], _ span: Span, to d: Reg) throws {
    var names: [String?] = []
    let first = allocate(elements.count)
    for (i, element) in elements.enumerated() {
      switch element {
      case .field(let identifier, let value):
        if names.contains(identifier.name) {
          throw error(.syntax, "the field `\(identifier.name)` is given twice", identifier.span)
        }
        names.append(identifier.name)
        try scoped {
          if case .lambda(let literal) = value.kind {
            try function(
              literal, name: identifier.name, span: value.span, to: first + Reg(i))
          } else {
            try expression(value, to: first + Reg(i))
          }
        }
      case .spread(let value):
        names.append(nil)
        try scoped { try expression(value, to: first + Reg(i)) }
      }
    }
    let keys = names.contains(nil) ? nil : RecordKeys(names.map { $0! })
    emit(.makeRecord(d, first, layout(.record(names, keys: keys))), Site(span))
  }

  /// Subscripts into consecutive registers; gives their layout.
  func subscripts(_ subscripts: [Subscript]) throws -> Int32 {
    var kinds: [SubscriptKind] = []
    var values: [Expression] = []
    for entry in subscripts {
      switch entry {
      case .expression(let value):
        if case .tensor = value.kind { kinds.append(.literal) } else { kinds.append(.value) }
        values.append(value)
      case .slice(let a, let b, let c, let span):
        kinds.append(.slice)
        values += [a, b, c].map { $0 ?? Expression(.nothing, span) }
      }
    }
    return layout(.subscripts(first: try consecutive(values), kinds))
  }
}

extension [Subscript] {
  var expressions: [Expression] {
    flatMap { entry in
      switch entry {
      case .expression(let value): [value]
      case .slice(let a, let b, let c, _): [a, b, c].compactMap(\.self)
      }
    }
  }
}
