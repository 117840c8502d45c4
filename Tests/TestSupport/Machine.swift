import Foundation

/// What the machine that runs the tests has. A test that needs more is skipped with a reason.
public enum Machine {
  /// Where Debian's package puts Fashion-MNIST.
  public static let fashionMNIST = "/usr/share/datasets/fashion-mnist"

  /// Whether Debian's package of Fashion-MNIST is installed.
  public static let hasFashionMNIST = FileManager.default.fileExists(atPath: fashionMNIST)

  /// Whether a program can be run by its name.
  public static func has(_ program: String) -> Bool {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return path.split(separator: ":").contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(program)")
    }
  }
}
