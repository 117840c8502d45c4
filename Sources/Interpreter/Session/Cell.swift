import Diagnostics
import System
import Tensor

/// What a session may touch of the file system.
public protocol Files: Sendable {
  /// The bytes of a file.
  func read(_ path: String) throws(FileProblem) -> [UInt8]
  /// Writes a file.
  func write(_ path: String, _ bytes: [UInt8]) throws(FileProblem)
}

/// Files of a session that has none.
public struct NoFiles: Files {
  /// Makes it.
  public init() {}
  /// Always a problem.
  public func read(_ path: String) throws(FileProblem) -> [UInt8] {
    throw FileProblem(.read, path, .noFiles)
  }
  /// Always a problem.
  public func write(_ path: String, _ bytes: [UInt8]) throws(FileProblem) {
    throw FileProblem(.write, path, .noFiles)
  }
}

/// How a session is set up.
public struct SessionOptions: Sendable {
  /// The notebook's seed, in [0, 2⁵³).
  public var seed: UInt64 = 0
  /// Which of the seeds derived from the session's, and from those that programs name, to run under;
  /// 0 for these themselves.
  public var trial = 0
  /// Threads that kernels may use.
  public var threads = 1
  /// Instruction set of the kernels; nil for the best the machine has.
  public var level: Level?
  /// Bytes that live tensors may take.
  public var memoryLimit = 4 << 30
  /// Looks at what the process takes while a cell runs; one for all sessions with these options.
  public var memoryWatch = MemoryWatch()
  /// Files that programs may read and write.
  public var files: any Files = NoFiles()
  /// Builtins of other modules.
  public var builtins: [Builtin] = []
  /// Columns of output.
  public var width = 100
  /// How figures are drawn; nil to show them as one line.
  public var drawing: DrawingSpace?
  /// Shows a line of progress in place of the one before, or takes it away for nil; nil for none.
  public var showProgress: (@Sendable (String?) -> Void)?
  /// Whether outcomes tell which variables of other cells a cell read; it takes time.
  public var notesReads = false

  /// Makes the defaults.
  public init() {}
}

/// Which cell runs: it decides the cell's stream of random numbers.
public struct CellIdentity: Sendable {
  /// The cell's label.
  public var label: String?
  /// Its number among the unlabelled cells, from 0.
  public var ordinal: Int
  /// At the prompt: a line may start with `|>`, and the value shown is bound to `ans`.
  public var allowsInteractive: Bool

  /// Makes an identity.
  public init(label: String? = nil, ordinal: Int = 0, allowsInteractive: Bool = false) {
    self.label = label
    self.ordinal = ordinal
    self.allowsInteractive = allowsInteractive
  }
}

/// Something a cell put out.
public enum OutputItem: Sendable {
  /// A printed line, what its digest is taken of, and whether it may differ at each run.
  case line(text: String, digestText: String, isVolatile: Bool)
  /// The value of the last expression and its text.
  case value(Value, shown: String)
  /// A claim.
  case claim(ClaimOutcome)
}

/// What became of a claim.
public struct ClaimOutcome: Sendable {
  /// The statement.
  public var text: String
  /// Whether it holds.
  public var holds: Bool
  /// Signed difference of the sides of `<`, `<=`, `>`, `>=`, the least over parts and elements; nil
  /// for other conditions.
  public var margin: Double?
  /// The share of seeds in which it must hold, if it says so.
  public var bar: Double?
  /// SHA-256 over the sides of a margin, or over the condition where there is none.
  public var operandsDigest: String
  /// SHA-256 over the sides of the condition's comparisons, `==` and `!=` too: equal under every seed
  /// means that the claim does not depend on the seed. Nil for other conditions.
  public var sidesDigest: String?

  /// Makes an outcome.
  public init(
    text: String, holds: Bool, margin: Double?, bar: Double?, operandsDigest: String
  ) {
    self.text = text
    self.holds = holds
    self.margin = margin
    self.bar = bar
    self.operandsDigest = operandsDigest
  }
}

/// What became of a cell.
public struct CellOutcome: Sendable {
  /// What it put out, in order; also of a cell that failed.
  public var output: [OutputItem]
  /// The variables it bound with their values at its end, in the order in which its text binds them
  /// first.
  public var bound: [(name: String, value: Value)]
  /// Whether its last statement gave a value, shown or not.
  public var givesValue = false
  /// Names that it looked up among the variables before it bound them, in order, if the session notes
  /// them.
  public var outsideReads: [String] = []
  /// Why it failed.
  public var error: Diagnostic?

  /// Makes an outcome.
  public init(
    output: [OutputItem], bound: [(name: String, value: Value)], error: Diagnostic?
  ) {
    self.output = output
    self.bound = bound
    self.error = error
  }
}
