import Diagnostics
import System
import Tensor

// Bounds on values that are no tensors: how deep they nest, how much memory one of them takes, and
// how long one takes to be made.

extension Machine {
  /// How deep tuples, records and functions may hold each other.
  static let depthLimit = 10_000

  /// The value, unless it nests too deep: comparing, showing and digesting it would end the stack.
  @inline(__always)
  func bounded(_ value: Value) throws -> Value {
    if value.depth > Machine.depthLimit { throw Failure.depth }
    return value
  }

  /// Throws if asked to stop; for loops of builtins, which look at every 1,024th step.
  @inline(__always)
  func checkInterrupt(atStep i: Int) throws {
    if i & 1023 == 0, interrupt.isSet { throw Failure.interrupted }
  }

  /// Throws when a tuple of so many elements would take more than the limit of memory.
  func checkRoom(elements count: Int) throws {
    if count > mostElements {
      throw Failure.room("a tuple of \(count.grouped) elements", memoryLimit)
    }
  }

  /// Throws when a string of so many bytes would take more than the limit of memory.
  func checkRoom(bytes count: Int) throws {
    if count > memoryLimit {
      throw Failure.room("a string of \(memorySize(count))", memoryLimit)
    }
  }
}

extension Failure {
  fileprivate static var depth: Failure {
    Failure(
      .recursion,
      "values would hold each other more than \(Machine.depthLimit.grouped) levels deep")
  }

  fileprivate static func room(_ what: String, _ limit: Int) -> Failure {
    Failure(
      .memory, "\(what) would go beyond the limit of \(memorySize(limit))",
      hint: "etude --memory raises the limit")
  }
}

/// A number of bytes in the unit that suits it.
func memorySize(_ bytes: Int) -> String {
  if bytes == Int.max { return "more bytes than can be counted" }
  let units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
  var value = Double(bytes)
  var unit = 0
  while value >= 1024 && unit < units.count - 1 {
    value /= 1024
    unit += 1
  }
  return (value == value.rounded() ? fixed(value, 0) : fixed(value, 1)) + " " + units[unit]
}
