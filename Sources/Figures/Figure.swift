import Interpreter
import Tensor

/// A picture of data: what it shows, and all that its digest is taken of.
public struct Figure: Presentable {
  /// The kinds of figure.
  public enum Kind: String, Sendable {
    /// Lines through points.
    case plot
    /// Counts of values in bins.
    case hist
  }

  /// A named sequence of points.
  public struct Series: Sendable {
    /// Its name in the legend; empty for a single one.
    public var name: String
    /// Positions along the x axis; empty for 0, 1, 2, …, and in a histogram.
    public var x: [Double]
    /// Values.
    public var y: [Double]
  }

  /// The kind.
  public var kind: Kind
  /// Its title; empty for none.
  public var title: String
  /// What stands along the x axis.
  public var xLabel: String
  /// What stands along the y axis.
  public var yLabel: String
  /// How many bins a histogram has.
  public var bins: Int
  /// Its data.
  public var series: [Series]

  /// `figure`
  public var typeName: String { "figure" }

  /// One line: kind, title, series × points and the digest.
  public func show(width: Int) -> String {
    let words = title.split { $0.isNewline }.joined(separator: " ")
    let name = words.isEmpty ? kind.rawValue : "\(kind.rawValue) \"\(words)\""
    let digest = Interpreter.digest(of: Value(self)).prefix(16)
    return "\(name): \(extent), digest \(digest)"
  }

  private var extent: String {
    let counts = series.map(\.y.count)
    let (least, most) = (counts.min() ?? 0, counts.max() ?? 0)
    let unit = kind == .hist ? "value" : "point"
    let points = least == most ? "\(most)" : "\(least)–\(most)"
    return "\(series.count) series × \(points) \(unit)\(most == 1 ? "" : "s")"
      + (kind == .hist ? " in \(bins) bins" : "")
  }

  /// Kind, titles, axes and data.
  public func digest(into writer: inout DigestWriter) {
    for text in [kind.rawValue, title, xLabel, yLabel] { writer.text(text) }
    writer.count(bins)
    writer.count(series.count)
    for one in series {
      writer.text(one.name)
      for numbers in [one.x, one.y] {
        writer.count(numbers.count)
        for number in numbers { writer.number(number) }
      }
    }
  }
}
