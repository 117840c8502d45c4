#if arch(wasm32)
/// A thread of the process. The browser's one is all there is, so none can be started.
public struct Thread: Sendable {
  /// Starts no thread, and gives nil: the caller does the work itself.
  public static func start(stackSize: Int? = nil, _ body: @escaping () -> Void) -> Thread? { nil }

  /// Returns.
  public func join() {}

  /// Does nothing.
  public func detach() {}

  /// Returns.
  public static func yield() {}

  /// Returns.
  public static func sleep(milliseconds: Int) {}
}

/// Starts no thread.
func startOnLargeStack(_ body: @escaping () -> Void) -> Thread? { nil }

/// Runs `body` where it is: the stack has the size that the program was linked with.
public func onLargeStack<R>(_ body: () -> R) -> R { body() }

/// How many processors the process may use.
public var processorCount: Int { 1 }
#endif
