import Datasets
import Foundation
import Testing

/// A claim is worth its line when it could be wrong: for each there is an experiment in which what
/// it states is not so, and there the claim fails.
@Suite struct LessonTests {
  private static let hasData =
    DataSet.fashionMNIST.folder { ProcessInfo.processInfo.environment[$0] } != nil

  @Test(arguments: [
    "00-tour", "01-neural-network", "02-activation-and-gradient-descent", "tutorial",
  ])
  func counterExperimentsBreakTheirClaims(name: String) throws { try check(name) }

  @Test(
    .enabled(if: hasData, "Fashion-MNIST is not on this machine"),
    arguments: [
      "03-train-dev-test", "04-basic-recipe", "05-random-seed", "06-weight-initialization",
    ])
  func counterExperimentsBreakClaimsAboutData(name: String) throws { try check(name) }

  private func check(_ name: String) throws {
    let lesson = try Lesson(name)
    let counters = try counterExperiments(of: name)
    #expect(lesson.failures == [])
    #expect(!lesson.claims.isEmpty && counters.count >= lesson.claims.count)
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
