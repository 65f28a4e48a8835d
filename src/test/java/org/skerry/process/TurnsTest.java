package org.skerry.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TurnsTest {
  private final Turns turns = new Turns();

  @Test
  void shouldGrowWhileMeetingsAreCloseTogether() {
    int first = turns.next(1_000_000_000);
    int second = turns.next(1_000_001_000);
    int last = second;
    for (int i = 0; i < 100; i++) {
      int next = turns.next(1_000_002_000 + 10_000L * i);
      assertThat(next).isGreaterThanOrEqualTo(last).isLessThanOrEqualTo(64 * first);
      last = next;
    }

    assertThat(second).isEqualTo(2 * first);
    assertThat(turns.next(2_000_002_000)).isEqualTo(first);
  }
}
