import Diagnostics
import Interpreter
import Testing

@Suite("Tensors in the language")
struct TensorTests {
  @Test(
    "Literals, dtypes and promotion",
    arguments: [
      ("[1, 2].dtype", "\"f32\""), ("[true, false].dtype", "\"bool\""),
      ("[[1, 2], [3, 4]].shape", "(2, 2)"), ("([1, 2] + 1).dtype", "\"f32\""),
      ("(i32((1, 2)) + 1).dtype", "\"i32\""), ("(i32((1, 2)) + 0.5).dtype", "\"f32\""),
      ("(i32((4, 6)) / 2).dtype", "\"f32\""), ("(f64((1, 2)) * [1, 2]).dtype", "\"f64\""),
      ("([1, 2] > 1).dtype", "\"bool\""), ("f64((0.1, 0.2))[0] == 0.1", "true"),
      ("f64([0.1])[0] == 0.1", "false"), ("(i32((7, -7)) // 2)[1]", "-4"),
      ("sum(i32((1, 2)))", "3"), ("[f32(1), 2].shape", "(2,)"), ("[[1, 2], [3, 4]].T[0, 1]", "3"),
    ])
  func dtypes(_ code: String, _ shown: String) {
    #expect(screen(code) == shown)
  }

  @Test(
    "A tensor of too many axes is an error",
    arguments: [
      "f64((((((((((1,),),),),),),),),))", "[[[[[[[[[1]]]]]]]]]",
      "ones((1, 1, 1, 1, 1, 1, 1, 1, 1))",
    ])
  func tooManyAxes(_ code: String) {
    #expect(screen(code).hasPrefix("error[shape]"))
  }

  @Test(
    "Indices: integers, slices, ranges, masks, index tensors, bracket literals",
    arguments: [
      ("x[0]", "f32[3] [0, 1, 2]"), ("x[-1, 2]", "5"), ("x[:, 1]", "f32[2] [1, 4]"),
      ("x[0, ::2]", "f32[2] [0, 2]"), ("x[0, ::-1]", "f32[3] [2, 1, 0]"),
      ("x[0, 1:99]", "f32[2] [1, 2]"), ("x[x > 2]", "f32[3] [3, 4, 5]"),
      ("x[:, [2, 0]]", "f32[2, 2] [[2, 0], [5, 3]]"),
      ("x[i32((0, 1)), i32((1, 2))]", "f32[2] [1, 5]"),
      ("x[0, 0..2]", "f32[2] [0, 1]"), ("x[argmax([1, 5])]", "f32[3] [3, 4, 5]"),
    ])
  func indices(_ code: String, _ shown: String) {
    #expect(screen("x = [[0, 1, 2], [3, 4, 5]]", "\"{\(code)}\"") == "\"\(shown)\"")
  }

