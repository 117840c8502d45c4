/// Time that only goes on, whatever the date is set to.
public enum MonotonicClock {
  /// Nanoseconds since a moment before the process began.
  public static var now: UInt64 { nanoseconds() }

  /// Seconds since an earlier moment.
  public static func seconds(since start: UInt64) -> Double { Double(now - start) / 1e9 }
}
