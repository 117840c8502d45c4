/// The library's functions that need Swift: a kernel, a file, a tape, or the evaluator itself.
let standardBuiltins: [Builtin] =
  operationBuiltins + sequenceBuiltins + treeBuiltins + conversionBuiltins + gradientBuiltins
  + studyBuiltins + tableBuiltins + randomBuiltins

/// Library names that are values.
let standardConstants: [(name: String, value: Value)] = [("pi", .number(.pi))]
