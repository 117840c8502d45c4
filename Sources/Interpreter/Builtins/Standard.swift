/// The library's functions that need Swift: a kernel, a file, a tape, or the evaluator itself.
///
/// Those of the first line do nothing but compute, so that gradients with them can be traced. What
/// prints, draws, reads files or looks at the clock belongs to another list.
let standardBuiltins: [Builtin] =
  (operationBuiltins + sequenceBuiltins + treeBuiltins + conversionBuiltins + gradientBuiltins)
  .map { $0.repeatable() }
  + studyBuiltins + tableBuiltins + randomBuiltins

/// Library names that are values.
let standardConstants: [(name: String, value: Value)] = [("pi", .number(.pi))]
