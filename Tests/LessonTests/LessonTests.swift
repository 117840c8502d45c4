import Testing

/// A claim is worth its line when it could be wrong: for each there is an experiment in which what
/// it states is not so, and there the claim fails.
@Suite struct LessonTests {
  static let lessons = [
    "00-tour", "01-neural-network", "02-activation-and-gradient-descent", "03-train-dev-test",
    "04-basic-recipe", "05-random-seed", "06-weight-initialization", "tutorial",
  ]

  @Test(arguments: lessons)
  func counterExperimentsBreakTheirClaims(name: String) throws {
    let lesson = try Lesson(name)
    let counters = try counterExperiments(of: name)
    #expect(lesson.failures == [])
    for (_, claim) in lesson.claims {
      #expect(claim.holds, "\(claim.text)")
      #expect(counters.contains { $0.claim == claim.text }, "no counter-experiment: \(claim.text)")
    }
    for counter in counters {
      let claim = try lesson.repeating(with: counter)
      #expect(!claim.holds, "still claimed after the counter-experiment: \(claim.text)")
    }
  }
}
