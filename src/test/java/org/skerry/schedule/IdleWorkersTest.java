package org.skerry.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IdleWorkersTest {
  private final IdleWorkers idle = new IdleWorkers(4);

  @Test
  void shouldWakeNobodyWhileNobodyIsParked() {
    assertThat(idle.toWake()).isEqualTo(IdleWorkers.NOBODY);
  }

  @Test
  void shouldWakeTheWorkerThatParkedLast() {
    idle.park(1, false);
    idle.park(3, false);

    assertThat(idle.toWake()).isEqualTo(3);
    assertThat(idle.searchingCount()).isEqualTo(1);
    assertThat(idle.parkedCount()).isEqualTo(1);
  }

  @Test
  void shouldWakeOneAtATimeUntilItHasFoundWork() {
    idle.park(1, false);
    idle.park(2, false);

    assertThat(idle.toWake()).isEqualTo(2);
    assertThat(idle.toWake()).as("2 searches").isEqualTo(IdleWorkers.NOBODY);
    assertThat(idle.stopSearching()).as("the last searcher").isTrue();
    assertThat(idle.toWake()).isEqualTo(1);
  }

  @Test
  void shouldLetHalfOfThoseAwakeSearch() {
    assertThat(idle.tryStartSearching()).isTrue();
    assertThat(idle.tryStartSearching()).isTrue();
    assertThat(idle.tryStartSearching()).isFalse();

    assertThat(idle.stopSearching()).isFalse();
    idle.park(0, false);
    idle.park(1, false);
    assertThat(idle.tryStartSearching()).as("one of two awake searches").isFalse();
  }

  @Test
  void shouldLetTheOnlyWorkerSearch() {
    IdleWorkers one = new IdleWorkers(1);

    assertThat(one.tryStartSearching()).isTrue();
    assertThat(one.park(0, true)).as("was the last searcher").isTrue();
    assertThat(one.searchingCount()).isZero();
  }

  @Test
  void shouldTellWhetherAWorkerGoesOnByItself() {
    idle.park(0, false);
    idle.park(1, false);
    idle.park(2, false);

    assertThat(idle.unparkSelf(1)).isTrue();
    assertThat(idle.toWake()).isEqualTo(2);
    assertThat(idle.unparkSelf(2)).as("was woken and counts as searching").isFalse();
    assertThat(idle.parkedCount()).isEqualTo(1);
    assertThat(idle.stopSearching()).isTrue();
    assertThat(idle.toWake()).isZero();
  }
}
