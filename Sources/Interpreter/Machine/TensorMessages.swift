import Diagnostics
import Tensor

// The words for what the tensor floor throws as data.

extension Machine {
  /// A tensor error with its words, a caret for each operand, and a hint that can be typed.
  func tensorDiagnostic(
    _ error: TensorError, _ site: Site, _ address: Int, path: String = ""
  ) -> Diagnostic {
    let op = error.operation == "negate" ? "`-`" : "`\(error.operation)`"
    let (code, message) = words(error, op)
    let spans = operandSpans(site, address)
    // Of a call with operands to point at, the function's name is place enough.
    let isCall = program.call(at: address) != nil
    let fault = argumentAtFault(error).flatMap { argumentSpan($0, address) }
    let hasAll = spans.count >= error.operands.count
    let whole = isCall && hasAll && !spans.isEmpty ? site.left : site.span
    var labels = [Diagnostic.Label(fault ?? whole)]
    let leaf = path.isEmpty ? "" : path + ": "
    for (operand, span) in zip(error.operands, spans) where hasAll {
      labels.append(
        .init(span, leaf + (operand.dtype.map { summary($0, operand.shape) } ?? "number")))
    }
    let source = program.source(at: address)
    let texts = spans.map { source.text(in: $0) }
    return Diagnostic(
      code, message, labels: labels, hint: fixHint(error, texts) ?? usualHint(error, texts))
  }

  /// The parameter whose argument is wrong, where it is one alone.
  private func argumentAtFault(_ error: TensorError) -> String? {
    switch error.kind {
    case .axis, .repeatedAxis, .squeeze: "axis"
    case .sizeList, .reshape: "shape"
    case .needsTensor(let name), .argumentKind(let name), .argument(let name, _, _, _),
      .constant(let name):
      name
    default: nil
    }
  }

  private func words(_ error: TensorError, _ op: String) -> (Diagnostic.Code, String) {
    switch error.kind {
    case .broadcast(let fromEnd, let left, let right):
      let place = fromEnd == 1 ? "the last axis" : "axis \(-fromEnd)"
      return (.shape, "\(op) needs sizes that agree or are 1, but \(left) ≠ \(right) in \(place)")
    case .innerSizes(let left, let right):
      return (.shape, "\(op) needs the inner sizes to agree, but \(left) ≠ \(right)")
    case .sizes(let axis, let first, let other, let operand):
      let wanted =
        error.operation == "stack" ? "tensors of one shape" : "one size along axis \(axis)"
      let found = [0, operand].compactMap { i -> String? in
        guard i < error.operands.count else { return nil }
        return error.operands[i].dtype.map { summary($0, error.operands[i].shape) } ?? "a number"
      }
      let both = found.count == 2 ? "there are \(found[0]) and \(found[1])" : "\(first) ≠ \(other)"
      return (.shape, "\(op) needs \(wanted), but \(both)")
    case .rank(let found, let least, let most):
      let wanted =
        least == most
        ? "rank \(least)"
        : most >= Shape.maximumRank
          ? "rank \(least) or more" : "rank \(least) to \(most)"
      return (.shape, "\(op) needs a tensor of \(wanted), not \(found)")
    case .axis(let axis, let rank):
      let range =
        rank == 0 ? "a 0-d tensor has no axes" : "the axes are 0 to \(rank - 1), or from -\(rank)"
      return (.shape, "axis \(axis) is out of range: \(range)")
    case .repeatedAxis(let axis): return (.shape, "\(op) is given axis \(axis) twice")
    case .reshape(let from, let to):
      return (
        .shape,
        "\(op) can't make shape \(list(to)) of shape \(from), which has "
          + "\(from.elementCount.grouped) elements"
      )
    case .sizeList(let sizes):
      return (
        .shape,
        "\(list(sizes)) is no shape: a size is 0 or more"
          + (error.operation == "reshape" ? ", or -1 for one of them" : "")
          + ", and there are at most \(Shape.maximumRank)"
      )
    case .squeeze(let axis, let size):
      return (.shape, "\(op) drops axes of size 1, but axis \(axis) has size \(size)")
    case .index(let i, let axis, let size):
      let extent =
        size == 0
        ? "axis \(axis) has no elements"
        : i < 0
          ? "counted from the end, the first along axis \(axis) is -\(size)"
          : "the last along axis \(axis) is \(size - 1)"
      return (.index, "index \(i) is out of range: \(extent)")
    case .indexCount(_, rank: 0): return (.index, "a 0-d tensor takes no index")
    case .indexCount(let count, let rank):
      return (.index, "\(count) indices are too many for a tensor of rank \(rank)")
    case .mask(let axis, let mask, let size):
      return (.index, "the mask has \(mask) elements, but axis \(axis) has \(size)")
    case .indexShapes(let a, let b):
      return (.index, "index tensors of shapes \(a) and \(b) do not pair")
    case .replacement(let found, let wanted):
      return (.shape, "a part of shape \(wanted) can't be replaced by one of shape \(found)")
    case .dtype(let dtype, let wanted):
      return (.dtype, "\(op) works on \(choice(wanted.map(\.name))), not on \(dtype.name)")
    case .cannotHold(let dtype, let number):
      let other = error.operands.last?.dtype.map { "\($0.name) elements" } ?? "that"
      let what = number.map { shortest($0) } ?? other
      return (.dtype, "\(dtype.name) can't hold \(what)")
    case .needsTensor(let parameter):
      return (.type, "\(op) needs a tensor as `\(parameter)`, not a number")
    case .argumentKind(let parameter):
      return (.type, "\(op) can't use what it is given as `\(parameter)`")
    case .argument(let parameter, let value, let least, let most):
      let bounds =
        most == .infinity
        ? "\(shortest(least)) or more" : "from \(shortest(least)) to \(shortest(most))"
      return (.argument, "\(op) needs `\(parameter)` to be \(bounds), not \(shortest(value))")
    case .emptyReduction: return (.value, "\(op) of no elements has no value")
    case .noOperands: return (.value, "\(op) needs at least one tensor")
    case .integerOverflow: return (.overflow, "\(op) goes beyond what i32 can hold")
    case .divisionByZero: return (.value, "\(op) divides an integer by zero")
    case .conversion(let dtype):
      let found = error.operands.first.flatMap { o in o.dtype.map { summary($0, o.shape) } }
      let what = found.map { "an element of \($0)" } ?? "a number"
      return (.overflow, "\(what) is nan, or out of range for \(dtype.name)")
    case .memory(let bytes, let limit):
      return (
        .memory,
        "a tensor of \(memorySize(bytes)) would go beyond the limit of \(memorySize(limit))"
      )
    case .streamExhausted: return (.value, "this stream of random numbers is used up")
    case .gradientOfNonScalar:
      let found = error.operands.first.flatMap { o in o.dtype.map { summary($0, o.shape) } }
      return (
        .gradient,
        "a gradient needs a function that gives one floating number, not \(found ?? "this")"
      )
    case .constant(let parameter):
      return (.gradient, "\(op) has no gradient in `\(parameter)`")
    case .interrupted: return (.interrupt, "interrupted")
    }
  }

