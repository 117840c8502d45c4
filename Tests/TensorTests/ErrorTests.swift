import System
import Tensor
import Testing

@Suite struct ErrorTests {
  let c = makeContext()

  private func error<R>(_ body: () throws -> R) -> TensorError? {
    do {
      _ = try body()
      return nil
    } catch { return error as? TensorError }
  }

  @Test func productsSayWhatWouldFit() throws {
    let x = try c.call("zeros", .integers([64, 784]))
    let w = try c.call("zeros", .integers([256, 784]))
    let problem = try #require(error { try c.matmul(x, w) })
    #expect(problem.kind == .innerSizes(left: 784, right: 256) && problem.operation == "@")
    #expect(problem.operands == [OperandSummary(.tensor(x)), OperandSummary(.tensor(w))])
    #expect(problem.fix == .transposeRight([64, 256]))
    let tall = try c.call("zeros", .integers([64, 10]))
    #expect(error { try c.matmul(x, tall) }?.fix == .transposeLeft([784, 10]))
    let before = try c.call("zeros", .integers([5, 64]))
    #expect(error { try c.matmul(x, before) }?.fix == .exchange([5, 784]))
    #expect(error { try c.matmul(x, before.detached) }?.fix != nil)
  }

  @Test func shapesThatDoNotBroadcast() throws {
    let x = Operand.tensor(try c.call("zeros", .integers([2, 3])))
    let y = Operand.tensor(try c.call("zeros", .integer(2)))
    let problem = try #require(error { try c.binary(.add, x, y) })
    #expect(problem.kind == .broadcast(fromEnd: 1, left: 3, right: 2))
    #expect(problem.fix == .expand(operand: 1, axis: 1, [2, 3]) && problem.operation == "+")
    #expect(error { try c.compare(.less, x, y) }?.operation == "<")
    let flag = Argument.operand(.tensor(try c.make([], [1], .bool)))
    let chosen = error { try c.call("where", flag, .operand(x), .operand(y)) }
    #expect(chosen?.kind == problem.kind && chosen?.operation == "where")
  }

