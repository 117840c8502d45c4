import Synchronization
import Tensor

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Stops a session whose values take all memory. Tensors are counted one by one against the limit;
/// tuples, strings, functions and recorded operations are too small and too many for that, so the
/// size of the process is looked at instead, a few times a second while a session runs.
enum MemoryWatch {
  /// What the process may take beside the limit: its code, data sets as they are read, buffers kept
  /// for reuse.
  private static let slack = 1 << 30
  private static let period: UInt32 = 50_000  // microseconds

  private struct State {
    var watched: [(flag: InterruptFlag, limit: Int)] = []
    var hasThread = false
  }

  private static let state = Mutex(State())

  /// Watches until `end` is called with the same flag.
  static func begin(_ flag: InterruptFlag, limit: Int) {
    let needsThread = state.withLock { state in
      state.watched.append((flag, limit))
      defer { state.hasThread = true }
      return !state.hasThread
    }
    if needsThread, !startThread() { state.withLock { $0.hasThread = false } }
  }

  /// Ends what `begin` began.
  static func end(_ flag: InterruptFlag) {
    state.withLock { state in
      let place = state.watched.firstIndex { $0.flag === flag }
      if let place { state.watched.remove(at: place) }
    }
  }

  private static func startThread() -> Bool {
    var thread = pthread_t()
    let status = withoutSignals {
      unsafe pthread_create(
        &thread, nil,
        { _ in
          MemoryWatch.watch()
          return nil
        }, nil)
    }
    if status == 0 { pthread_detach(thread) }
    return status == 0
  }

  private static func watch() {
    while true {
      usleep(period)
      let isDone = state.withLock { state in
        guard !state.watched.isEmpty else {
          state.hasThread = false
          return true
        }
        let size = residentBytes()
        for (flag, limit) in state.watched where size - slack > limit { flag.setForMemory() }
        return false
      }
      if isDone { return }
    }
  }

  /// Bytes of memory that the process occupies; 0 where the system does not say.
  static func residentBytes() -> Int {
    let file = unsafe open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return 0 }
    defer { close(file) }
    var text = [UInt8](repeating: 0, count: 128)
    let count = unsafe text.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, $0.count) }
    guard count > 0 else { return 0 }
    let fields = String(decoding: text[..<count], as: UTF8.self).split(separator: " ")
    guard fields.count > 1, let pages = Int(fields[1]) else { return 0 }
    return pages * sysconf(Int32(_SC_PAGESIZE))
  }
}
