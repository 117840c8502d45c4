import Interpreter
import Notebook
import Tensor
import Testing

@Suite struct TrialsTests {
  private func trials(_ text: String, _ count: Int = 10) throws -> TrialsReport {
    let document = try document(text)
    return TrialsReport(
      try (0..<count).map { number in
        let report = Trial(document, number: number).run()
        // What is written is what is read.
        let line = report.json.line
        let json = try JSONValue(name: "report", bytes: Array(line.utf8))
        let read = try TrialReport(name: "report", json: json)
        #expect(read == report, "\(line)")
        return read
      }, of: count)
  }

  @Test func theFirstSeedIsTheNotebooksOwn() {
    #expect(RandomStream.seed(42, trial: 0) == 42)
    let derived = (0..<100).map { RandomStream.seed(42, trial: $0) }
    #expect(Set(derived).count == 100)
    #expect(derived.allSatisfy { $0 < 1 << 53 })
    // First 8 bytes, little-endian, cut to 53 bits, of
    // printf 'etude-trial-1\\x2a\\0\\0\\0\\0\\0\\0\\0\\x01\\0\\0\\0\\0\\0\\0\\0' | sha256sum
    #expect(derived[1] == 547379254715604)
    #expect(RandomStream.seed(7, trial: 1) != derived[1])
  }

  @Test func aClaimIsCountedWithItsWorstMargin() throws {
    let report = try trials(
      """
      ---
      seed: 3
      ---
      ```etude label=a
      x = rand(1)[0]
      claim("x is {x}", x < 0.5)
      ```
      ```output bits=0000
      not compared
      ```
      """)
    let claim = try #require(report.claims.first)
    #expect(report.claims.count == 1 && report.failures.isEmpty)
    let margins = claim.outcomes.compactMap { $0?.margin }
    #expect(margins.count == 10 && Set(margins).count == 10)
    #expect(claim.holding == margins.count { $0 > 0 })
    #expect((1...9).contains(claim.holding))
    #expect(claim.failing == margins.indices.filter { margins[$0] <= 0 })
    let worst = try #require(claim.worst)
    #expect(worst.margin == margins.min() && margins[worst.trial] == worst.margin)
    #expect(!claim.isSeedIndependent && claim.bar == 0.9 && !claim.reachesBar && !report.holds)
    // The words of the first seed stand for all.
    #expect(claim.text == claim.outcomes[0]?.text && claim.text != claim.outcomes[1]?.text)
  }

  /// Draws under a seed that the program names differ from seed to seed as well.
  @Test func namedSeedsAreDerivedToo() throws {
    for draw in ["seed(5)\nx = rand(1)[0]", "x = with_seed(5, () -> rand(1)[0])"] {
      let report = try trials(cells(draw + "\nclaim(\"c\", x < 2)"))
      let margins = report.claims[0].outcomes.compactMap { $0?.margin }
      #expect(Set(margins).count == 10)
      #expect(report.holds && !report.claims[0].isSeedIndependent)
    }
    // Later cells follow the named seed, and the same name means the same draws.
    let report = try trials(
      cells("seed(5)", "x = rand(1)[0]", "y = with_seed(5, () -> rand(1)[0])")
        + "\n" + cells("claim(\"x\", x < 2); claim(\"y\", y == with_seed(5, () -> rand(1)[0]))"))
    #expect(Set(report.claims[0].outcomes.compactMap { $0?.margin }).count == 10)
    #expect(report.claims[1].holding == 10)
  }

  @Test(arguments: ["1 < 2", "1 == 1", "3 != 4 and 1 < 2", "eye(2)[0, 0] > 0"])
  func equalOperandsAreSeedIndependent(_ condition: String) throws {
    let claim = try trials(cells("claim(\"c\", \(condition))")).claims[0]
    #expect(claim.isSeedIndependent && claim.reachesBar)
  }

  @Test(arguments: [
    "rand(1)[0] < 2", "rand(1)[0] == 5 or true", "sum(rand(3)) != 7", "all(rand(3) < 2)",
  ])
  func otherOperandsAreNot(_ condition: String) throws {
    let claim = try trials(cells("claim(\"c\", \(condition))")).claims[0]
    #expect(!claim.isSeedIndependent && claim.holding == 10)
  }

  @Test func aFalseClaimMissesItsBarUnderEverySeed() throws {
    let report = try trials(cells("claim(\"c\", 2 < 1)"))
    #expect(report.claims[0].isSeedIndependent && !report.claims[0].reachesBar && !report.holds)
  }

  @Test func aClaimMayStateItsBar() throws {
    // Which of ten seeds hold is fixed by the derivation, so a bar on either side of it decides.
    let text = { (bar: String) in cells("claim(\"c\", rand(1)[0] < 0.7, seeds=\(bar))") }
    let holding = try trials(text("1")).claims[0].holding
    #expect((1...9).contains(holding))
    let share = Double(holding) / 10
    #expect(try trials(text("\(share)")).holds)
    #expect(try !trials(text("\(share + 0.1)")).holds)
  }

  @Test func whatFailsUnderOneSeedFailsTheReport() throws {
    let report = try trials(
      cells(
        "x = rand(1)[0]", "if x < 0.5 { fail(\"low\") }\ny = x", "claim(\"c\", y < 2, seeds=0.01)"))
    let failing = Set(report.failures.map(\.trial))
    #expect((1...9).contains(failing.count))
    #expect(
      report.claims[0].outcomes.indices.filter { report.claims[0].outcomes[$0] == nil }
        == failing.sorted())
    #expect(report.claims[0].reachesBar && !report.holds)
    let distinct = report.distinctFailures
    #expect(distinct.count == 1 && distinct[0].trials == failing.sorted())
  }

  /// Claims behind a condition are matched by their text, others by their place.
  @Test func claimsAreMatched() throws {
    let report = try trials(
      cells("x = rand(1)[0]\nif x < 0.5 { claim(\"low\", x < 0.5) }\nclaim(\"all\", x < 2)"))
    #expect(Set(report.claims.map(\.text)) == ["low", "all"])
    let low = try #require(report.claims.first { $0.text == "low" })
    #expect((1...9).contains(low.holding))
    #expect(report.claims.first { $0.text == "all" }?.holding == 10)
  }

  @Test func whatIsRecordedIsNotCompared() throws {
    let report = try trials(
      cells("1") + "\nIt is <!--= 1 / 0 + nope -->x<!--/-->.\n\n```output\norphan\n```\n", 2)
    #expect(report.holds && report.claims.isEmpty)
  }
}
