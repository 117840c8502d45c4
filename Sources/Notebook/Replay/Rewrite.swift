import Diagnostics

/// A change of some bytes of a file.
public struct Edit: Sendable, Equatable {
  /// The bytes to replace, in the file as it was read.
  public var range: Range<Int>
  /// What stands there afterwards.
  public var bytes: [UInt8]

  init(_ range: Range<Int>, _ text: String) {
    self.range = range
    bytes = Array(text.utf8)
  }
}

extension Document {
  /// The file with changes that do not overlap; all else stays byte for byte.
  public func applying(_ edits: [Edit]) -> [UInt8] {
    var result: [UInt8] = []
    var done = 0
    let sorted = edits.sorted {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    for edit in sorted {
      result += bytes[done..<edit.range.lowerBound]
      result += edit.bytes
      done = edit.range.upperBound
    }
    return result + bytes[done...]
  }

  /// Puts an output in the place of a recorded one, or right after its cell.
  func edit(_ cell: Cell, to output: ProducedOutput) -> Edit {
    let lineEnd = lines.lineEnd(after: cell.block.lines.upperBound, in: bytes)
    let old = cell.output
    let block = old?.block ?? cell.block
    var words = ["output"]
    if let bits = output.recordedBits { words.append("bits=" + bits) }
    words += old?.words ?? []
    let length = fenceLength(for: output, atLeast: old?.block.fenceLength ?? 3, block)
    let fence = String(repeating: block.fenceCharacter, count: length)
    let texts = [fence + words.joined(separator: " ")] + output.lines.map(\.text) + [fence]
    let text = texts.map { $0.isEmpty ? "" : block.indent + $0 }.joined(separator: lineEnd)
    guard let old else {
      let end = lines.contents[cell.block.lines.upperBound].upperBound
      return Edit(end..<end, lineEnd + text)
    }
    // The first line may hold the mark of a list item before the fence.
    let extent = lines.extent(old.block.lines)
    let first = lines.contents[old.block.lines.lowerBound]
    let fenceStart = bytes[first].firstIndex(of: block.fenceCharacter.asciiValue ?? 0x60)
    return Edit(
      (fenceStart ?? extent.lowerBound)..<extent.upperBound,
      String(text.dropFirst(block.indent.count)))
  }

  /// A fence longer than any run of its character in the content.
  private func fenceLength(
    for output: ProducedOutput, atLeast least: Int, _ block: FencedBlock
  ) -> Int {
    var longest = 0
    for line in output.lines {
      var run = 0
      for character in line.text {
        run = character == block.fenceCharacter ? run + 1 : 0
        longest = max(longest, run)
      }
    }
    return longest >= 3 ? max(least, longest + 1) : least
  }

  /// Takes a block away, together with the line end before it, and with the blank line before it
  /// when another one, or nothing, follows; at the start of the file with the one after it.
  func edit(removing output: OutputBlock) -> Edit {
    var first = output.block.lines.lowerBound
    let extent = lines.extent(output.block.lines)
    if first > 0, isBlank(first - 1), isBlank(output.block.lines.upperBound + 1) { first -= 1 }
    if first > 0 { return Edit(lines.contents[first - 1].upperBound..<extent.upperBound, "") }
    let last = output.block.lines.upperBound
    let next = isBlank(last + 1) ? last + 2 : last + 1
    let end = next < lines.count ? lines.contents[next].lowerBound : bytes.count
    return Edit(extent.lowerBound..<end, "")
  }

  /// Whether a line has nothing but blanks; what is after the last line has not even those.
  private func isBlank(_ line: Int) -> Bool {
    line >= lines.count || bytes[lines.contents[line]].allSatisfy { $0 == 0x20 || $0 == 0x09 }
  }

  /// The notebook with other code in some of its cells, by their numbers.
  public func changing(_ codes: [Int: String]) throws(Diagnostic) -> Document {
    let edits = cells.compactMap { cell in codes[cell.number].map { edit(cell, toCode: $0) } }
    return try Document(name: name, bytes: applying(edits))
  }

  /// Puts other code into a cell.
  func edit(_ cell: Cell, toCode code: String) -> Edit {
    let block = cell.block
    let lineEnd = lines.lineEnd(after: block.lines.lowerBound, in: bytes)
    let start = lines.contents[block.lines.lowerBound].upperBound
    let end = lines.contents[block.lines.upperBound - 1].upperBound
    let text = code.plainLines.map { lineEnd + ($0.isEmpty ? "" : block.indent + $0) }.joined()
    return Edit(start..<max(start, end), text)
  }

  /// Records the digests of the data sets that were used.
  func edits(recording data: [(name: String, digest: String)], droppingOthers: Bool) -> [Edit] {
    let old = frontMatter.data
    let new = data.filter { entry in !old.contains { $0.name == entry.name } }
    var edits: [Edit] = []
    var isEmptied = droppingOthers && new.isEmpty
    for record in old where data.contains(where: { $0.name == record.name }) { isEmptied = false }
    for record in old {
      if let digest = data.first(where: { $0.name == record.name })?.digest {
        if digest != record.digest { edits.append(Edit(record.place, digest)) }
      } else if droppingOthers, let edit = edit(removing: record, withKey: isEmptied) {
        edits.append(edit)
      }
    }
    if !new.isEmpty { edits.append(insertion(of: new)) }
    return edits
  }

  /// - Parameter withKey: no entry is left, so the first one takes the key with it.
  private func edit(removing record: FrontMatter.DataRecord, withKey: Bool) -> Edit? {
    let line = lines.line(of: record.namePlace.lowerBound)
    guard frontMatter.isDataBlock, line + 1 < lines.count else { return nil }
    if withKey, record.name == frontMatter.data[0].name, let key = frontMatter.dataKey {
      return Edit(key.lowerBound..<lines.contents[line + 1].lowerBound, "")
    }
    return Edit(lines.contents[line].lowerBound..<lines.contents[line + 1].lowerBound, "")
  }

  private func insertion(of data: [(name: String, digest: String)]) -> Edit {
    let lineEnd = lines.lineEnd(after: 0, in: bytes)
    let entries = data.map { "  \($0.name): \($0.digest)\(lineEnd)" }.joined()
    guard let extent = frontMatter.extent else {
      let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
      return Edit(
        start..<start, "---\(lineEnd)data:\(lineEnd)\(entries)---\(lineEnd)\(lineEnd)")
    }
    guard let key = frontMatter.dataKey else {
      return Edit(extent.upperBound..<extent.upperBound, "data:\(lineEnd)\(entries)")
    }
    if let first = frontMatter.data.first, frontMatter.isDataBlock {
      // Entries of one mapping stand in one column.
      let start = lines.contents[lines.line(of: first.namePlace.lowerBound)].lowerBound
      let prefix = String(decoding: bytes[start..<first.namePlace.lowerBound], as: UTF8.self)
      let text = data.map { "\(prefix)\($0.name): \($0.digest)\(lineEnd)" }.joined()
      return Edit(start..<start, text)
    }
    if let last = frontMatter.data.last {
      let text = data.map { ", \($0.name): \($0.digest)" }.joined()
      return Edit(last.place.upperBound..<last.place.upperBound, text)
    }
    let next = lines.line(of: key.lowerBound) + 1
    return Edit(
      lines.contents[next].lowerBound..<lines.contents[next].lowerBound, entries)
  }
}
