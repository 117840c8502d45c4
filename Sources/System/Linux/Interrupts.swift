#if os(Linux)
import CSystem
import Synchronization

/// What Ctrl-C does: the first asks the running computation to stop. A second one before it has stopped
/// ends the process with 130, but not a prompt's: its session must outlive an impatient finger, and
/// Ctrl-\ is there for what never stops.
public enum Interrupts {
  // A signal handler can reach nothing but a global. The project has no others; docs/map.md says so.
  /// The flag of the session that runs, as an unretained pointer; 0 for none.
  private static let target = Atomic<UInt>(0)
  private static let count = Atomic<Int>(0)
  private static let keepsProcess = Atomic<Bool>(false)

  /// Makes Ctrl-C set this flag. The flag must live until another takes its place.
  public static func direct(to flag: InterruptFlag?) {
    let pointer = flag.map { unsafe UInt(bitPattern: Unmanaged.passUnretained($0).toOpaque()) }
    target.store(pointer ?? 0, ordering: .sequentiallyConsistent)
    count.store(0, ordering: .sequentiallyConsistent)
  }

  /// Lets the process go on from now on however often Ctrl-C is pressed.
  public static func keepProcess() {
    keepsProcess.store(true, ordering: .sequentiallyConsistent)
  }

  /// Takes over Ctrl-C. A read that waits is ended by it rather than begun again, so that a prompt
  /// can drop its line.
  public static func install() {
    // Made before any signal can come: a lazy constant takes a lock, which a handler must not.
    _ = target.load(ordering: .relaxed)
    _ = count.load(ordering: .relaxed)
    _ = keepsProcess.load(ordering: .relaxed)
    et_handle_signal(SIGINT, { _ in Interrupts.pressed() }, 0)
    // Whoever started the process may have had it blocked, and a child inherits that.
    var own = sigset_t()
    unsafe sigemptyset(&own)
    unsafe sigaddset(&own, SIGINT)
    unsafe pthread_sigmask(SIG_UNBLOCK, &own, nil)
  }

  private static func pressed() {
    let error = et_errno()
    let before = count.wrappingAdd(1, ordering: .sequentiallyConsistent).oldValue
    let bits = target.load(ordering: .sequentiallyConsistent)
    if let pointer = unsafe UnsafeRawPointer(bitPattern: bits) {
      if before > 0, !keepsProcess.load(ordering: .sequentiallyConsistent) { _exit(130) }
      unsafe Unmanaged<InterruptFlag>.fromOpaque(pointer)._withUnsafeGuaranteedRef { $0.set() }
    }
    et_set_errno(error)
  }
}
#endif
