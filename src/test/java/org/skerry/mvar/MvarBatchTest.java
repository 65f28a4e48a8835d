package org.skerry.mvar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.skerry.memory.Memory;
import org.skerry.process.Engine;
import org.skerry.process.Signals;
import org.skerry.process.SpawnOptions;
import org.skerry.process.Wake;
import org.skerry.process.WorkerContext;
import org.skerry.term.Term;

/** Many that may go at once are let in by batches: each that runs lets in those behind. */
@Timeout(120)
class MvarBatchTest {
  private static final int MANY = 10 * HoldQueue.BATCH;
  private static final int SEEDS = Integer.getInteger("skerry.seeds", 10_000) / 50;

  /** A wish: how a process asks, and what became of it. */
  private static final class Wish {
    long process;
    boolean isWrite;
    boolean isBrief;
    boolean isTimed;
    boolean isTimeOver;
    boolean isWaiting;
    boolean isHeld;
    boolean isOver;
  }

  private final List<Wish> wishes = new ArrayList<>();
  private long mvar;

  @Test
  void shouldLetInAFewInOneStepAndAllInTheEnd() {
    try (MvarFixture fixture = new MvarFixture()) {
      long holder = begin(fixture);
      for (int i = 0; i < MANY; i++) {
        ask(fixture, new Wish());
      }
      fixture.runAll();

      MvarLocks.unlock(fixture.context, holder, mvar);

      int steps = 0;
      while (!fixture.ready.isEmpty()) {
        int before = fixture.ready.size();
        fixture.run(fixture.poll(0));
        assertThat(fixture.ready.size() - before).isLessThanOrEqualTo(HoldQueue.BATCH);
        steps++;
      }
      assertThat(steps).isEqualTo(MANY);
      assertThat(Memory.getInt(mvar + MvarLayout.READERS)).isEqualTo(MANY);
    }
  }

  @Test
  void shouldNotifyABatchAtMost() {
    try (MvarFixture fixture = new MvarFixture()) {
      long holder = begin(fixture);
      for (int i = 0; i < MANY; i++) {
        Wish wish = new Wish();
        wish.isBrief = i % 2 == 0;
        ask(fixture, wish);
      }
      fixture.runAll();

      MvarLocks.unlock(fixture.context, holder, mvar);

      assertThat(fixture.ready).hasSize(HoldQueue.BATCH);
    }
  }

  /** Though all of a batch are killed before they run, those behind go. */
  @Test
  void shouldGoOnWhereAWholeBatchIsKilled() {
    try (MvarFixture fixture = new MvarFixture()) {
      long holder = begin(fixture);
      for (int i = 0; i < MANY; i++) {
        Wish wish = new Wish();
        wish.isBrief = true; // its answer is no hold, whose release would let in those behind
        ask(fixture, wish);
      }
      fixture.runAll();
      MvarLocks.unlock(fixture.context, holder, mvar);
      for (int i = 0; i < HoldQueue.BATCH; i++) {
        Signals.kill(fixture.context, wishes.get(i).process, Signals.KILL);
      }

      fixture.runAll();

      assertThat(wishes.subList(HoldQueue.BATCH, MANY)).noneMatch(wish -> wish.isWaiting);
    }
  }

  /**
   * Random kinds of wishes, kills, ends of time and orders: all get it, first come first served.
   */
  @Test
  void shouldLoseNobodyInRandomOrders() {
    for (int seed = 0; seed < SEEDS; seed++) {
      wishes.clear();
      try (MvarFixture fixture = new MvarFixture()) {
        random(fixture, new Random(seed));
      } catch (AssertionError | RuntimeException failure) {
        throw new AssertionError("seed " + seed, failure);
      }
    }
  }

  private void random(MvarFixture fixture, Random random) {
    long holder = begin(fixture);
    int count = random.nextInt(4 * HoldQueue.BATCH);
    int writers = random.nextInt(20) - 10;
    int brief = random.nextInt(5);
    for (int i = 0; i < count; i++) {
      Wish wish = new Wish();
      wish.isWrite = random.nextInt(count) < writers;
      wish.isBrief = random.nextInt(4) < brief;
      wish.isTimed = random.nextInt(8) == 0;
      ask(fixture, wish);
      fixture.runAll();
    }
    int killed = random.nextInt(20);
    MvarLocks.unlock(fixture.context, holder, mvar);
    while (true) {
      if (!wishes.isEmpty() && random.nextInt(100) < killed) {
        disturb(fixture, random);
      }
      if (!fixture.ready.isEmpty()) {
        fixture.run(fixture.poll(random.nextInt(fixture.ready.size())));
      } else if (!releaseOne(fixture, random)) {
        break;
      }
      check();
    }
    assertThat(wishes).noneMatch(wish -> wish.isWaiting);
    assertThat(Memory.getLong(mvar + MvarLayout.WORD) & 0xff).isZero();
  }

