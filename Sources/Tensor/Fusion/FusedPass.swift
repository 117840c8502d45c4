import CKernels

/// One pass over memory, ready to be run.
@safe struct FusedPass {
  let kernels: OpaquePointer
  let workers: WorkerPool
  let steps: UnsafeMutablePointer<et_step>
  let stepCount: Int
  let slots: UnsafeMutablePointer<et_slot>
  let slotCount: Int
  let temporaryCount: Int
  /// Elements, and about the nanoseconds of 8 of them.
  let count: Int
  let cost: Int

  /// Computes the results, on all threads where it pays.
  func run() {
    func part(_ first: Int, _ n: Int) {
      let status = unsafe et_chain(
        kernels, stepCount, steps, slotCount, slots, temporaryCount, first, n)
      precondition(status == ET_OK, "a step that can fail was deferred")
    }
    if count &* cost < 1 << 16 { return part(0, count) }
    let share = (count / (2 * workers.threadCount) + 1_023) & ~1_023
    let size = min(share, 1 << 17)
    workers.run((count + size - 1) / size) { block in
      part(block * size, min(size, count - block * size))
    }
  }
}

/// A pass that a trace keeps: it has its own steps and slots, and finds its memory anew each time.
@safe final class TracedPass {
  private let pass: FusedPass
  private let views: UnsafeMutablePointer<et_view>
  private let places: [(slot: Int, place: KernelTrace.Place)]

  init(_ pass: FusedPass, _ places: [(slot: Int, place: KernelTrace.Place)]) {
    let steps = UnsafeMutablePointer<et_step>.allocate(capacity: max(1, pass.stepCount))
    let slots = UnsafeMutablePointer<et_slot>.allocate(capacity: max(1, pass.slotCount))
    unsafe views = UnsafeMutablePointer<et_view>.allocate(capacity: max(1, pass.slotCount))
    unsafe steps.initialize(from: pass.steps, count: pass.stepCount)
    unsafe slots.initialize(from: pass.slots, count: pass.slotCount)
    for i in 0..<pass.slotCount {
      guard let view = unsafe slots[i].view else { continue }
      unsafe (views + i).initialize(to: view.pointee)
      unsafe slots[i].view = UnsafePointer(views + i)
    }
    self.places = places
    self.pass = unsafe FusedPass(
      kernels: pass.kernels, workers: pass.workers, steps: steps, stepCount: pass.stepCount,
      slots: slots, slotCount: pass.slotCount, temporaryCount: pass.temporaryCount,
      count: pass.count, cost: pass.cost)
  }

  deinit {
    unsafe pass.steps.deallocate()
    unsafe pass.slots.deallocate()
    unsafe views.deallocate()
  }

  /// Computes the results from and into the buffers of a trace.
  func run(_ starts: KernelTrace.Starts) -> et_status {
    for (slot, place) in places { unsafe pass.slots[slot].data = place.start(starts) }
    pass.run()
    return ET_OK
  }
}
