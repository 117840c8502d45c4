import Diagnostics

extension Cell {
  /// What is wrong with a cell marked `error` that ends well.
  public static let doesNotFail = "this cell is marked `error` and does not fail"
  /// What is wrong with a copied cell that was edited, or whose source was.
  public static let isNoCopy = "the cell is no longer a copy of its source"

  /// The line and column of the file where an error of the cell stands, or the call that led to it.
  public func place(of error: Diagnostic) -> (line: Int, column: Int)? {
    let own = error.source === source ? error.labels.first?.span : nil
    guard let found = own ?? error.trace.first(where: { $0.source === source })?.span else {
      return nil
    }
    let offset = min(max(Int(found.lower), 0), source.utf8.count)
    let (line, column) = source.position(of: offset)
    return (self.line + line, column + block.indent.unicodeScalars.count)
  }

  /// An error of the cell for standard error, with its place in the notebook's file.
  public func message(of error: Diagnostic, in file: String, style: RenderStyle) -> String {
    error.oneByOne.map { problem in
      let place = place(of: problem) ?? (line: line, column: 1)
      return "\(file):\(place.line):\(place.column): " + render(problem, style: style) + "\n"
    }.joined(separator: "\n")
  }

  /// That a copied cell is not like its source, and where, for standard error.
  public func message(differingFrom code: SourceText, in file: String) -> String {
    message(Cell.isNoCopy + differences(from: code).map { "\n  \($0)" }.joined(), in: file)
  }

  /// Something that is wrong with the cell as a whole, with its place in the notebook's file.
  public func message(_ text: String, in file: String) -> String {
    "\(file):\(line):1: \(title): \(text)\n"
  }
}

extension Document {
  /// An error of a checked value for standard error, with its place in the file.
  public func message(
    of error: Diagnostic, at value: CheckedValue, style: RenderStyle
  ) -> String {
    let (line, column) = source.position(of: value.place.lowerBound)
    return "\(name):\(line):\(column): " + render(error, style: style) + "\n"
  }
}