  private func list(_ sizes: [Int]) -> String {
    "[" + sizes.map(String.init).joined(separator: ", ") + "]"
  }

  private func choice(_ names: [String]) -> String {
    guard names.count > 1 else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " and " + names.last!
  }

  /// The change that the tensor floor found, as it would be typed.
  private func fixHint(_ error: TensorError, _ texts: [String]) -> String? {
    guard let fix = error.fix, texts.count >= 2 else { return nil }
    let dtypes = error.operands.compactMap(\.dtype)
    let dtype = dtypes.max() ?? .f32
    let (a, b) = (bracketed(texts[0]), bracketed(texts[1]))
    switch fix {
    case .transposeRight(let shape): return "\(a) @ \(b).T is \(summary(dtype, shape))"
    case .transposeLeft(let shape): return "\(a).T @ \(b) is \(summary(dtype, shape))"
    case .exchange(let shape): return "\(b) @ \(a) is \(summary(dtype, shape))"
    case .expand(let operand, let axis, let shape):
      guard operand < texts.count else { return nil }
      return "with expand_dims(\(texts[operand]), \(axis)) the result is \(summary(dtype, shape))"
    }
  }

  /// An operand's text, in parentheses unless it binds as tight as a name.
  private func bracketed(_ text: String) -> String {
    let isTight = text.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || "_.0123456789".unicodeScalars.contains($0)
    }
    return isTight || text.hasSuffix(")") && text.hasPrefix("(") ? text : "(\(text))"
  }

  private func usualHint(_ error: TensorError, _ texts: [String]) -> String? {
    switch error.kind {
    case .gradientOfNonScalar:
      error.operands.first?.shape.isEmpty == true
        ? nil : "sum(…) or mean(…) of the result gives one number"
    case .cannotHold(let dtype, number: nil) where texts.count == 2:
      "\(dtype.name)(\(texts[1])) converts them"
    case .dtype(_, [.bool]): "\(bracketed(texts.first ?? "x")) != 0 is a bool tensor"
    case .dtype(let dtype, let wanted) where wanted.contains(.f32) && !dtype.isFloating:
      "f32(\(texts.first ?? "x"))"
    case .needsTensor: "f32(x) makes a tensor of a number"
    case .integerOverflow: "f64(x) holds integers up to 2^53"
    case .reshape(let from, _):
      "a size of -1 is worked out from the \(from.elementCount.grouped) elements"
    case .memory: "etude --memory raises the limit"
    case .constant(let name): "stop_gradient(\(name)) makes it a constant"
    default: nil
    }
  }
}
