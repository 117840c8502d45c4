import Tensor

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Bytes of stack for a thread that evaluates; reserved, and used only as deep as calls go.
private let largeStackSize = 512 << 20

/// Runs `body` on a thread with a large stack and waits for it, so that builtins that call back
/// can nest to the limit of the language. On such a thread it runs `body` where it is.
public func onLargeStack<R>(_ body: () -> R) -> R {
  if Stack.isLarge { return body() }
  var result: R?
  withoutActuallyEscaping({ result = Stack.$isLarge.withValue(true, operation: body) }) { work in
    runThread(work)
  }
  return result!
}

private final class Work {
  let body: () -> Void
  init(_ body: @escaping () -> Void) { self.body = body }
}

/// Whether this thread was started by `onLargeStack`.
private enum Stack {
  @TaskLocal static var isLarge = false
}

private func runThread(_ body: @escaping () -> Void) {
  // No thread to be had: better a shallow stack than none.
  guard let thread = startThread(body) else { return body() }
  pthread_join(thread, nil)
}

/// A thread with a large stack; nil if the system gives none.
private func startThread(_ body: @escaping () -> Void) -> pthread_t? {
  var attributes = pthread_attr_t()
  unsafe pthread_attr_init(&attributes)
  defer { unsafe pthread_attr_destroy(&attributes) }
  unsafe pthread_attr_setstacksize(&attributes, largeStackSize)
  var thread = pthread_t()
  let work = unsafe Unmanaged.passRetained(Work(body))
  let status = withoutSignals {
    unsafe pthread_create(
      &thread, &attributes,
      { argument in
        unsafe Unmanaged<Work>.fromOpaque(argument!).takeRetainedValue().body()
        return nil
      }, work.toOpaque())
  }
  if status == 0 { return thread }
  unsafe work.release()
  return nil
}

/// Runs `work` on up to `count` threads with large stacks and, while they are at it, `body` here.
/// Gives nil, and has run neither, if no thread is to be had. `work` must end by itself once `body`
/// has returned.
func withThreads<R>(_ count: Int, _ work: () -> Void, _ body: () -> R) -> R? {
  withoutActuallyEscaping(work) { work in
    let threads = (0..<count).compactMap { _ in
      startThread { Stack.$isLarge.withValue(true, operation: work) }
    }
    if threads.isEmpty { return nil }
    let result = body()
    for thread in threads { pthread_join(thread, nil) }
    return result
  }
}

/// A lock with a signal for those who wait for what it guards to change.
@safe final class Monitor: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(condition, nil)
  }

  deinit {
    unsafe pthread_cond_destroy(condition)
    unsafe pthread_mutex_destroy(mutex)
    unsafe condition.deallocate()
    unsafe mutex.deallocate()
  }

  /// Runs `body` alone, and wakes those who wait if it says that something changed.
  func change(_ body: () -> Bool) {
    unsafe pthread_mutex_lock(mutex)
    if body() { unsafe pthread_cond_broadcast(condition) }
    unsafe pthread_mutex_unlock(mutex)
  }

  /// Waits until `body`, run alone at each change, gives a value.
  func wait<R>(_ body: () -> R?) -> R {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while true {
      if let result = body() { return result }
      unsafe pthread_cond_wait(condition, mutex)
    }
  }
}
