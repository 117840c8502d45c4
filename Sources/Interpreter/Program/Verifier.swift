import Diagnostics
import Syntax
import System

/// Checks linked code: what the machine takes for granted about it. Registers, jump targets and all
/// indices are in range, code doesn't run off its end, and no path reads a register before it is
/// written; `Registers` and `CodeView` look at none of it.
///
/// Debug builds check each function when it is linked, tests whole programs.
final class Verifier {
  private let text: ProgramText
  private let names: NameTable
  private let code: Range<Int>
  private let registerCount: Int
  private let captureCount: Int
  private let name: String
  private var problems: [String] = []

  /// What does not hold of the function or cell with a number in `parts`.
  static func problems(inPart part: Int, of text: ProgramText, _ names: NameTable) -> [String] {
    let verifier = Verifier(part, text, names)
    verifier.verify()
    return verifier.problems
  }

  private init(_ part: Int, _ text: ProgramText, _ names: NameTable) {
    self.text = text
    self.names = names
    let isLast = part == text.parts.count - 1
    let end = isLast ? text.instructions.count : text.parts[part + 1].start
    code = text.parts[part].start..<end
    registerCount = text.parts[part].registerCount
    captureCount = text.parts[part].captureCount
    name = text.parts[part].name
  }

  /// A function begins with the registers to unbind, perhaps none.
  private var parameterCount: Int? {
    if let first = code.first, case .unbind(let count, _) = text.instructions[first] {
      return Int(count)
    }
    return nil
  }

  private func verify() {
    guard !code.isEmpty, text.sites.count >= code.upperBound else {
      return problems.append("\(name): no code, or no sites for it")
    }
    for address in code { checkIndices(at: address) }
    // What follows looks at layouts and at registers of the frame.
    guard problems.isEmpty else { return }
    for address in code { checkRegisters(at: address) }
    guard problems.isEmpty else { return }
    for address in code {
      if case .append = text.instructions[address] { checkAppend(at: address) }
    }
    guard problems.isEmpty else { return }
    checkFlow()
  }

  private func require(
    _ holds: Bool, at address: Int, _ problem: @autoclosure () -> String
  ) {
    if holds { return }
    let label = name.isEmpty ? "cell" : name
    problems.append("\(label), instruction \(address - code.lowerBound): \(problem())")
  }

  // Indices

  private func checkIndices(at address: Int) {
    let instruction = text.instructions[address]
    if let target = instruction.target {
      require(code.contains(Int(target)), at: address, "jumps to \(Int(target) - code.lowerBound)")
    }
    if let constant = instruction.constant {
      let isThere = constant >= 0 && Int(constant) < text.constants.count
      require(isThere, at: address, "there is no constant \(constant)")
      if isThere, case .function(let f) = text.constants[Int(constant)], case .closure = f.kind {
        require(isEntry(of: f.code), at: address, "a function that is nowhere linked")
      }
    }
    if let slot = instruction.nameSlot {
      require(
        slot >= 0 && Int(slot) < names.names.count, at: address, "there is no name slot \(slot)")
    }
    if let layout = instruction.layout {
      let isThere = layout >= 0 && Int(layout) < text.layouts.count
      require(
        isThere && instruction.takes(text.layouts[Int(layout)]), at: address,
        "layout \(layout) is not there or of another kind")
      if isThere, case .function(let code) = text.layouts[Int(layout)] {
        require(isEntry(of: code), at: address, "a function that is nowhere linked")
      }
    }
    checkSite(at: address)
    switch instruction {
    case .capture(_, let i):
      require(i >= 0 && Int(i) < captureCount, at: address, "there is no capture \(i)")
    case .leave(_, let count):
      require(Int(count) == registerCount, at: address, "clears \(count) registers")
      require(parameterCount != nil, at: address, "leaves a cell")
    case .finish: require(parameterCount == nil, at: address, "finishes in a function")
    case .unbind(let first, _):
      require(
        address == code.lowerBound && (0...registerCount).contains(Int(first)), at: address,
        "unbinds after the start, or nothing of the frame")
    default: break
    }
  }

