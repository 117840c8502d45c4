import Interpreter

// What kinds of figures with series of points share.

extension Figure {
  /// How many points the series have, and how many have no place.
  func pointCounts(_ series: [Series]) -> String {
    "\(series.count) series × \(counts(series, "point"))\(leftOut(series))"
  }

  /// A logarithm has no place for zero and below, nor has any axis for what is not finite.
  func leftOut(_ series: [Series]) -> String {
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
}

/// How many values the series have: one count where all have as many, else the least and the most.
func counts(_ series: [Figure.Series], _ unit: String) -> String {
  let counts = series.map(\.y.count)
  let (least, most) = (counts.min() ?? 0, counts.max() ?? 0)
  return least == most ? plural(most, unit) : "\(least)–\(most) \(unit)s"
}

extension DigestWriter {
  /// Texts with their count.
  mutating func texts(_ texts: [String]) {
    count(texts.count)
    for one in texts { text(one) }
  }

  /// Numbers with their count.
  mutating func numbers(_ numbers: [Double]) {
    count(numbers.count)
    for one in numbers { number(one) }
  }

  /// Series of points, after a count of the kind's own.
  mutating func series(_ series: [Figure.Series], count own: Int = 0) {
    count(own)
    count(series.count)
    for one in series {
      text(one.name)
      numbers(one.x)
      numbers(one.y)
    }
  }
}
