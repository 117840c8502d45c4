/// Why something could not be done with a file, as data; `Diagnostics` has the words.
public struct FileProblem: Error, Equatable, Sendable {
  /// What was to be done.
  public enum Operation: Equatable, Sendable {
    /// Reading a file, or the names in a folder.
    case read
    /// Writing a file.
    case write
    /// Making a file or a folder where there is none.
    case make
    /// Starting a program.
    case run
  }

  /// What stood in the way.
  public enum Cause: Equatable, Sendable {
    /// Nothing has this path.
    case missing
    /// The system does not permit it.
    case denied
    /// It is a folder, and a file is asked for.
    case isFolder
    /// A part of the path is no folder.
    case notAFolder
    /// It is a pipe or a device, and a file is asked for.
    case notRegular
    /// It names a place in the tree of folders, such as `..`, and no file.
    case noFileName
    /// It is there already.
    case exists
    /// The disk is full.
    case noSpace
    /// The user's share of the disk is used up.
    case overQuota
    /// The file would be larger than the process may write.
    case tooLarge
    /// The file system can't be written to.
    case readOnly
    /// Reading or writing failed below the file system.
    case device
    /// A part of the path is longer than names can be.
    case nameTooLong
    /// Names for a temporary file are all taken.
    case temporaryExists
    /// Links lead to links without end.
    case tooManyLinks
    /// The process, or the system, has as many open files as it may.
    case tooManyOpenFiles
    /// It is not below the folder that a program may use.
    case outsideFolder(String)
    /// It is not below the root of the project.
    case outsideProject(root: String)
    /// It is no longer what it was when it was read.
    case changedMeanwhile
    /// Nobody has given this session files.
    case noFiles
    /// What runs may read and not write.
    case readingOnly
    /// Any other error of the system, by its number.
    case other(Int32)
  }

  /// What was to be done.
  public var operation: Operation
  /// With what, as whoever asked names it.
  public var path: String
  /// What stood in the way.
  public var cause: Cause

  /// Makes a problem.
  public init(_ operation: Operation, _ path: String, _ cause: Cause) {
    self.operation = operation
    self.path = path
    self.cause = cause
  }
}
