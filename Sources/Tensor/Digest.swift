import CDigest

/// SHA-256 of bytes: 32 of them.
public func sha256(_ bytes: [UInt8]) -> [UInt8] {
  var state = SHA2_CTX()
  unsafe SHA256Init(&state)
  unsafe SHA256Update(&state, bytes, bytes.count)
  var digest = [UInt8](repeating: 0, count: 32)
  unsafe SHA256Final(&digest, &state)
  return digest
}
