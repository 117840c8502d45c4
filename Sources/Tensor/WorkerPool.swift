import CKernels
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Threads that share the blocks of one job at a time with the thread that hands it in.
///
/// Which thread computes a block changes nothing: blocks write outputs of their own.
@safe final class WorkerPool: @unchecked Sendable {
  /// Threads that work on a job, the caller's included.
  let threadCount: Int
  private var threads: [pthread_t] = []
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
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
    spins = threadCount <= Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))) ? 20_000 : 0
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(wake, nil)
    for _ in 1..<max(threadCount, 2) where threadCount > 1 { start() }
  }

  deinit {
    unsafe mutex.deinitialize(count: 1)
    unsafe mutex.deallocate()
    unsafe wake.deinitialize(count: 1)
    unsafe wake.deallocate()
  }

  private func start() {
    var thread = pthread_t()
    let argument = unsafe Unmanaged.passRetained(self).toOpaque()
    let status = withoutSignals {
      unsafe pthread_create(
        &thread, nil,
        { argument in
          let pool = unsafe Unmanaged<WorkerPool>.fromOpaque(argument!).takeRetainedValue()
          pool.work()
          return nil
        }, argument)
    }
    if status == 0 {
      threads.append(thread)
    } else {
      unsafe Unmanaged<WorkerPool>.fromOpaque(argument).release()
    }
  }

  /// Ends the threads; the pool runs jobs on the caller's thread alone from then on.
  func stop() {
    open.store(-1, ordering: .sequentiallyConsistent)
    wakeAll()
    for thread in threads { pthread_join(thread, nil) }
    threads = []
  }

  private func wakeAll() {
    unsafe pthread_mutex_lock(mutex)
    unsafe pthread_cond_broadcast(wake)
    unsafe pthread_mutex_unlock(mutex)
  }

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
      if rounds > WorkerPool.callerSpins { sched_yield() } else { et_pause() }
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
      if round & 63 == 63 { sched_yield() } else { et_pause() }
    }
    unsafe pthread_mutex_lock(mutex)
    sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
    while !isReady() { unsafe pthread_cond_wait(wake, mutex) }
    sleepers.wrappingSubtract(1, ordering: .sequentiallyConsistent)
    unsafe pthread_mutex_unlock(mutex)
  }
}
