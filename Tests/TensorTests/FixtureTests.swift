import Tensor
import Testing

/// A call and what NumPy says it gives (make_fixtures.py).
private struct OperationCase: Decodable {
  let op: String
  let args: [ArgumentRecord]
  let value: TensorRecord
  let bound: [Double]?
}

private struct ArgumentRecord: Decodable {
  let tensor: TensorRecord?
  let tensors: [TensorRecord]?
  let integer: Int?
  let integers: [Int]?
  let number: Double?
  let flag: Bool?
  let dtype: String?

  func argument(_ c: Context) throws -> Argument {
    if let tensor { return .operand(.tensor(try tensor.tensor(c))) }
    if let tensors { return .operands(try tensors.map { .tensor(try $0.tensor(c)) }) }
    if let integer { return .integer(integer) }
    if let integers { return .integers(integers) }
    if let number { return .number(number) }
    if let flag { return .flag(flag) }
    if let dtype { return .dtype(DType(name: dtype)!) }
    return .absent
  }
}

private struct IndexingCase: Decodable {
  struct Part: Decodable {
    let at: Int?
    let slice: [Int?]?
    let tensor: TensorRecord?
  }

  let x: TensorRecord
  let index: [Part]
  let value: TensorRecord
  let new: TensorRecord
  let after: TensorRecord

  func indices(_ c: Context) throws -> [Index] {
    try index.map { part in
      if let i = part.at { return .at(i) }
      if let s = part.slice { return .slice(s[0], s[1], s[2] ?? 1) }
      return .tensor(try part.tensor!.tensor(c))
    }
  }
}

@Suite struct FixtureTests {
  @Test func operationsGiveNumPysValues() throws {
    let context = makeContext()
    for (i, entry) in try readFixture("operations", as: [OperationCase].self).enumerated() {
      let operation = try #require(Operation.named(entry.op))
      let result = try operation(context, try entry.args.map { try $0.argument(context) })
      let expected = entry.value
      #expect(result.dtype.name == expected.dtype, "\(entry.op), case \(i)")
      #expect(Array(result.shape) == expected.shape, "\(entry.op), case \(i)")
      for (k, (x, y)) in zip(result.elements(), try expected.tensor(context).elements())
        .enumerated()
      {
        let isNear = x == y || abs(x - y) <= entry.bound?[k] ?? 0 || (x.isNaN && y.isNaN)
        #expect(isNear, "\(entry.op), case \(i), element \(k): \(x) is not \(y)")
        if !isNear { break }
      }
    }
  }

  @Test func indexingGivesNumPysValues() throws {
    let context = makeContext()
    for (i, entry) in try readFixture("indexing", as: [IndexingCase].self).enumerated() {
      let x = try entry.x.tensor(context)
      let indices = try entry.indices(context)
      let value = try context.index(x, indices)
      #expect(Array(value.shape) == entry.value.shape, "case \(i)")
      #expect(value.elements() == entry.value.elements.map(\.value), "case \(i)")
      let after = try context.replacing(x, indices, with: .tensor(try entry.new.tensor(context)))
      #expect(after.elements() == entry.after.elements.map(\.value), "case \(i), replaced")
      #expect(x.elements() == entry.x.elements.map(\.value), "case \(i), x itself")
    }
  }
}
