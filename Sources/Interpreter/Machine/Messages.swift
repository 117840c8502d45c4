import Diagnostics
import Syntax
import System
import Tensor

// The one file where errors become words.

/// How messages name a value: `f32[2, 3]`, `the number 3`, `a record`.
func describe(_ value: Value) -> String {
  switch value {
  case .nothing: "nothing"
  case .bool(let flag): flag ? "true" : "false"
  case .number(let x): "the number \(shortest(x))"
  case .string(let text):
    text.string.count <= 20 ? "the string \"\(text.string)\"" : "a string"
  case .tensor(let t): t.isWeak ? "the number \(shortest(t.scalar()))" : described(t)
  case .tuple(let tuple): tuple.count == 1 ? "a tuple of 1" : "a tuple of \(tuple.count)"
  case .record(let record):
    record.count == 0 || record.count > 4
      ? "a record" : "a record {" + record.keys.names.joined(separator: ", ") + "}"
  case .range: "a range"
  case .function(let f):
    f.name == FunctionCode.lambdaName ? "a function" : "the function `\(f.name)`"
  case .buffer(let t): "a buffer of \(described(t))"
  case .opaque(let box): "a " + box.content.typeName
  }
}

/// `f32[2, 3]`, or `a 0-d f32`.
private func described(_ t: Tensor) -> String {
  t.shape.isEmpty ? "a 0-d \(t.dtype.name)" : summary(t.dtype, t.shape)
}

/// `f32[2, 3]`, or `f32` for rank 0.
func summary(_ dtype: DType, _ shape: Shape) -> String {
  shape.isEmpty ? dtype.name : dtype.name + shape.description
}

/// What a caret says about a value: dtype and shape of a tensor, the kind of anything else.
private func caret(_ value: Value) -> String {
  switch value {
  case .tensor(let t) where !t.isWeak: summary(t.dtype, t.shape)
  case .tensor, .number: "number"
  default: value.typeName
  }
}

extension Machine {
  func unknownName(_ name: String) -> Failure {
    let known = globals.boundSlots.map { names.names[$0] } + library.names
    let near = nearest(to: name, among: known).map { "did you mean `\($0)`?" }
    return Failure(.unknownName(name, hint: Habits.names[name] ?? near))
  }

  /// An error with its words and its place.
  func diagnostic(of error: any Error, at address: Int) -> Diagnostic {
    let site = program.sites[address]
    let source = program.source(at: address)
    var diagnostic: Diagnostic
    switch error {
    case let failure as Failure: diagnostic = self.diagnostic(failure, site, address)
    case let problem as TensorError: diagnostic = tensorDiagnostic(problem, site, address)
    case let leaf as LeafError:
      diagnostic = tensorDiagnostic(leaf.error, site, address, path: leaf.path)
    case let problem as FileProblem: diagnostic = Diagnostic(problem)
    case let made as Diagnostic: diagnostic = made
    case let inner as Inner:
      (lastFailed, lastOperands) = ([], [])
      diagnostic = self.diagnostic(of: inner.error, at: address)
      diagnostic.labels = [.init(site.span)]
    default: diagnostic = Diagnostic(.value, "\(error)")
    }
    if let hint = callHabit(diagnostic, address) { diagnostic.hint = hint }
    if diagnostic.source == nil {
      diagnostic.source = source
      if diagnostic.labels.isEmpty { diagnostic.labels = [.init(site.span)] }
    }
    return diagnostic
  }

  private func diagnostic(_ failure: Failure, _ site: Site, _ address: Int) -> Diagnostic {
    switch failure.kind {
    case .plain(let code, let message, let hint, let argument):
      var labels: [Diagnostic.Label] = []
      if let span = argument.flatMap({ argumentSpan($0, address) }) { labels = [.init(span)] }
      return Diagnostic(code, message, labels: labels, hint: hint)
    case .constant(let function, let parameter):
      let span = argumentSpan(parameter, address, isWhole: false)
      let text = span.map { program.source(at: address).text(in: $0) } ?? parameter
      return Diagnostic(
        .gradient, "`\(function)` has no gradient in `\(parameter)`",
        labels: span.map { [.init($0)] } ?? [],
        hint: "stop_gradient(\(text)) makes it a constant")
    case .unbound(let name):
      return Diagnostic(
        .name, "`\(name)` is read before it is bound",
        hint: "a name that a function assigns is its own everywhere in it; pass an outer one in")
    case .unknownName(let name, let hint):
      let place = program.call(at: address) == nil ? site.span : site.left
      let habit = nameHabit(name, place, program.source(at: address))
      return Diagnostic(
        .name, "`\(name)` is not known here", labels: [.init(place)], hint: habit ?? hint)
    case .operands(let op, let a, let b):
      return Diagnostic(
        .type, "`\(op)` does not work on \(describe(a)) and \(describe(b))",
        labels: sides(a, b, site, address), hint: operandHint(op, a, b))
    case .operand(let op, let value, let isRight):
      let wanted =
        op == "-" ? "numbers, tensors and trees" : "bools and bool tensors"
      return Diagnostic(
        .type, "`\(op)` works on \(wanted), not on \(describe(value))",
        labels: [.init(site.span), .init(isRight ? site.right : site.left, caret(value))])
    case .condition(let value):
      var hint: String?
      if case .tensor(let t) = value, t.dtype == .bool { hint = "any(…) or all(…) give one" }
      if case .number = value { hint = "compare, as in x != 0" }
      return Diagnostic(
        .type, "a condition is one bool, not \(describe(value))",
        labels: [.init(site.span, caret(value))], hint: hint)
    case .notCallable(let value):
      var hint: String?
      if case .tensor = value { hint = "brackets index: x[0]" }
      if case .record = value { hint = "a record can be called if it has a field `call`" }
      let name = program.source(at: address).text(in: site.left)
      // `x.T()` and `x.shape()`: what other libraries make methods.
      if let field = name.split(separator: ".").last, Habits.fields.contains(String(field)) {
        hint = name
      }
      if library.contains(name) {
        hint = "the variable `\(name)` hides the library's function; give it another name"
      }
      return Diagnostic(
        .type, "\(describe(value)) can't be called", labels: [.init(site.left, caret(value))],
        hint: hint)
    case .field(let name, let value): return fieldDiagnostic(name, value, site, address)
    case .noLeaves(let operation, let value):
      return Diagnostic(
        .type, "\(describe(value)) holds no floating tensor, so `\(operation)` has nothing to do",
        hint: "f32(0) makes a floating tensor of a number; numbers in a tree are fixed")
    case .structure(let operation, let a, let b, let path):
      let place = path.isEmpty ? "" : " at `\(path)`"
      return Diagnostic(
        .type,
        "`\(operation)` needs trees of one structure, but\(place) there are "
          + "\(describe(a)) and \(describe(b))",
        labels: sides(a, b, site, address))
    }
  }

