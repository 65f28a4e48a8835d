import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.HdrHistogram.Histogram;
import org.skerry.HostMailbox;
import org.skerry.MessageHandler;
import org.skerry.Module;
import org.skerry.Offer;
import org.skerry.Pid;
import org.skerry.SpawnOptions;
import org.skerry.Term;
import org.skerry.TermReader;
import org.skerry.TermType;
import org.skerry.TermWriter;
import org.skerry.Vm;

/**
 * Rules that nobody has read run under limits, beside one that must answer soon. Each of the others
 * takes all there is of something; it meets its limit, or it is killed when its time is over.
 * Prints how long the good one's answers take meanwhile, and how each of the others ends.
 *
 * <p>Argument: for how many milliseconds each may run (500).
 */
public final class Untrusted {
  private static final List<String> HOSTILE =
      List.of("loops", "fills_memory", "recurses", "spawns", "sends", "prints");

  private static final SpawnOptions LIMITS =
      SpawnOptions.builder().maxHeap(8 << 20).maxMailbox(1000).lowPriority().build();

  private final Vm vm;
  private final HostMailbox mailbox;
  private final Pid quote;
  private final Histogram latency = new Histogram(60_000_000_000L, 3);
  private final MessageHandler answers = this::answered;
  private long number;
  private long answeredNs;

  private Untrusted(Vm vm, Module rules) throws InterruptedException {
    this.vm = vm;
    mailbox = vm.openMailbox();
    SpawnOptions first = SpawnOptions.builder().highPriority().build();
    quote = vm.spawn(rules.function("quote"), first, mailbox.pid());
  }

  /** Runs the example. */
  public static void main(String[] arguments) throws Exception {
    long millis = arguments.length > 0 ? Long.parseLong(arguments[0]) : 500;
    System.out.print(run(Path.of("examples/embedding/rules.ska"), Duration.ofMillis(millis)));
  }

  /** What {@link #main} prints. */
  static String run(Path program, Duration time) throws Exception {
    StringBuilder report = new StringBuilder();
    try (Vm vm =
        Vm.builder()
            .workers(1)
            .idle("spin")
            .maxMemory(256L << 20)
            .maxProcesses(10_000)
            .output(OutputStream.nullOutputStream(), OutputStream.nullOutputStream())
            .start()) {
      Module rules = vm.load(program);
      Untrusted example = new Untrusted(vm, rules);
      example.measure(time, null); // until all of it is compiled
      report.append(
          "%-13s %9s %9s %9s   %s%n".formatted("", "answers", "p50 us", "p99 us", "ended by"));
      report.append(example.line("nobody", example.measure(time, null)));
      for (String hostile : HOSTILE) {
        Pid guest = vm.spawn(rules.function(hostile), LIMITS);
        report.append(example.line(hostile, example.measure(time, guest)));
      }
    }
    return report.toString();
  }

  /** Asks the good rule as often as time allows; then a guest that still runs is killed. */
  private String measure(Duration time, Pid guest) throws Exception {
    CompletableFuture<Term> end =
        guest == null
            ? CompletableFuture.completedFuture(null)
            : vm.processes().monitor(guest).toCompletableFuture();
    latency.reset();
    long from = System.nanoTime();
    do {
      ask();
    } while (System.nanoTime() - from < time.toNanos());
    boolean isOver = end.isDone();
    if (!isOver) {
      vm.kill(guest);
    }
    return guest == null ? "" : (isOver ? "its limit: " : "the host: ") + end.get();
  }

  private void ask() {
    long asked = number++;
    TermWriter message = mailbox.writer().beginTuple();
    message.integer(asked).integer(100).number(2.5).end();
    long start = System.nanoTime();
    if (mailbox.offer(quote) != Offer.OK) {
      throw new IllegalStateException("The good rule took no question.");
    }
    while (mailbox.poll(answers, 1) == 0) {
      Thread.onSpinWait();
    }
    latency.recordValue(answeredNs - start);
  }

  private void answered(TermReader answer) {
    if (answer.enter(0).type() != TermType.INTEGER || answer.asLong() != number - 1) {
      throw new IllegalStateException("That is no answer: " + answer.leave().toTerm());
    }
    answeredNs = System.nanoTime();
  }

  private String line(String name, String end) {
    return "%-13s %,9d %,9.1f %,9.1f   %s%n"
        .formatted(
            name,
            latency.getTotalCount(),
            latency.getValueAtPercentile(50) / 1e3,
            latency.getValueAtPercentile(99) / 1e3,
            end);
  }
}
