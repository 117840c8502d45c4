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
  /// A pipe into which tmux copies what the command writes: a wait looks again when there is more.
  private let pipe: String
  private let output: Int32
  /// The terminal that the command has.
  private var terminal: Int32 = -1

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
    pipe = NSTemporaryDirectory() + socket
    // Open for writing too, so that it does not end before the test does.
    guard unsafe mkfifo(pipe, 0o600) == 0,
      case let output = unsafe open(pipe, O_RDWR | O_NONBLOCK | O_CLOEXEC), output >= 0
    else { throw Problem(description: "there is no pipe \(pipe)") }
    self.output = output
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
    try tmux("pipe-pane", "-O", "cat > '\(pipe)'")
    let name = try run(["display-message", "-p", "#{pane_tty}"]).filter { !$0.isWhitespace }
    terminal = unsafe open(name, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
  }

  deinit {
    _ = try? run(["kill-server"])
    for file in [output, terminal] where file >= 0 { closeFile(file) }
    _ = unsafe unlink(pipe)
  }

  /// Presses keys by tmux's names: `Enter`, `C-c`, `Up`.
  func press(_ keys: String...) throws { _ = try run(["send-keys"] + keys) }

  /// Types text as it is, and presses keys after it.
  func type(_ text: String, _ keys: String...) throws {
    // A `;` at its end would end tmux's own command.
    let word = text.hasSuffix(";") ? text.dropLast() + "\\;" : text
    try tmux("send-keys", "-l", "--", word)
    if !keys.isEmpty { _ = try run(["send-keys"] + keys) }
  }

  /// Types a line at a prompt, and once it stands there presses Enter and waits for the next prompt.
  func enter(_ text: String) throws {
    try wait("prompt for `\(text)`") { [">", "."].contains($0.last) }
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
    try tmux("pipe-pane", "-O", "tee '\(folder.path)/\(name)' > '\(pipe)'")
  }

  /// Column and row of the cursor.
  func cursor() throws -> (column: Int, row: Int) {
    let numbers = try run(["display-message", "-p", "#{cursor_x} #{cursor_y}"])
      .split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
    return (numbers.first ?? -1, numbers.last ?? -1)
  }

  /// Waits until the screen is as wanted. Fails with what it is where nothing more is written to it,
  /// or so much that it will not come.
  @discardableResult
  func wait(_ what: String, until isReached: ([String]) -> Bool) throws -> [String] {
    var (looks, silence) = (0, 0)
    while true {
      let lines = try self.lines()
      if isReached(lines), lines.last != ">" && lines.last != "." || isEditing() { return lines }
      silence = hasMore() ? 0 : silence + 1
      looks += 1
      if silence == 150 || looks == 5_000 {
        throw Problem(description: "no \(what); the screen is\n" + lines.joined(separator: "\n"))
      }
    }
  }

  /// Whether keys come to the editor of a line. libedit draws its prompt and only then takes the
  /// terminal over; what is typed between the two the terminal would show once more.
  private func isEditing() -> Bool {
    var modes = termios()
    for _ in 0..<1_000_000 {
      guard unsafe tcgetattr(terminal, &modes) == 0 else { return true }
      if modes.c_lflag & tcflag_t(ICANON) == 0 { return true }
      sched_yield()
    }
    return false
  }

  /// Waits until the command has written more, or for a fifth of a second: a test may wait for what
  /// no output announces, such as a file.
  private func hasMore() -> Bool {
    var request = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&request, 1, 200) == 1 else { return false }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    while unsafe read(output, &bytes, bytes.count) > 0 {}
    return true
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

/// `close`, which the screen has a method for.
private func closeFile(_ file: Int32) { close(file) }
