package org.skerry.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.skerry.heap.HeapLayout;
import org.skerry.memory.Memory;
import org.skerry.term.Atoms;
import org.skerry.term.Term;
import org.skerry.term.Tuples;

class RelationsTest {
  private final ProcessFixture fixture = new ProcessFixture();
  private final WorkerContext context = fixture.context;

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void shouldTellThoughTheMailboxIsFull() {
    SpawnOptions one = new SpawnOptions().maxMessages(1).policy(MailboxPolicy.FAIL);
    long watcher = fixture.idle(one);
    long other = fixture.idle();
    Relations.monitor(context, watcher, pid(other), pid(other));
    assertThat(Mailbox.offer(context, watcher, Term.smallInt(1))).isEqualTo(Mailbox.OK);
    fixture.kill(other);
    assertThat(Mailbox.messageCount(watcher)).isEqualTo(2);
    assertThat(Mailbox.receive(context, watcher)).isEqualTo(Term.smallInt(1));
    assertThat(Mailbox.offer(context, watcher, Term.smallInt(2))).isEqualTo(Mailbox.FAILED);
    assertThat(Tuples.get(Mailbox.receive(context, watcher), 0)).isEqualTo(Atoms.DOWN);
    assertThat(Mailbox.offer(context, watcher, Term.smallInt(2))).isEqualTo(Mailbox.OK);
  }

  @Test
  void shouldKeepASignalBetweenTheMessagesAroundItInRingAndOverflow() {
    long receiver = fixture.idle();
    ProcessFlags.set(receiver, ProcessFlags.TRAPS_EXIT, true);
    for (int i = 0; i < 100; i++) {
      assertThat(Mailbox.offer(context, receiver, Term.smallInt(i))).isEqualTo(Mailbox.OK);
      Signals.exit(context, receiver, Term.NIL, Term.smallInt(i));
    }
    // Not handled yet: the first message, and then nothing.
    assertThat(Mailbox.receive(context, receiver)).isEqualTo(Term.smallInt(0));
    assertThat(Mailbox.receive(context, receiver)).isEqualTo(Term.NONE);
    fixture.runAll();
    for (int i = 0; i < 100; i++) {
      if (i > 0) {
        assertThat(Mailbox.receive(context, receiver)).isEqualTo(Term.smallInt(i));
      }
      assertThat(Tuples.get(Mailbox.receive(context, receiver), 2)).isEqualTo(Term.smallInt(i));
    }
    assertThat(Mailbox.receive(context, receiver)).isEqualTo(Term.NONE);
    assertThat(Mailbox.use(receiver)).isZero();
  }

  @Test
  void shouldFlushAMessageWhereverItLies() {
    long watcher = fixture.idle();
    long other = fixture.idle();
    long first = Relations.monitor(context, watcher, pid(other), pid(other));
    long second = Relations.monitor(context, watcher, pid(other), pid(other));
    fixture.kill(other);
    assertThat(Mailbox.messageCount(watcher)).isEqualTo(2);
    // One is saved by a selective receive, the other still a signal.
    Mailbox.selectBegin(watcher);
    long looked = Tuples.get(Mailbox.selectNext(context, watcher), 1);
    assertThat(List.of(first, second)).contains(looked);
    for (long ref : List.of(first, second)) {
      assertThat(Relations.demonitor(context, watcher, ref)).isFalse();
      Relations.flush(context, watcher, ref);
      Relations.flush(context, watcher, ref);
    }
    assertThat(Mailbox.receive(context, watcher)).isEqualTo(Term.NONE);
    assertThat(Mailbox.use(watcher)).isZero();
  }

  @Test
  void shouldChargeWhatAProcessMakesItselfAndRefuseWhatIsBeyondItsCap() {
    long other = fixture.idle();
    SpawnOptions small = new SpawnOptions().maxMemoryBytes(1024);
    long process = fixture.idle(small);
    long before = Memory.getLong(process + HeapLayout.MEMORY_USED);
    List<Long> refs = new ArrayList<>();
    long ref = Relations.monitor(context, process, pid(other), pid(other));
    while (ref != Relations.NO_MEMORY) {
      refs.add(ref);
      ref = Relations.monitor(context, process, pid(other), pid(other));
    }
    assertThat(refs).hasSizeBetween(1, 8);
    refs.forEach(r -> assertThat(Relations.demonitor(context, process, r)).isTrue());
    assertThat(Memory.getLong(process + HeapLayout.MEMORY_USED)).isEqualTo(before);
    fixture.runAll();
    assertThat(RelationTable.count(Relations.of(other))).isZero();
  }

  @Test
  void shouldChangeNothingWhereMemoryFails() {
    long process = fixture.idle();
    long other = fixture.idle();
    for (int n = 1; ; n++) {
      fixture.pool.failures().failOnce(n);
      long before = fixture.pool.failures().allocations();
      int linked = Relations.link(context, process, pid(other));
      long ref = Relations.monitor(context, process, pid(other), pid(other));
      int unlinked = Relations.unlink(context, process, pid(other));
      boolean all = fixture.pool.failures().allocations() - before < n;
      fixture.pool.failures().none();
      fixture.runAll();
      if (unlinked != Relations.OK) {
        Relations.unlink(context, process, pid(other));
      }
      if (ref != Relations.NO_MEMORY) {
        assertThat(Relations.demonitor(context, process, ref)).isTrue();
      }
      fixture.runAll();
      assertThat(count(process)).as("allocation %d; link %d", n, linked).isZero();
      assertThat(count(other)).as("allocation %d; link %d", n, linked).isZero();
      if (all) {
        break;
      }
    }
  }

