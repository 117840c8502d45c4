import Diagnostics
import Interpreter
import Notebook
import System

extension RunWorld {
  /// The world of a notebook in a folder of the disk.
  init(beside path: String) {
    self.init()
    let folder = Disk.parent(of: path) ?? "."
    readNotebook = { name throws(FileProblem) in try readNotebookFile(name, beside: folder) }
    startTimer = Timer.starting
  }
}

/// Lets Ctrl-C and a limit of time reach the session of a run.
final class RunWatch {
  private let limit: Double?
  private var timer: Timer?
  private(set) var session: Session?

  /// - Parameter limit: seconds.
  init(limit: Double?) { self.limit = limit }

  func begin(_ session: Session) {
    self.session = session
    Interrupts.direct(to: session.interrupt)
    timer = limit.map { Timer($0, session.interrupt) }
  }

  /// Whether the time was up.
  var hasFired: Bool { timer?.hasFired ?? false }

  /// Ends the watch; true if the time was up.
  @discardableResult
  func end() -> Bool {
    Interrupts.direct(to: nil)
    return timer?.stop() ?? false
  }
}

/// The bytes of another notebook: below the project's root, which is the nearest folder above with
/// `.git` or `etude.project`, or else this notebook's own folder.
private func readNotebookFile(_ name: String, beside folder: String) throws(FileProblem) -> [UInt8]
{
  let folder = Disk.resolved(folder)
  var root = folder
  var above: String? = folder
  while let candidate = above {
    let marks = [".git", "etude.project"].map { candidate + "/" + $0 }
    if marks.contains(where: { Disk.kind($0) != .missing }) {
      root = candidate
      break
    }
    above = Disk.parent(of: candidate)
  }
  let path = Disk.resolved(name.hasPrefix("/") ? name : folder + "/" + name)
  guard path.hasPrefix(root.hasSuffix("/") ? root : root + "/") else {
    throw FileProblem(.read, name, .outsideProject(root: root))
  }
  return try Disk.read(path)
}
