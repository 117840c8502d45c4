import Synchronization
import Tensor

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Sets an interrupt flag after a time, unless it is stopped before.
final class Timer: Sendable {
  /// More seconds than anyone waits, few enough for the clock to count.
  static let longest = 1e9

  private enum Phase: Int, AtomicRepresentable { case runs, fired, stopped }

  private let phase = Atomic<Phase>(.runs)
  private let seconds: Double
  private let flag: InterruptFlag

  /// Starts to count.
  init(_ seconds: Double, _ flag: InterruptFlag) {
    self.seconds = min(seconds, Timer.longest)
    self.flag = flag
    var thread = pthread_t()
    let work = unsafe Unmanaged.passRetained(self)
    let status = withoutSignals {
      unsafe pthread_create(
        &thread, nil,
        { argument in
          unsafe Unmanaged<Timer>.fromOpaque(argument!).takeRetainedValue().wait()
          return nil
        }, work.toOpaque())
    }
    if status == 0 { pthread_detach(thread) } else { unsafe work.release() }
  }

  /// Starts a timer; the function it gives ends the count, and tells if the time was up.
  static func starting(_ seconds: Double, _ flag: InterruptFlag) -> () -> Bool {
    let timer = Timer(seconds, flag)
    return { timer.stop() }
  }

  private func wait() {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end, phase.load(ordering: .acquiring) == .runs {
      let rest = (end - ContinuousClock.now) / .seconds(1)
      usleep(UInt32(min(max(rest, 0.0001), 0.05) * 1_000_000))
    }
    let (isFirst, _) = phase.compareExchange(
      expected: .runs, desired: .fired, ordering: .acquiringAndReleasing)
    if isFirst { flag.set() }
  }

  /// True when the time was up.
  var hasFired: Bool { phase.load(ordering: .acquiring) == .fired }

  /// Ends the count; true if the time was up before.
  @discardableResult
  func stop() -> Bool {
    _ = phase.compareExchange(
      expected: .runs, desired: .stopped, ordering: .acquiringAndReleasing)
    return hasFired
  }
}
