import CKernels

/// A stream of random numbers: 128 bits that name it, and how far it has been used.
///
/// Derived as the numerics contract, rule 6, says: nothing but the seed and names decides it.
public struct RandomStream: Sendable, Equatable {
  private let seed: UInt64
  let low: UInt64
  let high: UInt64
  private var calls: UInt64 = 0
  private var forks: [String: Int] = [:]

  private init(seed: UInt64, parent: [UInt8], name: String, counts: [UInt64]) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(128)
    func field(_ content: some Collection<UInt8>) {
      bytes.append(UInt64(content.count))
      bytes += content
    }
    func field(_ number: UInt64) {
      bytes.append(8 as UInt64)
      bytes.append(number)
    }
    field("etude-stream-1".utf8)
    field(seed)
    field(parent)
    field(name.utf8)
    for count in counts { field(count) }
    let digest = sha256(bytes)
    self.seed = seed
    low = RandomStream.word(digest[0..<8])
    high = RandomStream.word(digest[8..<16])
  }

  /// The stream that a seed stands for.
  public static func root(seed: UInt64) -> RandomStream {
    RandomStream(seed: seed, parent: [], name: "", counts: [0])
  }

  /// What a seed becomes when a study is repeated: trial 0 keeps it, and trial k gets the first 53
  /// bits of SHA-256 over ("etude-trial-1", seed, k), so that the trials of a few seeds are the first
  /// of those of many.
  public static func seed(_ seed: UInt64, trial: Int) -> UInt64 {
    if trial == 0 { return seed }
    let digest = sha256(Array("etude-trial-1".utf8) + bytes(seed) + bytes(UInt64(trial)))
    return word(digest[0..<8]) & (1 << 53 - 1)
  }

  /// The next stream of that name made from this one.
  public mutating func fork(_ name: String) -> RandomStream {
    let count = forks[name, default: 0]
    forks[name] = count + 1
    return child(name, [UInt64(count)])
  }

  /// What a rejected integer is drawn from: retry `r` of element `i` of a drawing call.
  func retry(call: UInt32, element: Int, _ r: Int) -> RandomStream {
    child("retry", [UInt64(call), UInt64(element), UInt64(r)])
  }

  private func child(_ name: String, _ counts: [UInt64]) -> RandomStream {
    let parent = RandomStream.bytes(low) + RandomStream.bytes(high)
    return RandomStream(seed: seed, parent: parent, name: name, counts: counts)
  }

  /// The 16 bytes that name the stream.
  public var identity: [UInt8] { RandomStream.bytes(low) + RandomStream.bytes(high) }

  /// The number of the next drawing call.
  mutating func nextCall() throws(TensorError) -> UInt32 {
    guard let call = UInt32(exactly: calls) else { throw TensorError(.streamExhausted) }
    calls += 1
    return call
  }

  func kernel(call: UInt32) -> et_stream { et_stream(key: low, call: call, high: high) }

  private static func bytes(_ x: UInt64) -> [UInt8] {
    var result: [UInt8] = []
    result.append(x)
    return result
  }

  private static func word(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}

extension [UInt8] {
  /// Appends the eight bytes of a number, the least significant first.
  fileprivate mutating func append(_ x: UInt64) {
    unsafe Swift.withUnsafeBytes(of: x.littleEndian) { unsafe append(contentsOf: $0) }
  }
}
