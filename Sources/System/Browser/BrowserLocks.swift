#if arch(wasm32)
/// A value that one thread at a time may read and change: here the only one.
@safe public struct Lock<Value>: ~Copyable, @unchecked Sendable {
  private final class Box {
    var value: Value
    init(_ value: Value) { self.value = value }
  }

  private let box: Box

  /// Makes one around a value.
  public init(_ value: Value) { box = Box(value) }

  /// Runs `body` with the value.
  public borrowing func withLock<R, E: Error>(
    _ body: (inout Value) throws(E) -> R
  ) throws(E) -> R {
    try body(&box.value)
  }
}

/// A lock with a signal for those who wait. Nobody else can change what the only thread waits for.
public final class Monitor: Sendable {
  /// Makes one.
  public init() {}

  /// Runs `body`.
  public func change(_ body: () -> Bool) { _ = body() }

  /// What `body` gives, which must be something.
  public func wait<R>(_ body: () -> R?) -> R {
    guard let result = body() else { fatalError("nothing can end this wait") }
    return result
  }

  /// What `body` gives; nil if that is nothing.
  public func wait<R>(until end: UInt64, _ body: () -> R?) -> R? { body() }
}
#endif
