#if os(Linux)
import CSystem

/// What signals but Ctrl-C do.
public enum Signals {
  /// A reader who has left ends the process, whatever its parent had set. A write beyond the limit of a
  /// file's size is an error like any other.
  public static func prepare() {
    et_default_signal(SIGPIPE)
    et_ignore_signal(SIGXFSZ)
  }

  /// Has the terminal mark what is pasted again when the process goes on after a stop: a shell that had
  /// the terminal meanwhile has turned the marks off.
  public static func markPastesAgainAfterStop() {
    et_handle_signal(
      SIGCONT,
      { _ in
        let (error, marks) = (et_errno(), StaticString("\u{1B}[?2004h"))
        _ = unsafe write(STDOUT_FILENO, marks.utf8Start, marks.utf8CodeUnitCount)
        et_set_errno(error)
      }, SA_RESTART)
  }
}
#endif
