package org.skerry.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.skerry.heap.HeapLayout;
import org.skerry.memory.Memory;
import org.skerry.module.FrameLayout;
import org.skerry.term.Atoms;
import org.skerry.term.Term;
import org.skerry.term.Tuples;

class LifecycleTest {
  private final ProcessFixture fixture = new ProcessFixture();
  private final WorkerContext context = fixture.context;

  @AfterEach
  void close() {
    fixture.pool.failures().none();
    fixture.close();
  }

  @Test
  void shouldStandBeforeItsFirstInstruction() {
    long process = create(ProcessFixture.TWO);
    long frame = Memory.getLong(process + HeapLayout.FP);
    assertThat(frame).isEqualTo(process + ProcessLayout.FIRST_CHUNK);
    assertThat(Memory.getLong(frame)).isEqualTo(FrameLayout.header(ProcessFixture.TWO, 0));
    assertThat(Memory.getLong(frame + FrameLayout.CALLER_FRAME_OFFSET)).isZero();
    assertThat(Memory.getLong(frame + FrameLayout.registerOffset(0))).isEqualTo(Term.NIL);
    assertThat(Memory.getLong(frame + FrameLayout.registerOffset(1))).isEqualTo(Term.NIL);
    Lifecycle.discard(context, process);
  }

  @Test
  void shouldPutALargeFrameIntoAChunkOfItsOwn() {
    long process = create(ProcessFixture.LARGE);
    long frame = Memory.getLong(process + HeapLayout.FP);
    assertThat(frame - process).matches(offset -> offset < 0 || offset >= ProcessLayout.BYTES);
    Lifecycle.start(context, process);
    fixture.runAll();
    fixture.kill(process);
  }

  @Test
  void shouldAdoptItsArgumentsInItsFirstSlice() {
    long process = create(ProcessFixture.TWO);
    long frame = Memory.getLong(process + HeapLayout.FP);
    Memory.putLong(process + ProcessLayout.ARGUMENT_IMAGE, fixture.image(2));
    Lifecycle.start(context, process);
    fixture.runAll();
    assertThat(Memory.getLong(frame + FrameLayout.registerOffset(0))).isEqualTo(Term.smallInt(0));
    assertThat(Memory.getLong(frame + FrameLayout.registerOffset(1))).isEqualTo(Term.smallInt(1));
    assertThat(Memory.getLong(process + ProcessLayout.ARGUMENT_IMAGE)).isZero();
  }

  @Test
  void shouldEndAProcessWhoseArgumentsHaveNoRoom() {
    SpawnOptions options = new SpawnOptions().maxMemoryBytes(ProcessLayout.BYTES + 100);
    long process = Lifecycle.create(context, ProcessFixture.SMALL, options);
    Memory.putLong(process + ProcessLayout.ARGUMENT_IMAGE, fixture.image(500));
    Lifecycle.start(context, process);
    fixture.runAll();
    assertThat(fixture.exits)
        .containsExactly(
            "LIMIT " + Long.toHexString(fixture.runtime.terms().limitReason(Atoms.HEAP)));
  }

  @Test
  void shouldRefuseAProcessThatDoesNotFitItsOwnCap() {
    SpawnOptions options = new SpawnOptions().maxMemoryBytes(ProcessLayout.BYTES);
    long process = Lifecycle.create(context, ProcessFixture.SMALL, options);
    assertThat(process).isPositive();
    Lifecycle.discard(context, process);
    assertThat(Lifecycle.create(context, ProcessFixture.LARGE, options))
        .isEqualTo(Lifecycle.NO_MEMORY);
    options.maxMemoryBytes(ProcessLayout.BYTES - 1);
    assertThat(Lifecycle.create(context, ProcessFixture.SMALL, options))
        .isEqualTo(Lifecycle.NO_MEMORY);
    assertThat(fixture.table.count()).isZero();
  }

