import Interpreter
import Tensor

/// A run of a notebook under one of the seeds that are derived from its own, for its claims alone: a
/// value, so that another process or machine can run it.
public struct Trial: Sendable {
  /// The notebook.
  public var document: Document
  /// Which of the derived seeds; 0 for the notebook's own.
  public var number: Int
  /// The seed of a notebook that states none.
  public var defaultSeed: UInt64 = 0
  /// Bytes that tensors may take.
  public var memoryLimit: Int

  /// Makes a trial.
  public init(
    _ document: Document, number: Int, defaultSeed: UInt64 = 0,
    memoryLimit: Int = SessionOptions().memoryLimit
  ) {
    self.document = document
    self.number = number
    self.defaultSeed = defaultSeed
    self.memoryLimit = memoryLimit
  }

  /// The seed that it runs under.
  public var seed: UInt64 {
    RandomStream.seed(document.frontMatter.seed ?? defaultSeed, trial: number)
  }

  /// Runs it.
  ///
  /// - Parameters:
  ///   - base: what the trial does not state: files, builtins, threads, level.
  ///   - willStart: called with the session before the first cell, so that an interrupt reaches it.
  ///   - follow: told what happens.
  public func run(
    base: SessionOptions = SessionOptions(), world: RunWorld = RunWorld(),
    willStart: (Session) -> Void = { _ in }, follow: (RunEvent) -> Void = { _ in }
  ) -> TrialReport {
    var options = base
    options.seed = defaultSeed
    options = SessionOptions(for: document, options)
    options.trial = number
    options.memoryLimit = memoryLimit
    let session = Session(options)
    willStart(session)
    var policy = RunPolicy()
    policy.computesValues = false
    policy.defaultSeed = defaultSeed
    var report = TrialReport(number: number, seed: seed)
    var run = NotebookRun(document, in: session, policy, world: world)
    run.finish { event in
      follow(event)
      report.take(event)
    }
    return report
  }
}
