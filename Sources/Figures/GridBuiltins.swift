import Diagnostics
import Interpreter
import System
import Tensor

/// Figures of matrices and pictures, several figures in one, and writing one to a file.
let gridBuiltins: [Builtin] = [
  Builtin(
    """
    heatmap(matrix, rows=nothing, columns=nothing, title="", xlabel="", ylabel="", format="")
    """,
    effect: .inspects,
    doc: """
      A matrix as colours, its first row on top; values stand in the cells where there is room. \
      `rows` and `columns` are their names or numbers. Where the values have both signs, the \
      colours turn at 0. `format` is a format such as `.2f` or `.1%`.
      """,
    example: """
      heatmap([[1, 2], [3, 4]], rows=("a", "b"), columns=(10, 20))
      # heatmap: 2 × 2 cells, digest 3a94bb6d93bd2d0b
      """
  ) { call in Value(try heatmap(call)) },
  Builtin(
    """
    surface(values, x, y, path=nothing, title="", xlabel="", ylabel="")
    """,
    effect: .inspects,
    doc: """
      Values over the plane as colours: `values` has a row for each of `y` and a column for each \
      of `x`, which ascend in equal steps. `path`, a matrix of two columns or a pair `(x, y)`, is \
      drawn over it as a line, or a record of several.
      """,
    example: """
      surface([[0, 1], [1, 2]], [0, 1], [0, 1], path=([0, 1], [1, 0]))
      # surface: 2 × 2 cells, 2 points, digest f51161d2e47047d7
      """
  ) { call in Value(try surface(call)) },
  Builtin(
    """
    regions(classes, x, y, points=nothing, labels=nothing, names=(), title="", xlabel="", \
    ylabel="")
    """,
    effect: .inspects,
    doc: """
      Classes over the plane as colours: `classes` has an integer for each of `y`, in rows, and \
      each of `x`, in columns, which ascend in equal steps. `points` are drawn over it in the \
      colours of their `labels`. `decision_boundary` is made of it.
      """,
    example: """
      regions(i32([[0, 1], [1, 1]]), [0, 1], [0, 1], points=[[0, 0]], labels=i32([0]))
      # regions: 2 × 2 cells, 1 point, digest 2af44abcbb92e73e
      """
  ) { call in Value(try regions(call)) },
  Builtin(
    "images(x, columns=nothing, titles=(), title=\"\")",
    effect: .inspects,
    doc: """
      Pictures in rows of `columns`. `x` is [n, height, width] or a matrix of one square picture a \
      row, as [n, 784], in grey, or [n, height, width, 3] in colour. u8 runs from 0 to 255; \
      floating numbers from 0 to 1, or from the least to the largest where they go beyond. \
      `titles` has a name or number for each.
      """,
    example: """
      images([[0, 1, 1, 0], [1, 0, 0, 1]], titles=("one", "other"))
      # images: 2 images of 2 × 2, digest 00a13c5da9a97134
      """
  ) { call in Value(try images(call)) },
  Builtin(
    "panels(figures, columns=2, title=\"\")",
    effect: .inspects,
    doc: "Several figures as one, in rows of `columns`.",
    example: """
      panels((plot([1, 2]), hist([1, 2], bins=2)), title="Both")
      # panels "Both": 2 figures in 2 columns (plot, hist), digest 00d07f4e7bd4473c
      """
  ) { call in Value(try panels(call)) },
  Builtin(
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
  },
]

private func matrix(_ call: Call, _ argument: Int, _ name: String) throws -> Tensor {
  let matrix = try call.tensor(argument)
  guard matrix.shape.count == 2 else {
    throw call.error(
      .shape, "`\(name)` needs a matrix, and this is \(kind(matrix))", argument: argument,
      hint: matrix.shape.count == 1 ? "reshape(x, (1, -1))" : nil)
  }
  guard matrix.shape.allSatisfy({ (1...1000).contains($0) }) else {
    throw call.error(
      .shape, "`\(name)` draws from 1 to 1000 rows and columns, and this is \(kind(matrix))",
      argument: argument, hint: matrix.shape.elementCount == 0 ? nil : "x[::10, ::10]")
  }
  return matrix.detached
}

private func heatmap(_ call: Call) throws -> Figure {
  let values = try matrix(call, 0, "heatmap")
  let axes = try call.axes(labels: 4)
  let spec = try call.string(6)
  if !spec.isEmpty { _ = try Interpreter.format(.number(0), spec) }
  let content = Figure.Matrix(
    values: values, rows: try call.texts(1, count: values.shape[0], of: "row"),
    columns: try call.texts(2, count: values.shape[1], of: "column"), format: spec)
  return Figure(
    title: try call.string(3), xAxis: axes.x, yAxis: axes.y, content: .heatmap(content))
}

/// The positions of rows or columns of a field.
private func positions(
  _ call: Call, _ argument: Int, _ name: String, count: Int, of what: String
) throws -> [Double] {
  let values = try call.points(name, argument, call[argument])
  guard values.count == count else {
    throw call.error(
      .shape, "there are \(values.count) positions for \(plural(count, what))", argument: argument)
  }
  guard zip(values, values.dropFirst()).allSatisfy({ $0 < $1 }), values.allSatisfy(\.isFinite)
  else {
    throw call.error(
      .value, "the positions of a `\(name)` ascend", argument: argument,
      hint: "linspace(-1, 1, \(count))")
  }
  return values
}

