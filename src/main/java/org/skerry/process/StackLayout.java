package org.skerry.process;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import org.skerry.heap.HeapLayout;
import org.skerry.memory.LayoutTable;

/**
 * What {@link Stack} keeps about one process: the record behind {@link HeapLayout} in every process
 * block. All of it is read and written by the thread that runs the process only, in plain mode. See
 * {@code native-notes/stack.md}.
 */
public final class StackLayout {
  /** The record. */
  public static final StructLayout LAYOUT =
      MemoryLayout.structLayout(
          JAVA_LONG.withName("stackFirst"),
          JAVA_LONG.withName("stackEnd"),
          JAVA_LONG.withName("stackChunk"));

  /** Bytes of the record. */
  public static final int BYTES = (int) LAYOUT.byteSize();

  /** Offset of the record in a process block. */
  public static final int OFFSET = HeapLayout.BYTES;

  /** Address of the first frame in the top chunk: leaving it leaves the chunk. */
  public static final int STACK_FIRST = offset("stackFirst");

  /** Address behind the last byte of the top chunk. */
  public static final int STACK_END = offset("stackEnd");

  /** The top chunk's block; 0 while that is the chunk within the process block. */
  public static final int STACK_CHUNK = offset("stackChunk");

  private StackLayout() {}

  private static int offset(String field) {
    return OFFSET + LayoutTable.offset(LAYOUT, field);
  }
}