  @Test func arguments() throws {
    let x = try c.make([2, 3], [1, 2, 3, 4, 5, 6])
    #expect(errorKind { try c.call("sum", x.argument, .integer(2)) } == .axis(2, rank: 2))
    #expect(errorKind { try c.call("sum", x.argument, .integers([0, -2])) } == .repeatedAxis(0))
    #expect(
      errorKind { try c.call("reshape", x.argument, .integers([4, -1])) }
        == .reshape(from: [2, 3], to: [4, -1]))
    #expect(
      errorKind { try c.call("reshape", x.argument, .integers([-1, -1])) } == .sizeList([-1, -1]))
    #expect(errorKind { try c.call("zeros", .integer(-1)) } == .sizeList([-1]))
    let many = Array(repeating: 1, count: 9)
    #expect(errorKind { try c.call("zeros", .integers(many)) } == .sizeList(many))
    #expect(errorKind { try c.call("reshape", x.argument, .integers(many)) } == .sizeList(many))
    #expect(errorKind { try c.call("sum", .operand(.number(3))) } == .needsTensor("x"))
    #expect(errorKind { try c.call("sum", .flag(true)) } == .argumentKind("x"))
    #expect(errorKind { try c.call("sum") } == .argumentKind("x"))
    #expect(
      errorKind { try c.call("squeeze", x.argument, .integer(0)) } == .squeeze(axis: 0, size: 2))
    #expect(
      errorKind { try c.call("quantile", x.argument, .number(2)) }
        == .argument("q", 2, least: 0, most: 1))
    #expect(errorKind { try c.call("trace", c.vector([1])) } == .rank(found: 1, least: 2, most: 2))
    #expect(errorKind { try c.call("stack", .operands([])) } == .noOperands)
    #expect(
      errorKind { try c.call("stack", .operands([.tensor(x), .tensor(c.transpose(x))])) }
        == .sizes(axis: 0, first: 2, other: 3, operand: 1))
    #expect(
      errorKind { try c.call("concat", .operands([.tensor(x), .tensor(c.transpose(x))])) }
        == .sizes(axis: 1, first: 3, other: 2, operand: 1))
    #expect(
      errorKind { try c.call("where", x.argument, x.argument, x.argument) }
        == .dtype(.f32, wanted: [.bool]))
    #expect(
      errorKind { try c.call("one_hot", c.vector([3], .i32).argument, .integer(3)) }
        == .index(3, axis: 1, size: 3))
    #expect(
      errorKind { try c.call("full", .integer(2), .number(300), .dtype(.u8)) }
        == .cannotHold(.u8, number: 300))
    #expect(
      errorKind { try c.call("randint", .integer(3), .integer(5), .integer(5)) }
        == .argument("high", 5, least: 6, most: 0x1p31))
  }

  @Test func indices() throws {
    let x = try c.make([2, 3], [1, 2, 3, 4, 5, 6])
    #expect(errorKind { try c.index(x, [.at(2)]) } == .index(2, axis: 0, size: 2))
    #expect(errorKind { try c.index(x, [.at(0), .at(-4)]) } == .index(-4, axis: 1, size: 3))
    #expect(errorKind { try c.index(x, [.at(0), .at(0), .at(0)]) } == .indexCount(3, rank: 2))
    let wide = try c.vector([0, 3], .i32)
    #expect(
      errorKind { try c.index(x, [.slice(nil, nil, 1), .tensor(wide)]) }
        == .index(3, axis: 1, size: 3))
    #expect(
      errorKind { try c.index(x, [.tensor(c.vector([1, 0, 1], .bool))]) }
        == .mask(axis: 0, mask: 3, size: 2))
    #expect(
      errorKind {
        try c.index(x, [.tensor(c.vector([0, 1], .i32)), .tensor(c.vector([0, 1, 2], .i32))])
      }
        == .indexShapes([2], [3]))
    #expect(
      errorKind { try c.index(x, [.tensor(c.vector([0]))]) } == .dtype(.f32, wanted: [.i32, .bool]))
    let three = Operand.tensor(try c.vector([1, 2, 3]))
    #expect(
      errorKind { try c.replacing(x, [.slice(nil, nil, 1), .at(0)], with: three) }
        == .replacement(found: [3], wanted: [2]))
    let whole = try c.vector([1, 2], .i32)
    #expect(
      errorKind { try c.replacing(whole, [.at(0)], with: .number(0.5)) }
        == .cannotHold(.i32, number: 0.5))
    #expect(
      errorKind { try c.replacing(whole, [.at(0)], with: .tensor(c.make([], [1]))) }
        == .cannotHold(.i32, number: nil))
  }

  @Test(arguments: [[1 << 40], [1 << 40, 1 << 40], [Int.max, 2], [1 << 62, 4, 2]])
  func tensorsLargerThanMemory(_ sizes: [Int]) throws {
    let c = Context(memoryLimit: 1 << 20)
    for name in ["zeros", "rand"] {
      guard case .memory(_, 1_048_576) = errorKind({ try c.call(name, .integers(sizes)) }) else {
        Issue.record("\(name) of \(sizes) is no memory error")
        return
      }
    }
    #expect(c.liveBytes == 0)
  }

  @Test func liveBytesAreCounted() throws {
    let c = Context(memoryLimit: 1 << 20)
    var kept: [Tensor] = []
    let problem = error { while true { kept.append(try c.call("zeros", .integer(1_000))) } }
    guard case .memory(4_000, 1_048_576) = problem?.kind else {
      Issue.record("no memory error")
      return
    }
    #expect(kept.count > 200 && c.liveBytes <= 1 << 20)
    kept = []
    #expect(c.liveBytes == 0)
    #expect(try c.call("zeros", .integer(1_000)).shape == [1_000])
  }

  @Test func interrupts() throws {
    let flag = InterruptFlag()
    let c = Context(threads: 2, interrupt: flag)
    let x = try c.call("ones", .integers([512, 512]))
    flag.set()
    #expect(errorKind { try c.matmul(x, x) } == .interrupted)
    #expect(errorKind { try c.call("exp", x) } == .interrupted)
    flag.clear()
    #expect(try c.matmul(x, x).elements()[0] == 512)
  }
}