  @Test
  void shouldFreeEverythingAtItsEnd() {
    fixture.idle();
    Mailbox.releaseMessage(fixture.image(100), context.cache());
    fixture.quiesce();
    long before = fixture.pool.usedBytes();
    long process = create(ProcessFixture.LARGE);
    Memory.putLong(process + ProcessLayout.ARGUMENT_IMAGE, fixture.image(1));
    Lifecycle.start(context, process);
    fixture.runAll();
    for (int i = 0; i < 100; i++) {
      Mailbox.offer(context, process, fixture.image(i));
    }
    Mailbox.selectBegin(process);
    for (int i = 0; i < 20; i++) {
      Mailbox.selectNext(context, process);
    }
    fixture.kill(process);
    fixture.quiesce();
    assertThat(fixture.pool.usedBytes()).isEqualTo(before);
  }

  @Test
  void shouldEndAsItsEngineSays() {
    fixture.engine =
        (worker, process, reductions) -> {
          Lifecycle.endWith(process, ExitKind.RETURNED, Term.smallInt(7));
          return Engine.EXITED;
        };
    long process = create(ProcessFixture.SMALL);
    Lifecycle.start(context, process);
    fixture.runAll();
    assertThat(fixture.exits).containsExactly("RETURNED " + Long.toHexString(Term.smallInt(7)));
    assertThat(fixture.table.count()).isZero();
    assertThat(context.counters().exits).isEqualTo(1);
  }

  @Test
  void shouldLeaveNothingHalfDoneWhereSpawnHasNoMemory() {
    fixture.idle();
    long before = fixture.pool.usedBytes();
    int count = fixture.table.count();
    int failed = 0;
    for (int n = 1; ; n++) {
      fixture.pool.failures().failOnce(n);
      long process = create(ProcessFixture.LARGE);
      fixture.pool.failures().none();
      if (process > 0) {
        Lifecycle.discard(context, process);
        assertThat(fixture.pool.usedBytes()).isEqualTo(before);
        if (n > 4) {
          break;
        }
        continue;
      }
      failed++;
      assertThat(process).isEqualTo(Lifecycle.NO_MEMORY);
      assertThat(fixture.table.count()).isEqualTo(count);
      assertThat(fixture.pool.usedBytes()).isEqualTo(before);
    }
    assertThat(failed).isPositive();
  }

  @Test
  void shouldLeaveNothingHalfDoneWhereASendHasNoMemory() {
    long process = fixture.idle();
    for (int n = 1; n <= 3; n++) {
      long before = fixture.pool.usedBytes();
      fixture.pool.failures().failFrom(n);
      int result = Mailbox.offer(context, process, Term.NIL);
      fixture.pool.failures().none();
      if (n == 1) {
        assertThat(result).isEqualTo(Mailbox.NO_MEMORY);
        assertThat(fixture.pool.usedBytes()).isEqualTo(before);
        assertThat(Mailbox.use(process)).isZero();
      } else {
        assertThat(result).isEqualTo(Mailbox.OK);
      }
    }
  }

  @Test
  void shouldDoWithoutARingWhereThereIsNoMemoryForOne() {
    long process = fixture.idle();
    fixture.pool.failures().failOnce(1);
    assertThat(Mailbox.offer(context, process, Term.smallInt(1))).isEqualTo(Mailbox.OK);
    fixture.pool.failures().none();
    Mailbox.offer(context, process, Term.smallInt(2));
    assertThat(Memory.getLong(process + ProcessLayout.RING)).isZero();
    assertThat(Mailbox.receive(context, process)).isEqualTo(Term.smallInt(1));
    Mailbox.offer(context, process, Term.smallInt(3));
    assertThat(Mailbox.receive(context, process)).isEqualTo(Term.smallInt(2));
    assertThat(Mailbox.receive(context, process)).isEqualTo(Term.smallInt(3));
  }

  @Test
  void shouldKeepAMessageWhereReceivingItHasNoMemory() {
    long process = fixture.idle();
    Mailbox.offer(context, process, fixture.image(100));
    for (int n = 1; ; n++) {
      fixture.pool.failures().failFrom(n);
      long term = Mailbox.receive(context, process);
      fixture.pool.failures().none();
      if (term != Mailbox.NO_ROOM) {
        assertThat(Tuples.size(term)).isEqualTo(100);
        assertThat(n).isGreaterThan(1);
        break;
      }
      assertThat(Mailbox.messageCount(process)).isEqualTo(1);
    }
  }

  private long create(int function) {
    return Lifecycle.create(context, function, ProcessFixture.DEFAULTS);
  }
}
