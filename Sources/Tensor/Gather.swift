import CKernels

/// A regular part of a tensor: along each axis some elements, evenly spaced.
struct Window: Sendable {
  /// First element and distance of neighbours along each axis of the whole.
  var starts = Strides(repeating: 0)
  var steps = Strides(repeating: 1)
  /// Elements along each axis.
  var counts: Shape
  /// Axes left out of the result, each of one element.
  var dropped = AxisSet()

  /// All of a shape.
  init(_ shape: Shape) { counts = shape }

  var isDropping: Bool { !dropped.isEmpty }

  /// The part of `x` as a view.
  func view(of x: Tensor) -> Tensor {
    var shape = Shape()
    var strides = Strides(repeating: 0)
    var offset = x.offset
    for axis in 0..<counts.count {
      if counts[axis] > 0 { offset += starts[axis] * x.strides[axis] }
      if dropped.contains(axis) { continue }
      strides[shape.count] = steps[axis] * x.strides[axis]
      shape.append(counts[axis])
    }
    return x.view(shape, strides: strides, offset: offset)
  }
}

extension Context {
  /// A part of a tensor, as a view.
  func part(_ x: Tensor, _ window: Window) -> Tensor {
    let result = window.view(of: x)
    if !isRecording || x.node == nil { return result }
    return record(result, [.tensor(x)]) { b throws(TensorError) in
      try b.give(0, try b.context.embed(b.cotangent, window, b.operand(0).shape))
    }
  }

  /// Zeros with a part replaced: what undoes `part`.
  func embed(_ x: Tensor, _ window: Window, _ shape: Shape) throws(TensorError) -> Tensor {
    let result = try zeros(shape, x.dtype)
    try write(try contiguous(x), into: window.view(of: result))
    if !isRecording || x.node == nil { return result }
    return record(result, [.tensor(x)]) { b throws(TensorError) in
      try b.give(0, b.context.part(b.cotangent, window))
    }
  }

  /// Rows of `x` [limit, width] in the order of an index [count] without negative entries.
  func gatherRows(_ x: Tensor, _ index: Tensor) throws(TensorError) -> Tensor {
    let source = try contiguous(x)
    let (limit, width) = (x.shape[0], x.shape[1])
    let result = try allocate(x.dtype, [index.count, width])
    let rowBytes = width * x.dtype.size
    if rowBytes > 0 {
      let (count, cost) = (index.count, max(1, min(rowBytes / 8, 64)))
      unsafe try perform(index, source, result) { [self] index, source, result in
        chunks(count, cost: cost) { first, n in
          unsafe et_gather(
            kernels, rowBytes, limit, n, index.indices(from: first), source,
            result + first * rowBytes)
        }
      }
    }
    if !isRecording || x.node == nil { return result }
    return record(result, [.tensor(x)]) { b throws(TensorError) in
      try b.give(0, try b.context.scatterRows(b.cotangent, index, limit))
    }
  }

  /// Zeros [limit, width] to which the rows of `x` are added in ascending position: what undoes
  /// `gatherRows`.
  func scatterRows(
    _ x: Tensor, _ index: Tensor, _ limit: Int
  ) throws(TensorError) -> Tensor {
    let source = try contiguous(x)
    let width = x.shape[1]
    let result = try zeros([limit, width], x.dtype)
    let (kernels, kind, count) = unsafe (self.kernels, x.dtype.kernel, index.count)
    unsafe try perform(index, source, result) { index, source, result in
      unsafe et_scatter_add(
        kernels, kind, width, limit, count, index.indices(from: 0), source, result)
    }
    if !isRecording || x.node == nil { return result }
    return record(result, [.tensor(x)]) { b throws(TensorError) in
      try b.give(0, try b.context.gatherRows(b.cotangent, index))
    }
  }

  /// A copy of `x` [limit, width] in which row index[i] is row i of `rows`; the last one wins.
  func replacingRows(
    _ x: Tensor, _ index: Tensor, _ rows: Tensor
  ) throws(TensorError) -> Tensor {
    let result = try expandedCopy(x)
    let source = try contiguous(rows)
    defer { extendLifetime(source) }
    let rowBytes = x.shape[1] * x.dtype.size
    for (i, row) in index.indexElements.enumerated() {
      unsafe (result.pointer + Int(row) * rowBytes).copyMemory(
        from: source.pointer + i * rowBytes, byteCount: rowBytes)
    }
    return record(result, [.tensor(x), .tensor(rows)]) { b throws(TensorError) in
      let c = b.context
      if b.needs(0) {
        let none = try c.zeros([index.count, b.cotangent.shape[1]], b.cotangent.dtype)
        try b.give(0, try c.replacingRows(b.cotangent, index, none))
      }
      if b.needs(1) {
        let taken = try c.gatherRows(b.cotangent, index)
        try b.give(1, try c.choose(try c.winners(index), taken, 0.0))
      }
    }
  }

  /// bool [count, 1]: whether no later entry of the index is the same.
  private func winners(_ index: Tensor) throws(TensorError) -> Tensor {
    var seen = Set<Int32>()
    var flags = [Double](repeating: 0, count: index.count)
    for (i, row) in index.indexElements.enumerated().reversed() where seen.insert(row).inserted {
      flags[i] = 1
    }
    return try makeTensor(shape: [index.count, 1], dtype: .bool, elements: flags)
  }

  /// A contiguous copy that no other tensor shares.
  func expandedCopy(_ x: Tensor) throws(TensorError) -> Tensor {
    let result = try allocate(x.dtype, x.shape)
    try write(try contiguous(x), into: result)
    return result
  }
}

extension Context {
  /// Whether all elements of a contiguous i32 tensor are from 0 to `size` - 1.
  func areIndices(_ t: Tensor, below size: Int) -> Bool {
    let count = t.count
    return unsafe look(at: t) { start in
      let indices = unsafe start.indices(from: 0)
      var greatest: UInt32 = 0  // a negative one counts as greater than any size
      for i in 0..<count { unsafe greatest = max(greatest, UInt32(bitPattern: indices[i])) }
      return count == 0 || greatest < size
    }
  }
}

extension UnsafeMutableRawPointer {
  /// i32 elements from a position on.
  fileprivate func indices(from first: Int) -> UnsafePointer<Int32> {
    unsafe UnsafePointer((self + 4 * first).assumingMemoryBound(to: Int32.self))
  }
}

extension Tensor {
  /// The elements of a contiguous i32 tensor.
  var indexElements: [Int32] {
    unsafe Array(UnsafeBufferPointer(start: pointer.indices(from: 0), count: count))
  }
}
