#if os(Linux)
import CSystem

/// Memory from the system, in blocks.
public enum Memory {
  /// A block aligned to 64 bytes; nil if there is none. Large ones ask for huge pages, where those are
  /// given only on request: 2 MB come with one fault rather than 512, and products find their rows
  /// without page walks.
  public static func block(_ bytes: Int) -> UnsafeMutableRawPointer? {
    let page = 2 << 20
    var block: UnsafeMutableRawPointer?
    let alignment = bytes >= 2 * page ? page : 64
    guard unsafe posix_memalign(&block, alignment, bytes) == 0 else { return nil }
    if alignment == page { unsafe madvise(block, bytes, MADV_HUGEPAGE) }
    return unsafe block
  }

  /// A block with what another one holds, in place of it; nil if there is none, and that one stays. A
  /// large one keeps its pages. Makes one of its own out of nil.
  public static func resized(
    _ block: UnsafeMutableRawPointer?, to bytes: Int
  ) -> UnsafeMutableRawPointer? {
    unsafe realloc(block, bytes)
  }

  /// Gives a block back.
  public static func release(_ block: UnsafeMutableRawPointer?) { unsafe free(block) }

  /// Bytes of memory that the process occupies; 0 where the system does not say.
  public static var residentBytes: Int {
    let file = unsafe et_open("/proc/self/statm", O_RDONLY | O_CLOEXEC, 0)
    guard file >= 0 else { return 0 }
    defer { close(file) }
    var text = [UInt8](repeating: 0, count: 128)
    let count = unsafe text.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, $0.count) }
    guard count > 0 else { return 0 }
    let fields = String(decoding: text[..<count], as: UTF8.self).split(separator: " ")
    guard fields.count > 1, let pages = Int(fields[1]) else { return 0 }
    return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
  }
}
#endif
