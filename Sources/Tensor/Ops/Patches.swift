import CKernels

extension Operation {
  /// Windows over images.
  static let windows: [Operation] = [patches]

  static let patches = Operation(
    "patches", .shape,
    [
      Parameter("x", .operand, "Images [n, height, width, channels]."),
      Parameter("size", .integers, "Rows and columns of a patch; one number for both."),
      Parameter(
        "stride", .integers, default: .integer(1), "Rows and columns from a patch to the next."),
      Parameter(
        "padding", .integers, default: .integer(0),
        "Rows and columns of zeros around the images, on each side."),
    ],
    doc: """
      The patches of images: [n, height, width, channels] gives [n, rows, columns, size * size * \
      channels], where rows is (height + 2 * padding - size) // stride + 1 and columns likewise. A patch \
      lies flat, row by row as in the image, so that `patches(x, 3) @ w + b` is a convolution and \
      gives images again. A size beyond the padded image is an error.
      """,
    example: (
      "patches(reshape([1, 2, 3, 4], (1, 1, 4, 1)), (1, 2), stride=2)",
      "f32[1, 1, 2, 2] [[[[1, 2], [3, 4]]]]"
    ),
    domain: Domain(
      [
        [.real([2, 3, 4, 2], -2, 2), .fixed(.integer(2))],
        [
          .real([1, 5, 4, 1], -2, 2), .fixed(.integer(3)), .fixed(.integer(2)), .fixed(.integer(1)),
        ],
        [
          .real([1, 3, 4, 2], -2, 2), .fixed(.integers([1, 3])), .fixed(.integers([2, 1])),
          .fixed(.integers([0, 2])),
        ],
        [.real([1, 5, 5, 1], -2, 2), .fixed(.integer(2)), .fixed(.integer(3))],
        [.real([0, 3, 3, 1], -2, 2), .fixed(.integer(2))],
      ],
      large: [
        [
          .real([9, 28, 28, 3], -2, 2), .fixed(.integer(3)), .fixed(.integer(1)),
          .fixed(.integer(1)),
        ]
      ]),
    gradient: .composed
  ) { c, a throws(TensorError) in
    let x = try a.tensor(0)
    guard x.shape.count == 4 else {
      throw TensorError(.rank(found: x.shape.count, least: 4, most: 4))
    }
    return try c.patches(x, try PatchWindows(x.shape, a))
  }
}

/// Where the patches of images lie.
struct PatchWindows: Sendable {
  let images: Int
  /// The shape of the images, and of their patches.
  let whole: Shape
  let patched: Shape
  let geometry: et_windows

  init(_ shape: Shape, _ a: Arguments) throws(TensorError) {
    let padding = try PatchWindows.pair(a, 3, 0...Int(Int32.max))
    let step = try PatchWindows.pair(a, 2, 1...Int(Int32.max))
    let (height, width) = (shape[1] + 2 * padding.0, shape[2] + 2 * padding.1)
    let size = try PatchWindows.pair(a, 1, 1...Int.max)
    for (n, most) in [(size.0, height), (size.1, width)] where n > most {
      throw TensorError(.argument("size", Double(n), least: 1, most: Double(most)))
    }
    let (rows, columns) = ((height - size.0) / step.0 + 1, (width - size.1) / step.1 + 1)
    images = shape[0]
    whole = shape
    let patch = Shape([shape[3], size.0, size.1]).elementCount
    patched = [shape[0], rows, columns, patch]
    geometry = et_windows(
      rows: shape[1], columns: shape[2], channels: shape[3], patch_rows: size.0,
      patch_columns: size.1, row_step: step.0, column_step: step.1, row_padding: padding.0,
      column_padding: padding.1, out_rows: rows, out_columns: columns)
  }

  /// One number for rows and columns, or two.
  private static func pair(
    _ a: Arguments, _ i: Int, _ bounds: ClosedRange<Int>
  ) throws(TensorError) -> (Int, Int) {
    let list = try a.integers(i)
    guard list.count == 1 || list.count == 2 else { throw a.wrongKind(i) }
    for n in list { try a.check(i, n, bounds) }
    return (list[0], list[list.count - 1])
  }

  /// Calls with ranges of images that are worth a thread's while.
  fileprivate func parts(
    _ context: Context, _ body: (_ first: Int, _ n: Int) -> et_status
  ) -> et_status {
    let perImage = max(1, patched.elementCount / max(1, images))
    let size = max(1, (1 << 15) / perImage)
    return context.blocks((images + size - 1) / size) { block in
      body(block * size, min(size, images - block * size))
    }
  }
}

extension Context {
  /// Images [n, height, width, channels] seen through windows.
  func patches(_ x: Tensor, _ windows: PatchWindows) throws(TensorError) -> Tensor {
    let source = try contiguous(x)
    let result = try allocate(x.dtype, windows.patched)
    let size = x.dtype.size
    let (perImage, perResult) = (windows.sizes.0 * size, windows.sizes.1 * size)
    unsafe try perform(source, result) { [self] x, y in
      windows.parts(self) { first, n in
        unsafe withUnsafePointer(to: windows.geometry) { geometry in
          unsafe et_patches(
            kernels, size, geometry, n, x + first * perImage, y + first * perResult)
        }
      }
    }
    return record(result, [.tensor(x)]) { b throws(TensorError) in
      try b.give(0, try b.context.sumOfPatches(b.cotangent, windows))
    }
  }

  /// What undoes `patches`: each element added to the one it was taken from, in ascending position.
  private func sumOfPatches(_ x: Tensor, _ windows: PatchWindows) throws(TensorError) -> Tensor {
    let source = try contiguous(x)
    let result = try allocate(x.dtype, windows.whole)
    let dtype = x.dtype
    let (perImage, perResult) = (windows.sizes.0 * dtype.size, windows.sizes.1 * dtype.size)
    unsafe try perform(source, result) { [self] x, y in
      windows.parts(self) { first, n in
        let part = unsafe y + first * perImage
        // Zeros are written where they are added to next, while they are in cache.
        unsafe part.initializeMemory(as: UInt8.self, repeating: 0, count: n * perImage)
        return unsafe withUnsafePointer(to: windows.geometry) { geometry in
          unsafe et_add_patches(
            kernels, dtype.kernel, geometry, n, x + first * perResult, part)
        }
      }
    }
    return record(result, [.tensor(x)]) { b throws(TensorError) in
      try b.give(0, try b.context.patches(b.cotangent, windows))
    }
  }
}

extension PatchWindows {
  /// Elements of one image, and of its patches.
  fileprivate var sizes: (Int, Int) {
    images == 0 ? (0, 0) : (whole.elementCount / images, patched.elementCount / images)
  }
}
