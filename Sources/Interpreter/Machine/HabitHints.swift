import Diagnostics
import Syntax

// Hints for habits from NumPy, PyTorch and Python that show only when a program runs.

enum Habits {
  /// What other languages call it.
  static let names: [String: String] = [
    "range": "0..n counts from 0 to n - 1",
    "float": "f32(x), f64(x), or number(x) for a plain number",
    "int": "i32(x) for tensors, floor(x) for numbers",
    "str": "\"{x}\"", "self": "a function of a record takes `self` as its first parameter",
    "elif": "else if", "lambda": "x -> x + 1", "def": "fn f(x) = x + 1", "pass": "nothing",
    "array": "[1, 2, 3]", "tensor": "[1, 2, 3]", "list": "(1, 2, 3)", "tuple": "(1, 2, 3)",
    "dict": "{a: 1}", "power": "x ^ n", "pow": "x ^ n", "matmul": "x @ w",
    "concatenate": "concat((x, y))", "cat": "concat((x, y))", "vstack": "concat((x, y))",
    "hstack": "concat((x, y), axis=1)", "reversed": "flip(x), or t[::-1] for a tuple",
    "sorted": "sort(x)", "isinstance": "type(x) == \"tensor\"", "open": "csv(path), load(path)",
    "divmod": "(x // y, x % y)", "absolute": "abs(x)", "amax": "max(x)", "amin": "min(x)",
    "ReLU": "relu", "Linear": "dense(n_in, n_out)", "Sequential": "chain(f, g)",
    "Dropout": "dropout", "CrossEntropyLoss": "cross_entropy", "MSELoss": "mse", "Adam": "adam()",
    "SGD": "sgd()", "no_grad": "only grad(f) records anything", "assert": "claim(\"…\", condition)",
  ]

  /// Methods of other libraries, on `x`.
  static let methods: [String: String] = [
    "size": "x.shape", "ndim": "len(x.shape)", "dim": "len(x.shape)", "item": "number(x)",
    "numpy": "x", "cpu": "x", "cuda": "x", "to": "x, or f32(x), f64(x), i32(x)", "copy": "x",
    "detach": "stop_gradient(x)", "backward": "grad(f)(x)", "grad": "grad(f)(x)",
    "requires_grad": "grad(f)(x)", "t": "x.T", "view": "reshape(x, shape)",
    "permute": "transpose(x, axes)", "astype": "f32(x)", "type": "f32(x)", "float": "f32(x)",
    "double": "f64(x)", "int": "i32(x)", "long": "i32(x)", "append": "append(x, value)",
    "items": "items(x)", "format": "\"{value:.3f}\"", "split": "split_string(x)",
    "length": "len(x)", "count": "len(x)", "unsqueeze": "expand_dims(x, axis)",
    "tolist": "items of x: for v in x { … }", "clone": "x, values never change",
  ]

  /// What a tensor has after a point.
  static let fields = ["shape", "dtype", "T"]

  /// Prefixes of libraries whose functions are called by their names alone here.
  static let prefixes: Set<String> = [
    "np", "numpy", "torch", "nn", "F", "tf", "jnp", "jax", "math", "random", "optim", "keras",
    "plt", "pd",
  ]

  /// Functions that take one shape, a tuple, before anything else, or after a tensor.
  static let shapeFirst: Set<String> = ["zeros", "ones", "rand", "randn", "uniform", "normal"]
  static let shapeSecond: Set<String> = ["reshape", "tile"]

  /// A call in our way: several sizes are one tuple, axes are called so.
  static func call(_ name: String, _ arguments: [String]) -> String {
    var arguments = arguments.map { argument in
      let parts = argument.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, let ours = Habits.arguments[String(parts[0])] else {
        return argument
      }
      return ours + "=" + parts[1]
    }
    let first = shapeFirst.contains(name) ? 0 : shapeSecond.contains(name) ? 1 : nil
    if let first {
      let sizes = arguments.dropFirst(first).prefix { argument in
        argument.allSatisfy { $0.isNumber || $0 == "-" }
      }
      if sizes.count > 1 {
        arguments.replaceSubrange(
          first..<first + sizes.count, with: ["(" + sizes.joined(separator: ", ") + ")"])
      }
    }
    return "\(name)(\(arguments.joined(separator: ", ")))"
  }

