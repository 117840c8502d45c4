import Diagnostics
import Figures
import Interpreter
import TestSupport
import Testing

/// What the library does, as a user sees it: `Fixtures/library/*.txt` hold programs with what they
/// show.
@Suite("Library")
struct LibraryTests {
  static let files = fixtureNames(in: "library", ending: ".txt")

  @Test func thereArePrograms() { #expect(Self.files.count >= 4) }

  @Test("Programs show what they say", arguments: files)
  func programs(file: String) throws {
    try checkGoldenCases("library/" + file) { code in
      var options = SessionOptions()
      options.builtins = figureBuiltins
      return screen(code, session: Session(options))
    }
  }
}

/// Values of PyTorch, made by `Fixtures/library/make.py`.
@Suite("Library against PyTorch")
struct LibraryPeerTests {
  struct Trajectories: Decodable {
    let steps: [Int]
    let cases: [Trajectory]
  }

  struct Trajectory: Decodable, CustomTestStringConvertible {
    let optimizer: String
    let parameters: [[Double]]
    var testDescription: String { optimizer }
  }

  struct Layer: Decodable, CustomTestStringConvertible {
    let layer: String
    let input, shape: [Int]
    let output, inputGradient: [Double]
    let weightGradients: [[Double]]
    let running: Bool?
    var testDescription: String { "\(layer) of \(input)\(running == nil ? "" : ", not training")" }
  }

  static let trajectories = try? fixtureJSON("library/optimizers.json", as: Trajectories.self)
  static let layers = (try? fixtureJSON("library/layers.json", as: [Layer].self)) ?? []

  /// Data that both sides make alike.
  static let waves = """
    fn waves(shape, rate, shift=0) =
      reshape(sin(rate * f64(arange(prod(i32(shape)))) + shift), shape)
    """

  @Test func thereAreCases() {
    #expect(Self.trajectories?.cases.count ?? 0 >= 20)
    #expect(Self.layers.count >= 12)
  }

  /// The elements of what the last line gives.
  func elements(_ code: String) throws -> [Double] {
    let outcome = Session().run(SourceText(name: "peer", text: Self.waves + "\n" + code))
    try #require(outcome.error == nil, "\(outcome.error.map(describe) ?? "")")
    guard case .value(let value, _)? = outcome.output.last else { return [] }
    return try #require(value.asTensor).elements()
  }

  /// Whether each number is within `tolerance` of its peer, relative to it, or to `floor` if that is
  /// larger.
  func agree(_ ours: [Double], _ theirs: [Double], _ tolerance: Double, floor: Double) -> Bool {
    ours.count == theirs.count
      && zip(ours, theirs).allSatisfy { abs($0 - $1) <= tolerance * max(abs($1), floor) }
  }

  @Test(
    "Optimizers follow PyTorch's for 100 steps", arguments: trajectories?.cases ?? [])
  func follows(_ peer: Trajectory) throws {
    let steps = try #require(Self.trajectories).steps
    let ours = try elements(
      """
      opt = \(peer.optimizer)
      p = {a: waves((3,), 1.3, 0.5), b: waves((2, 2), 0.9, 0.2)}
      valley = p -> sum((p.a ^ 2 - 1) ^ 2) / 4 + sum(sin(3 * p.b) * p.b) +
        p.a[0] * sum(p.b) / 2 + 0.1 * sum(p.b ^ 2)
      s = opt.init(p)
      kept = ()
      for t in 1..101 {
        (p, s) = opt.step(p, grad(valley)(p), s)
        if t in \(steps.description.replacing("[", with: "(").replacing("]", with: ")")) {
          kept = append(kept, concat((p.a, flatten(p.b))))
        }
      }
      stack(kept)
      """)
    #expect(agree(ours, peer.parameters.flatMap { $0 }, 1e-10, floor: 0))
  }

  @Test("Layers and their gradients are PyTorch's", arguments: layers)
  func layer(_ peer: Layer) throws {
    func tuple(_ sizes: [Int]) -> String {
      "(" + sizes.map { "\($0)," }.joined(separator: " ") + ")"
    }
    let program = """
      layer = \(peer.layer)
      layer = if "w" in layer {
        {...layer, w: waves(layer.w.shape, 0.71, 0.3), b: waves(layer.b.shape, 0.9)}
      } else if "gamma" in layer {
        {...layer, gamma: waves(layer.gamma.shape, 0.71, 0.3), beta: waves(layer.beta.shape, 0.9)}
      } else { layer }
      x = waves(\(tuple(peer.input)), 0.37, 0.1)
      training = \(peer.running == nil)
      layer = if training { layer } else {
        {...layer, mean: buffer(waves(3, 0.4, 0.2)), var: buffer(waves(3, 0.6, 0.5) ^ 2)}
      }
      f = (m, x) -> sum(apply_layer(m, x, training) * waves(\(tuple(peer.shape)), 0.53, 0.4))
      """
    let output = try elements(program + "\napply_layer(layer, x, training)")
    #expect(agree(output, peer.output, 1e-12, floor: 1))
    let gradient = try elements(program + "\ngrad(f, wrt=1)(layer, x)")
    #expect(agree(gradient, peer.inputGradient, 1e-10, floor: 1))
    for (i, theirs) in peer.weightGradients.enumerated() {
      let ours = try elements(program + "\nleaves(grad(f)(layer, x))[\(i)]")
      #expect(agree(ours, theirs, 1e-11, floor: 1))
    }
  }
}
