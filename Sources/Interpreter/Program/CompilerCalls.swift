import Diagnostics
import Syntax

extension FunctionBuilder {
  func pipe(_ left: Expression, _ right: Expression, _ span: Span, to d: Reg) throws {
    if case .call(let function, let arguments, _) = right.kind {
      try call(function, first: left, arguments, span, to: d)
    } else {
      try call(right, first: left, [], span, to: d)
    }
  }

  func call(
    _ function: Expression, first: Expression?, _ arguments: [Argument], _ span: Span, to d: Reg
  ) throws {
    let rebound = self.rebound
    self.rebound = []
    try scoped {
      // A result that is wanted in the newest register needs no move.
      let f = d == next - 1 && !isVariable(d) ? d : allocate()
      var site = CallSite(span: span, callee: function.span, arguments: [], names: [])
      var register = allocate(arguments.count + (first == nil ? 0 : 1))
      var last: [(to: Reg, from: Reg, span: Span)] = []
      func pass(_ value: Expression, _ claim: ClaimPlan?) throws {
        if let variable = boundRegister(of: value, before: []),
          let number = self.variable(value.span), rebound.contains(number)
        {
          last.append((register, variable, value.span))
        } else {
          try scoped { try argument(value, claim, to: register) }
        }
      }
      if let first {
        try pass(first, nil)
        site.arguments.append(first.span)
        site.whole.append(first.span)
        site.names.append(nil)
        register += 1
      }
      var slot: Int32?
      var local: Reg?
      if let variable = boundRegister(of: function, before: arguments.map(\.value)) {
        local = variable
      } else if case .name(let name) = function.kind, case .topLevel = home(function.span),
        unit.libraryName == nil
      {
        slot = nameIndex(name)
      } else {
        try scoped { try expression(function, to: f) }
      }
      try checkBrackets(function, arguments)
      let claim = try claimSides(function, arguments, piped: first != nil)
      for argument in arguments {
        switch argument {
        case .positional(let value):
          guard site.names.allSatisfy({ $0 == nil }) else {
            throw error(
              .syntax, "an argument by position can't follow one by name", value.span)
          }
          site.names.append(nil)
          site.arguments.append(value.span)
          site.whole.append(value.span)
          try pass(value, claim)
        case .named(let name, let value):
          site.names.append(name.name)
          site.arguments.append(value.span)
          site.whole.append(name.span.union(value.span))
          try pass(value, claim)
        }
        register += 1
      }
      for (to, from, span) in last { emit(.moveOut(to, from), Site(span)) }
      if site.names.allSatisfy({ $0 == nil }) { site.names = [] }
      if let claim {
        let index = layout(.claim(claim.operators))
        emit(.claimSides(claim.first, index), Site(span))
      }
      let count = Int32(site.arguments.count)
      unit.text.calls.append(site)
      let place = Site(span, function.span, call: Int32(unit.text.calls.count - 1))
      if let slot, site.names.isEmpty {
        emit(.callName(f, count, slot), place)
      } else if let local, site.names.isEmpty {
        emit(.callLocal(f, count, local), place)
      } else {
        if let local { emit(.move(f, local), Site(function.span)) }
        if let slot { emit(.loadName(f, slot), Site(function.span)) }
        emit(site.names.isEmpty ? .call(f, count) : .callNamed(f, count), place)
      }
      if f != d { emit(.moveOut(d, f), Site(span)) }
    }
  }

  /// `i32([16777217])`: brackets make f32, which holds no such integer, before `i32` sees it.
  private func checkBrackets(_ function: Expression, _ arguments: [Argument]) throws {
    guard case .name(let name) = function.kind, name == "i32" || name == "u8",
      case .positional(let value)? = arguments.first, case .tensor(let elements) = value.kind,
      let (wide, span) = elements.lazy.compactMap({ self.rounded($0) }).first
    else { return }
    let tuple = unit.source.text(in: value.span).dropFirst().dropLast()
    throw error(
      .value,
      "brackets make f32, which has no \(Int(wide).grouped), only "
        + "\(Int(Double(Float(wide))).grouped)", span,
      hint: elements.count < 9 ? "\(name)((\(tuple)\(elements.count == 1 ? "," : "")))" : nil)
  }

  /// A whole number literal, negated or not, that f32 would round.
  private func rounded(_ element: Expression) -> (Double, Span)? {
    switch element.kind {
    case .number(let x) where x == x.rounded() && abs(x) < 0x1p53 && Double(Float(x)) != x:
      (x, element.span)
    case .unary(.minus, _, let operand): rounded(operand)
    default: nil
    }
  }

  private func argument(_ value: Expression, _ claim: ClaimPlan?, to d: Reg) throws {
    if let claim, claim.condition == value.span {
      try claimCondition(value, claim, to: d)
    } else {
      try expression(value, to: d)
    }
  }

  // Appending

