package org.skerry.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecentProcessesTest {
  private final RecentProcesses recent = new RecentProcesses();

  @Test
  void shouldGiveTheYoungestAndTheOldest() {
    recent.push(8);
    recent.push(16);
    recent.push(24);

    assertThat(recent.youngest()).isEqualTo(24);
    assertThat(recent.takeYoungest()).isEqualTo(24);
    assertThat(recent.takeOldest()).isEqualTo(8);
    assertThat(recent.takeOldest()).isEqualTo(16);
    assertThat(recent.takeOldest()).isEqualTo(RecentProcesses.NONE);
    assertThat(recent.takeYoungest()).isEqualTo(RecentProcesses.NONE);
  }

  @Test
  void shouldBeADequeOfSixteen() {
    Random random = new Random(1);
    ArrayDeque<Long> model = new ArrayDeque<>();
    for (int step = 0; step < 10_000; step++) {
      int what = random.nextInt(3);
      if (what == 0 && !recent.isFull()) {
        model.addLast(8L * step + 8);
        recent.push(8L * step + 8);
      } else if (what == 1 && !model.isEmpty()) {
        assertThat(recent.takeYoungest()).isEqualTo(model.removeLast());
      } else if (what == 2 && random.nextInt(3) == 0 && !model.isEmpty()) {
        assertThat(recent.takeOldest()).isEqualTo(model.removeFirst());
      }
      assertThat(recent.size()).isEqualTo(model.size());
      assertThat(recent.isFull()).isEqualTo(model.size() == RecentProcesses.CAPACITY);
    }
  }
}
