import CYaml
import Diagnostics

/// The YAML at the top of a notebook, scalars as they are written.
public struct FrontMatter: Sendable {
  /// The lesson's name.
  public var title: String?
  /// The seed; nil when none is given.
  public var seed: UInt64?
  /// The recorded digests of data sets, in order.
  public var data: [DataRecord] = []
  /// The bytes between the `---` lines; nil when the notebook has no front matter.
  var extent: Range<Int>?
  /// The bytes of the key `data`; nil when there is none.
  var dataKey: Range<Int>?
  /// True when `data` has its entries on lines of their own, or no entry.
  var isDataBlock = true

  /// The digest of a data set.
  public struct DataRecord: Sendable {
    /// The name of the data set.
    public var name: String
    /// `sha256:` and 64 hexadecimal digits.
    public var digest: String
    /// The bytes of the digest in the file.
    var place: Range<Int>
    /// The bytes of the name in the file.
    var namePlace: Range<Int>
  }

  init() {}
}

/// Reads front matter by libyaml.
struct FrontMatterReader {
  let source: SourceText
  let extent: Range<Int>
  private(set) var result = FrontMatter()
  private(set) var warnings: [Diagnostic] = []
  /// Byte offset of each character, since libyaml counts characters.
  private var offsets: [Int] = []

  private static let keys = ["title", "etude", "numerics", "seed", "data"]

  init(_ source: SourceText, _ extent: Range<Int>) {
    self.source = source
    self.extent = extent
    for i in extent where source.utf8[i] & 0xC0 != 0x80 { offsets.append(i) }
    offsets.append(extent.upperBound)
  }

  /// A node of the document; positions are bytes of the file.
  private indirect enum Node {
    case scalar(String, Range<Int>)
    case mapping([(key: Node, value: Node)], Range<Int>, isBlock: Bool)
    case other(Range<Int>)

    var place: Range<Int> {
      switch self {
      case .scalar(_, let place), .mapping(_, let place, _), .other(let place): place
      }
    }
  }

  mutating func read() throws(Diagnostic) {
    result.extent = extent
    guard let root = try parsed() else { return }
    guard case .mapping(let pairs, _, _) = root else {
      throw failure("the front matter must be `key: value` lines", root.place)
    }
    var seen: Set<String> = []
    for (key, value) in pairs {
      guard case .scalar(let name, let place) = key else {
        throw failure("a key of the front matter must be a word", key.place)
      }
      guard seen.insert(name).inserted else {
        throw failure("the front matter has `\(name)` twice", place)
      }
      try set(name, place, value)
    }
  }

  private mutating func set(
    _ name: String, _ place: Range<Int>, _ value: Node
  ) throws(Diagnostic) {
    switch name {
    case "title": result.title = try text(value, "title")
    case "seed": result.seed = try seed(value)
    case "etude": try version(value, "notebook format")
    case "numerics": try version(value, "numerics contract")
    case "data": try readData(value, place)
    default:
      let near = nearest(to: name, among: Self.keys)
      warnings.append(
        Diagnostic(
          .file, "the front matter has an unknown key `\(name)`", severity: .warning,
          source: source, labels: [.init(Span(place.lowerBound, place.upperBound))],
          hint: near.map { "did you mean `\($0)`?" }))
    }
  }

  private func text(_ value: Node, _ name: String) throws(Diagnostic) -> String {
    guard case .scalar(let text, _) = value else {
      throw failure("`\(name)` must be a text", value.place)
    }
    return text
  }

  private func seed(_ value: Node) throws(Diagnostic) -> UInt64 {
    if case .scalar(let text, _) = value, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let seed = UInt64(text), seed < 1 << 53
    {
      return seed
    }
    throw failure("`seed` must be an integer from 0 to 9007199254740991", value.place)
  }

  private func version(_ value: Node, _ what: String) throws(Diagnostic) {
    if case .scalar("1", _) = value { return }
    guard case .scalar(let text, _) = value, UInt64(text) != nil else {
      throw failure("the version of the \(what) must be an integer", value.place, hint: "1")
    }
    throw failure(
      "this notebook needs version \(text) of the \(what), and this etude knows version 1",
      value.place, hint: "replay it with a release that carries version \(text)")
  }

  private mutating func readData(_ value: Node, _ key: Range<Int>) throws(Diagnostic) {
    result.dataKey = key
    switch value {
    case .scalar("", _): return
    case .mapping(let pairs, _, let isBlock):
      result.isDataBlock = isBlock
      for (name, digest) in pairs {
        guard case .scalar(let name, let namePlace) = name,
          case .scalar(let text, let place) = digest, Self.isDigest(text)
        else {
          throw failure(
            "an entry of `data` must be a name and its digest", digest.place,
            hint: "write the name followed by sha256: and 64 digits, or let --accept write it")
        }
        guard !result.data.contains(where: { $0.name == name }) else {
          throw failure("`data` has `\(name)` twice", namePlace)
        }
        result.data.append(.init(name: name, digest: text, place: place, namePlace: namePlace))
      }
    default: throw failure("`data` must be names with their digests", value.place)
    }
  }

