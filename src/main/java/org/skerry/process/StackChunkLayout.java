package org.skerry.process;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import org.skerry.memory.LayoutTable;

/**
 * The head of a stack chunk outside the process block: what {@link StackLayout} held before the
 * chunk was linked. Frames follow. Owner only, plain.
 */
final class StackChunkLayout {
  /** The declaration. */
  static final LayoutTable TABLE =
      LayoutTable.of(
              "stack chunk",
              MemoryLayout.structLayout(
                  JAVA_LONG.withName("previousFirst"),
                  JAVA_LONG.withName("previousEnd"),
                  JAVA_LONG.withName("previousChunk")))
          .note("previousFirst", "`stackFirst` of the chunk below; in the spare chunk its bytes")
          .note("previousEnd", "`stackEnd` of the chunk below")
          .note("previousChunk", "its block; 0 where that is the process block");

  static final int PREVIOUS_FIRST = TABLE.offset("previousFirst");
  static final int PREVIOUS_END = TABLE.offset("previousEnd");

  /** While the chunk is a spare one: its bytes. */
  static final int SPARE_BYTES = PREVIOUS_FIRST;

  static final int PREVIOUS_CHUNK = TABLE.offset("previousChunk");

  /** Offset of the first frame. */
  static final int FRAMES = TABLE.byteSize();

  private StackChunkLayout() {}
}
