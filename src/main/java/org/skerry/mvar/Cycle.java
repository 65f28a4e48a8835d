package org.skerry.mvar;

import java.util.List;

/**
 * Processes of which each waits for the next, and the last for the first: the first is the one
 * whose request would have closed the cycle.
 *
 * @param members in this order
 */
public record Cycle(List<Member> members) {
  /**
   * A process of the cycle.
   *
   * @param pid its pid
   * @param mvar index of the MVar it asks for; -1 where it waits for room in a mailbox
   * @param isWrite whether it asks for writing; of no meaning for a mailbox
   * @param receiver pid of the process whose mailbox is full; 0 where it asks for an MVar
   * @param where header of the frame that asks: function and pc
   * @param holds what it holds
   */
  public record Member(
      long pid, int mvar, boolean isWrite, long receiver, long where, List<Held> holds) {}

  /**
   * What a process of the cycle holds.
   *
   * @param mvar index of the MVar
   * @param isWrite whether for writing
   * @param where header of the frame that took it first
   */
  public record Held(int mvar, boolean isWrite, long where) {}
}
