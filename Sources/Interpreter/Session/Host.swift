/// What the machine asks of the session that it runs for, and all that it knows of it: settings, the
/// seed, and where output goes.
final class Host {
  /// How the session was set up; files, screen and trial may be read while code runs.
  var options: SessionOptions
  /// What `seed(n)` set, else the options' seed: later cells derive their streams from it.
  var seed: UInt64
  /// Shows how far a training is; nil when nobody watches.
  let meter: ProgressMeter?
  private var output: [OutputItem] = []
  private var onOutput: ((OutputItem) -> Void)?

  init(_ options: SessionOptions, seed: UInt64) {
    self.options = options
    self.seed = seed
    meter = options.showProgress.map(ProgressMeter.init)
  }

  /// Puts something out.
  func emit(_ item: OutputItem) {
    output.append(item)
    onOutput?(item)
  }

  /// Runs `body`; gives its result and what was put out meanwhile, which goes nowhere else.
  func collecting<R>(
    _ onOutput: ((OutputItem) -> Void)? = nil, _ body: () -> R
  ) -> (result: R, output: [OutputItem]) {
    let outer = (output, self.onOutput)
    (output, self.onOutput) = ([], onOutput)
    defer {
      (output, self.onOutput) = outer
      meter?.finish()
    }
    let result = body()
    return (result, output)
  }
}
