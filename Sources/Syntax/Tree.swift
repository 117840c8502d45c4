import Diagnostics

/// A parsed text: what the parser gives and the resolver takes.
public struct Program: Sendable {
  /// The text that was parsed; all spans refer to it.
  public var source: SourceText
  /// Statements in order.
  public var statements: [Statement]
  /// True when the last statement ended in `;`, so its value is not shown.
  public var isQuiet: Bool

  /// Makes a program.
  public init(source: SourceText, statements: [Statement], isQuiet: Bool) {
    self.source = source
    self.statements = statements
    self.isQuiet = isQuiet
  }
}

/// A name with its place; in NFC.
public struct Identifier: Hashable, Sendable {
  /// The name in NFC.
  public var name: String
  /// Where it stands.
  public var span: Span

  /// Makes an identifier.
  public init(_ name: String, _ span: Span) {
    self.name = name
    self.span = span
  }
}

/// A statement and its place.
public struct Statement: Sendable {
  /// What it is.
  public var kind: Kind
  /// Its whole extent.
  public var span: Span

  /// The forms of a statement.
  public indirect enum Kind: Sendable {
    /// An expression for its value or effect.
    case expression(Expression)
    /// `pattern = value`
    case bind(Pattern, Expression)
    /// `place op= value`: `x += 1`, `x[0] = v` (operator nil), `r.w *= 2`.
    case update(Place, BinaryOperator?, Expression)
    /// `fn name(parameters) = body` or `fn name(parameters) { … }`
    case function(FunctionDefinition)
    /// `for pattern in sequence { body }`
    case forLoop(Pattern, Expression, Block)
    /// `while condition { body }`
    case whileLoop(Expression, Block)
    /// `break`
    case breakLoop
    /// `continue`
    case continueLoop
    /// `return` with its value
    case returnValue(Expression?)
  }

  /// Makes a statement.
  public init(_ kind: Kind, _ span: Span) {
    self.kind = kind
    self.span = span
  }
}

/// A named function with its documentation.
public struct FunctionDefinition: Sendable {
  /// Its name.
  public var name: Identifier
  /// Its parameters and body.
  public var function: FunctionLiteral
  /// The `##` lines above it, without the marks; nil when there are none.
  public var documentation: String?

  /// Makes a definition.
  public init(name: Identifier, function: FunctionLiteral, documentation: String?) {
    self.name = name
    self.function = function
    self.documentation = documentation
  }
}

/// Parameters and body, of a lambda or a `fn`.
public struct FunctionLiteral: Sendable {
  /// Parameters in order.
  public var parameters: [Parameter]
  /// The body.
  public var body: Expression

  /// Makes a function literal.
  public init(parameters: [Parameter], body: Expression) {
    self.parameters = parameters
    self.body = body
  }
}

/// A parameter: a pattern and, for a plain name, perhaps a default.
public struct Parameter: Sendable {
  /// A name, or a pattern that takes the argument apart.
  public var pattern: Pattern
  /// Evaluated at each call that leaves the argument out; sees earlier parameters.
  public var defaultValue: Expression?

  /// Makes a parameter.
  public init(pattern: Pattern, defaultValue: Expression?) {
    self.pattern = pattern
    self.defaultValue = defaultValue
  }
}

/// What stands left of `=`, in a parameter, or after `for`; patterns nest.
public struct Pattern: Sendable {
  /// What it is.
  public var kind: Kind
  /// Where it stands.
  public var span: Span

  /// The forms of a pattern.
  public indirect enum Kind: Sendable {
    /// Binds the whole value; `_` binds nothing.
    case name(Identifier)
    /// `(a, b)`, `(x,)`, `()`
    case tuple([Pattern])
    /// `{loss, acc: a}`: field names with the pattern that takes each.
    case record([(field: Identifier, pattern: Pattern)])
  }

  /// Makes a pattern.
  public init(_ kind: Kind, _ span: Span) {
    self.kind = kind
    self.span = span
  }
}

/// A variable with a path of indices and fields: `x`, `x[0]`, `r.w`, `r.layers[1].w`.
public struct Place: Sendable {
  /// The variable.
  public var variable: Identifier
  /// Steps from the variable to the part that changes.
  public var path: [Step]
  /// The whole place.
  public var span: Span

  /// One step into a value.
  public enum Step: Sendable {
    /// `[subscripts]` with its span.
    case index([Subscript], Span)
    /// `.name`
    case field(Identifier)
  }

  /// Makes a place.
  public init(variable: Identifier, path: [Step], span: Span) {
    self.variable = variable
    self.path = path
    self.span = span
  }
}