  private static func isDigest(_ text: String) -> Bool {
    text.hasPrefix("sha256:") && text.utf8.count == 71
      && text.dropFirst(7).allSatisfy { $0.isHexDigit && !$0.isUppercase }
  }

  private func failure(
    _ message: String, _ place: Range<Int>, hint: String? = nil
  ) -> Diagnostic {
    Diagnostic(
      .file, message, source: source,
      labels: [.init(Span(place.lowerBound, place.upperBound))], hint: hint)
  }
}

// MARK: - libyaml

extension FrontMatterReader {
  /// The document as nodes; nil when it is empty.
  private func parsed() throws(Diagnostic) -> Node? {
    var parser = unsafe yaml_parser_t()
    guard unsafe yaml_parser_initialize(&parser) == 1 else {
      throw failure("there is no memory to read the front matter", extent)
    }
    defer { unsafe yaml_parser_delete(&parser) }
    // The parser keeps a pointer to the text and to itself, so both stay where they are.
    let text = Array(source.utf8[extent])
    let result: Result<Node?, Diagnostic> = unsafe text.withUnsafeBufferPointer { buffer in
      unsafe withUnsafeMutablePointer(to: &parser) { parser in
        unsafe yaml_parser_set_input_string(parser, buffer.baseAddress, buffer.count)
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        do throws(Diagnostic) {
          return .success(try unsafe node(parser))
        } catch {
          return .failure(error)
        }
      }
    }
    return try result.get()
  }

  private enum Open {
    case mapping([(key: Node, value: Node)], pending: Node?, start: Int, isBlock: Bool)
    case sequence(start: Int)
  }

  /// Builds nodes from events with a stack of its own, so that depth costs no recursion.
  private func node(_ parser: UnsafeMutablePointer<yaml_parser_t>) throws(Diagnostic) -> Node? {
    var stack: [Open] = []
    var root: Node?
    while true {
      var event = unsafe yaml_event_t()
      guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw unsafe problem(parser) }
      defer { unsafe yaml_event_delete(&event) }
      let place = unsafe bytes(event.start_mark.index, event.end_mark.index)
      var finished: Node?
      switch unsafe event.type {
      case YAML_STREAM_END_EVENT: return root
      case YAML_DOCUMENT_START_EVENT where root != nil:
        throw failure("the front matter must be one document", place)
      case YAML_SCALAR_EVENT:
        let scalar = unsafe event.data.scalar
        let value = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
        finished = .scalar(unsafe String(decoding: value, as: UTF8.self), place)
      case YAML_ALIAS_EVENT: finished = .other(place)
      case YAML_MAPPING_START_EVENT:
        let isBlock = unsafe event.data.mapping_start.style != YAML_FLOW_MAPPING_STYLE
        stack.append(.mapping([], pending: nil, start: place.lowerBound, isBlock: isBlock))
      case YAML_SEQUENCE_START_EVENT: stack.append(.sequence(start: place.lowerBound))
      case YAML_MAPPING_END_EVENT, YAML_SEQUENCE_END_EVENT:
        switch stack.popLast() {
        case .mapping(let pairs, _, let start, let isBlock):
          finished = .mapping(pairs, start..<max(start, place.upperBound), isBlock: isBlock)
        case .sequence(let start): finished = .other(start..<max(start, place.upperBound))
        case nil: break
        }
      default: break
      }
      guard stack.count < 100 else { throw failure("the front matter nests too deep", place) }
      if let finished { add(finished, to: &stack, root: &root) }
    }
  }

  private func add(_ node: Node, to stack: inout [Open], root: inout Node?) {
    switch stack.popLast() {
    case .mapping(var pairs, let key?, let start, let isBlock):
      pairs.append((key, node))
      stack.append(.mapping(pairs, pending: nil, start: start, isBlock: isBlock))
    case .mapping(let pairs, nil, let start, let isBlock):
      stack.append(.mapping(pairs, pending: node, start: start, isBlock: isBlock))
    case .sequence(let start): stack.append(.sequence(start: start))
    case nil: root = node
    }
  }

  /// libyaml counts characters; the file is bytes.
  private func bytes(_ start: Int, _ end: Int) -> Range<Int> {
    let last = offsets.count - 1
    let lower = offsets[min(start, last)]
    return lower..<max(lower, offsets[min(end, last)])
  }

  private func problem(_ parser: UnsafeMutablePointer<yaml_parser_t>) -> Diagnostic {
    let words = unsafe parser.pointee.problem.map { unsafe String(cString: $0) }
    let mark = unsafe parser.pointee.problem_mark.index
    let place = bytes(mark, mark + 1)
    return failure("the front matter is no YAML: \(words ?? "it can't be read")", place)
  }
}
