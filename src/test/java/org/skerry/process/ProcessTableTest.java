package org.skerry.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.skerry.heap.HeapOptions;
import org.skerry.memory.Memory;
import org.skerry.term.Term;

class ProcessTableTest {
  private static final int MAX = 1000;
  private final ProcessFixture fixture = new ProcessFixture(1L << 30, MAX, HeapOptions.DEFAULT);
  private final WorkerContext context = fixture.context;
  private final ProcessTable table = fixture.table;

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void shouldFindAProcessFromStartToExit() {
    long process = Lifecycle.create(context, ProcessFixture.SMALL, ProcessFixture.DEFAULTS);
    long pid = ProcessFixture.pid(process);
    assertThat(table.find(pid)).isZero();
    Lifecycle.start(context, process);
    assertThat(table.find(pid)).isEqualTo(process);
    fixture.runAll();
    fixture.kill(process);
    assertThat(table.find(pid)).isZero();
  }

  @Test
  void shouldFindNothingUnderAPidThatWasNeverGivenOut() {
    long process = fixture.idle();
    long pid = ProcessFixture.pid(process);
    int generation = Term.pidGeneration(pid);
    int index = Term.pidIndex(pid);
    assertThat(table.find(Term.pid(generation + 1, index, 0))).isZero();
    assertThat(table.find(Term.pid(generation, index + 1, 0))).isZero();
    assertThat(table.find(Term.pid(generation, index, 1))).isZero();
    assertThat(table.find(Term.pid(1, (1 << Term.PID_INDEX_BITS) - 1, 0))).isZero();
    assertThat(table.find(Term.pid(0, 0, 0))).isZero();
  }

  @Test
  void shouldNeverMatchAStalePid() {
    Set<Long> pids = new HashSet<>();
    for (int i = 0; i < 5000; i++) {
      long process = fixture.idle();
      assertThat(pids.add(ProcessFixture.pid(process))).isTrue();
      fixture.kill(process);
      fixture.quiesce();
    }
    long alive = fixture.idle();
    pids.remove(ProcessFixture.pid(alive));
    assertThat(pids).allSatisfy(pid -> assertThat(table.find(pid)).isZero());
    assertThat(table.indexCount()).isLessThan(MAX);
  }

  @Test
  void shouldRetireAnIndexWhoseGenerationsAreUsedUp() {
    long first = fixture.idle();
    int index = Term.pidIndex(ProcessFixture.pid(first));
    fixture.kill(first);
    table.setGeneration(index, ProcessTable.LAST_GENERATION - 1);

    long last = fixture.idle();
    assertThat(Term.pidIndex(ProcessFixture.pid(last))).isEqualTo(index);
    fixture.kill(last);
    long veryLast = fixture.idle();
    long pid = ProcessFixture.pid(veryLast);
    assertThat(Term.pidGeneration(pid)).isEqualTo(ProcessTable.LAST_GENERATION);
    assertThat(Term.pidIndex(pid)).isEqualTo(index);
    assertThat(table.find(pid)).isEqualTo(veryLast);
    fixture.kill(veryLast);

    for (int i = 0; i < MAX; i++) {
      assertThat(Term.pidIndex(ProcessFixture.pid(fixture.idle()))).isNotEqualTo(index);
    }
    assertThat(table.find(pid)).isZero();
    assertThat(table.at(index)).isZero();
  }

  @Test
  void shouldAllowExactlyAsManyProcessesAsItMay() {
    List<Long> processes = new ArrayList<>();
    for (int i = 0; i < MAX; i++) {
      processes.add(fixture.idle());
    }
    assertThat(create()).isEqualTo(Lifecycle.TOO_MANY);
    assertThat(table.count()).isEqualTo(MAX);

    fixture.kill(processes.getFirst());
    long process = create();
    assertThat(process).isPositive();
    assertThat(create()).isEqualTo(Lifecycle.TOO_MANY);
    Lifecycle.discard(context, process);
    assertThat(table.count()).isEqualTo(MAX - 1);
    fixture.idle();
    assertThat(create()).isEqualTo(Lifecycle.TOO_MANY);
  }

  @Test
  void shouldShowAllProcessesToAWalk() {
    Set<Long> expected = new HashSet<>();
    for (int i = 0; i < 700; i++) {
      long process = fixture.idle();
      if (i % 3 == 0) {
        fixture.kill(process);
      } else {
        expected.add(process);
      }
    }
    Set<Long> seen = new HashSet<>();
    for (int i = 0; i < table.indexCount(); i++) {
      if (table.at(i) != Memory.NULL) {
        seen.add(table.at(i));
      }
    }
    assertThat(seen).isEqualTo(expected);
  }

  @Test
  void shouldNotGiveADiscardedProcessesPidToAnyoneAlive() {
    long process = create();
    long pid = ProcessFixture.pid(process);
    Lifecycle.discard(context, process);
    assertThat(table.find(pid)).isZero();
    assertThat(table.count()).isZero();
  }

  @Test
  void shouldRejectASizeItCannotHold() {
    assertThatThrownBy(() -> new ProcessTable(fixture.pool.newCache(), 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ProcessTable(null, ProcessTable.MAX_PROCESSES + 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private long create() {
    return Lifecycle.create(context, ProcessFixture.SMALL, ProcessFixture.DEFAULTS);
  }
}
