/// Comma-separated values (RFC 4180) in UTF-8, read strictly: every field is kept with its place, so
/// that whatever is wrong is told with line and column.
struct CSVTable {
  /// A field and where it starts: the 1-based line, and the column counted in characters.
  struct Field {
    var text: String
    var line: Int
    var column: Int
    var isQuoted = false
  }

  private(set) var rows: [[Field]] = []
  private let name: String

  init(_ file: [UInt8], name: String, separator: UInt8) throws(DataProblem) {
    self.name = name
    guard !file.starts(with: [0xFF, 0xFE]), !file.starts(with: [0xFE, 0xFF]) else {
      throw DataProblem("\(name) is UTF-16, and a CSV file must be UTF-8", hint: "save it as UTF-8")
    }
    var reader = Reader(file, name: name, separator: separator)
    rows = try reader.rows()
    guard let first = rows.first else { throw DataProblem("\(name) has no rows") }
    for row in rows where row.count != first.count {
      let fields = { (n: Int) in "\(n) \(n == 1 ? "field" : "fields")" }
      throw problem(
        row[min(row.count, first.count) - 1],
        "this row has \(fields(row.count)), and the first row \(fields(first.count))",
        hint: row.count > first.count ? "a field that holds a comma stands in quotes" : nil)
    }
  }

  /// A problem at a field.
  func problem(_ field: Field, _ message: String, hint: String? = nil) -> DataProblem {
    DataProblem("\(name):\(field.line):\(field.column): \(message)", hint: hint)
  }

  /// The number a field spells, spaces round it aside; nil when it spells none.
  static func number(_ field: Field) -> Double? {
    let text = field.text.drop { $0 == " " || $0 == "\t" }
    let trimmed = String(text.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    var digits = trimmed.utf8[...]
    if let sign = digits.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      digits = digits.dropFirst()
    }
    switch Substring(digits).lowercased() {
    case "nan": return .nan
    case "inf", "infinity": return trimmed.hasPrefix("-") ? -.infinity : .infinity
    default: break
    }
    // `Double` reads hexadecimal too, which no table means.
    let isPlain = digits.allSatisfy { byte in
      (0x30...0x39).contains(byte) || "+-.eE".utf8.contains(byte)
    }
    guard isPlain, digits.first.map({ $0 == UInt8(ascii: ".") || $0 >= 0x30 }) ?? false else {
      return nil
    }
    return Double(trimmed)
  }

  private struct Reader {
    let file: [UInt8]
    let name: String
    let separator: UInt8
    var at: Int
    var line = 1
    var lineStart: Int

    init(_ file: [UInt8], name: String, separator: UInt8) {
      self.file = file
      self.name = name
      self.separator = separator
      at = file.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
      lineStart = at
    }

    func column(_ place: Int) -> Int {
      1 + file[lineStart..<place].count { $0 & 0xC0 != 0x80 }
    }

    func problem(_ place: Int, _ message: String, hint: String? = nil) -> DataProblem {
      DataProblem("\(name):\(line):\(column(place)): \(message)", hint: hint)
    }

    var isAtLineEnd: Bool {
      at == file.count || file[at] == 0x0A
        || file[at] == 0x0D && (at + 1 == file.count || file[at + 1] == 0x0A)
    }

    mutating func skipLineEnd() {
      if at < file.count, file[at] == 0x0D { at += 1 }
      if at < file.count { at += 1 }
      line += 1
      lineStart = at
    }

    mutating func rows() throws(DataProblem) -> [[Field]] {
      var rows: [[Field]] = []
      while at < file.count {
        if isAtLineEnd {
          skipLineEnd()
          continue
        }
        var row = [try field()]
        while at < file.count, file[at] == separator {
          at += 1
          row.append(try field())
        }
        guard isAtLineEnd else {
          throw problem(
            at, "only a separator can follow a closing quote",
            hint: "a quote inside quotes is written twice: \"\"")
        }
        skipLineEnd()
        rows.append(row)
      }
      return rows
    }

    mutating func field() throws(DataProblem) -> Field {
      let start = at
      if at < file.count, file[at] == UInt8(ascii: "\"") { return try quoted() }
      while !isAtLineEnd, file[at] != separator {
        switch file[at] {
        case UInt8(ascii: "\""):
          throw problem(
            at, "a quote stands in a field that does not start with one",
            hint: "put the whole field in quotes, and write this quote twice")
        case 0: throw problem(at, "a zero byte stands in the text")
        case 0x0D:
          throw problem(
            at, "a carriage return stands alone", hint: "lines end in LF or CR LF")
        default: at += 1
        }
      }
      return Field(text: try text(start..<at), line: line, column: column(start))
    }

    mutating func quoted() throws(DataProblem) -> Field {
      let start = at
      let place = (line: line, column: column(start))
      var bytes: [UInt8] = []
      at += 1
      while at < file.count {
        if file[at] == UInt8(ascii: "\"") {
          at += 1
          guard at < file.count, file[at] == UInt8(ascii: "\"") else {
            let text = String(decoding: bytes, as: UTF8.self)
            guard text.utf8.elementsEqual(bytes) else {
              throw notUTF8(place.line, place.column)
            }
            return Field(text: text, line: place.line, column: place.column, isQuoted: true)
          }
        }
        bytes.append(file[at])
        if file[at] == 0x0A {
          line += 1
          lineStart = at + 1
        }
        at += 1
      }
      throw DataProblem("\(name):\(place.line):\(place.column): the quote is never closed")
    }

    func text(_ range: Range<Int>) throws(DataProblem) -> String {
      let text = String(decoding: file[range], as: UTF8.self)
      guard text.utf8.elementsEqual(file[range]) else {
        throw notUTF8(line, column(range.lowerBound))
      }
      return text
    }

    /// Of a field that began at a line and column; it may have gone on over several lines.
    func notUTF8(_ line: Int, _ column: Int) -> DataProblem {
      DataProblem(
        "\(name):\(line):\(column): this field is not UTF-8",
        hint: "Korean Windows writes CP949: iconv -f CP949 -t UTF-8 old.csv > new.csv")
    }
  }
}
