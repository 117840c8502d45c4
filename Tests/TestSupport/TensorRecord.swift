import Foundation

/// A tensor in a fixture.
public struct TensorRecord: Decodable {
  /// The dtype's name.
  public let dtype: String
  /// The sizes.
  public let shape: [Int]
  private let elements: [NumberRecord]

  /// The elements in row-major order.
  public var values: [Double] {
    elements.map { dtype == "f32" ? Double(Float($0.value)) : $0.value }
  }

  /// The first element that is not this record's, which may be `ulps` units in the last place or an
  /// absolute `bound` off; nil if there is none.
  public func difference(
    from found: [Double], ulps: Double = 0, bound: [Double]? = nil
  ) -> String? {
    if found.count != elements.count { return "\(found.count) elements, not \(elements.count)" }
    for (i, (x, y)) in zip(found, values).enumerated() {
      if x == y || (x.isNaN && y.isNaN) { continue }
      let unit = dtype == "f32" ? Double(Float(y).ulp) : y.ulp
      if abs(x - y) <= max(ulps * unit, bound?[i] ?? 0) { continue }
      return "element \(i) is \(x), not \(y)"
    }
    return nil
  }
}

/// A number, or the text of one that JSON lacks.
private struct NumberRecord: Decodable {
  let value: Double

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Double.self) {
      value = number
    } else if let number = Double(try container.decode(String.self)) {
      value = number
    } else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "no number")
    }
  }
}

/// What a file of `Tests/Fixtures/tensor` holds.
public func readTensorFixture<T: Decodable>(_ name: String, as type: T.Type) throws -> T {
  try fixtureJSON("tensor/\(name).json", as: type)
}
