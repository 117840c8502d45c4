/// Where buffers stand in one block of memory, so that those that are needed at the same time do not
/// overlap.
struct MemoryPlan {
  /// One a buffer, a multiple of 64.
  private(set) var offsets: [Int] = []
  /// Of all.
  private(set) var bytes = 0

  /// A part of the block that no buffer has now.
  private struct Gap {
    var offset: Int
    var bytes: Int
  }

  /// Plans for buffers in the order in which they are taken: each gets the smallest gap that it
  /// fits.
  init(_ buffers: [KernelTrace.Buffer]) {
    var gaps: [Gap] = []
    var used: [(end: Int, gap: Gap)] = []
    for buffer in buffers {
      for (end, gap) in used where end <= buffer.first { MemoryPlan.add(gap, to: &gaps) }
      used.removeAll { $0.end <= buffer.first }
      let size = max(64, (buffer.bytes + 63) & ~63)
      var gap = Gap(offset: bytes, bytes: size)
      let fitting = gaps.indices.filter { gaps[$0].bytes >= size }
      if let best = fitting.min(by: { gaps[$0].bytes < gaps[$1].bytes }) {
        gap.offset = gaps[best].offset
        gaps[best].offset += size
        gaps[best].bytes -= size
      } else {
        bytes += size
      }
      offsets.append(gap.offset)
      used.append((buffer.end ?? .max, gap))
    }
  }

  /// Adds a gap, joined with its neighbours.
  private static func add(_ gap: Gap, to gaps: inout [Gap]) {
    var gap = gap
    gaps.removeAll { other in
      guard other.bytes > 0 else { return true }
      let isBefore = other.offset + other.bytes == gap.offset
      let isAfter = gap.offset + gap.bytes == other.offset
      guard isBefore || isAfter else { return false }
      gap = Gap(offset: min(gap.offset, other.offset), bytes: gap.bytes + other.bytes)
      return true
    }
    gaps.append(gap)
  }
}
