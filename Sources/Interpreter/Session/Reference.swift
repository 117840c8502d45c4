import System
import Tensor

/// A name of the library as the reference lists it.
public struct ReferenceEntry: Sendable {
  /// The name.
  public var name: String
  /// What `help` says; nil for a constant.
  public var documentation: Documentation?
  /// The file of `stdlib/` that defines it; nil for what is written in Swift.
  public var file: String?
}

/// Names of the library that belong together.
public struct ReferenceGroup: Sendable {
  /// Its title.
  public var title: String
  /// Its names in the order of their definition.
  public var entries: [ReferenceEntry]
}

extension Session {
  /// All names of the library by groups: those written in Swift, then a group a file of `stdlib/`
  /// unless it continues one of these.
  public var reference: [ReferenceGroup] {
    onLargeStack {
      var groups: [(title: String, names: [String])] = []
      func add(_ name: String, to title: String) {
        // Helpers of the library that no user should meet.
        if name.hasPrefix("_") { return }
        if let i = groups.firstIndex(where: { $0.title == title }) {
          if !groups[i].names.contains(name) { groups[i].names.append(name) }
        } else {
          groups.append((title, [name]))
        }
      }
      for (title, names) in standardGroups { for name in names { add(name, to: title) } }
      for builtin in options.builtins {
        add(builtin.name, to: builtin.group ?? "further functions")
      }
      for name in libraryNames {
        if groups.contains(where: { $0.names.contains(name) }) { continue }
        let file = machine.library.text(of: name)?.file ?? ""
        let base = file.dropFirst("stdlib/".count).dropLast(".et".count)
        add(name, to: base.isEmpty ? "constants" : String(base))
      }
      return groups.map { title, names in
        ReferenceGroup(title: title, entries: names.map(entry))
      }
    }
  }

  private func entry(_ name: String) -> ReferenceEntry {
    ReferenceEntry(
      name: name, documentation: documentation(of: name),
      file: machine.library.text(of: name)?.file)
  }

  /// The library's entry of a name; nil if there is none.
  public func referenceEntry(of name: String) -> ReferenceEntry? {
    guard machine.library.contains(name) || standardConstants.contains(where: { $0.name == name })
    else { return nil }
    return onLargeStack { entry(name) }
  }
}

/// The builtins of this module by groups.
private let standardGroups: [(title: String, names: [String])] = {
  let operations: [(Operation.Group, String)] = [
    (.make, "making tensors"), (.random, "random numbers"), (.elementwise, "elementwise"),
    (.reduction, "reductions"), (.shape, "shapes"), (.linear, "linear algebra"),
  ]
  var groups = operations.map { group, title in
    (title: title, names: Operation.all.filter { $0.group == group }.map(\.name))
  }
  let others: [(String, [Builtin])] = [
    ("random numbers", randomBuiltins), ("conversions", conversionBuiltins),
    ("sequences", sequenceBuiltins), ("trees", treeBuiltins), ("derivatives", gradientBuiltins),
    ("study", studyBuiltins), ("tables", tableBuiltins),
  ]
  for (title, builtins) in others { groups.append((title, builtins.map(\.name))) }
  return groups
}()
