package org.skerry.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.memory.MemoryPool;

class TimerWheelTest {
  private static final long TICK_NS = 1L << TimerWheel.TICK_SHIFT;

  private final MemoryPool pool = new MemoryPool(1L << 30);
  private final BlockCache cache = pool.newCache();
  private final List<Long> timers = new ArrayList<>();

  @AfterEach
  void freeTimers() {
    timers.forEach(timer -> cache.free(timer, TimerLayout.BYTES));
    cache.close();
    pool.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1_000_000_007L, -5_000_000_000L, -1})
  void shouldExpireAtTheDeadlineAndNotBefore(long startNs) {
    for (long delayNs = 1; delayNs > 0 && delayNs < 1L << 60; delayNs = delayNs * 7 + 13) {
      TimerWheel wheel = new TimerWheel(startNs);
      long deadlineNs = startNs + delayNs;
      wheel.schedule(timer(deadlineNs));

      assertThat(expire(wheel, deadlineNs - 1)).as("delay %d, 1 ns early", delayNs).isEmpty();
      assertThat(wheel.nextDeadlineNs()).isLessThan(deadlineNs + TICK_NS);
      assertThat(expire(wheel, deadlineNs + TICK_NS - 1)).as("delay %d", delayNs).hasSize(1);
      assertThat(wheel.nextDeadlineNs()).isEqualTo(TimerWheel.NEVER);
      assertThat(wheel.count()).isZero();
    }
  }

  @Test
  void shouldExpireAtOnceWhatIsOverAlready() {
    TimerWheel wheel = new TimerWheel(1_000_000);
    expire(wheel, 50_000_000);
    wheel.schedule(timer(20_000_000));
    wheel.schedule(timer(Long.MIN_VALUE));
    wheel.schedule(timer(0));

    assertThat(expire(wheel, 50_000_000)).hasSize(3);
  }

  @Test
  void shouldKeepADeadlineThatNeverComes() {
    TimerWheel wheel = new TimerWheel(-7);
    wheel.schedule(timer(Long.MAX_VALUE));

    assertThat(expire(wheel, 1L << 61)).isEmpty();
    assertThat(wheel.count()).isEqualTo(1);
  }

  @Test
  void shouldExpireEqualDeadlinesInTheOrderTheyWereSet() {
    TimerWheel wheel = new TimerWheel(0);
    List<Long> set = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      long timer = timer(3_000_000_000L);
      set.add(timer);
      wheel.schedule(timer);
    }

    assertThat(expire(wheel, 3_000_100_000L)).isEqualTo(set);
  }

  @Test
  void shouldBoundTheWorkOfAPoll() {
    TimerWheel wheel = new TimerWheel(0);
    for (int i = 0; i < 1_000; i++) {
      wheel.schedule(timer(1_000_000_000L)); // comes down several levels
    }
    List<Long> expired = new ArrayList<>();
    int polls = 0;
    while (expired.size() < 1_000) {
      assertThat(wheel.poll(2_000_000_000L, 10, expired::add)).isLessThanOrEqualTo(10);
      assertThat(++polls).isLessThan(1_000);
    }
    assertThat(polls).isGreaterThanOrEqualTo(100);
  }

  /** Against a map of deadlines: random sets, removals and clock steps of all sizes. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void shouldAgreeWithAModel(long seed) {
    Random random = new Random(seed);
    long nowNs = random.nextLong() >> 2;
    TimerWheel wheel = new TimerWheel(nowNs);
    Map<Long, Long> model = new HashMap<>();
    List<Long> free = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      free.add(timer(0));
    }
    for (int step = 0; step < 20_000; step++) {
      int choice = random.nextInt(10);
      if (choice < 4 && !free.isEmpty()) {
        long timer = free.removeLast();
        long deadlineNs = nowNs + (random.nextLong() >>> 20 + random.nextInt(40));
        Memory.putLong(timer + TimerLayout.DEADLINE_NS, deadlineNs);
        wheel.schedule(timer);
        model.put(timer, deadlineNs);
      } else if (choice < 6 && !model.isEmpty()) {
        long timer = model.keySet().iterator().next();
        assertThat(wheel.remove(timer)).isTrue();
        assertThat(wheel.remove(timer)).isFalse();
        model.remove(timer);
        free.add(timer);
      } else {
        nowNs += random.nextLong() >>> 22 + random.nextInt(40);
        pollAndCompare(wheel, nowNs, 1 + random.nextInt(20), model, free);
      }
      assertThat(wheel.count()).isEqualTo(model.size());
    }
  }

  private static void pollAndCompare(
      TimerWheel wheel, long nowNs, int limit, Map<Long, Long> model, List<Long> free) {
    int work =
        wheel.poll(
            nowNs,
            limit,
            timer -> {
              assertThat(model.remove(timer)).as("deadline").isLessThanOrEqualTo(nowNs);
              free.add(timer);
            });
    if (work < limit) {
      assertThat(model.values()).allSatisfy(d -> assertThat(d).isGreaterThan(nowNs - TICK_NS));
    }
    long earliest = model.values().stream().mapToLong(d -> d).min().orElse(TimerWheel.NEVER);
    if (model.isEmpty()) {
      assertThat(wheel.nextDeadlineNs()).isEqualTo(TimerWheel.NEVER);
    } else {
      assertThat(wheel.nextDeadlineNs()).isLessThan(Math.max(earliest, nowNs) + TICK_NS);
    }
  }

  private static List<Long> expire(TimerWheel wheel, long nowNs) {
    List<Long> expired = new ArrayList<>();
    while (wheel.poll(nowNs, 100, expired::add) == 100) {
      continue;
    }
    return expired;
  }

  private long timer(long deadlineNs) {
    long timer = cache.allocate(TimerLayout.BYTES);
    timers.add(timer);
    Memory.putLong(timer + TimerLayout.DEADLINE_NS, deadlineNs);
    Memory.putInt(timer + TimerLayout.BUCKET, TimerWheel.NO_BUCKET);
    return timer;
  }
}
