package org.skerry.process;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import org.skerry.memory.LayoutTable;

/** The bytes of a control signal on its way. See {@code native-notes/signals.md}. */
public final class SignalLayout {
  /** The declaration. */
  public static final LayoutTable TABLE =
      LayoutTable.of(
              "signal",
              MemoryLayout.structLayout(
                  JAVA_LONG.withName("signalNext"),
                  JAVA_LONG.withName("signalFrom"),
                  JAVA_LONG.withName("signalWord"),
                  JAVA_INT.withName("signalKind"),
                  MemoryLayout.paddingLayout(4)))
          .note("signalNext", "the next older; its sender before the CAS, then the receiver")
          .note("signalFrom", "the sender's pid; its sender before the CAS, as all below")
          .note("signalWord", "what it carries: an immediate, or the address of an image")
          .note("signalKind", "1 exit");

  static final int NEXT = TABLE.offset("signalNext");
  static final int FROM = TABLE.offset("signalFrom");
  static final int WORD = TABLE.offset("signalWord");
  static final int KIND = TABLE.offset("signalKind");
  static final int BYTES = TABLE.byteSize();

  /** The sender ends, or asks the receiver to end, for the reason in the word. */
  static final int KIND_EXIT = 1;

  private SignalLayout() {}
}
