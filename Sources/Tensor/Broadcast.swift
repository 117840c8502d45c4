import CKernels

/// One operand of a kernel of two, as it lies in memory.
@safe struct PairSide {
  /// Where a number stands, and its bits.
  private let number: UnsafeMutableRawPointer?
  private let bits: UInt64
  /// 1 if the elements of the result's shape lie in order, 0 if there is one for all.
  let step: Int
  /// Whether `step` describes it.
  let isFlat: Bool
  /// What keeps the memory alive.
  let source: Tensor?

  /// A number goes to the context's slot; a tensor with an odd innermost stride is copied.
  init(
    _ operand: Operand, _ shape: Shape, _ dtype: DType, _ context: Context, slot: Int
  ) throws(TensorError) {
    switch operand {
    case .number(let x):
      bits = ScalarBytes(x, dtype).bits
      unsafe number = context.slots.store(bits, slot)
      (step, isFlat, self.source) = (0, true, nil)
    case .tensor(let t):
      var source = t
      if t.isOneElementRepeated {
        (step, isFlat) = (0, true)
      } else {
        if !t.isContiguous && !t.hasEvenRuns { source = try context.contiguous(t) }
        isFlat = source.isContiguous && t.shape == shape
        step = isFlat ? 1 : 0
      }
      self.source = source
      (unsafe number, bits) = (nil, 0)
    }
  }

  /// The memory, for what no trace can repeat.
  var base: UnsafeRawPointer { unsafe UnsafeRawPointer(number ?? source!.pointer) }

  func strides(_ shape: Shape) -> Strides {
    source?.strides(broadcastTo: shape) ?? Strides(repeating: 0)
  }

  /// The elements written out; nil for a single one.
  func expanded(_ shape: Shape, _ context: Context) throws(TensorError) -> Tensor? {
    guard let source, !source.isOneElementRepeated else { return nil }
    return try context.expanded(source, shape)
  }
}

extension PairSide: Readable {
  var start: UnsafeMutableRawPointer { unsafe number ?? source!.start }

  func place(in trace: KernelTrace) -> KernelTrace.Place {
    source?.place(in: trace) ?? trace.place(number: bits)
  }
}

extension Tensor {
  /// Whether all elements are one and the same in memory.
  var isOneElementRepeated: Bool {
    if count == 1 { return true }
    for axis in 0..<shape.count where shape[axis] != 1 && strides[axis] != 0 { return false }
    return true
  }

  /// Whether neighbours along the innermost axis of more than one element are neighbours in memory,
  /// or one and the same.
  var hasEvenRuns: Bool {
    var axis = shape.count - 1
    while axis >= 0 {
      if shape[axis] != 1 { return strides[axis] == 1 || strides[axis] == 0 }
      axis -= 1
    }
    return true
  }
}

/// An elementwise loop over operands of other shapes than the result's: `outer` runs of `inner`
/// elements through which both step by 0 or 1.
struct BroadcastPlan {
  private(set) var inner = 1
  private(set) var outer = 1
  private(set) var xStep = 0
  private(set) var yStep = 0
  private var rank = 0
  private var sizes = Strides(repeating: 1)
  private var xStrides = Strides(repeating: 0)
  private var yStrides = Strides(repeating: 0)

  /// Nil if the runs would be too short to be worth it.
  init?(_ shape: Shape, _ x: PairSide, _ y: PairSide) {
    let (dx, dy) = (x.strides(shape), y.strides(shape))
    var axis = shape.count - 1
    while axis >= 0 {
      let size = shape[axis]
      if size != 1 { add(size, dx[axis], dy[axis]) }
      axis -= 1
    }
    if inner < 8 && outer > 8 { return nil }
  }

  /// Adds the next axis, innermost first.
  private mutating func add(_ size: Int, _ dx: Int, _ dy: Int) {
    if inner == 1 {
      (inner, xStep, yStep) = (size, dx, dy)
    } else if rank == 0 && dx == xStep * inner && dy == yStep * inner {
      inner *= size
    } else {
      sizes[rank] = size
      xStrides[rank] = dx
      yStrides[rank] = dy
      outer *= size
      rank += 1
    }
  }

  /// Elements from the start of each operand to its part of a run.
  func distances(_ run: Int) -> (x: Int, y: Int) {
    if rank == 1 { return (run * xStrides[0], run * yStrides[0]) }
    var (rest, x, y) = (run, 0, 0)
    for axis in 0..<rank {
      let i = rest % sizes[axis]
      rest /= sizes[axis]
      x += i * xStrides[axis]
      y += i * yStrides[axis]
    }
    return (x, y)
  }
}
