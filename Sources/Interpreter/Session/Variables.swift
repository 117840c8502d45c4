/// The variables of a session: their values for the machine, and versions of all of them that cost
/// what was changed between them, not how many there are.
@safe final class Variables {
  /// The values by slot.
  let values = NamedValues()
  /// Slots that were stored to since `version`, in the order of the first store.
  private(set) var changed: [Int32] = []
  /// For each slot whether it is among them; 1 or 0.
  @unsafe private let marks: UnsafeMutablePointer<UInt8>
  private var version = PersistentArray<Value>(.unbound)

  /// The values of all variables at one moment.
  typealias Version = PersistentArray<Value>

  init() {
    unsafe marks = .allocate(capacity: NamedValues.capacity)
    unsafe marks.initialize(repeating: 0, count: NamedValues.capacity)
  }

  deinit { unsafe marks.deallocate() }

  /// Binds a variable.
  @inline(__always)
  func store(_ slot: Int32, _ value: Value) {
    values[slot] = value
    if unsafe marks[Int(slot)] == 0 { mark(slot) }
  }

  @inline(never)
  private func mark(_ slot: Int32) {
    unsafe marks[Int(slot)] = 1
    changed.append(slot)
  }

  /// Whether a variable was bound since the last version.
  func isChanged(_ slot: Int32) -> Bool { unsafe marks[Int(slot)] != 0 }

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
