#if os(Linux)
import CSystem

/// A variable of the process's environment.
@Sendable public func environmentVariable(_ name: String) -> String? {
  unsafe getenv(name).map { unsafe String(cString: $0) }
}

/// Makes characters UTF-8 for the C library, whatever the environment says, or says nothing.
public func chooseUTF8() {
  unsafe setlocale(LC_CTYPE, "")
  if unsafe String(cString: nl_langinfo(Int32(CODESET))) == "UTF-8" { return }
  for name in ["C.UTF-8", "C.utf8", "en_US.UTF-8"] {
    if unsafe setlocale(LC_CTYPE, name) != nil { return }
  }
}

/// Ends the process.
public func endProcess(_ code: Int32) -> Never { exit(code) }
#endif
