import Interpreter

extension OutputItem {
  /// What a reader sees of it. Claims look different in a notebook, at the prompt and in a test.
  public func shown(claim: (ClaimOutcome) -> String) -> String {
    switch self {
    case .line(let text, _, _): text
    case .value(_, let shown): shown
    case .claim(let outcome): claim(outcome)
    }
  }
}

extension CellOutcome {
  /// What each item of the output shows, in order.
  public func shown(claim: (ClaimOutcome) -> String = { "claim \($0.text): \($0.holds)" })
    -> [String]
  {
    output.map { $0.shown(claim: claim) }
  }
}
