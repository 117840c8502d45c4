import Diagnostics
import Syntax

/// What a text compiles to: an address to start at.
struct CompiledCell {
  let entry: Int
  let registerCount: Int
  /// Variables it binds, in order of first binding.
  let bound: [String]
}

/// Variables and library names share one numbering, so that both are found by array index.
final class NameTable {
  private(set) var names: [String] = []
  /// Whether a slot's name is the library's own.
  private(set) var arePrivate: [Bool] = []
  private var slots: [String: Int] = [:]

  func slot(of name: String) -> Int {
    if let slot = slots[name] { return slot }
    slots[name] = names.count
    names.append(name)
    arePrivate.append(Library.isPrivate(name))
    return names.count - 1
  }

  func existing(_ name: String) -> Int? { slots[name] }
}

/// What the functions of one compiled text share.
final class CompilationUnit {
  let source: SourceText
  let statements: [Statement]
  let resolution: Resolution
  let names: NameTable
  let text: ProgramText
  /// Set while compiling a definition of the library.
  let libraryName: String?
  /// How many functions of this definition have been given an index.
  var functionCount = 0

  init(_ program: Program, names: NameTable, text: ProgramText, libraryName: String? = nil) {
    source = program.source
    statements = program.statements
    resolution = Resolution(of: statements)
    self.names = names
    self.text = text
    self.libraryName = libraryName
  }

  /// Compiles the statements as a cell; the value of the last expression is its result.
  func cell() throws -> CompiledCell {
    let builder = FunctionBuilder(unit: self, parent: nil, scope: resolution.functions[0])
    let result = builder.allocate()
    try builder.body(statements, to: result)
    builder.emit(.finish(result), Site(statements.last?.span ?? Span(0, 0)))
    return CompiledCell(
      entry: try builder.link(name: ""), registerCount: builder.registerCount,
      bound: resolution.topLevelNames)
  }

  /// Compiles one `fn` of the library.
  func libraryFunction(_ definition: FunctionDefinition) throws -> FunctionCode {
    let builder = FunctionBuilder(unit: self, parent: nil, scope: resolution.functions[0])
    return try builder.compile(
      definition.function, name: definition.name.name, span: definition.name.span,
      documentation: definition.documentation
    )
  }
}

/// Compiles one function, or the top level of a text, to register code.
final class FunctionBuilder {
  /// Where the value of a name is found.
  enum Home {
    case register(Reg)
    case capture(Int)
    case selfReference
    case topLevel
  }

  struct Loop {
    var breaks: [Int] = []
    var continues: [Int] = []
  }

  let unit: CompilationUnit
  let parent: FunctionBuilder?
  let scope: FunctionScope
  var isTopLevel: Bool { parent == nil }

  var instructions: [Instruction] = []
  var sites: [Site] = []
  var next: Reg = 0
  var highest: Reg = 0
  /// The registers of variables, by the variables' numbers.
  var registers: [Int: Reg] = [:]
  /// Registers that are variables, so no scratch space.
  var variableRegisters: Set<Reg> = []
  var loops: [Loop] = []
  /// Variables that the statement being compiled binds to what its call gives: the call may take
  /// them out of their registers, so that nothing but it holds their values.
  var rebound: Set<Int> = []
  /// Whether some local may be read before it is bound, so that they must start unbound.
  var needsUnbind = false

  init(unit: CompilationUnit, parent: FunctionBuilder?, scope: FunctionScope) {
    self.unit = unit
    self.parent = parent
    self.scope = scope
  }

  var registerCount: Int { Int(highest) }

  // Registers

  func allocate(_ count: Int = 1) -> Reg {
    let first = next
    next += Reg(count)
    highest = max(highest, next)
    return first
  }

  /// Allocations of `body` end with it.
  func scoped<R>(_ body: () throws -> R) rethrows -> R {
    let mark = next
    defer { next = mark }
    return try body()
  }

  func isVariable(_ register: Reg) -> Bool { variableRegisters.contains(register) }

  /// `d` if it is scratch space, else a new register.
  func scratch(_ d: Reg) -> Reg { isVariable(d) ? allocate() : d }

  // Instructions

  func emit(_ instruction: Instruction, _ site: Site) {
    instructions.append(instruction)
    sites.append(site)
  }

  /// Emits a jump to be aimed later.
  func emitJump(_ instruction: Instruction, _ span: Span) -> Int {
    emit(instruction, Site(span))
    return instructions.count - 1
  }

  var here: Int32 { Int32(instructions.count) }

  func aim(_ jumps: [Int], at target: Int32? = nil) {
    for jump in jumps { instructions[jump] = instructions[jump].aimed(at: target ?? here) }
  }