  private void disturb(MvarFixture fixture, Random random) {
    Wish wish = wishes.get(random.nextInt(wishes.size()));
    if (wish.isOver) {
      return;
    }
    if (wish.isTimed && wish.isWaiting) {
      wish.isTimeOver = true;
      Wake.notify(fixture.context.scheduling(), wish.process);
    } else {
      wish.isOver = true;
      wish.isWaiting = false;
      wish.isHeld = false;
      Signals.kill(fixture.context, wish.process, Signals.KILL);
    }
  }

  private boolean releaseOne(MvarFixture fixture, Random random) {
    List<Wish> held = wishes.stream().filter(wish -> wish.isHeld).toList();
    if (held.isEmpty()) {
      return false;
    }
    Wish wish = held.get(random.nextInt(held.size()));
    wish.isHeld = false;
    MvarLocks.unlock(fixture.context, wish.process, mvar);
    return true;
  }

  /** Nobody has it beside one who writes. */
  private void check() {
    long writers = wishes.stream().filter(wish -> wish.isHeld && wish.isWrite).count();
    long all = wishes.stream().filter(wish -> wish.isHeld).count();
    assertThat(writers == 0 || all == 1).as("writers %d of %d", writers, all).isTrue();
  }

  private long begin(MvarFixture fixture) {
    mvar = fixture.mvar(0);
    MvarValue.replace(fixture.context, mvar, Term.smallInt(1));
    fixture.engine = this::slice;
    long holder = fixture.idle();
    MvarLocks.lock(fixture.context, holder, mvar, MvarLocks.WRITE, MvarLocks.PATIENT);
    return holder;
  }

  private void ask(MvarFixture fixture, Wish wish) {
    wish.process = fixture.start(new SpawnOptions());
    wish.isWaiting = true;
    wishes.add(wish);
  }

  private int slice(WorkerContext context, long process, int reductions) {
    for (Wish wish : wishes) {
      if (wish.process == process && wish.isWaiting) {
        wish.isWaiting = !act(context, wish);
        if (!wish.isWaiting) {
          assertBehind(wish);
        }
      }
    }
    return Engine.AWAIT;
  }

  /** Who was let in has let in whoever came before, but for those of its own batch or later. */
  private void assertBehind(Wish wish) {
    if (wish.isWrite && !wish.isTimeOver) {
      for (Wish other : wishes.subList(0, wishes.indexOf(wish))) {
        assertThat(other.isWaiting && !other.isTimeOver && !isAnswered(other)).isFalse();
      }
    }
  }

  private static boolean isAnswered(Wish wish) {
    return wish.isBrief
        && !wish.isWrite
        && Memory.getInt(Holds.pending(wish.process) + MvarLayout.STATE) == HoldQueue.ANSWERED;
  }

  private boolean act(WorkerContext context, Wish wish) {
    if (wish.isBrief && wish.isWrite) {
      int result = BriefLocks.beginWrite(context, wish.process, mvar);
      if (result == MvarLocks.HELD) {
        BriefLocks.endWrite(context, mvar);
      }
      return result == MvarLocks.HELD;
    }
    if (wish.isBrief) {
      return BriefLocks.read(context, wish.process, mvar) != BriefLocks.BLOCKED;
    }
    if (wish.isTimeOver && MvarLocks.isPending(wish.process)) {
      if (MvarLocks.withdraw(context, wish.process)) {
        return true;
      }
    }
    int access = wish.isWrite ? MvarLocks.WRITE : MvarLocks.READ;
    int patience = wish.isTimed ? MvarLocks.TIMED : MvarLocks.PATIENT;
    wish.isHeld = MvarLocks.lock(context, wish.process, mvar, access, patience) == MvarLocks.HELD;
    return wish.isHeld;
  }
}
