import Diagnostics

extension Lexer {
  // MARK: Numbers

  /// True at the point of `.5`: not after something that could have a field.
  var startsFraction: Bool {
    guard isDigit(peek(1)) else { return false }
    guard let last = tokens.last, Int(last.span.upper) == at else { return true }
    switch last.kind {
    case .name, .rightParenthesis, .rightBracket, .rightBrace, .stringEnd: return false
    default: return true
    }
  }

  private func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  private mutating func skipDigits() {
    while isDigit(peek()) { at += 1 }
  }

  /// `digits [. digits] [e [sign] digits]`. A point needs digits on both sides, so that `0..10`
  /// is a range.
  mutating func scanNumber() {
    let start = at
    skipDigits()
    if at == start {
      at += 1
      skipDigits()
      note("a number needs a digit before its point", Span(start, at), "0" + spelling(start))
    } else if peek() == UInt8(ascii: "."), isDigit(peek(1)) {
      at += 1
      skipDigits()
    } else if peek() == UInt8(ascii: "."), peek(1) != UInt8(ascii: "."), !startsName(1) {
      at += 1
      note("a number needs a digit after its point", Span(start, at), spelling(start) + "0")
    }
    scanExponent(start)
    if startsName(0) { return scanNumberTail(start) }
    emit(.number, from: start)
  }

  private mutating func scanExponent(_ start: Int) {
    guard peek() | 0x20 == UInt8(ascii: "e") else { return }
    let hasSign = peek(1) == UInt8(ascii: "+") || peek(1) == UInt8(ascii: "-")
    if isDigit(peek(hasSign ? 2 : 1)) {
      at += hasSign ? 2 : 1
      skipDigits()
    } else if hasSign || !isASCIINameByte(peek(1)) {
      at += hasSign ? 2 : 1
      report("the exponent has no digits", start, at, hint: "\(spelling(start))3")
    }
  }

  private func startsName(_ offset: Int) -> Bool {
    let byte = peek(offset)
    return byte < 0x80 ? isASCIINameByte(byte) : scalar(at: at + offset).0.startsName
  }

  /// Letters right after a number: `2x`, `1_000`, `0xFF`.
  private mutating func scanNumberTail(_ start: Int) {
    let tail = at
    skipNameCharacters()
    let digits = text[start..<tail], letters = text[tail..<at]
    var hint: String?
    if letters.allSatisfy({ isDigit($0) || $0 == UInt8(ascii: "_") }) {
      let plain = (digits + letters).filter { $0 != UInt8(ascii: "_") }
      note(
        "digits of a number are not grouped", Span(start, at),
        String(decoding: plain, as: UTF8.self))
      return emit(.number, from: start)
    }
    let isPrefix = digits.elementsEqual([UInt8(ascii: "0")])
    if isPrefix, let prefix = letters.first,
      let radix = [0x78: 16, 0x62: 2, 0x6F: 8][prefix | 0x20],
      let value = Int(String(decoding: letters.dropFirst(), as: UTF8.self), radix: radix)
    {
      note("numbers are written in decimal", Span(start, at), "\(value)")
      return emit(.number, from: start)
    }
    if at - start < 40 {
      hint =
        String(decoding: digits, as: UTF8.self) + " * " + String(decoding: letters, as: UTF8.self)
    }
    report("a number and a name stand together", start, at, hint: hint)
    emit(.invalid, from: start)
  }

  func spelling(_ start: Int) -> String { String(decoding: text[start..<at], as: UTF8.self) }

  // MARK: Strings

  /// Inside a string: text up to the quote, the next interpolation or the end of the line.
  mutating func scanString() {
    let start = at
    while at < text.count {
      switch text[at] {
      case UInt8(ascii: "\""):
        emitText(from: start)
        at += 1
        let partner = Int(open[open.count - 1])
        popOpen()
        tokens[partner].partner = Int32(tokens.count)
        emit(.stringEnd, from: at - 1)
        tokens[tokens.count - 1].partner = Int32(partner)
        return
      case UInt8(ascii: "{") where peek(1) != UInt8(ascii: "{"):
        emitText(from: start)
        pushOpen()
        openBraces += 1
        at += 1
        emit(.interpolationStart, from: at - 1)
        return
      case UInt8(ascii: "}") where peek(1) != UInt8(ascii: "}"):
        at += 1
        report("`}` stands alone in a string", at - 1, at, hint: "}} is a brace in text")
      case UInt8(ascii: "{"), UInt8(ascii: "}"): at += 2
      case UInt8(ascii: "\\") where peek(1) >= 0x20: skipEscape()
      case UInt8(ascii: "\n"):
        emitText(from: start)
        return closeStringsAtEndOfLine()
      default: scanStringCharacter()
      }
    }
    emitText(from: start)
  }

