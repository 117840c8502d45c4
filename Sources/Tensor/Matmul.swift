import CKernels

extension Context {
  /// The matrix product of the last two axes, recorded; vectors count as a row on the left, a column
  /// on the right. Leading axes broadcast.
  public func matmul(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor {
    let result = try product(a, b)
    if !isRecording || (a.node == nil && b.node == nil) { return result }
    return record(result, [.tensor(a), .tensor(b)], [], Operation.matmul.rule)
  }

  private func product(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor {
    let (ra, rb) = (a.shape.count, b.shape.count)
    guard ra > 0, rb > 0, !a.isWeak, !b.isWeak else {
      throw TensorError(
        .rank(found: 0, least: 1, most: Shape.maximumRank), "@", [.tensor(a), .tensor(b)])
    }
    let left = a.shape[ra - 1]
    let right = b.shape[max(rb - 2, 0)]
    guard left == right else { throw innerSizesError(a, b, left, right) }
    let dtype = max(a.dtype, b.dtype).arithmetic
    do throws(TensorError) {
      let (x, y) = (try converted(a, dtype), try converted(b, dtype))
      if ra == 2 && rb == 2 {
        let result = try allocate(dtype, [a.shape[0], b.shape[1]])
        try multiply(x, y, result)
        return result
      }
      return try batchedProduct(x, y)
    } catch {
      throw error.named("@", [.tensor(a), .tensor(b)])
    }
  }

  /// Products that would fit after a transposition or an exchange.
  private func innerSizesError(_ a: Tensor, _ b: Tensor, _ left: Int, _ right: Int) -> TensorError {
    var fix: TensorError.Fix?
    if a.shape.count == 2, b.shape.count == 2 {
      if a.shape[1] == b.shape[1] {
        fix = .transposeRight([a.shape[0], b.shape[0]])
      } else if a.shape[0] == b.shape[0] {
        fix = .transposeLeft([a.shape[1], b.shape[1]])
      } else if b.shape[1] == a.shape[0] {
        fix = .exchange([b.shape[0], a.shape[1]])
      }
    }
    return TensorError(
      .innerSizes(left: left, right: right), "@", [.tensor(a), .tensor(b)], fix: fix)
  }

  /// Vectors and leading axes brought to matrices.
  private func batchedProduct(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor {
    let x = a.shape.count == 1 ? try reshaped(a, [1, a.shape[0]]) : a
    let y = b.shape.count == 1 ? try reshaped(b, [b.shape[0], 1]) : b
    let (rx, ry) = (x.shape.count, y.shape.count)
    let (m, n, depth) = (x.shape[rx - 2], y.shape[ry - 1], x.shape[rx - 1])
    guard
      let batch = Shape.broadcast(
        Shape(x.shape.dropLast(2)), Shape(y.shape.dropLast(2)))
    else {
      throw TensorError(.broadcast(fromEnd: 3, left: x.shape[rx - 3], right: y.shape[ry - 3]))
    }
    var shape = batch
    if a.shape.count > 1 { shape.append(m) }
    if b.shape.count > 1 { shape.append(n) }
    let result = try allocate(x.dtype, shape)
    if result.count == 0 { return result }
    if ry == 2, x.isContiguous || rx == 2 {
      let rows = try reshaped(x, [batch.elementCount * m, depth])
      try multiply(rows, y, result)
      return result
    }
    try multiplyBatches(x, y, batch, result)
    return result
  }

  private func multiplyBatches(
    _ x: Tensor, _ y: Tensor, _ batch: Shape, _ result: Tensor
  ) throws(TensorError) {
    let (rx, ry) = (x.shape.count, y.shape.count)
    let (m, n, depth) = (x.shape[rx - 2], y.shape[ry - 1], x.shape[rx - 1])
    let dx = batchDistances(x, batch)
    let dy = batchDistances(y, batch)
    let (sx, sy) = (x.strides, y.strides)
    let bytes = unsafe et_matmul_scratch_bytes(kernels, x.dtype.kernel, m, n, depth)
    let share = (bytes + 63) & ~63
    let perTask = max(1, batch.elementCount / (4 * threadCount))
    let tasks = (batch.elementCount + perTask - 1) / perTask
    let scratch = try buffer(tasks * share)
    defer { extendLifetime(scratch) }
    try parallel(tasks) { task in
      for i in task * perTask..<min((task + 1) * perTask, batch.elementCount) {
        let status = unsafe et_matmul(
          kernels, x.dtype.kernel, m, n, depth,
          et_matrix(data: x.pointer(dx[i]), row_stride: sx[rx - 2], column_stride: sx[rx - 1]),
          et_matrix(data: y.pointer(dy[i]), row_stride: sy[ry - 2], column_stride: sy[ry - 1]),
          result.pointer(i * m * n), n, scratch.base + task * share)
        if status != ET_OK { return status }
      }
      return ET_OK
    }
  }

  /// Where each matrix of a batch starts.
  private func batchDistances(_ x: Tensor, _ batch: Shape) -> [Int] {
    let rank = x.shape.count
    let leading = x.view(Shape(x.shape.dropLast(2)), strides: x.strides, offset: x.offset)
    precondition(leading.shape.count == rank - 2)
    var distances: [Int] = []
    x.view(batch, strides: leading.strides(broadcastTo: batch), offset: x.offset)
      .forEachDistance { distances.append($0) }
    return distances
  }

  /// One product of matrices; `result` is contiguous. Threads divide its columns, or its rows.
  private func multiply(_ a: Tensor, _ b: Tensor, _ result: Tensor) throws(TensorError) {
    let (m, n, depth) = (a.shape[0], b.shape[1], a.shape[1])
    if m == 0 || n == 0 { return }
    let work = Double(m) * Double(n) * Double(max(depth, 1))
    let kind = a.dtype.kernel
    if work < 0x1p20 || (threadCount == 1 && work < 0x1p30) {
      let scratch = try allocate(
        .u8, [unsafe et_matmul_scratch_bytes(kernels, kind, m, n, depth)])
      let (kernels, x, y) = unsafe (self.kernels, Rows(a), Rows(b))
      return unsafe try perform(a, b, result, scratch: scratch) { a, b, result, scratch in
        unsafe et_matmul(
          kernels, kind, m, n, depth, x.matrix(a), y.matrix(b), result, n, scratch)
      }
    }
    try multiplyInParts(a, b, result)
  }

  /// Parts small enough that an interrupt is soon seen and that a thread whose core is shared with
  /// others holds none up for long, and at least one for each thread.
  private func multiplyInParts(
    _ a: Tensor, _ b: Tensor, _ result: Tensor
  ) throws(TensorError) {
    let (m, n, depth) = (a.shape[0], b.shape[1], a.shape[1])
    let work = Double(m) * Double(n) * Double(max(depth, 1))
    let balanced = threadCount > 1 ? min(4 * threadCount, Int(work / 0x1p20)) : 1
    let wanted = max(threadCount, balanced, min(4_096, Int(work / 0x1p31)))
    // Each part copies its rows of a and its columns of b, and near squares copy least; by a power of
    // two, so that the parts are alike.
    let even = (Double(wanted) * Double(n) / Double(m)).squareRoot()
    let columnParts = max(1, min(1 << max(0, even.exponent), n / 64))
    let rowParts = max(1, min((wanted + columnParts - 1) / columnParts, m / 8))
    let width = ((n + columnParts - 1) / columnParts + 31) & ~31
    let height = (m + rowParts - 1) / rowParts
    let across = (n + width - 1) / width
    let down = (m + height - 1) / height
    let bytes = unsafe et_matmul_scratch_bytes(
      kernels, a.dtype.kernel, min(height, m), min(width, n), depth)
    let share = (bytes + 63) & ~63
    let scratch = try allocate(.u8, [across * down * share])
    let size = a.dtype.size
    let (kernels, kind) = unsafe (self.kernels, a.dtype.kernel)
    let (rows, columns) = (Rows(a), Rows(b))
    func compute(
      _ part: Int, _ x: UnsafeMutableRawPointer, _ y: UnsafeMutableRawPointer,
      _ z: UnsafeMutableRawPointer, _ scratch: UnsafeMutableRawPointer
    ) -> et_status {
      let (row, column) = (part / across * height, part % across * width)
      return unsafe et_matmul(
        kernels, kind, min(height, m - row), min(width, n - column), depth,
        rows.matrix(x, row: row), columns.matrix(y, column: column),
        z + (row * n + column) * size, n, scratch + part * share)
    }
    // Integers may overflow, and that error belongs to this step. What a trace runs again has nothing
    // to do meanwhile.
    if trace == nil, workers.hasThreads, a.dtype.isFloating, work < Context.inFlightLimit {
      try checkInterrupt()
      let (x, y, z, w) = unsafe (a.start, b.start, result.start, scratch.start)
      fusion.begin(result, of: (a, b), scratch, blocks: across * down) { part in
        let status = unsafe compute(part, x, y, z, w)
        precondition(status == ET_OK, "a product that can fail was begun")
      }
    } else {
      unsafe try perform(a, b, result, scratch: scratch) { [self] a, b, result, scratch in
        blocks(across * down) { unsafe compute($0, a, b, result, scratch) }
      }
    }
  }

  /// Multiplications up to which a product is left to other threads while the program goes on: it
  /// can't be interrupted, and takes a few milliseconds.
  private static let inFlightLimit = 0x1p28
}

/// How a matrix lies in memory.
private struct Rows {
  private let stride: Int
  private let columnStride: Int
  private let size: Int

  init(_ t: Tensor) {
    (stride, columnStride, size) = (t.strides[0], t.strides[1], t.dtype.size)
  }

  /// The matrix at `start` as kernels take it, from a row and a column on.
  func matrix(_ start: UnsafeMutableRawPointer, row: Int = 0, column: Int = 0) -> et_matrix {
    unsafe et_matrix(
      data: start + (row * stride + column * columnStride) * size, row_stride: stride,
      column_stride: columnStride)
  }
}
