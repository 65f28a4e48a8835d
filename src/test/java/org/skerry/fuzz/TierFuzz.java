package org.skerry.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.skerry.Outcome;
import org.skerry.assembly.AssemblyException;
import org.skerry.module.VerifiedModule;
import org.skerry.verify.VerificationException;

/**
 * Compares the tiers with random programs for as long as it is told to: see {@code scripts/fuzz}.
 * Every program runs interpreted and compiled under circumstances that its batch has drawn, and
 * everything must be equal. What differs is made small, and kept as a file for {@code
 * src/test/resources/tiers}.
 */
public final class TierFuzz {
  /** Programs that run in the same two machines. */
  private static final int BATCH = 40;

  /** So many batches have one that runs in all ways. */
  private static final int ALL_WAYS_ONE_IN = 100;

  /** So many batches have one that runs in several ways with a thread. */
  private static final int ALL_THREADED_ONE_IN = 12;

  /** So many batches have one that runs with several threads. */
  private static final int THREADS_ONE_IN = 25;

  private static final long MAX_SHRINK_NS = 120_000_000_000L;

  /** A program takes milliseconds, a batch seconds; what takes so long is stuck. */
  private static final long STUCK_NS = 600_000_000_000L;

  private static final long REPORT_NS = 30_000_000_000L;
  private static final int MAX_FOUND = 20;

  private final long programs;
  private final long seed;
  private final long endNs;
  private final Path found;
  private final AtomicLong nextBatch = new AtomicLong();
  private final AtomicLong done = new AtomicLong();
  private final AtomicLong returned = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicLong limited = new AtomicLong();
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicLong inAllWays = new AtomicLong();
  private final AtomicLong withThreads = new AtomicLong();
  private final AtomicLong differences = new AtomicLong();

  private TierFuzz(long programs, long seed, long seconds, Path found) {
    this.programs = programs;
    this.seed = seed;
    this.found = found;
    endNs = System.nanoTime() + seconds * 1_000_000_000;
  }

  private final class Runner extends Thread {
    private volatile String doing = "";
    private volatile long sinceNs = System.nanoTime();

    @Override
    public void run() {
      while (true) {
        long batch = nextBatch.getAndIncrement();
        if (batch * BATCH >= programs || isOver()) {
          return;
        }
        try {
          if (batch % ALL_WAYS_ONE_IN == 0) {
            allWays(batch, AllWays.simulated());
          } else if (batch % ALL_THREADED_ONE_IN == 2) {
            allWays(batch, AllWays.threaded());
          } else if (batch % THREADS_ONE_IN == 1) {
            threads(batch);
          } else {
            batch(batch);
          }
        } catch (AssemblyException | VerificationException | IOException e) {
          throw new AssertionError(doing + ": " + e.getMessage(), e);
        }
      }
    }

    private boolean isOver() {
      return System.nanoTime() > endNs || differences.get() >= MAX_FOUND;
    }

    /** Steady programs in all ways, which need not be under the same circumstances. */
    private void allWays(long batch, AllWays ways) throws AssemblyException, VerificationException {
      List<List<VerifiedModule>> steady = new ArrayList<>();
      for (long index = batch * BATCH; index < Math.min(programs, (batch + 1) * BATCH); index++) {
        long programSeed = seed * 1_000_000_007 + index;
        steady.add(RandomPrograms.any("p" + programSeed, programSeed, true).verified());
      }
      doing = "all ways, batch " + batch;
      sinceNs = System.nanoTime();

      String difference = ways.difference(steady);
      done.addAndGet(steady.size());
      inAllWays.addAndGet(steady.size());
      if (difference != null) {
        differences.incrementAndGet();
        System.out.println("\n=== " + difference);
      }
    }

    /** With threads runs cannot be compared; but no program may bring the machine down. */
    private void threads(long batch) throws AssemblyException, VerificationException {
      Circumstances circumstances = Circumstances.of(seed * 1_000_003 + batch);
      try (Batch machine = new Batch(options -> circumstances.threads())) {
        for (long index = batch * BATCH; index < Math.min(programs, (batch + 1) * BATCH); index++) {
          long programSeed = seed * 1_000_000_007 + index;
          doing = "p" + programSeed + " with threads under " + circumstances;
          sinceNs = System.nanoTime();
          FuzzedProgram program = RandomPrograms.any("p" + programSeed, programSeed, false);
          Outcome outcome = machine.run(program.verified()).outcome();
          count(outcome);
          withThreads.incrementAndGet();
          if (outcome instanceof Outcome.Defect(Throwable cause)) {
            throw new AssertionError("a defect", cause);
          }
        }
      } catch (RuntimeException | Error e) {
        differences.incrementAndGet();
        synchronized (TierFuzz.this) {
          System.out.println("\n=== " + doing);
          e.printStackTrace(System.out);
        }
      }
    }