  /// Two characters, or `\u{…}` whose brace opens no expression.
  private mutating func skipEscape() {
    let isBraced = peek(1) == UInt8(ascii: "u") && peek(2) == UInt8(ascii: "{")
    at += 2
    guard isBraced else { return }
    at += 1
    for _ in 0..<8 where peek() < 0x80 && isASCIINameByte(peek()) { at += 1 }
    if peek() == UInt8(ascii: "}") { at += 1 }
  }

  private mutating func emitText(from start: Int) {
    if at > start { emit(.stringText, from: start) }
  }

  private mutating func scanStringCharacter() {
    let start = at
    let (scalar, length) = text[at] < 0x80 ? (Unicode.Scalar(text[at]), 1) : scalar(at: at)
    at += length
    let isEndOfLine = scalar == "\r" && peek() == UInt8(ascii: "\n")
    guard scalar != "\t", !isEndOfLine, scalar.isControl else { return }
    let hint = "\\u{\(String(scalar.value, radix: 16, uppercase: true))} writes it visibly"
    report("\(scalar.code) is invisible and can't stand in a string", start, at, hint: hint)
  }

  /// A string ends on its line; so do the strings and brackets round it.
  mutating func closeStringsAtEndOfLine() {
    var string = 0, interpolation: Int?
    while openStrings > 0, let top = open.last {
      let kind = tokens[Int(top)].kind
      if kind == .stringStart { string = Int(top) }
      if kind == .interpolationStart { interpolation = Int(top) }
      popOpen()
    }
    let start = Int(tokens[string].span.lower)
    report("the string is not closed on its line", start, start + 1, label: "starts here")
    if let interpolation, !diagnostics.isEmpty {
      let label = "an expression starts here; {{ is a brace in text"
      diagnostics[diagnostics.count - 1].labels.append(.init(tokens[interpolation].span, label))
    }
    emit(.invalid, from: at)
  }

  /// The format of an interpolation: from after its `:` to the closing brace.
  mutating func scanFormat() {
    at += 1
    let start = at
    var lastColon: Int?
    while at < text.count {
      switch text[at] {
      case UInt8(ascii: "}"), UInt8(ascii: "\""), UInt8(ascii: "\n"):
        if let lastColon {
          report(
            "the format starts at the last `:`, and this `:` stands before it", start - 1, start,
            hint: "{…:\(String(decoding: text[lastColon + 1..<at], as: UTF8.self))}")
        }
        return emit(.format, from: start)
      case UInt8(ascii: ":"): lastColon = at
      case UInt8(ascii: "{"):
        report("a format is plain text", at, at + 1, hint: "{x:.3f}, {x:.1%}, {x:.2e}")
      default: break
      }
      at += 1
    }
  }

  /// Single quotes are read as a string, so that one error is all they cost.
  mutating func scanSingleQuotes() {
    let start = at
    var end = at + 1
    while end < text.count, text[end] != UInt8(ascii: "'"), text[end] != UInt8(ascii: "\n") {
      end += 1
    }
    if let last = tokens.last, Int(last.span.upper) == start, last.kind == .name {
      at += 1
      note("the transpose is a field", Span(start, at), ".T")
      return emit(.invalid, from: start)
    }
    guard end < text.count, text[end] == UInt8(ascii: "'") else {
      at += 1
      report("`'` has no meaning", start, at, hint: "strings stand in \"double quotes\"")
      return emit(.invalid, from: start)
    }
    let inner = String(decoding: text[start + 1..<end], as: UTF8.self)
    note("strings stand in double quotes", Span(start, end + 1), "\"\(inner)\"")
    let index = tokens.count
    at = start + 1
    emit(.stringStart, from: start)
    at = end
    emitText(from: start + 1)
    at = end + 1
    emit(.stringEnd, from: end)
    tokens[index].partner = Int32(tokens.count - 1)
    tokens[tokens.count - 1].partner = Int32(index)
  }
}

extension Unicode.Scalar {
  /// `U+00A0`.
  var code: String {
    let digits = String(value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  var isLetter: Bool {
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: false
    }
  }

  var startsName: Bool { self == "_" || isLetter }

  /// Marks belong to names: a letter may be written as base and marks, and some scripts need them.
  var continuesName: Bool {
    switch properties.generalCategory {
    case .decimalNumber, .nonspacingMark, .spacingMark: true
    default: startsName
    }
  }

  /// Control characters, byte order marks and marks that turn the direction of text.
  var isControl: Bool {
    switch value {
    case 0..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF: true
    default: false
    }
  }

  /// What is wrong with a character that starts no token.
  var complaint: String {
    if value == 0xFFFD { return "the text is not valid UTF-8 here" }
    let isVisible = !isControl && properties.generalCategory != .format
    return isVisible ? "`\(self)` has no meaning here" : "\(code) is invisible and has no meaning"
  }
}
