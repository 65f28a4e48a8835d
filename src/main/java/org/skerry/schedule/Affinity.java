package org.skerry.schedule;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import org.skerry.memory.NativeFunction;

/**
 * Which cores a thread may run on: {@code sched_getaffinity} and {@code sched_setaffinity} through
 * {@link NativeFunction}. Elsewhere than on Linux it reports that pinning is not available.
 *
 * <p>Any thread; acts on the calling one. See {@code native-notes/ffm-calls.md}.
 */
public final class Affinity {
  /** A bit per core: 8,192 of them, eight times what glibc's {@code cpu_set_t} has. */
  private static final int MASK_BYTES = 1024;

  private static final int CALLING_THREAD = 0;
  private static final int FAILED = -1;

  private static final NativeFunction SET = NativeFunction.find("sched_setaffinity");
  private static final NativeFunction GET = NativeFunction.find("sched_getaffinity");

  private Affinity() {}

  /** Whether this system has the calls at all; a container may still forbid them. */
  public static boolean isAvailable() {
    return SET != null && GET != null;
  }

  /** The cores that the calling thread may run on; empty where the system does not tell. */
  public static BitSet allowedCores() {
    if (!isAvailable()) {
      return new BitSet();
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = arena.allocate(MASK_BYTES, Long.BYTES);
      if ((int) GET.call(CALLING_THREAD, MASK_BYTES, mask.address()) == FAILED) {
        return new BitSet();
      }
      return BitSet.valueOf(mask.asByteBuffer());
    }
  }

  /**
   * Binds the calling thread to the given cores.
   *
   * @param cores never empty
   * @return false where the system refuses: not Linux, no such core, outside the cpuset, forbidden
   */
  public static boolean bindTo(BitSet cores) {
    if (!isAvailable() || cores.isEmpty() || cores.length() > MASK_BYTES * Byte.SIZE) {
      return false;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = arena.allocate(MASK_BYTES, Long.BYTES);
      mask.asByteBuffer().put(cores.toByteArray());
      return (int) SET.call(CALLING_THREAD, MASK_BYTES, mask.address()) != FAILED;
    }
  }
}
