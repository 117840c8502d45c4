import Foundation
import TestSupport
import Testing

@Suite struct CommandTests {
  @Test func runsALine() throws {
    let run = try etude("-c", "print(\"a\"); 1 + 2")
    #expect(run.code == 0 && run.output == "a\n3\n" && run.errors == "")
  }

  @Test func runsItsInputAsOneCell() throws {
    let run = try etude(input: "x = 1\nx + 1\nx + 2\n")
    #expect(run.code == 0 && run.output == "3\n" && run.errors == "")
    #expect(try etude(input: "").code == 0)
  }

  /// Errors of programs: exit code 1, the place on standard error, nothing on standard output.
  @Test(arguments: [
    ("1 +", "-c:1:4: error[syntax]: "),
    ("x = 1\n  nope", "-c:2:3: error[name]: "),
    ("[1, 2] @ [1, 2, 3]", "-c:1:8: error[shape]: "),
    ("fn f(x) = f(x + 1) + 1\nf(0)", "-c:1:11: error[recursion]: "),
    ("zeros((100000, 100000))", "-c:1:1: error[memory]: "),
    ("1\u{0}2", "-c:1:"),
  ])
  func errorsOfPrograms(_ code: String, _ start: String) throws {
    try expectError(code, start)
  }

  @Test(arguments: [("(", 20_000), ("[", 20_000), ("1+", 200_000)])
  func endlessPrograms(_ part: String, _ count: Int) throws {
    try expectError(String(repeating: part, count: count) + "1", "-c:1:")
  }

  /// Runs a program from a file, and in the command line where it is short enough for that.
  private func expectError(_ code: String, _ start: String) throws {
    let folder = try TemporaryFolder()
    let file = try folder.file("a.et", code)
    let run = try etude("run", file)
    #expect(run.code == 1)
    #expect(run.output == "")
    #expect(run.errors.hasPrefix(start.replacing("-c", with: file)), "\(run.errors.prefix(400))")
    if !code.contains("\u{0}"), code.utf8.count < 100_000 {
      let direct = try etude("-c", code)
      #expect(direct.code == 1)
      #expect(direct.errors.hasPrefix(start), "\(direct.errors.prefix(400))")
    }
  }

  @Test func failedClaimsAreErrors() throws {
    #expect(try etude("-c", "claim(\"no\", 2 < 1)").code == 1)
    #expect(try etude("-c", "claim(\"yes\", 1 < 2)").code == 0)
  }

  @Test func wrongUsage() throws {
    let folder = try TemporaryFolder()
    let binary = try folder.file("a.et", Data([0x31, 0xFF]))
    let notebook = try folder.file("a.nb", Data([0x31, 0x0A, 0xFF]))
    let notText = try folder.file("b.nb", "```etude\n1\n")
    let other = try folder.file("c.nb", "---\nnumerics: 2\n---\n")
    try FileManager.default.createDirectory(
      atPath: folder.path + "/empty", withIntermediateDirectories: true)
    for (arguments, message) in [
      (["--nope"], "Error: Unknown option '--nope'"),
      (["run"], "Error: Missing expected argument '<file>'"),
      (["run", folder.path + "/none.et"], "etude: can't read \(folder.path)/none.et: there is no"),
      (["run", folder.path], "etude: can't read \(folder.path): it is a folder"),
      (["run", binary], "\(binary):1:2: error["),
      (["run", notebook], "\(notebook):2:1: error["),
      (["replay", notebook], "\(notebook):2:1: error["),
      (["replay", notText], "\(notText):1:1: error[file]: this block has no closing fence"),
      (["replay", other], "\(other):2:11: error[file]: this notebook needs version 2"),
      (["replay", folder.path + "/none.nb"], "etude: can't read"),
      (["replay", folder.path + "/empty"], "etude: \(folder.path)/empty has no notebooks"),
      (["replay"], "Error: Missing expected argument"),
      (["--threads", "0", "-c", "1"], "Error: --threads must be"),
      (["--seed", "9007199254740992", "-c", "1"], "Error: --seed must be"),
      (["--memory", "2X", "-c", "1"], "Error: The value '2X' is invalid"),
      (["data", "verify", "mnist"], "etude: there is no data set `mnist`"),
    ] {
      let run = try start(arguments)
      #expect(run.code == 2, "\(arguments)")
      #expect(run.output == "")
      #expect(run.errors.hasPrefix(message), "\(arguments): \(run.errors)")
    }
    let level = try etude("-c", "1", environment: ["ETUDE_ISA": "mmx"])
    #expect(level.code == 2 && level.errors.hasPrefix("etude: ETUDE_ISA is `mmx`"))
  }

  private func start(_ arguments: [String]) throws -> Run {
    switch arguments.count {
    case 1: try etude(arguments[0])
    case 2: try etude(arguments[0], arguments[1])
    case 3: try etude(arguments[0], arguments[1], arguments[2])
    default: try etude(arguments[0], arguments[1], arguments[2], arguments[3])
    }
  }

  @Test func helpAndVersion() throws {
    let help = try etude("--help")
    #expect(help.code == 0 && help.errors == "")
    for word in ["run", "replay", "data", "--seed", "--threads", "Exit codes"] {
      #expect(help.output.contains(word))
    }
    #expect(try etude("--version").output.hasPrefix("etude "))
    #expect(try etude("replay", "--help").output.contains("--accept"))
  }

