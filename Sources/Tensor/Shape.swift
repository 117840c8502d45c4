/// Elements of memory between neighbours along each axis.
typealias Strides = InlineArray<8, Int>

/// The sizes of a tensor's axes, outermost first.
public struct Shape: Hashable, Sendable, RandomAccessCollection, ExpressibleByArrayLiteral {
  /// The most axes a tensor can have.
  public static let maximumRank = 8

  private var sizes: InlineArray<8, Int>
  /// The rank.
  public private(set) var count: Int
  /// The product of the sizes; `Int.max` if that is more than an `Int` holds.
  public private(set) var elementCount: Int

  /// The shape of a 0-d tensor.
  public init() {
    sizes = InlineArray(repeating: 1)
    count = 0
    elementCount = 1
  }

  /// A shape of at most `maximumRank` sizes, none negative.
  public init(_ sizes: some Collection<Int>) {
    self.init()
    precondition(sizes.count <= Shape.maximumRank, "rank beyond Shape.maximumRank")
    for size in sizes { append(size) }
  }

  /// A shape of sizes that come from outside; nil if one is negative or there are too many.
  public init?(checking sizes: [Int]) {
    guard sizes.count <= Shape.maximumRank, sizes.allSatisfy({ $0 >= 0 }) else { return nil }
    self.init(sizes)
  }

  /// A shape written out.
  public init(arrayLiteral sizes: Int...) { self.init(sizes) }

  /// Always 0.
  public var startIndex: Int { 0 }
  /// The rank.
  public var endIndex: Int { count }

  /// The size of an axis.
  public subscript(axis: Int) -> Int {
    get {
      precondition(axis < count)
      return sizes[axis]
    }
    set {
      precondition(axis < count && newValue >= 0)
      sizes[axis] = newValue
      countElements()
    }
  }

  /// Adds an innermost axis.
  mutating func append(_ size: Int) {
    precondition(size >= 0 && count < Shape.maximumRank)
    sizes[count] = size
    count += 1
    countElements()
  }

  private mutating func countElements() {
    var product = 1
    var isTooLarge = false
    for axis in 0..<count {
      if sizes[axis] == 0 {
        elementCount = 0
        return
      }
      let (next, overflow) = product.multipliedReportingOverflow(by: sizes[axis])
      isTooLarge = isTooLarge || overflow
      product = next
    }
    elementCount = isTooLarge ? Int.max : product
  }

  /// Whether all sizes agree.
  public static func == (a: Shape, b: Shape) -> Bool {
    if a.count != b.count || a.elementCount != b.elementCount { return false }
    for axis in 0..<a.count where a.sizes[axis] != b.sizes[axis] { return false }
    return true
  }

  /// Feeds the sizes to a hasher.
  public func hash(into hasher: inout Hasher) {
    for size in self { hasher.combine(size) }
  }

  /// Strides of contiguous row-major memory.
  var rowMajorStrides: Strides {
    var strides = Strides(repeating: 0)
    var step = 1
    var axis = count - 1
    while axis >= 0 {
      strides[axis] = step
      step &*= sizes[axis]
      axis -= 1
    }
    return strides
  }

  /// The shape both are repeated to, NumPy's rule; nil if they do not fit.
  static func broadcast(_ a: Shape, _ b: Shape) -> Shape? {
    if a == b { return a }
    var result = a.count >= b.count ? a : b
    let other = a.count >= b.count ? b : a
    let shift = result.count - other.count
    for axis in 0..<other.count {
      let (x, y) = (result.sizes[axis + shift], other.sizes[axis])
      if x == y || y == 1 { continue }
      if x != 1 { return nil }
      result.sizes[axis + shift] = y
    }
    result.countElements()
    return result
  }

  /// Whether a tensor of this shape can be repeated to `target`.
  func broadcasts(to target: Shape) -> Bool {
    guard count <= target.count else { return false }
    let shift = target.count - count
    for axis in 0..<count where sizes[axis] != 1 && sizes[axis] != target.sizes[axis + shift] {
      return false
    }
    return true
  }

  /// This shape without the axes of a set, or with them of size 1.
  func reducing(_ axes: AxisSet, keepingAxes: Bool) -> Shape {
    var result = Shape()
    for axis in 0..<count {
      if !axes.contains(axis) {
        result.append(sizes[axis])
      } else if keepingAxes {
        result.append(1)
      }
    }
    return result
  }

  /// This shape with size 1 for the axes that are not in a set.
  func keeping(_ axes: AxisSet) -> Shape {
    var result = Shape()
    for axis in 0..<count { result.append(axes.contains(axis) ? sizes[axis] : 1) }
    return result
  }

  /// The product of the sizes of some axes.
  func elementCount(_ axes: Range<Int>) -> Int {
    var product = 1
    for axis in axes { product *= sizes[axis] }
    return product
  }
}

extension Shape: CustomStringConvertible {
  /// As in `[2, 3]`.
  public var description: String { "[" + map(String.init).joined(separator: ", ") + "]" }
}

/// A set of axes, each below `Shape.maximumRank`.
struct AxisSet: Equatable, Sendable {
  private(set) var bits: UInt32

  init() { bits = 0 }
  init(_ axes: some Sequence<Int>) {
    bits = 0
    for axis in axes { insert(axis) }
  }
  static func all(_ rank: Int) -> AxisSet { AxisSet(0..<rank) }

  var isEmpty: Bool { bits == 0 }
  var count: Int { bits.nonzeroBitCount }
  /// The outermost and the innermost axis of a set that is not empty.
  var first: Int { bits.trailingZeroBitCount }
  var last: Int { 31 - bits.leadingZeroBitCount }
  /// Whether no axis between the first and the last is missing.
  var isRun: Bool { isEmpty || last - first + 1 == count }

  func contains(_ axis: Int) -> Bool { bits & (1 << UInt32(axis)) != 0 }
  mutating func insert(_ axis: Int) { bits |= 1 << UInt32(axis) }

  /// The axes, ascending.
  var axes: [Int] { (0..<32).filter(contains) }
}
