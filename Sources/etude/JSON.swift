import Interpreter
import Notebook

/// The report of a replay for programs.
enum JSON {
  /// A value.
  enum Value {
    case text(String)
    case number(Double)
    case flag(Bool)
    case list([String])
    case raw(String)
  }

  /// An object with its keys in alphabetical order.
  static func object(_ fields: [String: Value]) -> String {
    let parts = fields.sorted { $0.key < $1.key }.map { "\(quoted($0.key)): \(text($0.value))" }
    return "{" + parts.joined(separator: ", ") + "}"
  }

  private static func text(_ value: Value) -> String {
    switch value {
    case .text(let text): quoted(text)
    case .number(let number): number.isFinite ? "\(number)" : quoted("\(number)")
    case .flag(let flag): flag ? "true" : "false"
    case .list(let items): "[" + items.joined(separator: ", ") + "]"
    case .raw(let text): text
    }
  }

  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case let control where control.value < 0x20:
        let digits = String(control.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// What a notebook's claims come to under many seeds.
  static func trials(
    _ report: TrialsReport, _ path: String, seeds: [UInt64], seconds: Double
  ) -> String {
    let claims = report.claims.map { claim in
      var fields: [String: Value] = [
        "text": .text(claim.text), "where": .text(claim.cell.title),
        "line": .raw("\(claim.cell.line)"), "bar": .number(claim.bar),
        "holding": .raw("\(claim.holding)"), "reachesBar": .flag(claim.reachesBar),
        "seedIndependent": .flag(claim.isSeedIndependent),
        "failing": .list(claim.failing.map(String.init)),
        "margins": .list(claim.outcomes.map { text($0?.margin.map(Value.number) ?? .raw("null")) }),
      ]
      if let worst = claim.worst {
        fields["worstMargin"] = .number(worst.margin)
        fields["worstSeed"] = .raw("\(worst.trial)")
      }
      return object(fields)
    }
    let failures = report.failures.map { trial, finding in
      object([
        "seed": .raw("\(trial)"), "kind": .text(finding.kind.rawValue),
        "where": .text(finding.title), "line": .raw("\(finding.line)"),
        "message": .text(finding.message), "details": .list(finding.details.map(quoted)),
      ])
    }
    return object([
      "file": .text(path), "holds": .flag(report.holds), "tried": .raw("\(report.count)"),
      "seeds": .list(seeds.map(String.init)), "claims": .list(claims),
      "failures": .list(failures), "seconds": .number(seconds),
    ])
  }

  /// A notebook's report.
  static func report(
    _ report: ReplayReport, _ path: String, isAccepted: Bool, seconds: Double
  ) -> String {
    let cells = report.cells.map { entry in
      var fields: [String: Value] = [
        "line": .raw("\(entry.cell.line)"), "status": .text(entry.status.rawValue),
      ]
      if let label = entry.cell.label { fields["label"] = .text(label) }
      if let bits = entry.output?.recordedBits { fields["bits"] = .text(bits) }
      return object(fields)
    }
    let findings = report.findings.map { finding in
      object([
        "kind": .text(finding.kind.rawValue), "where": .text(finding.title),
        "line": .raw("\(finding.line)"), "column": .raw("\(finding.column)"),
        "message": .text(finding.message), "details": .list(finding.details.map(quoted)),
      ])
    }
    let claims = report.claims.map { cell, claim in
      var fields: [String: Value] = [
        "text": .text(claim.text), "holds": .flag(claim.holds), "where": .text(cell.title),
      ]
      if let margin = claim.margin { fields["margin"] = .number(margin) }
      return object(fields)
    }
    return object([
      "file": .text(path), "holds": .flag(isAccepted ? report.holdsOnceAccepted : report.holds),
      "accepted": .flag(isAccepted), "interrupted": .flag(report.isInterrupted),
      "cells": .list(cells), "findings": .list(findings), "claims": .list(claims),
      "values": .raw("\(report.verifiedValues)"), "seconds": .number(seconds),
    ])
  }
}
