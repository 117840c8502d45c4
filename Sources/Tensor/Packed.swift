import CKernels

/// How tensors of one floating dtype lie in one of rank 1: one after the other, each from a multiple
/// of 16 elements on, with zeros between.
public final class PackedLayout: Sendable {
  /// The dtype of all of them.
  public let dtype: DType
  /// The elements of the tensor that holds them.
  public let count: Int
  let shapes: [Shape]
  let offsets: [Int]

  /// The layout of two tensors or more; nil if they have no dtype in common, or a gradient follows
  /// one.
  public init?(of tensors: [Tensor]) {
    guard tensors.count > 1, tensors[0].dtype.isFloating else { return nil }
    var (offsets, next): ([Int], Int) = ([], 0)
    for t in tensors {
      guard t.dtype == tensors[0].dtype, !t.isWeak, !t.isTracked else { return nil }
      offsets.append(next)
      let (end, isTooLarge) = next.addingReportingOverflow((t.count + 15) & ~15)
      if isTooLarge || end > Int(Int32.max) { return nil }
      next = end
    }
    dtype = tensors[0].dtype
    shapes = tensors.map(\.shape)
    self.offsets = offsets
    count = next
  }

  private init(_ other: PackedLayout, _ dtype: DType) {
    (self.dtype, count, shapes, offsets) = (dtype, other.count, other.shapes, other.offsets)
  }

  /// The same of another floating dtype.
  public func with(_ dtype: DType) -> PackedLayout {
    dtype == self.dtype ? self : PackedLayout(self, dtype)
  }

  /// Whether tensors can lie so.
  public func fits(_ tensors: [Tensor]) -> Bool {
    guard tensors.count == shapes.count else { return false }
    for (i, t) in tensors.enumerated() {
      guard t.dtype == dtype, t.shape == shapes[i], !t.isWeak, !t.isTracked else { return false }
    }
    return true
  }

  /// Whether another layout is the same.
  public func isSame(as other: PackedLayout) -> Bool {
    self === other || (dtype == other.dtype && shapes == other.shapes)
  }

  /// The tensors in one that holds them, as views.
  public func parts(of packed: Tensor) -> [Tensor] {
    shapes.indices.map { i in
      packed.view(
        shapes[i], strides: shapes[i].rowMajorStrides, offset: packed.offset + offsets[i])
    }
  }

  /// Sets the elements between the tensors to zero.
  func clearGaps(_ start: UnsafeMutableRawPointer) {
    for i in shapes.indices {
      let first = offsets[i] + shapes[i].elementCount
      let end = i + 1 < offsets.count ? offsets[i + 1] : count
      unsafe (start + first * dtype.size).initializeMemory(
        as: UInt8.self, repeating: 0, count: (end - first) * dtype.size)
    }
  }
}

/// Tensors as they are, or packed into one.
public enum TensorList: Sendable {
  case apart([Tensor])
  case packed(Tensor, PackedLayout)

  /// The tensors.
  public var tensors: [Tensor] {
    switch self {
    case .apart(let tensors): tensors
    case .packed(let packed, let layout): layout.parts(of: packed)
    }
  }
}

extension Context {
  /// Tensors that a layout fits, copied into one.
  public func pack(_ tensors: [Tensor], _ layout: PackedLayout) throws(TensorError) -> Tensor {
    let result = try allocate(layout.dtype, [layout.count])
    unsafe try perform(result) { start in
      unsafe layout.clearGaps(start)
      return ET_OK
    }
    for (t, part) in zip(tensors, layout.parts(of: result)) {
      try write(try contiguous(t), into: part)
    }
    return result
  }
}

extension Tensor {
  /// The tensor, or a copy of it where it keeps far more memory than its elements need: a program
  /// that keeps a bias of each step should not keep all parameters of each. One that a gradient follows
  /// stays what it is.
  public var compact: Tensor {
    let size = count * dtype.size
    guard !isTracked, isContiguous, size < storage.bytes / 4, let own = storage.another(size) else {
      return self
    }
    unsafe own.base.copyMemory(from: pointer, byteCount: size)
    return Tensor(dtype, shape, own, isWeak: isWeak)
  }
}
