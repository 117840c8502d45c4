#if os(Linux)
import CSystem

extension FileProblem.Cause {
  /// What the number of a system's error stands for.
  init(systemError code: Int32) {
    self =
      switch code {
      case ENOENT: .missing
      case EACCES, EPERM: .denied
      case EISDIR: .isFolder
      case ENOTDIR: .notAFolder
      case ENOSPC: .noSpace
      case EDQUOT: .overQuota
      case EFBIG: .tooLarge
      case EROFS: .readOnly
      case EIO: .device
      case ENAMETOOLONG: .nameTooLong
      case EEXIST: .temporaryExists
      case ELOOP: .tooManyLinks
      case EMFILE, ENFILE: .tooManyOpenFiles
      default: .other(code)
      }
  }

  /// Whoever should read what was written has gone.
  public static var noReader: FileProblem.Cause { .other(EPIPE) }
}

extension FileProblem {
  /// The problem of the system's call that failed last.
  static func last(
    _ operation: Operation, _ path: String, _ code: Int32 = et_errno()
  ) -> FileProblem {
    FileProblem(operation, path, Cause(systemError: code))
  }
}
#endif
