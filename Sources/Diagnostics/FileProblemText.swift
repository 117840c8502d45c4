import System

// The one file where problems with files become words.

extension FileProblem {
  /// One sentence, no full stop; in English whatever the locale.
  public var message: String {
    switch cause {
    case .missing: failure("there is no such file")
    case .denied: failure("permission denied")
    case .isFolder: failure("it is a folder")
    case .notAFolder: failure("a part of the path is no folder")
    case .notRegular: failure("it is no file")
    case .noFileName: "`\(path)` is no file"
    case .exists: "\(path) exists"
    case .noSpace: failure("the disk is full")
    case .overQuota: failure("the disk quota is used up")
    case .tooLarge: failure("the file would be larger than allowed")
    case .readOnly: failure("the file system is read-only")
    case .device: failure("input/output error")
    case .nameTooLong: failure("the name is too long")
    case .temporaryExists: failure("a temporary file is in the way")
    case .tooManyLinks: failure("too many links")
    case .tooManyOpenFiles: failure("too many open files")
    case .outsideFolder: "`\(path)` is outside the folder that this program may use"
    case .outsideProject: "`\(path)` is outside the project"
    case .changedMeanwhile: "\(path) was changed during the replay, and is left as it is"
    case .noFiles: "`\(path)` can't be \(verb.participle): this session has no files"
    case .readingOnly: "`\(path)` can't be \(verb.participle): a replay writes no files"
    case .other(let code): failure("system error \(code)")
    }
  }

  /// What to do about it.
  public var hint: String? {
    switch cause {
    case .notRegular: "`:load` takes files"
    case .exists: "`:save! \(path)` replaces it"
    case .outsideFolder(let folder): "put the file into \(folder)"
    case .outsideProject(let root): "the project's root is \(root)"
    case .readingOnly: "use `etude run`, or --allow-write"
    default: nil
    }
  }

  private func failure(_ reason: String) -> String {
    "can't \(verb.infinitive) \(path): \(reason)"
  }

  private var verb: (infinitive: String, participle: String) {
    switch operation {
    case .read: ("read", "read")
    case .write: ("write", "written")
    case .make: ("make", "made")
    case .run: ("run", "run")
    }
  }
}

extension Diagnostic {
  /// A problem with a file as an error of a program.
  public init(_ problem: FileProblem) {
    self.init(.file, problem.message, hint: problem.hint)
  }
}
