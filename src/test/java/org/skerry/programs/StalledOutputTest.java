package org.skerry.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skerry.Modules;
import org.skerry.Outcome;
import org.skerry.Vm;

/** A reader that does not read holds up who writes, and nobody else. */
@Timeout(60)
class StalledOutputTest {
  private static final String ENDLESS =
      """
      module m
      export function main() -> r
          r.self       me
          r.spawn      p, prints(me)
          r.spawn      q, prints(me)
          r.receive    begun
          sleep        1_000_000
          %s
      end
      function prints(r to) -> r
          r.const      line, "0123456789012345678901234567890123456789"
          r.string.concat line, line, line
          r.string.concat line, line, line
          print        line
          send         to, :begun
      more:
          %s           line
          jump         @more
      end
      """;

  private final CountDownLatch released = new CountDownLatch(1);
  private final CountDownLatch entered = new CountDownLatch(1);
  private final ByteArrayOutputStream stalled =
      new ByteArrayOutputStream() {
        @Override
        public void write(byte[] bytes, int from, int count) {
          entered.countDown();
          try {
            released.await();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          super.write(bytes, from, count);
        }
      };

  @AfterEach
  void release() {
    released.countDown();
  }

  @ParameterizedTest
  @ValueSource(strings = {"print", "write", "print.error", "write.error"})
  void shouldLetOtherProcessesRun(String instruction) throws Exception {
    try (Vm vm = start(Vm.builder().workers(1), instruction, "r.return :ran")) {
      Thread reader =
          Thread.ofPlatform()
              .start(() -> {
                while (vm.statistics().processes().ended() == 0) {
                  Thread.onSpinWait(); // main ends though nothing was read
                }
                released.countDown();
              });

      assertThat(vm.run("m")).isEqualTo(new Outcome.Returned(":ran", false));
      reader.join();
    }
    assertThat(stalled.size()).isGreaterThan(160);
  }

  @ParameterizedTest
  @ValueSource(strings = {"print", "print.error"})
  void shouldNotDelayTheDeadline(String instruction) throws Exception {
    Outcome outcome;
    Vm.builder();
    try (Vm vm =
        start(
            Vm.builder().workers(1).deadline(Duration.ofMillis(30)),
            instruction,
            "r.receive never\n r.return never")) {
      outcome = vm.run("m");
    }

    assertThat(outcome).isInstanceOf(Outcome.LimitExceeded.class);
    assertThat(stalled.size()).isZero();
  }

  @Test
  void shouldNotDelayAnInterrupt() throws Exception {
    Outcome outcome;
    try (Vm vm = start(Vm.builder().workers(1), "print", "r.return :over")) {
      Thread.ofPlatform()
          .start(() -> {
            while (vm.statistics().processes().ended() == 0) {
              Thread.onSpinWait();
            }
            vm.interrupt(); // main is over, and its output is waited for
          });
      outcome = vm.run("m");
    }

    assertThat(outcome).isEqualTo(new Outcome.Interrupted());
  }

  @Test
  void shouldNotDelayAnInterruptOfASimulation() throws Exception {
    Outcome outcome;
    try (Vm vm = start(Vm.builder().seed(1), "print", "r.receive x\n r.return x")) {
      Thread.ofPlatform()
          .start(() -> {
            try {
              entered.await();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
            vm.interrupt();
          });
      outcome = vm.run("m");
    }

    assertThat(outcome).isEqualTo(new Outcome.Interrupted());
  }

  private Vm start(org.skerry.VmBuilder builder, String instruction, String end) throws Exception {
    Vm vm = builder.output(stalled, stalled).start();
    Modules.load(vm, Program.source(ENDLESS.formatted(end, instruction)).modules());
    return vm;
  }
}
