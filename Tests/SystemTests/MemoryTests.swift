import System
import Testing

@Suite("Memory")
struct MemoryTests {
  @Test("Blocks are aligned, large ones to huge pages, and keep what they hold when they grow")
  func blocks() throws {
    for (bytes, alignment) in [(1, 64), (1000, 64), (8 << 20, 2 << 20)] {
      let block = try unsafe #require(Memory.block(bytes))
      let address = UInt(bitPattern: block)
      #expect(address % UInt(alignment) == 0)
      unsafe Memory.release(block)
    }
    let block = try unsafe #require(Memory.resized(nil, to: 8))
    unsafe block.storeBytes(of: 42, as: Int.self)
    let larger = try unsafe #require(Memory.resized(block, to: 1 << 20))
    let kept = unsafe larger.load(as: Int.self)
    #expect(kept == 42)
    unsafe Memory.release(larger)
    let isImpossible = unsafe Memory.block(Int.max) == nil
    #expect(isImpossible)
  }

  @Test("The process occupies memory")
  func resident() { #expect(Memory.residentBytes > 1 << 20) }

  @Test("A watch sets the flags whose limit the process is beyond, and no other")
  func watch() {
    let watch = MemoryWatch()
    let (low, high) = (InterruptFlag(), InterruptFlag())
    watch.begin(high, limit: 1 << 60)
    // Below what any process has, beside what the watch allows all of them.
    watch.begin(low, limit: -1 << 30)
    while !low.isSet { Thread.yield() }
    #expect(low.isForMemory && !high.isSet)
    watch.end(low)
    watch.end(high)
  }
}