  @Test("Updates rebind a changed copy")
  func updates() {
    #expect(
      screen("x = [1, 2, 3]; y = x", "x[0] = 9; x[1:] += 1", "\"{x} {y}\"")
        == "\"f32[3] [9, 3, 4] f32[3] [1, 2, 3]\"")
    #expect(
      screen("m = {layers: ({w: [1, 2]},)}", "m.layers[0].w[1] = 7", "m.layers[0].w[1]") == "7")
    #expect(failure("x = [1, 2]", "x[5] = 1")?.code == .index)
  }

  @Test("Logic is elementwise on bool tensors; conditions take one bool")
  func logic() {
    #expect(
      screen("x = [1, 2, 3]", "\"{x > 1 and x < 3}\"", "\"{1 < x < 3}\"", "\"{not (x > 1)}\"")
        == "\"bool[3] [false, true, false]\"\n\"bool[3] [false, true, false]\"\n\"bool[3] [true, false, false]\""
    )
    #expect(screen("if sum([1, 2]) > 2 { 1 } else { 0 }") == "1")
    let error = failure("if [1, 2] > 1 { 1 }")
    #expect(error?.code == .type)
    #expect(error?.hint == "any(…) or all(…) give one")
  }

  @Test("A shape error names the sizes, shows the operands and a product that works")
  func shapeError() throws {
    let error = try #require(failure("x = zeros((64, 784)); w = zeros((256, 784))", "h = x @ w"))
    #expect(error.code == .shape)
    #expect(error.message == "`@` needs the inner sizes to agree, but 784 ≠ 256")
    #expect(error.labels.map(\.text) == ["", "f32[64, 784]", "f32[256, 784]"])
    #expect(error.hint == "x @ w.T is f32[64, 256]")
  }

  @Test("Habits from elsewhere get the form used here")
  func habits() {
    #expect(failure("x = [1, 2]", "x.sum()")?.hint == "sum(x)")
    #expect(failure("x = [1, 2]", "x.size")?.hint == "x.shape")
    #expect(failure("np")?.hint == "the functions need no prefix: sum(x), exp(x)")
  }

  @Test("Overflow, memory and bad arguments are errors with codes")
  func errors() {
    #expect(failure("i32((2147483647, 0)) + 1")?.code == .overflow)
    #expect(failure("zeros((100000, 100000, 10))")?.code == .memory)
    #expect(failure("sum([1, 2], axis=3)")?.code == .shape)
    #expect(failure("zeros(2, dtype=\"f16\")")?.code == .type)
    #expect(failure("reshape([1, 2, 3], (2, 2))")?.code == .shape)
    #expect(failure("i32((1, 2)) // 0")?.code == .value)
  }

  @Test("Draws depend on the seed and the cell, not on what ran before")
  func streams() {
    func draws(_ cells: (String?, String)...) -> String {
      let session = Session()
      var shown = ""
      var ordinal = 0
      for (label, code) in cells {
        let outcome = session.run(
          SourceText(name: "cell", text: code), as: CellIdentity(label: label, ordinal: ordinal))
        #expect(outcome.error == nil, "\(code)")
        if label == nil { ordinal += 1 }
        for case .value(let value, _) in outcome.output { shown = digest(of: value) }
      }
      return shown
    }
    #expect(draws((nil, "rand(3)")) == draws((nil, "rand(3)")))
    #expect(draws(("a", "rand(9)"), (nil, "rand(3)")) == draws((nil, "rand(3)")))
    #expect(draws((nil, "1"), (nil, "rand(3)")) != draws((nil, "rand(3)")))
    #expect(draws((nil, "1"), ("a", "rand(3)")) == draws(("a", "rand(3)")))
    #expect(draws((nil, "seed(7); rand(3)")) == draws((nil, "1"), ("b", "seed(7); rand(3)")))
    #expect(draws((nil, "with_seed(7, () -> rand(3))")) == draws((nil, "seed(7); rand(3)")))
    #expect(draws((nil, "seed(7)"), ("x", "rand(3)")) != draws((nil, "seed(8)"), ("x", "rand(3)")))
    #expect(draws((nil, "fork(\"a\", () -> rand(99)); rand(3)")) == draws((nil, "rand(3)")))
    #expect(draws((nil, "map(0..4, i -> rand(5)); rand(3)")) == draws((nil, "rand(3)")))
    #expect(
      draws((nil, "map(0..2, i -> rand(3))[1]")) != draws((nil, "map(0..2, i -> rand(3))[0]")))
  }
}

