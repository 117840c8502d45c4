import Diagnostics
import Interpreter
import SessionSupport
import Testing

/// Gradients that a cell computes again and again are traced; that must not be seen.
@Suite struct GradientTraceTests {
  /// What the statements show for i = 0 to 11: in one loop, where gradients are traced, and each
  /// time in a cell of their own, where they can't be.
  ///
  /// - Parameters:
  ///   - isTraced: whether some of the gradients in the loop are computed by a trace.
  ///   - hasLoop: the body has a loop of its own, whose gradients are traced in a cell too.
  private func expectSame(
    _ definitions: String, _ body: String, rounds: Int = 12, isTraced: Bool = true,
    hasLoop: Bool = false, _ location: SourceLocation = #_sourceLocation
  ) throws {
    let (together, alone) = (Session(), Session())
    for session in [together, alone] {
      let outcome = session.run(SourceText(name: "definitions", text: definitions))
      #expect(outcome.error == nil, "\(outcome.error.map { render($0) } ?? "")")
    }
    let traced = shown("for i in 0..\(rounds) { \(body) }", together).lines
    var single: [String] = []
    for i in 0..<rounds {
      let (lines, failed) = shown("i = \(i); \(body)", alone)
      single += lines
      if failed { break }
    }
    #expect(traced == single && !traced.isEmpty, sourceLocation: location)
    #expect((together.tracedGradients > 0) == isTraced, sourceLocation: location)
    #expect((alone.tracedGradients > 0) == hasLoop, sourceLocation: location)
  }

  /// The same of what `step(i)` gives.
  private func expectSame(
    _ definitions: String, rounds: Int = 12, isTraced: Bool = true, hasLoop: Bool = false,
    _ location: SourceLocation = #_sourceLocation
  ) throws {
    try expectSame(
      definitions, "print(step(i))", rounds: rounds, isTraced: isTraced, hasLoop: hasLoop, location)
  }

  private func shown(_ code: String, _ session: Session) -> (lines: [String], failed: Bool) {
    let outcome = session.run(SourceText(name: "cell", text: code))
    return (outcome.shown() + (outcome.error.map { [$0.message] } ?? []), outcome.error != nil)
  }

  private let dense = """
    (x, y) = moons(20)
    y = reshape(f32(y), (20, 1))
    model = mlp((2, 4, 1), activation=tanh)
    """

  @Test func anOrdinaryGradient() throws {
    try expectSame(
      dense + """

        gradient = value_and_grad(m -> bce(m(x), y))
        fn step(i) = digest(gradient(model * (1 + i / 7)))
        """)
  }

  @Test func capturedValuesChange() throws {
    try expectSame(
      dense + """

        fn step(i) {
          (part, rate, name) = (x + i, floor(i / 12), if i < 40 { "a" } else { "b" })
          f = m -> mean((m(part) - y) ^ 2) * rate + if name == "a" { 0 } else { 1 }
          digest(value_and_grad(f)(model))
        }
        """, rounds: 60)
  }

  @Test func variablesChange() throws {
    let code = """
      w = [1, 2, 3]
      scale = 1
      g = grad(p -> sum(p ^ 2) * scale + sum(w * p))
      for i in 0..12 {
        print(g([1, 1, i]))
        if i > 5 { scale = i }
        if i > 8 { w = w + 1 }
      }
      """
    let expected = (0..<12).map { i -> String in
      let scale = i > 6 ? i - 1 : 1
      let w = i > 9 ? i - 9 : 0
      let z = 2 * i * scale + 3 + w
      return "f32[3]\n  \(2 * scale + 1 + w)  \(2 * scale + 2 + w)  \(z)"
    }
    let outcome = Session().run(SourceText(name: "cell", text: code))
    let lines = outcome.output.map { item -> String in
      if case .line(let text, _, _) = item { text } else { "" }
    }
    #expect(lines == expected)
  }

