package org.skerry.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.skerry.heap.HeapLayout;
import org.skerry.memory.Memory;
import org.skerry.term.Atoms;
import org.skerry.term.Term;
import org.skerry.term.Tuples;

class SignalsTest {
  private final ProcessFixture fixture = new ProcessFixture();
  private final WorkerContext context = fixture.context;

  @AfterEach
  void close() {
    fixture.pool.failures().none();
    fixture.close();
  }

  @Test
  void shouldKillAProcessThatWaits() {
    long process = fixture.idle();
    long pid = ProcessFixture.pid(process);
    Signals.kill(context, process, Signals.KILL);
    fixture.runAll();
    assertThat(fixture.table.find(pid)).isZero();
    assertThat(fixture.exits).containsExactly("KILLED " + Long.toHexString(Atoms.KILLED));
  }

  @Test
  void shouldKillWithoutMemory() {
    long process = fixture.idle();
    fixture.pool.failures().failFrom(1);
    Signals.kill(context, process, Signals.KILL);
    fixture.runAll();
    assertThat(fixture.exits).hasSize(1);
  }

  @Test
  void shouldSayWhyItKilled() {
    Signals.kill(context, fixture.idle(), Signals.SHUTDOWN);
    Signals.kill(context, fixture.idle(), Signals.MAILBOX_FULL);
    fixture.runAll();
    assertThat(fixture.exits)
        .containsExactly(
            "KILLED " + Long.toHexString(Atoms.SHUTDOWN),
            "LIMIT " + Long.toHexString(limitReason(Atoms.MAILBOX)));
  }

  @Test
  void shouldEndForTheReasonThatCame() {
    long process = fixture.idle();
    assertThat(Signals.exit(context, process, Term.NIL, Atoms.SHUTDOWN)).isEqualTo(Signals.OK);
    fixture.runAll();
    assertThat(fixture.exits).containsExactly("SIGNALLED " + Long.toHexString(Atoms.SHUTDOWN));
  }

  @Test
  void shouldMoveTheReasonIntoTheHeap() {
    long process = fixture.idle();
    Signals.exit(context, process, Term.NIL, fixture.image(5));
    Slice.begin(fixture.ready.poll());

    assertThat(Signals.handle(context, process)).isEqualTo(Signals.ENDS);

    long reason = Memory.getLong(process + HeapLayout.PENDING_TERM);
    assertThat(Tuples.size(reason)).isEqualTo(5);
    Slice.requeue(process);
  }

  @Test
  void shouldGiveALimitAsReasonWhereTheTrueOneHasNoRoom() {
    long process = fixture.idle(new SpawnOptions().maxMemoryBytes(600));
    Signals.exit(context, process, Term.NIL, fixture.image(500));
    fixture.runAll();
    assertThat(fixture.exits)
        .containsExactly("SIGNALLED " + Long.toHexString(limitReason(Atoms.HEAP)));
  }

  @Test
  void shouldIgnoreANormalEndOfOthersButNotItsOwn() {
    long process = fixture.idle();
    Signals.exit(context, process, Term.NIL, Atoms.NORMAL);
    fixture.runAll();
    assertThat(fixture.exits).isEmpty();
    Signals.exit(context, process, ProcessFixture.pid(process), Atoms.NORMAL);
    fixture.runAll();
    assertThat(fixture.exits).containsExactly("SIGNALLED " + Long.toHexString(Atoms.NORMAL));
  }

  @Test
  void shouldTakeTheReasonKillAsAKill() {
    Signals.exit(context, fixture.idle(), Term.NIL, Atoms.KILL);
    fixture.runAll();
    assertThat(fixture.exits).containsExactly("KILLED " + Long.toHexString(Atoms.KILLED));
  }

  @Test
  void shouldHeedTheFirstOfSeveralAndFreeTheRest() {
    long process = fixture.idle();
    Signals.exit(context, process, Term.NIL, Atoms.NORMAL);
    Signals.exit(context, process, Term.NIL, Atoms.SHUTDOWN);
    Signals.exit(context, process, Term.NIL, fixture.image(20));
    fixture.runAll();
    assertThat(fixture.exits).containsExactly("SIGNALLED " + Long.toHexString(Atoms.SHUTDOWN));
  }

  @Test
  void shouldLetAKillRequestPassSignals() {
    long process = fixture.idle();
    Signals.exit(context, process, Term.NIL, fixture.image(20));
    Signals.kill(context, process, Signals.KILL);
    Signals.exit(context, process, Term.NIL, fixture.image(20));
    fixture.runAll();
    assertThat(fixture.exits).containsExactly("KILLED " + Long.toHexString(Atoms.KILLED));
  }

  @Test
  void shouldTellTheSenderWhereThereIsNoMemory() {
    long process = fixture.idle();
    fixture.pool.failures().failFrom(1);
    assertThat(Signals.exit(context, process, Term.NIL, Atoms.SHUTDOWN))
        .isEqualTo(Signals.NO_MEMORY);
    fixture.runAll();
    assertThat(fixture.exits).isEmpty();
  }

  @Test
  void shouldFreeSignalsAndMessagesThatComeTooLate() {
    long process = fixture.idle();
    Signals.kill(context, process, Signals.KILL);
    fixture.runAll();
    // As a sender does that looked the process up before it ended.
    for (int i = 0; i < 40; i++) {
      Mailbox.offer(context, process, fixture.image(3));
    }
    Signals.exit(context, process, Term.NIL, fixture.image(20));
    Signals.kill(context, process, Signals.KILL);
    fixture.quiesce();
  }

  private long limitReason(long limit) {
    return fixture.runtime.terms().limitReason(limit);
  }
}
