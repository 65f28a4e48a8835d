package org.skerry.heap;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import org.skerry.memory.LayoutTable;

/**
 * What {@link Generations} keeps about a heap that has two of them: a record within the heap's
 * block, between the old space and the nursery. Read and written by the thread that runs the
 * process only, in plain mode. See {@code native-notes/collector.md}.
 *
 * <pre>
 * heapStart      oldTop        remembered        record    nursery       heapTop       heapEnd
 *     | old objects | free → ← free | slots … slots | record | young objects | free → |
 * </pre>
 */
public final class GenerationsLayout {
  /** The record. */
  public static final StructLayout LAYOUT =
      MemoryLayout.structLayout(JAVA_LONG.withName("oldTop"), JAVA_LONG.withName("remembered"));

  /** The record with what people must know about its fields. */
  public static final LayoutTable TABLE =
      LayoutTable.of("generations", LAYOUT)
          .note("oldTop", "next free byte of the old space; a minor collection adds survivors here")
          .note(
              "remembered",
              "lowest entry of the remembered set, which grows down from the record; 0 once it did"
                  + " not fit");

  /** Bytes of the record. */
  public static final int BYTES = TABLE.byteSize();

  /** Next free byte of the old space. */
  static final int OLD_TOP = TABLE.offset("oldTop");

  /** The remembered set's lowest entry, the address of a slot; 0 where it did not fit. */
  static final int REMEMBERED = TABLE.offset("remembered");

  private GenerationsLayout() {}
}
