/// One of the indices in `x[…]`.
public enum Index: Sendable {
  /// One element; counted from the end if negative.
  case at(Int)
  /// Elements from start up to and without stop, clipped, as in Python; the step is not 0.
  case slice(Int?, Int?, Int)
  /// Elements of an i32 tensor of indices, or those a bool mask marks.
  case tensor(Tensor)
}

/// Index tensors that pair, and where they stand.
private struct Pairing {
  /// The axes they index, ascending, and for each the index tensor.
  var axes: [Int] = []
  var indices: [Tensor] = []
  /// Whether no slice stands between them: only then the result has their axes in their place.
  var isAdjacent = true
}

extension Context {
  /// `x[…]`: whole-number indices and slices give a view, index tensors and masks a copy.
  public func index(_ x: Tensor, _ indices: [Index]) throws(TensorError) -> Tensor {
    do throws(TensorError) {
      if let rows = try rows(x, indices) { return rows }
      let (window, pairing) = try resolve(x.shape, indices)
      guard let pairing else { return part(x, window) }
      let source = part(x, window)
      let layout = try Layout(source.shape, pairing, self)
      let rows = try layout.rows(source, self)
      return try layout.result(try gatherRows(rows, layout.positions), self)
    } catch {
      throw error.named("[]", [.tensor(x)])
    }
  }

  /// `x[…]` for what batches are taken by, one list of indices in range; nil for all else.
  private func rows(_ x: Tensor, _ indices: [Index]) throws(TensorError) -> Tensor? {
    guard indices.count == 1, case .tensor(let index) = indices[0], index.dtype == .i32,
      index.shape.count == 1, index.isContiguous, x.shape.count > 0, x.isContiguous,
      areIndices(index, below: x.shape[0])
    else { return nil }
    var shape = x.shape
    shape[0] = index.count
    let width = x.shape.elementCount(1..<x.shape.count)
    let rows = try reshape(x, [x.shape[0], width])
    return try reshape(try gatherRows(rows, index), shape)
  }

  /// `x` with `x[…]` replaced by `new`, which is repeated to fit; x keeps its dtype.
  public func replacing(
    _ x: Tensor, _ indices: [Index], with new: Operand
  ) throws(TensorError) -> Tensor {
    do throws(TensorError) {
      let value = try replacement(new, x)
      let (window, pairing) = try resolve(x.shape, indices)
      guard let pairing else { return try replacing(x, window, value) }
      let whole = part(x, window)
      let layout = try Layout(whole.shape, pairing, self)
      let part = try fitted(value, layout.resultShape)
      let rows = try replacingRows(
        try layout.rows(whole, self), layout.positions, try layout.rows(ofResult: part, self))
      let replaced = try layout.whole(rows, self)
      return window.isAll(x.shape) ? replaced : try replacing(x, window, replaced)
    } catch {
      throw error.named("[]=", [.tensor(x), new])
    }
  }

  /// What is put in, in the dtype of what it is put into.
  private func replacement(_ new: Operand, _ x: Tensor) throws(TensorError) -> Tensor {
    if let number = new.weakValue {
      let fits = x.dtype == .bool ? (number == 0 || number == 1) : true
      guard fits, x.dtype.isFloating || x.dtype.holds(number) else {
        throw TensorError(.cannotHold(x.dtype, number: number))
      }
    } else if let t = new.tensor, !x.dtype.isFloating, t.dtype > x.dtype {
      throw TensorError(.cannotHold(x.dtype, number: nil))
    }
    return try tensor(new, x.dtype)
  }

  private func fitted(_ value: Tensor, _ shape: Shape) throws(TensorError) -> Tensor {
    guard value.shape.broadcasts(to: shape) else {
      throw TensorError(.replacement(found: value.shape, wanted: shape))
    }
    return broadcast(value, shape)
  }

  private func replacing(
    _ x: Tensor, _ window: Window, _ value: Tensor
  ) throws(TensorError) -> Tensor {
    let result = try expandedCopy(x)
    let view = window.view(of: result)
    let part = try fitted(value, view.shape)
    try write(try contiguous(part), into: view)
    return record(result, [.tensor(x), .tensor(part)]) { b throws(TensorError) in
      let c = b.context
      if b.needs(0) {
        let none = try c.zeros(Shape(), b.cotangent.dtype)
        try b.give(0, try c.replacing(b.cotangent, window, none))
      }
      if b.needs(1) { try b.give(1, c.part(b.cotangent, window)) }
    }
  }

  // Meaning of the indices

