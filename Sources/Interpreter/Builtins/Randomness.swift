import Diagnostics
import Tensor

let randomBuiltins: [Builtin] = [
  Builtin(
    "seed(n)",
    effect: .steers,
    doc: """
      Restarts the running cell on the root stream of `n`; later cells derive theirs from `n` and \
      their label.
      """,
    example: "seed(7); rand(3).shape  # (3,)"
  ) { call in
    let n = try seedNumber(call, 0)
    call.machine.setSeed(n)
    call.context.stream = RandomStream.root(seed: n)
    return .nothing
  },
  Builtin(
    "with_seed(n, f)",
    effect: .steers,
    doc: "Calls `f()` on the root stream of `n` and gives its result; the caller's stream stays.",
    example: "all(with_seed(1, () -> rand(3)) == with_seed(1, () -> rand(3)))  # true"
  ) { call in
    let (n, f) = (try seedNumber(call, 0), try call.function(1))
    let stream = call.context.stream
    call.context.stream = RandomStream.root(seed: n)
    defer { call.context.stream = stream }
    return try call.apply(f, [])
  },
  Builtin(
    "fork(name, f)",
    effect: .steers,
    doc: """
      Calls `f()` with a new stream of random numbers of that name and gives its result. What `f` \
      draws shifts none of the caller's draws.
      """,
    example: "fork(\"noise\", () -> rand(2)).shape  # (2,)"
  ) { call in
    let f = try call.function(1)
    let call = call
    return try call.machine.inFork(call.string(0)) { try call.apply(f, []) }
  },
]

/// A seed as this session's trial derives it.
private func seedNumber(_ call: Call, _ i: Int) throws -> UInt64 {
  let n = try call.integer(i)
  guard n >= 0, n < 1 << 53 else {
    throw call.error(.value, "a seed is an integer from 0 to 2^53 - 1, not \(n)", argument: i)
  }
  return RandomStream.seed(UInt64(n), trial: call.machine.host.options.trial)
}
