import Diagnostics
import Interpreter
import Syntax
import System
import Tensor

/// Builtins that read and write files, as far as the session may.
let fileBuiltins: [Builtin] = [
  Builtin(
    name: "csv",
    parameters: [
      .init("path"), .init("header", default: .bool(true)), .init("separator", default: Value(",")),
      .init("missing", default: .nothing), .init("text", default: Value([])),
      .init("dtype", default: Value("f32")),
    ],
    effect: .reads,
    doc: """
      The table in a CSV file. With a header it is a record of columns: one whose first value is a \
      number is a tensor of `dtype`, any other a tuple of strings; `text` names columns that are \
      strings whatever they hold. Field names are the headers, with `_` for what no name can hold. \
      With `header=false` it is a tuple of columns. An empty field among numbers is an error, \
      unless `missing` says what it stands for. `stack(values(t), axis=1)` makes a matrix of columns.
      """,
    example: """
      csv("houses.csv")
      # {area: f32[3] [84.5, 59, 120], rooms: f32[3] [3, 2, 4], town: ("Suwon", "Busan", "Jeju, Jeju")}
      """
  ) { call in try readCSV(call) },
  Builtin(
    "npy(path)",
    effect: .reads,
    doc: """
      The array in an NPY file as a tensor: bool, u8, i32, f32 or f64. Other integers become i32 and \
      must fit; half floats become f32.
      """,
    example: """
      save_npy("x.npy", [[1, 2], [3, 4]])
      npy("x.npy")[1]  # f32[2] [3, 4]
      """
  ) { call in
    let path = try call.string(0)
    return try dataErrors(call) {
      let array = try NPYArray(try bytes(call, path)[...], name: path)
      return .tensor(try TreeArchive.tensor(array, call.context))
    }
  },
  Builtin(
    "save_npy(path, x)",
    effect: .writes,
    doc: "Writes a tensor to an NPY file, which NumPy reads with `numpy.load(path)`.",
    example: "save_npy(\"x.npy\", [1, 2, 3]); npy(\"x.npy\").shape  # (3,)"
  ) { call in
    let path = try call.string(0)
    let array = TreeArchive.array(try call.tensor(1))
    try write(call, path, array.file)
    return .nothing
  },
  Builtin(
    "load(path, into=nothing)",
    effect: .reads,
    doc: """
      The tree in an NPZ archive, written by `save` or by NumPy: names such as `layers[0].w` make \
      records and tuples. With `into`, that tree with its leaves taken from the file, which must have \
      the same leaves in the same shapes; so the functions of a model come from `into`.
      """,
    example: """
      model = dense(3, 2)
      save("model.npz", model)
      same = load("model.npz", into=dense(3, 2))
      all(same.w == model.w)  # true
      """
  ) { call in
    let path = try call.string(0)
    return try dataErrors(call) {
      let archive = try ZipArchive(try bytes(call, path), name: path)
      var leaves: [TreeArchive.Leaf] = []
      for (name, content) in archive.entries where !name.hasSuffix("/") {
        guard name.hasSuffix(".npy") else {
          throw DataProblem("\(path) has the entry `\(name)`, which is no array (.npy)")
        }
        let array = try NPYArray(content[...], name: "\(path): \(name)")
        leaves.append(.init(name: String(name.dropLast(4)), array: array))
      }
      if case .nothing = call[1] {
        return try TreeArchive.tree(of: leaves, name: path, call.context)
      }
      return try TreeArchive.filled(call[1], from: leaves, name: path, call.context)
    }
  },
  Builtin(
    "save(path, tree)",
    effect: .writes,
    doc: """
      Writes a record or tuple to an NPZ archive: tensors as arrays that NumPy reads, numbers, bools \
      and strings beside them. Functions are left out; `load(path, into=tree)` puts the rest into a \
      tree that has them. The same tree gives the same bytes.
      """,
    example: """
      save("run.npz", {w: [1, 2], lr: 0.1, note: "first"})
      load("run.npz")  # {w: f32[2] [1, 2], lr: 0.1, note: "first"}
      """
  ) { call in
    let path = try call.string(0)
    switch call[1] {
    case .record, .tuple: break
    default:
      throw call.error(
        .type, "`save` needs a record or a tuple as `tree`, not a \(call[1].typeName)", argument: 1,
        hint: "save_npy(path, x) writes one tensor; save(path, {x: x}) names it")
    }
    let file = try dataErrors(call) {
      let leaves = try TreeArchive.leaves(of: call[1])
      return try ZipArchive.file(of: leaves.map { ($0.name + ".npy", $0.array.file) }, name: path)
    }
    try write(call, path, file)
    return .nothing
  },
]

/// The bytes of a file of the session.
private func bytes(_ call: Call, _ path: String) throws -> [UInt8] {
  do throws(FileProblem) {
    return try call.files.read(path)
  } catch {
    throw call.error(.file, error.message, argument: 0, hint: error.hint)
  }
}

private func write(_ call: Call, _ path: String, _ bytes: [UInt8]) throws {
  do throws(FileProblem) {
    try call.files.write(path, bytes)
  } catch {
    throw call.error(.file, error.message, argument: 0, hint: error.hint)
  }
}

