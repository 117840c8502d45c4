import Synchronization

/// Sets an interrupt flag after a time, unless it is stopped before. Where there are no threads it
/// never does.
public final class Timer: Sendable {
  /// More seconds than anyone waits, few enough for the clock to count.
  public static let longest = 1e9

  private enum Phase: Int, AtomicRepresentable { case runs, fired, stopped }

  private let phase = Atomic<Phase>(.runs)
  private let monitor = Monitor()
  private let flag: InterruptFlag

  /// Starts to count.
  public init(_ seconds: Double, _ flag: InterruptFlag) {
    self.flag = flag
    let wait = UInt64(max(0, min(seconds, Timer.longest)) * 1e9)
    let end = MonotonicClock.now + wait
    Thread.start { self.wait(until: end) }?.detach()
  }

  /// Starts a timer; the function it gives ends the count, and tells if the time was up.
  public static func starting(_ seconds: Double, _ flag: InterruptFlag) -> () -> Bool {
    let timer = Timer(seconds, flag)
    return { timer.stop() }
  }

  private func wait(until end: UInt64) {
    _ = monitor.wait(until: end) { phase.load(ordering: .acquiring) == .runs ? nil : true }
    // Whoever stops the timer afterwards finds the flag set.
    monitor.change {
      if leave(for: .fired) { flag.set() }
      return false
    }
  }

  /// False if the timer has fired or was stopped already.
  private func leave(for next: Phase) -> Bool {
    phase.compareExchange(expected: .runs, desired: next, ordering: .acquiringAndReleasing)
      .exchanged
  }

  /// True when the time was up.
  public var hasFired: Bool { phase.load(ordering: .acquiring) == .fired }

  /// Ends the count; true if the time was up before.
  @discardableResult
  public func stop() -> Bool {
    monitor.change { leave(for: .stopped) }
    return hasFired
  }
}
