import java.nio.file.Path;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;
import org.skerry.HostMailbox;
import org.skerry.MessageHandler;
import org.skerry.Module;
import org.skerry.Offer;
import org.skerry.Pid;
import org.skerry.TermReader;
import org.skerry.TermType;
import org.skerry.TermWriter;
import org.skerry.Vm;

/**
 * A limit order book, which is a process, fed by a thread of the host: orders are written straight
 * into memory outside the Java heap, and answers are read where they lie, so that neither side
 * makes an object. Prints what was traded, and how long answers took.
 *
 * <p>Arguments: how many orders (1,000,000), and how many are on their way at once (1).
 */
public final class OrderBook {
  private static final int BUY = 0;
  private static final int WARM_UP = 200_000;
  private static final int MAX_IN_FLIGHT = 1 << 10;

  private final HostMailbox mailbox;
  private final Pid book;
  private final SplittableRandom random;
  private final Histogram latency = new Histogram(1_000_000_000L, 3);
  private final long[] sentNs = new long[MAX_IN_FLIGHT];
  private final MessageHandler answers = this::answered;
  private long sent;
  private long answered;
  private long traded;

  private OrderBook(Vm vm, Module module, long seed) throws InterruptedException {
    mailbox = vm.openMailbox();
    book = vm.spawn(module.function("book"), mailbox.pid());
    mailbox.link(book);
    random = new SplittableRandom(seed);
  }

  /** Runs the example. */
  public static void main(String[] arguments) throws Exception {
    long orders = arguments.length > 0 ? Long.parseLong(arguments[0]) : 1_000_000;
    int inFlight = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1;
    System.out.print(run(Path.of("examples/embedding/orderbook.ska"), orders, inFlight, 42));
  }

  /** What {@link #main} prints. */
  static String run(Path program, long orders, int inFlight, long seed) throws Exception {
    try (Vm vm = Vm.builder().workers(1).idle("spin").start()) {
      OrderBook example = new OrderBook(vm, vm.load(program), seed);
      example.send(Math.min(orders, WARM_UP), inFlight);
      example.latency.reset();
      long start = System.nanoTime();
      long before = example.answered;
      example.send(orders, inFlight);
      long elapsedNs = System.nanoTime() - start;
      return example.report(orders - before, elapsedNs);
    }
  }

  /** Sends until so many orders have been answered. */
  private void send(long orders, int inFlight) {
    while (answered < orders) {
      if (sent < orders && sent - answered < inFlight) {
        int side = random.nextInt(2);
        int off = random.nextInt(40) - 9; // most orders meet another, and few stay
        int price = side == BUY ? 512 + off : 512 - off;
        int quantity = 1 + random.nextInt(100);
        TermWriter order = mailbox.writer().beginTuple();
        order.integer(sent).integer(side).integer(price).integer(quantity).end();
        sentNs[(int) sent & MAX_IN_FLIGHT - 1] = System.nanoTime();
        Offer offered = mailbox.offer(book);
        if (offered != Offer.OK) {
          throw new IllegalStateException("The book took no order: " + offered);
        }
        sent++;
      }
      if (mailbox.poll(answers, inFlight) == 0) {
        Thread.onSpinWait();
      }
    }
  }

  private void answered(TermReader answer) {
    if (answer.enter(0).type() != TermType.INTEGER) { // it is linked: {:exit, pid, reason}
      throw new IllegalStateException("The book is gone: " + answer.leave().toTerm());
    }
    long number = answer.asLong();
    answer.leave();
    traded += answer.enter(1).asLong();
    answer.leave();
    latency.recordValue(System.nanoTime() - sentNs[(int) number & MAX_IN_FLIGHT - 1]);
    answered++;
  }

  private String report(long orders, long elapsedNs) {
    StringBuilder text = new StringBuilder();
    text.append("traded %,d in %,d orders%n".formatted(traded, answered));
    if (orders > 0) {
      text.append("%,d orders a second%n".formatted(orders * 1_000_000_000L / elapsedNs));
      for (double percentile : new double[] {50, 90, 99, 99.9, 100}) {
        long ns = latency.getValueAtPercentile(percentile);
        text.append("%5s %% of answers within %,10.2f us%n".formatted(percentile, ns / 1e3));
      }
    }
    return text.toString();
  }
}
