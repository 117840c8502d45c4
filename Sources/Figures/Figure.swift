import Interpreter

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

  /// Its title; empty for none.
  public var title: String
  /// The axis to the right.
  public var xAxis = Axis()
  /// The axis upwards.
  public var yAxis = Axis()
  /// What is drawn.
  var content: any FigureKind

  /// How the one line and the digest name the kind.
  public var kind: String { content.name }

  /// `figure`
  public var typeName: String { "figure" }

  /// One line: kind, title, series × points and the digest.
  public func show(width: Int) -> String {
    let words = title.split { $0.isNewline }.joined(separator: " ")
    let name = words.isEmpty ? kind : "\(kind) \"\(words)\""
    let digest = Interpreter.digest(of: Value(self)).prefix(16)
    return "\(name): \(content.extent(in: self)), digest \(digest)"
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

/// A count with its unit in the singular or plural.
func plural(_ count: Int, _ unit: String) -> String { "\(count) \(unit)\(count == 1 ? "" : "s")" }
