package org.skerry.process;

import org.skerry.memory.BlockCache;
import org.skerry.term.TermBuilder;

/**
 * The values that all processes of a virtual machine share, as far as the life of processes
 * concerns them: what holds or awaits one has to let go when it ends. Implemented above, by {@code
 * org.skerry.mvar}. Any thread that is online, but for {@link #abandon}.
 */
public interface SharedValues {
  /** For a machine without shared values. */
  SharedValues NONE =
      new SharedValues() {
        @Override
        public boolean release(WorkerContext context, long process, int budget) {
          return true;
        }

        @Override
        public void abandon(BlockCache cache, long process) {}

        @Override
        public int reclaimValue(long value, BlockCache cache, int budget) {
          return budget;
        }

        @Override
        public void awaitWalk(WorkerContext context) {}
      };

  /**
   * The process ends: it awaits none any more, and what it holds goes to whoever is next.
   *
   * @param process a block that the caller owns, and whose {@link ProcessLayout#LOCKS} is not 0
   * @param budget about how many locks may be released
   * @return whether it holds nothing any more; {@link ProcessLayout#LOCKS} is 0 then. Otherwise
   *     this is to be called again
   */
  boolean release(WorkerContext context, long process, int budget);

  /** As {@link #release} at the end of the machine: no other thread runs or looks. */
  void abandon(BlockCache cache, long process);

  /**
   * Frees a value that was {@link Reclamation#retireValue retired} and that nobody can be reading,
   * or some of it, as {@link org.skerry.memory.Reclaimer#reclaim} says.
   */
  int reclaimValue(long value, BlockCache cache, int budget);

  /**
   * Returns when no walk over the processes that wait is in progress that began before this call.
   * Who has taken a record away that such a walk reads waits here before it frees the record.
   */
  void awaitWalk(WorkerContext context);

  /**
   * Pushes the list of what the process holds, as terms for people. For its owner.
   *
   * @param builder takes one term
   */
  default void pushHolds(WorkerContext context, long process, TermBuilder builder) {
    builder.makeList(0);
  }

  /**
   * Pushes what the process awaits and who holds it, as a term for people. For its owner.
   *
   * @param builder takes one term, or none
   * @return false where it awaits none
   */
  default boolean pushAwaited(WorkerContext context, long process, TermBuilder builder) {
    return false;
  }
}
