#if os(Linux)
import CSystem

/// A thread of the process, to be joined or detached.
public struct Thread: Sendable {
  private let handle: pthread_t

  /// Starts a thread that runs `body`; nil if the system gives none.
  ///
  /// It leaves signals to the main one, where the line editor expects them: a stop or a change of the
  /// window's size that another thread took would redraw the line beside the editor. What the thread
  /// brings upon itself still reaches it.
  ///
  /// - Parameter stackSize: bytes of stack, reserved, and used only as deep as calls go; nil for what
  ///   threads have.
  public static func start(stackSize: Int? = nil, _ body: @escaping () -> Void) -> Thread? {
    var attributes = pthread_attr_t()
    unsafe pthread_attr_init(&attributes)
    defer { unsafe pthread_attr_destroy(&attributes) }
    if let stackSize { unsafe pthread_attr_setstacksize(&attributes, stackSize) }
    var handle = pthread_t()
    let work = unsafe Unmanaged.passRetained(Work(body))
    let status = withoutSignals {
      unsafe pthread_create(
        &handle, &attributes,
        { argument in
          unsafe Unmanaged<Work>.fromOpaque(argument!).takeRetainedValue().body()
          return nil
        }, work.toOpaque())
    }
    if status == 0 { return Thread(handle: handle) }
    unsafe work.release()
    return nil
  }

  /// Waits for its end.
  public func join() { pthread_join(handle, nil) }

  /// Lets it go on by itself.
  public func detach() { pthread_detach(handle) }

  /// Lets another thread have the core.
  public static func yield() { sched_yield() }

  /// Waits.
  public static func sleep(milliseconds: Int) { usleep(UInt32(milliseconds * 1000)) }
}

private final class Work {
  let body: () -> Void
  init(_ body: @escaping () -> Void) { self.body = body }
}

/// Runs `start` with all signals blocked but those that a thread brings upon itself.
private func withoutSignals<R>(_ start: () -> R) -> R {
  var (all, before) = (sigset_t(), sigset_t())
  unsafe sigfillset(&all)
  for signal in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS, SIGPIPE] {
    unsafe sigdelset(&all, signal)
  }
  unsafe pthread_sigmask(SIG_BLOCK, &all, &before)
  defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
  return start()
}

/// How many processors the process may use.
public var processorCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
#endif
