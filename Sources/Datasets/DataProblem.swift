import Diagnostics
import System

/// A data set, or the content of a file, that can't be used: what is wrong and what to do about it.
public struct DataProblem: Error, Equatable {
  /// One sentence, no full stop.
  public var message: String
  /// What to do.
  public var hint: String?
  /// The file that could not be read or written, if that is what is wrong.
  public var file: FileProblem?

  /// Makes a problem.
  public init(_ message: String, hint: String? = nil) {
    self.message = message
    self.hint = hint
  }

  /// A problem with a file that holds data.
  public init(_ file: FileProblem) {
    message = file.message
    hint = file.hint
    self.file = file
  }
}

/// What is done with files, with their problems as those of data.
func dataFile<R>(_ body: () throws(FileProblem) -> R) throws(DataProblem) -> R {
  do throws(FileProblem) {
    return try body()
  } catch {
    throw DataProblem(error)
  }
}