  /// Carets under an operator and its sides, or under a call.
  private func sides(
    _ a: Value, _ b: Value, _ site: Site, _ address: Int
  ) -> [Diagnostic.Label] {
    if program.call(at: address) != nil { return [.init(site.span)] }
    return [.init(site.span), .init(site.left, caret(a)), .init(site.right, caret(b))]
  }

  private func operandHint(_ op: String, _ a: Value, _ b: Value) -> String? {
    switch (op, a, b) {
    case ("+", .string, _), ("+", _, .string): return "\"{x}\" puts a value into a string"
    case ("+", .tuple, _): return "append(t, x) adds one element"
    case ("@", .number, _), ("@", _, .number): return "`*` multiplies by a number"
    case (_, .bool, _), (_, _, .bool):
      return op == "in" ? nil : "number(flag) gives 0 or 1"
    default: return nil
    }
  }

  private func fieldDiagnostic(
    _ name: String, _ value: Value, _ site: Site, _ address: Int
  ) -> Diagnostic {
    let text = program.source(at: address).text(in: site.left)
    var hint: String?
    switch value {
    case .record(let record):
      if let near = nearest(to: name, among: record.keys.names) {
        hint = "did you mean `\(near)`?"
      } else if record.count > 0 && record.count <= 12 {
        hint = "it has " + record.keys.names.map { "`\($0)`" }.joined(separator: ", ")
      }
    default:
      let near = nearest(to: name, among: library.names + Habits.fields)
      if let habit = Habits.methods[name] {
        hint = habit.replacing("x", by: text)
      } else if library.contains(name) {
        hint = Habits.call(name, [text] + arguments(ofCall: site.right, address))
      } else if value.asTensor != nil, let near, Habits.fields.contains(near) {
        hint = "\(text).\(near)"
      } else if let near {
        hint = Habits.call(near, [text] + arguments(ofCall: site.right, address))
      } else if value.asTensor != nil {
        hint = "a tensor has `T`, `shape` and `dtype`"
      }
    }
    return Diagnostic(
      .name, "\(describe(value)) has no field `\(name)`", labels: [.init(site.span)], hint: hint)
  }

  /// The texts of the arguments of a call whose function has just been read.
  private func arguments(ofCall callee: Span, _ address: Int) -> [String] {
    // What the arguments compile to stands between; a call further off is another one.
    for next in address..<min(address + 100, program.sites.count) {
      guard let call = program.call(at: next), call.callee == callee else { continue }
      return call.whole.map { program.source(at: address).text(in: $0) }
    }
    return []
  }

  /// The span of the argument of the call at an address for a parameter, with its name if it is
  /// given by name.
  func argumentSpan(_ name: String, _ address: Int, isWhole: Bool = true) -> Span? {
    guard let site = program.call(at: address) else { return nil }
    if let i = site.names.firstIndex(of: name) {
      return isWhole ? site.whole[i] : site.arguments[i]
    }
    guard let i = lastFailed.firstIndex(of: name), i < site.arguments.count,
      site.names.isEmpty || site.names[i] == nil
    else { return nil }
    return site.arguments[i]
  }

  // Tensor errors

  /// The places of a tensor operation's operands: an operator's sides, a call's arguments.
  func operandSpans(_ site: Site, _ address: Int) -> [Span] {
    if program.call(at: address) != nil {
      return lastOperands.compactMap { i in
        i < lastFailed.count ? argumentSpan(lastFailed[i], address, isWhole: false) : nil
      }
    }
    switch program.instructions[address] {
    case .negate, .not, .index, .field: return [site.left]
    default: return [site.left, site.right]
    }
  }
}
