import Synchronization

/// Set by whoever wants a computation to stop; polled by what computes.
///
/// Loops of other modules look at it, so what they call can be inlined there.
public final class InterruptFlag: Sendable {
  @usableFromInline let flag = Atomic<Bool>(false)
  @usableFromInline let memory = Atomic<Bool>(false)
  @usableFromInline let leader: InterruptFlag?

  /// A flag that is not set; one that follows another is set whenever that one is.
  public init(following leader: InterruptFlag? = nil) { self.leader = leader }

  /// Whether to stop.
  @inlinable
  public var isSet: Bool { flag.load(ordering: .relaxed) || leader?.isSet ?? false }
  /// Asks to stop; safe in a signal handler.
  public func set() { flag.store(true, ordering: .relaxed) }
  /// Asks to stop as memory runs short.
  public func setForMemory() {
    memory.store(true, ordering: .relaxed)
    flag.store(true, ordering: .releasing)
  }
  /// Whether memory runs short.
  public var isForMemory: Bool { memory.load(ordering: .relaxed) || leader?.isForMemory ?? false }
  /// Ready for the next computation.
  public func clear() {
    memory.store(false, ordering: .relaxed)
    flag.store(false, ordering: .relaxed)
  }
}
