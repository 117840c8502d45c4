#if os(Linux)
import CSystem
import Synchronization

/// A value that one thread at a time may read and change.
public typealias Lock<Value: ~Copyable> = Mutex<Value>

/// A lock with a signal for those who wait for what it guards to change.
@safe public final class Monitor: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  /// Makes one.
  public init() {
    unsafe pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    unsafe pthread_condattr_init(&attributes)
    unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    unsafe pthread_cond_init(condition, &attributes)
    unsafe pthread_condattr_destroy(&attributes)
  }

  deinit {
    unsafe pthread_cond_destroy(condition)
    unsafe pthread_mutex_destroy(mutex)
    unsafe condition.deallocate()
    unsafe mutex.deallocate()
  }

  /// Runs `body` alone, and wakes those who wait if it says that something changed.
  public func change(_ body: () -> Bool) {
    unsafe pthread_mutex_lock(mutex)
    if body() { unsafe pthread_cond_broadcast(condition) }
    unsafe pthread_mutex_unlock(mutex)
  }

  /// Waits until `body`, run alone at each change, gives a value.
  public func wait<R>(_ body: () -> R?) -> R {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while true {
      if let result = body() { return result }
      unsafe pthread_cond_wait(condition, mutex)
    }
  }

  /// The same up to a moment of the monotonic clock; nil if nothing came.
  public func wait<R>(until end: UInt64, _ body: () -> R?) -> R? {
    var time = timespec(tv_sec: Int(end / 1_000_000_000), tv_nsec: Int(end % 1_000_000_000))
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while true {
      if let result = body() { return result }
      if unsafe pthread_cond_timedwait(condition, mutex, &time) != 0 { return body() }
    }
  }
}
#endif
