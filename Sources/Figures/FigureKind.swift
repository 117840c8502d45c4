import Interpreter

/// What a figure draws: its data, and all that depends on the kind of figure.
protocol FigureKind: Sendable {
  /// The builtins that make it.
  static var builtins: [Builtin] { get }

  /// How the one line and the digest name it.
  var name: String { get }
  /// How much data it shows, for the one line.
  func extent(in figure: Figure) -> String
  /// What it is called in plain English: `line plot`.
  var noun: String { get }
  /// What its data shows, for the alternative text: a sentence or two without the last period.
  func summary(in figure: Figure) -> String
  /// Its data; titles and axes are digested by the figure.
  func digest(into writer: inout DigestWriter)

  /// True for many pictures, which a wide screen shows more of.
  var hasParts: Bool { get }
  /// True when a panel of it takes all the height of its row.
  var stretches: Bool { get }
  /// How wide its SVG is.
  var naturalWidth: Double { get }
  /// How high its SVG is at a width.
  func height(of figure: Figure, width: Double) -> Double
  /// Draws it as SVG within a rectangle.
  func draw(_ figure: Figure, in rect: Rect, with painter: inout Painter)
  /// Draws it in characters, below the title.
  func lines(
    of figure: Figure, width: Int, height: Int, with painter: TextPainter
  ) -> [TextLine]
}

extension FigureKind {
  var hasParts: Bool { false }
  var stretches: Bool { false }
  var naturalWidth: Double { Figure.naturalWidth }
}

/// Every kind of figure, in the order in which their builtins are listed.
private let figureKinds: [any FigureKind.Type] = [
  Plot.self,
  Scatter.self,
  Histogram.self,
  Bar.self,
  Heatmap.self,
  Field.self,
  Images.self,
  Panels.self,
]

/// The builtins that make figures, and the one that writes them.
public let figureBuiltins: [Builtin] = figureKinds.flatMap { $0.builtins } + [saveBuiltin]
