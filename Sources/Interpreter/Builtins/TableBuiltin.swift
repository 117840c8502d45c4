import Diagnostics
import Tensor

let tableBuiltins: [Builtin] = [
  Builtin(
    "table(data, columns=(), format=\"\", title=\"\")",
    effect: .inspects,
    doc: """
      A table. `data` is a record of columns, each a tensor of rank 1 or a tuple, all of one \
      length; or a tuple of records with the same fields, a row each; or a matrix, or a tuple of \
      tuples, whose columns are named by `columns`. Of records, `columns` picks and orders fields. \
      `format` is a format such as `.3f` for all fractions, or a record with formats of columns, \
      as `{accuracy: ".1%"}`.
      """,
    example: """
      table({n: (1, 2), name: ("a", "b")})
      # n  name
      # ─  ────
      # 1  a
      # 2  b
      table(({lr: 0.1, loss: 0.25}, {lr: 0.01, loss: 1}), format={loss: ".2f"})
      #   lr  loss
      # ────  ────
      # 0.1   0.25
      # 0.01  1.00
      """
  ) { call in
    let columns = try tableColumns(call)
    return Value(
      Table(
        title: try call.string(3), columns: columns,
        formats: try tableFormats(call, columns.map(\.name))))
  }
]

private typealias Columns = [(name: String, values: [Value])]

private func tableColumns(_ call: Call) throws -> Columns {
  let wanted = try call.elements(1).map { name in
    if let text = name.asString { return text }
    throw call.error(
      .type, "`columns` are names, and one of these is \(describe(name))", argument: 1)
  }
  if let record = call[0].asRecord {
    return try picked(call, wanted, try columns(of: record, call))
  }
  let rows = try call.elements(0)
  guard let first = rows.first?.asRecord else { return try columns(ofRows: rows, wanted, call) }
  var columns: Columns = first.keys.names.map { ($0, []) }
  for (i, row) in rows.enumerated() {
    guard let record = row.asRecord, record.keys.names == first.keys.names else {
      let names = first.keys.names.joined(separator: ", ")
      throw call.error(
        .type,
        "`table` needs rows with the fields of the first, {\(names)}, but row \(i) is "
          + (row.asRecord.map { "{\($0.keys.names.joined(separator: ", "))}" } ?? describe(row)),
        argument: 0)
    }
    for (j, value) in record.values.enumerated() { columns[j].values.append(value) }
  }
  return try picked(call, wanted, columns)
}

private func columns(of record: Record, _ call: Call) throws -> Columns {
  var columns: Columns = []
  for (name, value) in zip(record.keys.names, record.values) {
    guard let values = try call.machine.elements(of: value) else {
      throw call.error(
        .type,
        "`table` needs columns that are tuples or tensors, but `\(name)` is "
          + describe(value),
        argument: 0, hint: "a table of one row is table(({a: 1, b: 2},))")
    }
    columns.append((name, values))
  }
  for column in columns where column.values.count != columns[0].values.count {
    throw call.error(
      .value,
      "`table` needs columns of one length, but `\(columns[0].name)` has "
        + "\(columns[0].values.count) rows and `\(column.name)` \(column.values.count)")
  }
  return columns
}

/// The columns of a matrix, or of a tuple of tuples.
private func columns(ofRows rows: [Value], _ wanted: [String], _ call: Call) throws -> Columns {
  let hint = "a table is made of a record of columns, or of a tuple of records"
  let cells = try rows.map { row in
    guard let cells = row.asString == nil ? try call.machine.elements(of: row) : nil else {
      throw call.error(
        .type, "`table` needs rows, and one of these is \(describe(row))", argument: 0, hint: hint)
    }
    return cells
  }
  let count = cells.first?.count ?? wanted.count
  for (i, row) in cells.enumerated() where row.count != count {
    throw call.error(
      .value, "`table` needs rows of one length, but row 0 has \(count) and row \(i) \(row.count)",
      argument: 0)
  }
  guard wanted.isEmpty || wanted.count == count else {
    throw call.error(
      .value, "there are \(wanted.count) names for \(count) columns", argument: 1)
  }
  return (0..<count).map { j in
    (wanted.isEmpty ? "\(j)" : wanted[j], cells.map { $0[j] })
  }
}

/// The columns that are asked for, in that order; all when none is.
private func picked(_ call: Call, _ wanted: [String], _ all: Columns) throws -> Columns {
  if wanted.isEmpty { return all }
  return try wanted.map { name in
    if let column = all.first(where: { $0.name == name }) { return column }
    let near = nearest(to: name, among: all.map(\.name))
    throw call.error(
      .name, "there is no column `\(name)`", argument: 1,
      hint: near.map { "did you mean `\($0)`?" }
        ?? "the columns are \(all.map(\.name).joined(separator: ", "))")
  }
}

private func tableFormats(_ call: Call, _ names: [String]) throws -> [String: String] {
  var formats: [String: String] = [:]
  if let record = call[2].asRecord {
    for (name, value) in zip(record.keys.names, record.values) {
      guard names.contains(name) else {
        let near = nearest(to: name, among: names)
        throw call.error(
          .name, "there is no column `\(name)` to format", argument: 2,
          hint: near.map { "did you mean `\($0)`?" })
      }
      guard let spec = value.asString else { throw call.mismatch(2, "formats as strings") }
      formats[name] = spec
    }
  } else {
    let spec = try call.string(2)
    if !spec.isEmpty { formats[""] = spec }
  }
  for spec in formats.values { _ = try format(.number(0), spec) }
  return formats
}
