import Tensor
import TestSupport
import Testing

/// A call and what NumPy says it gives (Tests/Fixtures/tensor/operations.py, elementwise.py).
private struct OperationCase: Decodable {
  var op: String?
  let args: [ArgumentRecord]
  let value: TensorRecord
  let ulps: Double?
  let bound: [Double]?
}

/// An elementwise operation with its cases.
private struct ElementwiseEntry: Decodable {
  let op: String
  let cases: [OperationCase]
}

private struct ArgumentRecord: Decodable {
  let tensor: TensorRecord?
  let tensors: [TensorRecord]?
  let integer: Int?
  let integers: [Int]?
  let number: Double?
  let flag: Bool?
  let dtype: String?

  func argument(_ c: Context, _ layout: Layout) throws -> Argument {
    if let tensor { return .operand(.tensor(try layout.tensor(tensor, c))) }
    if let tensors { return .operands(try tensors.map { .tensor(try layout.tensor($0, c)) }) }
    if let integer { return .integer(integer) }
    if let integers { return .integers(integers) }
    if let number { return .number(number) }
    if let flag { return .flag(flag) }
    if let dtype { return .dtype(DType(name: dtype)!) }
    return .absent
  }
}

/// How the elements of an input lie in memory, which no result depends on.
private enum Layout: CaseIterable {
  case rowMajor, columnMajor, backward, spaced

  func tensor(_ record: TensorRecord, _ c: Context) throws -> Tensor {
    let x = try record.tensor(c)
    switch self {
    case .rowMajor: return x
    case .columnMajor:
      let turned = c.transpose(x)
      return c.transpose(try c.make(turned.shape, turned.elements(), x.dtype))
    case .backward: return try c.call("flip", c.make(x.shape, x.elements().reversed(), x.dtype))
    case .spaced:
      if x.shape.isEmpty { return x }
      let twice = try c.call("stack", .operands([.tensor(x), .tensor(x)]), .integer(-1))
      var sizes = Array(x.shape)
      sizes[sizes.count - 1] *= 2
      let wide = try c.make(Shape(sizes), twice.elements(), x.dtype)
      let every = Array(repeating: Index.slice(nil, nil, 1), count: sizes.count - 1)
      return try c.index(wide, every + [.slice(nil, nil, 2)])
    }
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
  private func operationCases() throws -> [OperationCase] {
    let named = try ["reductions", "shapes", "products", "makers"].flatMap { name in
      try readTensorFixture(name, as: [OperationCase].self)
    }
    let elementwise = try readTensorFixture("elementwise", as: [ElementwiseEntry].self)
    return named
      + elementwise.flatMap { entry in
        entry.cases.map { each in
          var each = each
          each.op = entry.op
          return each
        }
      }
  }

  @Test func operationsGiveNumPysValuesInEveryLayout() throws {
    let context = makeContext()
    let cases = try operationCases()
    #expect(cases.count > 3_000)
    for (i, entry) in cases.enumerated() {
      let name = try #require(entry.op)
      let operation = try #require(Operation.named(name), "\(name) is no operation")
      for layout in Layout.allCases {
        let arguments = try entry.args.map { try $0.argument(context, layout) }
        let result = try operation(context, arguments)
        let place = "\(name), case \(i), \(layout)"
        #expect(result.dtype.name == entry.value.dtype, "\(place)")
        #expect(Array(result.shape) == entry.value.shape, "\(place)")
        let problem = entry.value.difference(
          from: result.elements(), ulps: entry.ulps ?? 0, bound: entry.bound)
        #expect(problem == nil, "\(place): \(problem ?? "")")
      }
    }
  }

  /// Draws have no peer; RandomTests has their published vectors.
  @Test func everyOperationHasCases() throws {
    let covered = Set(try operationCases().map(\.op))
    let missing = Operation.all.filter { $0.group != .random && !covered.contains($0.name) }
    #expect(missing.map(\.name) == [], "add cases to Tests/Fixtures/tensor")
  }

  @Test func indexingGivesNumPysValues() throws {
    let context = makeContext()
    let cases = try readTensorFixture("indexing", as: [IndexingCase].self)
    #expect(cases.count > 150)
    for (i, entry) in cases.enumerated() {
      let x = try entry.x.tensor(context)
      let indices = try entry.indices(context)
      let value = try context.index(x, indices)
      #expect(Array(value.shape) == entry.value.shape, "case \(i)")
      #expect(entry.value.difference(from: value.elements()) == nil, "case \(i)")
      let after = try context.replacing(x, indices, with: .tensor(try entry.new.tensor(context)))
      #expect(entry.after.difference(from: after.elements()) == nil, "case \(i), replaced")
      #expect(entry.x.difference(from: x.elements()) == nil, "case \(i), x itself")
    }
  }
}
