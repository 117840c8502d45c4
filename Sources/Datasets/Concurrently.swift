import Synchronization
import Tensor

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Runs `body` for 0 ..< count, each on a thread of its own, and waits for all.
func concurrently<R: Sendable>(_ count: Int, _ body: @Sendable (Int) -> R) -> [R] {
  withoutActuallyEscaping(body) { body in
    let results = Results<R>(count)
    var threads: [pthread_t] = []
    for i in 0..<count {
      let work = unsafe Unmanaged.passRetained(Work { results.set(i, body(i)) })
      var thread = pthread_t()
      let status = withoutSignals {
        unsafe pthread_create(
          &thread, nil,
          { argument in
            unsafe Unmanaged<Work>.fromOpaque(argument!).takeRetainedValue().body()
            return nil
          }, work.toOpaque())
      }
      if status == 0 {
        threads.append(thread)
      } else {
        unsafe work.takeRetainedValue().body()  // no thread to be had
      }
    }
    for thread in threads { pthread_join(thread, nil) }
    return results.all
  }
}

private final class Work: Sendable {
  let body: @Sendable () -> Void
  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

private final class Results<R: Sendable>: Sendable {
  private let values: Mutex<[R?]>
  init(_ count: Int) { values = Mutex(Array(repeating: nil, count: count)) }
  func set(_ i: Int, _ value: R) { values.withLock { $0[i] = value } }
  var all: [R] { values.withLock { $0.compactMap(\.self) } }
}