/// Statements in braces; the value is the last statement's when that is an expression.
public struct Block: Sendable {
  /// Statements in order.
  public var statements: [Statement]
  /// From `{` to `}`.
  public var span: Span

  /// Makes a block.
  public init(_ statements: [Statement], _ span: Span) {
    self.statements = statements
    self.span = span
  }
}

/// An expression and its place.
public struct Expression: Sendable {
  /// What it is.
  public var kind: Kind
  /// Its whole extent.
  public var span: Span

  /// The forms of an expression.
  public indirect enum Kind: Sendable {
    /// `nothing`
    case nothing
    /// `true`, `false`
    case bool(Bool)
    /// `3`, `0.5`, `inf`, `nan`; `pi` is a library name.
    case number(Double)
    /// `"acc {acc:.1%}"`
    case string([StringPart])
    /// A variable or library name.
    case name(String)
    /// `[a, b]`
    case tensor([Expression])
    /// `(a, ...b)`, `(x,)`, `()`
    case tuple([TupleElement])
    /// `{w: 1, ...r, loss}`
    case record([RecordElement])
    /// `lower..upper by step`
    case range(Expression, Expression, by: Expression?)
    /// `-x`, `not x`, `+x`; the span is the operator's
    case unary(UnaryOperator, Span, Expression)
    /// `a + b`; the span is the operator's
    case binary(BinaryOperator, Span, Expression, Expression)
    /// `a < b <= c`: one operand more than operators
    case comparison([Expression], [(symbol: ComparisonOperator, span: Span)])
    /// `a and b`, `a or b`
    case logical(LogicalOperator, Span, Expression, Expression)
    /// `x |> f` or `x |> f(y)`; the span is the operator's
    case pipe(Expression, Span, Expression)
    /// `f(a, k=b, ...c)`; the span runs from `(` to `)`
    case call(Expression, [Argument], Span)
    /// `x[i, 2:5]`; the span runs from `[` to `]`
    case index(Expression, [Subscript], Span)
    /// `r.w`
    case field(Expression, Identifier)
    /// `x -> body`, `(x, y=1) -> body`
    case lambda(FunctionLiteral)
    /// `if c { … } else { … }`; `else if` is an `else` block with one expression
    case conditional(Expression, Block, otherwise: Block?)
    /// `{ statements }`
    case block(Block)
  }

  /// Makes an expression.
  public init(_ kind: Kind, _ span: Span) {
    self.kind = kind
    self.span = span
  }
}

/// A piece of a string literal.
public enum StringPart: Sendable {
  /// Text with its escapes resolved.
  case text(String)
  /// `{expression:format}`; the format is nil when there is none.
  case interpolation(Expression, format: FormatSpecification?)
}

/// The text after the last `:` of an interpolation, such as `.1%`.
public struct FormatSpecification: Hashable, Sendable {
  /// The text as written, for instance `.3f`, `>8`, `.1%`.
  public var text: String
  /// Where it stands.
  public var span: Span

  /// Makes a format specification.
  public init(_ text: String, _ span: Span) {
    self.text = text
    self.span = span
  }
}

/// An element of a tuple literal.
public enum TupleElement: Sendable {
  /// A value.
  case value(Expression)
  /// `...t`
  case spread(Expression)
}

/// An element of a record literal.
public enum RecordElement: Sendable {
  /// `w: 1`, or `w` for `w: w`
  case field(Identifier, Expression)
  /// `...r`
  case spread(Expression)
}

/// An argument of a call.
public enum Argument: Sendable {
  /// By position.
  case positional(Expression)
  /// `name=value`
  case named(Identifier, Expression)
}

/// One entry between the brackets of an index.
public enum Subscript: Sendable {
  /// An index, mask or range value.
  case expression(Expression)
  /// `a:b:c`, each part optional, with its span
  case slice(Expression?, Expression?, Expression?, Span)
}

/// Prefix operators.
public enum UnaryOperator: String, CaseIterable, Sendable {
  case minus = "-"
  case not
}

/// Infix operators that take values to a value.
public enum BinaryOperator: String, CaseIterable, Sendable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case floorDivide = "//"
  case modulo = "%"
  case matmul = "@"
  case power = "^"
}

/// Comparisons; they chain.
public enum ComparisonOperator: String, CaseIterable, Sendable {
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case isIn = "in"
}

/// Operators that may leave their right side unevaluated.
public enum LogicalOperator: String, CaseIterable, Sendable {
  case and, or
}
