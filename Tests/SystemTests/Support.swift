import System

/// A folder of its own for what a test does with files, gone afterwards.
func withFolder(_ body: (String) throws -> Void) throws {
  let name = String(UInt64.random(in: 0 ... .max), radix: 16)
  let folder = (environmentVariable("TMPDIR") ?? "/tmp") + "/etude-system-" + name
  try Disk.makeFolder(folder)
  defer { Disk.removeFolder(folder) }
  try body(folder)
}

/// The problem that an action meets; nil for none.
func problem(_ body: () throws(FileProblem) -> Void) -> FileProblem? {
  do throws(FileProblem) {
    try body()
    return nil
  } catch {
    return error
  }
}
