/// An error or warning as data; `render` turns it into text.
public struct Diagnostic: Error, Sendable {
  /// A stable name of the kind of problem, shown as `error[shape]`.
  public enum Code: String, CaseIterable, Sendable {
    case syntax, name, type, argument, shape, dtype, index, value, overflow
    case memory, recursion, interrupt, timeout, file, data, gradient
  }

  /// Weight of the message.
  public enum Severity: String, Sendable { case error, warning }

  /// A place with an optional note, drawn as a caret line.
  public struct Label: Sendable {
    /// Where.
    public var span: Span
    /// What stands there, for instance `f32[64, 784]`; empty for a bare caret.
    public var text: String

    /// Makes a label.
    public init(_ span: Span, _ text: String = "") {
      self.span = span
      self.text = text
    }
  }

  /// One call on the way to the error, innermost first.
  public struct Frame: Sendable {
    /// Name of the function called.
    public var function: String
    /// Where the call stands.
    public var source: SourceText
    /// The call's span in `source`.
    public var span: Span

    /// Makes a frame.
    public init(function: String, source: SourceText, span: Span) {
      self.function = function
      self.source = source
      self.span = span
    }
  }

  /// A place inside of the library, below the call that the labels mark.
  public struct Inside: Sendable {
    /// Name of the library's function.
    public var function: String
    /// Where it is defined.
    public var source: SourceText
    /// The call it was at, or what failed in it, with notes.
    public var labels: [Label]
  }

  /// Kind of problem.
  public var code: Code
  /// Error or warning.
  public var severity: Severity
  /// One sentence, no full stop.
  public var message: String
  /// The text the labels refer to; nil when the problem has no place.
  public var source: SourceText?
  /// Labelled places; the first is the primary one.
  public var labels: [Label]
  /// What to do, something that can be typed where possible.
  public var hint: String?
  /// Where the library was when its own code failed, innermost first.
  public private(set) var inside: [Inside] = []
  /// Calls that led to the labelled place, innermost first.
  public var trace: [Frame]
  /// Further errors found in the same go, such as those of a parse; drawn after this one.
  public var others: [Diagnostic] = []

  /// Makes a diagnostic.
  public init(
    _ code: Code, _ message: String, severity: Severity = .error, source: SourceText? = nil,
    labels: [Label] = [], hint: String? = nil, trace: [Frame] = []
  ) {
    self.code = code
    self.severity = severity
    self.message = message
    self.source = source
    self.labels = labels
    self.hint = hint
    self.trace = trace
  }
}

extension Diagnostic {
  /// An error inside of the library as its caller sees it: placed at the call in the caller's text,
  /// with the places in the library below it.
  public var seenByCaller: Diagnostic {
    guard let source, source.isLibrary,
      let call = trace.firstIndex(where: { !$0.source.isLibrary })
    else { return self }
    var error = self
    var place = (source: source, labels: labels)
    for frame in trace[...call] {
      error.enter(Inside(function: frame.function, source: place.source, labels: place.labels))
      place = (frame.source, [Label(frame.span)])
    }
    error.source = place.source
    error.labels = place.labels
    error.trace = Array(trace[(call + 1)...])
    return error
  }

  /// Adds a place further out. Of functions within each other on one line the outermost, which has a
  /// name, stands for all, unless notes are drawn there.
  private mutating func enter(_ place: Inside) {
    func line(_ place: Inside) -> Int? {
      place.labels.first.map { place.source.line(of: place.source.clamped($0.span).lowerBound) }
    }
    if let last = inside.last, last.source === place.source, line(last) == line(place),
      last.labels.allSatisfy({ $0.text.isEmpty })
    {
      inside.removeLast()
    }
    inside.append(place)
  }

  /// Without the places in the library: what is recorded must not change with its lines.
  public var withoutLibrary: Diagnostic {
    var error = self
    error.inside = []
    error.trace.removeAll { $0.source.isLibrary }
    return error
  }
}
