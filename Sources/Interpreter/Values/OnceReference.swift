import Synchronization

/// A reference that the thread that comes first sets, for good.
///
/// What the standard library's `AtomicLazyReference` is, but compiled for its type: reading that one
/// looks up the metadata of generic types at run time, which takes as long as all else in `append`.
@safe struct OnceReference<Instance: AnyObject & Sendable>: ~Copyable, Sendable {
  /// The address of an object that is held once on behalf of this; 0 for none.
  private let address = Atomic<UInt>(0)

  deinit {
    if let pointer = unsafe UnsafeRawPointer(bitPattern: address.load(ordering: .acquiring)) {
      unsafe Unmanaged<Instance>.fromOpaque(pointer).release()
    }
  }

  /// Whether it is set.
  @inline(__always)
  var isSet: Bool { address.load(ordering: .relaxed) != 0 }

  /// The object, if it is set.
  @inline(__always)
  func load() -> Instance? { OnceReference.object(address.load(ordering: .acquiring)) }

  /// Sets it to an object unless it is set. Returns what it is set to.
  func storeIfNil(_ object: Instance) -> Instance {
    let held = unsafe Unmanaged.passRetained(object)
    let (isStored, before) = address.compareExchange(
      expected: 0, desired: unsafe UInt(bitPattern: held.toOpaque()),
      ordering: .acquiringAndReleasing)
    guard !isStored, let first = OnceReference.object(before) else { return object }
    unsafe held.release()
    return first
  }

  @inline(__always)
  private static func object(_ address: UInt) -> Instance? {
    guard let pointer = unsafe UnsafeRawPointer(bitPattern: address) else { return nil }
    return unsafe Unmanaged<Instance>.fromOpaque(pointer).takeUnretainedValue()
  }
}
