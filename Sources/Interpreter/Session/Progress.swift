import System

/// How far a training or a sweep is.
public struct Progress: Sendable, Equatable {
  /// What is counted: `epoch` or `item`.
  public var unit: String
  /// Which one is at work, from 1, and how many there are.
  public var number: Int, count: Int
  /// The share that is done, from 0 to 1.
  public var share: Double
  /// The loss of the last batch.
  public var loss: Double?
  /// Batches so far.
  public var steps: Int?

  /// The progress as a line, after some seconds of work.
  public func line(after seconds: Double) -> String {
    var parts = ["\(unit) \(number) of \(count)"]
    if let loss { parts.append("loss \(fixed(loss, 4))") }
    if let steps, seconds > 0 { parts.append("\(Int(Double(steps) / seconds)) steps/s") }
    if share > 0 {
      let left = Int((seconds * (1 - share) / share).rounded(.up))
      parts.append(left < 120 ? "\(left) s left" : "\(left / 60) min left")
    }
    return parts.joined(separator: " · ")
  }
}

/// Tells of progress now and then: it is work for nobody when it is asked for at every batch.
final class ProgressMeter {
  private let show: @Sendable (String?) -> Void
  private var start = MonotonicClock.now
  private var shown = MonotonicClock.now
  private var last: Progress?
  private var isShown = false

  /// - Parameter show: shows a line in place of the one before; nil takes it away.
  init(_ show: @escaping @Sendable (String?) -> Void) { self.show = show }

  /// Half a second passes before there is a line, a tenth between two.
  func report(_ progress: () -> Progress) {
    let now = MonotonicClock.now
    guard last == nil || now - shown > 100_000_000 else { return }
    let progress = progress()
    if let last, last.unit == progress.unit, last.count == progress.count,
      last.share <= progress.share
    {
      if now - start > 500_000_000 {
        show(progress.line(after: Double(now - start) / 1e9))
        isShown = true
      }
    } else {
      start = now
    }
    last = progress
    shown = now
  }

  /// The work is over.
  func finish() {
    if isShown { show(nil) }
    isShown = false
    last = nil
  }
}
