/// Lines of a difference: `- ` recorded, `+ ` computed, two spaces for what is the same.
///
/// - Parameter context: equal lines kept round each change.
package func lineDiff(_ old: [String], _ new: [String], context: Int = 2) -> [String] {
  let changes = new.difference(from: old, by: hasSameBytes)
  var removed: Set<Int> = []
  var inserted: Set<Int> = []
  for change in changes {
    switch change {
    case .remove(let offset, _, _): removed.insert(offset)
    case .insert(let offset, _, _): inserted.insert(offset)
    }
  }
  var all: [(mark: String, text: String)] = []
  var (i, j) = (0, 0)
  while i < old.count || j < new.count {
    if removed.contains(i) {
      all.append(("-", old[i]))
      i += 1
    } else if inserted.contains(j) {
      all.append(("+", new[j]))
      j += 1
    } else {
      all.append((" ", old[i]))
      i += 1
      j += 1
    }
  }
  return shortened(all, context)
}

/// Whether two texts are the same in the file; `==` would take other forms of one character, as é and
/// e with an accent after it, for the same.
func hasSameBytes(_ a: String, _ b: String) -> Bool { a.utf8.elementsEqual(b.utf8) }

/// Leaves out what is far from any change.
private func shortened(_ all: [(mark: String, text: String)], _ context: Int) -> [String] {
  let changed = all.indices.filter { all[$0].mark != " " }
  var keep = Array(repeating: false, count: all.count)
  for i in changed {
    for k in max(0, i - context)...min(all.count - 1, i + context) { keep[k] = true }
  }
  var result: [String] = []
  for (i, line) in all.enumerated() {
    if keep[i] {
      result.append(line.text.isEmpty && line.mark == " " ? "" : line.mark + " " + line.text)
    } else if i == 0 || keep[i - 1] {
      result.append("  …")
    }
  }
  return result
}
