import Foundation

/// What a run of the command gave.
struct Run {
  var code: Int32
  var output: String
  var errors: String
}

/// A folder that is gone after the test.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "etude-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file and gives its path.
  func file(_ name: String, _ text: String) throws -> String {
    try file(name, Data(text.utf8))
  }

  func file(_ name: String, _ data: Data) throws -> String {
    let url = URL(fileURLWithPath: path + "/" + name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: url)
    return url.path
  }

  func text(_ name: String) throws -> String {
    try String(contentsOfFile: path + "/" + name, encoding: .utf8)
  }
}

/// The command, built beside the tests.
let binary: String = {
  let tests = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
  return tests.deletingLastPathComponent().appendingPathComponent("etude").path
}()

/// Starts the command with pipes, and an environment of its own.
func process(
  _ arguments: [String], environment: [String: String] = [:], in folder: String? = nil
) -> Process {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: binary)
  process.arguments = arguments
  var all = ProcessInfo.processInfo.environment
  for name in ["NO_COLOR", "ETUDE_DATA", "ETUDE_ISA", "XDG_DATA_HOME", "XDG_STATE_HOME"] {
    all[name] = nil
  }
  all["HOME"] = "/nonexistent"
  process.environment = all.merging(environment) { $1 }
  if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
  return process
}

/// Runs the command to its end.
func etude(
  _ arguments: String..., input: String = "", environment: [String: String] = [:],
  in folder: String? = nil
) throws -> Run {
  try etude(arguments, input: input, environment: environment, in: folder)
}

/// Runs the command to its end.
func etude(
  _ arguments: [String], input: String = "", environment: [String: String] = [:],
  in folder: String? = nil
) throws -> Run {
  let process = process(arguments, environment: environment, in: folder)
  let (output, errors, source) = (Pipe(), Pipe(), Pipe())
  process.standardOutput = output
  process.standardError = errors
  process.standardInput = source
  try process.run()
  // Both are read at once, so that neither fills its pipe and stops the command.
  let reader = Reader(errors.fileHandleForReading)
  source.fileHandleForWriting.write(Data(input.utf8))
  try source.fileHandleForWriting.close()
  let text = output.fileHandleForReading.readDataToEndOfFile()
  let messages = reader.wait()
  process.waitUntilExit()
  let code = process.terminationStatus
  return Run(
    code: process.terminationReason == .exit ? code : 128 + code,
    output: String(decoding: text, as: UTF8.self),
    errors: String(decoding: messages, as: UTF8.self))
}

/// Reads a pipe on a thread of its own.
final class Reader: @unchecked Sendable {
  private let done = DispatchSemaphore(value: 0)
  private var data = Data()

  init(_ handle: FileHandle) {
    Thread.detachNewThread { [self] in
      data = handle.readDataToEndOfFile()
      done.signal()
    }
  }

  func wait() -> Data {
    done.wait()
    return data
  }
}
