/// An array whose versions share what they have in common: keeping an old one costs nothing, and a
/// change copies only the way to the changed element. A tree of fixed depth with 32 branches.
///
/// A node is written to only while this version alone holds it, so versions may go between threads.
struct PersistentArray<Element>: @unchecked Sendable {
  /// How many elements it has room for.
  static var capacity: Int { 1 << 20 }

  private final class Node {
    var children: [Node?]
    var elements: [Element]

    init(children: [Node?], elements: [Element]) {
      self.children = children
      self.elements = elements
    }

    var copy: Node { Node(children: children, elements: elements) }
  }

  private static var shifts: [Int] { [15, 10, 5] }
  private let empty: Element
  private var root: Node

  /// Makes one in which each element is `empty`.
  init(_ empty: Element) {
    self.empty = empty
    root = Node(children: Array(repeating: nil, count: 32), elements: [])
  }

  subscript(i: Int) -> Element {
    get {
      var node = root
      for shift in Self.shifts {
        guard let next = node.children[i >> shift & 31] else { return empty }
        node = next
      }
      return node.elements[i & 31]
    }
    set {
      if !isKnownUniquelyReferenced(&root) { root = root.copy }
      var node = root
      for shift in Self.shifts {
        let branch = i >> shift & 31
        if node.children[branch] == nil {
          let isLeaf = shift == 5
          node.children[branch] = Node(
            children: isLeaf ? [] : Array(repeating: nil, count: 32),
            elements: isLeaf ? Array(repeating: empty, count: 32) : [])
        } else if !isKnownUniquelyReferenced(&node.children[branch]) {
          node.children[branch] = node.children[branch]!.copy
        }
        node = node.children[branch]!
      }
      node.elements[i & 31] = newValue
    }
  }

  /// Calls `body` with each run of 32 elements that may differ from those of another version.
  func forEachDifference(from other: PersistentArray, _ body: (Range<Int>) -> Void) {
    Self.compare(root, other.root, 0, 15, body)
  }

  private static func compare(
    _ a: Node?, _ b: Node?, _ start: Int, _ shift: Int, _ body: (Range<Int>) -> Void
  ) {
    if a === b { return }
    if shift == 0 { return body(start..<start + 32) }
    for branch in 0..<32 {
      compare(
        a?.children[branch], b?.children[branch], start + branch << shift, shift - 5, body)
    }
  }
}
