import Tensor
import TestSupport
import Testing

/// Products that other threads compute while the program goes on.
@Suite struct UnderwayTests {
  /// Square matrices large enough to be left to others.
  private static let side = 160

  private func matrix(_ c: Context) throws -> Tensor {
    try c.call("randn", .integers([UnderwayTests.side, UnderwayTests.side]))
  }

  /// Steps of every kind after a product that they read, or don't.
  private func program(_ c: Context) throws -> [Tensor] {
    let (a, b) = (try matrix(c), try matrix(c))
    var kept: [Tensor] = []
    var x = try c.matmul(a, b)
    for round in 0..<6 {
      let y = try c.matmul(x, b)
      // Put off while the product is underway, of it and of what is done.
      let sum = try c.binary(.add, .tensor(y), .tensor(a))
      let other = try c.binary(.multiply, .tensor(a), .number(Double(round)))
      // Memory is taken and let go meanwhile.
      var scratch = try c.call("ones", .integers([UnderwayTests.side, UnderwayTests.side]))
      scratch = try c.binary(.add, .tensor(scratch), .number(1))
      kept.append(try c.index(y, [.slice(nil, nil, -1)]))
      kept.append(try c.call("sum", sum))
      kept += [sum, other, scratch, y]
      x = try c.matmul(try c.call("tanh", sum), try c.call("transpose", y))
    }
    return kept + [x]
  }

  @Test(arguments: levels, [2, 3, 8])
  func programsGiveTheSameBits(_ level: Level, _ threads: Int) throws {
    let wanted = try program(makeContext(level))
    let found = try program(makeContext(level, threads: threads))
    for (i, (a, b)) in zip(wanted, found).enumerated() {
      #expect(a.shape == b.shape)
      try #require(a.bits == b.bits, "value \(i)")
    }
  }

  @Test func productsThatNobodyReadsLeaveNoMemory() throws {
    let c = makeContext(threads: 2)
    do {
      let a = try matrix(c)
      for _ in 0..<10 { _ = try c.matmul(a, a) }
    }
    #expect(c.liveBytes == 0)
  }

  @Test func itIsDoneForAnotherThreadAndAfterTheContext() throws {
    var c: Context? = makeContext(threads: 2)
    let ones = try c!.call("ones", .integers([UnderwayTests.side, UnderwayTests.side]))
    let first = try c!.matmul(ones, ones)
    c!.settle()
    let other = Context(sharing: c!)
    #expect(try other.call("min", first).scalar() == Double(UnderwayTests.side))
    let second = try c!.matmul(first, ones)
    c = nil
    #expect(second.elements().allSatisfy { $0 == Double(UnderwayTests.side * UnderwayTests.side) })
  }

  @Test func memoryRunsOutNoSooner() throws {
    // Room for eight matrices, if the product lets go of its operand and its scratch in time.
    let bytes = 7 << 14  // of a buffer that holds one
    for threads in [1, 2] {
      let c = Context(threads: threads, memoryLimit: 8 * bytes)
      var a: Tensor? = try matrix(c)
      let product = try c.matmul(a!, a!)
      a = nil
      var kept: [Tensor] = []
      for _ in 0..<7 {
        kept.append(try c.call("zeros", .integers([UnderwayTests.side, UnderwayTests.side])))
      }
      #expect(kept.count == 7 && product.shape == [UnderwayTests.side, UnderwayTests.side])
    }
  }
}
