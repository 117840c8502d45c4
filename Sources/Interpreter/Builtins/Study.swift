import Diagnostics
import Syntax
import System
import Tensor

/// A time as `time` and the prompt say it: `12.5 ms`.
public func durationText(_ seconds: Double) -> String {
  seconds < 1 ? fixed(seconds * 1000, 1) + " ms" : fixed(seconds, 2) + " s"
}

let studyBuiltins: [Builtin] = [
  Builtin(
    "print(...values)",
    effect: .prints,
    doc: "Prints values on a line, with spaces between them.",
    example: "print(\"loss\", 0.5)  # loss 0.5"
  ) { call in
    let values = call[0].asElements ?? []
    let text =
      values.count == 1 && values[0].asString == nil
      ? show(values[0], width: call.width, drawing: call.drawing)
      : values.map(display).joined(separator: " ")
    let digested = values.map { $0.asString ?? digest(of: $0) }.joined(separator: " ")
    call.emit(.line(text: text, digestText: digested, isVolatile: false))
    return .nothing
  },
  Builtin(
    "claim(text, condition, seeds=nothing)",
    effect: .prints,
    doc: """
      States what the experiment shows and checks it. When the condition is `<`, `<=`, `>`, `>=` or \
      an `and` of these, the margin is the signed difference of its sides, the least over parts and \
      elements. `seeds` is the share of seeds under which it must hold, 0.9 unless given.
      """,
    example: "claim(\"training helps\", 0.2 < 0.9)"
  ) { call in
    call.emit(.claim(try claimOutcome(call)))
    return .nothing
  },
  Builtin(
    "digest(value)",
    effect: .inspects,
    doc: "SHA-256 of the exact value, as 64 hexadecimal digits: equal only if every bit is.",
    example: "digest([1, 2]) == digest([1, 2])  # true"
  ) { call in Value(digest(of: call[0])) },
  Builtin(
    "time(f)",
    effect: .looksAtClock,
    doc: "Calls `f()`, prints how long it took on a line that is never compared, gives its result.",
    example: "time(() -> 1 + 1)  # 2"
  ) { call in
    call.context.materialize()
    let start = MonotonicClock.now
    let result = try call.apply(call.function(0), [])
    call.context.materialize()
    let seconds = MonotonicClock.seconds(since: start)
    call.emit(.line(text: durationText(seconds), digestText: "", isVolatile: true))
    return result
  },
  Builtin(
    "_progress(epoch, epochs, share, steps, loss)",
    effect: .prints,
    doc: """
      Tells whoever watches how far a training is: in which of its epochs, how much of that is done, \
      after how many batches in all, and the last one's loss. Changes nothing.
      """,
    example: ""
  ) { call in
    // Items of a parallel map have no line of their own.
    guard let meter = call.machine.host.meter, call.machine.item == nil else { return .nothing }
    meter.report {
      let numbers = (0..<5).map { call[$0].asNumber ?? 0 }
      let (epoch, epochs) = (numbers[0], max(numbers[1], 1))
      return Progress(
        unit: "epoch", number: Int(epoch) + 1, count: Int(epochs),
        share: (epoch + numbers[2]) / epochs,
        loss: call[4].asTensor.map { $0.shape.elementCount == 1 ? $0.scalar() : .nan }
          ?? numbers[4],
        steps: Int(numbers[3]))
    }
    return .nothing
  },
  Builtin(
    "help(name)",
    effect: .prints,
    doc: "Prints what a function does; takes the function or its name as a string.",
    example: """
      help("keys")
      # keys(r)
      # The names of a record's fields, in order.
      # keys({w: 1, b: 2})  # ("w", "b")
      """
  ) { call in
    let found: Documentation?
    switch call[0] {
    case .string(let text): found = call.machine.documentation(of: text.string)
    case .function(let f): found = call.machine.documentation(of: f)
    default: throw call.mismatch(0, "a function or a name")
    }
    guard let documentation = found else {
      let name = call[0].asString ?? ""
      let near = nearest(to: name, among: call.machine.library.names)
      throw call.error(
        .name, "there is no documentation for `\(name)`", argument: 0,
        hint: near.map { "did you mean `\($0)`?" })
    }
    call.emitText(documentation.rendered(width: call.width))
    return .nothing
  },
  Builtin(
    "source(f)",
    effect: .prints,
    doc: "Prints the definition of a function that is written in the language.",
    example: "fn double(x) = 2 * x\nsource(double)  # fn double(x) = 2 * x"
  ) { call in
    guard case .function(let f) = call[0] else { throw call.mismatch(0, "a function") }
    guard case .closure = f.kind else {
      throw call.error(
        .value, "`\(f.name)` is written in Swift; help(\(f.name)) says what it does")
    }
    if f.code.library?.index == 0, let text = call.machine.library.text(of: f.name)?.text {
      call.emitText(text)
    } else {
      call.emitText(definition(f.code))
    }
    return .nothing
  },
  Builtin(
    "fail(message)",
    effect: .prints,
    doc: "Ends the running cell with an error of this message.",
    example: "if 1 > 2 { fail(\"one is not above two\") }"
  ) { call in throw Failure(.value, try call.string(0)) },
]

