import Foundation
import Testing

/// What a run of the command gave.
struct Run {
  /// The exit code; where a signal ended the command, the signal's number negated.
  var code: Int32
  var output: String
  var errors: String
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
  let running = try Running(process(arguments, environment: environment, in: folder))
  running.input.write(Data(input.utf8))
  return try running.finish()
}

/// The command while it runs, its input open.
final class Running {
  private let process: Process
  /// Where its input is written.
  let input: FileHandle
  /// Where its output is read; closed if it goes to a file.
  let output: FileHandle
  private let errors: Reader

  /// Starts a process.
  ///
  /// - Parameter file: takes the output; nil for a pipe.
  init(_ process: Process, output file: FileHandle? = nil) throws {
    let (source, output, errors) = (Pipe(), Pipe(), Pipe())
    process.standardInput = source
    process.standardOutput = file ?? output
    process.standardError = errors
    try process.run()
    if file != nil { try output.fileHandleForWriting.close() }
    self.process = process
    input = source.fileHandleForWriting
    self.output = output.fileHandleForReading
    // Both are read at once, so that neither fills its pipe and stops the command.
    self.errors = Reader(errors.fileHandleForReading)
  }

  /// Interrupts it, as Ctrl-C does, once it has written a text.
  func interrupt(after text: String) {
    let found = output.readData(ofLength: text.utf8.count)
    #expect(String(decoding: found, as: UTF8.self) == text)
    process.interrupt()
  }

  /// Ends its input, and waits for its end. What was read of its output before is not given again.
  func finish() throws -> Run {
    try input.close()
    let text = (try? output.readToEnd()) ?? Data()
    let messages = errors.wait()
    process.waitUntilExit()
    let status = process.terminationStatus
    return Run(
      code: process.terminationReason == .exit ? status : -status,
      output: String(decoding: text, as: UTF8.self),
      errors: String(decoding: messages, as: UTF8.self))
  }
}

/// Runs the command, and interrupts it once it has written a text.
func interrupted(_ arguments: [String], after text: String) throws -> Run {
  let running = try Running(process(arguments))
  running.interrupt(after: text)
  return try running.finish()
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
