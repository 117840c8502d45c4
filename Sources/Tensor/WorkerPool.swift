import CKernels
import Synchronization
import System

/// Threads that share the blocks of one job at a time with the thread that hands it in.
///
/// Which thread computes a block changes nothing: blocks write outputs of their own.
final class WorkerPool: @unchecked Sendable {
  /// Threads that work on a job, the caller's included.
  let threadCount: Int
  private var threads: [Thread] = []
  private let monitor = Monitor()
  /// Written before `open` and read after it.
  private var job: ((Int) -> Void)?
  private var blockCount = 0
  private var jobNumber = 0
  /// How often a worker looks for the next job before it sleeps: for about a millisecond, as between
  /// two products of a training step.
  private let spins: Int
  /// How often the caller looks for the end of the last block before it gives way to others: its
  /// worker may have lost the core.
  private static let callerSpins = 100

  /// The number of the job that can be joined, 0 if none, -1 to end.
  private let open = Atomic<Int>(0)
  private let nextBlock = Atomic<Int>(0)
  private let inside = Atomic<Int>(0)
  private let sleepers = Atomic<Int>(0)

  init(threads count: Int) {
    threadCount = max(1, count)
    // Waiting awake is worth it only where every thread has a core.
    spins = threadCount <= processorCount ? 20_000 : 0
    for _ in 0..<threadCount - 1 {
      if let thread = Thread.start({ self.work() }) { threads.append(thread) }
    }
  }

  /// Ends the threads; the pool runs jobs on the caller's thread alone from then on.
  func stop() {
    open.store(-1, ordering: .sequentiallyConsistent)
    wakeAll()
    for thread in threads { thread.join() }
    threads = []
  }

  private func wakeAll() { monitor.change { true } }

  /// Whether there are threads besides the caller's.
  var hasThreads: Bool { !threads.isEmpty }

  /// Calls `body` once for each block; returns when all are done.
  func run(_ count: Int, _ body: (Int) -> Void) {
    if threads.isEmpty || count <= 1 {
      for block in 0..<count { body(block) }
      return
    }
    withoutActuallyEscaping(body) { body in
      begin(count, body)
      finish()
    }
  }

  /// Has the other threads begin with blocks while the caller goes on to something else, until it
  /// calls `finish`.
  func begin(_ count: Int, _ body: @escaping (Int) -> Void) {
    precondition(job == nil, "one job at a time")
    job = body
    blockCount = count
    nextBlock.store(0, ordering: .relaxed)
    jobNumber += 1
    open.store(jobNumber, ordering: .sequentiallyConsistent)
    if sleepers.load(ordering: .sequentiallyConsistent) > 0 { wakeAll() }
  }

  /// Helps with the blocks that are left, and returns when all are done.
  func finish() {
    guard let body = job else { return }
    runBlocks(body)
    // A worker that comes late sees that nothing is open; one inside is waited for.
    open.store(0, ordering: .sequentiallyConsistent)
    var rounds = 0
    while inside.load(ordering: .sequentiallyConsistent) != 0 {
      rounds += 1
      if rounds > WorkerPool.callerSpins { Thread.yield() } else { et_pause() }
    }
    job = nil
  }

  private func runBlocks(_ body: (Int) -> Void) {
    while true {
      let block = nextBlock.wrappingAdd(1, ordering: .relaxed).oldValue
      if block >= blockCount { return }
      body(block)
    }
  }

  private func work() {
    et_set_rounding()
    precondition(et_check_rounding() != 0, "a worker thread can't set its rounding mode")
    var last = 0
    while true {
      wait(after: last)
      inside.wrappingAdd(1, ordering: .sequentiallyConsistent)
      let number = open.load(ordering: .sequentiallyConsistent)
      if number > 0, number != last, let job {
        last = number
        runBlocks(job)
      }
      inside.wrappingSubtract(1, ordering: .sequentiallyConsistent)
      if number < 0 { return }
    }
  }

  /// Returns when a job other than `last` may be joined.
  private func wait(after last: Int) {
    func isReady() -> Bool {
      let number = open.load(ordering: .sequentiallyConsistent)
      return number != 0 && number != last
    }
    for round in 0..<spins {
      if isReady() { return }
      // Now and then a thread that has no core comes first: it may be the one that is waited for.
      if round & 63 == 63 { Thread.yield() } else { et_pause() }
    }
    // Who opens a job after this count wakes; who opened one before is seen by the first look.
    sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
    monitor.wait { isReady() ? () : nil }
    sleepers.wrappingSubtract(1, ordering: .sequentiallyConsistent)
  }
}
