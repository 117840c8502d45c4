import Interpreter
import Tensor

/// A picture of data: what it shows, and all that its digest is taken of. How it is drawn is no
/// part of it.
public struct Figure: Presentable {
  /// A named sequence of points.
  public struct Series: Sendable {
    /// Its name in the legend; empty for a single one.
    public var name: String
    /// Positions along the x axis; empty for 0, 1, 2, …, and in a histogram.
    public var x: [Double]
    /// Values.
    public var y: [Double]

    /// Makes a series.
    public init(name: String, x: [Double], y: [Double]) {
      (self.name, self.x, self.y) = (name, x, y)
    }
  }

  /// An axis: what stands along it, and how it runs.
  public struct Axis: Sendable {
    /// What it measures; empty for nothing.
    public var label = ""
    /// True when equal distances are equal ratios.
    public var isLogarithmic = false
    /// The part of it that is shown; nil for all that has data.
    public var limits: ClosedRange<Double>?
  }

  /// What is drawn, by kind of figure.
  public enum Content: Sendable {
    /// Lines through points.
    case plot([Series])
    /// Points, a class or group a series.
    case scatter([Series])
    /// Counts of values in bins of equal width.
    case hist([Series], bins: Int)
    /// A bar for each name, of each series.
    case bar(names: [String], [Series])
    /// A matrix as colours.
    case heatmap(Matrix)
    /// Values or classes over the plane.
    case field(Field)
    /// Pictures in rows.
    case images(Images)
    /// Figures in rows.
    case panels([Figure], columns: Int)

    /// Whether it is many pictures, which a wide screen shows more of.
    var hasParts: Bool {
      switch self {
      case .images, .panels: true
      default: false
      }
    }
  }

  /// A matrix with names of its rows and columns.
  public struct Matrix: Sendable {
    /// Of rank 2.
    public var values: Tensor
    /// Names of the rows; empty for 0, 1, 2, …
    public var rows: [String]
    /// Names of the columns.
    public var columns: [String]
    /// How the values are written in the cells; empty for a format by their size.
    public var format: String
  }

  /// Values on a grid of two numeric axes, and what is drawn over it.
  public struct Field: Sendable {
    /// One row for each y, one column for each x.
    public var values: Tensor
    /// Positions of the columns, ascending.
    public var x: [Double]
    /// Positions of the rows, ascending.
    public var y: [Double]
    /// True when the values are classes, and not on a scale.
    public var isClasses: Bool
    /// Points over it, or the path, a class or group a series.
    public var overlay: [Series]
  }

  /// Pictures of one size.
  public struct Images: Sendable {
    /// Picture by picture, row by row, the three colours of a pixel together.
    public var pixels: Tensor
    /// Rows of a picture.
    public var height: Int
    /// Columns of a picture.
    public var width: Int
    /// True when a pixel has red, green and blue.
    public var isColored: Bool
    /// Pictures in a row; nil to fit the width.
    public var columns: Int?
    /// What stands above each; empty for nothing.
    public var titles: [String]
  }

  /// Its title; empty for none.
  public var title: String
  /// The axis to the right.
  public var xAxis = Axis()
  /// The axis upwards.
  public var yAxis = Axis()
  /// What is drawn.
  public var content: Content

  /// How the one line and the digest name the kind.
  public var kind: String {
    switch content {
    case .plot: "plot"
    case .scatter: "scatter"
    case .hist: "hist"
    case .bar: "bar"
    case .heatmap: "heatmap"
    case .field(let field): field.isClasses ? "regions" : "surface"
    case .images: "images"
    case .panels: "panels"
    }
  }

  /// `figure`
  public var typeName: String { "figure" }

  /// One line: kind, title, series × points and the digest.
  public func show(width: Int) -> String {
    let words = title.split { $0.isNewline }.joined(separator: " ")
    let name = words.isEmpty ? kind : "\(kind) \"\(words)\""
    let digest = Interpreter.digest(of: Value(self)).prefix(16)
    return "\(name): \(extent), digest \(digest)"
  }

