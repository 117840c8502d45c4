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

extension TensorRecord {
  func tensor(_ context: Context) throws -> Tensor {
    try context.make(Shape(shape), values, DType(name: dtype)!)
  }
}
