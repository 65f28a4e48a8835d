package org.skerry.process;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import org.skerry.memory.LayoutTable;

/**
 * The bytes of what a mailbox consists of beside its ring and its words in {@link ProcessLayout}.
 * See {@code native-notes/mailbox.md}.
 */
public final class MailboxLayout {
  /** A message in the overflow list. */
  public static final LayoutTable OVERFLOW =
      LayoutTable.of(
              "overflow",
              MemoryLayout.structLayout(
                  JAVA_LONG.withName("overflowNext"), JAVA_LONG.withName("overflowWord")))
          .note("overflowNext", "the next older; its sender before the CAS, then the receiver")
          .note("overflowWord", "the message; its sender before the CAS");

  /** A process that waits for room in a mailbox. */
  public static final LayoutTable SPACE =
      LayoutTable.of(
              "space",
              MemoryLayout.structLayout(
                  JAVA_LONG.withName("spaceNext"),
                  JAVA_LONG.withName("spacePid"),
                  JAVA_LONG.withName("spaceTarget"),
                  JAVA_LONG.withName("spaceCharge"),
                  JAVA_LONG.withName("spaceWhere"),
                  JAVA_INT.withName("spaceState"),
                  MemoryLayout.paddingLayout(4)))
          .note(
              "spaceNext",
              "the older entry; the waiter before the CAS. In the queue: the younger one")
          .note("spacePid", "who waits; the waiter before the CAS")
          .note("spaceTarget", "pid of the full mailbox; the waiter before the CAS")
          .note("spaceCharge", "what its message counts for; the waiter before the CAS")
          .note("spaceWhere", "header of the frame that sends; the waiter before the CAS")
          .note(
              "spaceState",
              "0 waiting, 1 admitted, 2 over, 3 given up; who exchanges it second frees it");

  /** The header of the array of saved messages: their terms follow, and then their charges. */
  public static final LayoutTable SAVED =
      LayoutTable.of(
              "saved",
              MemoryLayout.structLayout(
                  JAVA_INT.withName("savedCapacity"),
                  JAVA_INT.withName("savedCount"),
                  JAVA_INT.withName("savedCursor"),
                  JAVA_INT.withName("savedLooked")))
          .note("savedCapacity", "terms that fit; the receiver, plain, as all below")
          .note("savedCount", "messages that are not taken")
          .note("savedCursor", "index that the look-through reaches next")
          .note("savedLooked", "one above the index looked at last; 0 none");

  static final int OVERFLOW_NEXT = OVERFLOW.offset("overflowNext");
  static final int OVERFLOW_WORD = OVERFLOW.offset("overflowWord");
  static final int OVERFLOW_BYTES = OVERFLOW.byteSize();

  static final int SPACE_NEXT = SPACE.offset("spaceNext");
  static final int SPACE_PID = SPACE.offset("spacePid");
  static final int SPACE_TARGET = SPACE.offset("spaceTarget");
  static final int SPACE_CHARGE = SPACE.offset("spaceCharge");
  static final int SPACE_WHERE = SPACE.offset("spaceWhere");
  static final int SPACE_STATE = SPACE.offset("spaceState");
  static final int SPACE_BYTES = SPACE.byteSize();

  static final int SAVED_CAPACITY = SAVED.offset("savedCapacity");
  static final int SAVED_COUNT = SAVED.offset("savedCount");
  static final int SAVED_CURSOR = SAVED.offset("savedCursor");
  static final int SAVED_LOOKED = SAVED.offset("savedLooked");
  static final int SAVED_HEADER_BYTES = SAVED.byteSize();

  private MailboxLayout() {}
}
