package org.skerry.schedule;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.BitSet;
import java.util.Optional;

/**
 * Which cores a thread may run on: {@code sched_getaffinity} and {@code sched_setaffinity} through
 * the foreign linker. Elsewhere than on Linux it reports that pinning is not available.
 *
 * <p>Any thread; acts on the calling one. See {@code native-notes/ffm-calls.md}.
 */
public final class Affinity {
  /** A bit per core: 8,192 of them, eight times what glibc's {@code cpu_set_t} has. */
  private static final int MASK_BYTES = 1024;

  private static final int CALLING_THREAD = 0;

  private static final MethodHandle SET;
  private static final MethodHandle GET;

  static {
    Linker linker = Linker.nativeLinker();
    boolean linux = "Linux".equals(System.getProperty("os.name"));
    FunctionDescriptor type =
        FunctionDescriptor.of(
            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS);
    SET = linux ? find(linker, "sched_setaffinity", type).orElse(null) : null;
    GET = linux ? find(linker, "sched_getaffinity", type).orElse(null) : null;
  }

  private Affinity() {}

  private static Optional<MethodHandle> find(Linker linker, String name, FunctionDescriptor type) {
    return linker.defaultLookup().find(name).map(symbol -> linker.downcallHandle(symbol, type));
  }

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
      if ((int) GET.invokeExact(CALLING_THREAD, (long) MASK_BYTES, mask) != 0) {
        return new BitSet();
      }
      return BitSet.valueOf(mask.asByteBuffer().order(java.nio.ByteOrder.LITTLE_ENDIAN));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
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
      byte[] bytes = cores.toByteArray();
      MemorySegment.copy(bytes, 0, mask, ValueLayout.JAVA_BYTE, 0, bytes.length);
      return (int) SET.invokeExact(CALLING_THREAD, (long) MASK_BYTES, mask) == 0;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}
