package org.skerry.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The standard programs: what each does once, how large it is, and what it gives. Sizes and what
 * counts as one operation are those of the same programs for other runtimes. See {@code
 * native-notes/bench.md}.
 */
public enum Benchmark {
  PINGPONG("pingpong", 1_000_000, "message", "1000000"),
  RING("ring", 2_000_000, "hop", "73"),
  SPAWN("spawn", 1_000_000, "process", "1000000"),
  IDLE("idle", Measure.MEMORY, "idle", "round", 1_000_000, "process", "1000000"),
  IDLE_MAILBOX("idle:mailbox", Measure.MEMORY, "idle", "mailbox", 1_000_000, "process", "1000000"),
  SKYNET("skynet", 1_000_000, "leaf", "499999500000"),
  FANIN("fanin", 4_000_000, "message", "4000000"),
  BIGMSG_LIST("bigmsg:list", Measure.TIME, "bigmsg", "list", 100_000, "message", "500500"),
  BIGMSG_ARRAY("bigmsg:array", Measure.TIME, "bigmsg", "array", 100_000, "message", "500500"),
  RWLOCK("rwlock", 6_400_000, "operation", ":ok"),
  TIMERS("timers", Measure.TIME_AND_LATENESS, "sleepers", "round", 200_000, "sleeper", "200000"),
  FAIRNESS("fairness", Measure.LATENESS, "fairness", "round", 5_000, "sleep at p99", null),
  FIB("fib", 35, "run", "9227465"),
  NBODY("nbody", 5_000_000, "run", "\"-0.169083134\""),
  SPECTRALNORM("spectralnorm", 500, "run", "\"1.274224116\""),
  FANNKUCH("fannkuch", 10, "run", "{73196, 38}"),
  BINARYTREES("binarytrees", 16, "run", "14985902"),
  NSIEVE("nsieve", 8_000_000, "run", "539777"),
  MANDELBROT("mandelbrot", 1_000, "run", "396940");

  /** What a round gives. */
  enum Measure {
    /** Time of an operation. */
    TIME(7, 8),
    /** Time of an operation, and how late each wake-up was. */
    TIME_AND_LATENESS(2, 5),
    /** How late each wake-up was: the time of the round is given. */
    LATENESS(1, 5),
    /** Time of an operation, and memory that each process takes: a VM of its own for each round. */
    MEMORY(0, 5);

    final int warmupRounds;
    final int rounds;

    Measure(int warmupRounds, int rounds) {
      this.warmupRounds = warmupRounds;
      this.rounds = rounds;
    }

    boolean hasLateness() {
      return this == TIME_AND_LATENESS || this == LATENESS;
    }
  }

  private final String label;
  private final Measure measure;
  private final String module;
  private final String function;
  private final long size;
  private final String unit;
  private final String expected;

  Benchmark(String label, long size, String unit, String expected) {
    this(label, Measure.TIME, label, "round", size, unit, expected);
  }

  Benchmark(
      String label,
      Measure measure,
      String module,
      String function,
      long size,
      String unit,
      String expected) {
    this.label = label;
    this.measure = measure;
    this.module = module;
    this.function = function;
    this.size = size;
    this.unit = unit;
    this.expected = expected;
  }

  /** Its name on the command line: {@code fib}, or with a variant {@code idle:mailbox}. */
  public String label() {
    return label;
  }

  Measure measure() {
    return measure;
  }

  /** The module with its program. */
  public String module() {
    return module;
  }

  /** The exported function of that module which does a round. */
  String function() {
    return function;
  }

  /** The standard size. */
  public long size() {
    return size;
  }

  /** What one operation is: {@code message}. */
  String operation() {
    return unit;
  }

  /** What one operation is, as one of many: {@code a message}. */
  public String unit() {
    return (unit.startsWith("o") ? "an " : "a ") + unit;
  }

  /** What a round of the standard size gives, as assembly writes it; null where that varies. */
  String expected() {
    return expected;
  }

  /** Rounds that do not count, because the JVM still compiles. */
  public int warmupRounds() {
    return measure.warmupRounds;
  }

  /** Rounds that count. */
  public int rounds() {
    return measure.rounds;
  }

  /**
   * Those that a name means: the one of that name, or else all variants of one.
   *
   * @return none where there is no such name
   */
  public static List<Benchmark> named(String name) {
    String wanted = name.toLowerCase(Locale.ROOT);
    List<Benchmark> variants = new ArrayList<>();
    for (Benchmark benchmark : values()) {
      if (benchmark.label.equals(wanted)) {
        return List.of(benchmark);
      }
      if (benchmark.label.startsWith(wanted + ":")) {
        variants.add(benchmark);
      }
    }
    return variants;
  }
}
