#if os(Linux)
import CSystem

/// A variable of the process's environment.
@Sendable public func environmentVariable(_ name: String) -> String? {
  unsafe getenv(name).map { unsafe String(cString: $0) }
}
#endif
