import Diagnostics
import Syntax

/// A register: its offset from the frame's base.
typealias Reg = Int32

/// One step of the machine: 16 bytes, which is why operators stand last. The first operand is the
/// target unless said otherwise.
enum Instruction {
  // Values
  case constant(Reg, Int32)
  case move(Reg, Reg)
  /// The same of a value that no one reads in the second register again.
  case moveOut(Reg, Reg)
  case capture(Reg, Int32)
  /// The running function itself.
  case selfReference(Reg)
  case loadName(Reg, Int32)
  case loadLibrary(Reg, Int32)
  case storeName(Int32, Reg)
  /// Makes registers unbound: first, count.
  case unbind(Reg, Int32)
  /// An error if the register is unbound; the second operand names the variable.
  case checkBound(Reg, Int32)

  // Arithmetic; `…Constant` takes a number of the constant pool on the right. The last operand
  // says which sides are temporaries that can be let go: 1 the left, 2 the right.
  case add(Reg, Reg, Reg, UInt8)
  case subtract(Reg, Reg, Reg, UInt8)
  case multiply(Reg, Reg, Reg, UInt8)
  case divide(Reg, Reg, Reg, UInt8)
  case addConstant(Reg, Reg, Int32, UInt8)
  case subtractConstant(Reg, Reg, Int32, UInt8)
  case multiplyConstant(Reg, Reg, Int32, UInt8)
  case arithmetic(Reg, Reg, Reg, BinaryOperator, UInt8)
  case negate(Reg, Reg)
  case not(Reg, Reg)
  case compare(Reg, Reg, Reg, ComparisonOperator)
  /// Joins the left side, already known not to decide, with the right side.
  case join(Reg, Reg, Reg, LogicalOperator)

  // Jumps; targets are absolute.
  case jump(Int32)
  /// A jump back, where interrupts are looked at.
  case loop(Int32)
  case jumpIfFalse(Reg, Int32)
  /// For `if a < b`: left, right, target if it does not hold.
  case jumpUnless(Reg, Reg, Int32, ComparisonOperator)
  case jumpUnlessConstant(Reg, Int32, Int32, ComparisonOperator)
  /// Jumps if the left side of `and` or `or` decides.
  case jumpIfDecided(Reg, Int32, LogicalOperator)
  case jumpIfBound(Reg, Int32)
  /// Makes an iterator of the sequence in a register; it takes that register and the next two.
  case iterate(Reg)
  /// Element into the first register from the iterator in the second and a jump back, or the end of
  /// a loop; interrupts are looked at here too.
  case next(Reg, Reg, Int32)

  // Building and taking apart; operands stand in consecutive registers from the second.
  case makeTensor(Reg, Reg, Int32)
  case makeTuple(Reg, Reg, Int32)
  /// The third operand is a layout.
  case makeSpread(Reg, Reg, Int32)
  case makeRecord(Reg, Reg, Int32)
  case makeRange(Reg, Reg, Bool)
  /// The third operand is a layout of text and formats.
  case makeString(Reg, Reg, Int32)
  case makeFunction(Reg, Reg, Int32)
  /// Elements of the tuple in the second register into consecutive registers from the first.
  case unpack(Reg, Reg, Int32)
  case field(Reg, Reg, Int32)
  /// A field that a pattern names.
  case take(Reg, Reg, Int32)
  /// The third operand is a layout of subscripts.
  case index(Reg, Reg, Int32)
  /// Object, layout; the new part stands in the register after the subscripts.
  case replaceIndex(Reg, Reg, Int32)
  case replaceField(Reg, Reg, Int32)

  // Calls: the function's register, which takes the result, how many arguments follow it.
  /// All arguments by position.
  case call(Reg, Int32)
  case callNamed(Reg, Int32)
  /// Like `call` of the variable in a slot, which goes into the register only if it must.
  case callName(Reg, Int32, Int32)
  /// The same of the function in a variable's register, the third.
  case callLocal(Reg, Int32, Reg)
  /// `x = append(x, value)` of a tuple: the registers of both, and the slot that the name `append`
  /// has. The four instructions of the call follow, for all other cases.
  case append(Reg, Reg, Int32)
  /// Sides of a claim's comparisons, which the call that follows takes.
  case claimSides(Reg, Int32)
  /// The end of a cell.
  case finish(Reg)
  /// Return of a value; the second operand is how many registers to clear.
  case leave(Reg, Int32)
}

/// Where an instruction comes from, for messages.
struct Site {
  var span: Span
  var left: Span
  var right: Span
  /// The call site of a call.
  var call: Int32 = -1

  init(_ span: Span, _ left: Span? = nil, _ right: Span? = nil, call: Int32 = -1) {
    self.span = span
    self.left = left ?? span
    self.right = right ?? span
    self.call = call
  }
}

/// The places of a call and the names of its arguments.
struct CallSite {
  /// Whole call.
  var span: Span
  /// The function's expression.
  var callee: Span
  /// One an argument.
  var arguments: [Span]
  /// The same with the name of each that is given by name.
  var whole: [Span] = []
  /// Names, nil by position; empty when all are by position.
  var names: [String?]
}

/// Constant parts of building instructions.
enum Layout {
  /// Subscripts from a register on: one register each, three for a slice.
  case subscripts(first: Reg, [SubscriptKind])
  /// Which of the elements are spread.
  case tuple([Bool])
  /// Names of fields, nil for a spread.
  case record([String?], keys: RecordKeys?)
  /// Text before each value with its format, and the rest.
  case string(parts: [(text: String, format: FormatSpecification?)], end: String)
  /// Code of a function to make.
  case function(FunctionCode)
  /// Comparisons of a claim: two registers each.
  case claim([ComparisonOperator])
}

enum SubscriptKind {
  case value
  /// A bracket literal, of integers, which is an index though its dtype is f32.
  case literal
  case slice
}

/// All code and constants of a session. Addresses never change, so a frame needs no reference to
/// the code it runs.
final class ProgramText {
  /// A function or a cell.
  struct Part {
    /// The address where its code begins.
    var start: Int
    var source: SourceText
    var name: String
    /// How many registers and captured values its code names.
    var registerCount: Int
    var captureCount: Int
  }

  let instructions = StableBuffer<Instruction>(capacity: 4 << 20)
  let constants = StableBuffer<Value>(capacity: 4 << 20)
  var sites: [Site] = []
  /// Functions and cells, in ascending order.
  var parts: [Part] = []
  var calls: [CallSite] = []
  var layouts: [Layout] = []

  /// Whether so much code still fits.
  func hasRoom(for count: Int) -> Bool {
    instructions.count + count <= instructions.capacity && constants.count < constants.capacity
  }

  /// The number of the part that an address belongs to.
  func part(_ address: Int) -> Int {
    var low = 0
    var high = parts.count
    while low + 1 < high {
      let middle = (low + high) / 2
      if parts[middle].start <= address { low = middle } else { high = middle }
    }
    return low
  }

  func source(at address: Int) -> SourceText { parts[part(address)].source }

  /// The function that an address belongs to.
  func name(at address: Int) -> String { parts[part(address)].name }

  func call(at address: Int) -> CallSite? {
    let index = sites[address].call
    return index < 0 ? nil : calls[Int(index)]
  }
}
