import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

extension Trait where Self == ConditionTrait {
  /// Skips tests on a terminal where there is no tmux to play it.
  static var needsTmux: Self { .enabled(if: Machine.has("tmux"), "tmux is not installed") }
}

/// The command on a terminal that tmux plays, whose keys are pressed and whose screen is read.
final class TerminalScreen {
  /// What did not happen.
  struct Problem: Error, CustomStringConvertible {
    var description: String
  }

  let folder: TemporaryFolder
  private let socket: String

  /// Starts the command in a folder of its own, which is its home too.
  ///
  /// - Parameters:
  ///   - environment: variables beside the few that are set for all tests.
  ///   - limits: commands of the shell before it.
  init(
    columns: Int = 80, rows: Int = 24, environment: [String: String] = [:], limits: String = "",
    in folder: TemporaryFolder? = nil, _ arguments: String...
  ) throws {
    self.folder = try folder ?? TemporaryFolder()
    socket = "etude-\(UUID().uuidString)"
    var all: [String: String?] = [
      "HOME": self.folder.path, "XDG_STATE_HOME": "", "XDG_DATA_HOME": "", "NO_COLOR": "1",
      "LANG": "C.UTF-8", "LC_ALL": "", "COLORTERM": "", "ETUDE_HISTORY": nil,
      "ETUDE_ISA": "", "EDITOR": "", "VISUAL": "",
    ]
    all.merge(environment) { $1 }
    let settings = all.sorted { $0.key < $1.key }.map { name, value in
      value.map { "\(name)='\($0)'" } ?? "-u \(name)"
    }.sorted()
    // What is left of the screen stays readable once the command has ended.
    let command =
      limits + " env " + settings.joined(separator: " ") + " '\(binary)' "
      + arguments.joined(separator: " ")
      + "; echo \"left with $?\"; exec cat"
    _ = try run(
      [
        "-f", "/dev/null", "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", "-c",
        self.folder.path, command,
      ])
  }

  deinit { _ = try? run(["kill-server"]) }

  /// Presses keys by tmux's names: `Enter`, `C-c`, `Up`.
  func press(_ keys: String...) throws { _ = try run(["send-keys"] + keys) }

  /// Types text as it is, and presses keys after it.
  func type(_ text: String, _ keys: String...) throws {
    // A `;` at its end would end tmux's own command.
    let word = text.hasSuffix(";") ? text.dropLast() + "\\;" : text
    try tmux("send-keys", "-l", "--", word)
    if !keys.isEmpty { _ = try run(["send-keys"] + keys) }
  }

  /// Types a line, and once it stands there presses Enter and waits for the next prompt.
  func enter(_ text: String) throws {
    try type(text)
    try wait("typed line `\(text)`") { $0.joined().hasSuffix(text) }
    try press("Enter")
    try wait("prompt after `\(text)`") { [">", "."].contains($0.last) }
  }

  /// Pastes as a terminal does that marks what is pasted.
  func paste(_ text: String) throws {
    let path = try folder.file("pasted", text)
    try tmux("load-buffer", path)
    try tmux("paste-buffer", "-p", "-r")
  }

  func resize(columns: Int, rows: Int) throws {
    try tmux("resize-window", "-x", "\(columns)", "-y", "\(rows)")
  }

  /// Closes the terminal under the command.
  func close() throws { try tmux("kill-server") }

  /// The lines of the screen without blanks at their ends, and without empty lines at its end.
  ///
  /// - Parameter hasColors: true for the escape sequences of colours too.
  func lines(hasColors: Bool = false) throws -> [String] {
    let text = try run(["capture-pane", "-p"] + (hasColors ? ["-e"] : []))
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      String(line.reversed().drop { $0 == " " }.reversed())
    }
    while lines.last == "" { lines.removeLast() }
    return lines
  }

  /// All that the command writes from now on, as it is, in a file of the folder.
  func record(in name: String) throws {
    try tmux("pipe-pane", "-O", "cat > '\(folder.path)/\(name)'")
  }

  /// Column and row of the cursor.
  func cursor() throws -> (column: Int, row: Int) {
    let numbers = try run(["display-message", "-p", "#{cursor_x} #{cursor_y}"])
      .split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
    return (numbers.first ?? -1, numbers.last ?? -1)
  }

  /// Waits until the screen is as wanted, and fails with what it was if that does not come.
  @discardableResult
  func wait(
    _ what: String, within seconds: Double = 30, until isReached: ([String]) -> Bool
  ) throws -> [String] {
    let end = ContinuousClock.now + .seconds(seconds)
    var lines: [String] = []
    while ContinuousClock.now < end {
      lines = try self.lines()
      if isReached(lines) { return lines }
      usleep(20_000)
    }
    throw Problem(
      description: "no \(what) within \(seconds) s; the screen is\n"
        + lines.joined(separator: "\n"))
  }

  /// Waits for a line of the screen, and then for a prompt on the last one.
  @discardableResult
  func expect(_ line: String) throws -> [String] {
    try wait("line `\(line)` before a prompt") { $0.contains(line) && $0.last == ">" }
  }

  /// Waits for the first prompt.
  func start() throws { try wait("prompt") { $0.last == ">" } }

  private func tmux(_ arguments: String...) throws { _ = try run(arguments) }

  /// Runs tmux and gives its output. Its output is a file, as the server that it starts would hold a
  /// pipe open; and no signal is blocked, as tests run on threads that block most of them.
  @discardableResult
  private func run(_ arguments: [String]) throws -> String {
    let path = NSTemporaryDirectory() + "tmux-\(UUID().uuidString)"
    defer { _ = unsafe unlink(path) }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { _ = unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_addopen(&actions, 1, path, O_WRONLY | O_CREAT, 0o600)
    unsafe posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { _ = unsafe posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    unsafe sigemptyset(&none)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var words: [UnsafeMutablePointer<CChar>?] =
      unsafe (["tmux", "-L", socket, "-u"] + arguments).map { unsafe strdup($0) } + [nil]
    defer { unsafe words.forEach { unsafe free($0) } }
    var child: pid_t = 0
    guard unsafe posix_spawnp(&child, "tmux", &actions, &attributes, &words, environ) == 0 else {
      throw Problem(description: "tmux can't be run: these tests need it")
    }
    var status: Int32 = 0
    while unsafe waitpid(child, &status, 0) < 0, errno == EINTR {}
    let text = try String(contentsOfFile: path, encoding: .utf8)
    guard status == 0 else {
      throw Problem(description: "tmux \(arguments.joined(separator: " ")): \(text)")
    }
    return text
  }
}
