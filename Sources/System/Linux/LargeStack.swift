#if os(Linux)
/// Bytes of stack for a thread that evaluates.
private let largeStackSize = 512 << 20

/// Whether this thread has a large stack.
private enum Stack {
  @TaskLocal static var isLarge = false
}

/// Runs `body` on a thread with a large stack and waits for it, so that builtins that call back
/// can nest to the limit of the language. On such a thread it runs `body` where it is.
public func onLargeStack<R>(_ body: () -> R) -> R {
  if Stack.isLarge { return body() }
  var result: R?
  withoutActuallyEscaping({ result = body() }) { work in
    // No thread to be had: better a shallow stack than none.
    if let thread = startOnLargeStack(work) {
      thread.join()
    } else {
      Stack.$isLarge.withValue(true, operation: work)
    }
  }
  return result!
}

/// A thread with a large stack; nil if the system gives none.
func startOnLargeStack(_ body: @escaping () -> Void) -> Thread? {
  Thread.start(stackSize: largeStackSize) { Stack.$isLarge.withValue(true, operation: body) }
}
#endif
