import CKernels

// Steps and slots as the kernels take them. What the other files of this folder know about the
// fields of `et_step` and `et_slot` they know from here, above all how many operands a step has.

extension et_step {
  /// A step without operands yet.
  init(_ kind: et_step_kind, op: UInt32 = 0, type: DType = .bool, result: Int) {
    self.init()
    self.kind = UInt8(truncatingIfNeeded: kind.rawValue)
    self.op = UInt8(truncatingIfNeeded: op)
    self.type = type.rawValue
    self.result = UInt16(truncatingIfNeeded: result)
  }

  /// How many slots a step of its kind reads.
  var operandCount: Int {
    switch et_step_kind(rawValue: UInt32(kind)) {
    case ET_STEP_ADAPTIVE: 5
    case ET_STEP_SCALED_SUM: 4
    case ET_STEP_WHERE: 3
    case ET_STEP_BINARY, ET_STEP_COMPARE: 2
    case ET_STEP_READ: 0
    default: 1
    }
  }

  /// The slot of operand `i`.
  subscript(operand i: Int) -> UInt16 {
    @inline(__always) get {
      switch i {
      case 0: operands.0
      case 1: operands.1
      case 2: operands.2
      case 3: operands.3
      default: operands.4
      }
    }
    @inline(__always) set {
      switch i {
      case 0: operands.0 = newValue
      case 1: operands.1 = newValue
      case 2: operands.2 = newValue
      case 3: operands.3 = newValue
      default: operands.4 = newValue
      }
    }
  }

  /// Calls with the slot of each operand in order. Written out, as a loop took a hundredth of the
  /// instructions of a program of small steps.
  @inline(__always)
  func forEachOperand(_ body: (Int) -> Void) {
    let n = operandCount
    if n > 0 { body(Int(operands.0)) }
    if n > 1 { body(Int(operands.1)) }
    if n > 2 { body(Int(operands.2)) }
    if n > 3 { body(Int(operands.3)) }
    if n > 4 { body(Int(operands.4)) }
  }

  /// Replaces the slot of each operand, in order.
  @inline(__always)
  mutating func mapOperands(_ replacement: (UInt16) -> UInt16) {
    let n = operandCount
    if n > 0 { operands.0 = replacement(operands.0) }
    if n > 1 { operands.1 = replacement(operands.1) }
    if n > 2 { operands.2 = replacement(operands.2) }
    if n > 3 { operands.3 = replacement(operands.3) }
    if n > 4 { operands.4 = replacement(operands.4) }
  }

  /// `s x + u y`, or `s x - u y` if this step subtracts, with the result of this step.
  func scaledSum(x: UInt16, y: UInt16, s: UInt16, u: UInt16) -> et_step {
    joined(ET_STEP_SCALED_SUM, (x, y, s, u, 0))
  }

  /// `p - (s x) / (sqrt(y) + e)` with the result of this step.
  func adaptive(p: UInt16, x: UInt16, y: UInt16, s: UInt16, e: UInt16) -> et_step {
    joined(ET_STEP_ADAPTIVE, (p, x, y, s, e))
  }

  private func joined(
    _ kind: et_step_kind, _ operands: (UInt16, UInt16, UInt16, UInt16, UInt16)
  ) -> et_step {
    var step = self
    step.kind = UInt8(truncatingIfNeeded: kind.rawValue)
    step.operands = operands
    return step
  }

  func isKind(_ kind: et_step_kind) -> Bool { UInt32(self.kind) == kind.rawValue }

  /// Whether it is arithmetic of two operands, of this kind.
  func isBinary(_ op: et_binary_op) -> Bool {
    isKind(ET_STEP_BINARY) && UInt32(self.op) == op.rawValue
  }

  /// Whether it is this function of one operand.
  func isUnary(_ op: et_unary_op) -> Bool {
    isKind(ET_STEP_UNARY) && UInt32(self.op) == op.rawValue
  }

  /// The dtype its kernel is chosen by.
  var dtype: DType { DType(rawValue: type)! }
}

extension et_slot {
  /// One number for all elements.
  init(number: Double, _ type: DType) {
    unsafe self.init()
    unsafe kind = UInt8(ET_SLOT_NUMBER.rawValue)
    unsafe self.number = ScalarBytes(number, type).bits
  }

  /// The result of a step: memory to be assigned, or a temporary.
  init(result dtype: DType, isWanted: Bool) {
    unsafe self.init()
    unsafe kind = UInt8((isWanted ? ET_SLOT_ARRAY : ET_SLOT_TEMPORARY).rawValue)
    unsafe bytes = UInt8(truncatingIfNeeded: dtype.size)
  }

  func isKind(_ kind: et_slot_kind) -> Bool { unsafe UInt32(self.kind) == kind.rawValue }

  /// Whether each element is another one, rather than one for all.
  var isElementwise: Bool { unsafe UInt32(kind) >= ET_SLOT_ARRAY.rawValue }
}

extension et_view {
  /// Axes of one element are left out, and those joined that are one run in memory.
  init(_ shape: Shape, _ strides: Strides) {
    var (sizes, steps) = (Strides(repeating: 0), Strides(repeating: 0))
    var rank = 0
    for axis in 0..<shape.count where shape[axis] != 1 {
      if rank > 0, steps[rank - 1] == strides[axis] * shape[axis] {
        sizes[rank - 1] *= shape[axis]
        steps[rank - 1] = strides[axis]
      } else {
        sizes[rank] = shape[axis]
        steps[rank] = strides[axis]
        rank += 1
      }
    }
    self.init()
    self.rank = rank
    // C's arrays of eight come as tuples.
    self.shape = unsafe unsafeBitCast(sizes, to: type(of: self.shape))
    self.strides = unsafe unsafeBitCast(steps, to: type(of: self.strides))
  }
}

/// A number of a step or slot, or none, in four bytes.
struct OptionalIndex {
  private let raw: Int32

  static let none = OptionalIndex(raw: -1)

  private init(raw: Int32) { self.raw = raw }

  @inline(__always)
  init(_ index: Int) { raw = Int32(truncatingIfNeeded: index) }

  @inline(__always)
  var index: Int? { raw < 0 ? nil : Int(raw) }
}
