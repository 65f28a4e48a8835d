package org.skerry.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skerry.process.Mailbox;
import org.skerry.process.Signals;
import org.skerry.process.SpawnOptions;
import org.skerry.process.WorkerContext;
import org.skerry.term.Term;

class SimulationTest {
  private static final SpawnOptions DEFAULTS = new SpawnOptions();
  private static final long MAX_STEPS = 20_000_000;

  /** What one run came to. */
  private record Run(
      Simulation.Outcome outcome,
      long traceHash,
      long exits,
      long results,
      long wakeUps,
      long nowNs,
      WorkerStatistics statistics) {}

  private static Run simulate(
      long seed, int workers, int maxReductions, long exits, Consumer<WorkerContext> program) {
    SimulatedWorld world = new SimulatedWorld(seed);
    try (SchedulerFixture machine = new SchedulerFixture(world);
        Simulation simulation = new Simulation(machine.runtime, world, workers, maxReductions)) {
      WorkerContext host = machine.host(simulation.hostScheduling(), simulation.hostTimers());
      program.accept(host);
      Simulation.Outcome outcome = simulation.run(() -> machine.exits.get() >= exits, MAX_STEPS);
      machine.abandonProcesses(simulation.contexts());
      host.close();
      return new Run(
          outcome,
          simulation.traceHash(),
          machine.exits.get(),
          machine.programs.results.sum(),
          machine.programs.wakeUps.get(),
          world.nanoTime(),
          simulation.statistics().stream().reduce(WorkerStatistics.NONE, WorkerStatistics::plus));
    }
  }

  private static void mixture(WorkerContext host) {
    SchedulerFixture.start(host, Programs.TREE, DEFAULTS, Term.NIL, Term.smallInt(2));
    long collector =
        SchedulerFixture.start(
            host, Programs.COLLECTOR, new SpawnOptions().maxMessages(2), Term.smallInt(60));
    for (int i = 0; i < 6; i++) {
      SchedulerFixture.start(host, Programs.SENDER, DEFAULTS, collector, Term.smallInt(10));
      SchedulerFixture.start(
          host, Programs.SLEEPER, DEFAULTS, Term.smallInt(5), Term.smallInt(10_000 * (i + 1)));
    }
    SchedulerFixture.start(host, Programs.HOG, DEFAULTS, Term.smallInt(30));
  }

  private static final int MIXTURE = 111 + 1 + 6 + 6 + 1;

  @Test
  void shouldRunTheSameWayForTheSameSeed() {
    Run first = simulate(42, 3, 50, MIXTURE, SimulationTest::mixture);
    Run second = simulate(42, 3, 50, MIXTURE, SimulationTest::mixture);

    assertThat(second).isEqualTo(first);
    assertThat(first.outcome).isEqualTo(Simulation.Outcome.DONE);
  }

  @Test
  void shouldInterleaveDifferentlyForEachSeed() {
    Set<Long> traces = new HashSet<>();
    for (long seed = 0; seed < 50; seed++) {
      traces.add(simulate(seed, 2, 50, MIXTURE, SimulationTest::mixture).traceHash);
    }

    assertThat(traces).hasSize(50);
  }