/// Problems of data as errors of the call.
private func dataErrors<R>(_ call: Call, _ body: () throws -> R) throws -> R {
  do {
    return try body()
  } catch let problem as DataProblem {
    throw call.error(.data, problem.message, argument: 0, hint: problem.hint)
  }
}

// MARK: CSV

private func readCSV(_ call: Call) throws -> Value {
  let path = try call.string(0)
  let hasHeader = try call.flag(1)
  let separator = Array(try call.string(2).utf8)
  guard separator.count == 1, separator[0] < 0x80, ![0x22, 0x0A, 0x0D].contains(separator[0]) else {
    throw call.error(
      .value, "`separator` is one character, such as \",\", \";\" or \"\\t\"", argument: 2)
  }
  var missing: Double?
  if case .nothing = call[3] {
  } else {
    missing = try call.number(3)
  }
  let texts = try textColumns(call)
  guard let dtype = DType(name: try call.string(5)), dtype.isFloating else {
    throw call.error(.dtype, "`dtype` is \"f32\" or \"f64\"", argument: 5)
  }
  let content = try bytes(call, path)
  return try dataErrors(call) {
    let table = try CSVTable(content, name: path, separator: separator[0])
    var columns = Columns(table: table, path: path, hasHeader: hasHeader, missing: missing)
    columns.texts = texts
    return try columns.value(dtype, call.context)
  }
}

private func textColumns(_ call: Call) throws -> [String] {
  if let name = call[4].asString { return [name] }
  guard let names = call[4].asElements?.map(\.asString), !names.contains(nil) else {
    throw call.error(.type, "`text` is a tuple of column names", argument: 4)
  }
  return names.compactMap { $0 }
}

/// Turns the rows of a table into columns of one type each.
private struct Columns {
  let table: CSVTable
  let path: String
  let hasHeader: Bool
  let missing: Double?
  var texts: [String] = []

  func value(_ dtype: DType, _ context: Context) throws -> Value {
    let first = table.rows[0]
    let rows = hasHeader ? table.rows.dropFirst() : table.rows[...]
    let names = hasHeader ? try self.names(first) : []
    if let unknown = texts.first(where: { !names.contains($0) }) {
      throw DataProblem(
        "\(path) has no column `\(unknown)`",
        hint: nearest(to: unknown, among: names).map { "did you mean `\($0)`?" })
    }
    let columns = try first.indices.map { i in
      let fields = rows.map { $0[i] }
      let isText = hasHeader && texts.contains(names[i])
      let title = hasHeader ? names[i] : "column \(i)"
      return try column(fields, title, isText: isText, dtype, context)
    }
    return hasHeader ? Value(fields: Array(zip(names, columns))) : Value(columns)
  }

  /// Headers as names of fields: what a name can't hold becomes `_`.
  private func names(_ header: [CSVTable.Field]) throws(DataProblem) -> [String] {
    if header.allSatisfy({ CSVTable.number($0) != nil }) {
      throw table.problem(
        header[0], "the first row holds numbers, and a header holds names",
        hint: "csv(\"\(path)\", header=false)")
    }
    var names: [String] = []
    for field in header {
      let name = fieldName(field.text)
      guard !name.isEmpty else {
        throw table.problem(field, "this column has no name", hint: "name it in the header")
      }
      guard !names.contains(name) else {
        throw table.problem(field, "two columns have the name `\(name)`")
      }
      names.append(name)
    }
    return names
  }

  private func column(
    _ fields: [CSVTable.Field], _ title: String, isText: Bool, _ dtype: DType, _ context: Context
  ) throws -> Value {
    let known = fields.first { !isEmpty($0) }
    if isText || known.map({ CSVTable.number($0) == nil }) ?? true {
      return Value(fields.map { Value($0.text) })
    }
    let numbers = try fields.map { field throws(DataProblem) in try number(field, title) }
    return .tensor(
      try context.makeTensor(shape: [numbers.count], dtype: dtype, elements: numbers))
  }

  private func isEmpty(_ field: CSVTable.Field) -> Bool {
    !field.isQuoted && field.text.allSatisfy { $0 == " " || $0 == "\t" }
  }

  private func number(_ field: CSVTable.Field, _ title: String) throws(DataProblem) -> Double {
    if isEmpty(field) {
      if let missing { return missing }
      throw table.problem(
        field, "`\(title)` has no value here", hint: "csv(\"\(path)\", missing=nan)")
    }
    guard let number = CSVTable.number(field) else {
      let text = field.text.count > 40 ? field.text.prefix(40) + "…" : field.text[...]
      throw table.problem(
        field, "`\(title)` holds numbers, and `\(text)` is none",
        hint: "csv(\"\(path)\", text=(\"\(title)\",)) reads the column as strings")
    }
    return number
  }
}

/// A header as a name: in NFC, with `_` for each run of characters that no name can hold.
private func fieldName(_ text: String) -> String {
  var name = ""
  for character in canonicallyComposed(text) {
    let isPart = character == "_" || character.isLetter || character.isNumber
    if isPart {
      name.append(character)
    } else if !name.isEmpty, name.last != "_" {
      name.append("_")
    }
  }
  while name.last == "_" { name.removeLast() }
  if let first = name.first, first.isNumber { name = "_" + name }
  return name
}
