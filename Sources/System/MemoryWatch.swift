/// Stops sessions whose values take all memory. Tensors are counted one by one against the limit;
/// tuples, strings, functions and recorded operations are too small and too many for that, so the
/// size of the process is looked at instead, a few times a second while a session runs.
public final class MemoryWatch: Sendable {
  /// What the process may take beside the limit: its code, data sets as they are read, buffers kept
  /// for reuse.
  private static let slack = 1 << 30
  private static let period = 50  // milliseconds

  private struct State {
    var watched: [(flag: InterruptFlag, limit: Int)] = []
    var hasThread = false
  }

  private let state = Lock(State())

  /// Makes one that watches nothing yet; it has a thread only while it watches.
  public init() {}

  /// Watches until `end` is called with the same flag.
  public func begin(_ flag: InterruptFlag, limit: Int) {
    let needsThread = state.withLock { state in
      state.watched.append((flag, limit))
      defer { state.hasThread = true }
      return !state.hasThread
    }
    guard needsThread else { return }
    if let thread = Thread.start({ self.watch() }) {
      thread.detach()
    } else {
      state.withLock { $0.hasThread = false }
    }
  }

  /// Ends what `begin` began.
  public func end(_ flag: InterruptFlag) {
    state.withLock { state in
      let place = state.watched.firstIndex { $0.flag === flag }
      if let place { state.watched.remove(at: place) }
    }
  }

  private func watch() {
    while true {
      Thread.sleep(milliseconds: MemoryWatch.period)
      let isDone = state.withLock { state in
        guard !state.watched.isEmpty else {
          state.hasThread = false
          return true
        }
        let size = Memory.residentBytes
        for (flag, limit) in state.watched where size - MemoryWatch.slack > limit {
          flag.setForMemory()
        }
        return false
      }
      if isDone { return }
    }
  }
}
