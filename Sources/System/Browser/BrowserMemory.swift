#if arch(wasm32)
import CSystem

/// Memory from the system, in blocks.
public enum Memory {
  /// A block aligned to 64 bytes; nil if there is none.
  public static func block(_ bytes: Int) -> UnsafeMutableRawPointer? {
    var block: UnsafeMutableRawPointer?
    guard unsafe posix_memalign(&block, 64, UInt(bytes)) == 0 else { return nil }
    return unsafe block
  }

  /// A block with what another one holds, in place of it; nil if there is none, and that one stays.
  /// Makes one of its own out of nil.
  public static func resized(
    _ block: UnsafeMutableRawPointer?, to bytes: Int
  ) -> UnsafeMutableRawPointer? {
    unsafe realloc(block, UInt(bytes))
  }

  /// Gives a block back.
  public static func release(_ block: UnsafeMutableRawPointer?) { unsafe free(block) }

  /// Bytes of memory that the program has of the page.
  public static var residentBytes: Int { Int(clamping: et_memory_size()) }
}
#endif
