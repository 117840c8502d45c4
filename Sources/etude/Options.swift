import ArgumentParser
import Diagnostics
import Interpreter
import Notebook
import System
import Tensor

/// When output is coloured.
enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
  case auto, always, never
}

/// A number of bytes such as `512M` or `2G`.
struct ByteCount: ExpressibleByArgument {
  let bytes: Int

  init?(argument: String) {
    var digits = argument[...]
    var unit = 1
    if let letter = digits.last, let power = ["k": 1, "m": 2, "g": 3][letter.lowercased()] {
      unit = (0..<power).reduce(1) { total, _ in total * 1024 }
      digits.removeLast()
    }
    guard let count = Int(digits), count > 0,
      case let (bytes, overflow) = count.multipliedReportingOverflow(by: unit), !overflow
    else { return nil }
    self.bytes = bytes
  }
}

/// Options of all commands that compute.
struct RunOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Seed of random numbers where a notebook states none, 0 unless given.", valueName: "n"))
  var seed: UInt64?

  @Option(
    help: ArgumentHelp(
      "Worker threads, all cores unless given; results are the same.", valueName: "n"))
  var threads: Int?

  @Option(help: ArgumentHelp("Limit of memory for tensors, as 512M or 4G.", valueName: "m"))
  var memory: ByteCount?

  @Option(help: ArgumentHelp("Limit of time.", valueName: "seconds"))
  var timeout: Double?

  @Option(help: "Colour: auto, always or never.")
  var color = ColorChoice.auto

  @Flag(name: .shortAndLong, help: "Show errors and differences only.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Show more.")
  var verbose = false

  func validate() throws {
    if let seed, seed >= 1 << 53 {
      throw ValidationError("--seed must be below 9007199254740992.")
    }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads must be from 1 to 1024.")
    }
    if let timeout, !(timeout > 0 && timeout <= Timer.longest) {
      throw ValidationError("--timeout must be a number of seconds above 0, at most 1e9.")
    }
  }

  /// How a session is set up by the options and the environment.
  func sessionOptions() throws -> SessionOptions {
    var options = SessionOptions()
    options.seed = seed ?? 0
    options.threads = threads ?? processorCount
    options.memoryLimit = memory?.bytes ?? options.memoryLimit
    if let name = environmentVariable("ETUDE_ISA"), !name.isEmpty {
      guard let level = Level(name: name) else {
        let names = Level.allCases.map(\.name).joined(separator: ", ")
        throw UsageProblem("ETUDE_ISA is `\(name)`, and it can be \(names)")
      }
      guard level.isAvailable else {
        throw UsageProblem("ETUDE_ISA is `\(name)`, which this machine has not")
      }
      options.level = level
    }
    return options
  }

  /// Says so when a notebook's own seed makes `--seed` meaningless.
  func warnOfSeed(in document: Document, _ path: String, on terminal: Terminal) {
    guard let seed, let own = document.frontMatter.seed, own != seed else { return }
    terminal.complain(
      "\(path):1:1: warning: the notebook states its seed, \(own), so --seed \(seed) has no effect\n"
    )
  }

  /// How diagnostics are drawn on standard error.
  var style: RenderStyle {
    RenderStyle(isColored: colors(of: .error) != .none, width: Terminal.width ?? 100)
  }

  /// How figures are drawn on standard output; on a pipe they are one line.
  var drawingSpace: DrawingSpace? {
    guard Terminal.isOutputTerminal else { return nil }
    return DrawingSpace(
      width: Terminal.width ?? 80, height: 18, isStrict: false,
      colors: colors(of: .output))
  }

  /// The colours for what goes to a stream.
  private func colors(of stream: StandardStream) -> ColorDepth {
    switch color {
    case .always: return max(Terminal.colors, .basic)
    case .never: return .none
    case .auto:
      // https://no-color.org: any text that is not empty.
      if let no = environmentVariable("NO_COLOR"), !no.isEmpty { return .none }
      return stream.isTerminal ? Terminal.colors : .none
    }
  }
}
