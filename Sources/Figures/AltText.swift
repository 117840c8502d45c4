extension Figure {
  /// What it shows, in one or two sentences of plain English made from its data.
  public var altText: String {
    let subject = subject
    return "\(subject.prefix(1).uppercased())\(subject.dropFirst()): \(content.summary(in: self))."
  }

  /// Its kind in plain words, its title, and what its axes measure.
  var subject: String {
    var axes: [String] = []
    for (letter, axis) in zip(["x", "y"], [xAxis, yAxis]) {
      let label = oneLine(axis.label)
      let parts = [label, axis.isLogarithmic ? "logarithmic" : ""].filter { !$0.isEmpty }
      if !parts.isEmpty { axes.append("\(letter) axis: \(parts.joined(separator: ", "))") }
    }
    return content.noun + (title.isEmpty ? "" : " \"\(oneLine(title))\"")
      + (axes.isEmpty ? "" : " (\(axes.joined(separator: "; ")))")
  }
}

// What the alternative texts of several kinds share.

/// The first few items, and how many more there are.
func listed(_ items: [String], separator: String = ", ", most: Int = 6) -> String {
  let shown = items.count > most ? items.prefix(most) + ["and \(items.count - most) more"] : items
  return shown.joined(separator: separator)
}

/// The words for a series: its name, else `alone` for a single one, else its number.
func called(_ series: [Figure.Series], _ i: Int, alone: String) -> String {
  let name = oneLine(series[i].name)
  if !name.isEmpty { return name }
  return series.count == 1 ? alone : "Series \(i + 1)"
}

/// Named groups of points with their sizes; nil where none has a name.
func groups(_ series: [Figure.Series]) -> String? {
  guard series.contains(where: { !$0.name.isEmpty }) else { return nil }
  return listed(
    series.indices.map { i in
      "\(called(series, i, alone: "")) (\(plural(series[i].y.count, "point")))"
    })
}

/// The finite range of numbers in words, `from 1 to 3` or `always 2`; nil where there is none.
func span(_ values: some Sequence<Double>) -> String? {
  var range: (low: Double, high: Double)?
  for x in values where x.isFinite {
    range = (min(range?.low ?? x, x), max(range?.high ?? x, x))
  }
  guard let range else { return nil }
  if range.low == range.high { return "always \(briefly(range.low))" }
  let ends = briefly([range.low, range.high])
  return "from \(ends[0]) to \(ends[1])"
}

/// The indices of the least and the largest finite value; nil where there is none.
func extremes(_ values: [Double]) -> (least: Int, largest: Int)? {
  let finite = values.indices.filter { values[$0].isFinite }
  guard let least = finite.min(by: { values[$0] < values[$1] }) else { return nil }
  return (least, finite.reduce(least) { values[$1] > values[$0] ? $1 : $0 })
}
