import ArgumentParser
import Datasets
import Diagnostics
import System

/// `etude data`
struct Data: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List, get and verify data sets.",
    subcommands: [List.self, Get.self, Verify.self])

  /// `etude data list`
  struct List: WritingCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the data sets that are known, and where they are.")

    func run(on terminal: Terminal) throws {
      for set in DataSet.all {
        let place = set.folder(environmentVariable) ?? "not on this machine"
        terminal.write("\(set.name)  \(set.title)\n  \(place)\n")
      }
    }
  }

  /// `etude data get`
  struct Get: WritingCommand {
    static let configuration = CommandConfiguration(
      abstract: "Download a data set from its official address with curl, and verify it.")

    @Argument(help: "The data set, as fashion-mnist.")
    var name: String

    func run(on terminal: Terminal) throws {
      let set = try dataSet(name)
      if let folder = set.folder(environmentVariable), (try? set.load(from: folder)) != nil {
        return terminal.write("\(set.name) is in \(folder), and whole\n")
      }
      let folder = try target(set)
      do throws(DataProblem) {
        try set.download(into: folder, showsProgress: Terminal.isErrorTerminal) { address in
          terminal.complain(address + "\n")
        }
      } catch {
        throw UsageProblem(error.message, hint: error.hint)
      }
      terminal.write("\(set.name) is in \(folder)\n")
    }

    /// Where a downloaded set goes: the first place that is looked at.
    private func target(_ set: DataSet) throws -> String {
      let isOwn = !(environmentVariable("ETUDE_DATA") ?? "").isEmpty
      let folders = set.folders(environmentVariable)
      guard isOwn || folders.count > 1, let first = folders.first else {
        throw UsageProblem("there is no home folder for data; set ETUDE_DATA to one")
      }
      return first
    }
  }

  /// `etude data verify`
  struct Verify: WritingCommand {
    static let configuration = CommandConfiguration(
      abstract: "Compare data sets with their checksums; all that are here unless one is named.")

    @Argument(help: "The data set, as fashion-mnist.")
    var name: String?

    func run(on terminal: Terminal) throws {
      let sets = try name.map { [try dataSet($0)] } ?? DataSet.all
      var holds = true
      for set in sets {
        guard let folder = set.folder(environmentVariable) else {
          if name != nil { throw absent(set, on: terminal) }
          terminal.write("\(set.name) is not on this machine\n")
          continue
        }
        do throws(DataProblem) {
          _ = try set.load(from: folder)
          terminal.write("\(set.name) in \(folder) is whole: sha256:\(set.digest)\n")
        } catch {
          holds = false
          complain(error, on: terminal)
        }
      }
      if !holds { throw ExitCode.difference }
    }

    private func absent(_ set: DataSet, on terminal: Terminal) -> ExitCode {
      complain(set.absence, on: terminal)
      return .difference
    }

    private func complain(_ problem: DataProblem, on terminal: Terminal) {
      let diagnostic = Diagnostic(.data, problem.message, hint: problem.hint)
      terminal.complain("etude: " + render(diagnostic) + "\n")
    }
  }
}

private func dataSet(_ name: String) throws -> DataSet {
  if let set = DataSet.named(name) { return set }
  let names = DataSet.all.map(\.name)
  let near = nearest(to: name, among: names)
  let hint = near.map { "did you mean `\($0)`?" } ?? "known: " + names.joined(separator: ", ")
  throw UsageProblem("there is no data set `\(name)`\n  hint: \(hint)")
}
