/// The counts of a histogram: one list a series, over the same bins.
package struct Histogram {
  package let low: Double
  package let high: Double
  package let counts: [[Int]]

  package init(_ series: [Figure.Series], bins: Int) {
    var range: (low: Double, high: Double)?
    for one in series {
      for x in one.y where x.isFinite {
        range = (min(range?.low ?? x, x), max(range?.high ?? x, x))
      }
    }
    let scale = Scale(range?.low ?? 0, range?.high ?? 1)
    (low, high) = (scale.low, scale.high)
    counts = series.map { one in
      var counts = [Int](repeating: 0, count: bins)
      for x in one.y where x.isFinite {
        let place = scale.position(x) * Double(bins)
        counts[min(max(Int(place), 0), bins - 1)] += 1
      }
      return counts
    }
  }

  /// The largest count of all.
  var most: Int { counts.joined().max() ?? 0 }
}
