import Diagnostics
import Syntax

/// The options of a cell: the words after `etude`.
public struct CellOptions: Sendable, Equatable {
  /// `label=NAME`
  public var label: String?
  /// `hide`: run, and left out of a page.
  public var isHidden = false
  /// `error`: must fail.
  public var isError = false
  /// `skip`: never run.
  public var isSkipped = false
  /// `volatile`: its output is never compared.
  public var isVolatile = false
  /// `drawing`: a figure is recorded with a text drawing.
  public var isDrawing = false
  /// `from=FILE#LABEL`
  public var from: Origin?
  /// `timeout=SECONDS`
  public var timeout: Double?

  /// The words that say them, those of a label and of a source aside.
  public var words: [String] {
    let flags = [
      (isHidden, "hide"), (isError, "error"), (isSkipped, "skip"), (isVolatile, "volatile"),
      (isDrawing, "drawing"),
    ]
    return flags.filter { $0.0 }.map { $0.1 } + (timeout.map { ["timeout=\($0)"] } ?? [])
  }

  /// Where a copied cell comes from.
  public struct Origin: Sendable, Equatable {
    /// The notebook, relative to this one's folder.
    public var file: String
    /// The cell's label there.
    public var label: String
  }

  /// Reads the words; what is wrong with them is a message and a hint.
  init(_ words: [String]) throws(OptionProblem) {
    var seen: Set<String> = []
    for word in words {
      let (key, value) = Self.parts(word)
      guard seen.insert(key).inserted else { throw OptionProblem("`\(key)` is given twice") }
      try set(key, value, word)
    }
    if label != nil, from != nil {
      throw OptionProblem("a copied cell has the label of its source", hint: "leave `label=` out")
    }
  }

  private mutating func set(
    _ key: String, _ value: String?, _ word: String
  ) throws(OptionProblem) {
    switch (key, value) {
    case ("hide", nil): isHidden = true
    case ("error", nil): isError = true
    case ("skip", nil): isSkipped = true
    case ("volatile", nil): isVolatile = true
    case ("drawing", nil): isDrawing = true
    case ("label", let value?): label = try Self.checkedLabel(value)
    case ("from", let value?):
      guard let mark = value.lastIndex(of: "#"), mark != value.startIndex else {
        throw OptionProblem("`from` needs a file and a label", hint: "from=other.nb#label")
      }
      let label = try Self.checkedLabel(String(value[value.index(after: mark)...]))
      from = Origin(file: String(value[..<mark]), label: label)
    case ("timeout", let value?):
      guard let seconds = Double(value), seconds > 0, seconds.isFinite else {
        throw OptionProblem("`timeout` needs a number of seconds", hint: "timeout=30")
      }
      timeout = seconds
    default: throw Self.unknown(key, value)
    }
  }

  private static let flags = ["hide", "error", "skip", "volatile", "drawing"]
  private static let keys = ["label", "from", "timeout"]

  private static func unknown(_ key: String, _ value: String?) -> OptionProblem {
    if flags.contains(key) { return OptionProblem("`\(key)` takes no value", hint: key) }
    if keys.contains(key) { return OptionProblem("`\(key)` needs a value", hint: "\(key)=…") }
    let near = nearest(to: key, among: flags + keys)
    let all = (flags + keys.map { $0 + "=" }).joined(separator: ", ")
    return OptionProblem(
      "a cell has no option `\(key)`",
      hint: near.map { "did you mean `\($0)`?" } ?? "the options are \(all)")
  }

  private static func parts(_ word: String) -> (key: String, value: String?) {
    guard let equals = word.firstIndex(of: "=") else { return (word, nil) }
    return (String(word[..<equals]), String(word[word.index(after: equals)...]))
  }

  /// Labels name cells on the command line and in files, so they are words without marks of those.
  private static func checkedLabel(_ text: String) throws(OptionProblem) -> String {
    let isGood =
      !text.isEmpty
      && text.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || $0.properties.numericType != nil
          || $0.properties.generalCategory == .nonspacingMark || "-_.".unicodeScalars.contains($0)
      }
    guard isGood else {
      throw OptionProblem(
        "`\(text)` is no label", hint: "a label has letters, digits, `-`, `_` and `.`")
    }
    // One label, however its characters are composed: it names a stream of random numbers.
    return canonicallyComposed(text)
  }
}

/// What is wrong with the options of a cell.
struct OptionProblem: Error {
  var message: String
  var hint: String?

  init(_ message: String, hint: String? = nil) {
    self.message = message
    self.hint = hint
  }
}