  /// What `append(x, item)` appends to a variable, if that is what an expression is.
  func appended(_ value: Expression, to variable: Int) -> Appended? {
    guard unit.libraryName == nil, rebound.contains(variable),
      case .call(let function, let arguments, _) = value.kind, arguments.count == 2,
      case .name("append") = function.kind, case .topLevel = home(function.span),
      case .positional(let tuple) = arguments[0], case .name = tuple.kind,
      self.variable(tuple.span) == variable, case .positional(let item) = arguments[1]
    else { return nil }
    return Appended(item: item, callee: function.span, tuple: tuple.span)
  }

  struct Appended {
    var item: Expression
    var callee: Span
    var tuple: Span
  }

  /// `x = append(x, item)`: in place, or by the call that follows.
  func append(_ parts: Appended, to x: Reg, _ span: Span) throws {
    rebound = []
    try scoped {
      let f = allocate(3)
      let item = try operand(parts.item)
      let slot = nameIndex("append")
      unit.text.calls.append(
        CallSite(
          span: span, callee: parts.callee, arguments: [parts.tuple, parts.item.span], names: []))
      let place = Site(span, parts.callee, call: Int32(unit.text.calls.count - 1))
      emit(.append(x, item, slot), place)
      emit(item > f ? .moveOut(f + 2, item) : .move(f + 2, item), Site(parts.item.span))
      emit(.moveOut(f + 1, x), Site(parts.tuple))
      emit(.callName(f, 2, slot), place)
      emit(.moveOut(x, f), Site(span))
    }
  }

  // Claims

  /// Where the sides of a claim's comparisons are kept for the builtin to look at.
  final class ClaimPlan {
    let condition: Span
    let operators: [ComparisonOperator]
    let first: Reg
    var filled: Reg = 0

    init(condition: Span, operators: [ComparisonOperator], first: Reg) {
      self.condition = condition
      self.operators = operators
      self.first = first
    }
  }

  /// A plan if this is a call of `claim` with a condition that has sides.
  private func claimSides(
    _ function: Expression, _ arguments: [Argument], piped: Bool
  ) throws -> ClaimPlan? {
    guard case .name("claim") = function.kind, case .topLevel = home(function.span) else {
      return nil
    }
    var position = piped ? 1 : 0
    for argument in arguments {
      let condition: Expression
      switch argument {
      case .named(let name, let value):
        guard name.name == "condition" else { continue }
        condition = value
      case .positional(let value):
        position += 1
        guard position == 2 else { continue }
        condition = value
      }
      let operators = condition.comparisonsOfClaim ?? []
      let plan = ClaimPlan(
        condition: condition.span, operators: operators, first: allocate(2 * operators.count))
      for i in 0..<2 * operators.count {
        // A part that is not evaluated has no sides.
        emit(.constant(plan.first + Reg(i), constant(.nothing)), Site(condition.span))
      }
      return plan
    }
    return nil
  }

  /// The condition of a claim, its sides kept. Every part of it is a comparison.
  private func claimCondition(_ value: Expression, _ plan: ClaimPlan, to d: Reg) throws {
    if plan.operators.isEmpty { return try expression(value, to: d) }
    switch value.kind {
    case .logical(let op, let span, let left, let right):
      try claimCondition(left, plan, to: d)
      emit(.jumpIfDecided(d, 0, op), Site(span, left.span, right.span))
      let decided = instructions.count - 1
      let part = allocate()
      try claimCondition(right, plan, to: part)
      emit(.join(d, d, part, op), Site(span, left.span, right.span))
      aim([decided])
    case .comparison(let operands, let operators):
      try claimComparison(operands, operators, plan, to: d)
    default: preconditionFailure("a claim's parts are comparisons")
    }
  }

  private func claimComparison(
    _ operands: [Expression], _ operators: [(symbol: ComparisonOperator, span: Span)],
    _ plan: ClaimPlan, to d: Reg
  ) throws {
    var decided: [Int] = []
    let base = plan.first + plan.filled
    plan.filled += Reg(2 * operators.count)
    for (i, op) in operators.enumerated() {
      let sides = base + Reg(2 * i)
      let site = Site(op.span, operands[i].span, operands[i + 1].span)
      if i == 0 {
        try expression(operands[0], to: sides)
      } else {
        emit(.move(sides, sides - 1), site)
      }
      try expression(operands[i + 1], to: sides + 1)
      let part = i == 0 ? d : allocate()
      emit(.compare(part, sides, sides + 1, op.symbol), site)
      if i > 0 { emit(.join(d, d, part, .and), site) }
      if i < operators.count - 1 {
        decided.append(emitJump(.jumpIfDecided(d, 0, .and), op.span))
      }
    }
    aim(decided)
  }
}

extension Expression {
  /// The operators of a condition made of comparisons and `and` alone; nil for others.
  var comparisonsOfClaim: [ComparisonOperator]? {
    switch kind {
    case .comparison(_, let operators):
      let symbols = operators.map(\.symbol)
      return symbols.contains(.isIn) ? nil : symbols
    case .logical(.and, _, let left, let right):
      guard let a = left.comparisonsOfClaim, let b = right.comparisonsOfClaim else { return nil }
      return a + b
    default: return nil
    }
  }
}
