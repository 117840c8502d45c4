import Interpreter
import Notebook

/// The reports of `etude replay --json`.
enum JSON {
  /// What a notebook's claims come to under many seeds.
  static func trials(
    _ report: TrialsReport, _ path: String, seeds: [UInt64], seconds: Double
  ) -> JSONValue {
    let claims = report.claims.map { claim in
      var fields: [String: JSONValue] = [
        "text": .text(claim.text), "where": .text(claim.cell.title),
        "line": .count(claim.cell.line), "bar": .number(claim.bar),
        "holding": .count(claim.holding), "reachesBar": .flag(claim.reachesBar),
        "seedIndependent": .flag(claim.isSeedIndependent),
        "failing": .list(claim.failing.map(JSONValue.count)),
        "margins": .list(claim.outcomes.map { $0?.margin.map(JSONValue.number) ?? .null }),
      ]
      if let worst = claim.worst {
        fields["worstMargin"] = .number(worst.margin)
        fields["worstSeed"] = .count(worst.trial)
      }
      return JSONValue.sorted(fields)
    }
    let failures = report.failures.map { trial, failure in
      JSONValue.sorted([
        "seed": .count(trial), "kind": .text(failure.isTimeout ? "timeout" : "failure"),
        "where": .text(failure.cell.title), "line": .count(failure.line),
        "message": .text(failure.message), "details": .list(failure.details.map(JSONValue.text)),
      ])
    }
    return .sorted([
      "file": .text(path), "holds": .flag(report.holds), "tried": .count(report.count),
      "seeds": .list(seeds.map { .number(Double($0)) }), "claims": .list(claims),
      "failures": .list(failures), "seconds": .number(seconds),
    ])
  }

  /// A notebook's report.
  static func report(
    _ report: ReplayReport, _ path: String, isAccepted: Bool, seconds: Double
  ) -> JSONValue {
    let cells = report.cells.map { entry in
      var fields: [String: JSONValue] = [
        "line": .count(entry.cell.line), "status": .text(entry.status.rawValue),
      ]
      if let label = entry.cell.label { fields["label"] = .text(label) }
      if let bits = entry.output?.recordedBits { fields["bits"] = .text(bits) }
      return JSONValue.sorted(fields)
    }
    let findings = report.findings.map { finding in
      JSONValue.sorted([
        "kind": .text(finding.kind.rawValue), "where": .text(finding.title),
        "line": .count(finding.line), "column": .count(finding.column),
        "message": .text(finding.message), "details": .list(finding.details.map(JSONValue.text)),
      ])
    }
    let claims = report.claims.map { cell, claim in
      var fields: [String: JSONValue] = [
        "text": .text(claim.text), "holds": .flag(claim.holds), "where": .text(cell.title),
      ]
      if let margin = claim.margin { fields["margin"] = .number(margin) }
      return JSONValue.sorted(fields)
    }
    return .sorted([
      "file": .text(path), "holds": .flag(isAccepted ? report.holdsOnceAccepted : report.holds),
      "accepted": .flag(isAccepted), "interrupted": .flag(report.isInterrupted),
      "cells": .list(cells), "findings": .list(findings), "claims": .list(claims),
      "values": .count(report.verifiedValues), "seconds": .number(seconds),
    ])
  }
}
