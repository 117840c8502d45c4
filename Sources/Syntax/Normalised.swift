import Diagnostics

/// The one spelling of a tree: no comments, no layout, brackets only where the tree needs them.
/// Two texts that mean the same tree have the same spelling, and parsing it gives that tree again.
public func normalised(_ program: Program) -> String {
  program.statements.map(Printer.statement).joined(separator: "\n")
}

/// The one spelling of a statement.
public func normalised(_ statement: Statement) -> String { Printer.statement(statement) }

/// The one spelling of an expression.
public func normalised(_ expression: Expression) -> String { Printer.expression(expression) }

/// The one spelling of a function, as a lambda.
public func normalised(_ function: FunctionLiteral) -> String { Printer.lambda(function) }

private enum Printer {
  static func statement(_ statement: Statement) -> String {
    switch statement.kind {
    // A bare record or block at the start would be read as the other, or as a pattern.
    case .expression(let value): expression(value)
    case .bind(let left, let value): "\(pattern(left)) = \(expression(value))"
    case .update(let left, let operation, let value):
      "\(place(left)) \(operation?.rawValue ?? "")= \(expression(value))"
    case .function(let definition):
      "fn \(definition.name.name)\(parameters(definition.function))"
        + body(ofDefinition: definition.function.body)
    case .forLoop(let left, let sequence, let body):
      "for \(pattern(left)) in \(head(sequence)) \(block(body))"
    case .whileLoop(let condition, let body): "while \(head(condition)) \(block(body))"
    case .breakLoop: "break"
    case .continueLoop: "continue"
    case .returnValue(let value): value.map { "return \(expression($0))" } ?? "return"
    }
  }

  /// A block never looks like a record: each statement ends in `;`, an empty one holds a `;`.
  static func block(_ block: Block) -> String {
    let statements = block.statements.map { statement($0) + ";" }
    return "{ \(statements.isEmpty ? ";" : statements.joined(separator: " ")) }"
  }

  static func body(ofDefinition body: Expression) -> String {
    if case .block(let statements) = body.kind { return " \(block(statements))" }
    return " = \(expression(body))"
  }

  /// A record or block can't stand bare in a head, at any depth outside brackets.
  static func head(_ expression: Expression) -> String {
    let text = self.expression(expression)
    return text.utf8.contains(UInt8(ascii: "{")) ? "(\(text))" : text
  }

  static func lambda(_ function: FunctionLiteral) -> String {
    "\(parameters(function)) -> \(expression(function.body))"
  }

  static func parameters(_ function: FunctionLiteral) -> String {
    let all = function.parameters.map { parameter in
      pattern(parameter.pattern) + (parameter.defaultValue.map { " = \(expression($0))" } ?? "")
    }
    return "(\(all.joined(separator: ", ")))"
  }

  static func pattern(_ pattern: Pattern) -> String {
    switch pattern.kind {
    case .name(let name): name.name
    case .tuple(let parts): tuple(parts.map(Self.pattern))
    case .record(let fields):
      "{" + fields.map { "\($0.field.name): \(Self.pattern($0.pattern))" }.joined(separator: ", ")
        + "}"
    }
  }

  static func tuple(_ parts: [String]) -> String {
    parts.count == 1 ? "(\(parts[0]),)" : "(\(parts.joined(separator: ", ")))"
  }

  static func place(_ place: Place) -> String {
    place.path.reduce(place.variable.name) { text, step in
      switch step {
      case .index(let subscripts, _): text + brackets(subscripts)
      case .field(let name): "\(text).\(name.name)"
      }
    }
  }

  static func brackets(_ subscripts: [Subscript]) -> String {
    let all = subscripts.map { entry in
      switch entry {
      case .expression(let value): expression(value)
      case .slice(let lower, let upper, let step, _):
        "\(part(lower)):\(part(upper))" + (step.map { ":\(expression($0))" } ?? "")
      }
    }
    return "[\(all.joined(separator: ", "))]"
  }

  static func part(_ value: Expression?) -> String { value.map(expression) ?? "" }

  // MARK: Expressions

  static func expression(_ expression: Expression) -> String {
    operand(expression, atLeast: .lowest)
  }

  /// The text of an operand, in parentheses when it binds more loosely than its place asks.
  static func operand(_ expression: Expression, atLeast minimum: Precedence) -> String {
    let (text, precedence) = spelled(expression)
    return precedence < minimum ? "(\(text))" : text
  }