private func surface(_ call: Call) throws -> Figure {
  let values = try matrix(call, 0, "surface")
  let axes = try call.axes(labels: 5)
  var paths: [Figure.Series] = []
  if isGiven(call[3]) {
    paths = try (namedValues(call[3]) ?? [("", call[3])]).map { name, value in
      try call.series("surface", 3, name, value, x: [])
    }
  }
  for path in paths where path.x.count != path.y.count {
    throw call.error(
      .shape, "a path needs an x and a y for each point", argument: 3,
      hint: "path=(xs, ys), or path=points with f32[n, 2]")
  }
  let field = Figure.Field(
    values: values,
    x: try positions(call, 1, "surface", count: values.shape[1], of: "column"),
    y: try positions(call, 2, "surface", count: values.shape[0], of: "row"),
    isClasses: false, overlay: paths)
  return Figure(
    title: try call.string(4), xAxis: axes.x, yAxis: axes.y, content: .field(field))
}

private func regions(_ call: Call) throws -> Figure {
  let values = try matrix(call, 0, "regions")
  let classes = values.elements()
  guard classes.allSatisfy({ $0 == $0.rounded() && (0..<50).contains($0) }) else {
    throw call.error(
      .value, "the classes of `regions` are integers from 0 to 49", argument: 0,
      hint: "argmax(logits, axis=-1)")
  }
  let axes = try call.axes(labels: 7)
  var points: [Figure.Series] = []
  if isGiven(call[3]) {
    let all = try call.series("regions", 3, "", call[3], x: [])
    guard all.x.count == all.y.count else {
      throw call.error(
        .shape, "the points of `regions` need an x and a y each", argument: 3,
        hint: "points=x with f32[n, 2]")
    }
    points = try call.classes(4, names: 5, of: all)
  }
  let field = Figure.Field(
    values: values,
    x: try positions(call, 1, "regions", count: values.shape[1], of: "column"),
    y: try positions(call, 2, "regions", count: values.shape[0], of: "row"),
    isClasses: true, overlay: points)
  return Figure(
    title: try call.string(6), xAxis: axes.x, yAxis: axes.y, content: .field(field))
}

private func images(_ call: Call) throws -> Figure {
  let x = try call.tensor(0).detached
  let count = x.shape.first ?? 0
  let size: (height: Int, width: Int)
  var isColored = false
  switch x.shape.count {
  case 2:
    let side = Int(Double(x.shape[1]).squareRoot())
    guard side * side == x.shape[1] else {
      throw call.error(
        .shape, "a row of \(x.shape[1]) numbers is no square picture", argument: 0,
        hint: "reshape(x, (n, height, width))")
    }
    size = (side, side)
  case 3: size = (x.shape[1], x.shape[2])
  case 4 where x.shape[3] == 1 || x.shape[3] == 3:
    size = (x.shape[1], x.shape[2])
    isColored = x.shape[3] == 3
  default:
    throw call.error(
      .shape,
      "`images` needs [n, height, width], [n, height, width, 3] or [n, pixels], and this is "
        + kind(x), argument: 0,
      hint: x.shape.count == 1 ? "x[0:1] keeps the first axis of a single picture" : nil)
  }
  let isDrawable = (1...1000).contains(size.height) && (1...1000).contains(size.width)
  guard (1...400).contains(count), isDrawable else {
    throw call.error(
      .shape, "`images` draws from 1 to 400 pictures of up to 1000 × 1000, and this is \(kind(x))",
      argument: 0, hint: count > 400 ? "images(x[:100])" : nil)
  }
  var columns: Int?
  if isGiven(call[1]) {
    columns = try call.integer(1)
    guard let columns, (1...100).contains(columns) else {
      throw call.error(.value, "`columns` is from 1 to 100", argument: 1)
    }
  }
  let titles = try call.texts(2, count: count, of: "image")
  return Figure(
    title: try call.string(3),
    content: .images(
      .init(
        pixels: x, height: size.height, width: size.width, isColored: isColored,
        columns: columns, titles: titles)))
}

private func panels(_ call: Call) throws -> Figure {
  let figures = try call.elements(0).map { value in
    if let figure = value.asOpaque(Figure.self) { return figure }
    throw call.error(
      .type, "`panels` needs a tuple of figures, and one of these is a \(value.typeName)",
      argument: 0, hint: "panels((plot(a), hist(b)))")
  }
  let columns = try call.integer(1)
  guard !figures.isEmpty, figures.count <= 100, (1...10).contains(columns) else {
    throw call.error(
      .value,
      "`panels` needs from 1 to 100 figures in up to 10 columns, not "
        + "\(figures.count) in \(columns)")
  }
  let isNested = figures.contains { if case .panels = $0.content { true } else { false } }
  guard !isNested else {
    throw call.error(.type, "panels can't hold panels", argument: 0)
  }
  return Figure(
    title: try call.string(2),
    content: .panels(figures, columns: min(columns, figures.count)))
}
