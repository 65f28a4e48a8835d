package org.skerry.process;

import static org.skerry.process.SignalLayout.FROM;
import static org.skerry.process.SignalLayout.KEY;
import static org.skerry.process.SignalLayout.KIND;
import static org.skerry.process.SignalLayout.KIND_DOWN;
import static org.skerry.process.SignalLayout.OBJECT;
import static org.skerry.process.SignalLayout.WORD;

import org.skerry.heap.Heap;
import org.skerry.memory.Memory;
import org.skerry.term.Atoms;
import org.skerry.term.HeapWriter;
import org.skerry.term.ObjectLayout;
import org.skerry.term.Term;
import org.skerry.term.Tuples;

/**
 * Signals at their place in a mailbox, and as the messages that they become there: {@code {exit,
 * pid, reason}} and {@code {down, ref, pid or name, reason}}.
 */
final class SignalMail {
  private static final int SHIFT = 4;
  private static final long MASK = (1 << SHIFT) - 1;

  /** Above all that a guest or {@link Mailbox} knows as a special word. */
  private static final long LEAST_ADDRESS = 256;

  private SignalMail() {}

  /** The word that stands for a signal in a mailbox. No term. */
  static long word(long node) {
    return node << SHIFT | Term.SPECIAL_TAG;
  }

  /** Whether the word in a mailbox stands for a signal. */
  static boolean isSignal(long word) {
    return (word & MASK) == Term.SPECIAL_TAG && word >>> SHIFT >= LEAST_ADDRESS;
  }

  /** The signal that a word stands for. */
  static long node(long word) {
    return word >>> SHIFT;
  }

  /** What the message counts for: one, its node, and what a copy of its reason needs. */
  static long charge(long node) {
    return MailboxUse.of(1, SignalLayout.BYTES + ExitReason.heapBytes(Memory.getLong(node + WORD)));
  }

  /** Whether a term is the message of the monitor with this ref. */
  static boolean isDown(long term, long ref) {
    return Term.isTuple(term)
        && Tuples.size(term) == 4
        && Memory.getLong(term + ObjectLayout.ELEMENTS) == Atoms.DOWN
        && Memory.getLong(term + ObjectLayout.ELEMENTS + 8) == ref;
  }

  /**
   * Builds the message in its receiver's heap, and frees the signal. For the process's owner.
   *
   * @return the term, or {@link Mailbox#NO_ROOM}, and then the signal is whole
   */
  static long take(WorkerContext context, long process, long node) {
    boolean isDown = Memory.getInt(node + KIND) == KIND_DOWN;
    long reason = Memory.getLong(node + WORD);
    int size = isDown ? 4 : 3;
    if (!context.ensureRoom(process, Tuples.bytes(size) + ExitReason.heapBytes(reason))) {
      return Mailbox.NO_ROOM;
    }
    HeapWriter writer = context.writer();
    Heap.enter(process, writer);
    long copy = ExitReason.copy(reason, writer);
    long tuple = Tuples.allocate(size, writer);
    if (isDown) {
      Tuples.init(tuple, 0, Atoms.DOWN);
      Tuples.init(tuple, 1, Memory.getLong(node + KEY));
      Tuples.init(tuple, 2, Memory.getLong(node + OBJECT));
    } else {
      Tuples.init(tuple, 0, Atoms.EXIT);
      Tuples.init(tuple, 1, Memory.getLong(node + FROM));
    }
    Tuples.init(tuple, size - 1L, copy);
    Heap.leave(process, writer);
    if (isDown) {
      RelationTable.remove(context.cache(), Relations.of(process), node);
    }
    Signals.free(context.cache(), node);
    return tuple;
  }
}
