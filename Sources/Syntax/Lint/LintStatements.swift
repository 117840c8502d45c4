import Diagnostics

// What can be told from the form of statements alone.

extension Linter {
  /// - Parameter isBody: whether the last statement's value is that of the whole.
  mutating func checkStatements(_ statements: [Statement], isBody: Bool) {
    for (i, statement) in statements.enumerated() {
      let isLast = i == statements.count - 1
      switch statement.kind {
      case .forLoop(_, let sequence, let body), .whileLoop(let sequence, let body):
        check(.expression(sequence))
        // In the body of a loop, no statement's value goes anywhere.
        checkStatements(body.statements, isBody: false)
      default: for child in statement.children { check(child) }
      }
      switch statement.kind {
      case .expression(let value) where !isLast || !isBody:
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

  private mutating func check(_ node: SyntaxNode) {
    switch node {
    case .statement(let statement): checkStatements([statement], isBody: true)
    case .expression(let expression): for child in expression.children { check(child) }
    case .block(let block): checkStatements(block.statements, isBody: true)
    case .function(let function): for child in function.children { check(child) }
    }
  }

  /// True for an expression that can only have a value: a call may print or claim.
  private func isDiscarded(_ value: Expression) -> Bool {
    switch value.kind {
    case .call, .pipe, .conditional, .block, .logical, .nothing: false
    default: true
    }
  }
}

extension Expression {
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
