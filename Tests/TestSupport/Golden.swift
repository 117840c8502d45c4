import Foundation

/// True when golden files are to be rewritten: `ETUDE_PROMOTE=1`.
public let isPromoting = ProcessInfo.processInfo.environment["ETUDE_PROMOTE"] == "1"

/// What a golden test throws: the first line that differs.
public struct GoldenMismatch: Error, CustomStringConvertible {
  /// Where and what.
  public var description: String
}

/// A file of cases: `=== title`, the input, `---`, the output expected. Each is run through
/// `actual`; a difference throws, or rewrites the file when promoting.
public func checkGoldenCases(_ path: String, _ actual: (String) throws -> String) throws {
  let file = fixtures.appendingPathComponent(path)
  let text = try String(contentsOf: file, encoding: .utf8)
  var written = "", problems: [String] = [], count = 0
  for part in ("\n" + text).components(separatedBy: "\n=== ").dropFirst() {
    let titleAndRest = part.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    let rest = titleAndRest.count > 1 ? String(titleAndRest[1]) : ""
    let halves = ("\n" + rest + "\n").components(separatedBy: "\n---\n")
    let input = String(halves[0].dropFirst())
    let expected = halves.count > 1 ? halves[1].trimmingCharacters(in: .newlines) : ""
    let output = try actual(input).trimmingCharacters(in: .newlines)
    count += 1
    written += "=== \(titleAndRest[0])\n\(input)\n---\n\(output)\n\n"
    if output != expected {
      problems.append("\(path), \(titleAndRest[0])\n\(firstDifference(expected, output))")
    }
  }
  if count == 0 { throw GoldenMismatch(description: "\(path) has no cases") }
  if isPromoting {
    try written.dropLast().write(to: file, atomically: true, encoding: .utf8)
  } else if !problems.isEmpty {
    throw GoldenMismatch(description: problems.joined(separator: "\n"))
  }
}

/// Compares a text with a whole golden file; a difference throws, or rewrites the file.
public func checkGolden(_ path: String, _ actual: String) throws {
  try checkProjectFile("Tests/Fixtures/" + path, actual)
}

/// Compares a text with a file of the project that is made from it; a difference throws, or rewrites
/// the file.
public func checkProjectFile(_ path: String, _ actual: String) throws {
  let file = repository.appendingPathComponent(path)
  let expected = try? String(contentsOf: file, encoding: .utf8)
  if expected == actual { return }
  if isPromoting { return try actual.write(to: file, atomically: true, encoding: .utf8) }
  guard let expected else { throw GoldenMismatch(description: "\(path) is missing") }
  throw GoldenMismatch(description: "\(path)\n\(firstDifference(expected, actual))")
}

private func firstDifference(_ expected: String, _ actual: String) -> String {
  let old = expected.components(separatedBy: "\n")
  let new = actual.components(separatedBy: "\n")
  let line = zip(old, new).prefix { $0 == $1 }.count
  let context = new[max(0, line - 2)..<min(line, new.count)].map { "  \($0)\n" }.joined()
  let before = line < old.count ? old[line] : "(the end)"
  let after = line < new.count ? new[line] : "(the end)"
  return "\(context)- \(before)\n+ \(after)\n  (ETUDE_PROMOTE=1 rewrites the file)"
}
