import Interpreter
import Synchronization
import System

/// Files in memory. As the command does, it refuses to write outside of its folder.
public final class MemoryFiles: Files {
  private let files: Mutex<[String: [UInt8]]>

  /// Makes files by their paths.
  public init(_ files: [String: [UInt8]] = [:]) { self.files = Mutex(files) }

  /// The bytes of a file.
  public func read(_ path: String) throws(FileProblem) -> [UInt8] {
    guard let bytes = self[path] else {
      throw FileProblem(.read, path, .missing)
    }
    return bytes
  }

  /// Writes a file.
  public func write(_ path: String, _ bytes: [UInt8]) throws(FileProblem) {
    if path.hasPrefix("/") { throw FileProblem(.write, path, .noFiles) }
    files.withLock { $0[path] = bytes }
  }

  /// The bytes of a file; nil if there is none.
  public subscript(path: String) -> [UInt8]? { files.withLock { $0[path] } }
}
