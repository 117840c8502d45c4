import Diagnostics

extension TrialReport {
  /// The version of the written form.
  private static let version = 1

  /// The report as JSON on one line.
  public var json: JSONValue {
    .sorted([
      "version": .count(Self.version), "trial": .count(number), "seed": .number(Double(seed)),
      "complete": .flag(isComplete), "claims": .list(claims.map(\.json)),
      "failures": .list(failures.map(\.json)),
    ])
  }

  /// Reads a report; one that is damaged, or of another version, is an error.
  public init(name: String, json: JSONValue) throws(Diagnostic) {
    func problem(_ what: String) -> Diagnostic {
      Diagnostic(.file, "\(name) is no report of a trial: \(what)")
    }
    guard json["version"]?.count == Self.version else { throw problem("its version is not 1") }
    guard let number = json["trial"]?.count, number >= 0,
      let seed = json["seed"]?.count, (0..<(1 << 53)).contains(seed),
      let isComplete = json["complete"]?.flag, let claims = json["claims"]?.list,
      let failures = json["failures"]?.list
    else { throw problem("a field is missing or wrong") }
    self.init(number: number, seed: UInt64(seed))
    self.isComplete = isComplete
    for entry in claims {
      guard let claim = Claim(entry) else { throw problem("a claim is damaged") }
      self.claims.append(claim)
    }
    for entry in failures {
      guard let failure = Failure(entry) else { throw problem("a failure is damaged") }
      self.failures.append(failure)
    }
  }
}

extension TrialReport.CellPlace {
  fileprivate var json: JSONValue {
    .sorted(["number": .count(number), "title": .text(title), "line": .count(line)])
  }

  fileprivate init?(_ json: JSONValue?) {
    guard let number = json?["number"]?.count, let title = json?["title"]?.text,
      let line = json?["line"]?.count
    else { return nil }
    self.init(number: number, title: title, line: line)
  }
}

extension TrialReport.Claim {
  fileprivate var json: JSONValue {
    var fields: [String: JSONValue] = [
      "cell": cell.json, "text": .text(text), "holds": .flag(holds),
    ]
    fields["margin"] = margin.map(JSONValue.number)
    fields["bar"] = bar.map(JSONValue.number)
    fields["sides"] = sidesDigest.map(JSONValue.text)
    return .sorted(fields)
  }

  fileprivate init?(_ json: JSONValue) {
    guard let cell = TrialReport.CellPlace(json["cell"]), let text = json["text"]?.text,
      let holds = json["holds"]?.flag
    else { return nil }
    self.init(
      cell: cell, text: text, holds: holds, margin: json["margin"]?.number,
      bar: json["bar"]?.number, sidesDigest: json["sides"]?.text)
  }
}

extension TrialReport.Failure {
  fileprivate var json: JSONValue {
    .sorted([
      "cell": cell.json, "line": .count(line), "column": .count(column),
      "timeout": .flag(isTimeout), "message": .text(message),
      "details": .list(details.map(JSONValue.text)),
    ])
  }

  fileprivate init?(_ json: JSONValue) {
    guard let cell = TrialReport.CellPlace(json["cell"]), let line = json["line"]?.count,
      let column = json["column"]?.count, let isTimeout = json["timeout"]?.flag,
      let message = json["message"]?.text, let details = json["details"]?.list
    else { return nil }
    self.init(
      cell: cell, line: line, column: column, isTimeout: isTimeout, message: message,
      details: details.compactMap(\.text))
  }
}
