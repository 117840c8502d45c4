#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Starts a thread that leaves signals to the main one, where the line editor expects them: a stop or
/// a change of the window's size that another thread took would redraw the line beside the editor.
/// What the thread brings upon itself still reaches it.
public func withoutSignals<R>(_ start: () -> R) -> R {
  var (all, before) = (sigset_t(), sigset_t())
  unsafe sigfillset(&all)
  for signal in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS, SIGPIPE] {
    unsafe sigdelset(&all, signal)
  }
  unsafe pthread_sigmask(SIG_BLOCK, &all, &before)
  defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
  return start()
}
