import Interpreter

/// A colour of red, green and blue in 0…255.
struct Color: Equatable {
  var red: UInt8
  var green: UInt8
  var blue: UInt8

  init(_ hex: UInt32) {
    red = UInt8(hex >> 16 & 255)
    green = UInt8(hex >> 8 & 255)
    blue = UInt8(hex & 255)
  }

  /// `#0072b2`
  var hex: String {
    "#"
      + [red, green, blue].map { byte in
        let digits = String(byte, radix: 16)
        return byte < 16 ? "0" + digits : digits
      }.joined()
  }

  /// The colour at `share` of the way to another.
  func mixed(with other: Color, _ share: Double) -> Color {
    func mix(_ a: UInt8, _ b: UInt8) -> UInt8 {
      UInt8((Double(a) + share * (Double(b) - Double(a))).rounded())
    }
    var result = self
    result.red = mix(red, other.red)
    result.green = mix(green, other.green)
    result.blue = mix(blue, other.blue)
    return result
  }

  /// How light it looks, 0…1 (ITU-R BT.601 weights).
  var lightness: Double {
    (0.299 * Double(red) + 0.587 * Double(green) + 0.114 * Double(blue)) / 255
  }

  /// What makes a terminal write in it.
  func ink(in colors: ColorDepth) -> String? {
    switch colors {
    case .none: nil
    case .basic: terminalColors.firstIndex(of: self).map { "\(basicCodes[$0])" }
    case .palette: "38;5;\(terminalCode)"
    case .full: "38;2;\(red);\(green);\(blue)"
    }
  }

  /// What makes a terminal write on it.
  func ground(in colors: ColorDepth) -> String? {
    switch colors {
    case .none, .basic: nil
    case .palette: "48;5;\(terminalCode)"
    case .full: "48;2;\(red);\(green);\(blue)"
    }
  }

  /// The nearest colour of a terminal's 6 × 6 × 6 cube or its 24 greys.
  var terminalCode: Int {
    let steps = [0, 95, 135, 175, 215, 255]
    func nearest(_ x: UInt8) -> Int {
      steps.indices.min { abs(steps[$0] - Int(x)) < abs(steps[$1] - Int(x)) } ?? 0
    }
    let cube = (nearest(red), nearest(green), nearest(blue))
    let average = (Int(red) + Int(green) + Int(blue)) / 3
    let grey = min(max((average - 3) / 10, 0), 23)
    func distance(_ r: Int, _ g: Int, _ b: Int) -> Int {
      let d = (r - Int(red), g - Int(green), b - Int(blue))
      return d.0 * d.0 + d.1 * d.1 + d.2 * d.2
    }
    let level = 8 + 10 * grey
    let isGrey =
      distance(level, level, level)
      < distance(steps[cube.0], steps[cube.1], steps[cube.2])
    return isGrey ? 232 + grey : 16 + 36 * cube.0 + 6 * cube.1 + cube.2
  }
}

/// Colours of series: those of Okabe and Ito (2008), which people with any colour vision tell
/// apart, without the yellow and the black that vanish on a light or dark page.
let seriesColors = [0x0072B2, 0xE69F00, 0x009E73, 0xD55E00, 0xCC79A7, 0x56B4E9, 0x8A8A8A].map {
  Color(UInt32($0))
}

/// The same for a terminal, as light as can be read on a dark ground and on a light one.
let terminalColors = [0x0087D7, 0xD78700, 0x00AF87, 0xD75F00, 0xD787AF, 0x5FAFD7, 0x8A8A8A].map {
  Color(UInt32($0))
}

/// Those of ANSI that are likest to them.
private let basicCodes = [94, 33, 32, 31, 35, 36, 90]

/// The colours of a scale of values.
enum ColorMap {
  /// From dark to light: viridis (van der Walt and Smith, 2015), read at ten places.
  case sequential
  /// Blue below zero, red above.
  case diverging

  private static let viridis = [
    0x440154, 0x482878, 0x3E4A89, 0x31688E, 0x26828E, 0x1F9E89, 0x35B779, 0x6ECE58, 0xB5DE2B,
    0xFDE725,
  ].map { Color(UInt32($0)) }
  private static let blueToRed = [
    0x2166AC, 0x4393C3, 0x92C5DE, 0xD1E5F0, 0xF7F7F7, 0xFDDBC7, 0xF4A582, 0xD6604D, 0xB2182B,
  ].map { Color(UInt32($0)) }

  /// The colour at a position in 0…1.
  func color(at position: Double) -> Color {
    let stops = self == .sequential ? ColorMap.viridis : ColorMap.blueToRed
    let place = min(max(position, 0), 1) * Double(stops.count - 1)
    let i = min(Int(place), stops.count - 2)
    return stops[i].mixed(with: stops[i + 1], place - Double(i))
  }

  /// Stands for what is no number.
  static let missing = Color(0x9E9E9E)
}

/// A scale of values as colours: from the least to the largest, or even about 0 where they have both
/// signs.
struct ColorScale {
  let map: ColorMap
  let scale: Scale

  init(_ values: [Double]) {
    var range: (low: Double, high: Double)?
    for x in values where x.isFinite {
      range = (min(range?.low ?? x, x), max(range?.high ?? x, x))
    }
    let (low, high) = range ?? (0, 1)
    if low < 0 && high > 0 {
      let most = max(-low, high)
      (map, scale) = (.diverging, Scale(-most, most))
    } else {
      (map, scale) = (.sequential, Scale(low, high))
    }
  }

  func color(_ x: Double) -> Color {
    x.isNaN ? ColorMap.missing : map.color(at: scale.position(min(max(x, scale.low), scale.high)))
  }
}
