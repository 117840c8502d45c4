import Synchronization

/// Set by whoever wants a computation to stop; polled by what computes.
public final class InterruptFlag: Sendable {
  private let flag = Atomic<Bool>(false)

  /// A flag that is not set.
  public init() {}

  /// Whether to stop.
  public var isSet: Bool { flag.load(ordering: .relaxed) }
  /// Asks to stop; safe in a signal handler.
  public func set() { flag.store(true, ordering: .relaxed) }
  /// Ready for the next computation.
  public func clear() { flag.store(false, ordering: .relaxed) }
}