  @Test func colourIsAsked() throws {
    let escape: Character = "\u{1B}"
    #expect(try !etude("-c", "nope").errors.contains(escape))
    #expect(try etude("-c", "nope", "--color", "always").errors.contains(escape))
    let environment = ["NO_COLOR": "1"]
    #expect(
      try !etude("-c", "nope", "--color", "auto", environment: environment)
        .errors.contains(escape))
  }

  @Test func seedsAndThreads() throws {
    let one = try etude("-c", "rand(3)", "--seed", "1")
    #expect(try etude("-c", "rand(3)", "--seed", "1", "--threads", "3").output == one.output)
    #expect(try etude("-c", "rand(3)", "--seed", "2").output != one.output)
    #expect(try etude("-c", "rand(3)").output == etude("-c", "rand(3)", "--seed", "0").output)
  }

  @Test func filesAreNoCommands() throws {
    let lesson = try etude("lesson.nb")
    #expect(lesson.code == 2)
    #expect(
      lesson.errors == """
        etude: `lesson.nb` is a file, not a command
          hint: etude run lesson.nb runs it, etude replay lesson.nb verifies it

        """)
    #expect(try etude("a.et").errors.hasSuffix("\n  hint: etude run a.et\n"))
    #expect(try etude("-c", "1", "a.nb").errors.contains("Unexpected argument"))
  }

  /// `run` compares nothing, but what can't be computed is an error where it stands.
  @Test func runComputesCheckedValues() throws {
    let folder = try TemporaryFolder()
    let text = "```etude\nx = 2\nx\n```\n\nIs <!--= x:.1f -->7<!--/--> and <!--= y -->3<!--/-->.\n"
    let file = try folder.file("a.nb", text + "\n```etude\nx = 3\nx\n```\n")
    let run = try etude("run", file)
    #expect(run.code == 1)
    #expect(run.output == "2\n")
    #expect(run.errors.hasPrefix("\(file):6:38: error[name]: `y` is not known here\n"))
  }

  @Test func limits() throws {
    let late = try etude("-c", "while true { x = 1 }", "--timeout", "0.2")
    #expect(late.code == 124)
    #expect(
      late.errors.hasPrefix("-c:1:7: error[timeout]: the program ran longer than 0.2 seconds\n"))
    let large = try etude("-c", "zeros(10000000)", "--memory", "1M")
    #expect(large.code == 1 && large.errors.contains("error[memory]"))
  }

  @Test func filesStayBelowTheFolder() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("secret.csv", "1,2\n")
    let script = try folder.file("sub/a.et", "csv(\"../secret.csv\")")
    let run = try etude("run", script)
    #expect(run.code == 1)
    #expect(run.output == "")
    #expect(run.errors.contains("outside the folder"), "\(run.errors)")
  }

  @Test func closedPipesAreQuiet() throws {
    let running = try Running(process(["-c", "for i in 0..200000 { print(i) }"]))
    try running.output.close()
    #expect(try running.finish().errors == "")
  }

  @Test(
    .enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "there is no /dev/full"))
  func fullDisksAreReported() throws {
    let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
    let run = try Running(process(["-c", "1"]), output: full).finish()
    #expect(run.code == 2)
    #expect(run.errors == "etude: can't write the output: the disk is full\n")
  }

  @Test func interruptsEndTheProgram() throws {
    // Once a line is out the handler stands.
    let run = try interrupted(
      ["-c", "print(\"begun\")\nwhile true { x = 1 }", "--threads", "1"], after: "begun\n")
    #expect(run.code == 130)
  }

  @Test func dataSetsAreListed() throws {
    let folder = try TemporaryFolder()
    let list = try etude("data", "list", environment: ["ETUDE_DATA": folder.path])
    #expect(list.code == 0 && list.output.hasPrefix("fashion-mnist  70,000 images"))
  }

  @Test(.enabled(if: Machine.hasFashionMNIST, "Fashion-MNIST is not installed"))
  func aWholeDataSetIsVerified() throws {
    let folder = try TemporaryFolder()
    let verify = try etude("data", "verify", environment: ["ETUDE_DATA": folder.path])
    #expect(verify.code == 0)
    #expect(verify.output.contains("is whole: sha256:14410854cf7a2894"))
  }

  /// Only where the system has none is there something to get.
  @Test(.disabled(if: Machine.hasFashionMNIST, "Fashion-MNIST is installed"))
  func whatIsNoDataSetIsNotKept() throws {
    let folder = try TemporaryFolder()
    // A curl of our own gives what is no data set.
    let curl = try folder.file(
      "bin/curl", "#!/bin/sh\nfor a; do [ \"$o\" = --output ] && f=$a; o=$a; done; echo bad > $f\n")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: curl)
    let get = try etude(
      "data", "get", "fashion-mnist",
      environment: ["ETUDE_DATA": folder.path, "PATH": "\(folder.path)/bin:/usr/bin:/bin"])
    #expect(get.code == 2)
    #expect(get.errors.contains("its SHA-256 is another"))
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/fashion-mnist"))
  }
}