  /// Names of arguments elsewhere.
  static let arguments: [String: String] = [
    "dim": "axis", "keepdim": "keepdims", "size": "shape", "learning_rate": "lr",
    "batch_size": "batch", "num_epochs": "epochs", "n_epochs": "epochs", "optimizer": "opt",
    "num_classes": "classes",
  ]
}

extension Machine {
  /// For `np.zeros((2, 3))` the line without the prefix, for `x == 3` of a new name the binding.
  func nameHabit(_ name: String, _ place: Span, _ source: SourceText) -> String? {
    let line = source.line(of: Int(place.lower))
    let rest = String(
      decoding: source.bytes(ofLine: line).dropFirst(Int(place.upper) - source.lineStarts[line]),
      as: UTF8.self)
    if rest.hasPrefix(" == "), Int(place.lower) == source.lineStarts[line] {
      return source.line(editedBy: [(Span(Int(place.upper), Int(place.upper) + 3), " =")])
    }
    if name == "range" { return rangeHabit(place, rest[...], source) }
    guard Habits.prefixes.contains(name) else { return nil }
    let chain = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
    let last = chain.split(separator: ".").last.map(String.init) ?? ""
    let end = Int(place.upper) + chain.utf8.count
    if library.contains(last) {
      return source.line(editedBy: [(Span(Int(place.lower), end), last)])
    }
    if ["array", "tensor", "asarray"].contains(last), rest.dropFirst(chain.count).first == "(",
      let closing = closing(of: rest.dropFirst(chain.count))
    {
      let inside = Span(end + 1, end + closing)
      let whole = Span(Int(place.lower), end + closing + 1)
      return source.line(editedBy: [(whole, source.text(in: inside))])
    }
    return Habits.names[last] ?? "the functions need no prefix: sum(x), exp(x)"
  }

  /// `range(…)` in our way: `0..n`, `a..b`, `a..b by c`.
  private func rangeHabit(_ place: Span, _ rest: Substring, _ source: SourceText) -> String? {
    guard rest.first == "(", let closing = closing(of: rest) else { return nil }
    let end = Int(place.upper)
    let inside = source.text(in: Span(end + 1, end + closing))
    guard let range = rangeForm(of: inside) else { return nil }
    return source.line(editedBy: [(Span(Int(place.lower), end + closing + 1), range)])
  }

  /// How many bytes stand before the parenthesis that closes the first one.
  private func closing(of text: Substring) -> Int? {
    var depth = 0
    for (i, byte) in text.utf8.enumerated() {
      if byte == UInt8(ascii: "(") { depth += 1 }
      if byte == UInt8(ascii: ")") {
        depth -= 1
        if depth == 0 { return i }
      }
    }
    return nil
  }

  /// For a call that fails for its arguments and would not if they were written our way.
  func callHabit(_ problem: Diagnostic, _ address: Int) -> String? {
    guard [.type, .argument].contains(problem.code), problem.source == nil,
      let site = program.call(at: address)
    else { return nil }
    let source = program.source(at: address)
    let name = source.text(in: site.callee)
    let given = site.whole.map { source.text(in: $0) }
    let written = "\(name)(\(given.joined(separator: ", ")))"
    let ours = Habits.call(name, given)
    if ours != written { return ours }
    guard site.names.isEmpty, given.count > 1 else { return nil }
    switch name {
    case "max", "min": return "\(name)imum(\(given.joined(separator: ", ")))"
    case "concat", "stack": return "\(name)((\(given.joined(separator: ", "))))"
    default: return nil
    }
  }
}

extension String {
  /// A template with its `x` replaced.
  func replacing(_ name: Character, by text: String) -> String {
    var result = ""
    var previous: Character = " "
    let all = Array(self)
    for (i, c) in all.enumerated() {
      let next: Character = i + 1 < all.count ? all[i + 1] : " "
      let stands = c == name && !previous.isLetter && !next.isLetter
      result += stands ? text : String(c)
      previous = c
    }
    return result
  }
}
