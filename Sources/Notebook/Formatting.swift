import Diagnostics
import Syntax

extension Document {
  /// Changes that give the cells the house's layout, and what is wrong with those that can't be read.
  ///
  /// A copied cell has the layout of its source, and a cell that must fail keeps its own, since its
  /// recorded error shows lines of the code. A cell that is never run may hold no program.
  public func formatting() -> (edits: [Edit], problems: [(cell: Cell, problem: Diagnostic)]) {
    var edits: [Edit] = []
    var problems: [(cell: Cell, problem: Diagnostic)] = []
    for cell in cells where cell.options.from == nil && !cell.options.isError {
      do throws(Diagnostic) {
        let indent = displayWidth(cell.block.indent)
        let text = try formatted(cell.source, width: max(40, 100 - indent))
        if text.plainLines != cell.source.plainLines { edits.append(edit(cell, toCode: text)) }
      } catch {
        if !cell.options.isSkipped { problems.append((cell, error)) }
      }
    }
    return (edits, problems)
  }
}

extension SourceText {
  /// The lines without their ends.
  var plainLines: [String] { String(decoding: utf8, as: UTF8.self).plainLines }
}
