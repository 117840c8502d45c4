/// Checks the invariants of a queue after each step, and those of each pass before it runs, and keeps
/// what does not hold. Only tests set one: without it a step and a pass cost one look at a pointer.
package final class FusionAudit {
  /// What did not hold, in order.
  package private(set) var problems: [String] = []
  /// Steps and passes that were checked.
  package private(set) var stepCount = 0
  package private(set) var passCount = 0
  /// Results that took the memory of an operand, and steps that the peephole rules made.
  package fileprivate(set) var reusedCount = 0
  package fileprivate(set) var joinedCount = 0

  /// Makes one that has seen nothing.
  package init() {}

  /// After a step was enqueued.
  func check(_ queue: FusionQueue) {
    stepCount += 1
    problems += queue.checkInvariants()
  }

  /// After the steps of a pass were collected.
  func checkOrder(of plan: PassPlan) {
    problems += plan.checkOrder() + plan.checkReaders()
  }

  /// Before a pass runs.
  func check(_ plan: PassPlan, count: Int, of queue: FusionQueue) {
    passCount += 1
    problems += plan.checkInvariants(count: count, of: queue)
    reusedCount += plan.reusedCount(of: queue)
    joinedCount += plan.joinedCount
  }

  /// After all passes ran.
  func checkMaterialized(_ queue: FusionQueue) { problems += queue.checkMaterialized() }
}

/// What does not hold of a structure.
struct Problems {
  private(set) var list: [String] = []

  mutating func require(_ holds: Bool, _ problem: @autoclosure () -> String) {
    if !holds { list.append(problem()) }
  }
}