  /// Slices and single indices as a window; index tensors beside it, if there are any.
  private func resolve(
    _ shape: Shape, _ indices: [Index]
  ) throws(TensorError) -> (Window, Pairing?) {
    var window = Window(shape)
    var pairing = Pairing()
    let isPaired = indices.contains { if case .tensor = $0 { true } else { false } }
    var axis = 0
    var lastPaired: Int?
    for index in indices {
      let rank = try rankTaken(index)
      guard axis + rank <= shape.count else {
        var taken = 0
        for index in indices { taken += try rankTaken(index) }
        throw TensorError(.indexCount(taken, rank: shape.count))
      }
      switch index {
      case .slice(let start, let stop, let step):
        window.slice(axis, shape[axis], start, stop, step)
      case .at(let i) where !isPaired:
        try window.drop(axis, shape[axis], i)
      case .at(let i):
        let at = try position(i, axis, shape[axis])
        pairing.add(axis, try makeIndices(Shape(), [Int32(clamping: at)]), &lastPaired)
      case .tensor(let t):
        for (i, part) in try indexTensors(t, shape, axis).enumerated() {
          pairing.add(axis + i, part, &lastPaired)
        }
      }
      axis += rank
    }
    return (window, isPaired ? pairing : nil)
  }

  private func rankTaken(_ index: Index) throws(TensorError) -> Int {
    if case .tensor(let t) = index, t.dtype == .bool { return t.shape.count }
    return 1
  }

  private func position(_ i: Int, _ axis: Int, _ size: Int) throws(TensorError) -> Int {
    let at = i < 0 ? i + size : i
    guard at >= 0, at < size else { throw TensorError(.index(i, axis: axis, size: size)) }
    return at
  }

  /// One index tensor without negative entries, or of a mask one for each of its axes.
  private func indexTensors(
    _ t: Tensor, _ shape: Shape, _ axis: Int
  ) throws(TensorError) -> [Tensor] {
    if t.dtype == .bool { return try masked(t, shape, axis) }
    guard t.dtype == .i32 || t.dtype == .u8 else {
      throw TensorError(.dtype(t.dtype, wanted: [.i32, .bool]))
    }
    let source = try contiguous(try converted(t, .i32))
    let size = shape[axis]
    if areIndices(source, below: size) { return [source] }
    var elements = source.indexElements
    for (i, x) in elements.enumerated() {
      elements[i] = Int32(truncatingIfNeeded: try position(Int(x), axis, size))
    }
    return [try makeIndices(t.shape, elements)]
  }

  /// The positions that a mask marks, in row-major order.
  private func masked(_ mask: Tensor, _ shape: Shape, _ axis: Int) throws(TensorError) -> [Tensor] {
    for i in 0..<mask.shape.count where mask.shape[i] != shape[axis + i] {
      throw TensorError(.mask(axis: axis + i, mask: mask.shape[i], size: shape[axis + i]))
    }
    let rank = mask.shape.count
    guard rank > 0 else { throw TensorError(.dtype(.bool, wanted: [.i32])) }
    var columns = [[Int32]](repeating: [], count: rank)
    for (i, flag) in mask.elements().enumerated() where flag != 0 {
      var rest = i
      for k in (0..<rank).reversed() {
        columns[k].append(Int32(rest % mask.shape[k]))
        rest /= mask.shape[k]
      }
    }
    var result: [Tensor] = []
    for column in columns { result.append(try makeIndices([column.count], column)) }
    return result
  }
}

extension DType {
  /// Whether an integer dtype has exactly this number.
  func holds(_ x: Double) -> Bool {
    switch self {
    case .bool: x == 0 || x == 1
    case .u8: UInt8(exactly: x) != nil
    case .i32: Int32(exactly: x) != nil
    case .f32, .f64: true
    }
  }
}

extension Pairing {
  fileprivate mutating func add(_ axis: Int, _ index: Tensor, _ last: inout Int?) {
    if let last, last != axis - 1 { isAdjacent = false }
    last = axis
    axes.append(axis)
    indices.append(index)
  }
}

extension Window {
  fileprivate func isAll(_ shape: Shape) -> Bool {
    for axis in 0..<shape.count
    where starts[axis] != 0 || steps[axis] != 1 || counts[axis] != shape[axis] {
      return false
    }
    return !isDropping
  }

  fileprivate mutating func drop(_ axis: Int, _ size: Int, _ i: Int) throws(TensorError) {
    let at = i < 0 ? i + size : i
    guard at >= 0, at < size else { throw TensorError(.index(i, axis: axis, size: size)) }
    starts[axis] = at
    counts[axis] = 1
    dropped.insert(axis)
  }

