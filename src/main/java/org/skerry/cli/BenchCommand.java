package org.skerry.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.skerry.Outcome;
import org.skerry.assembly.Suggestions;
import org.skerry.cli.bench.Benchmark;
import org.skerry.cli.bench.BenchmarkFailure;
import org.skerry.cli.bench.BenchmarkSuite;
import org.skerry.cli.bench.Recording;
import org.skerry.cli.bench.RunSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs the standard programs, and says what they cost. */
@Command(
    name = "bench",
    description = "Runs the standard benchmarks: warm-up, rounds, median and spread.",
    footer = {
      "",
      "The spread is the median absolute deviation (MAD): half of the rounds are within",
      "that distance of the median. A change is larger than the noise if the 99 %%",
      "interval of the ratio (Hodges and Lehmann's, which belongs to the test of Mann",
      "and Whitney) leaves 1 out. With --compare the exit status is 1 if some figure is",
      "worse by that measure, else 0."
    })
final class BenchCommand implements Callable<Integer> {
  private static final int MAX_ROUNDS = 1_000_000;

  /** A VM stops within a slice; longer than this Ctrl-C must not take. */
  private static final long MAX_CLOSE_SECONDS = 5;

  /**
   * What the shell completes a name to: a colon would end the word, and a name has all variants.
   */
  private static final class Names extends ArrayList<String> {
    private static final long serialVersionUID = 1L;

