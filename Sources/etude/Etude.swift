import ArgumentParser

/// The command line.
@main
struct Etude: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "etude", abstract: "A small language for deep-learning studies.")
}
