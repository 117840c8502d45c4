/// What of a line or a cloud of points can be seen: drawings of a million points stay small, and the
/// same points are left out everywhere.
enum Decimation {
  /// Points of a line in units of the drawing, of which at most a few for each `step` to the right:
  /// the first and last, the lowest and the highest. Where the line runs back it is thinned instead.
  static func line(_ points: [(x: Double, y: Double)], step: Double) -> [(x: Double, y: Double)] {
    guard points.count > 2000 else { return points }
    let runsRight = zip(points, points.dropFirst()).allSatisfy { $0.x <= $1.x }
    guard runsRight else {
      let every = (points.count + 3999) / 4000
      return points.indices.filter { $0 % every == 0 || $0 == points.count - 1 }.map { points[$0] }
    }
    var kept: [(x: Double, y: Double)] = []
    var start = 0
    while start < points.count {
      let column = (points[start].x / step).rounded(.down)
      var end = start
      var (lowest, highest) = (start, start)
      while end < points.count, (points[end].x / step).rounded(.down) == column {
        if points[end].y < points[lowest].y { lowest = end }
        if points[end].y > points[highest].y { highest = end }
        end += 1
      }
      var last: Int?
      for i in [start, min(lowest, highest), max(lowest, highest), end - 1] where i != last {
        kept.append(points[i])
        last = i
      }
      start = end
    }
    return kept
  }

  /// One point for each square of side `step`.
  static func cloud(_ points: [(x: Double, y: Double)], step: Double) -> [(x: Double, y: Double)] {
    guard points.count > 2000 else { return points }
    var seen: Set<Int> = []
    return points.filter { point in
      let column = Int((point.x / step).rounded(.down))
      let row = Int((point.y / step).rounded(.down))
      return seen.insert(column &* 1_000_003 &+ row).inserted
    }
  }
}
