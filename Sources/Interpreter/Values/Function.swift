import Diagnostics
import Syntax
import Tensor

/// Something that can be called.
public final class Function: @unchecked Sendable {
  enum Kind {
    /// A function of the language.
    case closure
    /// Swift code.
    case builtin(Builtin)
    /// `grad(f)` and the like: a builtin with its first arguments already given.
    case derived(Derived)
  }

  let kind: Kind
  /// How many arguments by position need no binding; -1 if this is no closure.
  let arity: Int32
  /// The same for a closure that never looks at itself, so that a call need not keep it; else -1.
  let freeArity: Int32
  /// Where its code starts and how many registers it needs, copied here for the call's sake.
  let entry: Int
  let registerCount: Int
  /// The code of a closure; an empty one otherwise.
  let code: FunctionCode
  /// Values captured when the closure was made.
  private(set) var captures: [Value]
  /// How deep values nest in what it captured, itself included.
  let depth: Int

  deinit { releaseInLoop(&captures) }

  /// Moves the captured values out of a function that is about to go.
  func surrender(to pending: inout [Value]) {
    var own: [Value] = []
    swap(&own, &captures)
    pending += own
  }

  init(code: FunctionCode, captures: [Value]) {
    kind = .closure
    arity = Int32(code.parameters.count)
    freeArity = captures.isEmpty && code.selfName == nil ? arity : -1
    entry = code.entry
    registerCount = code.registerCount
    self.code = code
    self.captures = captures
    depth = depthAround(captures)
  }

  /// Makes a function of a builtin.
  public init(_ builtin: Builtin) {
    kind = .builtin(builtin)
    depth = 1
    arity = -1
    freeArity = -1
    entry = 0
    registerCount = 0
    code = .none
    captures = []
  }

  init(_ derived: Derived) {
    kind = .derived(derived)
    depth = derived.function.depth + 1
    arity = -1
    freeArity = -1
    entry = 0
    registerCount = 0
    code = .none
    captures = []
  }

  /// Its name, or `function` for one that has none.
  public var name: String {
    switch kind {
    case .closure: code.name
    case .builtin(let builtin): builtin.name
    case .derived(let derived): derived.name
    }
  }

  /// Names of its parameters in order.
  public var parameterNames: [String] {
    switch kind {
    case .closure: code.parameters.map(\.name)
    case .builtin(let builtin): builtin.parameters.map(\.name)
    case .derived(let derived):
      if case .function(let f) = derived.function { f.parameterNames } else { [] }
    }
  }
}

/// A function made from another one by a builtin, such as `grad(f)`.
struct Derived {
  /// How messages name it: `grad(f)`.
  let name: String
  /// What it was made from: a function, or a record that can be called.
  let function: Value
  /// Whatever else it depends on, for its digest.
  let attributes: [Value]
  /// What a call does, given the arguments by position and by name.
  let body: (Machine, [Value], [(String, Value)]) throws -> Value
}

/// The compiled form of one function of the language, without what it captured.
final class FunctionCode: @unchecked Sendable {
  /// What a function written without a name is called.
  static let lambdaName = "function"

  struct Parameter {
    /// The name, or a description such as `(a, b)` for a pattern.
    let name: String
    let hasDefault: Bool
    let isPattern: Bool
  }

  let name: String
  let parameters: [Parameter]
  /// How many registers a frame needs.
  let registerCount: Int
  /// Where it starts in the machine's text.
  let entry: Int
  /// Names of what it captured, in the order of `Function.captures`.
  let captureNames: [String]
  let source: SourceText
  /// The definition, for digests and `source(f)`.
  let literal: FunctionLiteral
  let span: Span
  /// The documentation of a `fn`.
  let documentation: String?
  /// For a function written in the library: the public name and the index among the functions
  /// written in that definition, 0 for the definition itself.
  let library: (name: String, index: Int)?
  /// The name by which it may call itself.
  let selfName: String?

  init(
    name: String, parameters: [Parameter], registerCount: Int, entry: Int,
    captureNames: [String], source: SourceText, literal: FunctionLiteral, span: Span,
    documentation: String?, library: (name: String, index: Int)?, selfName: String?
  ) {
    self.name = name
    self.parameters = parameters
    self.registerCount = registerCount
    self.entry = entry
    self.captureNames = captureNames
    self.source = source
    self.literal = literal
    self.span = span
    self.documentation = documentation
    self.library = library
    self.selfName = selfName
  }

  /// The code of functions that have none.
  static let none = FunctionCode(
    name: "", parameters: [], registerCount: 0, entry: 0, captureNames: [],
    source: SourceText(name: "", text: ""),
    literal: FunctionLiteral(parameters: [], body: Expression(.nothing, Span(0, 0))),
    span: Span(0, 0), documentation: nil, library: nil, selfName: nil)
}
