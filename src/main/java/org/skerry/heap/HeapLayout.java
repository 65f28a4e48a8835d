package org.skerry.heap;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import org.skerry.memory.LayoutTable;

/**
 * What the collector keeps about one process: the record at offset 0 of every process block. All of
 * it is read and written by the thread that runs the process only, in plain mode.
 *
 * <p>A fresh record is all zero but for {@code memoryUsed}, {@code memoryMax} and {@code
 * pendingTerm} (nil). See {@code native-notes/collector.md}.
 */
public final class HeapLayout {
  /** The record. */
  public static final StructLayout LAYOUT =
      MemoryLayout.structLayout(
          JAVA_LONG.withName("heapTop"),
          JAVA_LONG.withName("heapEnd"),
          JAVA_LONG.withName("heapStart"),
          JAVA_LONG.withName("fp"),
          JAVA_LONG.withName("workDebt"),
          JAVA_LONG.withName("memoryUsed"),
          JAVA_LONG.withName("memoryMax"),
          JAVA_LONG.withName("sharedBytesHead"),
          JAVA_LONG.withName("rootsAddress"),
          JAVA_INT.withName("rootsFirst"),
          JAVA_INT.withName("rootsEnd"),
          JAVA_LONG.withName("pendingTerm"),
          JAVA_LONG.withName("liveAfterLast"),
          JAVA_LONG.withName("sharedBytesRetained"),
          JAVA_INT.withName("sharedBytesTriggerKib"),
          JAVA_SHORT.withName("collections"),
          JAVA_SHORT.withName("nursery"));

  /** The record with what people must know about its fields. */
  public static final LayoutTable TABLE =
      LayoutTable.of("heap", LAYOUT)
          .note("heapTop", "next free byte; bump allocation")
          .note("heapEnd", "behind the block's last byte")
          .note("heapStart", "the block; 0 while there is no heap")
          .note("fp", "top frame, saved before whatever may collect; 0 if there is none")
          .note("workDebt", "bytes of bulk work that are not yet charged as reductions")
          .note("memoryUsed", "bytes of all the process's blocks, as charged")
          .note("memoryMax", "never exceeded by `memoryUsed`, not even during a collection")
          .note(
              "sharedBytesHead", "chain of the heap's `SHARED_BYTES` objects; 0 if there are none")
          .note("rootsAddress", "array of words that are roots from `rootsFirst` to `rootsEnd`")
          .note("rootsFirst", "index of the first root")
          .note("rootsEnd", "index behind the last root")
          .note("pendingTerm", "a root: error or exit reason on its way; nil if there is none")
          .note("liveAfterLast", "bytes that survived the last full collection")
          .note("sharedBytesRetained", "bytes of blocks that the chain retains, once per object")
          .note("sharedBytesTriggerKib", "more KiB of them collect first; 0 is the default")
          .note("collections", "number of copies made, modulo 2^16")
          .note("nursery", "its size in units of 64 bytes; 0 while there is one generation");

  /** Bytes of the record. */
  public static final int BYTES = TABLE.byteSize();

  /** Address of the next free byte of the heap; 0 while there is no heap. */
  public static final int HEAP_TOP = offset("heapTop");

  /** Address behind the heap's last byte. */
  public static final int HEAP_END = offset("heapEnd");

  /** Address of the heap's first byte, and of its block. */
  public static final int HEAP_START = offset("heapStart");

  /** The top frame, as the collector shall see it; 0 where there is none. */
  public static final int FP = offset("fp");

  /** Bytes of bulk work that are not yet charged as reductions. */
  public static final int WORK_DEBT = offset("workDebt");

  /** Bytes of all blocks that belong to the process. */
  public static final int MEMORY_USED = offset("memoryUsed");

  /** The most that {@link #MEMORY_USED} may ever be. */
  public static final int MEMORY_MAX = offset("memoryMax");

  /** First object of the chain of shared bytes objects in this heap; 0 ends it. */
  public static final int SHARED_BYTES_HEAD = offset("sharedBytesHead");

  /** Address of an array of words, such as the messages that a selective receive has put aside. */
  public static final int ROOTS_ADDRESS = offset("rootsAddress");

  /** Index of the array's first word that is a root; int. */
  public static final int ROOTS_FIRST = offset("rootsFirst");

  /** Index behind the array's last word that is a root; int. */
  public static final int ROOTS_END = offset("rootsEnd");

  /** An error or exit reason on its way, which is a root; any immediate where there is none. */
  public static final int PENDING_TERM = offset("pendingTerm");

  /** Bytes that survived the last full collection. */
  public static final int LIVE_AFTER_LAST = offset("liveAfterLast");

  /**
   * Bytes of the blocks that objects of {@link #SHARED_BYTES_HEAD}'s chain retain, a block once for
   * each of its objects.
   */
  public static final int SHARED_BYTES_RETAINED = offset("sharedBytesRetained");

  /** Once so many KiB of shared bytes are retained, making more of them collects first; int. */
  public static final int SHARED_BYTES_TRIGGER_KIB = offset("sharedBytesTriggerKib");

  /** Number of collections; short. */
  public static final int COLLECTIONS = offset("collections");

  /**
   * Size of the nursery, see {@link Generations}; 0 while there is one generation; short. Small, so
   * that processes without generations have their size.
   */
  static final int NURSERY = offset("nursery");

  private HeapLayout() {}

  private static int offset(String field) {
    return TABLE.offset(field);
  }
}
