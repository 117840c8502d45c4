#if os(Linux)
import CSystem

/// Runs a program that PATH names, and waits; its exit code, or 128 and the number of the signal that
/// ended it, as a shell says it. It gets Ctrl-C as any program does, though threads of this process
/// leave signals to the main one.
public func runProgram(_ name: String, _ arguments: [String]) throws(FileProblem) -> Int32 {
  var list: [UnsafeMutablePointer<CChar>?] = unsafe ([name] + arguments).map { unsafe strdup($0) }
  unsafe list.append(nil)
  defer { unsafe list.forEach { unsafe free($0) } }
  var child = pid_t()
  let status = unsafe et_spawn(&child, name, list)
  guard status == 0 else { throw .last(.run, name, status) }
  var result: Int32 = 0
  while unsafe waitpid(child, &result, 0) < 0, et_errno() == EINTR {}
  return result & 0x7F == 0 ? result >> 8 & 0xFF : 128 + result & 0x7F
}

/// Runs a line of the shell, and waits; true if it says that all went well.
public func runShell(_ line: String) -> Bool { unsafe system(line) == 0 }

/// The number of this process.
public var processID: Int { Int(getpid()) }
#endif