  /// How much data it shows.
  private var extent: String {
    switch content {
    case .plot(let series), .scatter(let series):
      return "\(series.count) series × \(counts(series, "point"))\(leftOut(series))"
    case .hist(let series, let bins):
      return "\(series.count) series × \(counts(series, "value")) in \(bins) bins"
    case .bar(let names, let series):
      return "\(series.count) series × \(plural(names.count, "bar"))"
    case .heatmap(let matrix):
      return "\(matrix.values.shape[0]) × \(matrix.values.shape[1]) cells"
    case .field(let field):
      let over = field.overlay.reduce(0) { $0 + $1.y.count }
      return "\(field.values.shape[0]) × \(field.values.shape[1]) cells"
        + (over == 0 ? "" : ", \(plural(over, "point"))")
    case .images(let images):
      let count = images.pixels.shape[0]
      return "\(plural(count, "image")) of \(images.height) × \(images.width)"
    case .panels(let figures, let columns):
      let kinds = figures.map(\.kind).joined(separator: ", ")
      return "\(plural(figures.count, "figure")) in \(plural(columns, "column")) (\(kinds))"
    }
  }

  private func counts(_ series: [Series], _ unit: String) -> String {
    let counts = series.map(\.y.count)
    let (least, most) = (counts.min() ?? 0, counts.max() ?? 0)
    return least == most ? plural(most, unit) : "\(least)–\(most) \(unit)s"
  }

  /// A logarithm has no place for zero and below, nor has any axis for what is not finite.
  private func leftOut(_ series: [Series]) -> String {
    let count = series.reduce(0) { $0 + $1.y.count - places($1).count }
    return count == 0 ? "" : ", \(plural(count, "point")) left out"
  }

  /// The points of a series that have a place on the axes, with their positions in it.
  func places(_ series: Series) -> [(index: Int, x: Double, y: Double)] {
    var found: [(index: Int, x: Double, y: Double)] = []
    found.reserveCapacity(series.y.count)
    for (i, y) in series.y.enumerated() {
      let x = series.x.isEmpty ? Double(i) : series.x[i]
      if xAxis.holds(x), yAxis.holds(y) { found.append((i, x, y)) }
    }
    return found
  }

  /// Kind, titles, axes and data.
  public func digest(into writer: inout DigestWriter) {
    for text in [kind, title, xAxis.label, yAxis.label] { writer.text(text) }
    content.digest(into: &writer)
    // What few figures have stands at the end, where it can be left out.
    for (tag, axis) in zip(["x", "y"], [xAxis, yAxis]) {
      if axis.isLogarithmic { writer.text(tag + " log") }
      if let limits = axis.limits {
        writer.text(tag + " limits")
        writer.number(limits.lowerBound)
        writer.number(limits.upperBound)
      }
    }
  }
}

extension Figure.Axis {
  /// True for numbers that have a place on it.
  func holds(_ x: Double) -> Bool { x.isFinite && (!isLogarithmic || x > 0) }
}

extension Figure.Content {
  fileprivate func digest(into writer: inout DigestWriter) {
    func texts(_ texts: [String]) {
      writer.count(texts.count)
      for text in texts { writer.text(text) }
    }
    func numbers(_ numbers: [Double]) {
      writer.count(numbers.count)
      for number in numbers { writer.number(number) }
    }
    func all(_ series: [Figure.Series], _ count: Int = 0) {
      writer.count(count)
      writer.count(series.count)
      for one in series {
        writer.text(one.name)
        numbers(one.x)
        numbers(one.y)
      }
    }
    switch self {
    case .plot(let series), .scatter(let series): all(series)
    case .hist(let series, let bins): all(series, bins)
    case .bar(let names, let series):
      texts(names)
      all(series)
    case .heatmap(let matrix):
      writer.tensor(matrix.values)
      texts(matrix.rows)
      texts(matrix.columns)
      writer.text(matrix.format)
    case .field(let field):
      writer.tensor(field.values)
      numbers(field.x)
      numbers(field.y)
      all(field.overlay)
    case .images(let images):
      writer.tensor(images.pixels)
      writer.count(images.columns ?? 0)
      texts(images.titles)
    case .panels(let figures, let columns):
      writer.count(columns)
      writer.count(figures.count)
      for figure in figures { figure.digest(into: &writer) }
    }
  }
}

func plural(_ count: Int, _ unit: String) -> String { "\(count) \(unit)\(count == 1 ? "" : "s")" }
