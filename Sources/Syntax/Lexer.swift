import Diagnostics

/// Cuts a text into tokens in one pass; brackets and strings are kept on a stack, so depth costs
/// nothing.
struct Lexer {
  let source: SourceText
  let text: [UInt8]
  var at = 0
  var tokens: [Token] = []
  var comments: [Token] = []
  var diagnostics: [Diagnostic] = []
  /// Spellings of other languages that were read as ours: reported once a line and kind.
  var habits: [Habit] = []
  var isFirstOnLine = true

  /// Indices of the open brackets, string starts and interpolation starts.
  var open: [Int32] = []
  var openParentheses = 0
  var openBrackets = 0
  var openBraces = 0
  var openStrings = 0

  init(_ source: SourceText) {
    self.source = source
    text = source.utf8
  }

  mutating func run() {
    tokens.reserveCapacity(text.count / 3 + 1)
    if text.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }  // a byte order mark
    while at < text.count {
      if let top = open.last, tokens[Int(top)].kind == .stringStart {
        scanString()
      } else {
        scanToken()
      }
    }
    if openStrings > 0 { closeStringsAtEndOfLine() }
    isFirstOnLine = true
    emit(.end, from: at)
  }

  /// The byte `offset` places on, 0 past the end.
  func peek(_ offset: Int = 0) -> UInt8 {
    at + offset < text.count ? text[at + offset] : 0
  }

  mutating func emit(_ kind: Token.Kind, from start: Int) {
    tokens.append(Token(kind: kind, isFirstOnLine: isFirstOnLine, span: Span(start, at)))
    isFirstOnLine = false
  }

  mutating func report(
    _ message: String, _ lower: Int, _ upper: Int, label: String = "", hint: String? = nil
  ) {
    if diagnostics.count >= Limits.errors { return }
    let label = Diagnostic.Label(Span(lower, upper), label)
    diagnostics.append(
      Diagnostic(.syntax, message, source: source, labels: [label], hint: hint))
  }

  mutating func note(_ message: String, _ span: Span, _ replacement: String) {
    if habits.count < 500 { habits.append(Habit(message, span, replacement)) }
  }

  private mutating func scanToken() {
    let start = at
    let byte = text[at]
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"): at += 1
    case UInt8(ascii: "\r") where peek(1) == UInt8(ascii: "\n"): at += 1
    case UInt8(ascii: "\n"):
      if openStrings > 0 { closeStringsAtEndOfLine() }
      at += 1
      isFirstOnLine = true
    case UInt8(ascii: "#"): scanComment()
    case UInt8(ascii: "\""):
      at += 1
      pushOpen()
      openStrings += 1
      emit(.stringStart, from: start)
    case UInt8(ascii: "'"): scanSingleQuotes()
    case UInt8(ascii: "0")...UInt8(ascii: "9"): scanNumber()
    case UInt8(ascii: ".") where startsFraction: scanNumber()
    case UInt8(ascii: "_"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"):
      scanName()
    case 0x80...: scanUnicode()
    default: scanMark()
    }
  }

  // MARK: Comments and names

  private mutating func scanComment() {
    let start = at
    if openStrings > 0 {
      at += 1
      report("a comment can't stand inside a string", start, at)
      return
    }
    while at < text.count, text[at] != UInt8(ascii: "\n") { at += 1 }
    var end = at
    if end > start, text[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    let isDocumentation = start + 1 < end && text[start + 1] == UInt8(ascii: "#")
    comments.append(
      Token(
        kind: isDocumentation ? .documentation : .comment, isFirstOnLine: isFirstOnLine,
        span: Span(start, end)))
  }

  mutating func scanName() {
    let start = at
    skipNameCharacters()
    let length = at - start
    if length <= 8,
      let keyword = Token.Kind.keywords[String(decoding: text[start..<at], as: UTF8.self)]
    {
      emit(keyword, from: start)
    } else {
      emit(.name, from: start)
    }
  }

  mutating func skipNameCharacters() {
    while at < text.count {
      let byte = text[at]
      if isASCIINameByte(byte) {
        at += 1
      } else if byte >= 0x80, case let (scalar, length) = scalar(at: at), scalar.continuesName {
        at += length
      } else {
        return
      }
    }
  }

  func isASCIINameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  /// The scalar that starts at an offset, and its length; the text is valid UTF-8.
  func scalar(at offset: Int) -> (Unicode.Scalar, Int) {
    var decoder = UTF8()
    var bytes = text[offset..<min(offset + 4, text.count)].makeIterator()
    if case .scalarValue(let scalar) = decoder.decode(&bytes) {
      return (scalar, UTF8.width(scalar))
    }
    return ("\u{FFFD}", 1)
  }

  private mutating func scanUnicode() {
    let start = at
    let (scalar, length) = scalar(at: at)
    if scalar.startsName { return scanName() }
    at += length
    if let habit = Habit.typographic[scalar] {
      note(habit.message, Span(start, at), habit.replacement)
      if let kind = habit.kind { emit(kind, from: start) }
      return
    }
    // A run of spaces of other kinds is one error.
    if scalar.properties.isWhitespace {
      report(
        "\(scalar.code) is a space that programs can't hold", start, at, hint: "use a plain space")
      return
    }
    report(scalar.complaint, start, at)
    emit(.invalid, from: start)
  }

  // MARK: Brackets and marks

  mutating func pushOpen() { open.append(Int32(tokens.count)) }

  private mutating func scanMark() {
    let start = at
    switch text[at] {
    case UInt8(ascii: "("): return scanOpener(.leftParenthesis)
    case UInt8(ascii: "["): return scanOpener(.leftBracket)
    case UInt8(ascii: "{"): return scanOpener(.leftBrace)
    case UInt8(ascii: ")"): return scanCloser(.rightParenthesis)
    case UInt8(ascii: "]"): return scanCloser(.rightBracket)
    case UInt8(ascii: "}"): return scanCloser(.rightBrace)
    case UInt8(ascii: ":") where isDirectlyInInterpolation: return scanFormat()
    default: break
    }
    for length in [3, 2, 1] where at + length <= text.count {
      let spelling = String(decoding: text[at..<at + length], as: UTF8.self)
      if let habit = Habit.marks[spelling] {
        at += length
        note(habit.message, Span(start, at), habit.replacement)
        emit(habit.kind ?? .invalid, from: start)
        return
      }
      guard let kind = Self.marks[spelling] else { continue }
      at += length
      return emit(kind, from: start)
    }
    let (scalar, _) = scalar(at: at)
    at += 1
    report(scalar.complaint, start, at, hint: Habit.strayHints[scalar])
    emit(.invalid, from: start)
  }

  private static let marks: [String: Token.Kind] = {
    let all = Token.Kind.allCases.filter { kind in
      kind.rawValue.utf8.count <= 3
        && kind.rawValue.unicodeScalars.allSatisfy { !$0.properties.isAlphabetic }
    }
    return Dictionary(uniqueKeysWithValues: all.map { ($0.rawValue, $0) })
  }()

  private var isDirectlyInInterpolation: Bool {
    guard let top = open.last else { return false }
    return tokens[Int(top)].kind == .interpolationStart
  }

  private mutating func scanOpener(_ kind: Token.Kind) {
    pushOpen()
    switch kind {
    case .leftParenthesis: openParentheses += 1
    case .leftBracket: openBrackets += 1
    default: openBraces += 1
    }
    at += 1
    emit(kind, from: at - 1)
  }

  /// Pairs a closer with the nearest opener of its kind; openers passed over stay without partner.
  /// The counts make a closer without opener cheap, so that no text is slow.
  private mutating func scanCloser(_ kind: Token.Kind) {
    let start = at
    at += 1
    let isKnown =
      switch kind {
      case .rightParenthesis: openParentheses > 0
      case .rightBracket: openBrackets > 0
      default: openBraces > 0
      }
    while isKnown, let top = open.last.map(Int.init) {
      let opener = tokens[top].kind
      // Inside an interpolation no closer reaches out of the string.
      if opener == .stringStart || opener == .interpolationStart && kind != .rightBrace { break }
      popOpen()
      guard Self.closes(kind, opener) else { continue }
      tokens[top].partner = Int32(tokens.count)
      emit(opener == .interpolationStart ? .interpolationEnd : kind, from: start)
      tokens[tokens.count - 1].partner = Int32(top)
      return
    }
    emit(kind, from: start)
  }

  static func closes(_ closer: Token.Kind, _ opener: Token.Kind) -> Bool {
    switch closer {
    case .rightParenthesis: opener == .leftParenthesis
    case .rightBracket: opener == .leftBracket
    default: opener == .leftBrace || opener == .interpolationStart
    }
  }

  mutating func popOpen() {
    guard let top = open.popLast() else { return }
    switch tokens[Int(top)].kind {
    case .leftParenthesis: openParentheses -= 1
    case .leftBracket: openBrackets -= 1
    case .stringStart: openStrings -= 1
    default: openBraces -= 1
    }
  }
}
