package org.skerry.mvar;

/**
 * A cycle that a walk has found: what it has seen of each process, and what the look at it behind
 * the walk has noted.
 */
final class WaitPath {
  private final long[] processes;
  private final long[] objects;
  private final long[] numbers;
  private final long[] wheres;
  private final boolean[] writes;
  private final long[] heldWheres;
  private final boolean[] heldWrites;

  /**
   * @param length number of processes: at the places from 0 on, each waits for the next
   */
  WaitPath(int length) {
    processes = new long[length];
    objects = new long[length];
    numbers = new long[length];
    wheres = new long[length];
    writes = new boolean[length];
    heldWheres = new long[length];
    heldWrites = new boolean[length];
  }

  void set(int place, long process, long object, long number) {
    processes[place] = process;
    objects[place] = object;
    numbers[place] = number;
  }

  /** With what the process at a place waits. */
  void noteWait(int place, long where, boolean isWrite) {
    wheres[place] = where;
    writes[place] = isWrite;
  }

  /** How the process behind a place holds what the one at the place waits for. */
  void noteHeld(int place, boolean isWrite, long where) {
    heldWrites[place] = isWrite;
    heldWheres[place] = where;
  }

  int length() {
    return processes.length;
  }

  /** The block of the process at a place. */
  long process(int place) {
    return processes[place];
  }

  /** The block of the process that the one at a place waits for. */
  long next(int place) {
    return processes[(place + 1) % processes.length];
  }

  /** The place of the process that waits for the one at a place. */
  int before(int place) {
    return (place + processes.length - 1) % processes.length;
  }

  /** What the process waits for: the record of an MVar, or its entry with a mailbox. */
  long object(int place) {
    return objects[place];
  }

  /** The number of its wait. */
  long number(int place) {
    return numbers[place];
  }

  /** Header of the frame that asks. */
  long where(int place) {
    return wheres[place];
  }

  /** Whether it asks to write. */
  boolean isWrite(int place) {
    return writes[place];
  }

  /** Header of the frame in which the next process took what the one at the place waits for. */
  long heldWhere(int place) {
    return heldWheres[place];
  }

  /** Whether the next process holds that for writing. */
  boolean isHeldForWriting(int place) {
    return heldWrites[place];
  }
}
