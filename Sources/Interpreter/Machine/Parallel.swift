import Diagnostics
import System
import Tensor

/// What an item of a parallel `map` does besides giving a value, kept until its turn.
struct ItemEffects {
  var output: [OutputItem] = []
  var seed: UInt64?
}

/// The items of one parallel `map`. Threads take them in order, each with the stream that it would
/// have in order; the caller takes the outcomes in order, so that the schedule can't be seen.
///
/// All that changes is guarded by the monitor.
private final class ParallelItems: @unchecked Sendable {
  struct Outcome {
    var result: Result<Value, any Error>
    var effects: ItemEffects
  }

  private let items: [Value]
  private let function: Value
  private let caller: Machine
  private let threadsEach: Int
  private let monitor = Monitor()
  private var stream: RandomStream
  private var outcomes: [Outcome?]
  private var next = 0
  /// Items from here on are of no use: the lowest that failed is below them.
  private var end: Int
  /// Items that run, with what stops each.
  private var running: [(item: Int, flag: InterruptFlag)] = []

  init(_ items: [Value], _ function: Value, on caller: Machine, threadsEach: Int) {
    self.items = items
    self.function = function
    self.caller = caller
    self.threadsEach = threadsEach
    stream = caller.context.stream
    outcomes = Array(repeating: nil, count: items.count)
    end = items.count
  }

  /// What each thread does: items, as long as there are some.
  func work() {
    let flag = InterruptFlag(following: caller.interrupt)
    let machine = Machine(helping: caller, threads: threadsEach, interrupt: flag)
    while let (i, stream) = begin(flag) {
      machine.context.stream = stream
      machine.item = ItemEffects()
      let result = Result { try machine.apply(function, [items[i]]) }
      machine.context.materialize()
      finish(i, flag, Outcome(result: result, effects: machine.item!))
    }
  }

  private func begin(_ flag: InterruptFlag) -> (Int, RandomStream)? {
    var taken: (Int, RandomStream)?
    monitor.change {
      guard next < end else { return false }
      flag.clear()
      running.append((next, flag))
      taken = (next, stream.fork("item"))
      next += 1
      return false
    }
    return taken
  }

  private func finish(_ i: Int, _ flag: InterruptFlag, _ outcome: Outcome) {
    monitor.change {
      running.removeAll { $0.flag === flag }
      outcomes[i] = outcome
      if case .failure = outcome.result { cut(at: i + 1) }
      return true
    }
  }

  private func cut(at limit: Int) {
    end = min(end, limit)
    for (item, flag) in running where item >= end { flag.set() }
  }

  /// The outcome of item `i`, to be asked for in order and not beyond the first failure.
  func outcome(_ i: Int) -> Outcome {
    monitor.wait {
      defer { outcomes[i] = nil }
      return outcomes[i]
    }
  }

  /// Ends the threads.
  func stop() {
    monitor.change {
      cut(at: 0)
      return false
    }
  }

  /// The caller's stream after all items took theirs.
  var streamAfterAll: RandomStream { monitor.wait { stream } }
}

extension Machine {
  /// `f(x)` for each item, item i in the i-th fork `item` of the current stream: on all threads if
  /// asked to and nothing here goes on in parallel or is recorded already.
  func map(_ items: [Value], _ function: Value, inParallel: Bool) throws -> [Value] {
    var results: [Value] = []
    results.reserveCapacity(items.count)
    let threads = min(context.threadCount, items.count)
    // Reads are noted in order.
    if inParallel, threads > 1, item == nil, !context.isTaping, outsideReads == nil {
      try mapInParallel(items, function, threads, &results)
    }
    while results.count < items.count {
      let item = items[results.count]
      results.append(try inFork("item") { try apply(function, [item]) })
    }
    return results
  }

  /// Runs `body` with a new stream of random numbers as the current one.
  func inFork<R>(_ name: String, _ body: () throws -> R) rethrows -> R {
    var parent = context.stream
    context.stream = parent.fork(name)
    defer { context.stream = parent }
    return try body()
  }

  /// Appends the results of the items up to the first that found no memory beside the others; it
  /// may find some when it runs alone.
  private func mapInParallel(
    _ items: [Value], _ function: Value, _ threads: Int, _ results: inout [Value]
  ) throws {
    try library.load(on: self)
    context.materialize()
    let before = context.stream
    let all = ParallelItems(
      items, function, on: self, threadsEach: context.threadCount / threads)
    let taken = withThreads(threads, all.work) {
      defer { all.stop() }
      return Result { try take(all, items.count) }
    }
    guard let taken else { return }
    results += try taken.get()
    if results.count == items.count {
      context.stream = all.streamAfterAll
    } else {
      context.stream = before
      for _ in results { _ = context.stream.fork("item") }
    }
  }

  /// Takes the outcomes in order, and lets each item's output and seed take effect.
  private func take(_ all: ParallelItems, _ count: Int) throws -> [Value] {
    var results: [Value] = []
    results.reserveCapacity(count)
    for i in 0..<count {
      let outcome = all.outcome(i)
      if case .failure(let error) = outcome.result, isWantOfMemory(error) { break }
      for output in outcome.effects.output { emit(output) }
      if let seed = outcome.effects.seed { setSeed(seed) }
      results.append(try outcome.result.get())
      host.meter?.report {
        Progress(
          unit: "item", number: min(i + 2, count), count: count,
          share: Double(i + 1) / Double(count))
      }
    }
    return results
  }

  private func isWantOfMemory(_ error: any Error) -> Bool {
    switch error {
    case let located as Located: return located.diagnostic.code == .memory
    case let inner as Inner: return isWantOfMemory(inner.error)
    case let problem as TensorError:
      if case .memory = problem.kind { return true }
      return false
    default: return false
    }
  }
}
