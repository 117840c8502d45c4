import Diagnostics

/// What the names of a program mean. The compiler, the linter, the dependencies of cells, saved
/// sessions and completion all ask this one answer.
public struct Resolution: Sendable {
  /// The functions of the program in the order in which they are made; the first is the top level.
  public internal(set) var functions: [FunctionScope] = []
  /// All variables that the program binds.
  public internal(set) var variables: [Variable] = []
  /// Every place where a name of a variable stands, in the order of evaluation.
  public internal(set) var occurrences: [Occurrence] = []
  /// What each statement of the top level reads and binds.
  public internal(set) var statements: [NameEffects] = []
  /// The occurrence that begins at an offset of the text.
  private var places: [Int32: Int] = [:]
  /// The function whose body has a span.
  private var bodies: [Span: Int] = [:]

  /// Resolves the names of a program.
  public init(of program: Program) { self.init(of: program.statements) }

  /// Resolves the names of statements of the top level.
  public init(of statements: [Statement]) {
    var resolver = Resolver()
    resolver.resolve(statements)
    self = resolver.resolution
    for (i, occurrence) in occurrences.enumerated() { places[occurrence.span.lower] = i }
    for (i, function) in functions.enumerated() {
      if let body = function.body { bodies[body] = i }
    }
  }

  init() {}

  /// What the name at a place means; nil where no name of a variable stands.
  public func occurrence(at span: Span) -> Occurrence? {
    places[span.lower].map { occurrences[$0] }
  }

  /// The scope of a function literal of the program.
  public func function(_ literal: FunctionLiteral) -> FunctionScope? {
    bodies[literal.body.span].map { functions[$0] }
  }

  /// The names inside a span, in the order of evaluation.
  public func occurrences(within span: Span) -> [Occurrence] {
    occurrences.filter { $0.span.lower >= span.lower && $0.span.upper <= span.upper }
  }

  /// Whether code inside a span may change a variable.
  public func changes(_ variable: Int, within span: Span) -> Bool {
    variables[variable].changes.contains { $0.lower >= span.lower && $0.upper <= span.upper }
  }

  /// How many times a variable is named inside a span, functions included.
  public func mentions(of variable: Int, within span: Span) -> Int {
    variables[variable].mentions.count { $0.lower >= span.lower && $0.upper <= span.upper }
  }

  /// What the whole program reads and binds.
  public var effects: NameEffects {
    statements.reduce(into: NameEffects()) { $0.append($1) }
  }

  /// Names of the top level that the program binds: in the order of their first binding, then those
  /// that are only updated.
  public var topLevelNames: [String] {
    let bound = functions[0].variables.map { variables[$0] }
    return bound.filter { !$0.isOnlyUpdated }.map { $0.name }
      + bound.filter { $0.isOnlyUpdated }.map { $0.name }
  }

  /// The variables of functions and loops that a name may mean at an offset, inner ones first.
  public func visibleVariables(at offset: Int32) -> [Variable] {
    var seen: Set<String> = []
    return
      variables
      .filter { $0.kind != .topLevel && $0.extent.lower <= offset && offset <= $0.extent.upper }
      .sorted { $0.extent.lower > $1.extent.lower }
      .filter { seen.insert($0.name).inserted }
  }
}

/// A variable of a program.
public struct Variable: Sendable {
  /// Its name.
  public var name: String
  /// What binds it.
  public var kind: Kind
  /// Where it is bound first.
  public var span: Span
  /// The text in which its name means it.
  public var extent: Span
  /// Whether `fn` binds it first.
  public var isFunction = false
  /// Whether it is changed here and bound elsewhere.
  public var isOnlyUpdated = false
  /// Whether code reads it, an update of it aside.
  public var isRead = false
  /// Whether code calls it.
  public var isCalled = false
  /// Names bound with it by one pattern, its own included.
  public var companions: [String] = []
  /// Where it is bound or updated, in the order of evaluation.
  public internal(set) var changes: [Span] = []
  /// Where it is named.
  public internal(set) var mentions: [Span] = []

  /// What binds a variable.
  public enum Kind: Sendable {
    /// A statement of the top level: other programs see it.
    case topLevel
    /// The head of a function.
    case parameter
    /// A statement of a function.
    case local
    /// The head of a `for`.
    case loop
  }
}

/// A function of a program, or its top level.
public struct FunctionScope: Sendable {
  /// The span of its body; nil for the top level.
  public internal(set) var body: Span?
  /// The function around it, by its number; nil for the top level.
  public internal(set) var parent: Int?
  /// Its variables: parameters first, then in the order of their first binding. Those of its loops
  /// are not among them.
  public internal(set) var variables: [Int] = []
  /// What it captures of the functions around it, in the order of first use.
  public internal(set) var captures: [Capture] = []
  /// The name by which it calls itself, where no variable of its own has that name.
  public internal(set) var selfName: String?

  /// A variable of a function around, kept by value when the function is made.
  public struct Capture: Sendable {
    /// Its name.
    public var name: String
    /// What the name means in the function directly around.
    public var outer: Reference
    /// Whether the variable surely has a value when the function is made.
    public var isBound: Bool
  }
}

/// What a name means in the function it stands in.
public enum Reference: Sendable, Equatable {
  /// A variable of the function, or of a loop in it, by its number.
  case variable(Int)
  /// One of its captures.
  case capture(Int)
  /// The function itself.
  case selfReference
  /// A name of the top level, or of the library, looked up when it is read.
  case topLevel
}

/// A place where the name of a variable stands.
public struct Occurrence: Sendable {
  /// The name.
  public var name: String
  /// Where it stands; empty for the `ans` before a leading `|>`.
  public var span: Span
  /// What is done with it.
  public var access: Access
  /// What it means.
  public var reference: Reference
  /// The function it stands in, by its number.
  public var function: Int
  /// Whether it surely has a value here: for a name of the top level, one that this program binds.
  public var isBound: Bool
  /// Whether it is a field with its value, as in `{loss}`.
  public var isShorthand = false
  /// Whether it is called, or piped into.
  public var isCallee = false

  /// What is done with a variable.
  public enum Access: Sendable {
    /// Its value is read.
    case read
    /// It gets a value.
    case bind
    /// Its value is changed, and read for it.
    case update
  }
}
