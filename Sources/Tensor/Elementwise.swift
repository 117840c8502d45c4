import CKernels
import System

/// A kernel of two operands.
enum PairKernel {
  case arithmetic(et_binary_op)
  case compare(et_compare_op)
  case logical(et_logical_op)
}

extension Tensor {
  /// The element at a distance from index 0, in memory.
  func pointer(_ distance: Int) -> UnsafeMutableRawPointer {
    unsafe pointer + distance * dtype.size
  }

  /// The stride of each axis of a shape this is repeated to.
  func strides(broadcastTo target: Shape) -> Strides {
    var result = Strides(repeating: 0)
    let shift = target.count - shape.count
    for axis in 0..<shape.count where shape[axis] != 1 || target[axis + shift] == 1 {
      result[axis + shift] = strides[axis]
    }
    return result
  }
}

extension Context {
  /// Calls with ranges that cover `n` elements, on all threads where it pays. `cost` is about the
  /// nanoseconds of 8 elements.
  func chunks(_ n: Int, cost: Int, _ body: (_ first: Int, _ n: Int) -> et_status) -> et_status {
    if n &* cost < 1 << 16 { return n > 0 ? body(0, n) : ET_OK }
    let share = (n / (2 * threadCount) + 1_023) & ~1_023
    let size = min(max(share, 8_192 / cost & ~63), 1 << 20)
    return blocks((n + size - 1) / size) { block in
      body(block * size, min(size, n - block * size))
    }
  }

  /// The tensor itself if contiguous, else a copy that is.
  func contiguous(_ t: Tensor) throws(TensorError) -> Tensor {
    t.isContiguous ? t : try copied(t, t.shape, t.strides)
  }

  /// A contiguous copy of a tensor seen with a shape and strides.
  private func copied(
    _ t: Tensor, _ shape: Shape, _ strides: Strides
  ) throws(TensorError) -> Tensor {
    let result = try allocate(t.dtype, shape)
    try copy(t, shape, strides, to: result)
    return result
  }

  /// The elements of a tensor repeated to a shape, contiguous.
  func expanded(_ t: Tensor, _ shape: Shape) throws(TensorError) -> Tensor {
    if t.isContiguous && t.shape == shape { return t }
    return try copied(t, shape, t.strides(broadcastTo: shape))
  }

  private func copy(
    _ t: Tensor, _ shape: Shape, _ strides: Strides, to result: Tensor
  ) throws(TensorError) {
    guard shape.elementCount > 0 else { return }
    let sizes = shape.kernelSizes
    let (kernels, size) = unsafe (self.kernels, t.dtype.size)
    unsafe try perform(t, result) { t, result in
      unsafe sizes.span.withUnsafeBufferPointer { sizes in
        unsafe strides.span.withUnsafeBufferPointer { strides in
          unsafe et_copy_view(
            kernels, size, shape.count, sizes.baseAddress, strides.baseAddress, t, result)
        }
      }
    }
  }

  /// Writes contiguous elements into a view of memory that this thread alone holds.
  func write(_ source: Tensor, into view: Tensor) throws(TensorError) {
    guard view.count > 0 else { return }
    let (sizes, strides) = (view.shape.kernelSizes, view.strides)
    let (kernels, size, rank) = unsafe (self.kernels, view.dtype.size, view.shape.count)
    unsafe try perform(source, view) { source, view in
      unsafe sizes.span.withUnsafeBufferPointer { sizes in
        unsafe strides.span.withUnsafeBufferPointer { strides in
          unsafe et_copy_to_view(
            kernels, size, rank, sizes.baseAddress, strides.baseAddress, source, view)
        }
      }
    }
  }

  private func deferred(
    _ kernel: PairKernel, _ a: Operand, _ b: Operand, _ type: DType, to dtype: DType,
    _ shape: Shape, cost: Int
  ) throws(TensorError) -> Tensor? {
    switch kernel {
    case .arithmetic(let op) where type.isFloating:
      try deferred(ET_STEP_BINARY, op.rawValue, type, to: dtype, shape, cost: cost, a, b)
    case .compare(let op):
      try deferred(ET_STEP_COMPARE, op.rawValue, type, to: dtype, shape, cost: cost, a, b)
    default: nil
    }
  }

  /// Sets all elements of a new tensor.
  func fill(_ t: Tensor, _ x: Double) throws(TensorError) {
    let bits = ScalarBytes(x, t.dtype).bits
    let (kernels, size, n) = unsafe (self.kernels, t.dtype.size, t.count)
    unsafe try perform(t) { t in
      unsafe withUnsafePointer(to: bits) { unsafe et_fill(kernels, size, n, $0, t) }
    }
  }

  /// An elementwise kernel of one operand that has its dtype.
  func unary(
    _ op: et_unary_op, _ x: Tensor, to dtype: DType, cost: Int
  ) throws(TensorError) -> Tensor {
    if x.dtype.isFloating,
      let result = try deferred(
        ET_STEP_UNARY, op.rawValue, x.dtype, to: dtype, x.shape, cost: cost, .tensor(x))
    {
      return result
    }
    let source = try contiguous(x)
    let result = try allocate(dtype, x.shape, isWeak: x.isWeak && dtype == .f64)
    let (from, to, count) = (x.dtype, dtype, x.count)
    unsafe try perform(source, result) { [self] x, y in
      chunks(count, cost: cost) { first, n in
        unsafe et_unary(
          kernels, op, from.kernel, n, x + first * from.size, y + first * to.size)
      }
    }
    return result
  }

