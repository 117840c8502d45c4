import Diagnostics
import Interpreter
import Tensor
import TestSupport
import Testing

/// A call of a library function and what PyTorch says it gives (Tests/Fixtures/tensor/functions.py).
private struct FunctionCase: Decodable {
  struct Input: Decodable { let tensor: TensorRecord }

  let call: String
  let args: [Input]
  let value: TensorRecord
  let bound: [Double]?

  /// The code that binds x and y, then the call.
  var cells: [String] {
    zip(["x", "y"], args).map { "\($0) = \(Self.literal($1.tensor))" } + [call]
  }

  private static func literal(_ record: TensorRecord) -> String {
    let shape = "(" + record.shape.map { "\($0), " }.joined() + ")"
    if record.values.isEmpty { return "zeros(\(shape), dtype=\"\(record.dtype)\")" }
    let elements = record.values.map { "\($0), " }.joined()
    let exact = "reshape(f64((\(elements))), \(shape))"
    return record.dtype == "bool" ? "\(exact) != 0" : "\(record.dtype)(\(exact))"
  }
}

/// The functions of stdlib/{activations,losses,shapes}.et, which are made of operations.
@Suite("Activations, losses and shapes")
struct FunctionTests {
  private func value(_ cells: [String], _ session: Session) throws -> Tensor {
    var found: Tensor?
    for cell in cells {
      let outcome = session.run(SourceText(name: "case", text: cell))
      if let error = outcome.error { throw Unexpected(what: "\(cell): \(describe(error))") }
      if case .value(let value, _) = outcome.output.last { found = value.asTensor }
    }
    guard let found else { throw Unexpected(what: "\(cells) shows no tensor") }
    return found
  }

  private struct Unexpected: Error { let what: String }

  @Test("They give PyTorch's values")
  func values() throws {
    let session = Session()
    let cases = try readTensorFixture("functions", as: [FunctionCase].self)
    #expect(cases.count > 200)
    for each in cases {
      let found = try value(each.cells, session)
      #expect(found.dtype.name == each.value.dtype, "\(each.cells)")
      #expect(Array(found.shape) == each.value.shape, "\(each.cells)")
      let problem = each.value.difference(from: found.elements(), bound: each.bound)
      #expect(problem == nil, "\(each.cells): \(problem ?? "")")
    }
  }

  @Test("Each has cases")
  func coverage() throws {
    let covered = Set(
      try readTensorFixture("functions", as: [FunctionCase].self).map { each in
        String(each.call.prefix { $0 != "(" })
      })
    var missing: [Substring] = []
    for file in ["activations", "losses", "shapes"] {
      for line in try projectText("stdlib/\(file).et").split(separator: "\n")
      where line.hasPrefix("fn ") {
        let name = line.dropFirst(3).prefix { $0 != "(" }
        if name.first != "_", !covered.contains(String(name)) { missing.append(name) }
      }
    }
    #expect(missing == [], "add cases to Tests/Fixtures/tensor/functions.py")
  }

  /// Scalars of x, f64[2, 3], away from kinks.
  private static let scalars = [
    "sum(leaky_relu(x) ^ 2)", "sum(gelu(x) ^ 2)", "sum(softplus(x) ^ 2)",
    "sum(softmax(x) ^ 2)", "sum(softmax(x, axis=0) * x)", "sum(log_softmax(x, axis=0) ^ 2)",
    "sum(logsumexp(x) ^ 2)", "mse(x, x ^ 2)", "mae(x, x ^ 2)", "cross_entropy(x ^ 2, i32((0, 2)))",
    "bce(x, x ^ 2)", "sum(split_at(x, 1, axis=1)[1] ^ 3)",
  ]

  @Test("Gradients and second derivatives agree with central differences", arguments: scalars)
  func gradients(_ code: String) throws {
    let session = Session()
    let x = try value(
      ["f = x -> \(code)", "x = reshape(f64((0.3, -0.7, 1.1, -1.6, 0.9, 2.2)), (2, 3))", "x"],
      session)
    _ = session.run(SourceText(name: "case", text: "g = v -> sum(grad(f)(v) * (1 + v ^ 2))"))
    for (name, step, tolerance) in [("f", 1e-5, 1e-6), ("g", 1e-4, 1e-4)] {
      let slopes = try value(["grad(\(name))(x)"], session).elements()
      for i in 0..<x.elements().count {
        let at = "x[\(i / 3), \(i % 3)]"
        let difference = try value(
          [
            "(a, b) = (x, x); a\(at.dropFirst()) += \(step); b\(at.dropFirst()) -= \(step)",
            "(\(name)(a) - \(name)(b)) / \(2 * step)",
          ], session
        ).scalar()
        #expect(
          abs(slopes[i] - difference) <= tolerance * max(1, abs(slopes[i])),
          "\(name), \(at): \(slopes[i]), by differences \(difference)")
      }
    }
  }

  @Test(
    "At 0 gradients are the slopes of smooth functions, and the stated ones at kinks",
    arguments: [
      ("grad(softplus)(0)", "0.5"), ("grad(grad(softplus))(0)", "0.25"), ("grad(gelu)(0)", "0.5"),
      ("grad(leaky_relu)(0)", "0.01"), ("grad(x -> mae(x, [0, 0]))([0, 4])", "f32[2] [0, 0.5]"),
      ("grad(x -> bce(x, [0, 1]))([0, 0])", "f32[2] [0.25, -0.25]"),
      ("grad(x -> cross_entropy(x, i32([0])))([[0, 0]])", "f32[1, 2] [[-0.5, 0.5]]"),
      ("grad(logsumexp)([7, 7])", "f32[2] [0.5, 0.5]"), ("softplus(-inf)", "0"),
      ("softplus({w: [0]}).w", "f32[1] [0.6931472]"), ("leaky_relu(-2)", "-0.02"),
      ("grad(x -> sum(softplus(x)))([-200, 200])", "f32[2] [0, 1]"),
    ])
  func atZero(_ code: String, _ shown: String) {
    #expect(screen("\"{\(code)}\"") == "\"\(shown)\"")
  }

  @Test("An axis that split_at has not is an error")
  func splitOutside() {
    #expect(failure("split_at([1, 2], 1, axis=1)")?.code == .shape)
  }
}