    Names() {
      super(
          Stream.of(Benchmark.values())
              .map(benchmark -> benchmark.label().replaceFirst(":.*", ""))
              .distinct()
              .toList());
    }
  }

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "NAME",
      arity = "0..*",
      completionCandidates = Names.class,
      description = "Benchmarks, such as pingpong or bigmsg:list; all unless given.")
  private List<String> names = new ArrayList<>();

  @Option(names = "--list", description = "Lists the benchmarks, and does not run them.")
  private boolean list;

  @Option(
      names = "--json",
      description = "Prints a JSON object on a line for each round, then one for the benchmark.")
  private boolean json;

  @Option(
      names = "--compare",
      paramLabel = "OLD.json",
      description =
          "Says which figures differ by more than the noise from those that --json recorded.")
  private Path old;

  @Option(
      names = "--with",
      paramLabel = "NEW.json",
      description = "Compares these figures with the old ones, and runs nothing.")
  private Path recorded;

  private int rounds;
  private int warmup = -1;
  private long size;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Rounds that count; 5 or 8 unless given.")
  private void rounds(int count) {
    rounds = (int) VmOptions.checked(spec, "--rounds", count, 1, MAX_ROUNDS);
  }

  @Option(
      names = "--warmup",
      paramLabel = "N",
      description = "Rounds before, which do not count; 0 to 7 unless given.")
  private void warmup(int count) {
    warmup = (int) VmOptions.checked(spec, "--warmup", count, 0, MAX_ROUNDS);
  }

  @Option(
      names = {"-n", "--size"},
      paramLabel = "N",
      description = "The size of the work, in place of the standard one that --list tells.")
  private void size(long n) {
    size = VmOptions.checked(spec, "--size", n, 1, Long.MAX_VALUE);
  }

  @Option(
      names = "--budget",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description = "After that long a benchmark starts no further round; half is for warm-up.")
  private Duration budget;

  @Mixin private VmOptions vm;

  @Override
  public Integer call() throws CommandFailure, InterruptedException {
    List<Benchmark> benchmarks = benchmarks();
    PrintWriter out = spec.commandLine().getOut();
    if (list) {
      list(benchmarks, out);
      return ExitStatus.SUCCESS.code();
    }
    if (recorded != null && old == null) {
      throw usage("--with goes with --compare OLD.json");
    }
    if (size != 0 && names.isEmpty()) {
      throw usage("--size needs a NAME: sizes of benchmarks mean different things");
    }
    // Before anything is run: a wrong name must not cost minutes.
    Recording from = old == null ? null : recording(old);
    Recording to = null;
    if (recorded != null) {
      to = recording(recorded);
    } else {
      BenchmarkSuite suite = suite(benchmarks.size());
      ExitStatus status = run(suite, benchmarks);
      if (status != ExitStatus.SUCCESS) {
        return status.code();
      }
      to = suite.recording();
    }
    boolean isWorse = from != null && BenchmarkSuite.compare(from, to, out, json);
    return (isWorse ? ExitStatus.PROGRAM_ERROR : ExitStatus.SUCCESS).code();
  }

  private List<Benchmark> benchmarks() {
    if (names.isEmpty()) {
      return List.of(Benchmark.values());
    }
    Set<Benchmark> benchmarks = new LinkedHashSet<>();
    for (String name : names) {
      List<Benchmark> named = Benchmark.named(name);
      if (named.isEmpty()) {
        List<String> all = Stream.of(Benchmark.values()).map(Benchmark::label).toList();
        throw usage("there is no benchmark " + name + Suggestions.hint(name, all));
      }
      benchmarks.addAll(named);
    }
    return List.copyOf(benchmarks);
  }

  private static void list(List<Benchmark> benchmarks, PrintWriter out) {
    for (Benchmark benchmark : benchmarks) {
      out.printf(
          Locale.ROOT,
          "%-13s n %,10d  one operation: %-15s  rounds: %d, then %d that count%n",
          benchmark.label(),
          benchmark.size(),
          benchmark.unit(),
          benchmark.warmupRounds(),
          benchmark.rounds());
    }
    out.flush();
  }

  private BenchmarkSuite suite(int count) {
    return new BenchmarkSuite(
        settings(),
        spec.commandLine().getOut(),
        spec.commandLine().getErr(),
        json,
        Version.ofSkerry(),
        count);
  }

  private ExitStatus run(BenchmarkSuite suite, List<Benchmark> benchmarks)
      throws CommandFailure, InterruptedException {
    CountDownLatch ended = new CountDownLatch(1);
    Thread hook = Thread.ofPlatform().unstarted(() -> interrupt(suite, ended));
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      for (Benchmark benchmark : benchmarks) {
        suite.run(benchmark);
        if (spec.commandLine().getOut().checkError()) {
          break; // nobody reads it; CommandRunner says so
        }
      }
      return ExitStatus.SUCCESS;
    } catch (BenchmarkFailure failure) {
      if (failure.outcome() instanceof Outcome.Interrupted) {
        return ExitStatus.INTERRUPTED;
      }
      throw new CommandFailure(status(failure.outcome()), failure.getMessage());
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitStatus.USAGE, e.getMessage());
    } finally {
      ended.countDown();
    }
  }

  /** Ctrl-C: ends the run, and holds the JVM until its VM has closed. */
  private static void interrupt(BenchmarkSuite suite, CountDownLatch ended) {
    if (ended.getCount() == 0) {
      return;
    }
    suite.interrupt();
    try {
      ended.await(MAX_CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static ExitStatus status(Outcome outcome) {
    return switch (outcome) {
      case Outcome.LimitExceeded exceeded -> ExitStatus.LIMIT_EXCEEDED;
      case Outcome.Defect defect -> ExitStatus.INTERNAL_ERROR;
      case null, default -> ExitStatus.PROGRAM_ERROR;
    };
  }

  private RunSettings settings() {
    return new RunSettings(
        size,
        warmup,
        rounds,
        budget,
        vm.workers(),
        vm.pinning(),
        vm.idle().name().toLowerCase(Locale.ROOT),
        vm.jit());
  }

  private static Recording recording(Path file) throws CommandFailure {
    String text = new String(ProgramFiles.read(file), StandardCharsets.UTF_8);
    try {
      return Recording.read(file.toString(), text);
    } catch (Recording.UnreadableException e) {
      throw new CommandFailure(ExitStatus.USAGE, e.getMessage());
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
