import Diagnostics
import Syntax
import System
import Tensor

extension Machine {
  /// The evaluator: one switch over an instruction array. A call of the language pushes a frame and
  /// goes on in this loop, so it uses no stack of its own.
  func loop(_ entry: Int, _ start: Int, _ startSize: Int) throws -> Value {
    let code = CodeView(program.instructions)
    let constants = ConstantView(program.constants)
    let memory = self.memory
    let frames = self.frames
    // Code whose reads are noted finds no variable here, and asks `publicValue`.
    let isTraced = reads != nil || outsideReads != nil
    let globals = isTraced ? unseenGlobals : self.globals
    let variables = self.variables
    let libraryValues = self.libraryValues
    let bottom = self.depth
    var pc = entry
    var base = start
    var size = startSize
    var depth = bottom
    var r = memory.frame(base)
    // Steps back and calls until interrupts are looked at.
    var ticks = 1000

    do {
      while true {
        let instruction = code[pc]
        pc &+= 1
        switch instruction {
        case .constant(let d, let k): r[d] = constants[k]
        case .move(let d, let a): r.copy(d, a)
        case .moveOut(let d, let a): r.move(d, a)
        case .capture(let d, let i):
          if case .function(let f) = r[-1] { r[d] = f.captures[Int(i)] }
        case .selfReference(let d): r[d] = r[-1]
        case .loadName(let d, let slot):
          if let value = globals[slot] {
            r[d] = value
          } else {
            r[d] = try publicValue(slot, depth, base &+ size)
          }
        case .loadLibrary(let d, let slot):
          if let value = libraryValues[slot] {
            r[d] = value
          } else {
            r[d] = try libraryValue(slot, depth, base &+ size)
          }
        case .storeName(let slot, let a):
          variables.store(slot, r[a])
        case .unbind(let first, let count):
          for i in first..<first + count { r[i] = .unbound }
        case .checkBound(let a, let name):
          if r[a].isUnbound { throw Failure.unbound(names.names[Int(name)]) }

        case .add(let d, let a, let b, let frees):
          if let x = r.number(a), let y = r.number(b) {
            r.set(d, x + y)
          } else {
            try arithmetic(.add, r, d, a, b, frees)
          }
        case .subtract(let d, let a, let b, let frees):
          if let x = r.number(a), let y = r.number(b) {
            r.set(d, x - y)
          } else {
            try arithmetic(.subtract, r, d, a, b, frees)
          }
        case .multiply(let d, let a, let b, let frees):
          if let x = r.number(a), let y = r.number(b) {
            r.set(d, x * y)
          } else {
            try arithmetic(.multiply, r, d, a, b, frees)
          }
        case .divide(let d, let a, let b, let frees):
          if let x = r.number(a), let y = r.number(b) {
            r.set(d, x / y)
          } else {
            try arithmetic(.divide, r, d, a, b, frees)
          }
        case .addConstant(let d, let a, let k, let frees):
          if let x = r.number(a), let y = constants.number(k) {
            r.set(d, x + y)
          } else {
            try arithmetic(.add, r, d, a, constants[k], frees)
          }
        case .subtractConstant(let d, let a, let k, let frees):
          if let x = r.number(a), let y = constants.number(k) {
            r.set(d, x - y)
          } else {
            try arithmetic(.subtract, r, d, a, constants[k], frees)
          }
        case .multiplyConstant(let d, let a, let k, let frees):
          if let x = r.number(a), let y = constants.number(k) {
            r.set(d, x * y)
          } else {
            try arithmetic(.multiply, r, d, a, constants[k], frees)
          }
        case .arithmetic(let d, let a, let b, let op, let frees):
          try arithmetic(op, r, d, a, b, frees)
        case .negate(let d, let a): r[d] = try negated(r[a])
        case .not(let d, let a): r[d] = try inverted(r[a])
        case .compare(let d, let a, let b, let op):
          if let x = r.number(a), let y = r.number(b), op != .isIn {
            r[d] = .bool(op.holds(x, y))
          } else {
            r[d] = try compared(op, r[a], r[b])
          }
        case .join(let d, let a, let b, let op): r[d] = try joined(op, r[a], r[b])

        case .jump(let target): pc = Int(target)
        case .loop(let target):
          ticks &-= 1
          if ticks < 0 {
            ticks = 1000
            if interrupt.isSet { throw Failure.interrupted }
          }
          pc = Int(target)  // after what can throw: the error's place is this instruction
        case .jumpIfFalse(let a, let target):
          if case .bool(let flag) = r[a] {
            if !flag { pc = Int(target) }
          } else if try !truth(of: r[a]) {
            pc = Int(target)
          }
        case .jumpUnless(let a, let b, let target, let op):
          if let x = r.number(a), let y = r.number(b) {
            if !op.holds(x, y) { pc = Int(target) }
          } else if try !truth(of: compared(op, r[a], r[b])) {
            pc = Int(target)
          }
        case .jumpUnlessConstant(let a, let k, let target, let op):
          if let x = r.number(a), let y = constants.number(k) {
            if !op.holds(x, y) { pc = Int(target) }
          } else if try !truth(of: compared(op, r[a], constants[k])) {
            pc = Int(target)
          }
        case .jumpIfDecided(let a, let target, let op):
          if try decides(op, r[a]) { pc = Int(target) }
        case .jumpIfBound(let a, let target): if !r[a].isUnbound { pc = Int(target) }
        case .iterate(let a):
          r.set(a + 2, Double(try iterationCount(of: r[a])))
          r.set(a + 1, 0)
        case .next(let d, let a, let target):
          ticks &-= 1
          if ticks < 0 {
            ticks = 1000
            if interrupt.isSet { throw Failure.interrupted }
          }
          let i = r.count(a &+ 1)
          guard i < r.count(a &+ 2) else { break }
          if let x = r.rangeElement(a, i) {
            r.set(d, x)
          } else {
            r[d] = try element(Int(i), of: r[a])
          }
          r.setCount(a &+ 1, i + 1)
          pc = Int(target)

        case .makeTensor(let d, let first, let n):
          r[d] = try tensorLiteral(r.taking(first, Int(n)))
        case .makeTuple(let d, let first, let n):
          r[d] = try bounded(.tuple(Tuple(r.taking(first, Int(n)))))
        case .makeSpread(let d, let first, let k): r[d] = try bounded(spreadTuple(r, first, Int(k)))
        case .makeRecord(let d, let first, let k): r[d] = try bounded(record(r, first, Int(k)))
        case .makeRange(let d, let first, let hasStep):
          r[d] = try range(r[first], r[first + 1], hasStep ? r[first + 2] : .number(1))
        case .makeString(let d, let first, let k): r[d] = try interpolated(r, first, Int(k))
        case .makeFunction(let d, let first, let k): r[d] = try bounded(closure(r, first, Int(k)))
        case .unpack(let d, let a, let n): try unpack(r, d, r[a], Int(n))
        case .field(let d, let a, let name):
          r[d] = try field(names.names[Int(name)], of: r[a])
        case .take(let d, let a, let name):
          r[d] = try taken(names.names[Int(name)], of: r[a])
        case .index(let d, let a, let k): r[d] = try indexed(r, r[a], Int(k))
        case .replaceIndex(let d, let a, let k):
          r[d] = try bounded(replacingIndex(r, r[a], Int(k), with: r[d]))
        case .replaceField(let d, let a, let name):
          r[d] = try bounded(replaced(names.names[Int(name)], of: r[a], with: r[d]))

        case .callName(let f, let n, let slot):
          var target = globals.entry(slot, n)
          if target == nil {
            r[f] = try globals[slot] ?? publicValue(slot, depth, base &+ size)
            target = r.entry(f, n)
            if target == nil {
              (self.depth, self.top) = (depth, base &+ size)
              target = try call(r, f, Int(n))
            }
          }
          if let target {
            try enter(f, target, &pc, &base, &size, &depth, &r, &ticks)
          }
        case .call(let f, let n):
          var target = r.entry(f, n)
          if target == nil {
            (self.depth, self.top) = (depth, base &+ size)
            target = try call(r, f, Int(n))
          }
          if let target {
            try enter(f, target, &pc, &base, &size, &depth, &r, &ticks)
          }
        case .append(let x, let value, let slot):
          if !isTraced, !globals.isBound(slot), append(r, value, to: x) { pc &+= 4 }
        case .callLocal(let f, let n, let a):
          var target = r.freeEntry(a, n)
          if target == nil {
            r[f] = r[a]
            target = r.entry(f, n)
            if target == nil {
              (self.depth, self.top) = (depth, base &+ size)
              target = try call(r, f, Int(n))
            }
          }
          if let target {
            try enter(f, target, &pc, &base, &size, &depth, &r, &ticks)
          }
        case .callNamed(let f, let n):
          (self.depth, self.top) = (depth, base &+ size)
          let names = program.call(at: pc - 1)!.names
          if let target = try call(r, f, Int(n), names: names) {
            try enter(f, target, &pc, &base, &size, &depth, &r, &ticks)
          }
        case .claimSides(let first, let k): keepSides(r, first, Int(k))
        case .leave(let a, let count):
          if let x = r.number(a) {
            r.release(0, Int(count))
            r.set(-1, x)
          } else {
            let result = r[a]
            r.release(0, Int(count))
            r[-1] = result
          }
          if depth == bottom {
            let result = r[-1]
            r[-1] = .unbound
            return result
          }
          depth &-= 1
          let frame = frames[depth]
          pc = Int(frame.returnAddress)
          base = Int(frame.base)
          size = Int(frame.size)
          r = memory.frame(base)
        case .finish(let a):
          let result = r[a]
          r.release(-1, size)
          return result
        }
      }
    } catch {
      memory.frame(start).release(-1, base + size - start)
      throw located(error, at: pc - 1, depth: depth, bottom: bottom)
    }
  }

