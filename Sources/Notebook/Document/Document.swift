import Diagnostics

/// A notebook as it stands in its file: cells with their outputs, and checked values, each with the
/// bytes that a rewrite may touch.
public struct Document: Sendable {
  /// How messages name the file.
  public let name: String
  /// The file.
  public let bytes: [UInt8]
  /// The file as a text for diagnostics.
  public let source: SourceText
  /// What stands between the `---` lines at the top.
  public let frontMatter: FrontMatter
  /// Cells, checked values and outputs of no cell, in the order of the text.
  public let parts: [Part]
  /// What is odd and can be lived with.
  public let warnings: [Diagnostic]
  let lines: TextLines

  /// A part that replay looks at.
  public enum Part: Sendable {
    /// A cell.
    case cell(Cell)
    /// A checked value in the prose.
    case value(CheckedValue)
    /// An output block that follows no cell.
    case orphan(OutputBlock)
  }

  /// Reads a notebook; a malformed one is an error with its place.
  public init(name: String, bytes: [UInt8]) throws(Diagnostic) {
    var reader = try DocumentReader(name: name, bytes: bytes)
    try reader.read()
    self.name = name
    self.bytes = bytes
    source = reader.source
    frontMatter = reader.frontMatter
    parts = reader.parts
    warnings = reader.warnings
    lines = reader.lines
  }

  /// The cells in order.
  public var cells: [Cell] {
    parts.compactMap { part in
      if case .cell(let cell) = part { return cell }
      return nil
    }
  }

  /// The cell of a label.
  public func cell(labelled label: String) -> Cell? { cells.first { $0.label == label } }
}

/// A fenced block `etude` with its options and output.
public struct Cell: Sendable {
  /// What stands after `etude` in the info string.
  public var options: CellOptions
  /// The code with LF line ends, named `cell "label"`, or `cell` when it has no label, so that a
  /// recorded error does not change when a cell is added above.
  public var source: SourceText
  /// Its number among all cells, from 1.
  public var number: Int
  /// Its number among the unlabelled cells, from 0.
  public var ordinal: Int
  /// The recorded output.
  public var output: OutputBlock?
  /// Further output blocks that follow; no cell produces more than one.
  public var extraOutputs: [OutputBlock]
  /// Where it stands.
  public var block: FencedBlock

  /// The label that names it and pins its stream.
  public var label: String? { options.label ?? options.from?.label }

  /// The 1-based line of its opening fence.
  public var line: Int { block.lines.lowerBound + 1 }

  /// How reports name it.
  public var title: String { label.map { "cell \"\($0)\"" } ?? "cell \(number)" }
}

/// The recorded output of a cell.
public struct OutputBlock: Sendable {
  /// The text with LF line ends and no last one.
  public var text: String
  /// The recorded start of the digest.
  public var bits: String?
  /// Further words of the info string, kept as they are.
  public var words: [String]
  /// Where it stands.
  public var block: FencedBlock
}

/// A fenced code block in the file.
public struct FencedBlock: Sendable {
  /// 0-based lines, from the opening fence to the closing one.
  public var lines: ClosedRange<Int>
  /// "`" or "~".
  public var fenceCharacter: Character
  /// Length of the opening fence.
  public var fenceLength: Int
  /// What stands before the fence, and before each further line of the block: the indentation of a
  /// list item.
  public var indent: String
}

/// `<!--= expression:format -->text<!--/-->` in the prose.
public struct CheckedValue: Sendable {
  /// The expression with its format, as written.
  public var expression: String
  /// The bytes between the two comments.
  public var text: Range<Int>
  /// The bytes of the expression.
  public var place: Range<Int>
  /// The 1-based line.
  public var line: Int
  /// True in a table, where `|` would end the column.
  public var isInTable: Bool
}
