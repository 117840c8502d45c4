import Foundation
import Tensor
import TestSupport

/// Levels that this machine has.
let levels = Level.allCases.filter(\.isAvailable)

func makeContext(_ level: Level = .best, threads: Int = 1, seed: UInt64 = 7) -> Context {
  let context = Context(level: level, threads: threads)
  context.stream = .root(seed: seed)
  return context
}

extension Context {
  /// A tensor of literals.
  func make(_ shape: Shape, _ elements: [Double], _ dtype: DType = .f32) throws -> Tensor {
    try makeTensor(shape: shape, dtype: dtype, elements: elements)
  }

  func vector(_ elements: [Double], _ dtype: DType = .f32) throws -> Tensor {
    try make([elements.count], elements, dtype)
  }

  /// An operation by its name.
  func call(_ name: String, _ arguments: Argument...) throws -> Tensor {
    guard let operation = Operation.named(name) else { throw Missing(what: name) }
    return try operation(self, arguments)
  }

  /// An operation on one tensor.
  func call(_ name: String, _ x: Tensor) throws -> Tensor { try call(name, .operand(.tensor(x))) }
}

struct Missing: Error { let what: String }

extension Tensor {
  var argument: Argument { .operand(.tensor(self)) }

  /// The bits of the elements in order, every NaN alike.
  var bits: [UInt64] {
    elements().map { $0.isNaN ? Double.nan.bitPattern : $0.bitPattern }
  }
}

/// The kind of the error that a call throws; nil if it throws none.
func errorKind<R>(_ body: () throws -> R) -> TensorError.Kind? {
  do {
    _ = try body()
    return nil
  } catch { return (error as? TensorError)?.kind }
}

// Fixtures

struct TensorRecord: Decodable {
  let dtype: String
  let shape: [Int]
  let elements: [NumberRecord]

  func tensor(_ context: Context) throws -> Tensor {
    try context.makeTensor(
      shape: Shape(shape), dtype: DType(name: dtype)!, elements: elements.map(\.value))
  }
}

/// A number, or the text of one that JSON lacks.
struct NumberRecord: Decodable {
  let value: Double

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Double.self) {
      value = number
    } else {
      value = Double(try container.decode(String.self))!
    }
  }
}

func readFixture<T: Decodable>(_ name: String, as type: T.Type) throws -> T {
  let file = fixtures.appendingPathComponent("tensor/\(name).json")
  return try JSONDecoder().decode(type, from: Data(contentsOf: file))
}
