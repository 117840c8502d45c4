import Diagnostics
import Syntax
import Tensor

extension Machine {
  /// A call that is not a plain closure by position. Gives where to go on for a closure whose
  /// arguments are now in place, or nil when the result is already in the function's register.
  /// `names` are those of the arguments, if any is given by name.
  func call(
    _ r: Registers, _ f: Reg, _ count: Int, names: [String?] = []
  ) throws -> CallTarget? {
    var arguments = r.taking(f + 1, count)
    var named: [(String, Value)] = []
    if !names.isEmpty {
      for (name, value) in zip(names, arguments) { if let name { named.append((name, value)) } }
      arguments = zip(names, arguments).compactMap { $0 == nil ? $1 : nil }
    }
    // A record with a `call` field passes itself first.
    while case .record(let record) = r[f] {
      guard let method = record["call"] else { throw Failure.notCallable(r[f]) }
      arguments.insert(r[f], at: 0)
      r[f] = method
    }
    guard case .function(let function) = r[f] else { throw Failure.notCallable(r[f]) }
    switch function.kind {
    case .closure:
      let bound = try bind(function.code, arguments, named, name: function.name)
      // The function's frame begins inside of this one.
      guard memory.prepare(top + function.registerCount + bound.count) else {
        throw Failure.recursion
      }
      for (i, value) in bound.enumerated() { r[f + 1 + Reg(i)] = value }
      return CallTarget(address: function.entry, registers: function.registerCount)
    case .builtin(let builtin): r[f] = try call(builtin, arguments, named)
    case .derived(let derived): r[f] = try derived.body(self, arguments, named)
    }
    return nil
  }

  /// One value a parameter of a closure; unbound where the default is to be computed.
  func bind(
    _ code: FunctionCode, _ arguments: [Value], _ named: [(String, Value)], name: String
  ) throws -> [Value] {
    let parameters = code.parameters
    guard arguments.count <= parameters.count else {
      throw Failure.tooMany(name, signature(code), wanted: parameters.count, given: arguments.count)
    }
    var bound = arguments
    while bound.count < parameters.count { bound.append(.unbound) }
    for (key, value) in named {
      guard let i = parameters.firstIndex(where: { $0.name == key && !$0.isPattern }) else {
        throw Failure.unknownArgument(
          key, name, signature(code), known: parameters.map(\.name))
      }
      guard bound[i].isUnbound else { throw Failure.twice(key, name, signature(code)) }
      bound[i] = value
    }
    for (i, parameter) in parameters.enumerated()
    where bound[i].isUnbound && !parameter.hasDefault {
      throw Failure.missing(parameter.name, name, signature(code))
    }
    return bound
  }

  /// How messages show what a closure takes.
  func signature(_ code: FunctionCode) -> String {
    let list = code.literal.parameters.map { parameter in
      guard let value = parameter.defaultValue else { return parameter.pattern.summary }
      return parameter.pattern.summary + "=" + code.source.text(in: value.span)
    }
    if code.name == FunctionCode.lambdaName { return code.literal.sketch }
    return code.name + "(" + list.joined(separator: ", ") + ")"
  }

  /// Calls a builtin.
  func call(
    _ builtin: Builtin, _ arguments: [Value], _ named: [(String, Value)]
  ) throws -> Value {
    let isBound = named.isEmpty && arguments.count == builtin.arity
    let bound = isBound ? arguments : try bind(builtin, arguments, named)
    var call = Call(arguments: bound, machine: self, builtin: builtin, claim: claim)
    claim = nil
    if context.isTracing && !builtin.effect.isRepeatable { context.breakTrace() }
    do {
      return try bounded(builtin.body(&call))
    } catch {
      lastFailed = builtin.parameters.map(\.name)
      throw error
    }
  }

  /// One value a parameter of a builtin.
  private func bind(
    _ builtin: Builtin, _ arguments: [Value], _ named: [(String, Value)]
  ) throws -> [Value] {
    let parameters = builtin.parameters
    var bound = arguments
    if let last = parameters.last, last.isVariadic {
      let fixed = parameters.count - 1
      bound = Array(arguments.prefix(fixed))
      while bound.count < fixed { bound.append(.unbound) }
      bound.append(Value(Array(arguments.dropFirst(fixed))))
    } else if arguments.count > parameters.count {
      throw Failure.tooMany(
        builtin.name, builtin.signature, wanted: parameters.count, given: arguments.count)
    }
    while bound.count < parameters.count { bound.append(.unbound) }
    for (key, value) in named {
      guard let i = parameters.firstIndex(where: { $0.name == key && !$0.isVariadic }) else {
        throw Failure.unknownArgument(
          key, builtin.name, builtin.signature, known: parameters.map(\.name))
      }
      guard bound[i].isUnbound else { throw Failure.twice(key, builtin.name, builtin.signature) }
      bound[i] = value
    }
    for (i, parameter) in parameters.enumerated() where bound[i].isUnbound {
      guard let value = parameter.defaultValue else {
        throw Failure.missing(parameter.name, builtin.name, builtin.signature)
      }
      bound[i] = value
    }
    return bound
  }

  // Claims

  func keepSides(_ r: Registers, _ first: Reg, _ layout: Int) {
    guard case .claim(let operators) = program.layouts[layout] else { return }
    claim = PendingClaim(operators: operators, sides: r.values(first, 2 * operators.count))
  }
}