  /** A lost wake-up, a lost process or a lost message would end in a wait for ever. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  void shouldFinishUnderEverySeed(int workers) {
    for (long seed = 0; seed < 150; seed++) {
      Run run = simulate(seed, workers, seed % 3 == 0 ? 1 : 40, MIXTURE, SimulationTest::mixture);
      assertThat(run.outcome).as("seed %d", seed).isEqualTo(Simulation.Outcome.DONE);
      assertThat(run.exits).as("seed %d", seed).isEqualTo(MIXTURE);
      assertThat(run.results).as("seed %d", seed).isEqualTo(100 + 1 + 6);
      assertThat(run.wakeUps).as("seed %d", seed).isEqualTo(30);
    }
  }

  /** Whoever is killed while it waits for room, or has a place, leaves it to the next. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void shouldLoseNoWakeUpWhenWaitingSendersAreKilled(int workers) {
    for (long seed = 0; seed < 400; seed++) {
      SeededRandom random = new SeededRandom(seed ^ 0x5EED);
      SimulatedWorld world = new SimulatedWorld(seed);
      int maxReductions = seed % 3 == 0 ? 1 : 20;
      try (SchedulerFixture machine = new SchedulerFixture(world);
          Simulation simulation = new Simulation(machine.runtime, world, workers, maxReductions)) {
        WorkerContext host = machine.host(simulation.hostScheduling(), simulation.hostTimers());
        SpawnOptions small = new SpawnOptions().maxMessages(1 + random.below(3));
        long collector =
            SchedulerFixture.start(host, Programs.COLLECTOR, small, Term.smallInt(5 * 10));
        long[] senders = new long[10];
        for (int i = 0; i < senders.length; i++) {
          senders[i] =
              SchedulerFixture.start(host, Programs.SENDER, DEFAULTS, collector, Term.smallInt(10));
        }
        int[] doomed = {5}; // the messages of the others are enough
        Simulation.Outcome outcome =
            simulation.run(
                () -> {
                  if (doomed[0] > 0 && random.below(10) == 0) {
                    kill(host, senders[--doomed[0]]);
                  }
                  return machine.exits.get() >= 1 + senders.length;
                },
                MAX_STEPS);
        assertThat(outcome).as("seed %d", seed).isEqualTo(Simulation.Outcome.DONE);
        assertThat(machine.programs.results.sum()).as("seed %d", seed).isEqualTo(1);
        machine.abandonProcesses(simulation.contexts());
        host.close();
      }
    }
  }

  private static void kill(WorkerContext host, long pid) {
    host.participant().enter();
    try {
      long process = host.table().find(pid);
      if (process != 0) {
        Signals.kill(host, process, Signals.KILL);
      }
    } finally {
      host.participant().exit();
    }
  }

  @Test
  void shouldStealParkAndUnparkAlongTheWay() {
    Run run = simulate(7, 4, 20, MIXTURE, SimulationTest::mixture);

    assertThat(run.statistics.steals()).isPositive();
    assertThat(run.statistics.parks()).isPositive();
    assertThat(run.statistics.unparks()).isPositive();
    assertThat(run.statistics.timersFired()).isPositive();
    assertThat(run.statistics.injected()).isPositive();
  }

  @Test
  void shouldSayThatAllProcessesAwaitForever() {
    Run run =
        simulate(3, 2, 100, 2, host -> SchedulerFixture.start(host, Programs.WAITER, DEFAULTS));

    assertThat(run.outcome).isEqualTo(Simulation.Outcome.AWAITING_FOREVER);
    assertThat(run.exits).isZero();
  }

  @Test
  void shouldSleepInNoTime() {
    Run run =
        simulate(
            5,
            2,
            100,
            1,
            host ->
                SchedulerFixture.start(
                    host, Programs.SLEEPER, DEFAULTS, Term.smallInt(2), Term.smallInt(1 << 30)));

    assertThat(run.outcome).isEqualTo(Simulation.Outcome.DONE);
    assertThat(run.nowNs).isBetween(2L << 30, 4L << 30);
    assertThat(run.wakeUps).isEqualTo(2);
  }

  @Test
  void shouldStopAfterSoManySteps() {
    SimulatedWorld world = new SimulatedWorld(1);
    try (SchedulerFixture machine = new SchedulerFixture(world);
        Simulation simulation = new Simulation(machine.runtime, world, 2, 10)) {
      WorkerContext host = machine.host(simulation.hostScheduling(), simulation.hostTimers());
      SchedulerFixture.start(host, Programs.HOG, DEFAULTS, Term.smallInt(1 << 30));

      assertThat(simulation.run(() -> false, 1_000)).isEqualTo(Simulation.Outcome.OUT_OF_STEPS);
      assertThat(simulation.slices()).isBetween(100L, 1_000L);
      machine.abandonProcesses(simulation.contexts());
      host.close();
    }
  }

  @Test
  void shouldSendTheMessagesOfTheCallerLater() {
    SimulatedWorld world = new SimulatedWorld(11);
    try (SchedulerFixture machine = new SchedulerFixture(world);
        Simulation simulation = new Simulation(machine.runtime, world, 3, 10)) {
      WorkerContext host = machine.host(simulation.hostScheduling(), simulation.hostTimers());
      long waiter = SchedulerFixture.start(host, Programs.WAITER, DEFAULTS);
      long deadlineNs = world.nanoTime() + 1_000_000_000;
      host.timers().sendAfter(host, waiter, Term.TRUE, deadlineNs);

      assertThat(simulation.run(() -> machine.exits.get() == 1, MAX_STEPS))
          .isEqualTo(Simulation.Outcome.DONE);
      assertThat(world.nanoTime()).isBetween(deadlineNs, deadlineNs + 1_000_000);
      host.close();
    }
  }

  /** Messages from outside between runs, as an embedder's thread would send them. */
  @Test
  void shouldGoOnAfterAMessageFromOutside() {
    SimulatedWorld world = new SimulatedWorld(9);
    try (SchedulerFixture machine = new SchedulerFixture(world);
        Simulation simulation = new Simulation(machine.runtime, world, 2, 10)) {
      WorkerContext host = machine.host(simulation.hostScheduling(), simulation.hostTimers());
      long waiter = SchedulerFixture.start(host, Programs.WAITER, DEFAULTS);
      assertThat(simulation.run(() -> machine.exits.get() == 1, MAX_STEPS))
          .isEqualTo(Simulation.Outcome.AWAITING_FOREVER);

      host.participant().enter();
      Mailbox.offer(host, host.table().find(waiter), Term.TRUE);
      host.participant().exit();

      assertThat(simulation.run(() -> machine.exits.get() == 1, MAX_STEPS))
          .isEqualTo(Simulation.Outcome.DONE);
      host.close();
    }
  }
}