  /// Pushes the running frame and enters a function whose arguments stand from `f + 1` on.
  @inline(__always)
  private func enter(
    _ f: Reg, _ target: CallTarget, _ pc: inout Int, _ base: inout Int, _ size: inout Int,
    _ depth: inout Int, _ r: inout Registers, _ ticks: inout Int
  ) throws {
    ticks &-= 1
    if ticks < 0 {
      ticks = 1000
      if interrupt.isSet { throw Failure.interrupted }
    }
    let next = base &+ Int(f) &+ 1
    if next &+ target.registers > memory.ready || depth >= Machine.frameLimit {
      guard depth < Machine.frameLimit, memory.prepare(next + target.registers) else {
        throw Failure.recursion
      }
    }
    frames[depth] = .init(
      returnAddress: Int32(truncatingIfNeeded: pc), base: Int32(truncatingIfNeeded: base),
      size: Int32(truncatingIfNeeded: size))
    depth &+= 1
    base = next
    size = target.registers
    r = memory.frame(base)
    pc = target.address
  }
}

extension ComparisonOperator {
  /// Whether it holds between two numbers.
  @inline(__always)
  func holds(_ x: Double, _ y: Double) -> Bool {
    switch self {
    case .equal: x == y
    case .notEqual: x != y
    case .less: x < y
    case .lessOrEqual: x <= y
    case .greater: x > y
    case .greaterOrEqual: x >= y
    case .isIn: false
    }
  }
}
