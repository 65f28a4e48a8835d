package org.skerry.schedule;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A worker's ready processes, oldest first: a bounded ring with one producer, its owner, and many
 * consumers, the owner and thieves.
 *
 * <p>The two indices are 64 bits wide and never wrap, so a CAS of the head that succeeds proves
 * that nobody took in between, and with it that no slot read before was overwritten: the owner
 * writes a slot again only after it has seen the head beyond it. A thief therefore copies first and
 * claims afterwards.
 *
 * <p>See {@code native-notes/scheduler.md}.
 */
final class RunQueue {
  /** What {@link #poll} returns when there is nothing. No process has this address. */
  static final long EMPTY = 0;

  static final int CAPACITY = 256;
  private static final int MASK = CAPACITY - 1;

  /** Index of the oldest process; owner and thieves, by CAS. */
  private static final int HEAD = 16;

  /** Index behind the youngest process; owner only. Two cache lines away from the head. */
  private static final int TAIL = 32;

  private static final int SLOTS = 48;
  private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

  /** Both indices and the slots, so that padding needs no class hierarchy. */
  private final long[] words = new long[SLOTS + CAPACITY + 16];

  /**
   * Adds a process behind all others. Owner only.
   *
   * @return false when the queue is full
   */
  boolean offer(long process) {
    long tail = words[TAIL];
    // acquire: pairs with the CAS of a taker, whose reads of the slot are over.
    if (tail - (long) WORD.getAcquire(words, HEAD) >= CAPACITY) {
      return false;
    }
    WORD.setOpaque(words, slot(tail), process);
    WORD.setRelease(words, TAIL, tail + 1); // release: pairs with the acquire in stealInto
    return true;
  }

  /** Takes the oldest process, or returns {@link #EMPTY}. Owner only. */
  long poll() {
    long tail = words[TAIL];
    while (true) {
      long head = (long) WORD.getAcquire(words, HEAD);
      if (head == tail) {
        return EMPTY;
      }
      long process = (long) WORD.getOpaque(words, slot(head));
      // A CAS even for the owner: a thief may be claiming the same slot.
      if (WORD.compareAndSet(words, HEAD, head, head + 1)) {
        return process;
      }
    }
  }

  /**
   * Moves half of this queue, rounded up, into the thief's own.
   *
   * @param into the caller's own queue; what has no room there is left here
   * @return the number of processes moved
   */
  int stealInto(RunQueue into) {
    long target = into.words[TAIL];
    while (true) {
      long head = (long) WORD.getAcquire(words, HEAD);
      long tail = (long) WORD.getAcquire(words, TAIL); // acquire: pairs with the release in offer
      long available = tail - head;
      if (available > CAPACITY) {
        continue; // the head moved on between the two reads
      }
      int room = CAPACITY - (int) (target - (long) WORD.getAcquire(into.words, HEAD));
      int count = Math.min(room, (int) (available + 1) >> 1);
      if (count <= 0) {
        return 0;
      }
      for (int i = 0; i < count; i++) {
        long process = (long) WORD.getOpaque(words, slot(head + i));
        WORD.setOpaque(into.words, slot(target + i), process);
      }
      if (WORD.compareAndSet(words, HEAD, head, head + count)) {
        WORD.setRelease(into.words, TAIL, target + count);
        return count;
      }
    }
  }

  /** Moves the older half into the injection queue. Owner only, for when {@link #offer} refused. */
  int spillInto(InjectionQueue injection, int priority) {
    long head;
    int count;
    do {
      head = (long) WORD.getAcquire(words, HEAD);
      count = (int) (words[TAIL] - head + 1) >> 1;
      // Claiming first is safe here: the owner alone overwrites slots.
    } while (!WORD.compareAndSet(words, HEAD, head, head + count));
    for (int i = 0; i < count; i++) {
      injection.add((long) WORD.getOpaque(words, slot(head + i)), priority);
    }
    return count;
  }

  /** The number of processes; exact for the owner, an estimate for others. */
  int size() {
    long head = (long) WORD.getVolatile(words, HEAD);
    return Math.clamp((long) WORD.getVolatile(words, TAIL) - head, 0, CAPACITY);
  }

  boolean isEmpty() {
    return size() == 0;
  }

  private static int slot(long index) {
    return SLOTS + ((int) index & MASK);
  }
}
