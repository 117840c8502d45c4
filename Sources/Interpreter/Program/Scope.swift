import Syntax

/// Names that statements bind in the function they stand in, in order of first binding: not those
/// of nested functions, and not `for` variables, which are local to their loop.
struct BoundNames {
  private(set) var names: [String] = []
  /// Variables whose parts or values updates change, which binds no name here.
  private(set) var updated: Set<String> = []
  private var seen: Set<String> = []
  private var loopNames: [Set<String>] = []

  private mutating func bind(_ name: String) {
    if name == "_" || loopNames.contains(where: { $0.contains(name) }) { return }
    if seen.insert(name).inserted { names.append(name) }
  }

  mutating func visit(_ statements: [Statement]) {
    for statement in statements { visit(statement) }
  }

  mutating func visit(_ statement: Statement) {
    switch statement.kind {
    case .expression(let value): visit(value)
    case .bind(let pattern, let value):
      visit(value)
      for name in pattern.names { bind(name) }
    case .update(let place, _, let value):
      updated.insert(place.variable.name)
      for case .index(let subscripts, _) in place.path { visit(subscripts) }
      visit(value)
    case .function(let definition): bind(definition.name.name)
    case .forLoop(let pattern, let sequence, let body):
      visit(sequence)
      loopNames.append(Set(pattern.names))
      visit(body.statements)
      loopNames.removeLast()
    case .whileLoop(let condition, let body):
      visit(condition)
      visit(body.statements)
    case .breakLoop, .continueLoop: break
    case .returnValue(let value): if let value { visit(value) }
    }
  }

  private mutating func visit(_ subscripts: [Subscript]) {
    for entry in subscripts {
      switch entry {
      case .expression(let value): visit(value)
      case .slice(let a, let b, let c, _):
        for part in [a, b, c] { if let part { visit(part) } }
      }
    }
  }

  mutating func visit(_ expression: Expression) {
    switch expression.kind {
    case .nothing, .bool, .number, .name, .lambda: break
    case .string(let parts):
      for case .interpolation(let value, _) in parts { visit(value) }
    case .tensor(let elements): for element in elements { visit(element) }
    case .tuple(let elements):
      for element in elements {
        switch element {
        case .value(let value), .spread(let value): visit(value)
        }
      }
    case .record(let elements):
      for element in elements {
        switch element {
        case .field(_, let value), .spread(let value): visit(value)
        }
      }
    case .range(let lower, let upper, let step):
      visit(lower)
      visit(upper)
      if let step { visit(step) }
    case .unary(_, _, let operand): visit(operand)
    case .binary(_, _, let left, let right), .logical(_, _, let left, let right),
      .pipe(let left, _, let right):
      visit(left)
      visit(right)
    case .comparison(let operands, _): for operand in operands { visit(operand) }
    case .call(let function, let arguments, _):
      visit(function)
      for argument in arguments {
        switch argument {
        case .positional(let value), .named(_, let value): visit(value)
        }
      }
    case .index(let object, let subscripts, _):
      visit(object)
      visit(subscripts)
    case .field(let object, _): visit(object)
    case .conditional(let condition, let block, let otherwise):
      visit(condition)
      visit(block.statements)
      if let otherwise { visit(otherwise.statements) }
    case .block(let block): visit(block.statements)
    }
  }
}

extension Pattern {
  /// The names it binds, in order.
  var names: [String] {
    switch kind {
    case .name(let identifier): identifier.name == "_" ? [] : [identifier.name]
    case .tuple(let elements): elements.flatMap(\.names)
    case .record(let fields): fields.flatMap(\.pattern.names)
    }
  }

  /// How a signature shows it.
  var summary: String {
    switch kind {
    case .name(let identifier): identifier.name
    case .tuple(let elements):
      "(" + elements.map(\.summary).joined(separator: ", ") + (elements.count == 1 ? ",)" : ")")
    case .record(let fields):
      "{"
        + fields.map { field, pattern in
          pattern.summary == field.name ? field.name : "\(field.name): \(pattern.summary)"
        }.joined(separator: ", ") + "}"
    }
  }
}

extension FunctionLiteral {
  /// How messages show a function that has no name: `(x, y) -> …`.
  var sketch: String {
    let list = parameters.map(\.pattern.summary)
    return (list.count == 1 ? list[0] : "(" + list.joined(separator: ", ") + ")") + " -> …"
  }
}

extension Sequence<Expression> {
  /// Whether computing them may change the variable of a name.
  func mayChange(_ name: String) -> Bool {
    var bound = BoundNames()
    for expression in self { bound.visit(expression) }
    return bound.names.contains(name) || bound.updated.contains(name)
  }
}

extension Expression {
  /// Whether it is a call, or a pipe into one.
  var isCall: Bool {
    switch kind {
    case .call, .pipe: true
    default: false
    }
  }

  /// How many times a name stands in it.
  func mentions(_ name: String) -> Int {
    var count = 0
    var pending: [SyntaxNode] = [.expression(self)]
    while let node = pending.popLast() {
      switch node {
      case .expression(let value):
        if case .name(name) = value.kind { count += 1 }
        pending += value.children
      case .statement(let statement):
        if case .update(let place, _, _) = statement.kind, place.variable.name == name {
          count += 1
        }
        pending += statement.children
      case .block(let block): pending += block.statements.map(SyntaxNode.statement)
      case .function(let function): pending += function.children
      }
    }
    return count
  }
}
