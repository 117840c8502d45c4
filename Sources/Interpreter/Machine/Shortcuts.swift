/// Builtins that the loop computes itself, as a call costs more than they do.
enum Shortcut: UInt8 {
  /// Every other function.
  case none
  /// `append(xs, value)`
  case append
}

extension Machine {
  /// Computes a call of two arguments in registers, and leaves the result in the function's; false
  /// where that is left to the builtin, which also knows the errors.
  @inline(__always)
  func take(_ shortcut: Shortcut, _ r: Registers, _ f: Reg) -> Bool {
    switch shortcut {
    case .none: return false
    case .append:
      let isDone = r.changeTuple(f + 1) { tuple in
        guard hasRoom(elements: tuple.count + 1), r[f + 2].depth < Machine.depthLimit else {
          return false
        }
        Tuple.append(r[f + 2], to: &tuple, for: owner)
        return true
      }
      guard isDone else { return false }
      r.move(f, f + 1)
      r[f + 2] = .unbound
      return true
    }
  }
}