  /// Calls enter code at its start, or after an `unbind` that has nothing to do.
  private func isEntry(of code: FunctionCode) -> Bool {
    guard (0..<text.instructions.count).contains(code.entry) else { return false }
    let part = text.parts[text.part(code.entry)]
    guard case .unbind(let first, let count) = text.instructions[part.start] else { return false }
    return Int(first) == code.parameters.count && part.registerCount == code.registerCount
      && part.captureCount == code.captureNames.count
      && (code.entry == part.start || (count == 0 && code.entry == part.start + 1))
  }

  private func checkSite(at address: Int) {
    let call = text.sites[address].call
    guard call >= -1, Int(call) < text.calls.count else {
      return require(false, at: address, "there is no call site \(call)")
    }
    guard let (count, isNamed) = text.instructions[address].argumentCount else { return }
    guard call >= 0 else { return require(false, at: address, "a call without a site") }
    let site = text.calls[Int(call)]
    require(
      site.arguments.count == Int(count) && site.names.count == (isNamed ? Int(count) : 0),
      at: address, "the call's site is of another call")
  }

  private func checkRegisters(at address: Int) {
    let effect = text.instructions[address].effect(text.layouts)
    for register in effect.registers where register < 0 || Int(register) >= registerCount {
      require(false, at: address, "register \(register) of \(registerCount)")
    }
  }

  /// The four instructions after `append` are the call that it stands for, and nothing else comes
  /// to them.
  private func checkAppend(at address: Int) {
    guard case .append(let x, let value, let slot) = text.instructions[address],
      address + 5 < code.upperBound
    else { return require(false, at: address, "`append` at the end of the code") }
    let next = (1...4).map { text.instructions[address + $0] }
    guard case .callName(let f, 2, slot) = next[2] else {
      return require(false, at: address, "no call of `append` follows")
    }
    var isCall = false
    switch (next[0], next[1], next[3]) {
    case (.move(f + 2, value), .moveOut(f + 1, x), .moveOut(x, f)),
      (.moveOut(f + 2, value), .moveOut(f + 1, x), .moveOut(x, f)):
      isCall = true
    default: break
    }
    require(isCall, at: address, "another call follows than that of `append`")
    let inside = address + 1...address + 4
    for other in code {
      guard let target = text.instructions[other].target else { continue }
      require(!inside.contains(Int(target)), at: other, "jumps into a call of `append`")
    }
  }

  // Flow

  /// What a register holds on every path to a place; of two paths the lesser one counts.
  private enum Content: UInt8, Comparable {
    /// Nothing that may be read.
    case nothing
    case mayBeUnbound
    case value
    /// One of the numbers of an iterator.
    case counter

    static func < (a: Content, b: Content) -> Bool { a.rawValue < b.rawValue }
  }

  /// Generated texts of a million parts are left out: this takes a byte a register and instruction.
  private static let flowLimit = 1 << 28

  private func checkFlow() {
    guard code.count * registerCount <= Verifier.flowLimit else { return }
    var contents = [[Content]?](repeating: nil, count: code.count)
    contents[0] = contentAtEntry()
    var pending = [code.lowerBound]
    while let address = pending.popLast() {
      guard problems.isEmpty else { return }
      let before = contents[address - code.lowerBound]!
      for (next, after) in flow(from: address, before) {
        guard code.contains(next) else {
          require(false, at: address, "the code runs off its end")
          continue
        }
        let known = contents[next - code.lowerBound]
        let joined = known.map { zip($0, after).map { min($0, $1) } } ?? after
        if joined == known { continue }
        contents[next - code.lowerBound] = joined
        pending.append(next)
      }
    }
  }

  /// Parameters hold arguments, or are unbound where a default is to be computed.
  private func contentAtEntry() -> [Content] {
    var content = [Content](repeating: .nothing, count: registerCount)
    for register in 0..<(parameterCount ?? 0) { content[register] = .value }
    for address in code {
      guard case .jumpIfBound(let register, _) = text.instructions[address] else { continue }
      content[Int(register)] = .mayBeUnbound
    }
    return content
  }