/// The text of a function as it was written, `fn` included.
private func definition(_ code: FunctionCode) -> String {
  var place = code.span.union(code.literal.body.span)
  var before = Int(place.lower) - 1
  while before > 0, code.source.utf8[before] == UInt8(ascii: " ") { before -= 1 }
  if before >= 1, code.source.utf8[before - 1...before].elementsEqual("fn".utf8) {
    place = place.union(Span(before - 1, before))
  }
  return code.source.text(in: place)
}

extension Call {
  fileprivate func emitText(_ text: String) {
    emit(.line(text: text, digestText: text, isVolatile: false))
  }
}

private func claimOutcome(_ call: Call) throws -> ClaimOutcome {
  let condition = call[1]
  let holds: Bool
  switch condition {
  case .bool(let flag): holds = flag
  case .tensor(let t) where t.dtype == .bool:
    guard t.shape.elementCount > 0 else {
      throw call.error(
        .value,
        "a claim about no elements says nothing, and this condition is \(describe(condition))",
        argument: 1)
    }
    holds = t.elements().allSatisfy { $0 != 0 }
  default: throw call.mismatch(1, "true, false or a bool tensor")
  }
  var bar: Double?
  if case .nothing = call[2] {
  } else {
    bar = try call.number(2)
    guard let bar, bar > 0, bar <= 1 else {
      throw call.error(
        .value, "`seeds` is a share above 0 and at most 1, not \(describe(call[2]))", argument: 2)
    }
  }
  var claim = ClaimOutcome(
    text: try call.string(0), holds: holds, margin: nil, bar: bar,
    operandsDigest: digest(of: condition))
  guard let plan = call.claim, !plan.operators.isEmpty else { return claim }
  claim.sidesDigest = sidesDigest(plan.sides)
  // Only orderings have margins; the digest that is recorded has always been that of these.
  guard plan.operators.allSatisfy(\.isOrdering) else { return claim }
  claim.operandsDigest = claim.sidesDigest ?? ""
  claim.margin = try margin(plan, call)
  return claim
}

private func sidesDigest(_ sides: [Value]) -> String {
  var writer = DigestWriter()
  for side in sides { writer.value(side) }
  return writer.finish()
}

private func margin(_ plan: Machine.PendingClaim, _ call: Call) throws -> Double? {
  var margin: Double?
  for (i, op) in plan.operators.enumerated() {
    let (left, right) = (plan.sides[2 * i], plan.sides[2 * i + 1])
    guard let a = call.machine.operand(left), let b = call.machine.operand(right) else { continue }
    let isLess = op == .less || op == .lessOrEqual
    let difference = try differences(isLess ? b : a, isLess ? a : b, call.context)
    for x in difference { margin = leastMargin(margin, x) }
  }
  return margin
}

extension ComparisonOperator {
  fileprivate var isOrdering: Bool {
    [.less, .lessOrEqual, .greater, .greaterOrEqual].contains(self)
  }
}

/// NaN is the worst margin there is.
private func leastMargin(_ a: Double?, _ b: Double) -> Double {
  guard let a else { return b }
  return a.isNaN || b.isNaN ? .nan : min(a, b)
}

/// Elements of a - b in f64, so that no rounding of f32 hides a difference.
private func differences(_ a: Operand, _ b: Operand, _ context: Context) throws -> [Double] {
  func wide(_ operand: Operand) throws -> Operand {
    if case .tensor(let t) = operand { return .tensor(try context.convert(t, .f64)) }
    return operand
  }
  if case .number(let x) = a, case .number(let y) = b { return [x - y] }
  return try context.binary(.subtract, wide(a), wide(b)).elements()
}
