import Diagnostics
import Interpreter
import System

/// Writing a figure to a file.
let saveBuiltin = Builtin(
  "save_svg(figure, path)",
  effect: .writes,
  doc: """
    Writes a figure as an SVG file below the program's folder. The same figure is the same \
    bytes everywhere. `etude run` may write; a replay may not.
    """,
  example: "fn keep(figure) = figure |> save_svg(\"loss.svg\")"
) { call in
  guard let figure = call[0].asOpaque(Figure.self) else {
    throw call.error(
      .type, "`save_svg` writes figures, not a \(call[0].typeName)", argument: 0,
      hint: "plot(y) |> save_svg(\"loss.svg\")")
  }
  let path = try call.string(1)
  do throws(FileProblem) {
    try call.files.write(path, Array(figure.svg().utf8))
  } catch {
    throw call.error(.file, error.message, argument: 1, hint: error.hint)
  }
  return .nothing
}