    private void batch(long batch) throws AssemblyException, VerificationException, IOException {
      Circumstances circumstances = Circumstances.of(seed * 1_000_003 + batch);
      TwoTiers tiers = new TwoTiers(circumstances);
      for (long index = batch * BATCH; index < Math.min(programs, (batch + 1) * BATCH); index++) {
        if (isOver()) {
          break;
        }
        long programSeed = seed * 1_000_000_007 + index;
        String name = "p" + programSeed;
        FuzzedProgram program = RandomPrograms.any(name, programSeed, false);
        doing = name + " under " + circumstances;
        sinceNs = System.nanoTime();
        TwoTiers.Runs runs = tiers.run(program.verified());
        count(runs.outcome());
        if (runs.differ()) {
          tiers.end();
          tiers = new TwoTiers(circumstances);
          differs(name, program, circumstances, runs);
        }
      }
      String problems = tiers.end();
      if (!problems.isEmpty()) {
        differences.incrementAndGet();
        System.out.println("at the end of batch " + batch + " of seed " + seed + ", " + problems);
      }
    }

    private void differs(
        String name, FuzzedProgram program, Circumstances circumstances, TwoTiers.Runs runs)
        throws IOException {
      differences.incrementAndGet();
      String small = program.text();
      TwoTiers.Runs last = runs;
      boolean alone = runsIfDifferent(circumstances, small) != null;
      if (alone) {
        small =
            Shrinker.shrink(
                small,
                text -> {
                  sinceNs = System.nanoTime();
                  return runsIfDifferent(circumstances, text) != null;
                },
                MAX_SHRINK_NS);
        last = runsIfDifferent(circumstances, small);
      }
      Files.createDirectories(found);
      Path file = found.resolve(name + ".ska");
      Files.writeString(file, "; " + circumstances + "\n" + small);
      synchronized (TierFuzz.this) {
        System.out.println("\n=== " + name + " differs under " + circumstances + ": " + file);
        System.out.println(alone ? small : "(not alone, only behind others of its batch)");
        System.out.println("--- interpreted\n" + last.interpreted());
        System.out.println("--- compiled\n" + last.compiled());
      }
    }
  }

  /** What a program does in machines of its own, if that differs or the machines find fault. */
  static TwoTiers.Runs runsIfDifferent(Circumstances circumstances, String text) {
    try {
      FuzzedProgram program = new FuzzedProgram(text);
      if (program.sources().isEmpty()) {
        return null;
      }
      TwoTiers tiers = new TwoTiers(circumstances);
      TwoTiers.Runs runs = tiers.run(program.verified());
      String problems = tiers.end();
      return runs.outcome() != null && (runs.differ() || !problems.isEmpty()) ? runs : null;
    } catch (AssemblyException | VerificationException | AssertionError e) {
      return null;
    }
  }

  private void count(Outcome outcome) {
    done.incrementAndGet();
    switch (outcome) {
      case Outcome.Returned r -> returned.incrementAndGet();
      case Outcome.Failed f -> failed.incrementAndGet();
      case Outcome.LimitExceeded l -> limited.incrementAndGet();
      case Outcome.AwaitingForever a -> waiting.incrementAndGet();
      case null, default -> {}
    }
  }

  private long run(int threads) throws InterruptedException {
    List<Runner> runners = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      runners.add(new Runner());
      runners.getLast().start();
    }
    long reportNs = System.nanoTime() + REPORT_NS;
    for (Runner runner : runners) {
      while (runner.isAlive()) {
        runner.join(1_000);
        watch(runners);
        if (System.nanoTime() > reportNs) {
          reportNs += REPORT_NS;
          report();
        }
      }
    }
    report();
    return differences.get();
  }

  private static void watch(List<Runner> runners) {
    for (Runner runner : runners) {
      if (runner.isAlive() && System.nanoTime() - runner.sinceNs > STUCK_NS) {
        System.out.println("stuck: " + runner.doing);
        for (StackTraceElement element : runner.getStackTrace()) {
          System.out.println("    at " + element);
        }
        System.exit(2);
      }
    }
  }

  private void report() {
    System.out.printf(
        Locale.ROOT,
        "%d programs of seed %d: %d returned, %d failed, %d at a limit, %d waiting, %d in all ways,"
            + " %d with threads; %d differ%n",
        done.get(),
        seed,
        returned.get(),
        failed.get(),
        limited.get(),
        waiting.get(),
        inAllWays.get(),
        withThreads.get(),
        differences.get());
  }

  /** Options: {@code --programs N}, {@code --seed S}, {@code --seconds T}, {@code --threads N}. */
  public static void main(String[] arguments) throws InterruptedException {
    long programs = Long.MAX_VALUE / BATCH;
    long seed = System.currentTimeMillis() % 1_000_000;
    long seconds = 1_000_000_000;
    int threads = 1;
    Path found = Path.of("target", "fuzz");
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      switch (arguments[i]) {
        case "--programs" -> programs = Long.parseLong(arguments[i + 1]);
        case "--seed" -> seed = Long.parseLong(arguments[i + 1]);
        case "--seconds" -> seconds = Long.parseLong(arguments[i + 1]);
        case "--threads" -> threads = Integer.parseInt(arguments[i + 1]);
        case "--found" -> found = Path.of(arguments[i + 1]);
        default -> throw new IllegalArgumentException("unknown option " + arguments[i]);
      }
    }
    System.out.println("seed " + seed);
    System.exit(new TierFuzz(programs, seed, seconds, found).run(threads) == 0 ? 0 : 1);
  }
}
