import CKernels

/// How operands of two dtypes come together.
enum Joining {
  /// `+` and the like: bool and u8 count as i32.
  case arithmetic
  /// `/`: integers give f32.
  case division
  /// Comparisons; the mathematical answer where an integer tensor meets a fraction.
  case comparison
  /// Choosing or joining elements: keeps bool and u8.
  case selection
}

extension Joining {
  /// The dtype that operands are converted to; f64 for numbers alone.
  func dtype(_ a: Operand, _ b: Operand) -> DType {
    switch (a.strongDType, b.strongDType) {
    case (nil, nil): .f64
    case (let x?, nil): dtype(x, b.weakValue ?? 0)
    case (nil, let y?): dtype(y, a.weakValue ?? 0)
    case (let x?, let y?): lifted(max(x, y))
    }
  }

  private func lifted(_ dtype: DType) -> DType {
    switch self {
    case .arithmetic: dtype.arithmetic
    case .division: dtype.floating
    case .comparison, .selection: dtype
    }
  }

  /// A number that meets a tensor.
  private func dtype(_ dtype: DType, _ x: Double) -> DType {
    if dtype.isFloating || self == .division { return lifted(dtype) }
    guard Int32(exactly: x) != nil else { return self == .comparison ? .f64 : .f32 }
    return self == .selection && dtype == .u8 && UInt8(exactly: x) != nil ? .u8 : .i32
  }

  /// The dtype of many operands that are joined.
  static func selection(_ operands: [Operand]) -> DType {
    var result: DType?
    for case let dtype? in operands.map(\.strongDType) {
      result = max(result ?? dtype, dtype)
    }
    guard let strongest = result else { return .f32 }
    return operands.reduce(strongest) { dtype, operand in
      guard let x = operand.weakValue else { return dtype }
      return max(dtype, Joining.selection.dtype(strongest, x))
    }
  }
}

extension Operand {
  /// The dtype of a tensor; nil for a number, which takes what it meets.
  var strongDType: DType? {
    guard case .tensor(let t) = self, !t.isWeak else { return nil }
    return t.dtype
  }
}

extension Context {
  /// A tensor of another dtype; gradients are converted back.
  public func convert(_ t: Tensor, _ dtype: DType) throws(TensorError) -> Tensor {
    if t.dtype == dtype {
      if !t.isWeak { return t }
      return t.alias(isWeak: false, node: t.node)
    }
    do throws(TensorError) {
      let result = try converted(t, dtype)
      if !isRecording || t.node == nil { return result }
      return record(result, [.tensor(t)]) { b throws(TensorError) in try b.give(0, b.cotangent) }
    } catch {
      throw error.named(dtype.name, [.tensor(t)])
    }
  }

  /// The same, unrecorded.
  func converted(_ t: Tensor, _ dtype: DType) throws(TensorError) -> Tensor {
    if t.dtype == dtype { return t }
    if dtype.isFloating,
      let result = try deferred(
        ET_STEP_CONVERT, UInt32(t.dtype.rawValue), dtype, to: dtype, t.shape, cost: 1, .tensor(t))
    {
      return result
    }
    let source = try contiguous(t)
    let result = try allocate(dtype, t.shape)
    let (from, count) = (t.dtype, t.count)
    unsafe try perform(source, result, to: dtype) { [self] x, y in
      chunks(count, cost: 1) { first, n in
        unsafe et_convert(
          kernels, from.kernel, dtype.kernel, n, x + first * from.size, y + first * dtype.size)
      }
    }
    return result
  }

  /// An operand as a kernel of a dtype reads it: numbers stay numbers.
  func side(_ operand: Operand, _ dtype: DType) throws(TensorError) -> Operand {
    switch operand {
    case .number: return operand
    case .tensor(let t):
      if t.isWeak { return .number(t.scalar()) }
      return t.dtype == dtype ? operand : .tensor(try converted(t, dtype))
    }
  }

  /// An operand as a tensor of a dtype, recorded.
  func tensor(_ operand: Operand, _ dtype: DType) throws(TensorError) -> Tensor {
    switch operand {
    case .tensor(let t): return try convert(t, dtype)
    case .number(let x):
      let result = try allocate(dtype, Shape())
      try fill(result, x)
      return result
    }
  }
}
