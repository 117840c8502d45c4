import CKernels

/// The type of a tensor's elements, ordered as promotion orders them.
public enum DType: UInt8, Comparable, Hashable, Sendable, CaseIterable {
  case bool, u8, i32, f32, f64

  /// What the language calls it.
  public var name: String {
    switch self {
    case .bool: "bool"
    case .u8: "u8"
    case .i32: "i32"
    case .f32: "f32"
    case .f64: "f64"
    }
  }

  /// The dtype of that name.
  public init?(name: String) {
    guard let found = DType.allCases.first(where: { $0.name == name }) else { return nil }
    self = found
  }

  /// Whether elements are floating point; gradients flow through these alone.
  public var isFloating: Bool { self >= .f32 }

  /// Bytes an element takes.
  public var size: Int {
    switch self {
    case .bool, .u8: 1
    case .i32, .f32: 4
    case .f64: 8
    }
  }

  /// The order of promotion.
  public static func < (a: DType, b: DType) -> Bool { a.rawValue < b.rawValue }

  var kernel: et_dtype { et_dtype(rawValue: UInt32(rawValue)) }

  /// What arithmetic and sums are done in: bool and u8 count as i32.
  var arithmetic: DType { max(self, .i32) }

  /// What a function with no integer form is done in.
  var floating: DType { max(self, .f32) }
}
