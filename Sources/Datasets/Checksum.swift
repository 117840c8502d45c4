import CDigest

/// SHA-256 as 64 hexadecimal digits.
package func sha256(_ bytes: [UInt8]) -> String {
  var context = SHA2_CTX()
  unsafe SHA256Init(&context)
  unsafe bytes.withUnsafeBufferPointer { unsafe SHA256Update(&context, $0.baseAddress, $0.count) }
  var digest = [UInt8](repeating: 0, count: 32)
  unsafe digest.withUnsafeMutableBufferPointer { unsafe SHA256Final($0.baseAddress, &context) }
  return digest.map(hexadecimal).joined()
}