@Suite("Trees and gradients")
struct TreeTests {
  @Test(
    "A number means the same while a gradient follows it",
    arguments: [
      ("(h, g) = ((x, 1), (x, 2)); len(h + g) * x", 4.0),
      ("h = (); for i in 0..3 { h = h + (x * i,) }; len(h) * x", 3),
      ("sum(f64((x, x * 2)))", 3),
      ("sum(f64(((x, 1), (2, x ^ 2)))[1])", 6),
      ("(len(leaves({a: x})) + 1) * x", 1),
    ])
  func numbersUnderGradient(_ body: String, _ slope: Double) {
    #expect(
      screen("fn f(x) { \(body) }; (type(grad(f)(3)), grad(f)(3))")
        == "(\"number\", \(Int(slope)))")
    #expect(screen("fn f(x) { \(body) }; check_grad(f, 3) < 1e-6") == "true")
  }

  @Test("Arithmetic maps over the floating tensors of trees of one structure")
  func arithmetic() {
    let p = "p = {w: [1, 2], rate: 0.5, name: \"a\"}; g = {w: [10, 20], rate: 9, name: \"b\"}"
    #expect(screen(p, "p - 0.1 * g") == "{w: f32[2] [0, 0], rate: 0.5, name: \"a\"}")
    #expect(screen("([1], ([2],)) + ([3], ([4],))") == "(f32[1] [4], (f32[1] [6],))")
    #expect(
      screen("-{w: [1]}", "{w: [4]} ^ 2", "2 ^ {w: [3]}")
        == "{w: f32[1] [-1]}\n{w: f32[1] [16]}\n{w: f32[1] [8]}")
    #expect(screen("sqrt({w: [4], k: 3})") == "{w: f32[1] [2], k: 3}")
    #expect(screen("maximum({w: [4, 1]}, 2)") == "{w: f32[2] [4, 2]}")
    #expect(screen("{w: [1], s: buffer([5])} * 3") == "{w: f32[1] [3], s: buffer(f32[1] [5])}")
  }

  @Test("Trees of other structures do not meet")
  func structure() {
    #expect(failure("{w: [1]} + {v: [1]}")?.code == .type)
    #expect(failure("([1],) - ([1], [2])")?.code == .type)
    #expect(failure("{w: [1], b: 2} + {w: [1], b: [2]}")?.message.contains("`.b`") == true)
    #expect(failure("{w: 1} * 2")?.hint?.contains("f32(0)") == true)
    #expect(failure("{w: [1]} + [1, 2]")?.code == .type)
  }

  @Test("A buffer is a leaf that stays; reading the field gives the tensor")
  func buffers() {
    #expect(screen("r = {m: buffer([1, 2])}", "r.m * 2", "leaves(r)") == "f32[2]\n  2  4\n()")
    #expect(screen("r = {m: buffer([1, 2])}", "r.m = [3, 4]", "r") == "{m: buffer(f32[2] [3, 4])}")
  }

  @Test(
    "Gradients by closed forms",
    arguments: [
      ("grad(x -> x ^ 3)(2)", "12"), ("grad(grad(x -> x ^ 3))(2)", "12"),
      ("grad((x, y) -> x * y ^ 2, wrt=1)(3, 5)", "30"), ("value_and_grad(x -> x * x)(3)", "(9, 6)"),
      ("grad(x -> sum(x * x))([1, 2, 3])", "f32[3] [2, 4, 6]"),
      ("grad(p -> sum(p.w) * p.k)({w: [1, 2], k: 3})", "{w: f32[2] [3, 3], k: 3}"),
      ("grad(t -> sum(t[0] * t[1]))(([2], [5]))", "(f32[1] [5], f32[1] [2])"),
      ("grad(x -> x * stop_gradient(x))(3)", "3"), ("grad(x -> 5)(3)", "0"),
      ("grad(x -> if x > 0 { x * 2 } else { x * 3 })(1)", "2"),
      ("grad(x -> { t = 0; for i in 0..3 { t += x * i }; t })(1)", "3"),
      ("grad(x -> x[1] * x[1])([1, 4])", "f32[2] [0, 8]"),
      ("grad(x -> grad(y -> x * y ^ 2)(3))(2)", "6"),
      ("grad(x -> sum(where(x > 0, x, 0 * x)))([-1, 2])", "f32[2] [0, 1]"),
      (
        "grad(m -> sum(m([1, 2])))({w: [[1], [1]], call: (self, x) -> x @ self.w}).w",
        "f32[2, 1] [[1], [2]]"
      ),
      ("grad(x -> fold((1, 2, 3), x, (t, k) -> t * k))(1)", "6"),
    ])
  func gradients(_ code: String, _ shown: String) {
    #expect(screen("print(\"{\(code)}\")") == shown)
  }

  @Test("check_grad tells a right gradient from a wrong one")
  func check() {
    #expect(screen("check_grad(x -> sum(exp(x) * sin(x)), [0.1, 0.7]) < 1e-6") == "true")
    #expect(screen("check_grad(x -> sum(stop_gradient(x) * x), [1, 2]) > 0.1") == "true")
  }

  @Test("Gradients need one floating number from a floating argument")
  func errors() {
    #expect(failure("grad(x -> x * 2)([1, 2])")?.code == .gradient)
    #expect(failure("grad(x -> sum(x))(i32((1, 2)))")?.code == .gradient)
    #expect(failure("grad(x -> 1)({k: 1})")?.hint?.contains("f32(0)") == true)
    #expect(failure("grad(x -> (x,))(1)")?.code == .gradient)
  }
}