  /// An elementwise kernel of two operands of dtype `dtype`, repeated to fit each other.
  func pair(
    _ kernel: PairKernel, _ a: Operand, _ b: Operand, _ dtype: DType, to resultDType: DType,
    cost: Int, isWeak: Bool = false
  ) throws(TensorError) -> Tensor {
    let shape = try broadcastShape(a, b)
    if let result = try deferred(kernel, a, b, dtype, to: resultDType, shape, cost: cost) {
      return result
    }
    let result = try allocate(resultDType, shape, isWeak: isWeak)
    let n = shape.elementCount
    if n == 0 { return result }
    let x = try PairSide(a, shape, dtype, self, slot: 0)
    let y = try PairSide(b, shape, dtype, self, slot: 1)
    defer { extendLifetime((x.source, y.source)) }
    if x.isFlat && y.isFlat {
      let (size, resultSize, xStep, yStep) = (dtype.size, resultDType.size, x.step, y.step)
      unsafe try perform(x, y, result) { [self] x, y, result in
        chunks(n, cost: cost) { first, n in
          unsafe call(
            kernel, dtype, n, x + first * xStep * size, xStep, y + first * yStep * size, yStep,
            result + first * resultSize)
        }
      }
      return result
    }
    try broadcast(kernel, x, y, dtype, result, cost: cost)
    return result
  }

  func broadcastShape(_ a: Operand, _ b: Operand) throws(TensorError) -> Shape {
    switch (a, b) {
    case (.tensor(let x), .number): return x.shape
    case (.number, .tensor(let y)): return y.shape
    case (.number, .number): return Shape()
    case (.tensor(let x), .tensor(let y)):
      if let shape = Shape.broadcast(x.shape, y.shape) { return shape }
      throw broadcastError(x, y)
    }
  }

  private func broadcastError(_ a: Tensor, _ b: Tensor) -> TensorError {
    let (x, y) = (a.shape, b.shape)
    var fromEnd = 1
    while fromEnd < min(x.count, y.count) {
      let (m, n) = (x[x.count - fromEnd], y[y.count - fromEnd])
      if m != n && m != 1 && n != 1 { break }
      fromEnd += 1
    }
    let kind = TensorError.Kind.broadcast(
      fromEnd: fromEnd, left: x[x.count - fromEnd], right: y[y.count - fromEnd])
    var fix: TensorError.Fix?
    if y.count == 1, x.count == 2, x[0] == y[0] {
      fix = .expand(operand: 1, axis: 1, x)
    } else if x.count == 1, y.count == 2, y[0] == x[0] {
      fix = .expand(operand: 0, axis: 1, y)
    }
    return TensorError(kind, "", [.tensor(a), .tensor(b)], fix: fix)
  }

  /// Runs of memory that both operands step through evenly, one after the other.
  private func broadcast(
    _ kernel: PairKernel, _ x: PairSide, _ y: PairSide, _ dtype: DType, _ result: Tensor, cost: Int
  ) throws(TensorError) {
    guard let plan = BroadcastPlan(result.shape, x, y) else {
      return try expandedBroadcast(kernel, x, y, dtype, result)
    }
    let perBlock = max(1, (1 << 14) / (plan.inner * cost))
    let size = dtype.size
    func runs(_ first: Int, _ count: Int) -> et_status {
      for run in first..<first + count {
        let (dx, dy) = plan.distances(run)
        let status = unsafe call(
          kernel, dtype, plan.inner, x.base + dx * size, plan.xStep, y.base + dy * size,
          plan.yStep, result.pointer(run * plan.inner))
        if status != ET_OK { return status }
      }
      return ET_OK
    }
    if plan.outer * plan.inner * cost < 1 << 16 { return try check(runs(0, plan.outer)) }
    try parallel((plan.outer + perBlock - 1) / perBlock) { block in
      runs(block * perBlock, min(perBlock, plan.outer - block * perBlock))
    }
  }

  /// Operands that share no long even runs are written out first.
  private func expandedBroadcast(
    _ kernel: PairKernel, _ x: PairSide, _ y: PairSide, _ dtype: DType, _ result: Tensor
  ) throws(TensorError) {
    let a = try x.expanded(result.shape, self)
    let b = try y.expanded(result.shape, self)
    defer { extendLifetime((a, b)) }
    let p = unsafe a.map { unsafe UnsafeRawPointer($0.pointer) } ?? x.base
    let q = unsafe b.map { unsafe UnsafeRawPointer($0.pointer) } ?? y.base
    try check(
      unsafe call(
        kernel, dtype, result.count, p, a == nil ? 0 : 1, q, b == nil ? 0 : 1, result.pointer))
  }

  private func call(
    _ kernel: PairKernel, _ dtype: DType, _ n: Int, _ x: UnsafeRawPointer, _ xStep: Int,
    _ y: UnsafeRawPointer, _ yStep: Int, _ out: UnsafeMutableRawPointer
  ) -> et_status {
    switch kernel {
    case .arithmetic(let op):
      unsafe et_binary(kernels, op, dtype.kernel, n, x, xStep, y, yStep, out)
    case .compare(let op):
      unsafe et_compare(
        kernels, op, dtype.kernel, n, x, xStep, y, yStep,
        out.assumingMemoryBound(to: UInt8.self))
    case .logical(let op):
      unsafe et_logical(
        kernels, op, n, x.assumingMemoryBound(to: UInt8.self), xStep,
        y.assumingMemoryBound(to: UInt8.self), yStep, out.assumingMemoryBound(to: UInt8.self))
    }
  }
}

extension Operand {
  var isWeakNumber: Bool {
    switch self {
    case .number: true
    case .tensor(let t): t.isWeak
    }
  }
}

extension Shape {
  /// The sizes as kernels read them.
  var kernelSizes: Strides {
    var result = Strides(repeating: 1)
    for axis in 0..<count { result[axis] = self[axis] }
    return result
  }
}
