import Synchronization
import System
import Testing

@Suite("Threads, flags and time")
struct ThreadTests {
  @Test("A flag is set, cleared, and follows its leader")
  func flags() {
    let leader = InterruptFlag()
    let flag = InterruptFlag(following: leader)
    #expect(!flag.isSet)
    leader.setForMemory()
    #expect(flag.isSet && flag.isForMemory)
    leader.clear()
    #expect(!flag.isSet && !flag.isForMemory)
    flag.set()
    #expect(flag.isSet && !leader.isSet && !flag.isForMemory)
  }

  @Test("A thread runs its work before it is joined")
  func joining() throws {
    let flag = InterruptFlag()
    let thread = try #require(Thread.start { flag.set() })
    thread.join()
    #expect(flag.isSet)
  }

  @Test("Who waits at a monitor sees the change that another thread makes")
  func monitor() throws {
    let monitor = Monitor()
    let question = Atomic<Int>(0)
    let answer = Atomic<Int>(0)
    let thread = try #require(
      Thread.start {
        let seen: Int = monitor.wait {
          let value = question.load(ordering: .relaxed)
          return value == 0 ? nil : value
        }
        monitor.change {
          answer.store(seen + 1, ordering: .relaxed)
          return true
        }
      })
    monitor.change {
      question.store(41, ordering: .relaxed)
      return true
    }
    let result: Int = monitor.wait {
      let value = answer.load(ordering: .relaxed)
      return value == 0 ? nil : value
    }
    thread.join()
    #expect(result == 42)
  }

  @Test("A wait ends at its moment, and takes what is there already")
  func waitUntil() {
    let monitor = Monitor()
    #expect(monitor.wait(until: MonotonicClock.now) { nil as Int? } == nil)
    #expect(monitor.wait(until: 0) { 7 } == 7)
  }

  @Test("What runs concurrently gives its results in order")
  func concurrent() {
    #expect(concurrently(20) { $0 * $0 } == (0..<20).map { $0 * $0 })
  }

  @Test("Work runs on threads beside the body")
  func threads() {
    let monitor = Monitor()
    let begun = Atomic<Int>(0)
    let result = withThreads(3) {
      monitor.change {
        begun.wrappingAdd(1, ordering: .relaxed)
        return true
      }
    } _: {
      monitor.wait { begun.load(ordering: .relaxed) == 3 ? "all" : nil }
    }
    #expect(result == "all")
  }

  @Test("A large stack holds deep calls, and is not made twice")
  func largeStack() {
    // A million frames would not go into a usual thread's stack.
    func depth(_ n: Int) -> Int { n == 0 ? 0 : combined(n, depth(n - 1)) }
    #expect(onLargeStack { onLargeStack { depth(1_000_000) } } == 1_000_000)
  }

  @Test("A timer sets its flag when its time is up, and not once it is stopped")
  func timers() {
    let flag = InterruptFlag()
    let timer = Timer(0, flag)
    while !flag.isSet { Thread.yield() }
    #expect(timer.hasFired && timer.stop())

    let other = InterruptFlag()
    let long = Timer(Timer.longest, other)
    #expect(!long.stop() && !long.hasFired && !other.isSet)
    #expect(!long.stop())
    let end = Timer.starting(Timer.longest, other)
    #expect(!end() && !other.isSet)
  }

  @Test("The clock goes on and never back")
  func clock() {
    let start = MonotonicClock.now
    while MonotonicClock.now == start {}
    #expect(MonotonicClock.now > start && MonotonicClock.seconds(since: start) > 0)
  }
}

/// One more than the depth below, in a way that no loop can take the place of.
@inline(never)
private func combined(_ n: Int, _ below: Int) -> Int { below + (n > 0 ? 1 : 2) }
