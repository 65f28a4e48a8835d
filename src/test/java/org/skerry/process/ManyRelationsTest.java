package org.skerry.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.agrona.collections.LongArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.skerry.memory.Memory;
import org.skerry.term.Atoms;
import org.skerry.term.Term;
import org.skerry.term.Tuples;

/**
 * Very many relations of one process: the memory that each takes, work in slices of bounded length
 * and tables whose chains stay short, whatever their number. That is 20,000, or what {@code
 * -Dskerry.relations=1000000} says.
 */
class ManyRelationsTest {
  private static final int MANY = Integer.getInteger("skerry.relations", 20_000);

  /** A node of 64 bytes on either side, its buckets, and slack in slabs and caches. */
  private static final int MOST_BYTES = 2 * 64 + 2 * 24;

  /** What a process has as soon as somebody relates to it. */
  private static final int RECORD_BYTES = 96;

  /** With a bucket for each entry, a longer chain is as good as impossible: 1 / 17! of them. */
  private static final int LONGEST_CHAIN = 17;

  /** Entries are handled 500 in a slice, and a process may run a few times for nothing. */
  private static final int MOST_SLICES = 2 * MANY / Signals.BATCH + 10;

  private final ProcessFixture fixture = new ProcessFixture();
  private final WorkerContext context = fixture.context;

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void shouldBeWatchedByMany() {
    long center = fixture.idle();
    LongArrayList watchers = idle();
    long before = used();
    for (int i = 0; i < MANY; i++) {
      monitor(watchers.getLong(i), center);
    }
    fixture.runAll();
    check("monitors on one process", before, MOST_BYTES + RECORD_BYTES);
    assertThat(longestChain(center)).isLessThanOrEqualTo(LONGEST_CHAIN);

    Signals.kill(context, center, Signals.KILL);
    assertThat(slicesOf(center)).isBetween(MANY / Signals.BATCH, MOST_SLICES);
    for (int i = 0; i < MANY; i++) {
      long watcher = watchers.getLong(i);
      assertThat(Tuples.get(Mailbox.receive(context, watcher), 3)).isEqualTo(Atoms.KILLED);
      assertThat(Mailbox.receive(context, watcher)).isEqualTo(Term.NONE);
      assertThat(RelationTable.count(Relations.of(watcher))).isZero();
    }
  }

  @Test
  void shouldWatchOneProcessManyTimes() {
    long center = fixture.idle();
    long watcher = fixture.idle();
    long before = used();
    for (int i = 0; i < MANY; i++) {
      monitor(watcher, center);
    }
    fixture.runAll();
    check("monitors of one process on one", before, MOST_BYTES);
    assertThat(longestChain(center)).isLessThanOrEqualTo(LONGEST_CHAIN);
    assertThat(longestChain(watcher)).isLessThanOrEqualTo(LONGEST_CHAIN);

    Signals.kill(context, center, Signals.KILL);
    assertThat(slicesOf(watcher)).isBetween(MANY / Signals.BATCH, MOST_SLICES);
    takeAll(watcher);
  }

  @Test
  void shouldWatchMany() {
    long watcher = fixture.idle();
    LongArrayList others = idle();
    long before = used();
    for (int i = 0; i < MANY; i++) {
      monitor(watcher, others.getLong(i));
    }
    fixture.runAll();
    check("monitors of one process", before, MOST_BYTES + RECORD_BYTES);
    assertThat(longestChain(watcher)).isLessThanOrEqualTo(LONGEST_CHAIN);

    for (int i = 0; i < MANY; i++) {
      Signals.kill(context, others.getLong(i), Signals.KILL);
    }
    assertThat(slicesOf(watcher)).isBetween(MANY / Signals.BATCH, MOST_SLICES);
    takeAll(watcher);
  }

  @Test
  void shouldBeLinkedToMany() {
    long center = fixture.idle();
    LongArrayList others = idle();
    long before = used();
    for (int i = 0; i < MANY; i++) {
      long other = others.getLong(i);
      ProcessFlags.set(other, ProcessFlags.TRAPS_EXIT, true);
      assertThat(Relations.link(context, other, pid(center))).isEqualTo(Relations.OK);
    }
    fixture.runAll();
    check("links of one process", before, MOST_BYTES + RECORD_BYTES);
    assertThat(RelationTable.count(Relations.of(center))).isEqualTo(MANY);
    assertThat(longestChain(center)).isLessThanOrEqualTo(LONGEST_CHAIN);

    Signals.kill(context, center, Signals.KILL);
    assertThat(slicesOf(center)).isBetween(MANY / Signals.BATCH, MOST_SLICES);
    for (int i = 0; i < MANY; i++) {
      long other = others.getLong(i);
      long message = Mailbox.receive(context, other);
      assertThat(Tuples.get(message, 0)).isEqualTo(Atoms.EXIT);
      assertThat(Tuples.get(message, 2)).isEqualTo(Atoms.KILLED);
      assertThat(Mailbox.receive(context, other)).isEqualTo(Term.NONE);
    }
  }

  private LongArrayList idle() {
    LongArrayList processes = new LongArrayList();
    for (int i = 0; i < MANY; i++) {
      processes.addLong(fixture.idle());
    }
    return processes;
  }

  private void monitor(long watcher, long other) {
    assertThat(Relations.monitor(context, watcher, pid(other), pid(other))).isNotNegative();
  }

  private long used() {
    return fixture.pool.usedBytes();
  }

  private void check(String what, long before, long mostBytes) {
    assertThat((used() - before) / MANY)
        .as("bytes for each of the %s", what)
        .isBetween(128L, mostBytes);
  }

  private static int longestChain(long process) {
    long relations = Relations.of(process);
    int longest = 0;
    for (int i = 0; i < RelationTable.bucketCount(relations); i++) {
      int length = 0;
      for (long node = RelationTable.bucket(relations, i); node != 0; length++) {
        node = Memory.getLong(node + SignalLayout.NEXT);
      }
      longest = Math.max(longest, length);
    }
    return longest;
  }

  /** Runs everything; the slices that a process got. */
  private int slicesOf(long process) {
    int slices = 0;
    for (long next = fixture.ready.poll(); next != 0; next = fixture.ready.poll()) {
      slices += next == process ? 1 : 0;
      fixture.run(next);
    }
    return slices;
  }

  /** Each end is told once, and nothing is left. */
  private void takeAll(long watcher) {
    assertThat(Mailbox.messageCount(watcher)).isEqualTo(MANY);
    for (int i = 0; i < MANY; i++) {
      assertThat(Tuples.get(Mailbox.receive(context, watcher), 0)).isEqualTo(Atoms.DOWN);
    }
    assertThat(Mailbox.receive(context, watcher)).isEqualTo(Term.NONE);
    assertThat(Mailbox.use(watcher)).isZero();
    assertThat(RelationTable.count(Relations.of(watcher))).isZero();
    assertThat(RelationTable.bucketCount(Relations.of(watcher))).isLessThan(MANY);
  }

  private static long pid(long process) {
    return ProcessFixture.pid(process);
  }
}
