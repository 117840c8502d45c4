import CKernels

extension Context {
  // Unrecorded views

  func transposed(_ x: Tensor, _ axes: [Int]) -> Tensor {
    var shape = Shape()
    var strides = Strides(repeating: 0)
    for (i, axis) in axes.enumerated() {
      shape.append(x.shape[axis])
      strides[i] = x.strides[axis]
    }
    return x.view(shape, strides: strides, offset: x.offset)
  }

  /// The elements in order under another shape of as many; a copy only where none of the strides
  /// would do.
  func reshaped(_ x: Tensor, _ shape: Shape) throws(TensorError) -> Tensor {
    precondition(shape.elementCount == x.count)
    let source = try contiguous(x)
    return source.view(shape, strides: shape.rowMajorStrides, offset: source.offset)
  }

  // Recorded ones

  /// The same elements under another shape of as many.
  func reshape(_ x: Tensor, _ shape: Shape) throws(TensorError) -> Tensor {
    if x.shape == shape { return x }
    let result = try reshaped(x, shape)
    if !isRecording || x.node == nil { return result }
    return record(result, [.tensor(x)]) { b throws(TensorError) in
      try b.give(0, try b.context.reshape(b.cotangent, b.operand(0).shape))
    }
  }

  /// Axes in another order.
  func permute(_ x: Tensor, _ axes: [Int]) -> Tensor {
    let result = transposed(x, axes)
    if !isRecording || x.node == nil { return result }
    var inverse = axes
    for (i, axis) in axes.enumerated() { inverse[axis] = i }
    let back = inverse
    return record(result, [.tensor(x)]) { b throws(TensorError) in
      try b.give(0, b.context.permute(b.cotangent, back))
    }
  }

  /// All axes in reverse order: `x.T`.
  public func transpose(_ x: Tensor) -> Tensor { permute(x, (0..<x.shape.count).reversed()) }

  /// The last two axes exchanged.
  func matrixTranspose(_ x: Tensor) -> Tensor {
    var axes = Array(0..<x.shape.count)
    axes.swapAt(axes.count - 1, axes.count - 2)
    return permute(x, axes)
  }

  /// The tensor repeated to a shape without copying.
  func broadcast(_ x: Tensor, _ shape: Shape) -> Tensor {
    if x.shape == shape { return x }
    let result = x.view(shape, strides: x.strides(broadcastTo: shape), offset: x.offset)
    if !isRecording || x.node == nil { return result }
    return record(result, [.tensor(x)]) { b throws(TensorError) in try b.give(0, b.cotangent) }
  }

  // Making

  /// A tensor of elements in row-major order; each must fit the dtype.
  public func makeTensor(
    shape: Shape, dtype: DType, elements: [Double]
  ) throws(TensorError) -> Tensor {
    precondition(elements.count == shape.elementCount)
    let exact = unsafe try constant(.f64, shape) { start in
      unsafe elements.withUnsafeBytes { unsafe start.copyMemory(of: $0) }
    }
    return try converted(exact, dtype)
  }

  /// A u8 tensor of bytes in row-major order.
  public func makeTensor(shape: Shape, bytes: ArraySlice<UInt8>) throws(TensorError) -> Tensor {
    precondition(bytes.count == shape.elementCount)
    return unsafe try constant(.u8, shape) { start in
      unsafe bytes.withUnsafeBytes { unsafe start.copyMemory(of: $0) }
    }
  }

  /// A tensor of little-endian elements in row-major order; bools must be 0 or 1.
  public func makeTensor(
    shape: Shape, dtype: DType, littleEndian bytes: RawSpan
  ) throws(TensorError) -> Tensor {
    precondition(bytes.byteCount == shape.elementCount * dtype.size)
    return unsafe try constant(dtype, shape) { start in
      unsafe bytes.withUnsafeBytes { unsafe start.copyMemory(of: $0) }
    }
  }

  /// An i32 tensor.
  func makeIndices(_ shape: Shape, _ elements: [Int32]) throws(TensorError) -> Tensor {
    unsafe try constant(.i32, shape) { start in
      unsafe elements.withUnsafeBytes { unsafe start.copyMemory(of: $0) }
    }
  }

  /// A tensor of one number, which must fit the dtype.
  func full(_ shape: Shape, _ dtype: DType, _ x: Double) throws(TensorError) -> Tensor {
    let fits: Bool =
      switch dtype {
      case .bool: x == 0 || x == 1
      case .u8: UInt8(exactly: x) != nil
      case .i32: Int32(exactly: x) != nil
      case .f32, .f64: true
      }
    guard fits else { throw TensorError(.cannotHold(dtype, number: x)) }
    let result = try allocate(dtype, shape)
    try fill(result, x)
    return result
  }

  func zeros(
    _ shape: Shape, _ dtype: DType, isWeak: Bool = false
  ) throws(TensorError) -> Tensor {
    let result = try allocate(dtype, shape, isWeak: isWeak)
    try fill(result, 0)
    return result
  }

  func ones(_ shape: Shape, _ dtype: DType, isWeak: Bool = false) throws(TensorError) -> Tensor {
    let result = try allocate(dtype, shape, isWeak: isWeak)
    try fill(result, 1)
    return result
  }
}

extension UnsafeMutableRawPointer {
  fileprivate func copyMemory(of bytes: UnsafeRawBufferPointer) {
    if let base = bytes.baseAddress { unsafe copyMemory(from: base, byteCount: bytes.count) }
  }
}