  @Test
  void shouldStayLinkedWhereThereIsNoMemoryToUnlink() {
    long process = fixture.idle();
    long other = fixture.idle();
    ProcessFlags.set(process, ProcessFlags.TRAPS_EXIT, true);
    assertThat(Relations.link(context, process, pid(other))).isEqualTo(Relations.OK);
    fixture.runAll();
    fixture.pool.failures().failFrom(1);
    assertThat(Relations.unlink(context, process, pid(other))).isEqualTo(Relations.NO_MEMORY);
    fixture.kill(other);
    fixture.pool.failures().none();
    fixture.runAll();
    long message = Mailbox.receive(context, process);
    assertThat(Tuples.get(message, 0)).isEqualTo(Atoms.EXIT);
    assertThat(Tuples.get(message, 2)).isEqualTo(Atoms.KILLED);
    assertThat(count(process)).isZero();
  }

  @Test
  void shouldSendNoExitSignalWithoutMemoryButKillAlways() {
    long process = fixture.idle();
    long other = fixture.idle();
    long reason = Mailbox.adoptWord(context, process, fixture.image(3));
    for (int n = 1; n <= 2; n++) {
      fixture.pool.failures().failOnce(n); // the reason's image; the node
      assertThat(Relations.exit(context, process, pid(other), reason))
          .as("allocation %d", n)
          .isEqualTo(Relations.NO_MEMORY);
    }
    fixture.pool.failures().failFrom(1);
    assertThat(Relations.exit(context, process, pid(other), Atoms.NAME))
        .isEqualTo(Relations.NO_MEMORY);
    fixture.runAll();
    assertThat(fixture.table.find(pid(other))).isEqualTo(other);
    long pid = pid(other);
    assertThat(Relations.exit(context, process, pid, Atoms.KILL)).isEqualTo(Relations.OK);
    fixture.runAll();
    fixture.pool.failures().none();
    assertThat(fixture.table.find(pid)).isEqualTo(Memory.NULL);
  }

  @Test
  void shouldTellOfAnEndWithAReasonThatThereIsNoMemoryFor() {
    long watcher = fixture.idle();
    long other = fixture.idle();
    Relations.monitor(context, watcher, pid(other), pid(other));
    fixture.runAll();
    long term = Mailbox.adoptWord(context, other, fixture.image(3));
    fixture.engine =
        (worker, process, reductions) -> {
          if (process != other) {
            return Engine.AWAIT;
          }
          Lifecycle.endWith(process, ExitKind.EXITED, term);
          fixture.pool.failures().failFrom(1);
          return Engine.EXITED;
        };
    Wake.notify(context.scheduling(), other);
    fixture.run(fixture.ready.poll());
    fixture.pool.failures().none();
    fixture.runAll();
    long reason = Tuples.get(Mailbox.receive(context, watcher), 3);
    assertThat(Tuples.get(reason, 0)).isEqualTo(Atoms.LIMIT_EXCEEDED);
    assertThat(Tuples.get(reason, 1)).isEqualTo(Atoms.MEMORY);
  }

  @Test
  void shouldGiveANameBackBeforeAnybodyHearsOfTheEnd() {
    Names names = fixture.table.names();
    long watcher = fixture.idle();
    long[] seen = new long[1];
    for (int i = 0; i < 10; i++) {
      long other = fixture.idle();
      assertThat(names.register(context, Atoms.NAME, pid(other), other)).isEqualTo(Names.OK);
      assertThat(names.register(context, Atoms.SELF, pid(other), other)).isEqualTo(Names.REFUSED);
      assertThat(names.register(context, Atoms.NAME, pid(watcher), watcher))
          .isEqualTo(Names.REFUSED);
      assertThat(names.whereis(Atoms.NAME)).isEqualTo(pid(other));
      seen[0] = Relations.monitor(context, watcher, Atoms.NAME, pid(other));
      fixture.kill(other);
      assertThat(names.whereis(Atoms.NAME)).isZero();
      long message = Mailbox.receive(context, watcher);
      assertThat(Tuples.get(message, 1)).isEqualTo(seen[0]);
      assertThat(Tuples.get(message, 2)).isEqualTo(Atoms.NAME);
    }
    assertThat(names.count()).isZero();
  }

  @Test
  void shouldHaveNoMoreNamesThanThereMayBe() {
    Names names = fixture.table.names();
    for (int i = 0; i < Names.MAX_NAMES; i++) {
      assertThat(names.reserve(Term.atom(i))).isEqualTo(Names.OK);
    }
    assertThat(names.reserve(Term.atom(Names.MAX_NAMES))).isEqualTo(Names.NO_MEMORY);
    names.cancel(Term.atom(0));
    assertThat(names.reserve(Term.atom(Names.MAX_NAMES))).isEqualTo(Names.OK);
  }

  private int count(long process) {
    long relations = Relations.of(process);
    return relations == 0 ? 0 : RelationTable.count(relations);
  }

  private static long pid(long process) {
    return ProcessFixture.pid(process);
  }
}
