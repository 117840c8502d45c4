#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Bytes of stack for a thread that evaluates; reserved, and used only as deep as calls go.
private let largeStackSize = 512 << 20

/// Runs `body` on a thread with a large stack and waits for it, so that builtins that call back
/// can nest to the limit of the language. On such a thread it runs `body` where it is.
public func onLargeStack<R>(_ body: () -> R) -> R {
  if Stack.isLarge { return body() }
  var result: R?
  withoutActuallyEscaping({ result = Stack.$isLarge.withValue(true, operation: body) }) { work in
    runThread(work)
  }
  return result!
}

private final class Work {
  let body: () -> Void
  init(_ body: @escaping () -> Void) { self.body = body }
}

/// Whether this thread was started by `onLargeStack`.
private enum Stack {
  @TaskLocal static var isLarge = false
}

private func runThread(_ body: @escaping () -> Void) {
  var attributes = pthread_attr_t()
  unsafe pthread_attr_init(&attributes)
  defer { unsafe pthread_attr_destroy(&attributes) }
  unsafe pthread_attr_setstacksize(&attributes, largeStackSize)
  var thread = pthread_t()
  let work = unsafe Unmanaged.passRetained(Work(body))
  let status = unsafe pthread_create(
    &thread, &attributes,
    { argument in
      unsafe Unmanaged<Work>.fromOpaque(argument!).takeRetainedValue().body()
      return nil
    }, work.toOpaque())
  guard status == 0 else {
    // No thread to be had: better a shallow stack than none.
    unsafe work.release()
    return body()
  }
  pthread_join(thread, nil)
}
