import CKernels

/// The instruction set that kernels use. Every level gives the same bits.
public enum Level: UInt32, Sendable, CaseIterable {
  case reference, baseline, avx2, avx512

  /// The fastest that this machine has.
  public static var best: Level { Level(rawValue: et_best_level().rawValue) ?? .baseline }

  /// The level of a name: `reference`, `baseline` (`neon` on arm64), `avx2`, `avx512`.
  public init?(name: String) {
    guard let found = Level.allCases.first(where: { $0.name == name }) else { return nil }
    self = found
  }

  /// What `ETUDE_ISA` calls it.
  public var name: String {
    unsafe String(cString: et_level_name(et_level(rawValue: rawValue)))
  }

  /// Whether this machine can run it.
  public var isAvailable: Bool { unsafe et_kernels_for(et_level(rawValue: rawValue)) != nil }

  var kernels: OpaquePointer {
    guard let kernels = unsafe et_kernels_for(et_level(rawValue: rawValue)) else {
      preconditionFailure("the machine lacks level \(name)")
    }
    return unsafe kernels
  }
}