  /// Where an instruction goes on, and what registers hold there.
  private func flow(
    from address: Int, _ before: [Content]
  ) -> [(next: Int, content: [Content])] {
    let instruction = text.instructions[address]
    let effect = instruction.effect(text.layouts)
    check(effect, before, at: address)
    var after = before
    if let (to, from) = effect.copies { after[Int(to)] = min(before[Int(from)], .value) }
    for r in effect.empties where r != effect.copies?.to { after[Int(r)] = .nothing }
    if let f = effect.emptiesAbove {
      for r in Int(f) + 1..<registerCount { after[r] = .nothing }
    }
    for r in effect.unbinds { after[Int(r)] = .mayBeUnbound }
    for r in effect.writes { after[Int(r)] = .value }
    for r in effect.begins { after[Int(r)] = .counter }
    var result: [(next: Int, content: [Content])] = []
    if let target = instruction.target {
      var there = after
      for r in effect.writesOnJump { there[Int(r)] = .value }
      result.append((Int(target), there))
    }
    if effect.goesOn {
      var onward = after
      for r in effect.boundOnward { onward[Int(r)] = .value }
      result.append((address + 1, onward))
    }
    // In place, `append` goes past its call.
    if case .append = instruction { result.append((address + 5, after)) }
    return result
  }

  private func check(_ effect: Effect, _ before: [Content], at address: Int) {
    for (registers, least) in [
      (effect.reads, Content.value), (effect.mayBeUnbound, .mayBeUnbound),
      (effect.counters, .counter),
    ] {
      for r in registers where before[Int(r)] < least {
        let problem =
          switch (before[Int(r)], least) {
          case (.nothing, _): "before it is written"
          case (.mayBeUnbound, _): "that may be unbound"
          default: "that is no iterator's number"
          }
        require(false, at: address, "reads register \(r) \(problem)")
      }
    }
  }
}

extension Instruction {
  /// The constant that it names.
  fileprivate var constant: Int32? {
    switch self {
    case .constant(_, let k), .addConstant(_, _, let k, _), .subtractConstant(_, _, let k, _),
      .multiplyConstant(_, _, let k, _), .jumpUnlessConstant(_, let k, _, _):
      k
    default: nil
    }
  }

  /// The slot of a variable, a field or the like that it names.
  fileprivate var nameSlot: Int32? {
    switch self {
    case .loadName(_, let slot), .loadLibrary(_, let slot), .storeName(let slot, _),
      .checkBound(_, let slot), .field(_, _, let slot), .take(_, _, let slot),
      .replaceField(_, _, let slot), .callName(_, _, let slot), .append(_, _, let slot):
      slot
    default: nil
    }
  }

  fileprivate var layout: Int32? {
    switch self {
    case .makeSpread(_, _, let k), .makeRecord(_, _, let k), .makeString(_, _, let k),
      .makeFunction(_, _, let k), .index(_, _, let k), .replaceIndex(_, _, let k),
      .claimSides(_, let k):
      k
    default: nil
    }
  }

  /// Whether its layout may be this one.
  fileprivate func takes(_ layout: Layout) -> Bool {
    switch (self, layout) {
    case (.makeSpread, .tuple), (.makeRecord, .record), (.makeString, .string),
      (.makeFunction, .function), (.index, .subscripts), (.replaceIndex, .subscripts),
      (.claimSides, .claim):
      true
    default: false
    }
  }

  /// How many arguments it passes and whether some by name, if it is a call.
  fileprivate var argumentCount: (count: Int32, isNamed: Bool)? {
    switch self {
    case .call(_, let n), .callName(_, let n, _), .callLocal(_, let n, _): (n, false)
    case .callNamed(_, let n): (n, true)
    case .append: (2, false)
    default: nil
    }
  }
}

extension Session {
  /// Compiles a text without running it, and all of the library that it can come to need.
  package func compile(_ source: SourceText) throws {
    try onLargeStack {
      Result {
        let parsed = parse(source)
        guard case .program(let program) = parsed else {
          throw parsed.error ?? Failure(.syntax, "this is not a program")
        }
        _ = try CompilationUnit(program, names: machine.names, text: machine.program).cell()
        try machine.library.load(on: machine)
      }
    }.get()
  }

  /// What the verifier finds wrong in all code that was compiled so far.
  package func verifyProgram() -> [String] {
    machine.program.parts.indices.flatMap {
      Verifier.problems(inPart: $0, of: machine.program, machine.names)
    }
  }
}
