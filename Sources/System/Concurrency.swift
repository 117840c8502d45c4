/// Runs `body` for 0 ..< count, each on a thread of its own where there is one, and waits for all.
public func concurrently<R: Sendable>(_ count: Int, _ body: @Sendable (Int) -> R) -> [R] {
  withoutActuallyEscaping(body) { body in
    let results = Results<R>(count)
    var threads: [Thread] = []
    for i in 0..<count {
      if let thread = Thread.start({ results.set(i, body(i)) }) {
        threads.append(thread)
      } else {
        results.set(i, body(i))
      }
    }
    for thread in threads { thread.join() }
    return results.all
  }
}

private final class Results<R: Sendable>: Sendable {
  private let values: Lock<[R?]>
  init(_ count: Int) { values = Lock(Array(repeating: nil, count: count)) }
  func set(_ i: Int, _ value: R) { values.withLock { $0[i] = value } }
  var all: [R] { values.withLock { $0.compactMap { $0 } } }
}

/// Runs `work` on up to `count` threads with large stacks and, while they are at it, `body` here.
/// Gives nil, and has run neither, if no thread is to be had. `work` must end by itself once `body`
/// has returned.
public func withThreads<R>(_ count: Int, _ work: () -> Void, _ body: () -> R) -> R? {
  withoutActuallyEscaping(work) { work in
    let threads = (0..<count).compactMap { _ in startOnLargeStack(work) }
    if threads.isEmpty { return nil }
    let result = body()
    for thread in threads { thread.join() }
    return result
  }
}
