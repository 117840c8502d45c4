import Diagnostics

/// The text in the house's layout: two spaces a level, spaces round operators, lines of at most
/// `width` columns. Lines are broken where the author broke them, and where they are too long;
/// tokens and comments stay as they are, so what the text means does not change, and the layout of
/// a formatted text is itself. A text that is no program is an error.
public func formatted(_ source: SourceText, width: Int = 100) throws(Diagnostic) -> String {
  let program = try parsed(source)
  var layout = Layout(FormatPieces(program), width: width)
  let text = layout.run()
  // What a formatter must never do is checked on every text, not only in tests.
  let again = try parsed(SourceText(name: source.name, text: text))
  guard normalised(again) == normalised(program), again.isQuiet == program.isQuiet else {
    throw Diagnostic(
      .syntax, "formatting would change what this text means, so it is left as it is",
      source: source, hint: "this is a fault of the formatter, please report the text")
  }
  return text
}

private func parsed(_ source: SourceText) throws(Diagnostic) -> Program {
  let result = parse(source)
  if case .program(let program) = result { return program }
  throw result.error ?? Diagnostic(.syntax, "this is not a program", source: source)
}

/// A token or comment that layout moves as a whole; a string is one piece, its inside untouched.
struct Piece {
  var kind: Token.Kind
  var text: String
  var width: Int
  /// Line ends before it in the source.
  var lineEnds: Int
  /// Byte offset in the source.
  var offset: Int
  /// The piece that closes or opens this bracket, else -1.
  var partner = -1
  /// The opener of the innermost bracket round the piece, -1 outside all; for a bracket itself that
  /// of the bracket round it.
  var parent = -1
  var role = BracketRole.none

  var isComment: Bool { kind == .comment || kind == .documentation }
  var isOpener: Bool { role != .none && partner >= 0 }
}

/// What a bracket stands for; it decides spaces and where lines in it begin.
enum BracketRole {
  case none, block, call, index, tensor, group, record, parameters
}

/// The pieces of a program, with what layout needs to know from the tree.
struct FormatPieces {
  var pieces: [Piece] = []
  /// For the brace of a block, the piece where the construct it belongs to begins.
  var anchors: [Int: Int] = [:]
  /// Pieces that stand after the word in the head of an `if`, `for` or `while`.
  var heads: Set<Int> = []
  /// Operators that stand before their operand.
  var prefixes: Set<Int> = []

  init(_ program: Program) {
    var facts = Facts()
    facts.visit(program.statements)
    collect(program.source)
    var places: [Int: Int] = [:]
    for (i, piece) in pieces.enumerated() { places[piece.offset] = i }
    pair(facts, program.source)
    for (brace, anchor) in facts.anchors {
      if let i = places[brace], let a = places[anchor] { anchors[i] = a }
    }
    for offset in facts.prefixes { places[offset].map { _ = prefixes.insert($0) } }
    for head in facts.heads {
      // The word that opens the head may begin a line of its own.
      var i = (places[head.lowerBound] ?? pieces.count) + 1
      while i < pieces.count, pieces[i].offset < head.upperBound {
        heads.insert(i)
        i += 1
      }
    }
  }

  private mutating func collect(_ source: SourceText) {
    var end = 0
    var depth = 0
    var stringStart = 0
    for token in tokens(of: source) where token.kind != .end {
      var lower = Int(token.span.lower)
      switch token.kind {
      case .stringStart:
        if depth == 0 { stringStart = lower }
        depth += 1
        continue
      case .stringEnd:
        depth -= 1
        lower = stringStart
      default: break
      }
      if depth > 0 { continue }
      let upper = Int(token.span.upper)
      var text = source.text(in: Span(lower, upper))
      if token.kind == .comment || token.kind == .documentation {
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
      }
      pieces.append(
        Piece(
          kind: token.kind, text: text, width: displayWidth(text),
          lineEnds: source.utf8[end..<lower].count { $0 == 0x0A }, offset: lower))
      end = upper
    }
  }

