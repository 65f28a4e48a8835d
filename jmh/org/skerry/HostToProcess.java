package org.skerry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What does it cost a host to call a compiled function, and to send there and back? */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
      "--enable-native-access=ALL-UNNAMED"
    })
public class HostToProcess {
  private static final String SOURCE =
      """
      module benchmark
      export function price(i amount, f factor) -> f
          f.from.i     price, amount
          f.mul        price, price, factor
          f.return     price
      end
      export function echo(r to) -> r
      loop:
          r.receive    message
          send         to, message
          jump         @loop
      end
      """;

  private Vm vm;
  private Function price;
  private HostMailbox mailbox;
  private long echo;
  private long received;
  private final MessageHandler count = message -> received += message.asLong();

  /** Starts the VM. */
  @Setup
  public void setup() throws IOException, LoadException, InterruptedException {
    Path file = Files.createTempFile("benchmark", ".ska");
    Files.writeString(file, SOURCE);
    vm = Vm.builder().workers(1).pin("none").idle("spin").jit(JitMode.EAGER).start();
    Module module = vm.load(file);
    Files.delete(file);
    price = module.function("price");
    mailbox = vm.openMailbox();
    echo = vm.spawn(module.function("echo"), mailbox.pid()).word();
  }

  /** Closes it. */
  @TearDown
  public void tearDown() {
    vm.close();
  }

  /** A numeric function, on the calling thread. */
  @Benchmark
  public double call() throws InterruptedException {
    return vm.call(price, 100L, 2.5).asDouble();
  }

  /** An integer to a process and back, both threads spinning. */
  @Benchmark
  public long roundTrip() {
    mailbox.writer().integer(1);
    mailbox.offer(echo);
    while (mailbox.poll(count, 1) == 0) {
      Thread.onSpinWait();
    }
    return received;
  }
}
