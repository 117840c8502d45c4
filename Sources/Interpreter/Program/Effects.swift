/// What an instruction does to registers, and where it goes on.
struct Effect {
  /// Registers that must hold a value.
  var reads: [Reg] = []
  /// Registers that must be written, though they may be unbound.
  var mayBeUnbound: [Reg] = []
  /// Registers that must hold the numbers of an iterator, which are changed as raw bytes.
  var counters: [Reg] = []
  /// Registers that nobody may read afterwards.
  var empties: [Reg] = []
  /// The same of all registers above one: a call takes them for the frame of the function.
  var emptiesAbove: Reg?
  /// Registers that hold a value afterwards; those that may be unbound; the numbers of an iterator.
  var writes: [Reg] = []
  var unbinds: [Reg] = []
  var begins: [Reg] = []
  /// A register that holds what another one held, unbound or not.
  var copies: (to: Reg, from: Reg)?
  /// Registers that hold a value where it jumps to, or where it does not.
  var writesOnJump: [Reg] = []
  var boundOnward: [Reg] = []
  /// Whether it may go on with the next instruction.
  var goesOn = true

  /// All registers that it names.
  var registers: [Reg] {
    reads + mayBeUnbound + counters + empties + writes + unbinds + begins + writesOnJump
      + boundOnward + (copies.map { [$0.to, $0.from] } ?? [])
  }

  fileprivate static func reading(_ reads: [Reg], writing writes: [Reg] = []) -> Effect {
    Effect(reads: reads, writes: writes)
  }

  /// Takes consecutive values out of their registers.
  fileprivate static func taking(_ first: Reg, _ count: Int, into d: Reg) -> Effect {
    let taken = consecutive(first, count)
    return Effect(reads: taken, empties: taken, writes: [d])
  }

  fileprivate static func calling(_ f: Reg, _ count: Int32, also reads: [Reg]) -> Effect {
    Effect(reads: reads + consecutive(f + 1, Int(count)), emptiesAbove: f, writes: [f])
  }

  /// An operator whose last operand says which sides it lets go.
  fileprivate static func operating(_ d: Reg, _ a: Reg, _ b: Reg?, _ frees: UInt8) -> Effect {
    var effect = Effect(reads: [a], writes: [d])
    if frees & 1 != 0 { effect.empties.append(a) }
    if let b {
      effect.reads.append(b)
      if frees & 2 != 0 { effect.empties.append(b) }
    }
    return effect
  }
}

/// `count` registers from one on.
private func consecutive(_ first: Reg, _ count: Int) -> [Reg] {
  (0..<Reg(max(count, 0))).map { first + $0 }
}

extension Instruction {
  /// What it does, given the program's layouts, in which its own must be.
  func effect(_ layouts: [Layout]) -> Effect {
    switch self {
    case .constant(let d, _), .capture(let d, _), .selfReference(let d), .loadName(let d, _),
      .loadLibrary(let d, _):
      Effect(writes: [d])
    case .move(let d, let a): Effect(mayBeUnbound: [a], copies: (d, a))
    case .moveOut(let d, let a): Effect(mayBeUnbound: [a], empties: [a], copies: (d, a))
    case .storeName(_, let a): .reading([a])
    case .unbind(let first, let count): Effect(unbinds: consecutive(first, Int(count)))
    case .checkBound(let a, _): Effect(mayBeUnbound: [a], boundOnward: [a])

    case .add(let d, let a, let b, let frees), .subtract(let d, let a, let b, let frees),
      .multiply(let d, let a, let b, let frees), .divide(let d, let a, let b, let frees),
      .arithmetic(let d, let a, let b, _, let frees):
      .operating(d, a, b, frees)
    case .addConstant(let d, let a, _, let frees), .subtractConstant(let d, let a, _, let frees),
      .multiplyConstant(let d, let a, _, let frees):
      .operating(d, a, nil, frees)
    case .negate(let d, let a), .not(let d, let a), .field(let d, let a, _), .take(let d, let a, _):
      .reading([a], writing: [d])
    case .compare(let d, let a, let b, _), .join(let d, let a, let b, _):
      .reading([a, b], writing: [d])

    case .jump, .loop: Effect(goesOn: false)
    case .jumpIfFalse(let a, _), .jumpUnlessConstant(let a, _, _, _), .jumpIfDecided(let a, _, _):
      .reading([a])
    case .jumpUnless(let a, let b, _, _): .reading([a, b])
    case .jumpIfBound(let a, _): Effect(mayBeUnbound: [a], writesOnJump: [a])
    case .iterate(let a): Effect(reads: [a], begins: [a + 1, a + 2])
    case .next(let d, let a, _): Effect(reads: [a], counters: [a + 1, a + 2], writesOnJump: [d])

    case .finish(let a), .leave(let a, _): Effect(reads: [a], goesOn: false)
    default: building(layouts) ?? calling(layouts)
    }
  }

  /// What an instruction that builds a value or takes one apart does; nil for others.
  private func building(_ layouts: [Layout]) -> Effect? {
    switch self {
    case .makeTensor(let d, let first, let n), .makeTuple(let d, let first, let n):
      return .taking(first, Int(n), into: d)
    case .makeSpread(let d, let first, let k), .makeRecord(let d, let first, let k),
      .makeString(let d, let first, let k):
      return .taking(first, layouts[Int(k)].width, into: d)
    case .makeRange(let d, let first, let hasStep):
      return .reading(consecutive(first, hasStep ? 3 : 2), writing: [d])
    case .makeFunction(let d, let first, let k):
      return Effect(mayBeUnbound: consecutive(first, layouts[Int(k)].width), writes: [d])
    case .unpack(let d, let a, let n):
      return .reading([a], writing: consecutive(d, Int(n)))
    case .index(let d, let a, let k):
      return .reading([a] + layouts[Int(k)].subscriptRegisters, writing: [d])
    case .replaceIndex(let d, let a, let k):
      return .reading([a, d] + layouts[Int(k)].subscriptRegisters, writing: [d])
    case .replaceField(let d, let a, _): return .reading([a, d], writing: [d])
    default: return nil
    }
  }

  private func calling(_ layouts: [Layout]) -> Effect {
    switch self {
    case .call(let f, let n), .callNamed(let f, let n): return .calling(f, n, also: [f])
    case .callName(let f, let n, _): return .calling(f, n, also: [])
    case .callLocal(let f, let n, let a): return .calling(f, n, also: [a])
    case .append(let x, let value, _): return .reading([x, value])
    case .claimSides(let first, let k): return .reading(consecutive(first, layouts[Int(k)].width))
    default: preconditionFailure("an instruction without a known effect")
    }
  }
}

extension Layout {
  /// How many registers it describes.
  var width: Int {
    switch self {
    case .subscripts(_, let kinds): kinds.reduce(0) { $0 + ($1 == .slice ? 3 : 1) }
    case .tuple(let spreads): spreads.count
    case .record(let names, _): names.count
    case .string(let parts, _): parts.count
    case .function(let code): code.captureNames.count
    case .claim(let operators): 2 * operators.count
    }
  }

  fileprivate var subscriptRegisters: [Reg] {
    if case .subscripts(let first, _) = self { consecutive(first, width) } else { [] }
  }
}