  /// Python's slice: bounds are clipped to what is there.
  fileprivate mutating func slice(
    _ axis: Int, _ size: Int, _ start: Int?, _ stop: Int?, _ step: Int
  ) {
    func clipped(_ i: Int?, _ low: Int, _ high: Int, _ absent: Int) -> Int {
      guard let i else { return absent }
      return min(max(i < 0 ? i + size : i, low), high)
    }
    let (low, high) = step > 0 ? (0, size) : (-1, size - 1)
    let from = clipped(start, low, high, step > 0 ? 0 : size - 1)
    let to = clipped(stop, low, high, step > 0 ? size : -1)
    let distance = step > 0 ? to - from : from - to
    let magnitude = Int(clamping: step.magnitude)
    counts[axis] = distance > 0 ? (distance - 1) / magnitude + 1 : 0
    starts[axis] = from
    steps[axis] = counts[axis] > 1 ? step : 1
  }
}

/// How `x[…]` with index tensors is a gather of rows: the indexed axes of x come first and are one,
/// the others follow.
private struct Layout {
  /// x's axes, indexed ones first.
  private let order: [Int]
  private let shape: Shape
  private let limit: Int
  private let width: Int
  /// What each index says, as positions in the indexed axes taken as one.
  let positions: Tensor
  /// The result's axes as the gather gives them, and where each of them goes.
  private let gathered: Shape
  private let placement: [Int]

  init(_ shape: Shape, _ pairing: Pairing, _ context: Context) throws(TensorError) {
    self.shape = shape
    let others = (0..<shape.count).filter { !pairing.axes.contains($0) }
    order = pairing.axes + others
    var common = Shape()
    for index in pairing.indices {
      guard let wider = Shape.broadcast(common, index.shape) else {
        throw TensorError(.indexShapes(common, index.shape))
      }
      common = wider
    }
    limit = pairing.axes.reduce(1) { $0 * shape[$1] }
    width = others.reduce(1) { $0 * shape[$1] }
    guard limit <= Int(Int32.max) else {
      throw TensorError(.memory(bytes: limit, limit: Int(Int32.max)))
    }
    guard common.count + others.count <= Shape.maximumRank else {
      throw TensorError(.sizeList(Array(common) + others.map { shape[$0] }))
    }
    var all = common
    for axis in others { all.append(shape[axis]) }
    gathered = all
    let before = pairing.isAdjacent ? others.count { $0 < pairing.axes[0] } : 0
    placement =
      Array(common.count..<common.count + before) + Array(0..<common.count)
      + Array(common.count + before..<all.count)
    positions = try Layout.positions(shape, pairing, common, context)
  }

  private static func positions(
    _ shape: Shape, _ pairing: Pairing, _ common: Shape, _ context: Context
  ) throws(TensorError) -> Tensor {
    if pairing.indices.count == 1 {
      return try context.reshape(pairing.indices[0], [common.elementCount])
    }
    var result = try context.expanded(pairing.indices[0], common)
    for (axis, index) in zip(pairing.axes, pairing.indices).dropFirst() {
      result = try context.add(try context.multiply(result, Double(shape[axis])), index)
    }
    return try context.reshape(result, [common.elementCount])
  }

  var resultShape: Shape { Shape(placement.map { gathered[$0] }) }

  private static func isIdentity(_ order: [Int]) -> Bool { order == Array(0..<order.count) }

  private static func inverse(_ order: [Int]) -> [Int] {
    var result = order
    for (i, axis) in order.enumerated() { result[axis] = i }
    return result
  }

  /// x as [limit, width].
  func rows(_ x: Tensor, _ context: Context) throws(TensorError) -> Tensor {
    let moved = Layout.isIdentity(order) ? x : context.permute(x, order)
    return try context.reshape(moved, [limit, width])
  }

  /// [limit, width] as x was.
  func whole(_ rows: Tensor, _ context: Context) throws(TensorError) -> Tensor {
    let moved = try context.reshape(rows, Shape(order.map { shape[$0] }))
    return Layout.isIdentity(order) ? moved : context.permute(moved, Layout.inverse(order))
  }

  /// [count, width] as the result.
  func result(_ rows: Tensor, _ context: Context) throws(TensorError) -> Tensor {
    let moved = try context.reshape(rows, gathered)
    return Layout.isIdentity(placement) ? moved : context.permute(moved, placement)
  }

  /// The result as [count, width].
  func rows(ofResult x: Tensor, _ context: Context) throws(TensorError) -> Tensor {
    let moved =
      Layout.isIdentity(placement) ? x : context.permute(x, Layout.inverse(placement))
    return try context.reshape(moved, [positions.count, width])
  }
}
