import Diagnostics

/// Binding strengths, loosest first; the body of a lambda is looser than all.
enum Precedence: Int, Comparable {
  case lowest, pipe, or, and, not, comparison, range, sum, product, sign, power, postfix

  static func < (a: Precedence, b: Precedence) -> Bool { a.rawValue < b.rawValue }

  var tighter: Precedence { Precedence(rawValue: rawValue + 1) ?? .postfix }
}

/// What an infix operator makes of its operands.
enum InfixRole {
  case pipe, range
  case logical(LogicalOperator)
  case comparison(ComparisonOperator)
  case binary(BinaryOperator)
}

/// The precedence table: every infix operator once.
let infixes: [Token.Kind: (precedence: Precedence, role: InfixRole)] = [
  .pipe: (.pipe, .pipe),
  .or: (.or, .logical(.or)),
  .and: (.and, .logical(.and)),
  .equal: (.comparison, .comparison(.equal)),
  .notEqual: (.comparison, .comparison(.notEqual)),
  .less: (.comparison, .comparison(.less)),
  .lessOrEqual: (.comparison, .comparison(.lessOrEqual)),
  .greater: (.comparison, .comparison(.greater)),
  .greaterOrEqual: (.comparison, .comparison(.greaterOrEqual)),
  .in: (.comparison, .comparison(.isIn)),
  .range: (.range, .range),
  .plus: (.sum, .binary(.add)),
  .minus: (.sum, .binary(.subtract)),
  .star: (.product, .binary(.multiply)),
  .slash: (.product, .binary(.divide)),
  .doubleSlash: (.product, .binary(.floorDivide)),
  .percent: (.product, .binary(.modulo)),
  .at: (.product, .binary(.matmul)),
  .caret: (.power, .binary(.power)),
]

/// `x op= v`.
let updateOperators: [Token.Kind: BinaryOperator] = [
  .plusBind: .add, .minusBind: .subtract, .starBind: .multiply, .slashBind: .divide,
  .doubleSlashBind: .floorDivide, .percentBind: .modulo, .atBind: .matmul, .caretBind: .power,
]

extension BinaryOperator {
  var precedence: Precedence {
    switch self {
    case .add, .subtract: .sum
    case .multiply, .divide, .floorDivide, .modulo, .matmul: .product
    case .power: .power
    }
  }
}