  /// Moves the instructions into the program; gives their address.
  func link(name: String) throws -> Int {
    guard unit.text.hasRoom(for: instructions.count),
      unit.names.names.count <= NamedValues.capacity
    else {
      throw Failure(.memory, "this session's programs together are too long to run")
    }
    let entry = unit.text.instructions.count
    unit.text.parts.append(
      .init(
        start: entry, source: unit.source, name: name, registerCount: registerCount,
        captureCount: scope.captures.count))
    let count = Int32(registerCount)
    // A jump to the end of a function ends it, and what ends it need not be moved there first.
    for i in instructions.indices {
      if case .jump(let target) = instructions[i], Int(target) < instructions.count,
        case .leave = instructions[Int(target)]
      {
        instructions[i] = instructions[Int(target)]
      }
    }
    for i in instructions.indices.dropLast() {
      guard case .leave(let d, _) = instructions[i + 1] else { continue }
      switch instructions[i] {
      case .move(d, let a), .moveOut(d, let a): instructions[i] = .leave(a, 0)
      default: continue
      }
    }
    for instruction in instructions {
      if case .leave(let d, _) = instruction {
        unit.text.instructions.append(.leave(d, count))
      } else {
        unit.text.instructions.append(instruction.moved(by: Int32(entry)))
      }
    }
    unit.text.sites += sites
    assert(Verifier.problems(inPart: unit.text.parts.count - 1, of: unit.text, unit.names) == [])
    return entry
  }

  func constant(_ value: Value) -> Int32 {
    let constants = unit.text.constants
    if constants.count < constants.capacity { constants.append(value) }
    return Int32(unit.text.constants.count - 1)
  }

  func layout(_ layout: Layout) -> Int32 {
    unit.text.layouts.append(layout)
    return Int32(unit.text.layouts.count - 1)
  }

  func nameIndex(_ name: String) -> Int32 { Int32(unit.names.slot(of: name)) }

  func error(
    _ code: Diagnostic.Code, _ message: String, _ span: Span, hint: String? = nil
  ) -> Diagnostic {
    Diagnostic(code, message, source: unit.source, labels: [.init(span)], hint: hint)
  }

  // Names

  /// What the name at a place means.
  func occurrence(_ span: Span) -> Occurrence {
    guard let found = unit.resolution.occurrence(at: span) else {
      preconditionFailure("the resolver has seen every name of the program")
    }
    return found
  }

  /// The variable of this function that the name at a place means.
  func variable(_ span: Span) -> Int? {
    if case .variable(let variable) = occurrence(span).reference { return variable }
    return nil
  }

  func home(_ reference: Reference) -> Home {
    switch reference {
    case .variable(let variable): .register(registers[variable]!)
    case .capture(let index): .capture(index)
    case .selfReference: .selfReference
    case .topLevel: .topLevel
    }
  }

  func home(_ span: Span) -> Home { home(occurrence(span).reference) }

  /// The variable that an expression names, and its register, if it surely has a value and
  /// expressions that run later do not change it.
  func boundRegister(of e: Expression, before later: [Expression]) -> Reg? {
    guard case .name = e.kind, case let occurrence = occurrence(e.span), occurrence.isBound,
      case .variable(let variable) = occurrence.reference,
      !later.contains(where: { unit.resolution.changes(variable, within: $0.span) })
    else { return nil }
    return registers[variable]!
  }

  /// Gives a variable a register.
  func allocate(variable: Int) -> Reg {
    let register = registers[variable] ?? allocate()
    registers[variable] = register
    variableRegisters.insert(register)
    return register
  }

  /// Loads the name at a place.
  func load(_ name: String, to d: Reg, _ span: Span) {
    let occurrence = occurrence(span)
    load(name, occurrence.reference, to: d, span)
    if occurrence.isBound || occurrence.reference == .topLevel { return }
    needsUnbind = true
    emit(.checkBound(d, nameIndex(name)), Site(span))
  }

  private func load(_ name: String, _ reference: Reference, to d: Reg, _ span: Span) {
    switch home(reference) {
    case .register(let register): emit(.move(d, register), Site(span))
    case .capture(let index): emit(.capture(d, Int32(index)), Site(span))
    case .selfReference: emit(.selfReference(d), Site(span))
    case .topLevel:
      let slot = nameIndex(name)
      emit(unit.libraryName == nil ? .loadName(d, slot) : .loadLibrary(d, slot), Site(span))
    }
  }

  // Functions

