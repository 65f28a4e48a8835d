package org.skerry.process;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import org.skerry.memory.LayoutTable;

/**
 * The bytes of a control signal on its way, which are also those of a link or monitor in the {@link
 * RelationTable} of a process, and of an exit message in its mailbox: one node becomes each of
 * these in turn, so that nothing has to be allocated when a process ends. See {@code
 * native-notes/signals.md}.
 */
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
                  JAVA_INT.withName("signalState"),
                  JAVA_LONG.withName("signalKey"),
                  JAVA_LONG.withName("signalObject"),
                  JAVA_LONG.withName("mailNext"),
                  JAVA_LONG.withName("mailWord")))
          .note(
              "signalNext",
              "on its way: the next older; in a table: the next of the bucket."
                  + " Its sender before the CAS, then the receiver, as all below")
          .note("signalFrom", "the sender's pid; in a table: the other process")
          .note("signalWord", "a reason, see `reason`; of info: what is asked, or the answer")
          .note("signalKind", "see the table of kinds")
          .note("signalState", "of exit, linkExit, down: 0 new, 1 a message, 2 nothing any more")
          .note("signalKey", "what a table finds it by: a ref, or of a link the other's pid")
          .note(
              "signalObject",
              "of down: what was monitored, pid or name; of links: 0, or the ref of the unlink")
          .note("mailNext", "the entry of the mailbox's overflow list: as `overflowNext`")
          .note("mailWord", "as `overflowWord`: this node's address << 4 above the special tag");

  static final int NEXT = TABLE.offset("signalNext");
  static final int FROM = TABLE.offset("signalFrom");
  static final int WORD = TABLE.offset("signalWord");
  static final int KIND = TABLE.offset("signalKind");
  static final int STATE = TABLE.offset("signalState");
  static final int KEY = TABLE.offset("signalKey");
  static final int OBJECT = TABLE.offset("signalObject");
  static final int MAIL = TABLE.offset("mailNext");
  static final int BYTES = TABLE.byteSize();

  /** A process asks the receiver to end, for the reason in the word. */
  static final int KIND_EXIT = 1;

  /** A process that the receiver is linked to has ended. */
  static final int KIND_LINK_EXIT = 2;

  /** A process that the receiver monitors has ended. In a table: a message that is not taken. */
  static final int KIND_DOWN = 3;

  /** The sender links itself to the receiver. In a table: a link. */
  static final int KIND_LINK = 4;

  /** The sender's link to the receiver is over. */
  static final int KIND_UNLINK = 5;

  /** The sender has seen the receiver's unlink. */
  static final int KIND_UNLINK_ACK = 6;

  /** The sender monitors the receiver. In a table: who monitors this process. */
  static final int KIND_MONITOR = 7;

  /** The sender does not monitor the receiver any more. */
  static final int KIND_DEMONITOR = 8;

  /** The sender wants to know something about the receiver. */
  static final int KIND_INFO = 9;

  /** The sender answers. */
  static final int KIND_INFO_ANSWER = 10;

  /** Never on its way. In a table: whom this process monitors. */
  static final int KIND_MONITORED = 11;

  /** {@link #STATE}: its receiver has not handled it. */
  static final int STATE_NEW = 0;

  /** {@link #STATE}: it is a message of the mailbox. */
  static final int STATE_MESSAGE = 1;

  /** {@link #STATE}: whoever comes to its place in the mailbox frees it. */
  static final int STATE_NOTHING = 2;

  /** {@link #STATE} of an entry in a table: its memory is charged to the process. */
  static final int STATE_CHARGED = 1;

  static {
    assert TABLE.offset("mailWord") == MAIL + MailboxLayout.OVERFLOW_WORD;
  }

  private SignalLayout() {}

  /** Whether a signal of this kind takes a place in the mailbox too. */
  static boolean isMail(int kind) {
    return kind <= KIND_DOWN;
  }
}