  static func spelled(_ expression: Expression) -> (String, Precedence) {
    switch expression.kind {
    case .nothing: ("nothing", .postfix)
    case .bool(let value): ("\(value)", .postfix)
    case .number(let value): (value.isFinite ? "\(value)" : value.isNaN ? "nan" : "inf", .postfix)
    case .name(let name): (name, .postfix)
    case .string(let parts): ("\"\(parts.map(piece).joined())\"", .postfix)
    case .tensor(let elements):
      ("[\(elements.map(Self.expression).joined(separator: ", "))]", .postfix)
    case .tuple(let elements): (tuple(elements.map(element)), .postfix)
    case .record(let elements):
      ("{\(elements.map(element).joined(separator: ", "))}", .postfix)
    case .call(let function, let arguments, _):
      ("\(base(function))(\(arguments.map(argument).joined(separator: ", ")))", .postfix)
    case .index(let value, let subscripts, _): (base(value) + brackets(subscripts), .postfix)
    case .field(let value, let name): ("\(base(value)).\(name.name)", .postfix)
    // Looser than every operand: always in parentheses inside an operator.
    case .lambda(let function): (lambda(function), .lowest)
    case .block(let statements): (block(statements), .lowest)
    case .conditional(let condition, let then, let otherwise):
      (conditional(condition, then, otherwise), .lowest)
    default: operation(expression)
    }
  }

  /// A number can't be followed by the point of a field.
  static func base(_ expression: Expression) -> String {
    if case .number = expression.kind { return "(\(self.expression(expression)))" }
    return operand(expression, atLeast: .postfix)
  }

  static func operation(_ expression: Expression) -> (String, Precedence) {
    switch expression.kind {
    case .unary(.minus, _, let value): ("-" + operand(value, atLeast: .sign), .sign)
    case .unary(.not, _, let value): ("not " + operand(value, atLeast: .not), .not)
    case .binary(.power, _, let left, let right):
      ("\(operand(left, atLeast: .postfix)) ^ \(operand(right, atLeast: .sign))", .power)
    case .binary(let symbol, _, let left, let right):
      infix(symbol.rawValue, symbol.precedence, left, right)
    case .logical(let symbol, _, let left, let right):
      infix(symbol.rawValue, symbol == .and ? .and : .or, left, right)
    case .pipe(let left, _, let right): infix("|>", .pipe, left, right)
    case .comparison(let operands, let operators):
      (
        zip(operators, operands.dropFirst()).reduce(operand(operands[0], atLeast: .range)) {
          "\($0) \($1.0.symbol.rawValue) \(operand($1.1, atLeast: .range))"
        }, .comparison
      )
    case .range(let lower, let upper, let step):
      (
        "\(operand(lower, atLeast: .sum)) .. \(operand(upper, atLeast: .sum))"
          + (step.map { " by \(operand($0, atLeast: .sum))" } ?? ""), .range
      )
    default: preconditionFailure("not an operation")
    }
  }

  static func infix(
    _ symbol: String, _ precedence: Precedence, _ left: Expression, _ right: Expression
  ) -> (String, Precedence) {
    let left = operand(left, atLeast: precedence)
    return ("\(left) \(symbol) \(operand(right, atLeast: precedence.tighter))", precedence)
  }

  static func conditional(_ condition: Expression, _ then: Block, _ otherwise: Block?) -> String {
    let text = "if \(head(condition)) \(block(then))"
    return otherwise.map { "\(text) else \(block($0))" } ?? text
  }

  static func element(_ element: TupleElement) -> String {
    switch element {
    case .value(let value): expression(value)
    case .spread(let value): "...\(expression(value))"
    }
  }

  static func element(_ element: RecordElement) -> String {
    switch element {
    case .field(let name, let value): "\(name.name): \(expression(value))"
    case .spread(let value): "...\(expression(value))"
    }
  }

  static func argument(_ argument: Argument) -> String {
    switch argument {
    case .positional(let value): expression(value)
    case .named(let name, let value): "\(name.name)=\(expression(value))"
    }
  }

  // MARK: Strings

  static func piece(_ part: StringPart) -> String {
    switch part {
    case .text(let text): escaped(text)
    // The space keeps the brace of a record or block apart from the one that opens.
    case .interpolation(let value, let format):
      "{ \(expression(value)) \(format.map { ":\($0.text)" } ?? "")}"
    }
  }

  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "{", "}": result += "\(scalar)\(scalar)"
      case "\n": result += "\\n"
      case _ where scalar.isControl:
        result += "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
