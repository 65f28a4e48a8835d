package org.skerry.cli.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.skerry.LoadException;
import org.skerry.Outcome;
import org.skerry.Program;
import org.skerry.Vm;

/**
 * Runs benchmarks, one after the other: a VM for each, in which all rounds are done, so that the
 * first warm the JVM up for those that count. Where memory is measured each round has a VM.
 *
 * <p>One thread, but for {@link #interrupt}.
 */
final class BenchmarkRun {
  /** In which whatever else a process starts with settles. */
  private static final long SETTLE_MS = 500;

  private final RunSettings settings;
  private final BenchmarkListener listener;

  private volatile boolean isInterrupted;
  private volatile Vm vm;

  BenchmarkRun(RunSettings settings, BenchmarkListener listener) {
    this.settings = settings;
    this.listener = listener;
  }

  /** Ends the round in progress, and the run with it. Any thread. */
  void interrupt() {
    isInterrupted = true;
    Vm running = vm;
    if (running != null) {
      running.interrupt();
    }
  }

  /**
   * Runs one benchmark.
   *
   * @throws BenchmarkFailure if a round fails, gives what is wrong, or is interrupted
   */
  Summary run(Benchmark benchmark) throws BenchmarkFailure, InterruptedException {
    Program program = GuestProgram.of(benchmark, settings.size(benchmark));
    List<Round> rounds =
        benchmark.measure() == Benchmark.Measure.MEMORY
            ? withAVmEach(benchmark, program)
            : withOneVm(benchmark, program);
    Summary summary = Summary.of(benchmark, rounds);
    listener.finished(summary);
    return summary;
  }

  private List<Round> withOneVm(Benchmark benchmark, Program program)
      throws BenchmarkFailure, InterruptedException {
    try (Vm machine = start(program)) {
      return rounds(benchmark, (isWarmup, number) -> round(benchmark, machine, isWarmup, number));
    } finally {
      vm = null;
    }
  }

  private List<Round> withAVmEach(Benchmark benchmark, Program program)
      throws BenchmarkFailure, InterruptedException {
    return rounds(
        benchmark,
        (isWarmup, number) -> {
          try (Vm machine = start(program)) {
            return memoryRound(benchmark, machine, isWarmup, number);
          } finally {
            vm = null;
          }
        });
  }

  /** Does one round. */
  private interface RoundBody {
    Round run(boolean isWarmup, int number) throws BenchmarkFailure, InterruptedException;
  }

  private List<Round> rounds(Benchmark benchmark, RoundBody body)
      throws BenchmarkFailure, InterruptedException {
    List<Round> rounds = new ArrayList<>();
    long startNs = System.nanoTime();
    long budgetNs = settings.budget() == null ? Long.MAX_VALUE : settings.budget().toNanos();
    for (boolean isWarmup : new boolean[] {true, false}) {
      int count = isWarmup ? settings.warmupRounds(benchmark) : settings.rounds(benchmark);
      long untilNs = isWarmup ? budgetNs / 2 : budgetNs;
      for (int number = 1; number <= count; number++) {
        boolean isNeeded = !isWarmup && number == 1;
        if (!isNeeded && System.nanoTime() - startNs >= untilNs) {
          break;
        }
        listener.starting(benchmark, isWarmup, number, count);
        Round round = body.run(isWarmup, number);
        listener.done(benchmark, round);
        rounds.add(round);
      }
    }
    return rounds;
  }

  private Vm start(Program program) throws BenchmarkFailure, InterruptedException {
    Vm machine = settings.vm().start();
    vm = machine;
    if (isInterrupted) {
      machine.interrupt();
    }
    try {
      machine.load(program);
      return machine;
    } catch (LoadException e) {
      machine.close();
      throw new BenchmarkFailure(e.getMessage());
    } catch (InterruptedException e) {
      machine.close();
      throw e;
    }
  }

  private Round round(Benchmark benchmark, Vm machine, boolean isWarmup, int number)
      throws BenchmarkFailure, InterruptedException {
    Measured measured = measure(benchmark, machine);
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put(Round.NS_PER_OP, measured.ns() / (double) measured.operations());
    if (measured.lateness() != null) {
      Percentile.addAll(measured.lateness(), figures);
    }
    if (benchmark.measure() == Benchmark.Measure.LATENESS) {
      figures.put(Round.NS_PER_OP, figures.get(Percentile.P99.key()));
    }
    return new Round(
        benchmark.label(),
        number,
        isWarmup,
        settings.size(benchmark),
        figures,
        measured.lateness());
  }

  /** The growth of memory over a round whose processes stay, divided by how many they are. */
  private Round memoryRound(Benchmark benchmark, Vm machine, boolean isWarmup, int number)
      throws BenchmarkFailure, InterruptedException {
    System.gc();
    Thread.sleep(SETTLE_MS);
    long usedBefore = machine.statistics().memory().usedBytes();
    long residentBefore = ResidentMemory.bytes();
    Measured measured = measure(benchmark, machine);
    Thread.sleep(SETTLE_MS);
    double processes = measured.operations();
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put(Round.NS_PER_OP, measured.ns() / processes);
    if (residentBefore != ResidentMemory.UNKNOWN) {
      figures.put(Round.BYTES_PER_PROCESS, (ResidentMemory.bytes() - residentBefore) / processes);
    }
    figures.put(
        Round.USED_BYTES_PER_PROCESS,
        (machine.statistics().memory().usedBytes() - usedBefore) / processes);
    return new Round(benchmark.label(), number, isWarmup, settings.size(benchmark), figures, null);
  }

  private Measured measure(Benchmark benchmark, Vm machine)
      throws BenchmarkFailure, InterruptedException {
    Outcome outcome = machine.run(GuestProgram.MAIN);
    if (!(outcome instanceof Outcome.Returned returned)) {
      throw BenchmarkFailure.of(benchmark, outcome);
    }
    Measured measured = Measured.parse(returned.value(), benchmark.measure().hasLateness());
    if (measured == null) {
      throw new BenchmarkFailure(
          benchmark.label() + ": not what a round gives: " + returned.value());
    }
    if (measured.operations() == 0) {
      throw new BenchmarkFailure(
          benchmark.label() + ": " + settings.size(benchmark) + " is too small: nothing is done");
    }
    boolean isStandard = settings.size(benchmark) == benchmark.size();
    if (isStandard
        && benchmark.expected() != null
        && !benchmark.expected().equals(measured.result())) {
      throw new BenchmarkFailure(
          "%s: it gave %s, and not %s"
              .formatted(benchmark.label(), measured.result(), benchmark.expected()));
    }
    return measured;
  }
}
