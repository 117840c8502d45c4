import Foundation

/// What a run of the built command gave.
public struct CommandResult: Sendable {
  /// Its exit code; 128 and the signal's number when a signal ended it.
  public var status: Int32
  /// Standard output.
  public var output: String
  /// Standard error.
  public var errors: String
}

/// The built command: it lies beside the test program.
public let commandURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
  .deletingLastPathComponent().appendingPathComponent("etude")

/// Runs the built command and waits for it.
public func etude(
  _ arguments: [String], input: String = "", environment: [String: String] = [:],
  folder: URL? = nil
) throws -> CommandResult {
  let process = Process()
  process.executableURL = commandURL
  process.arguments = arguments
  process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
  process.currentDirectoryURL = folder
  let scratch = try temporaryFolder()
  defer { try? FileManager.default.removeItem(at: scratch) }
  // Files, not pipes: a full pipe would stop the command half way.
  func file(_ name: String, _ text: String = "") throws -> URL {
    let url = scratch.appendingPathComponent(name)
    try Data(text.utf8).write(to: url)
    return url
  }
  let (input, output, errors) = (
    try file("input", input), try file("output"), try file("errors")
  )
  process.standardInput = try FileHandle(forReadingFrom: input)
  process.standardOutput = try FileHandle(forWritingTo: output)
  process.standardError = try FileHandle(forWritingTo: errors)
  try process.run()
  process.waitUntilExit()
  let status = process.terminationStatus
  return CommandResult(
    status: process.terminationReason == .exit ? status : 128 + status,
    output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
    errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
}

/// A new, empty folder.
public func temporaryFolder() throws -> URL {
  let url = FileManager.default.temporaryDirectory.appendingPathComponent("etude-\(UUID())")
  try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  return url
}
