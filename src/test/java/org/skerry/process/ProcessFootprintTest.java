package org.skerry.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.skerry.heap.HeapOptions;
import org.skerry.memory.Memory;
import org.skerry.term.Term;

/**
 * Bytes that the pool commits per process: pages that the kernel may have made resident, tables and
 * slack included. Checked mode keeps freed blocks back, not live ones, so the figures are the same
 * there.
 */
class ProcessFootprintTest {
  private static final int COUNT = 100_000;

  @Test
  void shouldKeepAnIdleProcessBelowItsBound() {
    assertThat(committedBytesPerProcess(false)).isLessThanOrEqualTo(600);
  }

  @Test
  void shouldKeepAProcessWithARingBelowItsBound() {
    assertThat(committedBytesPerProcess(true)).isLessThanOrEqualTo(1945);
  }

  private static long committedBytesPerProcess(boolean withRing) {
    try (ProcessFixture fixture = new ProcessFixture(1L << 32, COUNT, HeapOptions.DEFAULT)) {
      long before = fixture.pool.committedBytes();
      for (int i = 0; i < COUNT; i++) {
        long process = fixture.idle();
        if (withRing) {
          Mailbox.offer(fixture.context, process, Term.NIL);
          fixture.runAll();
          assertThat(Mailbox.receive(fixture.context, process)).isEqualTo(Term.NIL);
        }
        assertThat(Memory.getInt(process + ProcessLayout.STATE)).isEqualTo(Wake.IDLE);
      }
      return (fixture.pool.committedBytes() - before) / COUNT;
    }
  }
}
