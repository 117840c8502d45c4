#if arch(wasm32)
import CSystem

func nanoseconds() -> UInt64 { UInt64(et_now() * 1e6) }

/// A page has no environment.
@Sendable public func environmentVariable(_ name: String) -> String? { nil }
#endif
