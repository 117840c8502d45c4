import Tensor

// Records whose leaves lie in one tensor, as traced gradients give them: an elementwise step of such
// trees is one step, however many leaves they have.

extension Machine {
  /// Elements up to which leaves are always packed to meet a packed tree.
  private static let fewElements = 1 << 15
  /// How many steps of packed trees pay for a copy of many elements.
  private static let stepsPerCopy = 8

  /// What an elementwise step gives for all leaves of its trees at once; nil if none of them is
  /// packed, or they do not fit, or the step fails, as it then does leaf by leaf with more to say.
  /// `f` takes trees as one tensor and other operands as they are.
  func packedResult(_ operands: [Value], _ f: ([Value]) throws -> Value) -> Value? {
    var found: (form: TreeForm, layout: PackedLayout)?
    for case .record(let record) in operands {
      if case .packed(_, let layout)? = record.knownTree?.list {
        found = (record.knownTree!.form, layout)
        break
      }
    }
    guard let (form, layout) = found, operands.count(where: isTreeShaped) <= 2 else { return nil }
    var values = operands
    for (i, operand) in operands.enumerated() {
      guard isTreeShaped(operand) else {
        if spreads(operand) { continue }
        return nil
      }
      guard let tree = operand.flatTree, form.hasSameLeaves(as: tree.form),
        let t = packed(tree, layout)
      else { return nil }
      values[i] = .tensor(t)
    }
    guard case .tensor(let t)? = try? f(values), !t.isTracked, t.shape == [layout.count],
      let first = operands.first(where: isTreeShaped)?.flatTree
    else { return nil }
    if t.dtype.isFloating { return first.form.tree(of: .packed(t, layout.with(t.dtype))) }
    return first.form.tree(of: layout.parts(of: t).map { .tensor($0.compact) })
  }

  /// The leaves of a tree as one tensor, copied if it is worth it.
  private func packed(_ tree: FlatTree, _ layout: PackedLayout) -> Tensor? {
    packedSteps += 1
    switch tree.list {
    case .packed(let t, let own): return own.isSame(as: layout) ? t : nil
    case .apart(let leaves):
      guard layout.fits(leaves) else { return nil }
      if layout.count > Machine.fewElements {
        guard packedCopies * Machine.stepsPerCopy <= packedSteps else { return nil }
        packedCopies += 1
      }
      return try? context.pack(leaves, layout)
    }
  }
}
