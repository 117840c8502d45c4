/// The variables of a session: their values for the machine, and versions of all of them that cost
/// what was changed between them, not how many there are.
@safe final class Variables {
  /// The values by slot.
  let values = NamedValues()
  /// Slots that were stored to since `version`, in the order of the first store.
  private(set) var changed: [Int32] = []
  /// For each slot below `markCount` whether it is among them; 1 or 0.
  @unsafe private var marks: UnsafeMutablePointer<UInt8>
  private var markCount = 256
  private var version = PersistentArray<Value>(.unbound)

  /// The values of all variables at one moment.
  typealias Version = PersistentArray<Value>

  init() {
    unsafe marks = .allocate(capacity: markCount)
    unsafe marks.initialize(repeating: 0, count: markCount)
  }

  deinit { unsafe marks.deallocate() }

  /// Binds a variable.
  @inline(__always)
  func store(_ slot: Int32, _ value: Value) {
    if isChanged(slot) { values.replace(slot, value) } else { storeFirst(slot, value) }
  }

  @inline(never)
  private func storeFirst(_ slot: Int32, _ value: Value) {
    values[slot] = value
    if Int(slot) >= markCount { growMarks(to: Int(slot) + 1) }
    unsafe marks[Int(slot)] = 1
    changed.append(slot)
  }

  private func growMarks(to count: Int) {
    let larger = max(2 * markCount, count)
    let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    unsafe grown.initialize(repeating: 0, count: larger)
    unsafe grown.update(from: marks, count: markCount)
    unsafe marks.deallocate()
    unsafe marks = grown
    markCount = larger
  }

  /// Whether a variable was bound since the last version.
  @inline(__always)
  func isChanged(_ slot: Int32) -> Bool {
    unsafe Int(slot) < markCount && marks[Int(slot)] != 0
  }

  /// The variables as they are.
  func snapshot() -> Version {
    for slot in changed { version[Int(slot)] = values[slot] ?? .unbound }
    forgetChanges()
    return version
  }

  /// The variables as they were.
  func restore(_ old: Version) {
    old.forEachDifference(from: version) { slots in
      for slot in slots { values.set(slot, old[slot]) }
    }
    for slot in changed { values.set(Int(slot), old[Int(slot)]) }
    version = old
    forgetChanges()
  }

  private func forgetChanges() {
    for slot in changed { unsafe marks[Int(slot)] = 0 }
    changed.removeAll(keepingCapacity: true)
  }
}
