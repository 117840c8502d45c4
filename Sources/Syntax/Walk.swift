import Diagnostics

/// What stands directly below a node of the tree, in the order of the text.
public enum SyntaxNode {
  /// A statement.
  case statement(Statement)
  /// An expression.
  case expression(Expression)
  /// A block, with the node that opens it: its own when it stands alone.
  case block(Block)
  /// Parameters and body of a lambda or a definition.
  case function(FunctionLiteral)
}

extension Statement {
  /// The nodes directly below.
  public var children: [SyntaxNode] {
    switch kind {
    case .expression(let value), .bind(_, let value): [.expression(value)]
    case .update(let place, _, let value):
      place.path.flatMap { step -> [SyntaxNode] in
        if case .index(let subscripts, _) = step { return subscripts.flatMap { $0.children } }
        return []
      } + [.expression(value)]
    case .function(let definition): [.function(definition.function)]
    case .forLoop(_, let sequence, let body): [.expression(sequence), .block(body)]
    case .whileLoop(let condition, let body): [.expression(condition), .block(body)]
    case .breakLoop, .continueLoop: []
    case .returnValue(let value): value.map { [.expression($0)] } ?? []
    }
  }
}

extension Pattern {
  /// The names it binds, with their places.
  public var boundNames: [Identifier] {
    switch kind {
    case .name(let identifier): [identifier]
    case .tuple(let parts): parts.flatMap { $0.boundNames }
    case .record(let fields): fields.flatMap { $0.pattern.boundNames }
    }
  }
}

extension FunctionLiteral {
  /// The defaults and the body.
  public var children: [SyntaxNode] {
    parameters.compactMap { $0.defaultValue }.map(SyntaxNode.expression) + [.expression(body)]
  }
}

extension Subscript {
  /// The expressions in it.
  public var children: [SyntaxNode] {
    switch self {
    case .expression(let value): [.expression(value)]
    case .slice(let first, let second, let third, _):
      [first, second, third].compactMap { $0.map(SyntaxNode.expression) }
    }
  }
}

extension Argument {
  /// What is given.
  public var value: Expression {
    switch self {
    case .positional(let value), .named(_, let value): value
    }
  }
}

extension Expression {
  /// The nodes directly below.
  public var children: [SyntaxNode] {
    switch kind {
    case .nothing, .bool, .number, .name: []
    case .lambda(let function): [.function(function)]
    case .block(let block): [.block(block)]
    case .conditional(let condition, let then, let otherwise):
      [.expression(condition), .block(then)] + (otherwise.map { [.block($0)] } ?? [])
    case .index(let object, let subscripts, _):
      [.expression(object)] + subscripts.flatMap { $0.children }
    default: operands.map(SyntaxNode.expression)
    }
  }

  /// The direct parts of an expression made of expressions alone.
  private var operands: [Expression] {
    switch kind {
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
      [function] + arguments.map { $0.value }
    case .field(let object, _): [object]
    default: []
    }
  }
}