  /// Compiles a nested function; its captured names are loaded by the caller.
  func compile(
    _ literal: FunctionLiteral, name: String, span: Span, documentation: String?
  ) throws -> FunctionCode {
    guard let scope = unit.resolution.function(literal) else {
      preconditionFailure("the resolver has seen every function of the program")
    }
    let inner = FunctionBuilder(unit: unit, parent: self, scope: scope)
    var library: (name: String, index: Int)?
    if let name = unit.libraryName {
      library = (name, unit.functionCount)
      unit.functionCount += 1
    }
    try inner.parameters(literal)
    for variable in scope.variables { _ = inner.allocate(variable: variable) }
    let first = Reg(literal.parameters.count)
    inner.emit(.unbind(first, 0), Site(span))
    let localCount = Int32(inner.next - first)
    try inner.prologue(literal)
    let result = inner.allocate()
    if case .block(let block) = literal.body.kind {
      try inner.body(block.statements, to: result)
    } else {
      try inner.expression(literal.body, to: result)
    }
    inner.emit(.leave(result, 0), Site(literal.body.span))
    if inner.needsUnbind { inner.instructions[0] = .unbind(first, localCount) }
    // With nothing to unbind, calls enter after it.
    let shown = name == FunctionCode.lambdaName ? literal.sketch : name
    let entry = try inner.link(name: shown) + (inner.needsUnbind ? 0 : 1)
    return FunctionCode(
      name: name,
      parameters: literal.parameters.map {
        let isPattern = if case .name = $0.pattern.kind { false } else { true }
        return .init(
          name: $0.pattern.summary, hasDefault: $0.defaultValue != nil, isPattern: isPattern)
      },
      registerCount: inner.registerCount, entry: entry,
      captureNames: scope.captures.map { $0.name }, source: unit.source, literal: literal,
      span: span, documentation: documentation, library: library, selfName: scope.selfName)
  }

  /// The first registers are those of the arguments.
  private func parameters(_ literal: FunctionLiteral) throws {
    var seen: Set<String> = []
    for parameter in literal.parameters {
      for name in parameter.pattern.boundNames where name.name != "_" {
        guard seen.insert(name.name).inserted else {
          throw error(
            .syntax, "two parameters are named `\(name.name)`", parameter.pattern.span)
        }
      }
      if case .name(let name) = parameter.pattern.kind, name.name != "_",
        let variable = variable(name.span)
      {
        _ = allocate(variable: variable)
      } else {
        variableRegisters.insert(allocate())
      }
    }
  }

  /// Fills in defaults and takes patterns apart, first parameter first.
  private func prologue(_ literal: FunctionLiteral) throws {
    for (i, parameter) in literal.parameters.enumerated() {
      if let value = parameter.defaultValue {
        let skip = emitJump(.jumpIfBound(Reg(i), 0), value.span)
        try scoped { try expression(value, to: Reg(i)) }
        aim([skip])
      }
      if case .name = parameter.pattern.kind { continue }
      try scoped { try destructure(parameter.pattern, from: Reg(i)) }
    }
  }

  func function(
    _ literal: FunctionLiteral, name: String, span: Span, documentation: String? = nil, to d: Reg
  ) throws {
    let code = try compile(literal, name: name, span: span, documentation: documentation)
    let captures = unit.resolution.function(literal)!.captures
    if captures.isEmpty {
      let value = Value.function(Function(code: code, captures: []))
      emit(.constant(d, constant(value)), Site(span))
      return
    }
    scoped {
      let first = allocate(captures.count)
      for (i, capture) in captures.enumerated() {
        // It may be unbound: the function looks when it reads it.
        load(capture.name, capture.outer, to: first + Reg(i), span)
        if !capture.isBound { needsUnbind = true }
      }
      emit(.makeFunction(d, first, layout(.function(code))), Site(span))
    }
  }
}

extension Instruction {
  /// This jump with its target.
  func aimed(at target: Int32) -> Instruction {
    switch self {
    case .jump: .jump(target)
    case .loop: .loop(target)
    case .jumpIfFalse(let a, _): .jumpIfFalse(a, target)
    case .jumpUnless(let a, let b, _, let op): .jumpUnless(a, b, target, op)
    case .jumpUnlessConstant(let a, let k, _, let op): .jumpUnlessConstant(a, k, target, op)
    case .jumpIfDecided(let a, _, let op): .jumpIfDecided(a, target, op)
    case .jumpIfBound(let a, _): .jumpIfBound(a, target)
    case .next(let d, let a, _): .next(d, a, target)
    default: self
    }
  }

  var target: Int32? {
    switch self {
    case .jump(let t), .loop(let t), .jumpIfFalse(_, let t), .jumpUnless(_, _, let t, _),
      .jumpUnlessConstant(_, _, let t, _), .jumpIfDecided(_, let t, _), .jumpIfBound(_, let t),
      .next(_, _, let t):
      t
    default: nil
    }
  }

  func moved(by offset: Int32) -> Instruction {
    target.map { aimed(at: $0 + offset) } ?? self
  }
}