  /// Pairs brackets and finds what each is.
  private mutating func pair(_ facts: Facts, _ source: SourceText) {
    var open: [Int] = []
    for i in pieces.indices {
      switch pieces[i].kind {
      case .leftParenthesis, .leftBracket, .leftBrace:
        pieces[i].parent = open.last ?? -1
        pieces[i].role = role(of: i, facts)
        open.append(i)
      case .rightParenthesis, .rightBracket, .rightBrace:
        let opener = open.removeLast()
        pieces[i].partner = opener
        pieces[opener].partner = i
        pieces[i].parent = open.last ?? -1
      default: pieces[i].parent = open.last ?? -1
      }
    }
  }

  private func role(of i: Int, _ facts: Facts) -> BracketRole {
    let offset = pieces[i].offset
    switch pieces[i].kind {
    case .leftBrace: return facts.anchors[offset] == nil ? .record : .block
    case .leftBracket: return facts.indices.contains(offset) ? .index : .tensor
    default:
      if facts.calls.contains(offset) { return .call }
      return i > 1 && pieces[i - 2].kind == .fn ? .parameters : .group
    }
  }
}

/// Facts about tokens that only the tree knows, by byte offset.
private struct Facts {
  var anchors: [Int: Int] = [:]
  var heads: [Range<Int>] = []
  var prefixes: Set<Int> = []
  var calls: Set<Int> = []
  var indices: Set<Int> = []
  /// For an `if` after `else`, where its chain begins.
  private var chained: [Int: Int] = [:]

  mutating func visit(_ statements: [Statement]) {
    for statement in statements { visit(statement) }
  }

  private mutating func visit(_ statement: Statement) {
    let start = Int(statement.span.lower)
    switch statement.kind {
    case .forLoop(_, let sequence, let body):
      heads.append(start..<Int(sequence.span.upper))
      anchors[Int(body.span.lower)] = start
    case .whileLoop(let condition, let body):
      heads.append(start..<Int(condition.span.upper))
      anchors[Int(body.span.lower)] = start
    case .function(let definition):
      if case .block(let body) = definition.function.body.kind {
        anchors[Int(body.span.lower)] = start
      }
    case .update(let place, _, _):
      for case .index(_, let span) in place.path { indices.insert(Int(span.lower)) }
    default: break
    }
    for child in statement.children { visit(child) }
  }

  private mutating func visit(_ node: SyntaxNode) {
    switch node {
    case .statement(let statement): visit(statement)
    case .expression(let expression): visit(expression)
    case .block(let block): visit(block.statements)
    case .function(let function): for child in function.children { visit(child) }
    }
  }

  private mutating func visit(_ expression: Expression) {
    let start = Int(expression.span.lower)
    switch expression.kind {
    case .block(let block) where anchors[Int(block.span.lower)] == nil:
      anchors[Int(block.span.lower)] = start
    case .lambda(let function):
      if case .block(let block) = function.body.kind { anchors[Int(block.span.lower)] = start }
    case .conditional: visitConditional(expression)
    case .unary(_, let span, _): prefixes.insert(Int(span.lower))
    case .call(_, _, let span): calls.insert(Int(span.lower))
    case .index(_, _, let span): indices.insert(Int(span.lower))
    default: break
    }
    for child in expression.children { visit(child) }
  }

  /// All branches of `if … else if …` hang on the first `if`.
  private mutating func visitConditional(_ expression: Expression) {
    // A parenthesised conditional has the span of its parentheses, which is as good an anchor.
    let anchor = chained[Int(expression.span.lower)] ?? Int(expression.span.lower)
    guard case .conditional(let condition, let then, let otherwise) = expression.kind else {
      return
    }
    heads.append(Int(expression.span.lower)..<Int(condition.span.upper))
    anchors[Int(then.span.lower)] = anchor
    guard let otherwise else { return }
    if otherwise.statements.count == 1, otherwise.span == otherwise.statements[0].span,
      case .expression(let next) = otherwise.statements[0].kind, case .conditional = next.kind
    {
      chained[Int(next.span.lower)] = anchor
    } else {
      anchors[Int(otherwise.span.lower)] = anchor
    }
  }
}