  @Test func aNameOfTheLibraryIsBoundOnTheWay() throws {
    let code = """
      g = grad(p -> sum(relu(p)))
      for i in 0..12 {
        print(g([-1, 1]))
        if i == 6 { relu = p -> 3 * p }
      }
      """
    let outcome = Session().run(SourceText(name: "cell", text: code))
    let lines = outcome.output.map { item -> String in
      if case .line(let text, _, _) = item { text } else { "" }
    }
    #expect(
      lines == (0..<12).map { $0 <= 6 ? "f32[2]\n  0  1" : "f32[2]\n  3  3" })
  }

  @Test func codeChangesUnderOneName() throws {
    try expectSame(
      """
      fn choose(c, i) = if i < 6 { x -> sum(x * c) } else { x -> sum(x * c * 2) }
      fn step(i) { f = choose([1, 2], i); value_and_grad(x -> f(x))([3, i]) }
      """)
    try expectSame(
      """
      f = (x, r) -> sum(x) * r.s
      fn step(i) = value_and_grad(f)([3, i], if i < 6 { {s: 2, t: 3} } else { {t: 2, s: 3} })
      """)
  }

  @Test func appendIsBoundOnTheWay() throws {
    let code = """
      fn f(p) { a = (); a = append(a, sum(p ^ 2)); a[0] }
      for i in 0..12 {
        print(grad(f)([1, i]))
        if i == 6 { append = (a, x) -> (3 * x,) }
      }
      """
    let lines = shown(code, Session()).lines
    #expect(lines == (0..<12).map { "f32[2]\n  \($0 <= 6 ? 2 : 6)  \($0 <= 6 ? 2 * $0 : 6 * $0)" })
  }

  @Test func shapesChange() throws {
    try expectSame(
      dense + """

        fn step(i) {
          n = if i % 3 == 2 { 7 } else { 20 }
          (part, targets) = (x[0:n], y[0:n])
          digest(value_and_grad(m -> bce(m(part), targets))(model))
        }
        """, rounds: 30)
  }

  @Test func choicesDependOnElements() throws {
    try expectSame(
      """
      fn f(p) {
        total = sum(p)
        if total > 6 { return total * 2 }
        while total < 3 { total = total + sum(p ^ 2) }
        total
      }
      fn step(i) = value_and_grad(f)([0.5, i - 6, 1])
      """)
  }

  @Test func randomNumbersGoOn() throws {
    try expectSame(
      """
      seed(3)
      fn step(i) = with_seed(i, () -> value_and_grad(p -> sum(p * rand(3)))([1, 2, 3]))
      """, isTraced: false)
    let code = """
      seed(3)
      f = p -> sum(p * rand(3))
      a = map(0..12, i -> grad(f)([1, 2, 3]))
      seed(3)
      b = map(0..12, i -> rand(3))
      print(all(stack(a) == stack(b)))
      """
    let outcome = Session().run(SourceText(name: "cell", text: code))
    #expect(outcome.error == nil)
    guard case .line(let text, _, _)? = outcome.output.first else { throw Missing() }
    #expect(text == "true")
  }

  @Test func dropoutAndBatchNormalisation() throws {
    try expectSame(
      dense + """

        net = chain((dense(2, 4), batch_norm(4), relu, dropout(0.3), dense(4, 1)))
        fn step(i) {
          f = m -> bce(apply_layer(m, x + i, training=true), y)
          digest(with_seed(i, () -> value_and_grad(f)(net)))
        }
        """, isTraced: false)
  }

  @Test func whatIsPrintedIsPrintedEachTime() throws {
    let code = """
      f = p -> { print(p.shape); sum(p ^ 2) }
      for i in 0..9 { grad(f)([1, 2]) }
      """
    let outcome = Session().run(SourceText(name: "cell", text: code))
    #expect(outcome.output.count == 9)
  }

  @Test func labelsAreCheckedEachTime() throws {
    try expectSame(
      """
      w = randn((3, 4))
      x = randn((5, 3))
      fn step(i) {
        labels = i32(ones(5)) * (i % 4)
        if i == 10 { labels = labels + 4 }
        value_and_grad(w -> cross_entropy(x @ w, labels))(w)[0]
      }
      """)
  }

  @Test func treesBuiltAnew() throws {
    try expectSame(
      """
      x = [1, 2, 3]
      fn step(i) {
        p = {w: x * i, inner: (x + 1, {b: x, name: "b", n: floor(i / 5)})}
        f = p -> sum(p.w * p.inner[0] + p.inner[1].b ^ p.inner[1].n)
        value_and_grad(f)(p)
      }
      """)
  }

  @Test func gradientsOfGradients() throws {
    try expectSame(
      """
      f = x -> sum(x ^ 3)
      fn step(i) = value_and_grad(x -> sum(grad(f)(x) * x))([1, i, 3])
      """)
  }

  @Test func numbersAreNoTensors() throws {
    try expectSame("fn step(i) = value_and_grad(x -> x ^ 2 * i)(i + 1)", isTraced: false)
  }

  @Test func gradientThatIsItsInput() throws {
    try expectSame("fn step(i) = { x = [1, 2] * i; value_and_grad(w -> sum(w * x))([3, 4]) }")
  }

  @Test func otherArgumentsChange() throws {
    try expectSame(
      """
      f = (a, b, c) -> sum(a * b) * c
      fn step(i) = value_and_grad(f, wrt=1)([i, 1], [2, i], if i > 6 { 2 } else { 1 })
      """)
  }

  @Test func gradientsInOtherArguments() throws {
    try expectSame(
      """
      f = (a, b) -> sum(a * b) * sum(a)
      fn step(i) = map(0..2, k -> value_and_grad(f, wrt=k)([i, 1], [2, i]))
      """)
  }

  @Test func manyFunctionsAtOnePlace() throws {
    try expectSame(
      """
      losses = (mse, mae, p -> p)
      fn step(i) {
        loss = losses[i % 2]
        value_and_grad(p -> loss(p, [1, 2]))([3 * i, 1 - i])
      }
      """, rounds: 100)
  }

  /// Gradients of a trace lie packed, and so do parameters and states that meet them. What fails
  /// does so after some rounds, when there are traces.
  @Test(arguments: [
    "sgd(lr=0.5)", "sgd(lr=s -> 0.5 / (1 + s), weight_decay=0.01)", "momentum()", "nesterov()",
    "adagrad()", "rmsprop()", "adam()", "adamw()", "clipped(adam(), max_norm=0.1)",
  ])
  func optimizersStepAlike(_ optimizer: String) throws {
    try expectSame(
      dense + """

        opt = \(optimizer)
        state = opt.init(model)
        """,
      """
      (value, g) = value_and_grad(m -> bce(m(x), y))(model)
      (model, state) = opt.step(model, g, state)
      print(value, digest(g), digest(model), digest(state))
      """)
  }

  @Test(arguments: [
    "g * g", "2 * g - g / 3", "g ^ 2", "g ^ 0.5", "-g", "exp(g)", "where(g > 0, g, 0)",
    "clip(g, -0.01, 0.02)", "maximum(g, model)", "isnan(g)", "g * f64(2)", "g + [1.5][0]",
    "zeros_like(g)", "f64(g)", "map_leaves(g, x -> x + 1)", "{...g, kind: 3}", "g.layers[0].b",
    "leaves(g)", "g == g", "grad_norm(g)", "(g, model) + (g, g)", "g * {a: 1}", "g + (1, 2)",
    "check_grad(x -> sum(x ^ 2), f64(g))", "g % 0.1", "g // 0.1", "sum(leaves(g)[0])",
    "value_and_grad(m -> sum(m.layers[0].w * g.layers[0].w))(g)",
    "value_and_grad(a -> sum((g * a).layers[0].w))(f64(3))", "g < model", "g - model", "model - g",
  ])
  func packedTreesAreTrees(_ expression: String) throws {
    try expectSame(
      dense + "\nf = m -> bce(m(x), y)",
      """
      g = grad(f)(model * (1 + i / 9))
      if i > 6 { print(digest(\(expression))) }
      """)
  }

  /// A leaf that a gradient follows is no copy, wherever the library hands it out. The gradients of
  /// such leaves read `i`, so that they are not traced, and get packed trees.
  @Test(arguments: [
    "value_and_grad(m -> fold(leaves(m), i, (t, x) -> t + sum(x ^ 2)))(g)",
    "value_and_grad(m -> grad_norm(m) + i)(g)",
    "value_and_grad(m -> sum(map_leaves(m, x -> x ^ 2).layers[0].b) + i)(g)",
    "value_and_grad(m -> sum((m * g).layers[0].b) + i)(model)",
  ])
  func leavesAreFollowed(_ expression: String) throws {
    try expectSame(
      dense + "\nf = m -> bce(m(x), y)",
      """
      g = grad(f)(model * (1 + i / 9))
      print(digest(\(expression)))
      """)
  }

  @Test func aPartIsFollowed() {
    let code = "print(grad(x -> sum(leaves({a: x[0:2]})[0] ^ 2))(ones(100))[0:2])"
    #expect(shown(code, Session()).lines == ["f32[2]\n  2  2"])
  }

  /// Errors are about leaves, as if nothing were packed.
  @Test(arguments: [
    "clip(g, g, g)", "where(g, g, g)", "where(g, 1, 2)", "g * nothing", "g + {b: ones(3)}",
    "g * {b: ones(3), w: ones((2, 3))}", "g * {w: ones((2, 3)), c: ones(3)}", "g + \"a\"",
  ])
  func errorsAreAboutLeaves(_ expression: String) throws {
    let setup = "p = {w: ones((2, 3)), b: ones(3)}; f = p -> sum(p.w ^ 2) + sum(p.b ^ 2)"
    let traced = Session()
    _ = traced.run(SourceText(name: "setup", text: setup))
    let loop = "for i in 0..12 { g = grad(f)(p * i); if i == 11 { \(expression) } }"
    let single = "g = grad(f)(p * 11); \(expression)"
    let alone = Session()
    _ = alone.run(SourceText(name: "setup", text: setup))
    let wanted = alone.run(SourceText(name: "cell", text: single)).error
    let found = traced.run(SourceText(name: "cell", text: loop)).error
    #expect(wanted != nil)
    #expect(found?.message == wanted?.message)
    #expect(found?.labels.map(\.text) == wanted?.labels.map(\.text))
  }

  @Test func leavesOfOtherShapesMeetPackedOnes() throws {
    try expectSame(
      "p = {w: ones((2, 3)), b: ones(3)}",
      """
      g = grad(p -> sum(p.w * 2) + sum(p.b ^ 2))(p)
      print(g * {w: [1, 2, 3], b: 2 * ones(3)})
      print({w: [[1], [2]], b: ones(())} - g)
      """)
    try expectSame(
      "p = {w: ones((2, 3)), b: ones(3)}",
      """
      g = grad(p -> sum(p.w * 2) + sum(p.b ^ 2))(p)
      if i > 6 { print(g * {w: [1, 2], b: 2}) }
      """)
  }

  /// A bias that is kept does not keep all parameters of its step.
  @Test(arguments: [
    "p.b", "map_leaves(p, x -> x).b", "(p * f64(2)).b", "isnan(p).b", "leaves(p)[1]",
  ])
  func aSmallLeafKeepsLittleMemory(_ leaf: String) throws {
    let session = Session()
    let code = """
      p = {w: ones((100, 100)), b: ones(3)}
      kept = ()
      for i in 0..200 {
        p = p - 0.1 * grad(p -> sum(p.w ^ 2) + sum(p.b ^ 2))(p)
        kept = append(kept, \(leaf))
      }
      """
    #expect(session.run(SourceText(name: "cell", text: code)).error == nil)
    #expect(session.context.liveBytes < 500_000 && session.tracedGradients > 0)
  }

  @Test func parallelItemsTraceOnTheirOwn() throws {
    try expectSame(
      dense + """

        fn train_from(i) {
          m = model * (1 + i / 5)
          for k in 0..8 { m = m - 0.1 * grad(m -> bce(m(x), y))(m) }
          m
        }
        fn step(i) = digest(map(0..4, k -> train_from(i + k), parallel=true))
        """, rounds: 3, hasLoop: true)
  }

  @Test func tracesGiveWayWhereMemoryIsShort() throws {
    var options = SessionOptions()
    options.memoryLimit = 8 << 20
    let session = Session(options)
    let code = """
      (w, x) = (ones((200, 200)), ones((200, 200)))
      for i in 0..12 {
        g = grad(w -> sum(tanh(x @ w / 300) ^ 2))(w)
        y = ones(1790000)
        y = nothing
      }
      """
    let outcome = session.run(SourceText(name: "cell", text: code))
    #expect(outcome.error == nil)
  }

  @Test func aLostTraceReturnsItsMemory() throws {
    let session = Session()
    let code = """
      x = randn((64, 8))
      for i in 0..20 { grad(w -> sum((x @ w) ^ 2))(randn((8, 8))) }
      """
    _ = session.run(SourceText(name: "cell", text: code))
    #expect(session.context.liveBytes <= 64 * 8 * 4 + 64)
  }
}
