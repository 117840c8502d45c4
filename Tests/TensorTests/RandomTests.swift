import CKernels
import Foundation
import Tensor
import Testing

@Suite struct RandomTests {
  /// SHA-256 of "abc" (FIPS 180-4).
  @Test func digests() {
    let hex = sha256(Array("abc".utf8)).map { byte in
      String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
    }
    #expect(
      hex.joined() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }

  /// Known answers published with Random123 for Philox 4x32-10.
  @Test func philoxKnownAnswers() throws {
    func words(_ key: UInt64, _ call: UInt32, _ high: UInt64, _ block: UInt32) -> [UInt32] {
      var words = [UInt32](repeating: 0, count: 4)
      let stream = et_stream(key: key, call: call, high: high)
      unsafe et_philox(et_kernels_for(et_best_level()), stream, block, 1, &words)
      return words
    }
    #expect(words(0, 0, 0, 0) == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
    let ones = UInt32.max
    #expect(
      words(.max, ones, .max, ones) == [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd])
    #expect(
      words(0x299f_31d0_a409_3822, 0x85a3_08d3, 0x0370_7344_1319_8a2e, 0x243f_6a88)
        == [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1])
  }

  @Test func streamsHaveNamesOfTheirOwn() {
    var root = RandomStream.root(seed: 3)
    let first = root.fork("step")
    let second = root.fork("step")
    let other = root.fork("shuffle")
    var again = RandomStream.root(seed: 3)
    #expect(again.fork("step") == first && again.fork("step") == second)
    // A fork of another name between them changes nothing.
    var mixed = RandomStream.root(seed: 3)
    #expect(mixed.fork("shuffle") == other && mixed.fork("step") == first)
    #expect(RandomStream.root(seed: 4).identity != RandomStream.root(seed: 3).identity)
    var seen = Set<[UInt8]>([root.identity])
    for stream in [first, second, other] {
      var parent = stream
      #expect(seen.insert(stream.identity).inserted)
      for name in ["a", "b", "", "ab"] {
        for _ in 0..<500 { #expect(seen.insert(parent.fork(name).identity).inserted) }
      }
    }
  }

  /// Nested forks, as a study of a thousand configurations with a thousand steps makes them.
  @Test func aMillionForksAreDifferentStreams() {
    var root = RandomStream.root(seed: 1)
    var seen = Set<[UInt8]>(minimumCapacity: 1_001_000)
    for _ in 0..<1000 {
      var configuration = root.fork("sweep")
      seen.insert(configuration.identity)
      for _ in 0..<1000 { seen.insert(configuration.fork("step").identity) }
    }
    #expect(seen.count == 1_001_000)
  }

  @Test func drawsDependOnStreamCallAndElementAlone() throws {
    let c = makeContext(threads: 2)
    let long = try c.call("rand", .integer(50_000)).elements()
    let next = try c.call("rand", .integer(4)).elements()
    c.stream = .root(seed: 7)
    #expect(try c.call("rand", .integer(10)).elements() == Array(long.prefix(10)))
    #expect(try c.call("rand", .integer(4)).elements() == next)
    #expect(next != Array(long.prefix(4)))
    #expect(long.allSatisfy { $0 >= 0 && $0 < 1 && $0 * 0x1p24 == ($0 * 0x1p24).rounded() })
  }

  @Test func moments() throws {
    let c = makeContext()
    let n = 200_000
    func moments(_ x: Tensor) throws -> (Double, Double) {
      (try c.call("mean", x).scalar(), try c.call("var", x).scalar())
    }
    for dtype in [DType.f32, .f64] {
      let flat = try moments(try c.call("rand", .integer(n), .dtype(dtype)))
      #expect(abs(flat.0 - 0.5) < 0.005 && abs(flat.1 - 1 / 12) < 0.002)
      let bell = try moments(try c.call("randn", .integer(n), .dtype(dtype)))
      #expect(abs(bell.0) < 0.01 && abs(bell.1 - 1) < 0.02)
    }
    let whole = try c.call("randint", .integer(n), .integer(-2), .integer(4))
    let counts = (-2..<4).map { k in whole.elements().count { $0 == Double(k) } }
    let chi = counts.reduce(0.0) { $0 + Double(($1 - n / 6) * ($1 - n / 6)) / Double(n / 6) }
    // 99.9 % of chi-square with 5 degrees of freedom.
    #expect(counts.reduce(0, +) == n && chi < 20.5)
  }

  /// Each distribution's values fall evenly into 64 classes of equal probability, and its first four
  /// moments are its own.
  @Test(arguments: [DType.f32, .f64]) func distributions(_ dtype: DType) throws {
    let c = makeContext()
    let n = 100_000
    /// 99.9 % of chi-square with 63 degrees of freedom is 103.4.
    func chiSquare(_ uniform: [Double]) -> Double {
      var counts = [Int](repeating: 0, count: 64)
      for u in uniform { counts[min(63, Int(u * 64))] += 1 }
      let expected = Double(uniform.count) / 64
      return counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
    }
    /// Mean, variance, skewness and kurtosis.
    func moments(_ x: [Double]) -> [Double] {
      let mean = x.reduce(0, +) / Double(x.count)
      let central = (2...4).map { k in
        x.reduce(0) { $0 + pow($1 - mean, Double(k)) } / Double(x.count)
      }
      return [mean, central[0], central[1] / pow(central[0], 1.5), central[2] / pow(central[0], 2)]
    }
    func near(_ got: [Double], _ want: [Double]) -> Bool {
      zip(got, want).allSatisfy { abs($0 - $1) < 0.04 }
    }
    let rand = try c.call("rand", .integer(n), .dtype(dtype)).elements()
    #expect(chiSquare(rand) < 103.4 && near(moments(rand), [0.5, 1 / 12, 0, 1.8]))
    let uniform = try c.call(
      "uniform", .integer(n), .number(-1), .number(3), .dtype(dtype)
    ).elements()
    #expect(chiSquare(uniform.map { ($0 + 1) / 4 }) < 103.4)
    #expect(near(moments(uniform), [1, 16.0 / 12, 0, 1.8]))
    let randn = try c.call("randn", .integer(n), .dtype(dtype)).elements()
    #expect(chiSquare(randn.map { erfc(-$0 / 2.0.squareRoot()) / 2 }) < 103.4)
    #expect(near(moments(randn), [0, 1, 0, 3]))
    let normal = try c.call(
      "normal", .integer(n), .number(2), .number(0.5), .dtype(dtype)
    ).elements()
    #expect(chiSquare(normal.map { erfc((2 - $0) / 0.5 / 2.0.squareRoot()) / 2 }) < 103.4)
    #expect(near(moments(normal), [2, 0.25, 0, 3]))
  }

  /// Two thirds of 2³² as a span rejects a third of the words: the retries must be fair too.
  @Test func rejectedIntegersAreDrawnAgain() throws {
    let c = makeContext()
    let low = -1_431_655_766
    let x = try c.call("randint", .integer(30_000), .integer(low), .integer(1_431_655_766))
    let below = x.elements().count { $0 < 0 }
    #expect(x.elements().allSatisfy { $0 >= Double(low) && $0 < 1_431_655_766 })
    #expect(abs(below - 15_000) < 400)
    c.stream = .root(seed: 7)
    let again = try c.call("randint", .integer(100), .integer(low), .integer(1_431_655_766))
    #expect(again.elements() == Array(x.elements().prefix(100)))
  }

  @Test func permutationsAreFair() throws {
    let c = makeContext()
    var counts: [[Double]: Int] = [:]
    for _ in 0..<6_000 {
      counts[try c.call("permutation", .integer(3)).elements(), default: 0] += 1
    }
    #expect(counts.count == 6 && counts.values.allSatisfy { abs($0 - 1_000) < 150 })
    let big = try c.call("permutation", .integer(10_000))
    #expect(try c.call("sort", big).elements() == (0..<10_000).map(Double.init))
    let rows = try c.call("shuffle", c.make([3, 2], [0, 1, 2, 3, 4, 5]))
    #expect(try c.call("sort", rows.argument, .integer(0)).elements() == [0, 1, 2, 3, 4, 5])
    #expect(
      stride(from: 0, to: 6, by: 2).allSatisfy {
        rows.elements()[$0] + 1 == rows.elements()[$0 + 1]
      })
  }
}
