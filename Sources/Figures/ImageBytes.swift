import Tensor

/// Pictures as bytes: u8 as it is; other numbers from 0 to 1, or from the least to the largest of all
/// pictures where they go beyond.
struct ImageBytes {
  private let values: [Double]
  private let low: Double
  private let high: Double
  private let size: Int

  init(_ images: Images) {
    values = images.pixels.elements()
    size = images.height * images.width * (images.isColored ? 3 : 1)
    if images.pixels.dtype == .u8 {
      (low, high) = (0, 255)
      return
    }
    var (low, high) = (0.0, 1.0)
    for x in values where x.isFinite { (low, high) = (min(low, x), max(high, x)) }
    (self.low, self.high) = (low, high)
  }

  /// The bytes of picture `i`; what is no number is black.
  func picture(_ i: Int) -> [UInt8] {
    values[i * size..<(i + 1) * size].map { x in
      let place = (x / 2 - low / 2) / (high / 2 - low / 2) * 255
      return place.isNaN ? 0 : UInt8(min(max(place, 0), 255).rounded())
    }
  }
}
