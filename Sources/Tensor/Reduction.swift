import CKernels

extension Context {
  /// A reduction over a set of axes, unrecorded.
  func reduced(
    _ op: et_reduce_op, _ x: Tensor, _ axes: AxisSet, to dtype: DType, keepdims: Bool
  ) throws(TensorError) -> Tensor {
    let result = try allocate(dtype, x.shape.reducing(axes, keepingAxes: keepdims))
    if result.count == 0 { return result }
    let rank = x.shape.count
    if axes.isEmpty {
      try rows(op, try contiguous(x), x.count, 1, result)
    } else if axes.isRun && axes.last == rank - 1 {
      let n = x.shape.elementCount(axes.first..<rank)
      try rows(op, try contiguous(x), result.count, n, result)
    } else {
      // Reduced axes that lie apart are brought together in their row-major order.
      let source =
        axes.isRun ? x : transposed(x, axes.axes + (0..<rank).filter { !axes.contains($0) })
      let first = axes.isRun ? axes.first : 0
      let end = first + axes.count
      try columns(
        op, try contiguous(source), source.shape.elementCount(0..<first),
        source.shape.elementCount(first..<end), source.shape.elementCount(end..<rank), result)
    }
    return result
  }

  /// Trailing axes: sequences of `n`. Threads share the rows, or the blocks of one long row.
  private func rows(
    _ op: et_reduce_op, _ x: Tensor, _ count: Int, _ n: Int, _ y: Tensor
  ) throws(TensorError) {
    let kind = x.dtype.kernel
    if count == 1 && n > 1 << 17 && canReduceInBlocks(op, x.dtype) {
      return try longRow(op, x, n, y)
    }
    let isSmall = count * n < 1 << 16 || count == 1
    let perBlock = max(1, min(count / (2 * threadCount), (1 << 20) / max(n, 1)))
    let (size, resultSize) = (x.dtype.size, y.dtype.size)
    unsafe try perform(x, y) { [self] x, y in
      if isSmall { return unsafe et_reduce_rows(kernels, op, kind, count, n, x, y) }
      return blocks((count + perBlock - 1) / perBlock) { block in
        let first = block * perBlock
        return unsafe et_reduce_rows(
          kernels, op, kind, min(perBlock, count - first), n, x + first * n * size,
          y + first * resultSize)
      }
    }
  }

  /// Integer sums may leave i32 on the way to a result that does not.
  private func canReduceInBlocks(_ op: et_reduce_op, _ dtype: DType) -> Bool {
    switch op {
    case ET_SUM, ET_PROD: dtype.isFloating
    case ET_REDUCE_MAX, ET_REDUCE_MIN, ET_ANY, ET_ALL: true
    default: false
    }
  }

  /// One sequence, by its blocks of 4,096 and then their results: the contract's order (rule 4).
  private func longRow(_ op: et_reduce_op, _ x: Tensor, _ n: Int, _ y: Tensor) throws(TensorError) {
    let blocks = (n + 4_095) / 4_096
    let parts = try allocate(y.dtype, [blocks])
    let perTask = 32
    try parallel((blocks + perTask - 1) / perTask) { task in
      let first = task * perTask
      let whole = min(first + perTask, n / 4_096) - first
      let status = unsafe et_reduce_rows(
        kernels, op, x.dtype.kernel, whole, 4_096, x.pointer(first * 4_096), parts.pointer(first))
      if status != ET_OK || first + perTask < blocks || n % 4_096 == 0 { return status }
      return unsafe et_reduce_rows(
        kernels, op, x.dtype.kernel, 1, n % 4_096, x.pointer(n - n % 4_096),
        parts.pointer(blocks - 1))
    }
    try rows(op, parts, 1, blocks, y)
  }

  /// Other axes: `[outer][m][n]` over m. Threads share outer, or the columns of one matrix.
  private func columns(
    _ op: et_reduce_op, _ x: Tensor, _ outer: Int, _ m: Int, _ n: Int, _ y: Tensor
  ) throws(TensorError) {
    let kind = x.dtype.kernel
    let (size, resultSize) = (x.dtype.size, y.dtype.size)
    unsafe try perform(x, y) { [self] x, y in
      if outer * m * n < 1 << 16 || (outer == 1 && n < 128) {
        return unsafe et_reduce_columns(kernels, op, kind, outer, m, n, n, x, y)
      }
      if outer == 1 {
        let width = max(64, (n / (2 * threadCount)) & ~63)
        return blocks((n + width - 1) / width) { block in
          let first = block * width
          return unsafe et_reduce_columns(
            kernels, op, kind, 1, m, min(width, n - first), n, x + first * size,
            y + first * resultSize)
        }
      }
      let perBlock = max(1, outer / (2 * threadCount))
      return blocks((outer + perBlock - 1) / perBlock) { block in
        let first = block * perBlock
        return unsafe et_reduce_columns(
          kernels, op, kind, min(perBlock, outer - first), m, n, n, x + first * m * n * size,
          y + first * n * resultSize)
      }
    }
  }

  /// The sum over a set of axes, recorded.
  func sum(_ x: Tensor, _ axes: AxisSet, keepdims: Bool) throws(TensorError) -> Tensor {
    let dtype = x.dtype.arithmetic
    let result = try reduced(ET_SUM, x, axes, to: dtype, keepdims: keepdims)
    if !isRecording || x.node == nil { return result }
    return record(
      result, [.tensor(x)], [.absent, .integers(axes.axes), .flag(keepdims)], Operation.sum.rule)
  }

  /// The sum over the axes along which `shape` was repeated: what undoes a broadcast.
  func sum(_ x: Tensor, downTo shape: Shape) throws(TensorError) -> Tensor {
    if x.shape == shape { return x }
    let added = x.shape.count - shape.count
    var axes = AxisSet(0..<added)
    for axis in 0..<shape.count where shape[axis] == 1 && x.shape[axis + added] != 1 {
      axes.insert(axis + added)
    }
    return try reshape(try sum(x, axes, keepdims: false), shape)
  }
}
